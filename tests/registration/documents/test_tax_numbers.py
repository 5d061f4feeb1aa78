import pytest

from conference.kernel.errors import InputRefused
from registration.rules.tax_numbers import acronym_of, is_checked, read_tax_number
from registration.states import TaxNumberKind

# The examples of python-stdnum's own documentation, and one digit off.
NUMBERS = {
    "cuit": ("30-50001091-2", "30-50001091-3"),
    "cnpj": ("16.727.230/0001-97", "16.727.230/0001-98"),
    "cpf": ("390.533.447-05", "390.533.447-06"),
    "rut_cl": ("12.531.909-2", "12.531.909-3"),
    "nit_co": ("213.123.432-1", "213.123.432-2"),
    "rfc": ("GODE 561231 GR8", "GODE 561331 GR8"),
    "rut_uy": ("21-140634-001-1", "21-140634-001-2"),
    "ruc_pe": ("20512333797", "20512333798"),
    "ruc_ec": ("1792060346001", "1792060347001"),
    "nif": ("54362315K", "54362315Z"),
    "ein": ("91-1144442", "07-1144442"),
}


def test_every_kind_we_know_has_its_examples():
    assert set(NUMBERS) == set(TaxNumberKind.values) - {"other"}


@pytest.mark.parametrize(("kind", "good", "bad"), [(k, *pair) for k, pair in NUMBERS.items()])
def test_a_number_is_read_as_people_type_it_and_refused_with_a_wrong_digit(kind, good, bad):
    compact = "".join(character for character in good if character.isalnum())

    assert read_tax_number(kind, f"  {good} ") == good
    assert read_tax_number(kind, compact) == good
    with pytest.raises(InputRefused) as refused:
        read_tax_number(kind, bad)
    assert refused.value.code == "tax_number"
    assert refused.value.field == "tax_number"
    assert acronym_of(kind) in str(refused.value)


@pytest.mark.parametrize(
    "hostile", ["", " ", "30-5000109l-2", "٣٠٥٠٠٠١٠٩١٢", "30500010912\x00", "9" * 5000, "<b>1</b>"]
)
def test_nonsense_is_refused_with_a_sentence(hostile):
    with pytest.raises(InputRefused):
        read_tax_number("cuit", hostile)


def test_an_unknown_kind_is_refused_at_its_own_field():
    with pytest.raises(InputRefused) as refused:
        read_tax_number("vat", "123")
    assert refused.value.field == "tax_kind"


def test_a_number_of_another_country_is_kept_as_it_is_and_known_to_be_unchecked():
    assert read_tax_number("other", " J-29871514-0 ") == "J-29871514-0"
    assert not is_checked("other")
    assert is_checked("cuit")
    assert acronym_of("other") == ""


@pytest.mark.parametrize("hostile", ["", "-", "9" * 31, "a\u0300\u0301\u0302\u0303\u0304\u0305"])
def test_a_number_of_another_country_is_one_short_readable_line(hostile):
    with pytest.raises(InputRefused):
        read_tax_number("other", hostile)
