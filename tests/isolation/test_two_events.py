"""
Two events on one installation: who organises the one learns nothing of the other and changes nothing.

The addresses come from the URL configuration, so a new page is walked through without anybody
thinking of it.
"""

import json
import re
import uuid
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Q
from django.test import Client

from certificates.models import Certificate, CreditDesignation
from conference.access import Level
from conference.models import (
    ApiKey,
    Event,
    Job,
    Membership,
    WebhookDelivery,
    WebhookEndpoint,
)
from registration.models import Order, Registration, ScanEvent, ScanPoint, TicketType
from schedule.models import Session
from tests.conftest import signed_in
from tests.isolation.two_events import World, make_world
from tests.permissions.test_matrix import TEAM_ADDRESSES, Address, addresses

OURS = ("conference", "schedule", "registration", "certificates")
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
# What a part of an address names, where its name alone does not say it. Of the catalogue's pages
# the words before it say it: catalogue/ticket-type/<pk>/.
NOUNS = {"variation": "ticketvariation", "phase": "pricephase"}
NO_ROWS = {"provider", "kind"}  # words of ours, the same at every event
MODELS = {
    "parent_id": (TicketType, "pk"),
    "endpoint_id": (WebhookEndpoint, "pk"),
    "delivery_id": (WebhookDelivery, "pk"),
    "key_id": (ApiKey, "pk"),
    "point_id": (ScanPoint, "pk"),
    "letter_id": (apps.get_model("registration", "VisaLetter"), "pk"),
    "proof_id": (apps.get_model("registration", "StatusProof"), "pk"),
    "entry_id": (apps.get_model("registration", "WaitingEntry"), "pk"),
    "attempt_id": (apps.get_model("registration", "PaymentAttempt"), "pk"),
    "slug": (TicketType, "slug"),
    "uid": (Job, "uid"),
    "document_id": (apps.get_model("registration", "FiscalDocument"), "pk"),
    "reference": (Order, "reference"),
    "designation_id": (CreditDesignation, "pk"),
    "code": (Session, "code"),
}


@pytest.fixture(scope="module")
def worlds(lasting) -> tuple[World, World]:
    return make_world("Orquidea"), make_world("Jacaranda")


@pytest.fixture
def ours(worlds, db, settings) -> World:
    settings.DEMO = True  # the footer of the demo names no event either
    return worlds[0]


@pytest.fixture
def theirs(worlds, ours) -> World:
    return worlds[1]


def model_of(address: Address, name: str):
    if name == "uid" and "registrations" in address.pattern:
        return Registration, "uid"
    if name in MODELS:
        return MODELS[name]
    wanted = name.removesuffix("_id").replace("_", "")
    if name == "pk":
        noun = address.pattern.partition("<int:pk>")[0].strip("/").rpartition("/")[2]
        wanted = NOUNS.get(noun, noun.replace("-", ""))
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            if model._meta.model_name == wanted:
                return model, "pk"
    return None, ""


def rows_of(model, event: Event):
    """The rows of a model that are of the event, found by any link that leads to it."""
    for path in (
        "event", "order__event", "registration__event", "activity__event", "session__event",
        "payment__order__event", "series__event", "ticket_type__event", "account__event",
        "plan__order__event", "society__event", "endpoint__event",
    ):  # fmt: skip
        try:
            return model._default_manager.filter(**{path: event}).order_by("pk")
        except Exception:  # noqa: BLE001 - no such link
            continue
    raise AssertionError(f"no link leads from {model} to an event")


def values_of(address: Address, name: str, world: World) -> list:
    model, field = model_of(address, name)
    if model is None:
        return []
    return list(rows_of(model, world.event).values_list(field, flat=True)[:2])


def row_names(address: Address) -> list[str]:
    names = [name for _kind, name in PART.findall(address.pattern)]
    return [name for name in names if name != "event_slug" and name not in NO_ROWS]


def paths_of(address: Address, *, event: World, rest: World) -> Iterator[str]:
    """The address at `event`, its other parts filled with rows of `rest`."""
    words = {"event_slug": event.event.slug, "provider": "stripe", "kind": "ticket-type"}
    names = row_names(address)
    assert len(names) <= 1, f"{address.pattern} names two rows: teach this walk to fill both"
    for value in values_of(address, names[0], rest) if names else [None]:
        fill = {**words, names[0]: str(value)} if names else words
        yield "/" + PART.sub(lambda match, fill=fill: fill[match.group(2)], address.pattern)


