"""`schedule.json` and `schedule.xml`: valid by their schemas, and read back by our own reader."""

import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from schedule.exports.schedule_json import render_schedule_json
from schedule.exports.schedule_xml import render_schedule_xml
from schedule.imports.reading import read_schedule
from tests.schedule.exports.sample import NIGHT, NOON, WHOLE, programme, session
from tests.schedule.imports.files import shared_file

RENDER = {"schedule.json": render_schedule_json, "schedule.xml": render_schedule_xml}


def test_the_json_is_valid_by_its_schema() -> None:
    schema = json.loads(shared_file("formats/c3voc/json-schema.json").read_text())

    document = json.loads(render_schedule_json(WHOLE))

    jsonschema.Draft6Validator(
        schema, format_checker=jsonschema.Draft6Validator.FORMAT_CHECKER
    ).validate(document)


def test_the_xml_is_valid_by_its_schema() -> None:
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared_file("formats/c3voc/xsd-schedule.xml.xsd"))))

    document = etree.fromstring(render_schedule_xml(WHOLE))

    schema.validate(document)
    assert [str(error) for error in schema.error_log] == []


@pytest.mark.parametrize("name", RENDER)
def test_what_is_written_is_read_back_as_it_was(name: str) -> None:
    content = RENDER[name](WHOLE)

    read = read_schedule(content, filename=name)

    assert read.problems == ()
    assert read.time_zone_name == "America/Argentina/Buenos_Aires"
    shown = [s for s in WHOLE.sessions if s.starts_at and not s.is_cancelled]
    assert {(s.title, s.starts_at, s.ends_at, s.language) for s in read.sessions} == {
        (s.title, s.starts_at, s.ends_at, s.language) for s in shown
    }
    (first,) = [s for s in read.sessions if s.starts_at == NOON]
    assert first.abstract_html == WHOLE.sessions[0].abstract_html
    assert [link.url for link in first.links] == ["https://example.org/a"]
    assert [speaker.name for speaker in read.speakers] == ["Ana Ñandú"]


def test_a_uuid_of_the_source_is_kept_as_guid() -> None:
    document = json.loads(render_schedule_json(WHOLE))

    first_day = document["schedule"]["conference"]["days"][0]["rooms"]
    (night,) = first_day["Sala Andes & Pampa"]
    assert night["guid"] == "8079583e-8321-506c-95af-fd2903a5f075"


@pytest.mark.parametrize("name", RENDER)
def test_a_session_after_midnight_stands_under_the_evening_before(name: str) -> None:
    content = RENDER[name](programme(session(starts_at=NIGHT)))

    if name.endswith("json"):
        day = json.loads(content)["schedule"]["conference"]["days"][0]
        date, start = day["date"], day["rooms"]["Aula Magna"][0]["date"]
    else:
        root = ET.fromstring(content)
        date, start = root.find("day").get("date"), root.findtext("day/room/event/date")
    assert (date, start) == ("2027-04-14", "2027-04-15T00:30:00-03:00")


def test_conference_stands_in_the_first_kilobyte() -> None:
    assert b"<conference>" in render_schedule_xml(WHOLE)[:1024]


@pytest.mark.parametrize("name", RENDER)
def test_a_programme_without_sessions_is_still_a_document(name: str) -> None:
    read = read_schedule(RENDER[name](programme()), filename=name)

    assert (read.sessions, read.problems) == ((), ())


def test_characters_that_no_xml_may_hold_are_taken_out() -> None:
    content = render_schedule_xml(programme(session(title="A\x00B\x0bC\ufffe", subtitle="\x1f")))

    assert ET.fromstring(content).findtext("day/room/event/title") == "AB C"
