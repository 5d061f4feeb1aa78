from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.public_ids import (
    CodeMistyped,
    check_character,
    normalised_public_id,
    public_id_from,
    public_id_prefix_of,
    typed_code,
)
from conference.kernel.tokens import ALPHABET

sixteen_bytes = st.binary(min_size=16, max_size=16)


def test_an_identifier_has_26_characters_and_no_letter_that_looks_like_a_digit():
    assert public_id_from(bytes(16)) == "0" * 26
    assert public_id_from(b"\xff" * 16) == "7" + "Z" * 25
    assert public_id_from(bytes(range(16))) == "00041061050R3GG28A1C60T3GF"


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_identifier_is_made_of_sixteen_bytes(length):
    with pytest.raises(ValueError, match="16 bytes"):
        public_id_from(bytes(length))


@given(sixteen_bytes, sixteen_bytes)
def test_different_bytes_make_different_identifiers(one, other):
    assert (public_id_from(one) == public_id_from(other)) == (one == other)


@given(sixteen_bytes)
def test_a_code_is_twelve_characters_in_three_groups_and_leads_back(random_bytes):
    public_id = public_id_from(random_bytes)

    code = typed_code(public_id)

    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert public_id_prefix_of(code) == public_id[:11]
    assert normalised_public_id(public_id) == public_id


def test_people_type_as_they_please():
    public_id = public_id_from(b"\x01\x10" * 8)
    code = typed_code(public_id)
    typed = f"  {code.lower().replace('-', ' – ').replace('0', 'o').replace('1', 'l')}\t"

    assert "o" in typed
    assert public_id_prefix_of(typed) == public_id[:11]
    assert normalised_public_id(public_id.replace("1", "I").replace("0", "O")) == public_id
    assert normalised_public_id("\uff10" * 26) == "0" * 26  # full-width digits


@given(sixteen_bytes, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_goes_unnoticed(random_bytes, place, wrong):
    code = typed_code(public_id_from(random_bytes)).replace("-", "")
    if code[place] == wrong:
        return

    with pytest.raises(CodeMistyped):
        public_id_prefix_of(code[:place] + wrong + code[place + 1 :])


@given(sixteen_bytes)
def test_two_characters_in_each_others_place_never_go_unnoticed(random_bytes):
    code = typed_code(public_id_from(random_bytes)).replace("-", "")
    for left, right in combinations(range(12), 2):
        if code[left] != code[right]:
            swapped = list(code)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            with pytest.raises(CodeMistyped):
                public_id_prefix_of("".join(swapped))


def test_a_check_character_tells_the_length_of_nothing_but_its_text():
    assert check_character("") == "0"
    assert check_character("1") == "2"
    assert check_character("G") == ALPHABET[0b00101]


@pytest.mark.parametrize(
    "text", ["", "0" * 11, "0" * 13, "U" * 12, "000000000001", "' OR 1=1 --", "ñ" * 12]
)
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeMistyped):
        public_id_prefix_of(text)


@pytest.mark.parametrize("text", ["", "0" * 25, "0" * 27, "U" * 26, "8" + "0" * 25, "٣" * 26])
def test_what_is_no_identifier_is_refused(text):
    with pytest.raises(CodeMistyped, match="not the identifier"):
        normalised_public_id(text)
