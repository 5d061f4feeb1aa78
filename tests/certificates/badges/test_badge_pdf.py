import datetime as dt
import io

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from certificates.exports.badge_pdf import (
    BadgeFacts,
    BadgeLayout,
    merge_pdfs,
    readable,
    render_badges,
    split_name,
)
from conference.exports import paper

MILLIMETRE = 72 / 25.4
TOKEN = "0123456789ABCDEFGHJKMNPQRS"


def facts(name="Lucía Gómez", **fields) -> BadgeFacts:
    return BadgeFacts(
        **{
            "name": name,
            "institution": "Hospital Posadas",
            "country": "Argentina",
            "role": "Asistente",
            "colour": 4,
            "token": TOKEN,
            "language": "es",
            "event_name": "CIME 2027",
            "first_day": dt.date(2027, 4, 14),
            "last_day": dt.date(2027, 4, 18),
            **fields,
        }
    )


def words_of(pdf: bytes) -> str:
    return " ".join(
        " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
        .replace("\ufffe", "")
        .split()
    )


def test_a_badge_is_a6_and_says_who_from_where_and_in_which_role():
    pdf = render_badges([facts()], layout=BadgeLayout.A6)

    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((105 * MILLIMETRE, 148 * MILLIMETRE), abs=0.5)
    assert words_of(pdf) == (
        "CIME 2027 14–18 abr 2027 Lucía Gómez Hospital Posadas Argentina"
        " 0123456789ABC DEFGHJKMNPQRS ASISTENTE"
    )


@pytest.mark.parametrize(
    ("layout", "size_mm", "pages"),
    [(BadgeLayout.A6, (105, 148), 5), (BadgeLayout.FOLD, (210, 148), 5), (BadgeLayout.SHEET, (210, 297), 2)],
)  # fmt: skip
def test_each_layout_has_its_paper(layout, size_mm, pages):
    document = pypdfium2.PdfDocument(render_badges([facts()] * 5, layout=layout))

    assert len(document) == pages
    assert document[0].get_size() == pytest.approx([mm * MILLIMETRE for mm in size_mm], abs=0.5)


def test_the_qr_is_the_bare_token_28_millimetres_wide():
    page = pypdfium2.PdfDocument(render_badges([facts()], layout=BadgeLayout.A6))[0]
    dots_per_mm = 8

    (code,) = zxingcpp.read_barcodes(page.render(scale=dots_per_mm / MILLIMETRE).to_pil())

    assert code.text == TOKEN
    # 25 of the 33 modules across; the white frame of four on each side belongs to it.
    width = (code.position.top_right.x - code.position.top_left.x) / dots_per_mm
    assert width == pytest.approx(28 * 25 / 33, abs=0.5)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }} {% debug %}",
        "<img src=file:///etc/passwd>",
        "O’Brien & Søn",
        "Robert'); DROP TABLE--",
        "../../etc/passwd",
        "Łukasz Žižek Őry",
    ],
)
def test_hostile_and_rare_names_are_printed_as_they_are(name):
    printed = words_of(render_badges([facts(name=name)], layout=BadgeLayout.A6))

    assert name.replace(" ", "") in printed.replace(" ", "")


def test_two_hundred_wide_letters_fit_and_push_nothing_off_the_page():
    pdf = render_badges(
        [facts(name="W" * 200, institution="W" * 200, role="W" * 60)], layout=BadgeLayout.A6
    )

    page = pypdfium2.PdfDocument(pdf)[0]
    width, height = page.get_size()
    text = page.get_textpage()
    boxes = [text.get_charbox(index) for index in range(text.count_chars())]
    assert min(left for left, _bottom, _right, _top in boxes) >= 0
    assert max(right for _left, _bottom, right, _top in boxes) <= width
    assert max(top for _left, _bottom, _right, top in boxes) <= height
    assert text.get_text_range().count("W") == 460
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert code.text == TOKEN


def dark_dots_among_the_names(name: str) -> int:
    alone = facts(name=name, institution="", country="")
    page = pypdfium2.PdfDocument(render_badges([alone], layout=BadgeLayout.A6))[0]
    names = page.render(scale=2.4).to_pil().convert("L").crop((60, 195, 650, 500))
    return sum(names.point(lambda shade: 1 if shade < 128 else 0).get_flattened_data())


def test_a_script_without_a_font_leaves_a_visible_mark():
    assert dark_dots_among_the_names("Ana 𓂀𓂀𓂀") > dark_dots_among_the_names("Ana") + 100


def test_invisible_letters_go_and_the_rest_is_composed():
    assert readable("  Jose\u0301\u200b\n \u202eeman ") == "José eman"
    assert split_name("María José Fernández") == ("María", "José Fernández")
    assert split_name("Pelé") == ("Pelé", "")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/x.png",
        "data:image/png;base64,AAAA",
        "paper:../../manage.py",
        "qr:<x>",
        "ftp://example.org",
    ],
)
def test_a_document_opens_nothing_but_our_own_files(address):
    with pytest.raises(Exception, match=r"may not open|No such file|outside|is located") as refused:
        paper.engine().fetcher.fetch(address)

    assert type(refused.value).__name__ in {"AddressRefused", "SuspiciousFileOperation"}


def test_a_long_first_name_is_smaller_and_is_not_broken():
    sizes = [
        paper.fitted_size_pt(
            name, files=paper.SERIF_FILES, width_pt=246, height_pt=80, most_pt=34, least_pt=6
        )
        for name in ("Ana", "Maximiliano-José", "W" * 200)
    ]

    assert sizes[0] == 34
    assert sizes[0] > sizes[1] > 17 > sizes[2]


def test_joining_keeps_the_order_and_shares_equal_fonts():
    one = render_badges([facts()], layout=BadgeLayout.A6)
    other = render_badges([facts(name="Ana Ruiz")], layout=BadgeLayout.A6)

    joined = merge_pdfs([one, other, one])

    assert words_of(joined).count("Lucía") == 2
    assert words_of(joined).index("Lucía") < words_of(joined).index("Ana")
    with pikepdf.Pdf.open(io.BytesIO(joined)) as pdf:
        files = {
            font["/DescendantFonts"][0]["/FontDescriptor"][key].objgen
            for page in pdf.pages
            for font in page.obj["/Resources"]["/Font"].values()
            for key in ("/FontFile2", "/FontFile3")
            if key in font["/DescendantFonts"][0]["/FontDescriptor"]
        }
    with pikepdf.Pdf.open(io.BytesIO(one)) as pdf:
        of_one = len(pdf.pages[0].obj["/Resources"]["/Font"])
    assert len(files) <= 2 * of_one
