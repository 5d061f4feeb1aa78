"""The programme of an event after one import, after two, and after a changed file."""

import datetime as dt

import pytest

from conference.models import Event, HistoryEntry, Room
from schedule.imports.reading import read_schedule
from schedule.models import Programme, Session, SessionSpeaker, Speaker, Track
from schedule.operations.cancelling import cancel_session
from schedule.operations.import_report import ImportReport
from schedule.operations.importing import import_programme
from schedule.signals import sessions_moved
from schedule.states import SessionKind, SpeakerRole
from tests.conftest import NOON
from tests.schedule.imports.files import shared_file, xml_event, xml_file

LATER = NOON + dt.timedelta(hours=1)
DAY = '<day index="1" date="2027-04-14">'


def bring_in(event: Event, *events: str, actor=None, at=NOON, room="Auditorio") -> ImportReport:
    content = xml_file(*events, day=DAY, room=f'<room name="{room}">')
    programme = read_schedule(content, filename="schedule.xml")
    return import_programme(event.pk, programme, actor=actor, at=at)


def session(event: Event, external_id: str = "id:7") -> Session:
    return Session.objects.get(event=event, external_id=external_id)


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Programme, Room, Track, Speaker, Session, SessionSpeaker, HistoryEntry)
    ]


def test_a_session_arrives_with_its_room_track_people_and_words(event, organiser) -> None:
    report = bring_in(
        event,
        xml_event(
            title="Shock séptico",
            subtitle="Lo nuevo",
            track="Reanimación",
            type="workshop",
            language="es",
            abstract="&lt;p&gt;Resumen&lt;/p&gt;",
            persons='<person id="5">Ana Ñandú</person><person id="6">Bea</person>',
            links='<link href="https://e.org">Guía</link>',
        ),
        actor=organiser,
    )

    assert (report.created, report.updated, report.unchanged, report.refused) == (1, 0, 0, ())
    found = session(event)
    assert found.title.data == {"es": "Shock séptico"}
    assert found.abstract.data == {"es": "<p>Resumen</p>"}
    assert (found.subtitle, found.kind, found.language) == ("Lo nuevo", SessionKind.WORKSHOP, "es")
    assert (found.room.name, found.room.slug) == ("Auditorio", "auditorio")
    assert (found.track.name, found.track.slug, found.track.colour) == (
        "Reanimación",
        "reanimacion",
        1,
    )
    assert found.code == "shock-septico"
    assert found.starts_at == dt.datetime(2027, 4, 14, 13, tzinfo=dt.UTC)
    assert found.ends_at == dt.datetime(2027, 4, 14, 13, 30, tzinfo=dt.UTC)
    assert found.links == [{"url": "https://e.org", "title": "Guía"}]
    assert found.search_text == "shock septico lo nuevo reanimacion ana nandu bea"
    assert found.revision == 0
    assert [(link.speaker.name, link.role) for link in found.session_speakers.all()] == [
        ("Ana Ñandú", SpeakerRole.SPEAKER),
        ("Bea", SpeakerRole.SPEAKER),
    ]
    programme = Programme.objects.get(event=event)
    assert (programme.version, programme.changed_at, programme.is_published) == (1, NOON, False)


def test_an_import_leaves_one_line_of_history_with_numbers_and_no_names(event, organiser) -> None:
    bring_in(event, xml_event(persons="<person>Ana</person>"), actor=organiser)

    (entry,) = HistoryEntry.objects.all()
    assert (entry.action, entry.event, entry.actor) == ("programme.imported", event, organiser)
    assert entry.data == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "absent": 0,
        "source_format": "schedule.xml",
        "version": 1,
    }


def test_importing_twice_changes_nothing(event) -> None:
    events = [
        xml_event(track="A", persons="<person>Ana</person>", abstract="x"),
        xml_event('id="8"', start="12:00"),
    ]
    bring_in(event, *events)
    before = everything()

    report = bring_in(event, *events, at=LATER)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert report.changed_anything is False
    assert everything() == before


@pytest.mark.parametrize("title", ["null", "[1]", '{"es": "x"}', "42", '"x"', "true"])
def test_a_title_that_looks_like_json_stays_a_title(event, title) -> None:
    bring_in(event, xml_event(title=title))

    assert str(session(event).title) == title
    assert bring_in(event, xml_event(title=title)).unchanged == 1


