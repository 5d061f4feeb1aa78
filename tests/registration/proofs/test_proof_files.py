"""What people send, and what others send in their place."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image, ImageFile

from registration.imports.proof_file import MOST_BYTES, MOST_UNPACKED_BYTES, read_proof
from registration.rules.proofs import FileRefused, FileTooLarge
from tests.registration.proofs.conftest import pdf, picture


def png_head(width, height) -> bytes:
    """A picture of that size by its own words, of which every line is black."""

    def chunk(kind, content):
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_kept_as_a_picture_of_the_same_size(kind):
    kept = read_proof(picture(kind, size=(120, 80)))

    assert kept.media_type == "image/jpeg"
    with Image.open(io.BytesIO(kept.content)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (120, 80))


def test_a_large_photograph_is_made_small_enough_to_be_looked_at():
    kept = read_proof(picture("JPEG", size=(6000, 4000)))

    with Image.open(io.BytesIO(kept.content)) as opened:
        assert opened.size == (3000, 2000)


def test_a_transparent_picture_is_kept_on_white():
    written = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(written, "PNG")

    with Image.open(io.BytesIO(read_proof(written.getvalue()).content)) as opened:
        assert opened.getpixel((4, 4)) == (255, 255, 255)


def test_what_the_camera_noted_is_not_kept_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Rita de Souza"
    raw = picture("JPEG", size=(40, 20), exif=exif.tobytes(), comment=b"secret place")
    assert b"Rita de Souza" in raw
    assert b"secret place" in raw

    kept = read_proof(raw)

    assert b"Rita" not in kept.content
    assert b"secret" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as opened:
        assert opened.size == (20, 40)
        assert not opened.getexif()


def test_a_photograph_whose_notes_are_odd_is_kept_all_the_same_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "hello"
    notes = exif.tobytes().replace(b"\x01\x0e\x00\x02", b"\x01\x01\x00\x02")  # a height in words
    raw = picture("JPEG", size=(40, 20), exif=notes)

    with Image.open(io.BytesIO(read_proof(raw).content)) as opened:
        assert opened.size == (20, 40)


def test_a_photograph_whose_notes_cannot_be_read_is_kept_as_it_lies():
    raw = picture("JPEG", size=(40, 20), exif=b"Exif\x00\x00II*\x00\x08")

    with Image.open(io.BytesIO(read_proof(raw).content)) as opened:
        assert opened.size == (40, 20)


def in_passes(again: int) -> bytes:
    """A photograph that is drawn in several passes, the last one again and again."""
    raw = picture("JPEG", size=(40, 20), progressive=True)
    last = raw[raw.rindex(b"\xff\xda") : -2]
    return raw[:-2] + last * again + raw[-2:]


def test_a_photograph_in_several_passes_is_kept_and_one_of_endless_passes_refused():
    assert read_proof(in_passes(20)).media_type == "image/jpeg"
    film = b"\xff\xda\x00\x02" * 200  # carried behind the end, as telephones do
    assert read_proof(in_passes(0) + film).media_type == "image/jpeg"

    with pytest.raises(FileRefused):
        read_proof(in_passes(200))


def test_a_pdf_that_unpacks_to_gigabytes_is_never_unpacked():
    """One of its objects lies in a packed stream; with the limit it is not there."""
    packed = zlib.compress(b"4 0 << /A (found) >>" + b" " * (MOST_UNPACKED_BYTES + 1), 9)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /X 4 0 R >>",
        5: b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(packed), packed),
    }
    made, places = b"%PDF-1.5\n", {0: (0, 0), 4: (2, 5)}
    for number, body in objects.items():
        places[number] = (1, len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    places[6] = (1, len(made))
    table = b"".join(struct.pack(">BIB", *places[number], 0) for number in range(7))
    made += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\n"
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, places[6][1])
    )

    assert b"found" not in read_proof(made).content


def test_what_hangs_on_a_picture_is_not_kept():
    kept = read_proof(picture("PNG") + b"<script>alert(1)</script>")

    assert b"script" not in kept.content


def test_a_pdf_is_kept_with_its_pages_alone():
    made = pikepdf.open(io.BytesIO(pdf(pages=2)))
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    made.attachments["evil.exe"] = b"MZ"
    made.pages[0].obj["/AA"] = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Named))
    written = io.BytesIO()
    made.save(written)
    assert b"JavaScript" in written.getvalue()

    kept = read_proof(written.getvalue())

    assert kept.media_type == "application/pdf"
    with pikepdf.open(io.BytesIO(kept.content)) as opened:
        assert len(opened.pages) == 2
        assert "/OpenAction" not in opened.Root
        assert "/Names" not in opened.Root
        assert "/AA" not in opened.pages[0].obj


LOCKED = pikepdf.Encryption(owner="o", user="u")
OPENS_WITHOUT = pikepdf.Encryption(owner="o", user="")
REFUSED = {
    "nothing": (b"", "The file is empty."),
    "HTML called a PDF": (b"<html><script>alert(1)</script></html>", "no PDF, JPG or PNG"),
    "HTML behind a PDF's mark": (b"%PDF-1.7\n<script>alert(1)</script>", "The PDF is broken"),
    "a GIF": (b"GIF89a" + bytes(40), "no PDF, JPG or PNG"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no PDF, JPG or PNG"),
    "a program": (b"MZ" + bytes(100), "no PDF, JPG or PNG"),
    "a mark before a PDF": (b"\n%PDF-1.7", "no PDF, JPG or PNG"),
    "half a PNG": (picture("PNG", size=(300, 300))[:200], "The picture is broken"),
    "half a JPEG": (picture("JPEG", size=(300, 300))[:200], "The picture is broken"),
    "a PNG's mark alone": (b"\x89PNG\r\n\x1a\n", "The picture is broken"),
    "a JPEG's mark before a script": (b"\xff\xd8\xff/*<script>*/", "The picture is broken"),
    "a WebP that says it is a JPEG": (b"\xff\xd8\xff" + picture("WEBP"), "The picture is broken"),
    "a PDF with a password": (pdf(encryption=LOCKED), "locked by a password"),
    "a PDF that opens but is locked": (pdf(encryption=OPENS_WITHOUT), "locked by a password"),
    "a PDF without pages": (pdf(pages=0), "has no page"),
}  # fmt: skip


@pytest.mark.parametrize("lenient", [False, True], ids=["alone", "beside WeasyPrint"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_pdf_or_picture_is_refused_in_words(name, lenient, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    raw, sentence = REFUSED[name]

    with pytest.raises(FileRefused, match=sentence) as refusal:
        read_proof(raw)

    assert (refusal.value.field, refusal.value.http_status) == ("file", 400)


TOO_LARGE = {
    "11 MB": (b"%PDF-" + bytes(11 * 1024 * 1024), "larger than 10 MB"),
    "one byte too many": (picture("PNG") + bytes(MOST_BYTES), "larger than 10 MB"),
    "a bomb of pixels": (png_head(20_000, 20_000), "too many pixels"),
    "a wide bomb": (png_head(2_000_000, 13), "too many pixels"),
    "a PDF of many pages": (pdf(pages=21), "more than 20 pages"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_before_it_is_decoded(name):
    raw, sentence = TOO_LARGE[name]

    with pytest.raises(FileTooLarge, match=sentence):
        read_proof(raw)
