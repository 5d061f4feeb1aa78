"""A copy of the demo congress equals its source in what is copied, and shares no row with it."""

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from i18nfield.strings import LazyI18nString

from certificates.models import (
    AccreditedProvider,
    Activity,
    CreditDesignation,
    EvaluationQuestion,
)
from certificates.operations import duplicating as of_certificates
from conference.kernel.errors import DomainError, InputRefused
from conference.models import Event, HistoryEntry, Membership, Room, User
from conference.operations import duplicating as of_conference
from conference.operations.duplicating import duplicate_event, what_would_be_copied
from conference.operations.opening import SlugTaken
from conference.states import EventPart, Role
from registration.models import (
    GroupDiscount,
    Issuer,
    Price,
    PricePhase,
    Question,
    Quota,
    Registration,
    ScanPoint,
    Society,
    SocietyMember,
    TicketType,
    TicketVariation,
    Voucher,
    WaysOfPayment,
    Workshop,
)
from registration.operations import duplicating as of_registration
from schedule.models import Programme, Session, Track
from schedule.operations import duplicating as of_schedule
from tests.conftest import NOON, signed_in

SLUG = "congreso-demo"
EVERYTHING = list(EventPart)
ALL_TABLES = [
    of_conference.ROOMS,
    of_conference.TEAM,
    *of_schedule.TABLES,
    *of_registration.TABLES,
    *of_certificates.TABLES,
]
# What the copies of a table differ in by design; everything else must be equal.
OTHER = {
    Membership: {"added_at"},
    Session: {"starts_at", "ends_at", "actual_start_at", "actual_end_at", "links", "revision",
              "changed_at", "search_text"},
    TicketType: {"places_taken", "waiting", "sale_starts_at", "sale_ends_at", "shown_from"},
    TicketVariation: {"places_taken"},
    Issuer: {"last_letter_number", "papers_since"},
    Workshop: {"seats_taken", "waiting"},
    PricePhase: {"starts_at", "ends_at"},
    Quota: {"taken"},
    Voucher: {"uses", "spent_minor", "places_kept", "valid_from", "valid_until", "made_at"},
    Activity: {"claim_opens_at", "claim_closes_at"},
}  # fmt: skip
POLICY = {"opens_at", "closes_at", "changes_until", "proof_until", "catalogue_version"}


@pytest.fixture(scope="module")
def demo_congress(lasting) -> Event:
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("seed_demo", people=10, seed=3, day=dt.date(2027, 4, 17), **quiet)
    congress = Event.objects.get(slug=SLUG)
    widen(congress)
    return congress


@pytest.fixture
def congress(demo_congress, db) -> Event:
    return Event.objects.get(pk=demo_congress.pk)


def widen(congress: Event) -> None:
    """Some of everything that the demo does not have."""
    physician, resident = congress.ticket_types.order_by("pk")[:2]
    workshop = congress.workshops.order_by("pk").first()
    TicketType.objects.filter(pk=resident.pk).update(
        shown_after=physician, sale_starts_at=NOON, sale_ends_at=NOON + dt.timedelta(hours=3)
    )
    online = TicketVariation.objects.create(
        event=congress, ticket_type=physician, slug="online", name="Online", places=9,
        places_taken=4,
    )  # fmt: skip
    physician.included_workshops.create(workshop=workshop)
    early = PricePhase.objects.create(
        event=congress, slug="early", name="Early", starts_at=NOON, ends_at=NOON.replace(day=20)
    )
    society = Society.objects.create(event=congress, name="Society")
    SocietyMember.objects.create(society=society, email="member@example.org")
    Price.objects.create(
        event=congress, ticket_type=physician, variation=online, phase=early, society=society,
        currency="USD", amount_minor=1000,
    )  # fmt: skip
    Price.objects.create(event=congress, workshop=workshop, currency="ARS", amount_minor=9)
    WaysOfPayment.objects.update_or_create(
        event=congress, defaults={"on_site": True, "days_kept_after_a_part": 4}
    )
    Issuer.objects.filter(event=congress).update(passport_days=20, last_letter_number=3)
    GroupDiscount.objects.create(event=congress, min_people=5, percent=10)
    quota = Quota.objects.create(event=congress, name="Room", size=40, taken=3)
    quota.ticket_types.set([physician, resident])
    quota.workshops.set([workshop])
    diet = Question.objects.create(
        event=congress, slug="diet", kind="one_of", label="Diet?",
        options=[{"value": "other", "label": "Other"}],
    )  # fmt: skip
    which = Question.objects.create(
        event=congress, slug="which", kind="line", label="Which?", shown_if=diet,
        shown_if_answer="other",
    )  # fmt: skip
    which.ticket_types.set([resident])
    code = Voucher.objects.create(
        event=congress, code="FACULTY", effect="percent", percent=50, max_uses=9, uses=2,
        keeps_places_of=physician, places_kept=3, made_at=NOON,
    )  # fmt: skip
    code.ticket_types.set([physician])
    Voucher.objects.create(
        event=congress, code="ANA-ONLY", effect="access", email="ana@example.org", made_at=NOON
    )


