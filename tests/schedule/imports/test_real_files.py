"""Every real file, counted by other means than our own reader."""

import json
import re

import pytest

from schedule.imports.errors import UnknownFormat
from schedule.imports.reading import read_schedule
from tests.schedule.imports.files import shared_file

# file: rooms, tracks, persons, as counted by hand
REAL_XML = {
    "fosdem-2020.xml": (872, 35, 71, 841),
    "31c3.xml": (138, 4, 8, 198),
    "debconf23.xml": (117, 5, 12, 87),
    "fosdem-2026-history/f26_10_75b1748.xml": (908, 32, 70, 949),
    "fosdem-2026-history/f26_14_9a94a3a.xml": (1043, 36, 71, 1144),
    "fosdem-2026-history/f26_16_93b66cf.xml": (1079, 37, 71, 1196),
}
REAL_JSON = {"cccamp2019-frab.json": (79, 2, 7), "pretalx-democon.json": (36, 2, 2)}


@pytest.mark.parametrize(("name", "counts"), REAL_XML.items())
def test_every_event_of_a_real_xml_file_becomes_a_session_or_a_refusal(
    name: str, counts: tuple[int, int, int, int]
) -> None:
    content = shared_file(f"schedules/{name}").read_bytes()
    events_in_file = len(re.findall(rb"<event[ >]", content))

    programme = read_schedule(content, filename=name, default_time_zone="Europe/Brussels")

    assert len(programme.sessions) + len(programme.refused) == events_in_file
    assert programme.refused == ()
    assert (
        len(programme.sessions),
        len(programme.rooms),
        len(programme.tracks),
        len(programme.speakers),
    ) == counts


@pytest.mark.parametrize(("name", "counts"), REAL_JSON.items())
def test_every_event_of_a_real_json_file_becomes_a_session_or_a_refusal(
    name: str, counts: tuple[int, int, int]
) -> None:
    content = shared_file(f"schedules/{name}").read_bytes()
    events_in_file = sum(
        len(events)
        for day in json.loads(content)["schedule"]["conference"]["days"]
        for events in day["rooms"].values()
    )

    programme = read_schedule(content, filename=name)

    assert len(programme.sessions) + len(programme.refused) == events_in_file
    assert programme.refused == ()
    assert (len(programme.sessions), len(programme.rooms), len(programme.tracks)) == counts


@pytest.mark.parametrize("name", [*REAL_XML, *REAL_JSON])
def test_nothing_executable_comes_out_of_a_real_file(name: str) -> None:
    content = shared_file(f"schedules/{name}").read_bytes()

    programme = read_schedule(content, filename=name)

    html = "".join(session.abstract_html for session in programme.sessions) + "".join(
        speaker.biography_html for speaker in programme.speakers
    )
    assert re.findall(r"<(?:script|style|iframe|img|form|h[1-6])\b", html) == []
    assert re.findall(r'href="(?!https?:|mailto:)', html) == []


def test_the_night_of_31c3_keeps_its_date_and_its_end() -> None:
    content = shared_file("schedules/31c3.xml").read_bytes()

    programme = read_schedule(content, filename="31c3.xml")

    opening_night = next(
        session
        for session in programme.sessions
        if session.external_id == "guid:77aea78c-f2d2-461a-92b3-82929a79d598"
    )
    assert opening_night.starts_at.isoformat() == "2014-12-27T23:00:00+00:00"
    assert max(session.starts_at for session in programme.sessions).isoformat() == (
        "2014-12-30T17:30:00+00:00"
    )


def test_the_dump_of_an_interface_and_a_calendar_are_named_as_unknown_formats() -> None:
    dump = shared_file("schedules/pyconfr-2025.json").read_bytes()
    calendar = shared_file("schedules/linux_conf_au_2020.ics").read_bytes()

    with pytest.raises(UnknownFormat, match=r"no schedule\.conference\.days"):
        read_schedule(dump, filename="pyconfr-2025.json")
    with pytest.raises(UnknownFormat, match="iCalendar"):
        read_schedule(calendar, filename="linux_conf_au_2020.ics")


def test_version_2_of_the_json_is_read_as_well() -> None:
    content = shared_file("formats/c3voc/examples/hub-schedule2.json").read_bytes()

    programme = read_schedule(content, filename="hub-schedule2.json")

    assert [session.title for session in programme.sessions] == [
        "38C3: Opening Ceremony",
        "A Competitive Time-Trial AI for Need for Speed:",
    ]
    assert programme.sessions[0].starts_at.isoformat() == "2024-12-27T09:30:00+00:00"
    assert programme.sessions[0].ends_at.isoformat() == "2024-12-27T10:00:00+00:00"
    assert len(programme.sessions[0].speaker_ids) == 3
