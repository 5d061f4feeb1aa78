"""Page two: one person or several, each with her own ticket and answers; nothing is lost."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import (
    Answer,
    GroupDiscount,
    Order,
    Price,
    Question,
    RegistrationPolicy,
    Society,
    SocietyMember,
    Voucher,
)
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event):
    """Open now: pages read the real clock."""
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=30),
        terms="Be kind.",
        terms_version="1",
    )


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


CHOICE = "?country=AR&profession=physician&ticket=physician"


def address(event) -> str:
    return f"/e/{event.slug}/register/details/{CHOICE}"


def person(number: int, **changes) -> dict[str, str]:
    fields = {
        "badge_name": f"Person {number}",
        "certificate_name": f"Person Number {number}",
        "email": f"p{number}@example.org",
        "profession": "physician",
        "country": "AR",
        "ticket": "physician",
        **changes,
    }
    return {f"person-{number}-{name}": value for name, value in fields.items()}


def order(number: int, agreed: str, **changes) -> dict[str, str]:
    return {
        "people": str(number),
        "payment": "bank_transfer",
        "terms_accepted": "on",
        "submission_token": "a-form",
        "agreed": agreed,
        **changes,
    }


def value_of(words: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', words).group()
    return re.search(r'value="([^"]*)"', tag).group(1)


def test_a_group_is_one_order_with_a_discount_and_somebody_who_pays(
    event, physician_ticket, ultrasound, english
):
    GroupDiscount.objects.create(event=event, min_people=3, percent=10)
    people = person(1) | person(2, workshops="ultrasound") | person(3)

    answer = english.post(
        address(event),
        order(3, "USD 53600", payer_name="Hospital", payer_email="office@example.org") | people,
    )

    placed = Order.objects.get()
    assert answer["Location"] == f"/o/{placed.token}/"
    assert (placed.total_minor, placed.email, placed.payer_name) == (
        53_600, "office@example.org", "Hospital",
    )  # fmt: skip
    assert placed.registrations.count() == 3
    words = english.get(f"/o/{placed.token}/").content.decode()
    for said in ("Your 3 places are held", "10 % less as a group", "−USD 18.00", "Ultrasound"):
        assert said in words


def test_a_person_is_added_and_taken_away_and_nothing_typed_is_lost(
    event, physician_ticket, english
):
    typed = order(1, "") | person(1, institution="Hospital Fernández")

    added = english.post(address(event), typed | {"do": "add"}).content.decode()
    assert value_of(added, "people") == "2"
    assert value_of(added, "person-1-badge_name") == "Person 1"
    assert value_of(added, "person-2-institution") == "Hospital Fernández"
    assert value_of(added, "submission_token") == "a-form"
    assert "field-error" not in added

    both = order(2, "") | person(1) | person(2)
    left = english.post(address(event), both | {"do": "remove-1"}).content.decode()
    assert value_of(left, "people") == "1"
    assert value_of(left, "person-1-email") == "p2@example.org"
    assert Order.objects.count() == 0


@pytest.mark.parametrize("people", ["", "0", "-1", "abc", "1e9", "٣", "99999999999"])
def test_a_strange_number_of_people_is_still_a_form(event, physician_ticket, english, people):
    page = english.post(address(event), order(1, "", people=people))

    assert page.status_code == 422
    assert Order.objects.count() == 0


def test_no_more_people_are_added_than_a_page_holds(event, physician_ticket, english):
    words = english.post(address(event), order(10, "") | {"do": "add"}).content.decode()

    assert value_of(words, "people") == "10"
    assert "For larger groups write to" in words


def test_all_problems_of_all_people_are_shown_at_once(event, physician_ticket, english):
    ask(event, "diet", "line", is_required=True)
    sent = order(2, "USD 36000") | person(1, badge_name="") | person(2, email="nobody")

    page = english.post(address(event), sent)

    assert page.status_code == 422
    words = page.content.decode()
    assert "4 answers need your attention" in words
    assert words.count("Please answer this.") == 4  # in the summary and at both fields
    assert 'href="#id_person-2-email"' in words


def test_one_address_is_for_one_person(event, physician_ticket, english):
    sent = order(2, "USD 36000") | person(1, email="a@example.org")
    page = english.post(address(event), sent | person(2, email="A@example.org "))

    assert page.status_code == 422
    assert page.content.decode().count("Each person needs an e-mail address of her own.") == 4
    assert Order.objects.count() == 0


def test_who_of_a_group_is_registered_already_is_said_at_her_name(event, physician_ticket, english):
    buy(physician_ticket, attendee=somebody(7), at=timezone.now())
    sent = order(2, "USD 36000") | person(1) | person(2, email="Person7@example.org")

    page = english.post(address(event), sent)

    words = page.content.decode()
    assert page.status_code == 422
    assert 'id="id_person-2-email_error"' in words
    assert 'id="id_person-1-email_error"' not in words
    assert Order.objects.count() == 1


def test_a_total_she_was_not_shown_is_shown_before_it_is_charged(event, physician_ticket, english):
    society = Society.objects.create(event=event, name="SAE")
    SocietyMember.objects.create(society=society, email="member@example.org")
    Price.objects.create(
        event=event, ticket_type=physician_ticket, amount_minor=10_000, currency="USD",
        society=society,
    )  # fmt: skip
    claiming = f"{address(event)}&society={society.pk}"
    assert value_of(english.get(claiming).content.decode(), "agreed") == "USD 10000"

    page = english.post(claiming, order(1, "USD 10000") | person(1))  # not on the list

    words = page.content.decode()
    assert page.status_code == 422
    assert "The total is USD 180.00 now." in words
    assert value_of(words, "agreed") == "USD 18000"
    assert Order.objects.count() == 0
    assert english.post(claiming, order(1, "USD 18000") | person(1)).status_code == 302


def test_a_member_pays_what_she_was_shown(event, physician_ticket, english):
    society = Society.objects.create(event=event, name="SAE")
    SocietyMember.objects.create(society=society, email="p1@example.org")
    Price.objects.create(
        event=event, ticket_type=physician_ticket, amount_minor=10_000, currency="USD",
        society=society,
    )  # fmt: skip

    english.post(f"{address(event)}&society={society.pk}", order(1, "USD 10000") | person(1))

    assert Order.objects.get().total_minor == 10_000


def test_a_code_is_typed_and_refused_on_page_two_too(event, physician_ticket, english):
    Voucher.objects.create(
        event=event, code="HALF", effect="percent", percent=50, max_uses=1, made_at=timezone.now()
    )

    shown = english.post(
        address(event), order(1, "") | person(1) | {"do": "update", "code": "half"}
    )
    assert value_of(shown.content.decode(), "agreed") == "USD 9000"
    refused = english.post(address(event), order(1, "USD 18000", code="NOTHING") | person(1))
    assert refused.status_code == 422
    assert "This code cannot be used here." in refused.content.decode()
    assert Order.objects.count() == 0
    english.post(address(event), order(1, "USD 9000", code="half") | person(1))
    assert Order.objects.get().total_minor == 9_000


def test_what_costs_nothing_asks_for_no_way_of_payment(event, free_ticket, english):
    query = "?country=AR&profession=student&ticket=student"
    page = english.get(f"/e/{event.slug}/register/details/{query}")
    assert 'name="payment"' not in page.content.decode()

    english.post(
        f"/e/{event.slug}/register/details/{query}",
        order(1, "USD 0", payment="") | person(1, ticket="student"),
    )

    assert Order.objects.get().state == "confirmed"


def test_another_profession_is_offered_its_own_tickets(event, physician_ticket, english):
    make_ticket_type(event, "nursing", professions=["nurse"])
    typed = order(1, "") | person(1, profession="nurse", ticket="nursing") | {"do": "update"}

    words = english.post(address(event), typed).content.decode()

    assert '<option value="nursing" selected>' in words
    refused = english.post(address(event), order(1, "USD 18000") | person(1, ticket="nursing"))
    assert refused.status_code == 422
    assert Order.objects.count() == 0


def ask(event, slug, kind, **fields) -> Question:
    return Question.objects.create(event=event, slug=slug, kind=kind, label=slug.title(), **fields)


OPTIONS = [{"value": "a", "label": {"en": "First"}}, {"value": "b", "label": "Second"}]
ANSWERS = {
    "line": ("no\tnuts", "no nuts"),
    "text": ("one\r\ntwo", "one\ntwo"),
    "number": ("12", 12),
    "yes_no": ("no", False),
    "one_of": ("b", "b"),
    "some_of": (["b", "a"], ["a", "b"]),
    "date": ("2027-01-31", "2027-01-31"),
    "time": ("09:30", "09:30"),
    "moment": ("2027-01-31T09:30", "2027-01-31T09:30"),
    "country": ("BR", "BR"),
    "phone": ("+54 9 11 5555 5555", "+5491155555555"),
    "email": ("her@example.org", "her@example.org"),
}


def test_the_twelve_kinds_of_questions_are_asked_and_kept(event, physician_ticket, english):
    for position, kind in enumerate(ANSWERS):
        options = OPTIONS if kind in ("one_of", "some_of") else []
        ask(event, kind, kind, options=options, is_required=True, sort_key=position)
    given = {f"q-{kind}": typed for kind, (typed, _kept) in ANSWERS.items()}

    empty = english.post(address(event), order(1, "USD 18000") | person(1))
    assert empty.status_code == 422
    assert empty.content.decode().count("Please answer this.") == 2 * len(ANSWERS)
    english.post(address(event), order(1, "USD 18000") | person(1, **given))

    kept = {answer.question.kind: answer.value for answer in Answer.objects.all()}
    assert kept == {kind: value for kind, (_typed, value) in ANSWERS.items()}


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "1_000"), ("number", "9" * 4000), ("number", "1.0"), ("date", "2027-02-30"),
        ("date", "0001-01-01"), ("time", "24:00"), ("country", "ZZ"), ("phone", "11 5555 5555"),
        ("phone", "+" + "9" * 40), ("email", "a@localhost"), ("one_of", "c"), ("some_of", "c"),
        ("line", "a\x00b"), ("text", "x" * 6000),
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused_and_kept_on_the_page(
    event, physician_ticket, english, kind, typed
):
    ask(event, "asked", kind, options=OPTIONS if kind.endswith("_of") else [])

    page = english.post(address(event), order(1, "USD 18000") | person(1, **{"q-asked": typed}))

    assert page.status_code == 422
    words = page.content.decode()
    assert "Please look at this answer again." in words
    assert value_of(words, "person-1-badge_name") == "Person 1"
    assert Order.objects.count() == 0


def test_a_question_depends_on_another_answer(event, physician_ticket, english):
    diet = ask(event, "diet", "one_of", options=OPTIONS, sort_key=1)
    ask(event, "which", "line", is_required=True, shown_if=diet, shown_if_answer="b", sort_key=2)

    def wrapper(words):
        return re.search(r"<div data-shown-if=[^>]*>", words).group()

    first = english.get(address(event)).content.decode()
    assert wrapper(first).endswith(" hidden>")
    asked = english.post(address(event), order(1, "USD 18000") | person(1, **{"q-diet": "b"}))
    assert asked.status_code == 422
    assert not wrapper(asked.content.decode()).endswith(" hidden>")
    not_asked = {"q-diet": "a", "q-which": "typed before she changed her mind"}
    english.post(address(event), order(1, "USD 18000") | person(1, **not_asked))
    assert [answer.value for answer in Answer.objects.all()] == ["a"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ñandú Güemes-Ibáñez", "Ñandú Güemes-Ibáñez"),
        ("Ñandú", "Ñandú"),
        ("Ana\u202e\u2066 Ruiz", "Ana Ruiz"),
        ("Ana\r\n\tRuiz", "Ana Ruiz"),
        ("👩🏽\u200d⚕️ Ana", "👩🏽\u200d⚕️ Ana"),
        ("W" * 200, "W" * 200),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_names_as_people_write_them_are_kept(event, physician_ticket, english, name, kept):
    english.post(address(event), order(1, "USD 18000") | person(1, badge_name=name))

    placed = Order.objects.get()
    assert placed.registrations.get().badge_name == kept
    assert "<script>alert" not in english.get(f"/o/{placed.token}/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"payer_email": "a@b.co\r\nBcc: x@example.org"},
        {"payer_email": "a@localhost"},
        {"payer_name": "A" + "\u0301" * 199},
        {"payer_name": "W" * 201},
    ],
)
def test_who_pays_is_looked_at_like_everybody(event, physician_ticket, english, changes):
    page = english.post(address(event), order(1, "USD 18000", **changes) | person(1))

    assert page.status_code == 422
    assert Order.objects.count() == 0


def test_no_address_of_the_checkout_holds_what_she_typed(event, physician_ticket, english):
    page = english.post(address(event), order(1, "") | person(1) | {"do": "add"})

    links = re.findall(
        r'(?:href|action|formaction|hx-get|hx-post)="([^"]*)"', page.content.decode()
    )
    assert links
    assert not any("p1@example.org" in link or "Person" in link for link in links)