def test_a_moved_session_gets_a_new_revision_and_is_announced(event) -> None:
    bring_in(event, xml_event(), xml_event('id="8"', start="12:00"))
    heard = []
    receiver = lambda **kwargs: heard.append(kwargs["session_ids"])  # noqa: E731
    sessions_moved.connect(receiver)

    report = bring_in(event, xml_event(start="11:00"), xml_event('id="8"', start="12:00"), at=LATER)

    sessions_moved.disconnect(receiver)
    assert (report.updated, report.unchanged) == (1, 1)
    moved = session(event)
    assert (moved.revision, moved.changed_at) == (1, LATER)
    assert moved.starts_at == dt.datetime(2027, 4, 14, 14, tzinfo=dt.UTC)
    assert heard == [[moved.pk]]
    assert session(event, "id:8").changed_at == NOON


def test_a_renamed_session_keeps_its_revision_address_and_translations(event) -> None:
    bring_in(event, xml_event(title="Shock", language="es"))
    known = session(event)
    known.title.data["fr"] = "Choc"
    known.save(update_fields=("title",))

    bring_in(event, xml_event(title="Shock hoy", language="es"), at=LATER)

    renamed = session(event)
    assert renamed.title.data == {"fr": "Choc", "es": "Shock hoy"}
    assert (renamed.code, renamed.revision, renamed.changed_at) == ("shock", 0, LATER)


def test_a_title_whose_language_was_corrected_does_not_stay_in_the_old_one(event) -> None:
    bring_in(event, xml_event(title="Shock", language="en"))

    bring_in(event, xml_event(title="Choque", language="pt"))

    assert session(event).title.data == {"pt-br": "Choque"}


def test_two_sessions_may_change_places(event) -> None:
    bring_in(event, xml_event(start="10:00"), xml_event('id="8"', start="10:30"))

    report = bring_in(event, xml_event(start="10:30"), xml_event('id="8"', start="10:00"))

    assert (report.updated, report.refused) == (2, ())
    assert session(event).starts_at.hour, session(event, "id:8").starts_at.minute == (13, 0)


def test_of_two_sessions_in_one_room_the_second_is_refused_by_name(event) -> None:
    report = bring_in(
        event,
        xml_event(title="First"),
        xml_event('id="8"', title="Second", start="10:29"),
        xml_event('id="9"', title="Third", start="10:30"),
    )

    assert (report.created, report.in_file) == (2, 3)
    (problem,) = report.refused
    assert (problem.item, problem.code) == ("session “Second”", "room_taken")
    assert problem.reason == "The room “Auditorio” is taken at that time by “First”."
    assert list(Session.objects.order_by("external_id").values_list("external_id", flat=True)) == [
        "id:7",
        "id:9",
    ]


def test_a_session_that_cannot_move_stays_as_it_was(event) -> None:
    bring_in(event, xml_event(title="First"), xml_event('id="8"', title="Second", start="12:00"))
    before = Session.objects.filter(external_id="id:8").values().get()

    report = bring_in(
        event,
        xml_event(title="First"),
        xml_event('id="8"', title="New words", start="10:15"),
        at=LATER,
    )

    assert (report.updated, report.unchanged, len(report.refused)) == (0, 1, 1)
    assert report.refused[0].reason == "The room “Auditorio” is taken at that time by “First”."
    assert Session.objects.filter(external_id="id:8").values().get() == before


def test_a_session_whose_old_and_new_place_are_taken_loses_its_room_and_says_so(event) -> None:
    bring_in(
        event,
        xml_event(title="First", start="10:00"),
        xml_event('id="8"', title="Second", start="12:00"),
        xml_event('id="9"', title="Third", start="14:00"),
    )

    report = bring_in(
        event,
        xml_event(title="First", start="12:00"),  # takes Second's place
        xml_event('id="8"', title="Second", start="14:00"),  # wants Third's, who stays
        xml_event('id="9"', title="Third", start="14:00"),
    )

    assert report.updated == 1
    assert [problem.item for problem in report.refused] == ["session “Second”"]
    assert [notice.code for notice in report.notices] == ["session_lost_its_room"]
    assert session(event, "id:8").room is None
    assert session(event, "id:7").starts_at.hour == 15


def test_a_session_that_is_no_longer_in_the_file_stays_and_is_reported(event) -> None:
    bring_in(event, xml_event(title="First"), xml_event('id="8"', title="Second", start="12:00"))

    report = bring_in(event, xml_event(title="First"))

    assert report.absent == ("Second",)
    assert report.changed_anything is False
    assert Session.objects.count() == 2


def test_a_session_that_the_file_spoils_is_not_called_absent(event) -> None:
    bring_in(event, xml_event())

    report = bring_in(event, xml_event(duration="never"))

    assert report.absent == ()
    assert len(report.refused) == 1
    assert session(event).ends_at.minute == 30


