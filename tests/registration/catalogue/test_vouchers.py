"""Codes: made, changed, ended; places kept for them; invitations."""

import csv
import datetime as dt
import io

import pytest

from conference.models import EmailMessage, HistoryEntry
from registration.models import TicketType, Voucher
from registration.operations import making_vouchers
from registration.operations.making_vouchers import give_back_places_of_ended_vouchers
from registration.queries.vouchers_desk import vouchers_found
from registration.rules.catalogue import CatalogueRefused
from registration.rules.refusals import NothingLikeIt, SoldOut, VoucherRefused
from tests.conftest import NOON
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db

HALF = {"effect": "percent", "percent": 50, "max_uses": 2, "purpose": "faculty"}
FREE = {"effect": "price", "amount_minor": 0, "currency": "USD", "max_uses": 1}


def make(event, by, **changes):
    values = {**HALF, **changes.pop("values", {})}
    return making_vouchers.make_vouchers(event=event, values=values, **changes, **by)


def places(ticket_type) -> tuple[int, int]:
    ticket_type.refresh_from_db()
    return ticket_type.places_taken, ticket_type.places_left


def test_one_voucher_has_the_code_that_was_chosen(event, physician_ticket, by, organiser):
    (made,) = make(event, by, values={"code": " faculty-1 "}, ticket_types=[physician_ticket])

    made.refresh_from_db()
    assert (made.code, made.percent, made.made_by) == ("FACULTY-1", 50, organiser)
    assert list(made.ticket_types.all()) == [physician_ticket]
    assert buy(physician_ticket, voucher_code="faculty-1").total_minor == 9_000
    entry = HistoryEntry.objects.get(action="voucher.made")
    assert entry.data == {
        "effect": "percent", "percent": 50, "max_uses": 2, "ticket_types": [physician_ticket.pk],
    }  # fmt: skip


def test_a_complimentary_quota_is_a_batch_of_codes_for_nothing(event, physician_ticket, by):
    made = make(event, by, values=FREE, number=3, prefix="spk")

    assert len({each.code for each in made}) == 3
    order = buy(physician_ticket, voucher_code=made[2].code, payment_method="free")
    assert (order.state, order.total_minor) == ("confirmed", 0)


def test_many_vouchers_keep_places_for_each(event, physician_ticket, by):
    values = {**FREE, "max_uses": 2, "keeps_places_of": physician_ticket}

    made = make(event, by, values=values, number=3, prefix="spk", places_each=2)

    assert all(each.code.startswith("SPK-") and len(each.code) == 12 for each in made)
    assert [each.places_kept for each in Voucher.objects.all()] == [2, 2, 2]
    assert places(physician_ticket) == (6, 4)
    order = buy(physician_ticket, voucher_code=made[0].code, payment_method="free")
    assert (order.state, places(physician_ticket)) == ("confirmed", (6, 4))


def test_vouchers_that_want_more_places_than_there_are_are_not_made(event, physician_ticket, by):
    values = {**FREE, "max_uses": 6, "keeps_places_of": physician_ticket}

    with pytest.raises(SoldOut):
        make(event, by, values=values, number=2, places_each=6)

    assert (Voucher.objects.count(), HistoryEntry.objects.count()) == (0, 0)
    assert places(physician_ticket) == (0, 10)


