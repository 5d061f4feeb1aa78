"""The certificate on paper: A4 landscape, PDF/A-3a, tagged, in the certificate's language."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from certificates.exports.certificate_facts import CertificateFacts
from conference.exports.paper import SERIF_FILES, engine, fitted_size_pt, write_once

# The box of the name in certificate.css: the width between the margins, two lines of 30 pt.
NAME_WIDTH_PT = 756
NAME_HEIGHT_PT = 68
LARGEST_NAME_PT = 30
SMALLEST_NAME_PT = 8
VARIANT = "pdf/a-3a"

# Called with the facts and pydyf's document just before it is written, to add to it.
Finish = Callable[[CertificateFacts, Any], None]


def render_certificate_pdf(facts: CertificateFacts) -> bytes:
    """Not sealed yet."""
    (written,) = render_certificates([facts])
    return written


def render_certificates(
    papers: Sequence[CertificateFacts], *, finish: Finish | None = None
) -> list[bytes]:
    """
    A file for each, in order; the same bytes as each alone.

    Those of one language are laid out together: preparing a layout costs a sixth of a certificate.
    """
    written: dict[int, bytes] = {}
    numbered = sorted(enumerate(papers), key=lambda one: one[1].language)
    for language, group in groupby(numbered, key=lambda one: one[1].language):
        places, same_language = zip(*group, strict=True)
        files = _written(same_language, language=language, finish=finish)
        written.update(zip(places, files, strict=True))
    return [written[place] for place in range(len(papers))]


def _written(
    papers: Sequence[CertificateFacts], *, language: str, finish: Finish | None
) -> Iterator[bytes]:
    with translation.override(language):
        html = render_to_string(
            "certificates/paper/certificates.html",
            {
                "language": language,
                "papers": [{"facts": facts, "name_pt": _name_pt(facts)} for facts in papers],
            },
        )
    document = engine().lay_out(
        html, stylesheet="certificates/paper/certificate.css", pdf_variant=VARIANT
    )
    for facts, pages in zip(papers, _pages_of_each(document), strict=True):
        one = document.copy(pages)
        one.metadata = _metadata(document, facts)
        yield one.write_pdf(pdf_variant=VARIANT, finisher=_finisher(facts, finish))


def _finisher(facts: CertificateFacts, finish: Finish | None) -> Callable[[Any, Any], None]:
    def finisher(_document: Any, pdf: Any) -> None:
        if finish:
            finish(facts, pdf)
        write_once(pdf)

    return finisher


def _pages_of_each(document: Any) -> list[list[Any]]:
    """A certificate begins at the page with its heading."""
    each: list[list[Any]] = []
    for page in document.pages:
        if any(level == 1 for level, *_rest in page.bookmarks):
            each.append([])
        each[-1].append(page)
    return each


def _metadata(document: Any, facts: CertificateFacts) -> Any:
    return type(document.metadata)(
        title=f"{facts.kind_label} – {facts.name} – {facts.title}",
        authors=[facts.provider],
        description=f"{facts.kind_label}, {facts.serial}",
        lang=facts.language,
    )


def _name_pt(facts: CertificateFacts) -> int:
    return fitted_size_pt(
        facts.name,
        files=SERIF_FILES,
        width_pt=NAME_WIDTH_PT,
        height_pt=NAME_HEIGHT_PT,
        most_pt=LARGEST_NAME_PT,
        least_pt=SMALLEST_NAME_PT,
    )