def duplicate(congress: Event, **changes) -> Event:
    return duplicate_event(
        congress.pk,
        **{
            "slug": "congreso-2028",
            "first_day": congress.first_day + dt.timedelta(weeks=52),
            "parts": EVERYTHING,
            "actor": User.objects.get(email="organizadora@example.org"),
            "at": NOON,
            **changes,
        },
    )


def plain(row, *, but: set[str]) -> dict:
    """The columns of a row that point to nothing, texts of many languages as dicts."""
    values = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.is_relation and field.name not in but
    }
    return {
        name: value.data if isinstance(value, LazyI18nString) else value
        for name, value in values.items()
    }


def rows_of(table, event: Event) -> list:
    return list(table.rows(event, frozenset(EVERYTHING)).order_by("pk"))


@pytest.mark.slow
def test_a_copy_equals_its_source_in_all_that_is_copied_and_shares_no_row(congress):
    copy = duplicate(congress)

    for table in ALL_TABLES:
        originals, copies = rows_of(table, congress), rows_of(table, copy)
        but = OTHER.get(table.model, set()) | (
            POLICY if table.model._meta.model_name == "registrationpolicy" else set()
        )
        assert [plain(row, but=but) for row in copies] == [
            plain(row, but=but) for row in originals
        ], table.model
        assert originals, f"nothing of {table.model} was there to be copied"
        assert {row.pk for row in originals}.isdisjoint(row.pk for row in copies)


def test_every_link_of_a_copied_row_stays_within_the_copy(congress):
    copy = duplicate(congress)

    copied = {table.model: {row.pk for row in rows_of(table, copy)} for table in ALL_TABLES}
    shared = {Event: {copy.pk}, User: set(User.objects.values_list("pk", flat=True))}
    shared[AccreditedProvider] = set(AccreditedProvider.objects.values_list("pk", flat=True))
    for table in ALL_TABLES:
        for row in rows_of(table, copy):
            for field in row._meta.concrete_fields:
                if not field.is_relation or getattr(row, field.attname) is None:
                    continue
                allowed = copied.get(field.related_model) or shared[field.related_model]
                assert getattr(row, field.attname) in allowed, (table.model, field.name)
    quota = Quota.objects.get(event=copy)
    assert [one.event for one in quota.ticket_types.all()] == [copy, copy]
    assert [one.event for one in quota.workshops.all()] == [copy]
    resident = copy.ticket_types.order_by("pk")[1]
    assert resident.shown_after == copy.ticket_types.order_by("pk")[0]
    which = Question.objects.get(event=copy, slug="which")
    assert (which.shown_if.event, which.shown_if_answer) == (copy, "other")
    assert [one.event for one in which.ticket_types.all()] == [copy]


def test_counters_begin_at_nothing_and_days_move_with_their_hours(congress):
    copy = duplicate(congress)
    moved = dt.timedelta(weeks=52)  # Buenos Aires keeps its clocks

    assert set(copy.ticket_types.values_list("places_taken", "waiting")) == {(0, 0)}
    assert set(copy.workshops.values_list("seats_taken", "waiting")) == {(0, 0)}
    assert Quota.objects.get(event=copy).taken == 0
    assert TicketVariation.objects.get(event=copy).places_taken == 0
    assert set(copy.vouchers.values_list("uses", "spent_minor", "places_kept")) == {(0, 0, 0)}
    voucher = Voucher.objects.get(event=copy, code="FACULTY")
    assert (voucher.code, voucher.uses, voucher.places_kept, voucher.keeps_places_of) == (
        "FACULTY", 0, 0, None,
    )  # fmt: skip
    assert copy.registration_policy.closes_at == congress.registration_policy.closes_at + moved
    assert copy.activity.claim_opens_at == congress.activity.claim_opens_at + moved
    assert [each.starts_at for each in copy.sessions.order_by("pk")] == [
        each.starts_at + moved for each in congress.sessions.order_by("pk")
    ]
    assert (copy.first_day, copy.last_day) == (
        congress.first_day + moved, congress.last_day + moved,
    )  # fmt: skip


def test_nobody_and_nothing_that_happened_is_copied(congress):
    copy = duplicate(congress)

    assert copy.published_at is None
    assert Programme.objects.get(event=copy).state == "draft"
    for gone in ("orders", "registrations", "scan_events", "speakers", "jobs", "api_keys"):
        assert getattr(copy, gone).count() == 0, gone
    assert not SocietyMember.objects.filter(society__event=copy).exists()
    assert not Voucher.objects.filter(event=copy).exclude(email="").exists()
    assert not CreditDesignation.objects.filter(activity__event=copy).exists()
    texts = " ".join(copy.sessions.values_list("search_text", flat=True))
    speaker = congress.speakers.order_by("pk").first().name.split()[-1].casefold()
    assert speaker not in texts.split()


