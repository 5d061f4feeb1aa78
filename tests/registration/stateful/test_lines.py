"""
Random lives of waiting lists: people join, buy, cancel, take, decline, forget, shrink, leave.

After each step the audit's sentences about seats must hold. After each sweep nothing that somebody
waits for lies unsold, and whoever was served came before all who waited and would have fitted.
"""

import datetime as dt

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from certificates.management.invariants import INVARIANTS
from conference.kernel.errors import DomainError
from registration.models import (
    Order,
    Quota,
    RegistrationPolicy,
    WaitingEntry,
    Workshop,
)
from registration.operations.accepting import accept_offer
from registration.operations.cancelling import cancel_order
from registration.operations.expiring import expire_orders
from registration.operations.offering import (
    decline_offer,
    look_in,
    offer_freed_places,
    serve_waiting_lists,
)
from registration.operations.queueing import leave_waiting_list, wait_again, wait_with_fewer
from registration.queries.queueing import own_free
from tests.conftest import NOON, make_event
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody, wish
from tests.registration.waiting.conftest import join, line

pytestmark = pytest.mark.django_db
ABOUT_SEATS = {
    sentence: query
    for sentence, query in INVARIANTS.items()
    if "certificates_" not in query and "conference_job" not in query and "now()" not in query
}
numbers = st.integers(min_value=0, max_value=10**6)
parties = st.sampled_from([1, 1, 1, 2, 3])


