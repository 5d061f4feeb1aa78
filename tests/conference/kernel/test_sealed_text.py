import pytest

from conference.kernel.sealed_text import SealBroken, fingerprint, seal, unseal

PASSPORT = "registration.passport"


def test_a_sealed_text_opens_for_its_purpose_and_shows_nothing_before():
    sealed = seal("AAF-123456 Ñandú", purpose=PASSPORT)

    assert unseal(sealed, purpose=PASSPORT) == "AAF-123456 Ñandú"
    assert "123456" not in sealed
    assert sealed.isascii()


def test_the_same_text_is_sealed_differently_each_time():
    assert seal("same", purpose=PASSPORT) != seal("same", purpose=PASSPORT)


def test_it_opens_for_no_other_purpose():
    sealed = seal("secret", purpose=PASSPORT)

    with pytest.raises(SealBroken):
        unseal(sealed, purpose="registration.stripe_key")


@pytest.mark.parametrize("changed", ["", "x", "gAAAA", "ñ"])
def test_what_was_never_sealed_does_not_open(changed):
    with pytest.raises(SealBroken):
        unseal(changed, purpose=PASSPORT)


def test_one_changed_character_breaks_the_seal():
    sealed = seal("secret", purpose=PASSPORT)
    place = len(sealed) // 2
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]

    with pytest.raises(SealBroken):
        unseal(changed, purpose=PASSPORT)


def test_a_new_secret_in_front_still_opens_what_the_old_one_sealed(settings):
    settings.SEALED_TEXT_SECRETS = ["old"]
    sealed = seal("secret", purpose=PASSPORT)

    settings.SEALED_TEXT_SECRETS = ["new", "old"]

    assert unseal(sealed, purpose=PASSPORT) == "secret"
    newer = seal("secret", purpose=PASSPORT)
    settings.SEALED_TEXT_SECRETS = ["old"]
    with pytest.raises(SealBroken):
        unseal(newer, purpose=PASSPORT)


def test_equal_texts_have_one_fingerprint_within_a_purpose():
    first = fingerprint("AAF123456", purpose=PASSPORT)

    assert first == fingerprint("AAF123456", purpose=PASSPORT)
    assert first != fingerprint("AAF123457", purpose=PASSPORT)
    assert first != fingerprint("AAF123456", purpose="something.else")
    assert len(first) == 64
