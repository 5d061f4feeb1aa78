import datetime as dt
import re
from zoneinfo import ZoneInfo

from icalendar import Calendar

from schedule.exports.programme_ical import render_programme_ical
from tests.schedule.exports.sample import CHANGED, NOON, WHOLE, programme, session

BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")


def rendered(facts=WHOLE) -> bytes:
    return render_programme_ical(
        facts, sessions=facts.sessions, name="Congreso 2027", host="example.org"
    )


def entries(content: bytes) -> dict[str, object]:
    return {str(entry["uid"]): entry for entry in Calendar.from_ical(content).walk("vevent")}


def test_an_entry_says_what_when_where_and_how_often_it_changed() -> None:
    entry = entries(rendered())["session-7@example.org"]

    assert str(entry["summary"]) == WHOLE.sessions[0].title
    assert entry.start == NOON.astimezone(BUENOS_AIRES)
    assert entry.end == (NOON + dt.timedelta(minutes=90)).astimezone(BUENOS_AIRES)
    assert str(entry["location"]) == "Aula Magna"
    assert (int(entry["sequence"]), str(entry["status"])) == (2, "CONFIRMED")
    assert entry["dtstamp"].dt == entry["last-modified"].dt == CHANGED
    assert str(entry["url"]) == "https://example.org/e/congreso-2027/programme/shock/"
    assert str(entry["description"]) == "Ñandú\nAna Ñandú\nUno & dos\ntres"
    assert [str(category) for category in entry["categories"].cats] == ["Trauma, shock; sangre"]


def test_a_cancelled_session_stays_as_cancelled_and_one_without_a_time_is_left_out() -> None:
    found = entries(rendered())

    assert str(found["session-11@example.org"]["status"]) == "CANCELLED"
    assert int(found["session-11@example.org"]["sequence"]) == 3
    assert sorted(found) == [f"session-{number}@example.org" for number in (10, 11, 7, 8)]


def test_the_zone_is_named_in_full_and_described() -> None:
    content = rendered()

    assert b"DTSTART;TZID=America/Argentina/Buenos_Aires:20270414T120000" in content
    (zone,) = Calendar.from_ical(content).walk("vtimezone")
    assert str(zone["tzid"]) == "America/Argentina/Buenos_Aires"


def test_a_zone_with_summer_time_is_described_with_it() -> None:
    start = dt.datetime(2027, 11, 7, 15, tzinfo=dt.UTC)
    facts = programme(
        session(starts_at=start, ends_at=start + dt.timedelta(hours=1)),
        zone=ZoneInfo("America/New_York"),
    )

    content = rendered(facts)

    assert b"DTSTART;TZID=America/New_York:20271107T100000" in content
    (zone,) = Calendar.from_ical(content).walk("vtimezone")
    assert len(zone.walk("daylight")) >= 1


def test_lines_are_folded_at_75_octets_and_end_as_the_standard_says() -> None:
    lines = rendered().split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line for line in lines)
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # no letter was cut in two


def test_the_same_facts_give_the_same_bytes() -> None:
    assert rendered() == rendered()


def test_the_calendar_names_itself_and_asks_to_be_read_again_every_hour() -> None:
    calendar = Calendar.from_ical(rendered())

    assert str(calendar["x-wr-calname"]) == "Congreso 2027"
    assert str(calendar["method"]) == "PUBLISH"
    assert re.search(rb"REFRESH-INTERVAL;VALUE=DURATION:PT1H", rendered())
