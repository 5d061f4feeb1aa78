import asyncio
import datetime as dt
import http.server
import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest
import weasyprint
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.exports.certificate_facts import SessionLine, facts_as_json, facts_from_json
from certificates.exports.certificate_pdf import render_certificate_pdf, render_certificates
from certificates.exports.sealing import FIELD_NAME, SealMissing, render_sealed, seal_of
from conference.exports.paper import engine
from tests.certificates.exports.papers import SPANISH, facts

NOON = dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)
OUR_FONTS = ("Source-Serif-4", "Source-Sans-3", "SourceSerif4", "SourceSans3", "SS", "SR")


def in_a_thread(work):
    """PyHanko runs a loop of its own; after a browser test this thread has one already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_certificate_pdf(SPANISH)


@pytest.fixture
def sealed(seal_files) -> bytes:
    (pdf,) = render_sealed([SPANISH], seal=seal_of(*seal_files), at=NOON)
    return pdf


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


def test_it_seals_inside_a_running_loop_too(seal_files):
    seal_of.cache_clear()

    async def seal() -> list[bytes]:
        return render_sealed([SPANISH], seal=seal_of(*seal_files), at=NOON)

    assert in_a_thread(lambda: asyncio.run(seal()))[0].startswith(b"%PDF")


def test_a_key_on_an_elliptic_curve_seals_too(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Of a curve")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
        .not_valid_after(dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "key.pem", tmp_path / "cert.pem"
    files[0].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    papers = render_sealed([SPANISH, facts(name="Ana Li")], seal=seal_of(*map(str, files)), at=NOON)

    for pdf in papers:
        status = _validated(pdf, files)
        assert (status.intact, status.valid) == (True, True)


def test_each_of_many_has_a_seal_of_its_own(seal_files):
    papers = [SPANISH, facts(name="Ana Li"), facts(name="Ann Lee", language="en")]

    sealed = render_sealed(papers, seal=seal_of(*seal_files), at=NOON)

    statuses = [_validated(pdf, seal_files) for pdf in sealed]
    assert [(one.intact, one.valid, one.trusted) for one in statuses] == [(True, True, True)] * 3
    for pdf, one in zip(sealed, papers, strict=True):
        assert one.name in text_of(pdf)


def test_the_seal_is_written_with_the_file_and_not_behind_it(sealed):
    """One version, so no reader can wonder what the second one changed."""
    assert sealed.count(b"%%EOF") == 1
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        assert pdf.Root.Perms.DocMDP.objgen == value.objgen
        assert value.Reference[0].TransformParams.P == 1
        assert (str(value.M), str(value.Location)) == ("D:20270101120000Z", SPANISH.place)
        assert sum(int(number) for number in value.ByteRange[2:]) == len(sealed)
        assert pdf.Root.AcroForm.Fields[0].objgen == pdf.pages[0].Annots[0].objgen


def test_one_changed_byte_breaks_the_seal(sealed, seal_files):
    changed = bytearray(sealed)
    place = sealed.index(b"stream") + 20
    changed[place] ^= 1

    assert not _validated(bytes(changed), seal_files).intact


def _validated(pdf: bytes, seal_files):
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[load_cert_from_pemder(seal_files[1])])
    return in_a_thread(lambda: validate_pdf_signature(embedded, trust))


def test_without_a_key_nothing_is_sealed(tmp_path):
    with pytest.raises(SealMissing):
        seal_of(str(tmp_path / "no"), str(tmp_path / "no"))


def test_many_laid_out_together_are_the_same_bytes_as_each_alone():
    many = tuple(
        SessionLine("14 abr 2027", "08:30–09:20", f"Sesión {n}", 50, "") for n in range(90)
    )
    papers = [
        SPANISH,
        facts(language="en", name="Ann Lee"),
        facts(name="W" * 200),
        facts(sessions=many),
        facts(language="pt-br", sessions=()),
        SPANISH,
    ]

    together = render_certificates(papers)

    assert together == [render_certificate_pdf(one) for one in papers]
    assert [len(pypdfium2.PdfDocument(pdf)) for pdf in together] == [2, 2, 2, 5, 2, 2]


def test_our_base_sheet_gives_the_same_bytes_as_the_sheet_of_weasyprint(paper, monkeypatch):
    monkeypatch.setattr(engine(), "_html", weasyprint.HTML)

    assert render_certificate_pdf(SPANISH) == paper


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
