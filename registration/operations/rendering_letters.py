"""Making the file of an approved letter: rendered, encrypted, stored, its person told."""

import datetime as dt
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from django_countries import countries

from conference.kernel.background import after_commit
from conference.kernel.job_kinds import FileContent
from conference.kernel.sealed_text import seal_bytes
from conference.models import StoredFile
from conference.operations.history import record
from conference.operations.jobs import keep_file
from registration.exports.letter_pdf import LetterFacts, LetterSheet, render_letter_pdf
from registration.models import VisaLetter
from registration.operations.inviting import LANGUAGES, tell_about_letter
from registration.queries.letters import FILE_PURPOSE, passport_of
from registration.rules.letters import Passport, filled, letter_texts
from registration.states import LetterAction, LetterState

SEALED_TYPE = "application/octet-stream"
FORGOTTEN_AFTER = dt.timedelta(minutes=2)
MOST_AT_ONCE = 100


def render_letter(letter_id: int, *, at: dt.datetime) -> VisaLetter:
    """Render outside any lock; note the file if the letter is still valid and has none."""
    letter = _with_all(letter_id)
    if letter.is_ready or not letter.is_valid or letter.purged_at is not None:
        return letter
    content = render_letter_pdf(facts_of_letter(letter))
    sealed = seal_bytes(content, purpose=FILE_PURPOSE)
    stored = keep_file(FileContent(sealed, SEALED_TYPE), at=at)
    return _note_file(letter, stored, at=at)


@transaction.atomic
def _note_file(letter: VisaLetter, stored: StoredFile, *, at: dt.datetime) -> VisaLetter:
    first = VisaLetter.objects.filter(
        pk=letter.pk, file__isnull=True, state=LetterState.APPROVED, purged_at__isnull=True
    ).update(file=stored, rendered_at=at)
    if not first:
        return _with_all(letter.pk)
    letter.file, letter.rendered_at = stored, at
    record(LetterAction.RENDERED, event=letter.event, subject=letter, actor=None, at=at)
    tell_about_letter("letter_approved", letter, at=at)
    return letter


@transaction.atomic
def render_forgotten_letters(*, at: dt.datetime) -> int:
    """Wake a worker for each letter whose wake-up was lost. Returns how many."""
    forgotten = list(
        VisaLetter.objects.without_a_file()
        .filter(decided_at__lt=at - FORGOTTEN_AFTER)
        .order_by("decided_at")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for letter_id in forgotten:
        after_commit("registration.render_letter", letter_id=letter_id)
    return len(forgotten)


def facts_of_letter(letter: VisaLetter) -> LetterFacts:
    facts, passport = letter.facts, passport_of(letter)
    url = settings.SITE_URL + reverse("registration:letter_verification", args=[letter.public_id])
    ours = facts["es"]
    number = letter.written_number
    contact = " · ".join(part for part in (facts["phone"], facts["contact_email"]) if part)
    return LetterFacts(
        number=number,
        url=url,
        issuer_name=ours["issuer_name"],
        issuer_tax_number=ours["issuer_tax_number"],
        issuer_address=ours["issuer_address"],
        contact=contact,
        signer_name=facts["signer_name"],
        signer_office=facts["signer_office"],
        edition=facts["edition"],
        sheets=tuple(
            _sheet(letter, passport, language, number=number, url=url) for language in LANGUAGES
        ),
    )


def _sheet(
    letter: VisaLetter, passport: Passport, language: str, *, number: str, url: str
) -> LetterSheet:
    texts: dict[str, Any] = letter_texts(language)
    locale = LANGUAGES[language]
    values: dict[str, str] = {
        **letter.facts[language],
        "number": number,
        "url": url,
        "consulate": passport.consulate,
        "arrives_on": format_date(passport.arrives_on, "long", locale=locale),
        "leaves_on": format_date(passport.leaves_on, "long", locale=locale),
    }
    with override(language):
        nationality = str(countries.name(passport.nationality))
    said = {
        "name": passport.name,
        "passport": passport.number,
        "nationality": nationality,
        "born": format_date(passport.born_on, "long", locale=locale),
        "stay": filled(texts["stay"], values),
        "lodging": passport.lodging,
        "email": letter.registration.email,
        "registration": letter.facts["reference"],
    }
    return LetterSheet(
        language=language,
        title=texts["title"],
        number=filled(texts["number"], values),
        note=texts["copy"],
        place_and_date=f"{values['place']}, {values['issued_on']}",
        to=filled(texts["to"], values),
        subject=filled(texts["subject"], values),
        before=tuple(filled(text, values) for text in texts["body"]),
        person=tuple((texts["person"][name], value) for name, value in said.items() if value),
        after=tuple(filled(text, values) for text in texts["after"]),
        closing=texts["closing"],
        signature=texts["signature"],
        check=filled(texts["check"], values),
    )


def _with_all(letter_id: int) -> VisaLetter:
    return VisaLetter.objects.select_related("event", "registration", "file").get(pk=letter_id)
