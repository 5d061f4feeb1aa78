"""Writing down what a certificate states, in its language, before it is frozen."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.utils import translation

from certificates.exports.certificate_facts import CertificateFacts, SessionLine, Text
from certificates.models import Activity, CreditClaim, CreditDesignation
from certificates.queries.standing import SessionEvidence
from certificates.queries.statements import Statements, live_activity
from certificates.rules.public_ids import typed_code
from certificates.rules.statements import credit_noun, fill_statement
from certificates.states import CertificateKind, StatementKind
from registration.models import Registration

_BODIES = {
    CertificateKind.CME_AWARD: StatementKind.AWARD_BODY,
    CertificateKind.PARTICIPATION: StatementKind.PARTICIPATION_BODY,
}
_NAME = "{name}"
# Days of one month, as people of the language write them.
_DAYS_OF_A_MONTH = {
    "es": "{first} al {last} 'de' MMMM 'de' y",
    "pt": "{first} a {last} 'de' MMMM 'de' y",
    "en": "MMMM {first}–{last}, y",
    "fr": "{first}–{last} MMMM y",
}


def verification_url(public_id: str) -> str:
    return f"{settings.SITE_URL}/v/{public_id}/"


def state_facts(
    kind: CertificateKind,
    *,
    name: str,
    activity: Activity,
    registration: Registration,
    designation: CreditDesignation | None,
    claim: CreditClaim | None,
    evidence: Sequence[SessionEvidence],
    public_id: str,
    serial: str,
    texts: Statements,
    at: dt.datetime,
) -> CertificateFacts:
    """Everything that the paper and the verification page say, as strings."""
    language = registration.language
    event = registration.event
    with translation.override(language):
        code = designation.credit_type.code if designation else ""
        amount = claim.claimed if claim else designation.maximum if designation else Decimal(0)
        values = {
            "provider": activity.provider.legal_name,
            "joint_provider": activity.joint_provider_name,
            "format": live_activity(language),
            "event": str(event.name),
            "title": str(activity.title),
            "city": event.venue.city,
            "country": str(event.venue.country.name),
            "dates": days_in_words(event.first_day, event.last_day, language=language),
            "max_credits": f"{designation.maximum:.2f}" if designation else "",
            "claimed_credits": f"{claim.claimed:.2f}" if claim else "",
            "credit_noun": credit_noun(amount),
            "hours": "",
            "url": verification_url(public_id).removesuffix("/"),
            "code": typed_code(public_id),
        }
        intro, body = _sentence(texts, kind, code, language, values)
        return CertificateFacts(
            language=language,
            kind_label=str(kind.label),
            intro=intro,
            name=name,
            body=body,
            credits=values["claimed_credits"],
            credit_name=_credit_name(claim) if claim else (),
            title=values["title"],
            event_name=values["event"],
            place=f"{values['city']}, {values['country']}",
            dates=values["dates"],
            organiser=event.organiser_name,
            provider=values["provider"],
            joint_provider=values["joint_provider"],
            director_name=activity.provider.director_name,
            director_title=str(activity.provider.director_title),
            statements=_statements(texts, kind, code, language, values),
            footer=_filled(texts, StatementKind.FOOTER, "", language, values),
            issued_on=format_date(
                at.astimezone(event.zone).date(), "long", locale=_locale(language)
            ),
            serial=serial,
            code=values["code"],
            url=verification_url(public_id),
            sessions=tuple(_line(one, registration, language) for one in evidence),
            minutes=sum(one.minutes for one in evidence),
        )


def days_in_words(first: dt.date, last: dt.date, *, language: str) -> str:
    """The days of an event with their year: `14 al 18 de abril de 2027`."""
    locale = _locale(language)
    pattern = _DAYS_OF_A_MONTH.get(locale.language)
    if first != last and pattern and (first.year, first.month) == (last.year, last.month):
        days = pattern.format(first=first.day, last=last.day)
        return format_date(first, _quoted(days), locale=locale)
    words = [format_date(day, "long", locale=locale) for day in dict.fromkeys((first, last))]
    return " – ".join(words)


def _quoted(pattern: str) -> str:
    """The small words between the days are no pattern letters."""
    return pattern.replace(" al ", " 'al' ").replace(" a ", " 'a' ")


def _locale(language: str) -> Locale:
    return Locale.parse(translation.to_locale(language))


def _sentence(
    texts: Statements, kind: CertificateKind, code: str, language: str, values: Mapping[str, str]
) -> tuple[Text, Text]:
    """
    The body of the certificate, before and after the name.

    Where the library has no sentence for the credit, attendance is certified and the credits
    stand beside it.
    """
    template = ""
    if kind in _BODIES:
        template = texts.text(_BODIES[kind], credit_code=code, language=language)
    template = template or texts.text(
        StatementKind.ATTENDANCE_BODY, credit_code="", language=language
    )
    before, _name, after = template.partition(_NAME)
    return fill_statement(before.strip(), values), fill_statement(after.strip(), values)


def _statements(
    texts: Statements, kind: CertificateKind, code: str, language: str, values: Mapping[str, str]
) -> tuple[Text, ...]:
    """Accreditation, and for an award its designation. An attendance certificate names neither."""
    if kind == CertificateKind.ATTENDANCE:
        return ()
    accreditation = (
        StatementKind.ACCREDITATION_JOINT
        if values["joint_provider"]
        else StatementKind.ACCREDITATION_DIRECT
    )
    kinds = [accreditation]
    if kind == CertificateKind.CME_AWARD:
        kinds.append(StatementKind.DESIGNATION)
    return tuple(text for one in kinds if (text := _filled(texts, one, code, language, values)))


def _filled(
    texts: Statements, kind: StatementKind, code: str, language: str, values: Mapping[str, str]
) -> Text:
    return fill_statement(texts.text(kind, credit_code=code, language=language), values)


def _credit_name(claim: CreditClaim) -> Text:
    credit_type = claim.designation.credit_type
    markup = credit_type.knobs.get("markup") or str(credit_type.name)
    return fill_statement(markup.replace("Credit*", f"{credit_noun(claim.claimed)}*"), {})


def _line(evidence: SessionEvidence, registration: Registration, language: str) -> SessionLine:
    session, zone = evidence.session, registration.event.zone
    starts_at, ends_at = session.starts_at, session.ends_at
    if starts_at is None or ends_at is None:
        raise ValueError("Only a session with a time can be evidence.")
    return SessionLine(
        day=format_date(starts_at.astimezone(zone).date(), "medium", locale=_locale(language)),
        hours=f"{starts_at.astimezone(zone):%H:%M}–{ends_at.astimezone(zone):%H:%M}",
        title=str(session.title),
        minutes=evidence.minutes,
        note=evidence.reason,
    )
