import io

import pytest
from django.core.management import CommandError, call_command

from conference.models import Event
from schedule.models import Session
from tests.schedule.imports.files import json_event, json_file, shared_file, xml_event, xml_file

DAY = '<day index="1" date="2027-04-14">'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "schedule.xml"
    path.write_bytes(xml_file(xml_event(), xml_event('id="8"', title="Clash"), day=DAY))
    return path


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("import_schedule", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_reports_every_item(event, file) -> None:
    report = run(file, "--event", event.slug)

    assert report.splitlines() == [
        "congreso-2027: 2 sessions in the file: 1 new, 0 changed, 0 as before, 1 refused.",
        "New: 1 rooms, 0 tracks, 0 speakers; 0 speakers changed.",
        (
            "Refused: session “Clash”: The room “Auditorio” is taken at that time by “Shock”. "
            "(room_taken)"
        ),
    ]
    assert Session.objects.filter(event=event).count() == 1


def test_the_event_is_made_from_the_file_when_asked(db, tmp_path) -> None:
    path = tmp_path / "schedule.json"
    path.write_bytes(json_file(json_event()))

    run(path, "--create")

    event = Event.objects.get()
    assert (event.slug, str(event.name), event.time_zone) == (
        "congreso",
        "Congreso",
        "America/Argentina/Buenos_Aires",
    )
    assert (event.first_day.isoformat(), event.last_day.isoformat()) == ("2026-10-14", "2026-10-14")
    assert event.published_at is None
    assert "1 as before" in run(path, "--event", "congreso", "--create")
    assert Event.objects.count() == 1


def test_an_unknown_event_is_refused_unless_it_may_be_made(db, file) -> None:
    with pytest.raises(CommandError, match=r"There is no event “nowhere”\. Give --event"):
        run(file, "--event", "nowhere")

    assert Event.objects.count() == 0


def test_a_file_that_is_not_there_is_named(event, tmp_path) -> None:
    with pytest.raises(CommandError, match=r"none\.xml cannot be read: No such file"):
        run(tmp_path / "none.xml", "--event", event.slug)


def test_a_refused_file_is_a_sentence_and_a_code(event, tmp_path) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(b"<schedule>")

    with pytest.raises(CommandError, match=r"bad\.xml: The file is not well-formed XML.*malformed"):
        run(path, "--event", event.slug)

    assert Session.objects.count() == 0


def test_a_file_without_days_makes_no_event(db, tmp_path) -> None:
    path = tmp_path / "empty.xml"
    path.write_bytes(b"<schedule><conference><title>X</title></conference></schedule>")

    with pytest.raises(CommandError, match="no day to make an event of"):
        run(path, "--create")

    assert Event.objects.count() == 0


def test_a_real_programme_comes_in_by_the_command(db) -> None:
    report = run(shared_file("schedules/debconf23.xml"), "--create")

    assert report.startswith("debconf-23: 117 sessions in the file: 117 new, 0 changed")
    event = Event.objects.get()
    assert (event.first_day.isoformat(), event.last_day.isoformat()) == ("2023-09-10", "2023-09-17")
