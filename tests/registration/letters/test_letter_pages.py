import io

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from registration.models import VisaLetter
from registration.operations.inviting import withdraw_letter
from registration.operations.rendering_letters import render_letter
from registration.queries.letters import file_of_letter
from registration.states import WithdrawalCause
from tests.conftest import NOON, signed_in
from tests.registration.letters.conftest import PASSPORT, approve, ask

pytestmark = pytest.mark.django_db
TYPED = {
    "name": PASSPORT.name,
    "number": PASSPORT.number,
    "nationality": PASSPORT.nationality,
    "born_on": "1985-02-28",
    "arrives_on": "2027-04-12",
    "leaves_on": "2027-04-20",
    "consulate": "Abuja",
    "lodging": "",
}
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def desk(organiser) -> Client:
    return signed_in(organiser)


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_the_letter_is_spanish_with_an_english_copy_and_a_code_that_leads_to_its_page(
    approved, settings
):
    letter = render_letter(approved.pk, at=NOON)
    pdf = file_of_letter(letter)

    spanish, english = text_of(pdf)
    for expected in (
        "Carta de invitación", letter.written_number, "AAF123456", "Nigeria",
        "28 de febrero de 1985", "del 12 de abril de 2027 al 20 de abril de 2027", "(RENURE) con el número 12345",
        "CUIT 30-50001091-2", "artículos 116, 117, 118, 119, 120 y 121", "Dra. Elena Ñancupil",
        "Ana María ÑANDÚ GÜEMES IBÁÑEZ", "República Argentina en Abuja", "Hotel del Plata",
    ):  # fmt: skip
        assert expected in spanish
    assert "Copy in English for information" in english
    assert "February 28, 1985" in english
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == f"{settings.SITE_URL}/l/{letter.public_id}/"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "es"


def test_the_stored_file_shows_nothing_of_the_passport(approved, settings):
    from pathlib import Path

    from conference.kernel.content_store import load

    stored = render_letter(approved.pk, at=NOON).file

    raw = load(Path(settings.MEDIA_ROOT), stored.sha256)
    assert not raw.startswith(b"%PDF")
    assert stored.media_type == "application/octet-stream"


def test_a_hostile_name_is_printed_as_it_is(ana):
    import dataclasses

    hostile = 'Ana {number} <img src="http://127.0.0.1:9/"> Ñandú'
    letter = approve(ask(ana, dataclasses.replace(PASSPORT, name=hostile)))

    pdf = file_of_letter(render_letter(letter.pk, at=NOON))

    assert "{number} <img src=" in text_of(pdf)[0]
    assert len(text_of(pdf)) == 2


def test_a_person_asks_and_downloads_when_it_is_ready(ana, client, monkeypatch):
    from registration.web import letters

    class Clock:
        now = staticmethod(lambda: NOON)

    monkeypatch.setattr(letters, "timezone", Clock)
    page = f"/r/{ana.token}/letter/"

    refused = client.post(page, {**TYPED, "number": "12"}, headers=ENGLISH)
    assert refused.status_code == 422
    assert "Abuja" in refused.content.decode()
    assert VisaLetter.objects.count() == 0

    assert client.post(page, TYPED)["Location"] == page
    letter = VisaLetter.objects.get()
    waiting = client.get(page, headers=ENGLISH)
    assert "no-store" in waiting["Cache-Control"]
    assert "456" in waiting.content.decode()
    assert "AAF123456" not in waiting.content.decode()
    file = f"{page}{letter.public_id}.pdf"
    assert client.get(file).status_code == 404

    approve(letter, looked_twice=True)
    assert client.get(file)["Location"] == page
    render_letter(letter.pk, at=NOON)
    response = client.get(file)
    assert response.content[:5] == b"%PDF-"
    assert (
        response["Content-Disposition"]
        == f'attachment; filename="letter-V{ana.event_id}-00001.pdf"'
    )
    assert response["Cache-Control"].startswith("private, no-store")


