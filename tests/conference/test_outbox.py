"""The outbox: every letter arrives once, whatever the server of letters does."""

import datetime as dt
import smtplib

import pytest
from celery import shared_task
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction

from conference.kernel.background import begin_to_work, wake_after_commit
from conference.models import EmailMessage
from conference.operations import delivering_emails
from conference.operations.delivering_emails import GIVE_UP_AFTER, LEASE, deliver_emails
from conference.operations.emailing import queue_email
from conference.operations.sweeping import sweep
from conference.states import EmailState
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once

MINUTE = dt.timedelta(minutes=1)


class MoodyBackend(EmailBackend):
    """A server that is down, or knows some people only; one more connection for each `open`."""

    is_down = False
    unknown: frozenset[str] = frozenset()
    opened = 0

    def open(self) -> bool:
        if MoodyBackend.is_down:
            raise ConnectionRefusedError("nobody listens")
        MoodyBackend.opened += 1
        return True

    def send_messages(self, messages) -> int:
        for message in messages:
            if message.to[0] in self.unknown:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.MoodyBackend"
    monkeypatch.setattr(MoodyBackend, "is_down", False)
    monkeypatch.setattr(MoodyBackend, "unknown", frozenset())
    monkeypatch.setattr(MoodyBackend, "opened", 0)
    return MoodyBackend


def write(event, address: str, *, name: str = "Lucía", at: dt.datetime = NOON) -> EmailMessage:
    return queue_email(
        "conference/email/login_code", to_address=address, to_name=name, language="es",
        event=event, about=None, context={"code": "1234-5678"}, at=at,
    )  # fmt: skip


def deliver(at: dt.datetime = NOON) -> int:
    return deliver_emails(now=lambda: at, until=at + MINUTE)


def states() -> dict[str, str]:
    return dict(EmailMessage.objects.values_list("to_address", "state"))


def test_a_letter_is_sent_once_with_what_mail_programs_need(event, server):
    email = write(event, "lucia@example.org")

    assert (deliver(), deliver()) == (1, 0)

    (letter,) = mail.outbox
    assert letter.to == ["lucia@example.org"]
    assert letter.reply_to == [event.contact_email]
    assert letter.extra_headers["Content-Language"] == "es"
    assert letter.extra_headers["Message-ID"].startswith(f"<{email.uid}@")
    email.refresh_from_db()
    assert (email.state, email.sent_at, email.attempts) == (EmailState.SENT, NOON, 1)


def test_more_letters_than_are_leased_at_once_all_go_over_one_server(event, server):
    for number in range(delivering_emails.AT_ONCE + 3):
        write(event, f"p{number:02}@example.org")

    assert deliver() == delivering_emails.AT_ONCE + 3
    assert [letter.to[0] for letter in mail.outbox] == [
        f"p{number:02}@example.org" for number in range(delivering_emails.AT_ONCE + 3)
    ]


def test_while_the_server_is_down_letters_wait_longer_and_longer_and_then_arrive(event, server):
    email = write(event, "lucia@example.org")
    server.is_down = True

    waits, at = [], NOON
    for _try in range(3):
        assert deliver(at) == 0
        email.refresh_from_db()
        assert (email.state, email.lease_until) == (EmailState.QUEUED, None)
        assert email.last_error == "ConnectionRefusedError: nobody listens"
        waits.append(email.next_try_at - at)
        at = email.next_try_at
    server.is_down = False

    assert waits == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert deliver(at - dt.timedelta(seconds=1)) == 0
    assert deliver(at) == 1
    email.refresh_from_db()
    assert (email.state, email.last_error, email.attempts) == (EmailState.SENT, "", 4)


def test_after_three_days_it_is_given_up_and_says_why(event, server):
    write(event, "lucia@example.org")
    server.is_down = True

    deliver(NOON + GIVE_UP_AFTER + MINUTE)

    email = EmailMessage.objects.get()
    assert (email.state, email.last_error) == (
        EmailState.FAILED, "ConnectionRefusedError: nobody listens",
    )  # fmt: skip


def test_an_address_that_does_not_exist_keeps_no_other_letter_back(event, server):
    for name in ("ana", "nobody", "zoe"):
        write(event, f"{name}@example.org")
    server.unknown = frozenset({"nobody@example.org"})

    assert deliver() == 2

    assert states() == {
        "ana@example.org": EmailState.SENT,
        "nobody@example.org": EmailState.FAILED,
        "zoe@example.org": EmailState.SENT,
    }


