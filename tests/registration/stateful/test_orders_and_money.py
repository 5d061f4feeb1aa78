"""
Random lives of orders: bought, paid in parts, early or late, changed, cancelled, refunded.

After each step the audit's own sentences about seats and money must hold, and the ledger must
say what a second bookkeeper, who knows nothing but the money that came and left, says too.
"""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from certificates.management.invariants import INVARIANTS
from conference.kernel.errors import DomainError
from registration.models import (
    LedgerEntry,
    Order,
    Payment,
    Quota,
    Refund,
    Registration,
    RegistrationPolicy,
    TicketType,
    Voucher,
    Workshop,
)
from registration.operations.adding_people import add_person
from registration.operations.cancelling import cancel_order, cancel_own_order, cancel_registration
from registration.operations.changing import change_workshops
from registration.operations.expiring import (
    expire_orders,
    release_unpaid_additions,
    release_unpaid_people,
)
from registration.operations.giving_seats import give_seat, send_back_and_cancel
from registration.operations.paying import record_payment
from registration.operations.refunding import cancel_refund, record_refund_sent, request_refund
from registration.queries.orders import owed_minor
from tests.conftest import NOON, make_event
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody, wish

pytestmark = pytest.mark.django_db
ABOUT_MONEY_AND_SEATS = {
    sentence: query
    for sentence, query in INVARIANTS.items()
    if "certificates_" not in query and "conference_job" not in query and "now()" not in query
}
any_number = st.integers(min_value=0, max_value=10**6)