@pytest.mark.parametrize(
    ("values", "changes", "field"),
    [
        ({"code": "TAKEN"}, {}, "code"),
        ({"code": "a b"}, {}, "code"),
        ({"percent": 101}, {}, "effect"),
        ({"percent": None}, {}, "effect"),
        ({"effect": "amount_off", "amount_minor": 100, "currency": "EUR"}, {}, "currency"),
        ({"effect": "amount_off", "currency": "USD"}, {}, "effect"),
        ({"effect": "magic"}, {}, "effect"),
        ({"valid_from": NOON, "valid_until": NOON}, {}, "valid_until"),
        ({}, {"number": 501}, "number"),
        ({"code": "MANY"}, {"number": 2}, "code"),
        ({}, {"places_each": 1}, "keeps_places_of"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_not_made(event, by, values, changes, field):
    make_ticket_type(event)
    make(event, by, values={"code": "TAKEN"})

    with pytest.raises(CatalogueRefused) as refused:
        make(event, by, values=values, **changes)

    assert (refused.value.field, Voucher.objects.count()) == (field, 1)


def test_a_voucher_for_tickets_of_another_event_is_not_made(event, other_event, by):
    there = make_ticket_type(other_event)

    for changes in (
        {"ticket_types": [there]},
        {"values": {**FREE, "currency": "", "effect": "access", "keeps_places_of": there}},
    ):
        with pytest.raises(NothingLikeIt):
            make(event, by, **changes)
    assert Voucher.objects.count() == 0


def test_a_voucher_is_never_changed_below_what_was_used_or_spent(event, physician_ticket, by):
    (made,) = make(event, by, values={"code": "CODE", "budget_minor": 20_000, "currency": "USD"})
    buy(physician_ticket, voucher_code="CODE")
    buy(physician_ticket, attendee=somebody(1), voucher_code="CODE")

    def change(**values):
        return making_vouchers.change_voucher(
            event=event, voucher_id=made.pk, ticket_types=[],
            values={**HALF, "code": "CODE", "currency": "USD", "budget_minor": 20_000, **values},
            **by,
        )  # fmt: skip

    for values, field in (({"max_uses": 1}, "max_uses"), ({"budget_minor": 17_999}, "budget")):
        with pytest.raises(CatalogueRefused) as refused:
            change(**values)
        assert refused.value.field == field
    made.refresh_from_db()
    assert (made.max_uses, made.budget_minor) == (2, 20_000)
    change(max_uses=3, purpose="Dr. Somebody")
    entry = HistoryEntry.objects.get(action="voucher.changed")
    assert entry.data == {"max_uses": [2, 3], "purpose": []}


def test_places_are_kept_later_and_given_back_by_hand(event, physician_ticket, by):
    (made,) = make(
        event, by, values={"code": "CODE", "max_uses": 5, "keeps_places_of": physician_ticket}
    )

    making_vouchers.keep_places(event=event, voucher_id=made.pk, number=5, **by)
    assert places(physician_ticket) == (5, 5)
    for number in (1, 6):
        with pytest.raises(CatalogueRefused):
            making_vouchers.keep_places(event=event, voucher_id=made.pk, number=number, **by)
    making_vouchers.give_back_places(event=event, voucher_id=made.pk, number=2, **by)
    with pytest.raises(CatalogueRefused):
        making_vouchers.give_back_places(event=event, voucher_id=made.pk, number=4, **by)

    made.refresh_from_db()
    assert (made.places_kept, places(physician_ticket)) == (3, (3, 7))
    assert [entry.action for entry in HistoryEntry.objects.order_by("pk")] == [
        "voucher.made", "voucher.places_kept", "voucher.places_given_back",
    ]  # fmt: skip


def test_more_places_than_are_free_are_not_kept(event, by, policy):
    few = make_ticket_type(event, places=3)
    (made,) = make(event, by, values={"max_uses": 5, "keeps_places_of": few})
    buy(few)

    with pytest.raises(SoldOut):
        making_vouchers.keep_places(event=event, voucher_id=made.pk, number=3, **by)

    made.refresh_from_db()
    assert (made.places_kept, places(few)) == (0, (1, 2))


def test_an_ended_voucher_is_refused_and_gives_its_places_back(event, physician_ticket, by):
    values = {"code": "CODE", "max_uses": 5, "keeps_places_of": physician_ticket}
    (made,) = make(event, by, values=values, places_each=5)
    order = buy(physician_ticket, voucher_code="CODE")

    making_vouchers.end_voucher(event=event, voucher_id=made.pk, **by)
    making_vouchers.end_voucher(event=event, voucher_id=made.pk, **by)

    with pytest.raises(VoucherRefused):
        buy(physician_ticket, attendee=somebody(1), voucher_code="CODE")
    made.refresh_from_db()
    order.refresh_from_db()
    assert (made.places_kept, made.valid_until, places(physician_ticket)) == (0, NOON, (1, 9))
    assert order.total_minor == 9_000
    assert HistoryEntry.objects.filter(action="voucher.ended").count() == 1


def test_the_sweeper_gives_back_what_vouchers_kept_whose_time_is_over_once(
    event, physician_ticket, by
):
    values = {"max_uses": 4, "keeps_places_of": physician_ticket, "valid_until": NOON}
    make(event, {**by, "at": NOON - dt.timedelta(days=1)}, values=values, places_each=4)

    early = give_back_places_of_ended_vouchers(at=NOON - dt.timedelta(seconds=1))
    assert (early, places(physician_ticket)) == (0, (4, 6))
    assert give_back_places_of_ended_vouchers(at=NOON) == 4
    assert give_back_places_of_ended_vouchers(at=NOON) == 0

    assert (places(physician_ticket), Voucher.objects.get().places_kept) == ((0, 10), 0)
    entry = HistoryEntry.objects.get(action="voucher.places_given_back")
    assert (entry.actor, entry.data["places"]) == (None, 4)


def test_an_invitation_is_a_letter_in_her_language_with_a_code_for_her_alone(
    event, physician_ticket, by
):
    voucher = making_vouchers.invite(
        event=event, values={**FREE, "email": " Eva@Example.org ", "keeps_places_of": physician_ticket},
        ticket_types=[physician_ticket], places_each=1, name="Eva\r\nBcc: x@example.org",
        language="en", **by,
    )  # fmt: skip

    letter = EmailMessage.objects.get()
    assert (letter.kind, letter.to_address, letter.language) == (
        "registration/email/invited", "Eva@example.org", "en",
    )  # fmt: skip
    assert letter.to_name == "Eva Bcc: x@example.org"
    assert letter.subject == f"{event.short_name}: you are invited"
    assert f"/e/{event.slug}/?code={voucher.code}" in letter.text_body
    assert places(physician_ticket) == (1, 9)
    with pytest.raises(VoucherRefused):
        buy(physician_ticket, voucher_code=voucher.code)


def test_an_invitation_to_no_address_is_refused_and_nothing_is_made(event, physician_ticket, by):
    from conference.kernel.texts import EmailRefused

    with pytest.raises(EmailRefused):
        making_vouchers.invite(
            event=event, values={**FREE, "email": "eva"}, name="", language="es", **by
        )

    assert (Voucher.objects.count(), EmailMessage.objects.count()) == (0, 0)


def test_vouchers_are_found_by_purpose_state_and_words(event, physician_ticket, by):
    make(event, by, values={"code": "SPONSOR", "purpose": "sponsor", "max_uses": 1})
    make(event, by, values={"code": "FACULTY"})
    make(event, by, values={"code": "GONE", "valid_until": NOON})
    buy(physician_ticket, voucher_code="SPONSOR")

    def codes(**filters):
        wanted = {"purpose": "", "state": "", "words": "", **filters}
        return [each.code for each in vouchers_found(event, **wanted, at=NOON)]

    assert codes() == ["GONE", "FACULTY", "SPONSOR"]
    assert codes(purpose="sponsor") == ["SPONSOR"]
    assert codes(state="open") == ["FACULTY"]
    assert codes(state="used_up") == ["SPONSOR"]
    assert codes(state="over") == ["GONE"]
    assert codes(words="facul\0") == ["GONE", "FACULTY"]  # GONE is of the faculty too


def form(**fields):
    return {
        "number": "1", "begins_with": "", "code": "", "purpose": "", "effect": "percent",
        "percent": "100", "amount": "", "currency": "USD", "max_uses": "1", "budget": "",
        "places_each": "0", **fields,
    }  # fmt: skip


def test_vouchers_are_made_and_downloaded_on_their_pages(event, desk, physician_ticket):
    made = desk.post(
        address("make_vouchers", event), form(number="3", begins_with="=x", purpose="@sponsor")
    )
    assert made.status_code == 422  # a prefix is letters, digits and hyphens
    made = desk.post(
        address("make_vouchers", event), form(number="3", begins_with="SP", purpose="@sponsor")
    )

    assert made.status_code == 302
    answer = desk.get(address("vouchers_csv", event) + "?purpose=%40sponsor")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[0] == "Code"
    assert len(rows) == 3
    assert {row[1] for row in rows} == {"'@sponsor"}
    assert all(f"/e/{event.slug}/?code=SP-" in row[9] for row in rows)
    assert desk.get(address("vouchers", event)).status_code == 200


def test_the_page_of_a_voucher_keeps_gives_back_ends_and_changes(event, desk, physician_ticket, by):
    values = {"code": "CODE", "max_uses": 3, "keeps_places_of": physician_ticket}
    (made,) = make(event, by, values=values)
    here = [event, made.pk]

    assert desk.post(address("keep_places", *here), {"number": "9"}).status_code == 422
    assert places(physician_ticket) == (0, 10)
    assert desk.post(address("keep_places", *here), {"number": "3"}).status_code == 302
    assert desk.post(address("give_back_places", *here), {"number": "1"}).status_code == 302
    assert places(physician_ticket) == (2, 8)
    wrong = desk.post(address("voucher", *here), form(code="CODE", max_uses="1"))
    assert wrong.status_code == 422
    assert desk.post(
        address("voucher", *here),
        form(code="CODE", max_uses="4", percent="25", keeps_places_of=physician_ticket.pk),
    ).status_code == 302  # fmt: skip
    page = desk.get(address("voucher", *here)).content.decode()
    assert "25 percent off" in page
    desk.post(address("end_voucher", *here))

    made.refresh_from_db()
    assert (made.percent, made.max_uses, made.places_kept) == (25, 4, 0)
    assert places(physician_ticket) == (0, 10)


def test_an_invitation_is_sent_from_its_page(event, desk, physician_ticket):
    sent = form(email="eva@example.org", name="Eva", language="fr", effect="price", amount="0")
    del sent["places_each"]

    assert desk.post(address("invite", event), {**sent, "email": ""}).status_code == 422
    made = desk.post(address("invite", event), sent)
    assert made.status_code == 302, made.context["form"].errors

    assert (EmailMessage.objects.get().language, Voucher.objects.get().amount_minor) == ("fr", 0)


def test_a_voucher_of_another_event_does_not_exist_here(event, other_event, desk, organiser):
    (there,) = making_vouchers.make_vouchers(
        event=other_event, values=HALF, actor=organiser, at=NOON
    )

    assert desk.get(address("voucher", event, there.pk)).status_code == 404
    for name in ("keep_places", "give_back_places", "end_voucher"):
        assert desk.post(address(name, event, there.pk), {"number": "1"}).status_code == 404
    there.refresh_from_db()
    assert there.valid_until is None
    assert TicketType.objects.count() == 0
