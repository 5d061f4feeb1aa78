"""What every PDF needs: fonts read once a process, a fetcher that refuses, names that fit."""

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
import segno
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from conference.kernel.errors import DomainError

SERIF_FILES = (
    "vendor/source-serif-4-5.3.1/source-serif-4-latin-600-normal.woff2",
    "vendor/source-serif-4-5.3.1/source-serif-4-latin-ext-600-normal.woff2",
)
SANS_FILES = (
    "vendor/source-sans-3-5.3.1/source-sans-3-latin-400-normal.woff2",
    "vendor/source-sans-3-5.3.1/source-sans-3-latin-ext-400-normal.woff2",
)

BASE_STYLESHEET = "conference/paper/base.css"

# 3 % for kerning and rounding: a line that is a hair too long would break otherwise.
_SAFE_WIDTH = 0.97
_TOKEN = re.compile(r"[0-9A-Z]{1,29}")
# The address printed on a certificate or a letter. It is only drawn, never opened.
_VERIFICATION_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,200}/[lv]/[0-9A-Z]{26}/")


class AddressRefused(DomainError):
    """A document asked for something that is not ours."""

    code = "address_refused"


def static_path(name: str) -> Path:
    """
    The file of a static name, with or without collectstatic.

    :raises AddressRefused: if we have no such file.
    """
    found = finders.find(name)
    if not found:
        raise AddressRefused(f"No such file for paper: {name}")
    return Path(found)


def qr_png(token: str) -> bytes:
    """
    A one-bit picture of the token, which fits version 2 with a quarter of it damaged.

    The mask is fixed: trying all eight costs a sixth of the whole badge, and readers take any.
    """
    buffer = io.BytesIO()
    segno.make_qr(token, error="q", version=2, mask=4, boost_error=False).save(
        buffer, kind="png", scale=1, border=4
    )
    return buffer.getvalue()


def qr_png_of_url(url: str) -> bytes:
    """
    A one-bit picture of an address, which can be read with an eighth of it damaged.

    Trying all eight masks for the prettiest takes longer than the rest of the code; readers take any.
    """
    buffer = io.BytesIO()
    code = segno.make_qr(url, error="m", boost_error=False, mask=2)
    code.save(buffer, kind="png", scale=1, border=4)
    return buffer.getvalue()


def write_once(pdf: pydyf.PDF) -> None:
    """
    Turn each object into the bytes it is written as, before the file is written.

    For a file with an identifier pydyf asks each object twice, which is a tenth of a certificate.
    """
    pdf.objects[:] = [one if one.free == "f" else _Written(one) for one in pdf.objects]


