"""Badges on paper: one A6 each, folded from A5, or four on a sheet of A4."""

import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from conference.exports import paper

STYLESHEET = "certificates/paper/badges.css"
NAME_WIDTH_PT = 246.0  # 105 mm less twice 9 mm
BADGES_ON_A_SHEET = 4


class BadgeLayout(TextChoices):
    A6 = "a6", _("One A6 page each")
    FOLD = "fold", _("To be folded, the same on both sides")
    SHEET = "sheet", _("Four on a sheet of A4, to be cut")


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    name: str
    institution: str
    country: str
    role: str
    colour: int  # 1 to 12
    token: str
    language: str
    event_name: str
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class FittedLine:
    """A text, the size at which it fits its place, and the lines it takes there."""

    text: str
    size_pt: int
    lines: int


def render_badges(badges: Sequence[BadgeFacts], *, layout: BadgeLayout) -> bytes:
    """A PDF of these badges in their order."""
    pieces = [_badge_html(facts) for facts in badges]
    if layout == BadgeLayout.FOLD:
        # The same on both sides: a badge on a ribbon turns round.
        pages = [f"{piece}{piece}" for piece in pieces]
    elif layout == BadgeLayout.SHEET:
        pages = [
            "".join(pieces[first : first + BADGES_ON_A_SHEET])
            for first in range(0, len(pieces), BADGES_ON_A_SHEET)
        ]
    else:
        pages = pieces
    body = "".join(f'<section class="sheet">{page}</section>' for page in pages)
    html = f'<!DOCTYPE html><html class="layout-{layout.value}"><title>.</title><body>{body}</body>'
    return paper.engine().render(html, stylesheet=STYLESHEET)  # type: ignore[no-any-return]


def _badge_html(facts: BadgeFacts) -> str:
    first_name, surname = split_name(readable(facts.name))
    with translation.override(facts.language):
        return render_to_string(
            "certificates/paper/badge.html",
            {
                "facts": facts,
                "first_name": _fitted(first_name, most_pt=34, height_pt=80 if surname else 126),
                "surname": _fitted(surname, most_pt=20, height_pt=46),
                "institution": _fitted(
                    readable(facts.institution), most_pt=11, height_pt=40, files=paper.SANS_FILES
                ),
                "role": _fitted(
                    readable(facts.role).upper(),
                    most_pt=22,
                    height_pt=46,
                    files=paper.SANS_FILES,
                    letter_spacing_ems=0.08,
                ),
                "code": [facts.token[:13], facts.token[13:]],
            },
        )


def _fitted(
    text: str,
    *,
    most_pt: int,
    height_pt: float,
    files: tuple[str, ...] = paper.SERIF_FILES,
    letter_spacing_ems: float = 0.0,
) -> FittedLine:
    size_pt = paper.fitted_size_pt(
        text,
        files=files,
        width_pt=NAME_WIDTH_PT,
        height_pt=height_pt,
        most_pt=most_pt,
        least_pt=6,
        letter_spacing_ems=letter_spacing_ems,
    )
    lines = paper.number_of_lines(
        text,
        files=files,
        width_pt=NAME_WIDTH_PT,
        size_pt=size_pt,
        letter_spacing_ems=letter_spacing_ems,
    )
    return FittedLine(text, size_pt, lines)


def split_name(name: str) -> tuple[str, str]:
    """What is written large, and the rest."""
    first_name, _space, surname = name.partition(" ")
    return first_name, surname


def readable(text: str) -> str:
    """
    The text composed, on one line, without letters that cannot be seen.

    Invisible ones could turn a name round or hide a part of it.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = (
        " " if letter.isspace() else letter
        for letter in composed
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cn", "Co", "Cs"}
    )
    return " ".join("".join(visible).split())


def merge_pdfs(parts: Sequence[bytes]) -> bytes:
    """One PDF of all pages in order; what is equal in several parts is kept once."""
    merged = pikepdf.Pdf.new()
    opened = [pikepdf.Pdf.open(io.BytesIO(part)) for part in parts]
    for part in opened:
        merged.pages.extend(part.pages)
    _share_equal_streams(merged)
    target = io.BytesIO()
    merged.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return target.getvalue()


def _share_equal_streams(pdf: pikepdf.Pdf) -> None:
    """Fonts come with every part; let equal ones be one object."""
    seen: dict[tuple[str, bytes], Any] = {}
    for page in pdf.pages:
        for descriptor in _font_descriptors(page):
            for key in ("/FontFile2", "/FontFile3"):
                if key in descriptor:
                    stream = descriptor[key]
                    descriptor[key] = seen.setdefault((key, stream.read_raw_bytes()), stream)


def _font_descriptors(page: pikepdf.Page) -> Iterator[Any]:
    resources: Any = page.obj["/Resources"]
    if "/Font" in resources:
        for font in resources["/Font"].values():
            for descendant in font["/DescendantFonts"]:
                yield descendant["/FontDescriptor"]
