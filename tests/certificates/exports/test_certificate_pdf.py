import asyncio
import http.server
import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.exports.certificate_facts import facts_as_json, facts_from_json
from certificates.exports.certificate_pdf import render_certificate_pdf
from certificates.exports.sealing import FIELD_NAME, SealMissing, seal_pdf
from tests.certificates.exports.papers import SPANISH, facts

OUR_FONTS = ("Source-Serif-4", "Source-Sans-3", "SourceSerif4", "SourceSans3", "SS", "SR")


def in_a_thread(work):
    """PyHanko runs a loop of its own; after a browser test this thread has one already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_certificate_pdf(SPANISH)


@pytest.fixture
def sealed(paper, seal_files) -> bytes:
    key_file, cert_file = seal_files
    return seal_pdf(paper, key_file=key_file, cert_file=cert_file, place="Buenos Aires")


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def test_the_paper_says_what_the_facts_say_on_two_pages(paper):
    text = text_of(paper)

    assert len(pypdfium2.PdfDocument(paper)) == 2
    for expected in (
        "Certificado de créditos",
        "María José Núñez Ávila",
        "participó en la actividad presencial",
        "6.00 AMA PRA Category 1 Credits™",
        "Dra. Elena Ñancupil",
        "2027-7K3MX-9Q2XA",
        SPANISH.code,
        "Sepsis: la primera hora",
        "Łukasiewicz, Őze",
        "La sesión no otorga crédito",
    ):
        assert expected in text


def test_it_declares_pdf_a_3a_with_structure_and_language(paper):
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        root = pdf.Root
        assert str(root.Lang) == "es"
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        assert len(root.OutputIntents) == 1
        with pdf.open_metadata() as xmp:
            assert xmp["pdfaid:part"] == "3"
            assert xmp["pdfaid:conformance"].upper() == "A"
            assert "María José Núñez Ávila" in xmp["dc:title"]
        assert pdf.docinfo["/Title"] == xmp["dc:title"]


def test_every_font_is_ours_and_embedded(paper):
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        found = {}
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys())
                found[str(thing.FontName).partition("+")[2]] = bool(embedded)

    assert found
    assert all(found.values())
    assert all(name.startswith(OUR_FONTS) for name in found), found


def test_the_qr_code_on_the_sealed_page_is_the_verification_address(sealed):
    picture = pypdfium2.PdfDocument(sealed)[0].render(scale=200 / 72).to_pil()

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [SPANISH.url]


def test_the_seal_covers_the_whole_file_and_is_trusted_with_its_own_certificate(sealed, seal_files):
    status = _validated(sealed, seal_files)

    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert pdf.Root.AcroForm.Fields[0].T == FIELD_NAME
        assert pdf.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"


def test_it_seals_inside_a_running_loop_too(paper, seal_files):
    key_file, cert_file = seal_files

    async def seal() -> bytes:
        return seal_pdf(paper, key_file=key_file, cert_file=cert_file, place="x")

    assert in_a_thread(lambda: asyncio.run(seal())).startswith(b"%PDF")


def test_one_changed_byte_breaks_the_seal(sealed, seal_files):
    changed = bytearray(sealed)
    place = sealed.index(b"stream") + 20
    changed[place] ^= 1

    assert not _validated(bytes(changed), seal_files).intact


def _validated(pdf: bytes, seal_files):
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[load_cert_from_pemder(seal_files[1])])
    return in_a_thread(lambda: validate_pdf_signature(embedded, trust))


def test_without_a_key_nothing_is_sealed(paper, tmp_path):
    with pytest.raises(SealMissing):
        seal_pdf(paper, key_file=str(tmp_path / "no"), cert_file=str(tmp_path / "no"), place="x")


@pytest.fixture
def listener():
    """A server on loopback that counts who asks."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], asked
    server.shutdown()


@pytest.mark.parametrize(
    "name",
    [
        "<img src=http://127.0.0.1:{port}/x>",
        "<link rel=attachment href=file:///etc/passwd>",
        "<style>@import 'http://127.0.0.1:{port}/y'</style>",
        '"><div style="background:url(http://127.0.0.1:{port}/z)">',
        "{{{{7*7}}}} {{% include 'x' %}} *x* &amp;",
    ],
)
def test_a_hostile_name_stays_text_and_nothing_is_fetched(name, listener):
    port, asked = listener
    hostile = name.format(port=port)

    pdf = render_certificate_pdf(facts(name=hostile))

    # A very long word may be broken between two lines; compare without spaces.
    assert hostile.replace(" ", "") in text_of(pdf).replace(" ", "")
    assert asked == []
    assert b"root:x:0" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == []


@pytest.mark.parametrize("name", ["W" * 200, "Ana Li", "María " * 33, "Ł" * 60])
def test_any_name_fits_and_the_certificate_keeps_two_pages(name):
    pdf = render_certificate_pdf(facts(name=name.strip()))

    assert len(pypdfium2.PdfDocument(pdf)) == 2
    first_page = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert name.strip().replace(" ", "") in "".join(first_page.split())
    assert SPANISH.code in first_page


def test_facts_survive_the_database():
    import json

    assert facts_from_json(json.loads(json.dumps(facts_as_json(SPANISH)))) == SPANISH
