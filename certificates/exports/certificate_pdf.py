"""The certificate on paper: A4 landscape, PDF/A-3a, tagged, in the certificate's language."""

from django.template.loader import render_to_string
from django.utils import translation

from certificates.exports.certificate_facts import CertificateFacts
from conference.exports.paper import SERIF_FILES, engine, fitted_size_pt

# The box of the name in certificate.css: the width between the margins, two lines of 30 pt.
NAME_WIDTH_PT = 756
NAME_HEIGHT_PT = 68
LARGEST_NAME_PT = 30
SMALLEST_NAME_PT = 8


def render_certificate_pdf(facts: CertificateFacts) -> bytes:
    """Not sealed yet."""
    name_pt = fitted_size_pt(
        facts.name,
        files=SERIF_FILES,
        width_pt=NAME_WIDTH_PT,
        height_pt=NAME_HEIGHT_PT,
        most_pt=LARGEST_NAME_PT,
        least_pt=SMALLEST_NAME_PT,
    )
    with translation.override(facts.language):
        html = render_to_string(
            "certificates/paper/certificate.html", {"facts": facts, "name_pt": name_pt}
        )
    written: bytes = engine().render(
        html, stylesheet="certificates/paper/certificate.css", pdf_variant="pdf/a-3a"
    )
    return written