def test_a_letter_that_is_no_mail_keeps_no_other_letter_back(event, server):
    broken = write(event, "broken@example.org")
    EmailMessage.objects.filter(pk=broken.pk).update(subject="Two\nlines")
    write(event, "lucia@example.org")

    assert deliver() == 1

    assert states() == {"broken@example.org": "queued", "lucia@example.org": "sent"}
    broken.refresh_from_db()
    assert broken.last_error.startswith("BadHeaderError")


def test_what_a_dead_worker_held_is_sent_when_its_lease_ends_as_the_same_letter(event, server):
    email = write(event, "lucia@example.org")
    EmailMessage.objects.update(state=EmailState.SENDING, lease_until=NOON + LEASE, attempts=1)

    assert deliver(NOON + LEASE) == 0
    assert deliver(NOON + LEASE + MINUTE) == 1

    (letter,) = mail.outbox
    assert letter.extra_headers["Message-ID"].startswith(f"<{email.uid}@")


def test_when_time_is_over_the_rest_waits_for_the_next_turn(event, server):
    for number in range(delivering_emails.AT_ONCE + 1):
        write(event, f"p{number:02}@example.org")
    clock = iter([NOON] * 3 + [NOON + MINUTE] * 90)

    sent = deliver_emails(now=lambda: next(clock), until=NOON + MINUTE)

    assert sent == delivering_emails.AT_ONCE
    assert list(states().values()).count(EmailState.QUEUED) == 1


def test_near_the_end_of_a_lease_letters_are_handed_back_and_not_sent(event, server):
    for name in ("ana", "zoe"):
        write(event, f"{name}@example.org")
    late = NOON + LEASE
    clock = iter([NOON, NOON, NOON, late, late])

    sent = deliver_emails(now=lambda: next(clock), until=NOON + MINUTE)

    assert sent == 1
    assert states() == {"ana@example.org": EmailState.SENT, "zoe@example.org": EmailState.QUEUED}
    assert EmailMessage.objects.get(to_address="zoe@example.org").attempts == 0


def test_no_line_of_a_name_becomes_a_header(event, server):
    write(event, "lucia@example.org", name="Lucía\r\nBcc: everybody@example.org")

    deliver()

    (letter,) = mail.outbox
    assert letter.recipients() == ["lucia@example.org"]
    assert "Bcc" not in letter.message()
    assert EmailMessage.objects.get().to_name == "Lucía Bcc: everybody@example.org"


def test_the_sweeper_wakes_one_worker_for_all_that_waits(event, server, settings):
    for name in ("ana", "zoe"):
        write(event, f"{name}@example.org", at=NOON - dt.timedelta(days=3650))

    assert sweep(at=NOON) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
@pytest.mark.parametrize("guarded", [True, False], ids=["guard", "control"])
def test_many_workers_send_each_letter_once(event, server, monkeypatch, guarded):
    for number in range(30):
        write(event, f"p{number:02}@example.org")
    if not guarded:
        monkeypatch.setattr(delivering_emails, "_lease", lease_without_a_lock)

    all_at_once(6, lambda _number: deliver())

    sent = [letter.to[0] for letter in mail.outbox]
    assert set(states().values()) == {EmailState.SENT}
    assert (len(sent) == len(set(sent)) == 30) is guarded


def lease_without_a_lock(*, at: dt.datetime) -> list[EmailMessage]:
    mine = list(delivering_emails.due_emails(at=at)[:5])
    pks = [email.pk for email in mine]
    EmailMessage.objects.filter(pk__in=pks).exclude(state=EmailState.SENT).update(
        state=EmailState.SENDING, lease_until=at + LEASE
    )
    for email in mine:
        email.lease_until = at + LEASE
    return mine


@shared_task(name="tests.count")
def count() -> None:
    done.append(connection.alias)


done: list[str] = []


@pytest.mark.django_db(transaction=True)
def test_a_hundred_rows_need_one_wake_up_until_somebody_has_begun():
    begin_to_work("tests.count")
    done.clear()

    with transaction.atomic():
        for _row in range(100):
            wake_after_commit("tests.count")
        assert done == []
    wake_after_commit("tests.count")
    assert len(done) == 1

    begin_to_work("tests.count")
    wake_after_commit("tests.count")
    assert len(done) == 2
    begin_to_work("tests.count")
