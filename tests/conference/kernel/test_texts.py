import pytest

from conference.kernel.errors import InputRefused
from conference.kernel.texts import clean_email, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ñandú Güemes-Ibáñez", "Ñandú Güemes-Ibáñez"),
        ("O'Higgins", "O'Higgins"),
        ("Mª José", "Mª José"),
        ("Nu\u0301n\u0303ez", "Núñez"),
        ("  Ana\r\n\tMaría\x0b Paz ", "Ana María Paz"),
        ("\u202eAna\u2066\U000e0041", "Ana"),
        ("👩\u200d⚕️ Ana", "👩\u200d⚕️ Ana"),
        ("W" * 200, "W" * 200),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<script>", "<script>"),
        ("Аna", "Аna"),
    ],
)
def test_names_are_kept_as_people_write_them(typed, kept):
    assert clean_name(typed, field="name") == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("\u202e\u200d", "required"),
        ("\u3164", "required"),
        ("W" * 201, "too_long"),
        ("A" + "\u0301" * 199, "too_many_marks"),
    ],
)
def test_what_nobody_could_read_is_refused(typed, code):
    with pytest.raises(InputRefused) as refused:
        clean_name(typed, field="name")

    assert (refused.value.code, refused.value.field) == (code, "name")


def test_what_may_be_left_out_may_be_empty():
    assert clean_name(" ", field="institution", required=False) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana.Paz+congreso@Example.ORG ", "Ana.Paz+congreso@example.org"),
        ("a@ñandú.ar", "a@ñandú.ar"),
    ],
)
def test_addresses_are_trimmed_and_their_domain_lowered(typed, kept):
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "a", "@b.org", "a@", "a@b.co\r\nBcc: x@y.org", "a@[127.0.0.1]", "a@localhost",
     "x" * 250 + "@example.org", "a b@example.org", "a@-.org", "a@" + "ñ" * 300 + ".org"],
)  # fmt: skip
def test_addresses_that_no_mail_reaches_are_refused(typed):
    with pytest.raises(InputRefused) as refused:
        clean_email(typed)

    assert refused.value.code == "invalid_email"
