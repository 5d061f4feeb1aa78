import random

from conference.kernel.tokens import ALPHABET
from registration.rules.references import (
    RANDOM_BITS,
    read_reference,
    reference_of,
    written_reference,
)


def test_a_reference_is_read_whatever_its_case_spaces_and_hyphens():
    reference = reference_of(12345678901)

    for typed in (reference, reference.lower(), written_reference(reference), f" {reference} "):
        assert read_reference(typed) == reference


def test_every_single_wrong_character_is_noticed():
    generator = random.Random(7)
    for _ in range(20):
        reference = reference_of(generator.getrandbits(RANDOM_BITS))
        for position, right in enumerate(reference):
            for wrong in ALPHABET:
                typed = reference[:position] + wrong + reference[position + 1 :]
                assert (read_reference(typed) is None) == (wrong != right)


def test_letters_that_are_misread_are_forgiven():
    reference = next(
        found for number in range(10**6) if "0" in (found := reference_of(number)) and "1" in found
    )

    assert read_reference(reference.replace("0", "O").replace("1", "I")) == reference


def test_what_is_no_reference_is_none():
    for typed in ("", "ABC", "ÑÑÑÑÑÑÑÑ", "A" * 9):
        assert read_reference(typed) is None
