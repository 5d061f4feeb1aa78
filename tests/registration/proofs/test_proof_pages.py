"""Her page, the reviewer's queue, and who does not get in."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conference.operations.keys import make_key
from conference.states import ApiScope
from registration.models import RegistrationPolicy, StatusProof
from registration.operations.expecting_proofs import expire_proofs
from registration.operations.proving import approve_proof
from tests.conftest import signed_in
from tests.registration.ordering.conftest import ANA
from tests.registration.proofs.conftest import (
    EARLY,
    FULL,
    HALF,
    RITA,
    buy_as_resident,
    pdf,
    picture,
    submit,
)

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PNG = "image/png"


@pytest.fixture
def desk(organiser) -> Client:
    return signed_in(organiser)


def page_of(proof, end="") -> str:
    return f"/r/{proof.registration.token}/proof/{end}"


def desk_of(proof, end="") -> str:
    return f"/desk/{proof.event.slug}/proofs/{proof.pk}/{end}"


def send(proof, raw, *, name="card.png", kind=PNG, **typed):
    file = SimpleUploadedFile(name, raw, content_type=kind)
    return Client().post(page_of(proof), {"file": file, **typed}, headers=ENGLISH)


def test_her_page_says_what_until_when_and_what_otherwise(proof):
    page = Client().get(page_of(proof), headers=ENGLISH).content.decode()

    assert "Resident physician" in page
    assert "February 27" in page or "27 February" in page
    more, full = proof.difference.written("en"), proof.full_price.written("en")
    assert f"Without a proof your ticket costs the full price, {full}: {more} more" in page
    ticket = Client().get(f"/r/{proof.registration.token}/", headers=ENGLISH).content.decode()
    assert "Please prove your status" in ticket
    assert page_of(proof) in ticket


def test_she_sends_a_picture_and_sees_it_again(proof):
    response = send(proof, picture(), said="Until June")

    assert (response.status_code, response["Location"]) == (302, page_of(proof))
    page = Client().get(page_of(proof), headers=ENGLISH).content.decode()
    assert "The organisers look at it" in page
    assert page_of(proof, "file") in page
    file = Client().get(page_of(proof, "file"))
    assert file.content.startswith(b"\xff\xd8\xff")


def test_a_file_is_served_so_that_a_browser_runs_and_keeps_nothing_of_it(proof, desk):
    submit(proof)
    for client, address in ((Client(), page_of(proof, "file")), (desk, desk_of(proof, "file"))):
        response = client.get(address)
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"] == f'inline; filename="proof-{proof.pk}.jpg"'
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
    submit(proof, pdf())
    response = desk.get(desk_of(proof, "file"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="proof-{proof.pk}.pdf"'


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.png", "/etc/passwd", "a\nb\r\nX-Evil: 1.png", "x" * 300 + ".png", "a.exe", 'q".png'],
)  # fmt: skip
def test_the_name_of_a_file_says_nothing(proof, desk, name, settings):
    response = send(proof, picture(), name=name)

    # A name that is none is no file for the form; every other is kept under a name of ours.
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        file = desk.get(desk_of(proof, "file"))
        assert file["Content-Disposition"] == f'inline; filename="proof-{proof.pk}.jpg"'
        assert "X-Evil" not in file


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (b"<html><script>alert(1)</script>", "proof.pdf", "This is no PDF, JPG or PNG"),
        (b"", "empty.png", "The submitted file is empty."),
        (b"%PDF-1.4" + bytes(11 * 1024 * 1024), "large.pdf", "The file is larger than 10 MB."),
    ],
)
def test_what_is_no_proof_is_refused_in_words_and_what_was_typed_stays(proof, raw, name, sentence):
    response = send(proof, raw, name=name, kind="application/pdf", said="Until June")

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "Until June" in page
    proof.refresh_from_db()
    assert proof.state == "missing"


def test_a_form_without_a_file_says_so(proof):
    response = Client().post(page_of(proof), {"said": "here"}, headers=ENGLISH)

    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_whoever_owes_no_proof_has_no_such_page(event, ticket):
    order = buy_as_resident(ticket, attendee=ANA)
    token = order.registrations.get().token

    assert Client().get(f"/r/{token}/proof/").status_code == 404
    assert Client().get(f"/r/{token}/proof/file").status_code == 404


def test_a_proof_without_a_file_has_none_to_show(proof, desk):
    assert Client().get(page_of(proof, "file")).status_code == 404
    assert desk.get(desk_of(proof, "file")).status_code == 404


def test_the_proofs_of_others_do_not_exist(
    submitted, other_organiser, other_event, door_volunteer, organiser
):
    stranger = signed_in(other_organiser)
    for who in (stranger, signed_in(door_volunteer)):
        for end in ("", "file"):
            assert who.get(desk_of(submitted, end)).status_code == 404
    elsewhere = f"/desk/{other_event.slug}/proofs/{submitted.pk}/"
    for end in ("", "file"):
        assert stranger.get(elsewhere + end).status_code == 404
    for end in ("approve/", "reject/"):
        assert stranger.post(elsewhere + end, {"submission": 1}).status_code == 404
    assert Client().get("/r/00000000000000000000000000/proof/file").status_code == 404
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_the_queue_shows_who_waits_longest_first_and_leads_through(ticket, proof, desk, organiser):
    other = buy_as_resident(
        ticket, attendee=RITA.__class__(**{
            **{name: getattr(RITA, name) for name in RITA.__slots__},
            "email": "nova@example.org", "certificate_name": "Nova Lima",
        }),
    )  # fmt: skip
    second = other.registrations.get().status_proof
    submit(second, at=EARLY + dt.timedelta(hours=2))
    submit(proof, at=EARLY + dt.timedelta(hours=1), said="Until June")

    listed = desk.get(f"/desk/{proof.event.slug}/proofs/", headers=ENGLISH).content.decode()
    assert listed.index("Rita de Souza") < listed.index("Nova Lima")
    page = desk.get(desk_of(proof), headers=ENGLISH).content.decode()
    assert "Until June" in page
    assert 'data-shortcut="a"' in page
    assert f'href="{desk_of(second)}" data-shortcut="j"' in page

    response = desk.post(desk_of(proof, "approve/"), {"submission": 1}, headers=ENGLISH)
    assert (response.status_code, response["Location"]) == (302, desk_of(second))
    response = desk.post(
        desk_of(second, "reject/"), {"submission": 1, "choice": "unreadable"}, headers=ENGLISH
    )
    assert response["Location"] == f"/desk/{proof.event.slug}/proofs/"
    second.refresh_from_db()
    proof.refresh_from_db()
    assert (proof.state, proof.decided_by) == ("approved", organiser)
    assert second.state == "rejected"


def test_a_rejection_without_a_reason_keeps_the_page(submitted, desk):
    for choice, sentence in (("", "This field is required."), ("own", "this cannot be empty")):
        response = desk.post(
            desk_of(submitted, "reject/"), {"submission": 1, "choice": choice}, headers=ENGLISH
        )

        assert response.status_code == 422
        assert sentence in response.content.decode()


def test_who_decides_second_is_told_and_changes_nothing(submitted, desk, organiser):
    approve_proof(proof_id=submitted.pk, submission=1, actor=organiser, at=EARLY)

    response = desk.post(
        desk_of(submitted, "reject/"), {"submission": 1, "choice": "unreadable"}, headers=ENGLISH,
        follow=True,
    )  # fmt: skip

    assert "does not wait for a decision any more" in response.content.decode()
    submitted.refresh_from_db()
    assert submitted.state == "approved"


def test_a_decision_about_an_older_file_shows_the_new_one(submitted, desk):
    submit(submitted)

    response = desk.post(desk_of(submitted, "approve/"), {"submission": 1}, headers=ENGLISH)

    assert response.status_code == 422
    assert "sent another file meanwhile" in response.content.decode()


def test_the_desk_lists_who_owes_the_full_price(proof, order, desk):
    expire_proofs(at=proof.due_at)

    listed = desk.get(
        f"/desk/{proof.event.slug}/proofs/?state=expired", headers=ENGLISH
    ).content.decode()
    assert "Rita de Souza" in listed
    assert proof.difference.written("en") in listed
    page = Client().get(f"/o/{order.token}/", headers=ENGLISH).content.decode()
    assert "The full price is not paid yet" in page
    assert proof.difference.written("en") in page


def test_an_organiser_says_which_statuses_are_proved(event, policy, desk):
    address = f"/desk/{event.slug}/catalogue/proofs/"
    assert desk.get(address).status_code == 200

    response = desk.post(
        address,
        {
            "proof_professions": ["resident", "student"], "proof_days": "10",
            "proof_until": "2027-03-01", "proof_file_days": "20",
        },
    )  # fmt: skip

    assert response.status_code == 302
    found = RegistrationPolicy.objects.get(event=event)
    assert found.proof_professions == ["resident", "student"]
    assert (found.proof_days, found.proof_until, found.proof_file_days) == (
        10, dt.date(2027, 3, 1), 20,
    )  # fmt: skip
    assert found.terms_version == "2027-1"
    refused = desk.post(
        address, {"proof_professions": ["king"], "proof_days": "0", "proof_file_days": "1"}
    )
    assert refused.status_code == 422


def test_the_buyer_is_told_before_she_pays(event, ticket):
    from django.template.loader import render_to_string

    from registration.queries.quotes import quote_of
    from tests.registration.ordering.conftest import wish

    quote = quote_of(event, [wish(ticket, attendee=RITA)], currency="", voucher_code="", at=EARLY)
    (place,) = quote.wish.places

    assert (place.price.amount_minor, place.unproved.price.amount_minor) == (HALF, FULL)
    shown = render_to_string(
        "registration/summary.html",
        {"quote": quote, "lines": [{"place": place, "person": {"chosen": ticket}}]},
    )
    assert "without a proof the ticket costs" in shown


def test_a_name_with_nothing_in_it_breaks_nothing(proof):
    raw = picture()
    body = (
        b'--X\r\nContent-Disposition: form-data; name="file"; filename="a\x00b.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + raw + b"\r\n--X--\r\n"
    )

    response = Client().post(page_of(proof), body, content_type="multipart/form-data; boundary=X")

    assert response.status_code in (302, 400, 422)
    assert StatusProof.objects.get().state == (
        "submitted" if response.status_code == 302 else "missing"
    )


def test_partners_programs_are_told_how_a_proof_stands(proof, event, ticket, organiser):
    buy_as_resident(ticket, attendee=ANA)
    now = dt.datetime.now(dt.UTC)
    key = make_key(
        event_id=event.pk, name="CRM", scopes=ApiScope.values,
        expires_at=now + dt.timedelta(days=30), actor=organiser, at=now,
    )  # fmt: skip

    found = (
        Client()
        .get(
            f"/api/v1/events/{event.slug}/desk/registrations/",
            headers={"authorization": f"Api-Key {key.written}"},
        )
        .json()["results"]
    )

    proofs = {each["email"]: each["proof"] for each in found}
    assert proofs["ana@example.org"] is None
    assert proofs["rita@example.org"] == {
        "state": "missing", "due_at": "2027-02-28T02:59:00Z", "full_price_minor": FULL,
    }  # fmt: skip


def test_files_are_looked_at_only_so_often(proof):
    cache.clear()

    answers = [send(proof, b"", said="Until June") for _time in range(31)]
    cache.clear()

    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Until June" in answers[-1].content.decode()
    proof.refresh_from_db()
    assert proof.submissions == 0