def test_changing_one_leaves_the_other(congress):
    copy = duplicate(congress)
    (tickets,) = [table for table in of_registration.TABLES if table.model is TicketType]
    before = [plain(row, but=set()) for row in rows_of(tickets, congress)]

    copy.ticket_types.update(price_minor=1, places=7)
    copy.rooms.update(capacity=1)
    copy.scan_points.all().delete()

    assert [plain(row, but=set()) for row in rows_of(tickets, congress)] == before
    assert not congress.rooms.filter(capacity=1).exists()
    assert congress.scan_points.exists()


def test_what_is_not_chosen_is_left_out(congress):
    copy = duplicate(congress, parts=[])

    actor = User.objects.get(email="organizadora@example.org")
    assert list(copy.memberships.values_list("user", "role")) == [(actor.pk, Role.ORGANISER)]
    assert copy.sessions.count() == 0
    assert copy.workshops.count() == congress.workshops.count()
    assert set(copy.workshops.values_list("session", flat=True)) == {None}
    assert set(copy.scan_points.values_list("kind", flat=True)) == {"entrance"}
    assert not Voucher.objects.filter(event=copy).exists()
    assert not Activity.objects.filter(event=copy).exists()


def test_a_cancelled_session_is_not_planned_again(congress):
    cancelled = congress.sessions.filter(kind="workshop").order_by("pk").first()
    Session.objects.filter(pk=cancelled.pk).update(state="cancelled", cancelled_at=NOON)

    copy = duplicate(congress)

    assert not copy.sessions.filter(code=cancelled.code).exists()
    assert copy.workshops.get(slug=cancelled.workshop.slug).session is None
    assert not copy.scan_points.filter(name__startswith=cancelled.code).exists()


def test_the_preview_says_how_much_of_what(congress):
    lines = {line.words: line.number for line in what_would_be_copied(congress, parts=[])}

    assert lines["rooms"] == 12
    assert lines["ticket types"] == congress.ticket_types.count()
    assert "sessions" not in lines
    everything = {
        line.words: line.number for line in what_would_be_copied(congress, parts=EVERYTHING)
    }
    assert everything["sessions"] == congress.sessions.count()
    assert everything["vouchers"] == congress.vouchers.filter(email="").count() == 3


def test_history_of_both_tells_of_it(congress):
    copy = duplicate(congress, parts=["sessions"])

    of_source = HistoryEntry.objects.filter(event=congress, action="event.duplicated").get()
    of_copy = HistoryEntry.objects.filter(event=copy, action="event.made_from_another").get()
    assert of_source.data == {"copy": copy.pk, "parts": ["sessions"]}
    assert of_copy.data == {"source": congress.pk, "parts": ["sessions"]}
    assert HistoryEntry.objects.filter(event=copy, action="event.created").count() == 1


def test_a_refused_duplicate_leaves_nothing(congress):
    before = (Event.objects.count(), Room.objects.count(), HistoryEntry.objects.count())

    for changes, refusal, field in (
        ({"slug": "CONGRESO-demo"}, SlugTaken, "slug"),
        ({"slug": "con espacios"}, InputRefused, "slug"),
        ({"slug": "a" * 61}, InputRefused, "slug"),
        ({"first_day": dt.date(1999, 12, 31)}, InputRefused, "first_day"),
        ({"first_day": dt.date(9999, 12, 31)}, InputRefused, "first_day"),
        ({"parts": ["everything"]}, InputRefused, "parts"),
    ):
        with pytest.raises(DomainError) as refused:
            duplicate(congress, **changes)
        assert (type(refused.value), refused.value.field) == (refusal, field)

    after = (Event.objects.count(), Room.objects.count(), HistoryEntry.objects.count())
    assert after == before


@pytest.mark.parametrize("rooms_more", [0, 30])
def test_however_much_there_is_the_queries_are_as_many(
    congress, rooms_more, django_assert_max_num_queries
):
    Room.objects.bulk_create(
        Room(event=congress, name=f"R{number}", slug=f"r{number}") for number in range(rooms_more)
    )
    with django_assert_max_num_queries(75) as captured:
        duplicate(congress)

    assert len(captured) > 40


def test_a_copy_can_be_copied(congress):
    copy = duplicate(congress)

    again = duplicate(copy, slug="congreso-2029", first_day=dt.date(2029, 4, 14))

    assert again.sessions.count() == copy.sessions.count() == congress.sessions.count()


