"""Where sessions stand. Pure facts, no database."""

import datetime as dt
from zoneinfo import ZoneInfo

from schedule.states import SessionKind
from schedule.web.timetable import timetable_of
from tests.schedule.exports.sample import ANDES, AULA, NOON, session

BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")


def at(minutes: int, length: int = 30, **fields):
    starts_at = NOON + dt.timedelta(minutes=minutes)
    return session(starts_at=starts_at, ends_at=starts_at + dt.timedelta(minutes=length), **fields)


def lay_out(*sessions):
    (day,) = timetable_of(sessions, BUENOS_AIRES)
    return day


def places(day) -> dict[int, str]:
    return {slot.session.id: slot.places for slot in day.slots}


def test_rooms_are_columns_and_every_beginning_and_end_is_a_row() -> None:
    day = lay_out(
        at(0, 60, id=1, room=AULA), at(0, 30, id=2, room=ANDES), at(30, 30, id=3, room=ANDES)
    )

    assert [(column.name, column.places) for column in day.columns] == [
        ("Aula Magna", "c1"),
        ("Sala Andes & Pampa", "c2"),
    ]
    assert [(hour.label, hour.places) for hour in day.hours] == [
        ("12:00", "r1 m30"),
        ("12:30", "r2 m30"),
    ]
    assert places(day) == {1: "c1 r1 s2", 2: "c2 r1 s1", 3: "c2 r2 s1"}


def test_a_row_where_nothing_begins_has_no_hour() -> None:
    day = lay_out(at(0, 45, id=1, room=AULA), at(0, 30, id=2, room=ANDES), at(60, id=3, room=AULA))

    assert [(hour.label, hour.places) for hour in day.hours] == [
        ("12:00", "r1 m30"),
        ("", "r2 m15"),
        ("", "r3 m15"),
        ("13:00", "r4 m30"),
    ]


def test_a_break_without_a_room_goes_across_all_rooms() -> None:
    day = lay_out(
        at(0, id=1, room=AULA),
        at(30, 15, id=2, room=None, kind=SessionKind.BREAK),
        at(45, id=3, room=AULA),
    )

    assert places(day)[2] == "call r2 s1"
    assert day.slots[1].is_pause is True


def test_a_session_without_a_room_beside_others_gets_a_column_of_its_own() -> None:
    day = lay_out(
        at(0, id=1, room=AULA), at(0, id=2, room=None), at(15, id=3, room=None), at(30, id=4, room=None)
    )  # fmt: skip

    assert [column.name for column in day.columns] == ["Aula Magna", "–", "–"]
    assert {key: value.split()[0] for key, value in places(day).items()} == {
        1: "c1", 2: "c2", 3: "c3", 4: "c2",
    }  # fmt: skip


def test_a_cancelled_session_whose_place_is_taken_stands_apart() -> None:
    day = lay_out(
        at(0, id=1, room=AULA, is_cancelled=True),
        at(15, id=2, room=AULA),
        at(45, id=3, room=AULA, is_cancelled=True),
    )

    assert [slot.session.id for slot in day.slots] == [2, 3]
    assert [slot.session.id for slot in day.set_apart] == [1]


def test_a_session_after_midnight_belongs_to_the_evening_before() -> None:
    night = at(12 * 60 + 30, id=2)

    day = lay_out(at(0, id=1), night)

    assert day.date == dt.date(2027, 4, 14)
    assert [slot.starts_word for slot in day.slots] == ["12:00", "00:30"]
    assert day.slots[1].starts_iso == "2027-04-15T00:30-03:00"


def test_sessions_without_a_time_stand_nowhere() -> None:
    assert timetable_of([session(starts_at=None, ends_at=None)], BUENOS_AIRES) == []


def test_a_day_with_too_many_rows_is_a_list() -> None:
    day = lay_out(*(at(7 * number, 3, id=number, room=AULA) for number in range(120)))

    assert (day.is_grid, day.columns, len(day.slots)) == (False, (), 120)
    assert {slot.places for slot in day.slots} == {""}


def test_a_choice_of_a_few_reads_as_a_list() -> None:
    (day,) = timetable_of([at(0, id=1)], BUENOS_AIRES, as_lists=True)

    assert (day.is_grid, len(day.slots)) == (False, 1)


def test_nine_rooms_are_too_wide_for_a_page() -> None:
    import dataclasses

    rooms = [dataclasses.replace(AULA, id=number, sort_key=number) for number in range(9)]

    assert lay_out(*(at(0, id=room.id, room=room) for room in rooms)).is_wide is True
    assert lay_out(*(at(0, id=room.id, room=room) for room in rooms[:8])).is_wide is False


def test_every_place_has_its_class_in_the_style_sheet() -> None:
    from pathlib import Path

    from schedule.web import timetable

    sheet = Path(timetable.__file__).parent.parent / "static/schedule/css/timetable-places.css"
    rules = sheet.read_text()
    for number in range(1, timetable.MOST_ROWS + 1):
        assert f" .r{number} {{ grid-row-start: {number + 1}; }}" in rules
        assert f" .s{number} {{ grid-row-end: span {number}; }}" in rules
    for number in range(1, timetable.MOST_COLUMNS + 1):
        assert f" .c{number} {{ grid-column: {number + 1}; }}" in rules
        assert f" .cols-{number} {{" in rules
    for minutes in range(5, timetable.TALLEST_ROW_MINUTES + 1, 5):
        assert f" .m{minutes} {{" in rules