class Lines(RuleBasedStateMachine):
    """A small course with a small workshop; both are full nearly always."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = NOON - dt.timedelta(days=50)
        self.people = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def open_shop(self) -> None:
        self.event = make_event(f"lines-{id(self)}")
        RegistrationPolicy.objects.create(
            event=self.event, opens_at=NOON - dt.timedelta(days=90), closes_at=NOON,
            transfer_days=2, terms="Be kind.", terms_version="1",
        )  # fmt: skip
        self.course = make_ticket_type(self.event, "course", places=3)
        self.other = make_ticket_type(self.event, "other", places=50)
        self.lesson = Workshop.objects.create(
            event=self.event, slug="lesson", name="Lesson", price_minor=2_999, seats=1
        )
        room = Quota.objects.create(event=self.event, name="Room", size=4)
        room.ticket_types.add(self.course)
        room.workshops.add(self.lesson)
        for workshops in ([self.lesson], [], []):
            buy(self.course, attendee=self.next_person(), workshops=workshops, at=self.at)
        for party in (2, 1, 1):
            self.somebody_joins_the(self.course, party)
        self.somebody_joins_the(self.lesson, 1)
        self.an_order_is_cancelled(0)
        serve_waiting_lists(at=self.at)

    def attempt(self, name, act) -> None:
        try:
            with transaction.atomic():
                act()
        except DomainError as refusal:
            name = refusal.code
        SEEN[name] = SEEN.get(name, 0) + 1

    def next_person(self):
        self.people += 1
        return somebody(self.people)

    def one_of(self, rows, number):
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def entry(self, number, *states):
        return self.one_of(WaitingEntry.objects.filter(event=self.event, state__in=states), number)

    @rule(number=numbers)
    def somebody_buys(self, number):
        person = self.next_person()
        with_lesson = bool(number % 2)
        ticket = self.course if number % 3 else self.other
        before = self.line_of_waiting(self.lesson if with_lesson else ticket)
        self.attempt(
            "bought",
            lambda: buy(
                ticket, attendee=person, workshops=[self.lesson] if with_lesson else [], at=self.at
            ),
        )
        if before:  # nobody who waits is passed by a buyer
            bought = Order.objects.filter(event=self.event, email=person.email).exists()
            assert not bought

    def line_of_waiting(self, product):
        return list(WaitingEntry.objects.in_line(line(product)).waiting())

    @rule(number=numbers, party=parties)
    def somebody_joins(self, number, party):
        self.somebody_joins_the(self.course if number % 3 else self.lesson, party)

    def somebody_joins_the(self, product, party):
        self.people += 1
        self.attempt("joined", lambda: join(product, self.people, party_size=party, at=self.at))

    @rule(number=numbers)
    def an_order_is_cancelled(self, number):
        order = self.one_of(
            Order.objects.filter(event=self.event, state__in=["pending", "confirmed"]), number
        )
        if order:
            self.attempt(
                "cancelled", lambda: cancel_order(order_id=order.pk, actor=None, at=self.at)
            )

    @rule(number=numbers)
    def an_offer_is_taken(self, number):
        entry = self.entry(number, "offered", "lapsed")
        if entry is None:
            return
        ticket = entry.ticket_type or self.other
        people = [wish(ticket, attendee=self.next_person()) for _person in range(entry.party_size)]
        self.attempt(
            "taken",
            lambda: accept_offer(
                entry_id=entry.pk, people=people, payment_method="bank_transfer",
                terms_accepted=True, language="en", actor=None, at=self.at,
            ),
        )  # fmt: skip

    @rule(number=numbers)
    def an_offer_is_declined(self, number):
        if entry := self.entry(number, "offered"):
            self.attempt(
                "declined", lambda: decline_offer(entry_id=entry.pk, actor=None, at=self.at)
            )

    @rule(number=numbers)
    def somebody_hesitates(self, number):
        """Declines, sees the place go to the next, and stands at the end."""
        if entry := self.entry(number, "offered"):
            decline_offer(entry_id=entry.pk, actor=None, at=self.at)
            self.somebody_waits_again(0)

    @rule(number=numbers)
    def somebody_leaves(self, number):
        if entry := self.entry(number, "waiting", "offered"):
            self.attempt(
                "left", lambda: leave_waiting_list(entry_id=entry.pk, actor=None, at=self.at)
            )

    @rule(number=numbers)
    def somebody_waits_again(self, number):
        if entry := self.entry(number, "declined", "lapsed"):
            offer_freed_places(entry.line, at=self.at)
            self.attempt("again", lambda: wait_again(entry_id=entry.pk, actor=None, at=self.at))

    @rule(number=numbers)
    def a_party_becomes_smaller(self, number):
        entry = self.one_of(
            WaitingEntry.objects.filter(
                event=self.event, state__in=["waiting", "offered"], party_size__gt=1
            ),
            number,
        )
        if entry:
            self.attempt(
                "smaller",
                lambda: wait_with_fewer(
                    entry_id=entry.pk, party_size=entry.party_size - 1, actor=None, at=self.at
                ),
            )

    @rule(hours=st.integers(min_value=1, max_value=40))
    def time_goes_by(self, hours):
        self.at += dt.timedelta(hours=hours)

    @rule()
    def the_sweeper_comes(self):
        """All offers of one line are made in its order, as far as parties fit."""
        expire_orders(at=self.at)
        self.attempt("swept", lambda: serve_waiting_lists(at=self.at))
        self.nothing_waited_for_lies_unsold()

    @rule(number=numbers)
    def a_line_is_served_twice(self, number):
        """Whoever was served a moment ago leaves nothing to a second service."""
        product = self.course if number % 2 else self.lesson
        offer_freed_places(line(product), at=self.at)

        assert offer_freed_places(line(product), at=self.at) == 0

    def offered(self, product):
        entries = WaitingEntry.objects.in_line(line(product)).filter(state="offered")
        return entries.values_list("pk", flat=True)

    @rule(number=numbers)
    def somebody_looks_at_her_page(self, number):
        if entry := self.entry(number, "waiting", "offered", "lapsed"):
            page = look_in(token=entry.token, at=self.at)
            assert page.offer_stands == (page.entry.state == "offered")

    @rule()
    def the_last_freed_place_is_seen_to_go_to_the_first_that_fits(self):
        """A model of one service of the course: who should be served, by the rule in words."""
        expire_orders(at=self.at)
        offer_freed_places(line(self.course), at=self.at)
        order = Order.objects.filter(
            event=self.event, state="pending", registrations__ticket_type=self.course
        ).first()
        if order is None:
            return
        cancel_order(order_id=order.pk, actor=None, at=self.at)
        self.course.refresh_from_db()
        room = Quota.objects.get(event=self.event)
        free = min(own_free(self.course), room.left)
        should = []
        for entry in self.line_of_waiting(self.course):
            if entry.party_size <= free:
                should.append(entry.pk)
                free -= entry.party_size
        before = set(self.offered(self.course))
        if self.at < NOON:
            offer_freed_places(line(self.course), at=self.at)
            assert sorted(set(self.offered(self.course)) - before) == sorted(should)

    def nothing_waited_for_lies_unsold(self):
        if self.at >= NOON:
            return  # the sale is over
        room = Quota.objects.get(event=self.event)
        for product in (self.course, self.lesson):
            product.refresh_from_db()
            free = min(own_free(product), room.left)
            fitting = [one for one in self.line_of_waiting(product) if one.party_size <= free]
            assert fitting == []

    @invariant()
    def the_audit_finds_nothing(self):
        for sentence, query in ABOUT_SEATS.items():
            with connection.cursor() as cursor:
                cursor.execute(query)
                assert cursor.fetchall() == [], sentence

    @invariant()
    def turns_only_grow(self):
        for product in (self.course, self.lesson) if hasattr(self, "course") else ():
            joined = [one.joined_at for one in self.line_of_waiting(product)]
            assert joined == sorted(joined)


SEEN: dict[str, int] = {}


def test_lines_live_random_lives():
    SEEN.clear()

    run_state_machine_as_test(
        Lines,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            print_blob=True,
        ),
    )

    # The lives went where they should: nothing is proven by steps that were all refused.
    assert {
        "bought", "sold_out", "joined", "taken", "declined", "left", "again", "smaller", "cancelled",
    } <= set(SEEN), SEEN  # fmt: skip