def test_a_cancelled_session_stays_cancelled_and_frees_its_room(event, organiser) -> None:
    bring_in(event, xml_event(title="First"))
    cancel_session(session(event).pk, actor=organiser, at=NOON)

    report = bring_in(event, xml_event(title="First"), xml_event('id="8"', title="Second"))

    assert (report.created, report.unchanged, report.refused) == (1, 1, ())
    assert [notice.code for notice in report.notices] == ["session_cancelled"]
    assert session(event).is_cancelled is True


def test_chairs_named_by_hand_survive_an_import(event) -> None:
    bring_in(event, xml_event(persons="<person>Ana</person>"))
    chair = Speaker.objects.create(event=event, external_id="hand:1", name="Carla")
    SessionSpeaker.objects.create(session=session(event), speaker=chair, role=SpeakerRole.CHAIR)

    bring_in(event, xml_event(persons="<person>Bea</person>"))

    assert [
        (link.role, link.speaker.name) for link in session(event).session_speakers.order_by("role")
    ] == [("chair", "Carla"), ("speaker", "Bea")]


def test_a_session_outside_the_days_of_the_event_is_noticed(event) -> None:
    content = xml_file(xml_event(), day='<day index="1" date="2027-04-20">')

    report = import_programme(
        event.pk, read_schedule(content, filename="a.xml"), actor=None, at=NOON
    )

    assert [(notice.code, notice.reason) for notice in report.notices] == [
        ("session_outside_event", "It is on 2027-04-20, outside the days of the event.")
    ]
    assert report.created == 1


def test_many_sessions_outside_the_days_of_the_event_are_one_notice(event) -> None:
    content = xml_file(
        xml_event(), xml_event('id="8"', start="12:00"), day='<day index="1" date="2020-04-20">'
    )

    report = import_programme(
        event.pk, read_schedule(content, filename="a.xml"), actor=None, at=NOON
    )

    assert [(notice.item, notice.reason) for notice in report.notices] == [
        (
            "session “Shock”",
            "It is on 2020-04-20, outside the days of the event; so are others, 2 in all.",
        )
    ]


def test_a_room_known_by_hand_is_found_by_name(event) -> None:
    by_hand = Room.objects.create(event=event, name="AUDITORIO", slug="main", capacity=900)

    bring_in(event, xml_event())

    assert session(event).room == by_hand
    assert Room.objects.count() == 1


def test_sessions_with_one_title_get_two_addresses(event) -> None:
    bring_in(event, xml_event(), xml_event('id="8"', start="12:00"))

    assert [session(event, key).code for key in ("id:7", "id:8")] == ["shock", "shock-2"]


def test_events_do_not_disturb_each_other(event, other_event) -> None:
    bring_in(event, xml_event())

    report = bring_in(other_event, xml_event())

    assert report.created == 1
    assert {s.room.event_id == s.event_id for s in Session.objects.all()} == {True}
    assert Room.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "sessions"),
    [
        ("fosdem-2020.xml", 872),
        ("31c3.xml", 138),
        ("debconf23.xml", 117),
        ("cccamp2019-frab.json", 79),
        ("pretalx-democon.json", 36),
        ("fosdem-2026-history/f26_16_93b66cf.xml", 1079),
    ],
)
def test_a_real_programme_comes_in_whole_and_only_once(event, name, sessions) -> None:
    content = shared_file(f"schedules/{name}").read_bytes()
    programme = read_schedule(content, filename=name, default_time_zone="Europe/Brussels")

    first = import_programme(event.pk, programme, actor=None, at=NOON)
    before = everything()
    second = import_programme(event.pk, programme, actor=None, at=LATER)

    assert (first.created, first.refused) == (sessions, ())
    assert Session.objects.filter(event=event).count() == sessions
    assert (second.created, second.updated, second.unchanged) == (0, 0, sessions)
    assert everything() == before


def test_the_history_of_fosdem_2026_is_replayed_without_losing_a_session(event) -> None:
    states = ["f26_10_75b1748", "f26_14_9a94a3a", "f26_16_93b66cf"]
    reports = []
    for state in states:
        content = shared_file(f"schedules/fosdem-2026-history/{state}.xml").read_bytes()
        programme = read_schedule(content, filename=state)
        reports.append(import_programme(event.pk, programme, actor=None, at=NOON))

    assert [report.in_file for report in reports] == [908, 1043, 1079]
    in_file = {s.external_id for s in programme.sessions}
    kept = set(Session.objects.filter(event=event).values_list("external_id", flat=True))
    refused = {problem.external_id for problem in reports[-1].refused}
    assert in_file - kept <= refused
    assert {problem.code for report in reports for problem in report.refused} <= {"room_taken"}
    assert len(kept - in_file) == len(reports[-1].absent)
