"""Amounts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.amounts import AmountRefused, amount_typed, minor_units_typed


@pytest.mark.parametrize(
    ("language", "text", "currency", "minor"),
    [
        ("es", "1.234,50", "USD", 123_450),
        ("es", "1234,5", "USD", 123_450),
        ("es", "180", "USD", 18_000),
        ("es", "180.50", "USD", 18_050),  # a group of two digits is no group
        ("es", "1.234", "USD", 123_400),
        ("pt-br", " 1.234.567,89 ", "BRL", 123_456_789),
        ("fr", "1 234,50", "EUR", 123_450),
        ("fr", "1\u202f234,50", "EUR", 123_450),
        ("en", "1,234.50", "USD", 123_450),
        ("en", "1,234", "USD", 123_400),
        ("es", "1.500", "CLP", 1_500),
        ("es", "10,00", "CLP", 10),
        ("es", "0", "USD", 0),
    ],
)
def test_an_amount_is_read_as_its_reader_writes_it(language, text, currency, minor):
    assert minor_units_typed(text, currency=currency, language=language) == minor


@pytest.mark.parametrize("language", ["es", "en", "pt-br", "fr"])
@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1_000", "-5", "+5", "1e3", "NaN", "1.2.3", "12.34.567", "1,2,3", "١٢٣", "１２",
        "1.234,567", "USD 5", "99999999999999999999", ".", ",5", "1..000", "0x10", "1\x00",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(language, text):
    with pytest.raises(AmountRefused):
        minor_units_typed(text, currency="USD", language=language)


@pytest.mark.parametrize(("language", "text"), [("es", "1,234"), ("en", "1.234")])
def test_what_two_readers_would_read_differently_is_never_guessed(language, text):
    with pytest.raises(AmountRefused):
        minor_units_typed(text, currency="USD", language=language)


@given(
    st.integers(0, 10**12),
    st.sampled_from(["USD", "CLP", "ARS", "PYG"]),
    st.sampled_from(["es", "pt-br", "en", "fr"]),
)
def test_what_is_written_is_read_back(minor, currency, language):
    text = amount_typed(minor, currency=currency, language=language)

    assert minor_units_typed(text, currency=currency, language=language) == minor
