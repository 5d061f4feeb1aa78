"""An event with some of everything, each of its texts carrying a word by which a leak is seen."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from certificates.models import Certificate
from certificates.operations.claiming import claim_credits
from certificates.operations.issuing import certify_presence
from conference.kernel.sealed_text import seal
from conference.models import (
    ApiKey,
    EmailMessage,
    Event,
    Job,
    JobItem,
    Membership,
    User,
    WebhookEndpoint,
)
from conference.operations.delivering_webhooks import SECRET_PURPOSE
from conference.operations.keys import make_key
from conference.operations.opening import add_member
from conference.operations.webhooks import try_webhook
from conference.states import ApiScope, Role
from registration.models import (
    Badge,
    Group,
    GroupDiscount,
    Order,
    PaymentAttempt,
    Price,
    PricePhase,
    ProviderAccount,
    Question,
    Quota,
    Registration,
    ScanPoint,
    Society,
    SocietyMember,
    StatusProof,
    TicketType,
    TicketVariation,
    Voucher,
    WaitingEntry,
    Workshop,
)
from registration.operations.buying_groups import sponsor_group
from registration.operations.deriving_attendance import derive_attendance
from registration.operations.documenting import issue_invoice, issue_receipt
from registration.operations.inviting import request_letter
from registration.operations.inviting_groups import invite_to_group
from registration.operations.naming import name_person
from registration.operations.paying import record_payment
from registration.operations.proving import submit_proof
from registration.operations.refunding import request_refund
from registration.operations.withdrawing import answer_withdrawal, request_withdrawal
from registration.rules.attendees import AttendeeDetails
from registration.rules.documents import Recipient
from registration.states import NamedBy, ScanDirection, ScanPointKind
from schedule.models import Programme, Session, SessionSpeaker, Speaker, Track
from tests.certificates import stage
from tests.conftest import NOON, make_event, make_user
from tests.registration.letters.conftest import PASSPORT
from tests.registration.onsite.cast import scan
from tests.registration.ordering.conftest import buy, wish
from tests.registration.proofs.conftest import picture

AFTER = NOON + dt.timedelta(days=2)


@dataclass(frozen=True)
class World:
    """One event and all that is its own."""

    event: Event
    word: str
    organiser: User
    door: User
    key: str

    @property
    def order(self) -> Order:
        return Order.objects.filter(event=self.event).order_by("pk").first()

    @property
    def registration(self) -> Registration:
        return Registration.objects.filter(event=self.event).order_by("pk").first()

    @property
    def badge(self) -> Badge:
        return Badge.objects.filter(registration__event=self.event).order_by("pk").first()

    @property
    def ticket_type(self) -> TicketType:
        return TicketType.objects.get(event=self.event, price_minor__gt=0)

    @property
    def workshop(self) -> Workshop:
        return Workshop.objects.get(event=self.event)


def make_world(word: str) -> World:
    """`word` is of letters alone; it stands in every name, address and number of the event."""
    event = make_event(
        f"{word}-2027".lower(), name=f"Congreso {word}", short_name=word, summary=f"Todo {word}",
        organiser_name=f"Sociedad {word}", contact_email=f"{word}@example.org".lower(),
    )  # fmt: skip
    organiser = make_user(f"organiser-{word}@example.org".lower(), name=f"Organiser {word}")
    door = make_user(f"door-{word}@example.org".lower(), name=f"Door {word}")
    add_member(event, user=organiser, role=Role.ORGANISER, actor=None, at=NOON)
    add_member(event, user=door, role=Role.DOOR, actor=organiser, at=NOON)
    sessions = _programme(event, word)
    _catalogue(event, word, sessions)
    registration = _sales(event, word, organiser)
    _days(event, word, registration, sessions)
    _jobs(event, word, organiser)
    made = make_key(
        event_id=event.pk, name=f"Key {word}", scopes=ApiScope.values,
        expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=300), actor=organiser,
        at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    webhook = WebhookEndpoint.objects.create(
        event=event, url=f"https://{word}.example.org/".lower(), sealed_secret=seal("s", purpose=SECRET_PURPOSE),
        kinds=["order.placed"], created_at=dt.datetime.now(dt.UTC), created_by=organiser,
    )  # fmt: skip
    try_webhook(endpoint_id=webhook.pk, event_id=event.pk, actor=None, at=webhook.created_at)
    return World(event, word, organiser, door, made.written)


def _programme(event: Event, word: str) -> dict[str, Session]:
    sessions = stage.make_sessions(event)
    track = Track.objects.create(event=event, name=f"Track {word}", slug=f"track-{word}".lower())
    Session.objects.filter(event=event).update(
        title=f"Session {word}", track=track, search_text=f"session {word}".lower()
    )
    event.rooms.filter(slug="sala-b").update(name=f"Room {word}")
    speaker = Speaker.objects.create(event=event, external_id="1", name=f"Dr. {word}")
    SessionSpeaker.objects.create(session=sessions["S1"], speaker=speaker)
    Programme.objects.create(
        event=event, state="published", version=1, changed_at=NOON, published_at=NOON
    )
    return sessions


def _catalogue(event: Event, word: str, sessions: dict[str, Session]) -> None:
    slug = word.lower()
    event_policy(event, word)
    ticket_type = TicketType.objects.create(
        event=event, slug=slug, name=f"Ticket {word}", price_minor=100, places=50,
        badge_role=f"Role {word}",
    )  # fmt: skip
    workshop = Workshop.objects.create(
        event=event, session=sessions["S3"], slug=slug, name=f"Workshop {word}", price_minor=0,
        seats=50,
    )  # fmt: skip
    online = TicketType.objects.create(
        event=event, slug=f"{slug}-2", name=f"Other {word}", price_minor=0, places=5,
        badge_role=f"Role {word}",
    )  # fmt: skip
    TicketVariation.objects.create(
        event=event, ticket_type=online, slug="online", name=f"Online {word}"
    )
    PricePhase.objects.create(
        event=event, slug="early", name=f"Early {word}", starts_at=NOON - dt.timedelta(days=80),
        ends_at=NOON - dt.timedelta(days=70),
    )  # fmt: skip
    society = Society.objects.create(event=event, name=f"Society {word}")
    SocietyMember.objects.create(society=society, email=f"member-{slug}@example.org")
    Price.objects.create(
        event=event, ticket_type=ticket_type, society=society, currency="USD", amount_minor=90
    )
    GroupDiscount.objects.create(event=event, min_people=50, percent=1)
    quota = Quota.objects.create(event=event, name=f"Quota {word}", size=50)
    quota.ticket_types.add(ticket_type)
    quota.workshops.add(workshop)
    Question.objects.create(event=event, slug=slug, kind="line", label=f"Question {word}?")
    Voucher.objects.create(
        event=event, code=f"CODE-{word}".upper(), effect="percent", percent=1,
        purpose=f"For {word}", made_at=NOON,
    )  # fmt: skip


def event_policy(event: Event, word: str) -> None:
    event.registration_policy = event_policy_model().objects.create(
        event=event, opens_at=NOON - dt.timedelta(days=90), closes_at=AFTER + dt.timedelta(days=90),
        withdrawal_link=True, terms=f"Terms {word}", terms_version="1", bank_instructions=f"Bank {word}",
    )  # fmt: skip


def event_policy_model():
    from registration.models import RegistrationPolicy

    return RegistrationPolicy


def somebody_of(word: str, name: str) -> AttendeeDetails:
    return AttendeeDetails(
        email=f"{name}-{word}@example.org".lower(), badge_name=f"{name} {word}",
        certificate_name=f"{name} Full {word}", profession="physician", country="AR",
        institution=f"Hospital {word}",
    )  # fmt: skip


def _sales(event: Event, word: str, organiser: User) -> Registration:
    """An order that was paid and has its papers, one that waits, one that was cancelled."""
    from registration.operations.cancelling import cancel_order
    from tests.registration.documents.conftest import ISSUER, describe_issuer

    describe_issuer(event=event, details=ISSUER, actor=organiser, at=NOON)
    ticket_type = TicketType.objects.get(event=event, slug=word.lower())
    workshop = Workshop.objects.get(event=event)
    paid, waiting, gone = (
        buy(
            ticket_type,
            people=[
                wish(
                    ticket_type,
                    attendee=somebody_of(word, name),
                    workshops=[workshop],
                    answers={word.lower(): f"Answer {word}"},
                )
            ],
            at=NOON - dt.timedelta(days=3),
        )
        for name in ("Paula", "Wanda", "Gina")
    )
    payment = record_payment(
        order_id=paid.pk, amount_minor=100, external_id=f"BANK-{word}", received_at=NOON,
        actor=organiser, at=NOON,
    )  # fmt: skip
    issue_receipt(payment_id=payment.pk, at=NOON, actor=organiser)
    issue_invoice(
        order_id=paid.pk, recipient=Recipient(name=f"Payer {word}"), actor=organiser, at=NOON
    )
    cancel_order(order_id=gone.pk, actor=organiser, at=NOON)
    request_refund(
        order_id=paid.pk, amount_minor=10, reason=f"Refund {word}", actor=organiser, at=NOON
    )
    account = ProviderAccount.objects.create(
        event=event, provider="stripe", sealed_keys="sealed", currencies=["USD"],
        connected_at=NOON,
    )  # fmt: skip
    PaymentAttempt.objects.create(
        order=waiting, account=account, amount_minor=100, currency="USD", started_at=NOON,
        deadline_at=AFTER, state_changed_at=NOON, provider_reference=f"checkout-{word}",
    )  # fmt: skip
    WaitingEntry.objects.create(
        event=event, workshop=workshop, turn=event.pk, email=f"eva-{word}@example.org".lower(),
        name=f"Eva {word}", language="es", joined_at=NOON,
    )  # fmt: skip
    request_letter(
        registration_id=paid.registrations.get().pk, actor=None, at=NOON,
        passport=dataclasses.replace(PASSPORT, name=f"Paula {word}", lodging=f"Hotel {word}"),
    )  # fmt: skip
    place = waiting.registrations.get()
    proof = StatusProof.objects.create(
        event=event, registration=place, profession="nurse", due_at=AFTER, currency="USD",
        status_price_minor=place.price_minor, full_price_minor=place.price_minor + 50,
        status_list_price_minor=place.price_minor, full_list_price_minor=place.price_minor + 50,
    )  # fmt: skip
    submit_proof(proof_id=proof.pk, raw=picture(), said=f"Said {word}", actor=None, at=NOON)
    _group(ticket_type, word, organiser)
    asked = request_withdrawal(reference=waiting.reference, email=waiting.email, at=NOON)
    answer_withdrawal(
        withdrawal_id=asked.pk, event_id=event.pk, is_accepted=False, reason=f"Because {word}",
        actor=organiser, at=NOON,
    )  # fmt: skip
    request_withdrawal(reference=waiting.reference, email=waiting.email, at=NOON)
    return Registration.objects.get(order=paid)


def _group(ticket_type: TicketType, word: str, organiser: User) -> None:
    """Seats of a sponsor: one named, one invited, one free."""
    order = sponsor_group(
        event_slug=ticket_type.event.slug, ticket_type=ticket_type.slug, seats=3,
        name=f"Sponsor {word}", email=f"sponsor-{word}@example.org".lower(),
        submission_token=f"sponsor-{word}", language="es", actor=organiser,
        at=NOON - dt.timedelta(days=3),
    )  # fmt: skip
    group = Group.objects.get(order=order)
    name_person(
        group_id=group.pk, attendee=somebody_of(word, "Nora"), by=NamedBy.OWNER, actor=None,
        at=NOON - dt.timedelta(days=3),
    )  # fmt: skip
    invite_to_group(
        group_id=group.pk, email=f"inv-{word}@example.org".lower(), by_desk=False, actor=None,
        at=NOON - dt.timedelta(days=3),
    )  # fmt: skip


def _days(
    event: Event, word: str, registration: Registration, sessions: dict[str, Session]
) -> None:
    """Scans, attendance, credits and certificates."""
    entrance = ScanPoint.objects.create(
        event=event, kind=ScanPointKind.ENTRANCE, name=f"Entrance {word}"
    )
    session = sessions["S4"]
    door = ScanPoint.objects.create(
        event=event, kind=ScanPointKind.SESSION, name=f"Door {word}", session=session
    )
    badge = registration.badges.get()
    scan(entrance, badge.token, at=session.starts_at - dt.timedelta(minutes=30))
    scan(door, badge.token, at=session.starts_at)
    scan(door, badge.token, ScanDirection.OUT, at=session.ends_at)
    derive_attendance([registration.pk], at=AFTER)
    activity = stage.make_activity(event, title=f"Activity {word}")
    designation = stage.designate(activity, sessions)
    stage.evaluate(registration, at=AFTER)
    claim_credits(
        registration_id=registration.pk, designation_id=designation.pk, claimed=Decimal("1.50"),
        attested=True, actor=None, at=AFTER,
    )  # fmt: skip
    another = stage.make_registration(
        event, badge_name=f"Otra {word}", certificate_name=f"O {word}", profession="nurse"
    )
    stage.attend(another, session)
    certify_presence(registration_id=another.pk, actor=None, at=AFTER)
    assert Certificate.objects.filter(activity=activity).count() == 2


def _jobs(event: Event, word: str, organiser: User) -> None:
    job = Job.objects.create(
        event=event, kind="registration.badges", requested_by=organiser, total=1, state="failed",
        requested_at=NOON, finished_at=NOON, problem=f"Problem {word}",
    )  # fmt: skip
    JobItem.objects.create(
        job=job, position=0, subject_id=1, state="failed", problem=f"Item {word}"
    )
    assert EmailMessage.objects.filter(event=event).exists()
    assert Membership.objects.filter(event=event).count() == 2
    assert not ApiKey.objects.filter(event=event).exists()