class _Written(pydyf.Object):  # type: ignore[misc] # untyped library
    data = b""
    compressible = False

    def __init__(self, original: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation = original.number, original.generation
        self.data, self.compressible = original.data, original.compressible


@cache
def engine() -> Any:
    """
    WeasyPrint with one font configuration for the process.

    Imported here and not above: it needs system libraries and 2.6 seconds, and the web process,
    which knows all tasks, must start without either.
    """
    return _Engine()


class _Engine:
    def __init__(self) -> None:
        import weasyprint  # noqa: PLC0415 - see engine()
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - see engine()
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - see engine()

        class OurFilesOnly(URLFetcher):  # type: ignore[misc] # untyped library
            """
            Serves `paper:` (our static files), `qr:` (a token) and `verify:` (the address at
            which a paper is checked), the last two as pictures. Refuses everything else.
            """

            def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its signature
                scheme, _colon, rest = url.partition(":")
                if scheme == "qr" and _TOKEN.fullmatch(rest):
                    return URLFetcherResponse(url, qr_png(rest), {"Content-Type": "image/png"})
                if scheme == "verify" and _VERIFICATION_URL.fullmatch(rest):
                    png = qr_png_of_url(rest)
                    return URLFetcherResponse(url, png, {"Content-Type": "image/png"})
                if scheme == "paper":
                    return URLFetcherResponse(url, static_path(rest).read_bytes())
                raise AddressRefused(f"A document may not open {url[:80]}.")

        class PaperHTML(weasyprint.HTML):  # type: ignore[misc] # untyped library
            """Stands on our base.css, which tells why."""

            def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 - its signature
                return [engine().stylesheet(BASE_STYLESHEET)]

        self._css, self._html = weasyprint.CSS, PaperHTML
        self.fetcher = OurFilesOnly()
        self.fonts = FontConfiguration()

    @cache  # noqa: B019 - one engine lives as long as its process
    def stylesheet(self, name: str) -> Any:
        return self._css(
            string=static_path(name).read_text(),
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )

    def lay_out(self, html: str, *, stylesheet: str, **options: Any) -> Any:
        """WeasyPrint's document: its pages, not written yet."""
        return self._html(string=html, base_url="paper:/", url_fetcher=self.fetcher).render(
            font_config=self.fonts,
            stylesheets=[self.stylesheet(stylesheet)],
            **options,
        )

    def render(self, html: str, *, stylesheet: str, **options: Any) -> bytes:
        document = self.lay_out(html, stylesheet=stylesheet, **options)
        written: bytes = document.write_pdf(**options)
        return written


@cache
def _advances(files: tuple[str, ...]) -> dict[int, float]:
    """The width of each letter of these fonts, in ems."""
    advances: dict[int, float] = {}
    for name in reversed(files):
        with TTFont(static_path(name)) as font:
            metrics, units = font["hmtx"].metrics, font["head"].unitsPerEm
            advances |= {
                codepoint: metrics[glyph][0] / units
                for codepoint, glyph in font.getBestCmap().items()
            }
    return advances


def width_in_ems(text: str, files: tuple[str, ...], *, letter_spacing_ems: float = 0.0) -> float:
    """The width of the text; a letter our fonts lack is taken as one em wide."""
    advances = _advances(files)
    return sum(advances.get(ord(letter), 1.0) + letter_spacing_ems for letter in text)


def fitted_size_pt(
    text: str,
    *,
    files: tuple[str, ...],
    width_pt: float,
    height_pt: float,
    most_pt: int,
    least_pt: int,
    line_height: float = 1.12,
    letter_spacing_ems: float = 0.0,
) -> int:
    """
    The largest whole size at which the text fits the box.

    No word is broken down to half of the largest size; below that long words are.
    """
    words, space = _word_widths(text, files, letter_spacing_ems)
    for size_pt in range(most_pt, least_pt, -1):
        width_ems = width_pt / size_pt * _SAFE_WIDTH
        if size_pt > most_pt // 2 and max(words) > width_ems:
            continue
        if _lines(words, space, width_ems) * size_pt * line_height <= height_pt:
            return size_pt
    return least_pt


def number_of_lines(
    text: str,
    *,
    files: tuple[str, ...],
    width_pt: float,
    size_pt: int,
    letter_spacing_ems: float = 0.0,
) -> int:
    """How many lines the text takes at that size."""
    words, space = _word_widths(text, files, letter_spacing_ems)
    return _lines(words, space, width_pt / size_pt * _SAFE_WIDTH)


def _word_widths(
    text: str, files: tuple[str, ...], letter_spacing_ems: float
) -> tuple[list[float], float]:
    words = [
        width_in_ems(word, files, letter_spacing_ems=letter_spacing_ems) for word in text.split()
    ]
    return words or [0.0], width_in_ems(" ", files, letter_spacing_ems=letter_spacing_ems)


def _lines(words: list[float], space: float, width_ems: float) -> int:
    lines, used = 1, 0.0
    for word in words:
        if used and used + space + word > width_ems:
            lines, used = lines + 1, 0.0
        used += word + (space if used else 0)
        if used > width_ems:
            broken = int(used // (width_ems - 1)) if width_ems > 1 else int(used)
            lines, used = lines + broken, used % width_ems
    return lines