def test_a_letter_is_handed_out_behind_its_own_address_alone(approved, client, free_ticket):
    from tests.registration.ordering.conftest import buy, somebody

    render_letter(approved.pk, at=NOON)
    other = buy(free_ticket, attendee=somebody(5)).registrations.get()

    assert client.get(f"/r/{other.token}/letter/{approved.public_id}.pdf").status_code == 404
    assert client.get(f"/r/{'0' * 26}/letter/{approved.public_id}.pdf").status_code == 404


def test_she_withdraws_it_and_the_file_is_gone_from_her_page(approved, ana, client):
    client.post(f"/r/{ana.token}/letter/withdraw/")

    approved.refresh_from_db()
    assert (approved.state, approved.withdrawal_cause) == ("withdrawn", "by_herself")
    assert client.get(f"/r/{ana.token}/letter/{approved.public_id}.pdf").status_code == 404


def test_anybody_sees_whether_a_letter_is_valid_and_nothing_of_the_person(approved, ana, client):
    page = f"/l/{approved.public_id}/"

    response = client.get(page, headers=ENGLISH)
    text = response.content.decode()
    assert "This letter is valid" in text
    assert "A. M. Ñ. G. I." in text
    for secret in ("AAF", "456", "Nigeria", "Ñandú", "ÑANDÚ", ana.email, ana.token, "1985"):
        assert secret not in text
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"

    withdraw_letter(letter_id=approved.pk, cause=WithdrawalCause.BY_ORGANISER, actor=None, at=NOON)
    again = client.get(page, headers=ENGLISH).content.decode()
    assert "This letter was withdrawn" in again


def test_what_is_unknown_is_one_and_the_same_404(requested, client):
    addresses = ["0" * 26, "X", "7" * 26, requested.public_id, "a" * 26, "%20", "é" * 26]

    answers = [client.get(f"/l/{address}/", headers=ENGLISH) for address in addresses]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_organiser_works_the_queue_one_after_the_other(
    ana, desk, event, free_ticket, monkeypatch
):
    from registration.web import desk_letters
    from tests.registration.ordering.conftest import buy, somebody

    class Clock:
        now = staticmethod(lambda: NOON)

    monkeypatch.setattr(desk_letters, "timezone", Clock)
    second = ask(buy(free_ticket, attendee=somebody(8)).registrations.get())
    first = ask(ana)
    base = f"/desk/{event.slug}/letters/"

    queue = desk.get(base).content.decode()
    assert queue.index("Person Number 8") < queue.index("Ana María Ñandú")
    page = desk.get(f"{base}{second.pk}/", headers=ENGLISH).content.decode()
    assert "Please look twice" in page
    assert "AAF123456" not in page

    refused = desk.post(f"{base}{second.pk}/approve/", headers=ENGLISH)
    assert refused.status_code == 422
    assert "say that you did" in refused.content.decode()
    rejected = desk.post(f"{base}{second.pk}/reject/", {"reason": "Another name"})
    assert rejected["Location"] == f"{base}{first.pk}/"
    approved = desk.post(f"{base}{first.pk}/approve/", {"looked_twice": "on"})
    assert approved["Location"] == base

    assert list(VisaLetter.objects.order_by("pk").values_list("state", flat=True)) == [
        "rejected",
        "approved",
    ]


def test_a_letter_of_another_event_is_not_there(approved, other_organiser, other_event, event):
    desk = signed_in(other_organiser)

    for path in ("", "approve/", "reject/", "withdraw/"):
        address = f"/desk/{other_event.slug}/letters/{approved.pk}/{path}"
        response = desk.post(address) if path else desk.get(address)
        assert response.status_code == 404
    assert desk.get(f"/desk/{event.slug}/letters/{approved.pk}/").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_queue_asks_the_database_the_same_however_long_it_is(
    free_ticket, issuer, desk, event, people
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.registration.ordering.conftest import buy, somebody

    for number in range(people):
        ask(buy(free_ticket, attendee=somebody(number)).registrations.get())
    desk.get(f"/desk/{event.slug}/letters/")

    with CaptureQueriesContext(connection) as asked:
        desk.get(f"/desk/{event.slug}/letters/")

    assert len(asked) == 7
