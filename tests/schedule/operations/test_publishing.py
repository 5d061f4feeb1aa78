import datetime as dt

import pytest

from conference.kernel.errors import TransitionRefused
from conference.models import HistoryEntry
from schedule.models import Programme
from schedule.operations.publishing import publish_programme, unpublish_programme
from schedule.signals import programme_published
from tests.conftest import NOON

LATER = NOON + dt.timedelta(hours=1)


def test_publishing_opens_the_programme_and_is_announced_and_written_down(event, organiser) -> None:
    heard = []
    receiver = lambda **kwargs: heard.append(kwargs["event"])  # noqa: E731
    programme_published.connect(receiver)

    publish_programme(event.pk, actor=organiser, at=NOON)

    programme_published.disconnect(receiver)
    programme = Programme.objects.get(event=event)
    assert (programme.state, programme.published_at, programme.version) == ("published", NOON, 1)
    assert heard == [event]
    (entry,) = HistoryEntry.objects.all()
    assert (entry.action, entry.actor, entry.data) == (
        "programme.published",
        organiser,
        {"version": 1},
    )


def test_publishing_twice_is_refused_and_changes_nothing(event, organiser) -> None:
    publish_programme(event.pk, actor=organiser, at=NOON)
    before = Programme.objects.values().get()

    with pytest.raises(TransitionRefused) as refusal:
        publish_programme(event.pk, actor=organiser, at=LATER)

    assert refusal.value.code == "wrong_state"
    assert Programme.objects.values().get() == before
    assert HistoryEntry.objects.count() == 1


def test_a_published_programme_can_be_hidden_and_shown_again(event, organiser) -> None:
    publish_programme(event.pk, actor=organiser, at=NOON)

    unpublish_programme(event.pk, actor=organiser, at=LATER)

    programme = Programme.objects.get(event=event)
    assert (programme.state, programme.published_at, programme.version) == ("draft", None, 2)
    publish_programme(event.pk, actor=organiser, at=LATER)
    assert list(HistoryEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "programme.published",
        "programme.unpublished",
        "programme.published",
    ]


def test_hiding_a_draft_is_refused(event, organiser) -> None:
    with pytest.raises(TransitionRefused):
        unpublish_programme(event.pk, actor=organiser, at=NOON)

    assert HistoryEntry.objects.count() == 0
