"""
Places kept for a code, and buyers, at once.

The control keeps them as one would without the conditional update, and oversells.
"""

import threading

import pytest
from django.db import connection
from django.db.models import F

from registration.models import Registration, TicketType, Voucher
from registration.operations.making_vouchers import end_voucher, keep_places, make_vouchers
from registration.rules.refusals import VoucherRefused
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once, outcome, policy
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

__all__ = ["policy"]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def make_code(event, ticket_type, organiser) -> Voucher:
    (voucher,) = make_vouchers(
        event=event,
        values={"effect": "access", "max_uses": 10, "keeps_places_of": ticket_type},
        actor=organiser,
        at=NOON,
    )
    return voucher


def test_places_are_kept_or_sold_but_never_both(event, policy, organiser):
    ticket_type = make_ticket_type(event, places=6)
    codes = [make_code(event, ticket_type, organiser) for _number in range(4)]

    def act(number):
        if number % 3:
            return outcome(lambda: buy(ticket_type, attendee=somebody(number)))
        code = codes[number // 3]
        return outcome(
            lambda: keep_places(event=event, voucher_id=code.pk, number=2, actor=organiser, at=NOON)
        )

    all_at_once(12, act)

    ticket_type.refresh_from_db()
    kept = sum(Voucher.objects.values_list("places_kept", flat=True))
    sold = Registration.objects.holding_a_place().count()
    assert ticket_type.places_taken == kept + sold == 6


def test_a_code_used_and_ended_at_once_counts_each_place_once(event, policy, organiser):
    ticket_type = make_ticket_type(event, places=8)
    code = make_code(event, ticket_type, organiser)
    keep_places(event=event, voucher_id=code.pk, number=8, actor=organiser, at=NOON)

    def with_the_code(number):
        try:
            buy(ticket_type, attendee=somebody(number), voucher_code=code.code)
        except VoucherRefused:
            return "refused"
        return "sold"

    def act(number):
        if number == 4:
            end_voucher(event=event, voucher_id=code.pk, actor=organiser, at=NOON)
            return "ended"
        return with_the_code(number)

    outcomes = all_at_once(8, act)

    ticket_type.refresh_from_db()
    code.refresh_from_db()
    sold = Registration.objects.holding_a_place().count()
    assert code.places_kept == 0
    assert ticket_type.places_taken == sold == outcomes.count("sold")


def test_without_the_guard_the_same_places_are_kept_twice(event, policy):
    ticket_type = make_ticket_type(event, places=6)
    everybody_has_looked = threading.Barrier(4)

    def look_then_keep(_number):
        free = TicketType.objects.get(pk=ticket_type.pk).places_left
        everybody_has_looked.wait(timeout=30)
        if free >= 2:
            TicketType.objects.filter(pk=ticket_type.pk).update(places_taken=F("places_taken") + 2)

    table = TicketType._meta.db_table
    definition = "CHECK (places_taken >= 0 AND places_taken <= places)"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT ticket_type_never_oversold")
    try:
        all_at_once(4, look_then_keep)
        ticket_type.refresh_from_db()
    finally:
        TicketType.objects.filter(pk=ticket_type.pk).update(places_taken=0)
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT ticket_type_never_oversold {definition}"
            )

    assert ticket_type.places_taken == 8 > ticket_type.places
