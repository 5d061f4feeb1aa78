import pytest
from django.core.cache import cache

from conference.kernel.once import memory
from conference.models import Event, Room
from schedule.models import Session
from tests.conftest import NOON
from tests.schedule.factories import give_speaker, make_session, make_track, publish


@pytest.fixture(autouse=True)
def _nothing_made_yet():
    """Each test begins with empty memory and cache, as after a restart."""
    memory.clear()
    cache.clear()


@pytest.fixture
def shock(event: Event, room: Room) -> Session:
    """A published session with everything a page shows: noon in the Aula Magna, by Ana."""
    session = make_session(
        event,
        room=room,
        track=make_track(event),
        title="Shock séptico",
        subtitle="Lo nuevo",
        language="es",
        abstract="<p>Resumen</p>",
        links=[{"url": "https://example.org/guia", "title": "Guía"}],
    )
    give_speaker(session, "Ana Ñandú")
    publish(event)
    return session


@pytest.fixture
def later():
    import datetime as dt

    return NOON + dt.timedelta(hours=1)