def with_parts(these: list[Address]) -> list[Address]:
    return [one for one in these if row_names(one)]


def everything() -> dict[str, list]:
    """Every row of ours, to see whether anything has changed at all."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace").casefold()


def test_every_part_of_an_address_names_a_row_of_each_event(ours, theirs):
    """Or the walks pass it by: say in MODELS what it names, and give `make_world` such a row."""
    passed_by = [
        f"{name} of {address.pattern}"
        for address in with_parts(TEAM_ADDRESSES)
        for name in row_names(address)
        if not (values_of(address, name, ours) and values_of(address, name, theirs))
    ]

    assert passed_by == []


def test_both_events_are_full_of_their_own_word(ours, theirs):
    """A walk over empty pages would find nothing."""
    client, seen = signed_in(theirs.organiser), 0
    for address in TEAM_ADDRESSES:
        if address.is_api:
            continue
        for path in paths_of(address, event=theirs, rest=theirs):
            seen += theirs.word.casefold() in body_of(client.get(path))

    assert seen >= 15


def test_no_page_of_a_team_says_a_word_of_another_event(ours, theirs):
    client = signed_in(ours.organiser)
    leaks, opened = [], 0
    for address in TEAM_ADDRESSES:
        for path in paths_of(address, event=ours, rest=ours):
            response = client.get(path)
            opened += response.status_code == 200
            if theirs.word.casefold() in body_of(response):
                leaks.append(path)

    assert leaks == []
    assert opened >= 25


def test_no_list_of_the_api_says_a_word_of_another_event(ours, theirs):
    client = Client(HTTP_AUTHORIZATION=f"Api-Key {ours.key}")
    leaks, opened = [], []
    for address in addresses():
        if not address.is_api or "event_slug" not in address.pattern:
            continue
        for path in paths_of(address, event=ours, rest=ours):
            response = client.get(path)
            if response.status_code == 200:
                opened.append(path)
            if theirs.word.casefold() in body_of(response):
                leaks.append(path)

    assert leaks == []
    assert len(opened) >= 12


def test_no_public_page_of_an_event_says_a_word_of_another(ours, theirs):
    client = Client()
    leaks = []
    for address in addresses():
        is_public = address.access is not None and address.access.level is Level.PUBLIC
        if not is_public or "event_slug" not in address.pattern:
            continue
        leaks += [
            path
            for path in paths_of(address, event=ours, rest=ours)
            if theirs.word.casefold() in body_of(client.get(path))
        ]

    assert leaks == []


def test_a_search_does_not_reach_into_another_event(ours, theirs):
    client = signed_in(ours.organiser)
    order, their_name = theirs.order, theirs.registration.badge_name.casefold()
    desk = f"/desk/{ours.event.slug}/"
    # The words themselves are shown again; what they would find is not.
    for words in (theirs.word, order.reference, order.email, str(theirs.registration.uid)):
        for page in ("orders/", "people/", "certificates/"):
            body = body_of(client.get(f"{desk}{page}", {"q": words}))
            assert their_name not in body, (page, words)
    ticket = client.get(f"{desk}people/", {"ticket_type": theirs.ticket_type.slug})
    assert their_name not in body_of(ticket)
    found = signed_in(theirs.organiser).get(f"/desk/{theirs.event.slug}/people/", {"q": "paula"})
    assert their_name in body_of(found)


@pytest.mark.parametrize("who", ["organiser", "key"])
def test_rows_of_another_event_are_not_there_and_nothing_changes(ours, theirs, who):
    """Each address at our event, with every row of theirs that its parts could name."""
    if who == "organiser":
        client = signed_in(ours.organiser)
    else:
        client = Client(HTTP_AUTHORIZATION=f"Api-Key {ours.key}")
    here = with_parts([one for one in TEAM_ADDRESSES if one.is_api or who == "organiser"])
    before = everything()
    answers: dict[str, set[int]] = {}

    for address in here:
        for path in paths_of(address, event=ours, rest=theirs):
            sent = {"reason": "typo", "amount": "1.00", "name": "X", "external_id": "X"}
            for response in (
                client.get(path),
                client.post(
                    path, {} if not address.is_api else None, content_type="application/json"
                )
                if address.is_api
                else client.post(path, sent),
                client.put(path, "{}", content_type="application/json"),
                client.delete(path),
            ):
                answers.setdefault(path, set()).add(response.status_code)
                said = body_of(response).replace(path.casefold(), "")  # the address itself
                assert theirs.word.casefold() not in said, path

    wrong = {path: codes for path, codes in answers.items() if not codes <= {400, 403, 404, 405}}
    assert wrong == {}
    assert len(answers) >= (15 if who == "organiser" else 4)
    after = everything()
    changed = [label for label, rows in after.items() if rows != before[label]]
    assert [label for label in changed if label != "conference.ApiKey"] == []


def test_the_team_of_one_event_is_a_stranger_at_the_other(ours, theirs):
    clients = [signed_in(ours.organiser), signed_in(ours.door)]
    before = everything()
    for client in clients:
        for address in TEAM_ADDRESSES:
            for path in paths_of(address, event=theirs, rest=theirs):
                response = client.get(path)
                assert response.status_code == 404, path
                # Without the address itself, which was asked for.
                said = body_of(response).replace(path.casefold(), "").replace(theirs.event.slug, "")
                assert theirs.word.casefold() not in said, path
    assert everything() == before


def test_a_key_of_one_event_opens_nothing_of_the_other(ours, theirs):
    client = Client(HTTP_AUTHORIZATION=f"Api-Key {ours.key}")
    for address in TEAM_ADDRESSES:
        if not address.is_api:
            continue
        for path in paths_of(address, event=theirs, rest=theirs):
            response = client.get(path)
            assert response.status_code in (403, 404), path
            assert theirs.word.casefold() not in body_of(response), path


def test_what_another_event_sells_cannot_be_bought_here(ours, theirs):
    client = Client()
    attendee = {
        "email": "eva@example.org", "badge_name": "Eva", "certificate_name": "Eva",
        "profession": "physician", "country": "AR",
    }  # fmt: skip
    before = everything()
    for ticket_type, workshops in (
        (theirs.ticket_type.slug, []),
        (ours.ticket_type.slug, [theirs.workshop.slug]),
    ):
        answer = client.post(
            f"/api/v1/events/{ours.event.slug}/orders/",
            json.dumps(
                {
                    "ticket_type": ticket_type,
                    "workshops": workshops,
                    "payment_method": "bank_transfer",
                    "terms_accepted": True,
                    "attendee": attendee,
                }
            ),
            content_type="application/json",
        )
        assert 400 <= answer.status_code < 500, answer.content
        assert theirs.word.casefold() not in body_of(answer).replace(theirs.ticket_type.slug, "")
    assert everything() == before


def test_a_badge_of_another_event_opens_no_door_here(ours, theirs):
    client = signed_in(ours.door)
    their_point = ScanPoint.objects.filter(event=theirs.event).first()
    our_point = ScanPoint.objects.filter(event=ours.event, session=None).get()

    def send(point: ScanPoint) -> object:
        scan = {
            "client_uid": str(uuid.uuid4()), "point": point.pk, "code": theirs.badge.token,
            "direction": "in", "method": "typed", "scanned_at": "2027-04-15T15:00:00Z",
        }  # fmt: skip
        return client.post(
            f"/api/v1/events/{ours.event.slug}/scans/",
            json.dumps(scan),
            content_type="application/json",
        )

    at_our_door = send(our_point)
    at_theirs = send(their_point)

    assert at_our_door.status_code == 200, at_our_door.content
    assert "unknown" in body_of(at_our_door)
    assert theirs.word.casefold() not in body_of(at_our_door) + body_of(at_theirs)
    assert not ScanEvent.objects.filter(
        Q(event=ours.event), Q(registration__event=theirs.event) | Q(point=their_point)
    ).exists()


def test_papers_of_another_order_do_not_open_with_ones_own_token(ours, theirs):
    certificate = Certificate.objects.filter(registration=theirs.registration).first()
    designation = CreditDesignation.objects.get(activity__event=theirs.event)
    document = rows_of(apps.get_model("registration", "FiscalDocument"), theirs.event).first()
    mine, order = ours.registration, ours.order
    client = Client()

    for path in (
        f"/r/{mine.token}/certificates/{certificate.public_id}.pdf",
        f"/r/{mine.token}/credits/{designation.pk}/claim/",
        f"/o/{order.token}/documents/{document.pk}.pdf",
    ):
        response = client.get(path)
        assert response.status_code == 404, path
        assert theirs.word.casefold() not in body_of(response)


def test_an_organiser_of_one_event_sees_the_other_in_no_list_of_hers(ours, theirs):
    client = signed_in(ours.organiser)

    for path in ("/desk/", "/my/"):
        assert theirs.word.casefold() not in body_of(client.get(path))
    assert Membership.objects.filter(user=ours.organiser).count() == 1
