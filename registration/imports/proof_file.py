"""
A picture or PDF that a person sends, believed by its content alone: neither by name nor by what the
browser says it is.

Pictures are decoded and written anew, without what the camera noted (place, time, owner), and so
without whatever else stood in the file. A PDF is opened and its pages are written anew, without
scripts, actions, attached files and forms.
"""

import io
import re
import struct
from dataclasses import dataclass

import pikepdf
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from registration.rules.proofs import FileRefused, FileTooLarge

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = {"PNG": 25_000_000, "JPEG": 50_000_000}  # a JPEG is decoded smaller than it is
MOST_PAGES = 20
MOST_SCANS = 50  # cameras write 1 to about 15; each costs a pass over all pixels
LONGEST_SIDE = 3_000
QUALITY = 85
PDF = "application/pdf"
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by the orientation that cameras note
PNG_MARK, JPEG_MARK, PDF_MARK = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"

MOST_UNPACKED_BYTES = 64 * 1024 * 1024

# For the whole process: a few packed bytes must not become gigabytes while a PDF is read.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_UNPACKED_BYTES,
    png_max_memory=MOST_UNPACKED_BYTES,
    run_length_max_memory=MOST_UNPACKED_BYTES,
    tiff_max_memory=MOST_UNPACKED_BYTES,
)


@dataclass(frozen=True, slots=True)
class ProofFile:
    content: bytes
    media_type: str


def read_proof(raw: bytes) -> ProofFile:
    """
    What was sent, as it is kept.

    :raises FileTooLarge: over 10 MB, or a picture or document too large to be looked at.
    :raises FileRefused: if it is no PDF, JPG or PNG that can be opened.
    """
    if not raw:
        raise FileRefused(_("The file is empty."), field="file")
    if len(raw) > MOST_BYTES:
        raise too_many_bytes()
    if raw.startswith(PDF_MARK):
        return _read_pdf(raw)
    if raw.startswith(PNG_MARK):
        return _read_picture(raw, "PNG")
    if raw.startswith(JPEG_MARK):
        return _read_picture(raw, "JPEG")
    raise FileRefused(
        _("This is no PDF, JPG or PNG, whatever its name says. Please send one of these."),
        field="file",
    )


def too_many_bytes() -> FileTooLarge:
    return FileTooLarge(_("The file is larger than 10 MB."), field="file")


def _read_picture(raw: bytes, kind: str) -> ProofFile:
    try:
        with Image.open(io.BytesIO(raw), formats=[kind]) as picture:
            # Read from its head, before a single pixel is decoded.
            if picture.width * picture.height > MOST_PIXELS[kind]:
                raise _too_many_pixels()
            if kind == "JPEG" and _scans(raw) > MOST_SCANS:
                raise ValueError(raw[:16])
            if kind == "PNG":
                _require_whole(raw)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            return ProofFile(_written_anew(picture), "image/jpeg")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefused(
            _("The picture is broken. Please send another one."), field="file"
        ) from error


def _require_whole(raw: bytes) -> None:
    """Another library of ours tells Pillow, for the whole process, to accept half a picture."""
    with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
        picture.verify()


_NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_SCAN, _END = 0xDA, 0xD9


def _scans(raw: bytes) -> int:
    """How many scans a JPEG has; what it merely carries, such as a film, is passed over."""
    scans, place = 0, 2
    while found := _NEXT_MARKER.search(raw, place):
        marker, place = found[1][0], found.end()
        if marker == _END or scans > MOST_SCANS:
            break
        scans += marker == _SCAN
        place += int.from_bytes(raw[place : place + 2])
    return scans


def _too_many_pixels() -> FileTooLarge:
    return FileTooLarge(_("The picture has too many pixels."), field="file")


def _written_anew(picture: Image.Image) -> bytes:
    """Turned as the camera says, on white, small enough to be looked at; nothing but pixels."""
    upright = _upright(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if "A" in upright.getbands() or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(ground, layer)
    # A new picture: a copy would carry the old one's comments along.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright.convert("RGB"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """
    Turned as the camera notes; as it lies if the note cannot be read.

    The library's own turning writes all other notes again, and fails where one of them is odd.
    """
    try:
        way = UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        way = None
    return picture if way is None else picture.transpose(way)


def _read_pdf(raw: bytes) -> ProofFile:
    try:
        with pikepdf.Pdf.open(io.BytesIO(raw)) as given:
            if given.is_encrypted:
                raise _locked()
            pages = len(given.pages)
            if pages > MOST_PAGES:
                raise FileTooLarge(
                    _("The PDF has more than %(most)d pages.") % {"most": MOST_PAGES}, field="file"
                )
            if not pages:
                raise FileRefused(_("The PDF has no page."), field="file")
            return ProofFile(_pages_alone(given), PDF)
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except (pikepdf.PdfError, ValueError, RuntimeError, KeyError, TypeError, OSError) as error:
        raise FileRefused(_("The PDF is broken. Please send another one."), field="file") from error


def _locked() -> FileRefused:
    return FileRefused(
        _("The PDF is locked by a password. Please send one that opens without."), field="file"
    )


def _pages_alone(given: pikepdf.Pdf) -> bytes:
    """The pages in a new document: what hangs on the old one, or on a page as an action, stays behind."""
    kept = pikepdf.Pdf.new()
    for page in given.pages:
        kept.pages.append(page)
        for name in ("/AA", "/Annots", "/Metadata", "/PieceInfo"):
            if name in kept.pages[-1].obj:
                del kept.pages[-1].obj[name]
    written = io.BytesIO()
    kept.save(written)
    return written.getvalue()