class Shop(RuleBasedStateMachine):
    """One event with little of everything, so that people get into each other's way."""

    organiser = None
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = NOON - dt.timedelta(days=50)
        self.people = 0
        self.came: Counter[int] = Counter()
        self.left: Counter[int] = Counter()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def open_shop(self) -> None:
        self.event = make_event(f"event-{id(self)}")
        RegistrationPolicy.objects.create(
            event=self.event, opens_at=NOON - dt.timedelta(days=90), closes_at=NOON,
            transfer_days=2, terms="Be kind.", terms_version="1",
            refund_steps=[{"days_before": 20, "percent": 100}, {"days_before": 5, "percent": 40}],
        )  # fmt: skip
        self.paid = make_ticket_type(self.event, "paid", price_minor=10_001, places=3)
        self.free = make_ticket_type(self.event, "free", price_minor=0, places=2)
        self.lesson = Workshop.objects.create(
            event=self.event, slug="lesson", name="Lesson", price_minor=2_999, seats=2
        )
        self.dinner = Workshop.objects.create(
            event=self.event, slug="dinner", name="Dinner", price_minor=501, seats=1
        )
        room = Quota.objects.create(event=self.event, name="Room", size=4)
        room.ticket_types.add(self.paid, self.free)
        Voucher.objects.create(
            event=self.event, code="HALF", effect="percent", percent=50, max_uses=2, made_at=self.at
        )

    def one_of(self, rows, number):
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def attempt(self, name, act) -> None:
        """Do it; a refusal is an answer too, and must have changed nothing of the books."""
        before = self.books()
        try:
            with transaction.atomic():
                act()
        except DomainError as refusal:
            self.seen[refusal.code] += 1
            assert self.books() == before
        else:
            self.seen[name] += 1

    @staticmethod
    def books():
        return (
            list(LedgerEntry.objects.order_by("pk").values_list("pk", "amount_minor")),
            list(TicketType.objects.order_by("pk").values_list("places", "places_taken")),
            list(Workshop.objects.order_by("pk").values_list("seats", "seats_taken")),
            list(Registration.objects.order_by("pk").values_list("pk", "state")),
        )

    @rule(
        people=st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=3),
        with_code=st.booleans(),
    )
    def place(self, people, with_code) -> None:
        wishes = []
        for is_paid, workshops in people:
            self.people += 1
            chosen = [w for bit, w in ((1, self.lesson), (2, self.dinner)) if workshops & bit]
            wishes.append(
                wish(
                    self.paid if is_paid else self.free,
                    attendee=somebody(self.people),
                    workshops=chosen,
                )
            )
        code = "HALF" if with_code else ""
        self.attempt("order", lambda: buy(self.paid, people=wishes, voucher_code=code, at=self.at))

    @precondition(lambda _self: Order.objects.exists())
    @rule(number=any_number, share=st.sampled_from([1, 2, 3]))
    def pay(self, number, share) -> None:
        order = self.one_of(Order.objects.exclude(payment_method="free"), number)
        if order is None:
            return
        amount_minor = max(1, order.total_minor // share)
        external_id = f"T-{Payment.objects.count()}"

        def act():
            record_payment(
                order_id=order.pk, amount_minor=amount_minor, external_id=external_id,
                received_at=self.at, actor=None, at=self.at,
            )  # fmt: skip
            self.came[order.pk] += amount_minor

        self.attempt("payment", act)

    @rule(hours=st.sampled_from([1, 30, 60, 24 * 12]), swept=st.booleans())
    def let_time_pass(self, hours, swept) -> None:
        self.at += dt.timedelta(hours=hours)
        if swept:
            expire_orders(at=self.at)
            release_unpaid_people(at=self.at)
            release_unpaid_additions(at=self.at)

    @precondition(lambda _self: Order.objects.filter(state="pending").exists())
    @rule(number=any_number, choice=st.sampled_from(["wait", "seat", "overbook", "send back"]))
    def pay_after_others_took_the_rest(self, number, choice) -> None:
        order = self.one_of(Order.objects.filter(state="pending"), number)
        self.at += dt.timedelta(days=2)
        expire_orders(at=self.at)
        while TicketType.objects.get(pk=self.paid.pk).places_left:
            before = Order.objects.count()
            self.place([(True, 0)], with_code=False)
            if Order.objects.count() == before:
                break
        order.refresh_from_db()

        def act():
            record_payment(
                order_id=order.pk, amount_minor=order.total_minor, external_id=f"L-{order.pk}-{self.at}",
                received_at=self.at, actor=None, at=self.at,
            )  # fmt: skip
            self.came[order.pk] += order.total_minor

        self.attempt("late payment", act)
        if choice != "wait" and Order.objects.filter(state="paid_without_seat").exists():
            self.decide_a_paid_order_without_seat(number, choice)

    @precondition(lambda _self: Registration.objects.exists())
    @rule(number=any_number, by_herself=st.booleans())
    def cancel_one(self, number, by_herself) -> None:
        place = self.one_of(Registration.objects, number)
        self.attempt(
            "place cancelled",
            lambda: cancel_registration(
                registration_id=place.pk, by_herself=by_herself, actor=None, at=self.at
            ),
        )

    @precondition(lambda _self: Order.objects.exists())
    @rule(number=any_number, by_herself=st.booleans())
    def cancel_all(self, number, by_herself) -> None:
        order = self.one_of(Order.objects, number)
        cancel = cancel_own_order if by_herself else cancel_order
        self.attempt("order cancelled", lambda: cancel(order_id=order.pk, actor=None, at=self.at))

    @precondition(lambda _self: Registration.objects.exists())
    @rule(number=any_number, workshops=st.sets(st.sampled_from(["lesson", "dinner"])))
    def change(self, number, workshops) -> None:
        place = self.one_of(Registration.objects, number)
        self.attempt(
                "workshops changed",
            lambda: change_workshops(
                registration_id=place.pk, workshops=sorted(workshops), by_herself=True, actor=None, at=self.at
            )
        )  # fmt: skip

    @precondition(lambda _self: Order.objects.exists())
    @rule(number=any_number, is_paid=st.booleans(), with_lesson=st.booleans())
    def add(self, number, is_paid, with_lesson) -> None:
        order = self.one_of(Order.objects, number)
        self.people += 1
        person = wish(
            self.paid if is_paid else self.free,
            attendee=somebody(self.people),
            workshops=[self.lesson] if with_lesson else [],
        )
        self.attempt(
            "person added",
            lambda: add_person(
                order_id=order.pk, person=person, terms_accepted=True, actor=None, at=self.at
            ),
        )

    @precondition(lambda _self: Payment.objects.exists())
    @rule(number=any_number, amount_minor=st.sampled_from([1, 5_000, 10_001, 30_000]))
    def ask_for_a_refund(self, number, amount_minor) -> None:
        order = self.one_of(Order.objects.filter(payments__isnull=False).distinct(), number)
        self.attempt(
            "refund asked",
            lambda: request_refund(
                order_id=order.pk,
                amount_minor=amount_minor,
                reason="Illness",
                actor=None,
                at=self.at,
            ),
        )

    @precondition(lambda _self: Refund.objects.filter(state="created").exists())
    @rule(number=any_number, is_sent=st.booleans())
    def decide_a_refund(self, number, is_sent) -> None:
        refund = self.one_of(Refund.objects.filter(state="created"), number)

        def act():
            if is_sent:
                record_refund_sent(
                    refund_id=refund.pk,
                    external_id=f"R-{refund.pk}",
                    actor=self.organiser,
                    at=self.at,
                )
                self.left[refund.order_id] += refund.amount_minor
            else:
                cancel_refund(refund_id=refund.pk, actor=self.organiser, at=self.at)

        self.attempt("refund decided", act)

    @precondition(lambda _self: Order.objects.filter(state="paid_without_seat").exists())
    @rule(number=any_number, choice=st.sampled_from(["seat", "overbook", "send back"]))
    def decide_a_paid_order_without_seat(self, number, choice) -> None:
        order = self.one_of(Order.objects.filter(state="paid_without_seat"), number)
        if choice == "send back":
            self.attempt(
                "seat decided",
                lambda: send_back_and_cancel(
                    order_id=order.pk, reason="Full", actor=self.organiser, at=self.at
                ),
            )
        else:
            reason = "A guest" if choice == "overbook" else ""
            self.attempt(
                "seat decided",
                lambda: give_seat(
                    order_id=order.pk, reason=reason, actor=self.organiser, at=self.at
                ),
            )

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        found = " UNION ALL ".join(
            f"SELECT {number} FROM ({query}) AS q{number}"
            for number, query in enumerate(ABOUT_MONEY_AND_SEATS.values())
        )
        with connection.cursor() as cursor:
            cursor.execute(found)
            violated = [list(ABOUT_MONEY_AND_SEATS)[number] for (number,) in cursor.fetchall()]
        assert violated == []

    @invariant()
    def the_ledger_agrees_with_the_second_bookkeeper(self) -> None:
        for order in Order.objects.all():
            self.seen[order.state] += 1
            lines: Counter[str] = Counter()
            for line in order.ledger_entries.all():
                lines[line.kind] += line.amount_minor
            assert -lines["payment"] == self.came[order.pk]
            assert lines["refund"] == self.left[order.pk]
            charged = lines["charge"] + lines["waiver"]
            assert owed_minor(order) == charged - self.came[order.pk] + self.left[order.pk]
            if order.state == "expired":
                assert charged == 0

    @invariant()
    def money_that_came_is_kept_on_its_way_or_gone_back(self) -> None:
        for payment in Payment.objects.prefetch_related("refunds"):
            reserved = [
                refund.amount_minor
                for refund in payment.refunds.all()
                if refund.state in ("created", "in_transit", "done")
            ]
            assert sum(reserved) == payment.refunded_minor <= payment.amount_minor


def test_whatever_happens_no_seat_is_sold_twice_and_no_money_is_lost(organiser):
    Shop.organiser = organiser

    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            print_blob=True,
        ),
    )
    # A machine that never came there would prove nothing.
    assert {
        "order", "payment", "place cancelled", "order cancelled", "workshops changed", "person added",
        "refund asked",
        "refund decided", "seat decided", "sold_out", "workshop_full", "pending", "confirmed",
        "expired", "cancelled", "paid_without_seat",
    } <= set(Shop.seen), Shop.seen  # fmt: skip
