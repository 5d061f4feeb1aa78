"""Reads about letters for a visa. Passports are opened here for who may see them, and nowhere else."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django_countries import countries

from conference.kernel import content_store
from conference.kernel.sealed_text import unseal, unseal_bytes
from conference.kernel.tokens import ALPHABET, TOKEN_LENGTH
from conference.models import Event
from registration.models import Registration, VisaLetter
from registration.queries.documents import issuer_of
from registration.queries.orders import owed_minor
from registration.rules.letters import (
    NotEntitled,
    Passport,
    PassportGone,
    require_entitled,
    risks_of,
)
from registration.states import LetterRisk, LetterState

PASSPORT_PURPOSE = "registration.visa_letter.passport"
FILE_PURPOSE = "registration.visa_letter.file"


def passport_of(letter: VisaLetter) -> Passport:
    """:raises PassportGone: if it was deleted."""
    if letter.purged_at is not None:
        raise PassportGone("The passport of this letter was deleted.")
    return Passport.from_json(unseal(letter.sealed_passport, purpose=PASSPORT_PURPOSE))


def risks_of_letter(letter: VisaLetter) -> list[LetterRisk]:
    """What a reviewer should look at twice; nothing once the passport is deleted."""
    if letter.purged_at is not None:
        return []
    registration = letter.registration
    others = VisaLetter.objects.filter(passport_fingerprint=letter.passport_fingerprint).exclude(
        registration=letter.registration_id
    )
    return risks_of(
        passport_of(letter),
        registration_name=registration.certificate_name,
        price_minor=registration.price_minor,
        registered_at=registration.registered_at,
        requested_at=letter.requested_at,
        first_day=letter.event.first_day,
        last_day=letter.event.last_day,
        is_passport_known=others.exists(),
        letters_in_order=VisaLetter.objects.filter(
            registration__order=registration.order_id
        ).count(),
    )


def require_letter_due(registration: Registration, *, at: dt.datetime) -> None:
    """:raises NotEntitled: if she may not have a letter now."""
    event = registration.event
    issuer = issuer_of(event)
    require_entitled(
        state=registration.state,
        owed_minor=owed_minor(registration.order),
        last_day=event.last_day,
        today=at.astimezone(event.zone).date(),
        has_signer=issuer is not None and bool(issuer.signer_name and issuer.migration_register),
    )


@dataclass(frozen=True, slots=True)
class LettersOfPerson:
    """Her last letter, if she asked for any, and whether she may ask now and why not."""

    letter: VisaLetter | None
    may_ask: bool
    why_not: str


def letters_of_person(registration: Registration, *, at: dt.datetime) -> LettersOfPerson:
    letter = registration.visa_letters.order_by("-pk").first()
    try:
        require_letter_due(registration, at=at)
    except NotEntitled as refusal:
        return LettersOfPerson(letter, may_ask=False, why_not=str(refusal))
    is_open = letter is not None and letter.state in (LetterState.REQUESTED, LetterState.APPROVED)
    return LettersOfPerson(letter, may_ask=not is_open, why_not="")


def own_letter(registration: Registration, public_id: str) -> VisaLetter | None:
    return registration.visa_letters.select_related("file").filter(public_id=public_id).first()


@dataclass(frozen=True, slots=True)
class LetterOnTheDesk:
    letter: VisaLetter
    passport: Passport | None
    risks: list[LetterRisk]
    next_waiting: VisaLetter | None

    @property
    def nationality(self) -> str:
        return str(countries.name(self.passport.nationality)) if self.passport else ""


def letters_found(event: Event, *, state: str) -> QuerySet[VisaLetter]:
    """The queue, who waits longest first; other states the newest first."""
    found = VisaLetter.objects.filter(event=event).select_related("registration__ticket_type")
    if state in LetterState.values:
        found = found.filter(state=state)
    return found.order_by(
        "requested_at" if state == LetterState.REQUESTED else "-requested_at", "pk"
    )


def letter_on_the_desk(event: Event, letter_id: int) -> LetterOnTheDesk | None:
    letter = (
        VisaLetter.objects.filter(event=event, pk=letter_id)
        .select_related(
            "event", "registration__ticket_type", "registration__order", "decided_by", "file"
        )
        .first()
    )
    if letter is None:
        return None
    return LetterOnTheDesk(
        letter=letter,
        passport=None if letter.purged_at else passport_of(letter),
        risks=risks_of_letter(letter),
        next_waiting=VisaLetter.objects.filter(event=event)
        .waiting()
        .exclude(pk=letter_id)
        .order_by("requested_at", "pk")
        .first(),
    )


@dataclass(frozen=True, slots=True)
class LetterVerification:
    """What a stranger is told: never the name, the passport or the e-mail."""

    letter: VisaLetter
    event: Event
    is_valid: bool


def letter_verification_of(public_id: str) -> LetterVerification | None:
    """
    None for what is unknown, no identifier at all, or a letter that was never issued.

    A letter is valid only while its registration is, also if nobody has withdrawn it yet.
    """
    if len(public_id) != TOKEN_LENGTH or not set(public_id) <= set(ALPHABET):
        return None
    letter = (
        VisaLetter.objects.filter(public_id=public_id, number__isnull=False)
        .select_related("event__venue", "registration")
        .first()
    )
    if letter is None:
        return None
    return LetterVerification(
        letter=letter,
        event=letter.event,
        is_valid=letter.is_valid and letter.registration.is_confirmed,
    )


def file_of_letter(letter: VisaLetter) -> bytes:
    """
    The PDF, opened for whoever may read it.

    :raises FileNotFoundError: if it is not made yet, was deleted, or is gone from the disk.
    :raises ValueError: if it was changed on the disk.
    """
    if letter.file is None:
        raise FileNotFoundError(f"{letter} has no file.")
    sealed = content_store.load(Path(settings.MEDIA_ROOT), letter.file.sha256)
    return unseal_bytes(sealed, purpose=FILE_PURPOSE)
