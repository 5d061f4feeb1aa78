"""Letters for a visa: asked for, approved, rejected, withdrawn. Each change is one line of history."""

import datetime as dt
from typing import Any

from babel.dates import format_date, format_interval
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from conference.kernel.background import after_commit
from conference.kernel.db import refuse_on
from conference.kernel.sealed_text import fingerprint, seal
from conference.kernel.states import require_transition
from conference.kernel.texts import clean_name
from conference.models import User
from conference.operations.emailing import queue_email
from conference.operations.history import record
from registration.models import Issuer, Registration, VisaLetter
from registration.queries.letters import (
    PASSPORT_PURPOSE,
    require_letter_due,
    risks_of_letter,
)
from registration.rules.letters import (
    LetterOpenAlready,
    Passport,
    edition_of_texts,
    initials_of,
    require_second_look,
)
from registration.rules.references import written_reference
from registration.rules.tax_numbers import acronym_of
from registration.states import (
    LETTER_TRANSITIONS,
    LetterAction,
    LetterState,
    RegistrationState,
    WithdrawalCause,
)

ONE_OPEN = "letter_one_open_per_registration"
LANGUAGES = {"es": "es_AR", "en": "en"}  # the letter, and its copy
MOST_AT_ONCE = 200


@transaction.atomic
def request_letter(
    *, registration_id: int, passport: Passport, actor: User | None, at: dt.datetime
) -> VisaLetter:
    """
    Ask for a letter, with the passport as the consulate will read it.

    :raises NotEntitled: if the registration is not paid and confirmed, or the event is over.
    :raises LetterOpenAlready: if she has a letter, or one is waiting.
    :raises InputRefused: naming the field.
    """
    registration = _locked_registration(registration_id)
    event = registration.event
    require_letter_due(registration, at=at)
    passport = passport.cleaned(
        first_day=event.first_day,
        last_day=event.last_day,
        today=at.astimezone(event.zone).date(),
    )
    refusal = LetterOpenAlready(_("You have a letter already, or one is being reviewed."))
    with refuse_on(ONE_OPEN, refusal):
        letter = VisaLetter.objects.create(
            event=event,
            registration=registration,
            sealed_passport=seal(passport.as_json(), purpose=PASSPORT_PURPOSE),
            passport_fingerprint=fingerprint(
                f"{passport.nationality}{passport.number}", purpose=PASSPORT_PURPOSE
            ),
            passport_last3=passport.number[-3:],
            holder_initials=initials_of(passport.name),
            language=registration.language,
            requested_at=at,
        )
    _record(LetterAction.REQUESTED, letter, actor=actor, at=at)
    return letter


@transaction.atomic
def approve_letter(
    *, letter_id: int, looked_twice: bool, actor: User | None, at: dt.datetime
) -> VisaLetter:
    """
    Give the letter its number and have its file made.

    :raises TransitionRefused: if it is not waiting.
    :raises NotEntitled: if the registration has ended or owes something meanwhile.
    :raises NeedsSecondLook: if there are warnings and the reviewer did not say that she looked.
    """
    letter = _locked(letter_id)
    _require(letter, LetterState.APPROVED)
    require_letter_due(letter.registration, at=at)
    risks = risks_of_letter(letter)
    require_second_look(risks, looked_twice=looked_twice)
    issuer = Issuer.objects.get(event=letter.event_id)
    letter.facts = _facts(letter, issuer, at=at)
    # The counter last: its row is held until the transaction ends.
    Issuer.objects.filter(pk=issuer.pk).update(last_letter_number=F("last_letter_number") + 1)
    issuer.refresh_from_db(fields=("last_letter_number",))
    letter.number = issuer.last_letter_number
    letter.written_number = f"V{letter.event_id}-{letter.number:05d}"
    letter.state = LetterState.APPROVED
    letter.decided_at, letter.decided_by = at, actor
    letter.save(
        update_fields=("facts", "number", "written_number", "state", "decided_at", "decided_by")
    )
    _record(
        LetterAction.APPROVED, letter, actor=actor, at=at,
        number=letter.written_number, risks=[risk.value for risk in risks],
    )  # fmt: skip
    after_commit("registration.render_letter", letter_id=letter.pk)
    return letter


@transaction.atomic
def reject_letter(
    *, letter_id: int, reason: str, actor: User | None, at: dt.datetime
) -> VisaLetter:
    """
    Say no, with a reason that the person reads. She may ask again.

    :raises TransitionRefused: if it is not waiting.
    :raises InputRefused: without a reason.
    """
    reason = clean_name(reason, field="reason")
    letter = _locked(letter_id)
    _require(letter, LetterState.REJECTED)
    letter.state = LetterState.REJECTED
    letter.rejection_reason = reason
    letter.decided_at, letter.decided_by = at, actor
    letter.save(update_fields=("state", "rejection_reason", "decided_at", "decided_by"))
    _record(LetterAction.REJECTED, letter, actor=actor, at=at)
    tell_about_letter("letter_rejected", letter, at=at)
    return letter


@transaction.atomic
def withdraw_letter(
    *, letter_id: int, cause: WithdrawalCause, actor: User | None, at: dt.datetime
) -> VisaLetter:
    """
    Take a letter back: its page says so from now on.

    :raises TransitionRefused: if it was rejected or withdrawn before.
    """
    letter = _locked(letter_id)
    _withdraw_locked(letter, cause=cause, actor=actor, at=at)
    return letter