# What an event has and its copy has not: secrets, what happened, people of the programme.
LEFT = {
    "ApiKey", "WebhookEndpoint", "Event", "HistoryEntry", "Job", "EmailMessage",
    "Programme",  # made anew, as a draft
    "Speaker", "SocietyMember",
    "Order", "Registration", "ScanEvent",
    "ProviderAccount", "StatementLine", "DocumentSeries", "WebhookMessage",
    "CreditDesignation", "EvaluationAnswer",
}  # fmt: skip


def owners_of(model) -> set:
    """The models a row of this one hangs on, itself among them, through any number of links."""
    found, to_look_at = set(), [model]
    while to_look_at:
        one = to_look_at.pop()
        if one in found:
            continue
        found.add(one)
        to_look_at += [
            field.related_model for field in one._meta.concrete_fields if field.is_relation
        ]
    return found


def test_every_table_of_an_event_is_copied_or_left_for_a_reason():
    """What hangs on a left table is left too. Add a new one to an app's TABLES, or to LEFT."""
    copied = {table.model for table in ALL_TABLES}
    apps_of_ours = ("conference", "schedule", "registration", "certificates")
    models = [model for label in apps_of_ours for model in apps.get_app_config(label).get_models()]
    left = {model for model in models if model.__name__ in LEFT}

    undecided = [
        model._meta.label
        for model in models
        if Event in owners_of(model)
        and model not in copied
        and not (owners_of(model) - {Event, User}) & left
        and model not in left
    ]

    assert undecided == []


ADDRESS = f"/desk/{SLUG}/duplicate/"


def test_an_organiser_looks_first_and_then_duplicates(congress):
    client = signed_in(User.objects.get(email="organizadora@example.org"))
    sent = {"slug": "congreso-2028", "first_day": "2028-04-12", "parts": ["sessions"]}

    seen = client.get(ADDRESS, HTTP_ACCEPT_LANGUAGE="en")
    previewed = client.post(ADDRESS, {**sent, "preview": "1"}, HTTP_ACCEPT_LANGUAGE="en")
    assert (seen.status_code, previewed.status_code) == (200, 200)
    assert "12" in previewed.content.decode()
    assert "/e/congreso-2028/" in previewed.content.decode()
    assert not Event.objects.filter(slug="congreso-2028").exists()

    done = client.post(ADDRESS, sent)

    assert (done.status_code, done["Location"]) == (302, "/desk/congreso-2028/")
    copy = Event.objects.get(slug="congreso-2028")
    assert copy.sessions.count() == congress.sessions.count()
    assert client.get("/desk/congreso-2028/").status_code == 200
    assert client.get("/e/congreso-2028/").status_code == 404


def test_a_refused_form_is_shown_again(congress):
    client = signed_in(User.objects.get(email="organizadora@example.org"))
    sent = {"slug": "congreso-2028", "first_day": "2028-04-12", "parts": ["team"]}

    for change in (
        {"slug": "ñandú"},
        {"first_day": "9999-12-31"},
        {"first_day": "30/02/2028"},
        {"parts": ["everything"]},
    ):
        assert client.post(ADDRESS, {**sent, **change}).status_code == 422, change
        assert client.post(ADDRESS, {**sent, **change, "preview": "1"}).status_code == 422, change
    assert client.post(ADDRESS, {**sent, "slug": SLUG}).status_code == 422
    assert not Event.objects.filter(first_day__year__gte=2028).exists()


def test_the_command_does_the_same(congress):
    said = io.StringIO()
    arguments = (SLUG, "--slug", "congreso-2028", "--first-day", "2028-04-12")

    call_command("duplicate_event", *arguments, "--dry-run", stdout=said)
    assert "12 rooms" in said.getvalue()
    assert not Event.objects.filter(slug="congreso-2028").exists()

    call_command("duplicate_event", *arguments, stdout=said)
    copy = Event.objects.get(slug="congreso-2028")
    assert copy.rooms.count() == 12
    assert copy.memberships.count() == congress.memberships.count()

    with pytest.raises(CommandError):
        call_command("duplicate_event", *arguments, stdout=said)


def test_a_door_volunteer_duplicates_nothing(congress):
    client = signed_in(User.objects.get(email="puerta@example.org"))

    answer = client.post(ADDRESS, {"slug": "mine", "first_day": "2028-04-12"})

    assert answer.status_code == 404
    assert not Event.objects.filter(slug="mine").exists()


def test_the_demo_has_people_who_could_have_leaked(congress):
    """The tests above would prove nothing about an empty event."""
    assert Registration.objects.filter(event=congress).exists()
    assert ScanPoint.objects.filter(event=congress).exists()
    assert EvaluationQuestion.objects.filter(activity__event=congress).exists()
    assert Track.objects.filter(event=congress).exists()
