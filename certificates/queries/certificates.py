"""Finding certificates: a person's own file, a stranger's check, the organiser's list."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from certificates.models import Certificate, CertificateQuerySet
from certificates.rules.public_ids import (
    CodeMistyped,
    normalised_public_id,
    public_id_prefix_of,
)
from certificates.rules.statements import Run, plain_text
from certificates.states import (
    PUBLIC_REASONS,
    CertificateKind,
    CertificateState,
    CorrectionReason,
    PublicReason,
)
from conference.kernel import content_store
from conference.kernel.ready_query import ReadyQuery
from conference.models import Event
from registration.models import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a stranger is told about a certificate: never an e-mail, never the whole name."""

    public_id: str
    serial: str
    state: CertificateState
    kind: CertificateKind
    holder_initials: str
    title: str
    event_name: str
    place: str
    dates: str
    credits: str
    credit_name: str
    provider: str
    issued_on: str
    issued_at: dt.datetime
    ended_at: dt.datetime | None
    public_reason: PublicReason | None
    successor_public_id: str
    file_sha256: str
    event: Event

    @property
    def is_valid(self) -> bool:
        return self.state == CertificateState.VALID

    def still_holds(self) -> bool:
        """Whether PostgreSQL says the same now: a certificate changes by its state and file alone."""
        found = _STATE_AND_FILE.first(identifier=self.public_id)
        sha256 = found.file.sha256 if found and found.file else ""
        return bool(found and found.state == self.state and sha256 == self.file_sha256)


_STATE_AND_FILE = ReadyQuery(
    lambda identifier: Certificate.objects.filter(public_id=identifier).select_related("file"),
    identifier="an identifier",
)


def verification_of(public_id: str) -> Verification | None:
    """None for an identifier that is unknown, and for what is no identifier at all."""
    try:
        identifier = normalised_public_id(public_id)
    except CodeMistyped:
        return None
    certificate = (
        Certificate.objects.filter(public_id=identifier)
        .select_related("activity__event__venue", "replaced_by", "file")
        .first()
    )
    if certificate is None:
        return None
    facts = certificate.facts
    successor = getattr(certificate, "replaced_by", None)
    reason = certificate.ending_reason
    return Verification(
        public_id=certificate.public_id,
        serial=certificate.serial,
        state=CertificateState(certificate.state),
        kind=CertificateKind(certificate.kind),
        holder_initials=initials_of(facts["name"]),
        title=facts["title"],
        event_name=facts["event_name"],
        place=facts["place"],
        dates=facts["dates"],
        credits=facts["credits"],
        credit_name=plain_text(tuple(Run(**run) for run in facts["credit_name"])),
        provider=facts["provider"],
        issued_on=facts["issued_on"],
        issued_at=certificate.issued_at,
        ended_at=certificate.ended_at,
        public_reason=PUBLIC_REASONS[CorrectionReason(reason)] if reason else None,
        successor_public_id=successor.public_id if successor else "",
        file_sha256=certificate.file.sha256 if certificate.file else "",
        event=certificate.activity.event,
    )


def public_id_of_code(code: str) -> str | None:
    """
    The identifier whose code somebody typed, or None if no certificate has it.

    :raises CodeMistyped: if it cannot be a code.
    """
    prefix = public_id_prefix_of(code)
    found = Certificate.objects.filter(public_id__startswith=prefix).values_list(
        "public_id", flat=True
    )[:2]
    return found[0] if len(found) == 1 else None


def initials_of(name: str) -> str:
    """María José Núñez: `M. J. N.` Who holds the paper can compare; who guesses learns no name."""
    words = [word for word in name.split() if any(letter.isalpha() for letter in word)]
    return " ".join(f"{next(letter for letter in w if letter.isalpha()).upper()}." for w in words)


def own_certificate(registration: Registration, public_id: str) -> Certificate | None:
    return (
        Certificate.objects.filter(registration=registration, public_id=public_id)
        .select_related("file")
        .first()
    )


def file_of(certificate: Certificate) -> bytes:
    """
    :raises FileNotFoundError: if it is not ready, or gone from the disk.
    :raises ValueError: if it was changed on the disk.
    """
    if certificate.file is None:
        raise FileNotFoundError(f"{certificate.serial} is being prepared.")
    return content_store.load(Path(settings.MEDIA_ROOT), certificate.file.sha256)


def certificates_of_event(event: Event, *, state: str = "", words: str = "") -> CertificateQuerySet:
    """The organiser's list; `words` are looked for in names, e-mails and serial numbers."""
    found = (
        Certificate.objects.filter(activity__event=event)
        .select_related("registration", "claim", "file")
        .order_by("-issued_at", "-pk")
    )
    if state in CertificateState.values:
        found = found.filter(state=state)
    for word in words.split()[:5]:
        found = found.filter(
            Q(serial__icontains=word)
            | Q(facts__name__icontains=word)
            | Q(registration__email__icontains=word)
        )
    return found