def withdraw_letters_of(
    registration: Registration,
    *,
    cause: WithdrawalCause = WithdrawalCause.REGISTRATION_ENDED,
    actor: User | None,
    at: dt.datetime,
) -> int:
    """
    Withdraw what a place was invited by that has ended or is somebody else's now. How many.

    The caller has locked the registration and is inside a transaction.
    """
    if registration.confirmed_at is None:
        return 0  # nobody is invited before she is confirmed: the crowd of expiries asks nothing
    letters = list(
        VisaLetter.objects.open()
        .select_for_update(of=("self",))
        .select_related("event", "registration")
        .filter(registration=registration)
        .order_by("pk")
    )
    for letter in letters:
        _withdraw_locked(letter, cause=cause, actor=actor, at=at)
    return len(letters)


def withdraw_forgotten_letters(*, at: dt.datetime) -> int:
    """Withdraw the letters of places that ended without anybody thinking of them. How many."""
    forgotten = _of_ended_registrations().values_list("pk", flat=True)[:MOST_AT_ONCE]
    withdrawn = 0
    for letter_id in list(forgotten):
        with transaction.atomic():
            letter = _locked(letter_id)
            if letter.state in (LetterState.REQUESTED, LetterState.APPROVED):
                cause = WithdrawalCause.REGISTRATION_ENDED
                _withdraw_locked(letter, cause=cause, actor=None, at=at)
                withdrawn += 1
    return withdrawn


def _of_ended_registrations() -> QuerySet[VisaLetter]:
    ended = [RegistrationState.CANCELLED, RegistrationState.EXPIRED]
    return VisaLetter.objects.open().filter(registration__state__in=ended).order_by("pk")


def _withdraw_locked(
    letter: VisaLetter, *, cause: WithdrawalCause, actor: User | None, at: dt.datetime
) -> None:
    _require(letter, LetterState.WITHDRAWN)
    was_approved = letter.state == LetterState.APPROVED
    letter.state = LetterState.WITHDRAWN
    letter.withdrawn_at, letter.withdrawal_cause = at, cause
    letter.save(update_fields=("state", "withdrawn_at", "withdrawal_cause"))
    _record(LetterAction.WITHDRAWN, letter, actor=actor, at=at, cause=cause.value)
    if was_approved:
        tell_about_letter("letter_withdrawn", letter, at=at)


def tell_about_letter(kind: str, letter: VisaLetter, *, at: dt.datetime) -> None:
    """Queue a letter of ours about her letter to the consulate; it says nothing of the passport."""
    registration = letter.registration
    page = reverse("registration:letter", args=[registration.token])
    queue_email(
        f"registration/email/{kind}",
        to_address=registration.email,
        to_name=registration.badge_name,
        language=letter.language,
        event=letter.event,
        about=letter,
        context={"letter": letter, "letter_url": settings.SITE_URL + page},
        at=at,
    )


def _facts(letter: VisaLetter, issuer: Issuer, *, at: dt.datetime) -> dict[str, Any]:
    """What the letter says about us, frozen now; of the person nothing that she did not seal."""
    event = letter.event
    number = " ".join((acronym_of(issuer.tax_kind), issuer.tax_number)).strip()
    facts: dict[str, Any] = {
        "edition": edition_of_texts(),
        "signer_name": issuer.signer_name,
        "signer_office": issuer.signer_office,
        "phone": issuer.phone,
        "contact_email": event.contact_email,
    }
    for language, locale in LANGUAGES.items():
        with override(language):
            facts[language] = {
                "issuer_name": issuer.legal_name,
                "issuer_tax_number": number,
                "issuer_address": ", ".join(issuer.address.splitlines()),
                "migration_register": issuer.migration_register,
                "event": str(event.name),
                "venue": event.venue.name,
                "place": event.venue.city,
                "days": format_interval(event.first_day, event.last_day, "yMMMMd", locale=locale)
                if event.first_day != event.last_day
                else format_date(event.first_day, "long", locale=locale),
                "issued_on": format_date(at.astimezone(event.zone).date(), "long", locale=locale),
            }
    facts["reference"] = written_reference(letter.registration.order.reference)
    return facts


def _require(letter: VisaLetter, new: LetterState) -> None:
    require_transition(LETTER_TRANSITIONS, old=LetterState(letter.state), new=new)


def _record(
    action: LetterAction, letter: VisaLetter, *, actor: User | None, at: dt.datetime, **data: Any
) -> None:
    record(
        action, event=letter.event, subject=letter, actor=actor, at=at,
        data={"registration": letter.registration_id, **data},
    )  # fmt: skip


def _locked_registration(registration_id: int) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event__venue", "order")
        .get(pk=registration_id)
    )


def _locked(letter_id: int) -> VisaLetter:
    """The letter behind its registration: in the order in which a cancellation takes them."""
    registration_id = VisaLetter.objects.values_list("registration_id", flat=True).get(pk=letter_id)
    registration = _locked_registration(registration_id)
    letter = VisaLetter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    letter.registration, letter.event = registration, registration.event
    return letter
