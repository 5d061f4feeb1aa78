"""What honest files get wrong, and what we make of it."""

import datetime as dt

import pytest

from schedule.imports.programme import ImportedProgramme, ImportedSession, ProblemSeverity
from schedule.imports.reading import read_schedule
from tests.schedule.imports.files import json_event, json_file, xml_event, xml_file


def read_xml(*events: str, **kwargs: str) -> ImportedProgramme:
    return read_schedule(xml_file(*events, **kwargs), filename="schedule.xml")


def only_session(programme: ImportedProgramme) -> ImportedSession:
    (session,) = programme.sessions
    return session


def codes(programme: ImportedProgramme) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity.value) for problem in programme.problems]


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_without_a_date_the_day_and_the_start_make_the_time() -> None:
    session = only_session(read_xml(xml_event()))

    assert session.starts_at == utc("2026-10-14T13:00")
    assert session.ends_at == utc("2026-10-14T13:30")


@pytest.mark.parametrize(
    ("start", "expected"), [("08:59", "2026-10-15T11:59"), ("09:00", "2026-10-14T12:00")]
)
def test_a_start_before_the_change_of_day_belongs_to_the_next_calendar_day(
    start: str, expected: str
) -> None:
    programme = read_xml(
        xml_event(start=start),
        conference=(
            "<day_change>09:00:00</day_change>"
            "<time_zone_name>America/Argentina/Buenos_Aires</time_zone_name>"
        ),
    )

    assert only_session(programme).starts_at == utc(expected)


def test_the_bounds_of_a_day_tell_its_night_where_no_change_of_day_is_named() -> None:
    day = (
        '<day index="1" date="2026-10-14" start="2026-10-14T08:00:00-03:00" '
        'end="2026-10-15T04:00:00-03:00">'
    )

    programme = read_xml(
        xml_event('id="1"', start="00:30"), xml_event('id="2"', start="07:00"), day=day
    )

    assert [session.starts_at for session in programme.sessions] == [
        utc("2026-10-15T03:30"),
        utc("2026-10-14T10:00"),
    ]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-10-14T10:00:00-03:00", "2026-10-14T13:00"),
        ("2026-10-14T13:00:00+00:00", "2026-10-14T13:00"),
        ("2026-10-14T13:00:00Z", "2026-10-14T13:00"),
        ("2026-10-14T10:00:00", "2026-10-14T13:00"),
        ("2026-10-14", "2026-10-14T13:00"),
    ],
)
def test_a_date_is_read_with_an_offset_without_one_and_as_a_bare_day(
    date: str, expected: str
) -> None:
    programme = read_xml(xml_event(date=date))

    assert only_session(programme).starts_at == utc(expected)
    assert programme.problems == ()


def test_a_start_that_contradicts_the_date_is_noticed_and_the_date_holds() -> None:
    programme = read_xml(xml_event(date="2026-10-14T10:00:00-03:00", start="17:00"))

    assert only_session(programme).starts_at == utc("2026-10-14T13:00")
    assert codes(programme) == [("session_time_guessed", "notice")]


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [("00:25", 25), ("1:30", 90), ("90", 90), ("00:05:00", 5), ("PT1H15M", 75), ("24:00", 1440)],
)
def test_durations_are_read_in_every_way_they_are_written(duration: str, minutes: int) -> None:
    session = only_session(read_xml(xml_event(duration=duration)))

    assert session.ends_at - session.starts_at == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("duration", ["", "00:00", "40:00", "-1:00", "long", "٣٠", "9" * 50])
def test_a_session_without_a_usable_duration_is_refused_with_a_reason(duration: str) -> None:
    programme = read_xml(xml_event(duration=duration), xml_event('id="8"'))

    assert [session.external_id for session in programme.sessions] == ["id:8"]
    assert codes(programme) == [("session_without_time", "refused")]
    assert programme.problems[0].item == "session 7 “Shock”"


@pytest.mark.parametrize(
    "start", ["", "25:00", "10:75", "noon", "24:00", "10:00:61", "0001-01-01T00:00:00+00:00"]
)
def test_a_session_without_a_usable_start_is_refused_with_a_reason(start: str) -> None:
    programme = read_xml(xml_event(start=start))

    assert programme.sessions == ()
    assert codes(programme) == [("session_without_time", "refused")]


@pytest.mark.parametrize("date", ["1999-12-31", "9999-12-31", "2026-02-30", "31/12/2026", ""])
def test_a_day_that_does_not_exist_refuses_its_sessions(date: str) -> None:
    programme = read_xml(xml_event(), day=f'<day index="1" date="{date}">')

    assert programme.sessions == ()
    assert codes(programme) == [("session_without_time", "refused")]


def test_a_year_out_of_range_with_an_offset_is_refused_and_does_not_overflow() -> None:
    content = json_file(
        json_event(date="0001-01-01T00:00:00+14:00", start=""),
        json_event(guid="b", date="9999-12-31T23:59:00-12:00", start=""),
    )

    programme = read_schedule(content, filename="schedule.json")

    assert programme.sessions == ()
    assert [code for code, _severity in codes(programme)] == ["session_without_time"] * 2


def test_an_hour_that_the_clocks_skip_is_moved_and_noticed() -> None:
    programme = read_xml(
        xml_event(start="02:30"),
        conference=(
            "<time_zone_name>America/New_York</time_zone_name><day_change>00:00</day_change>"
        ),
        day='<day index="1" date="2027-03-14">',
    )

    assert only_session(programme).starts_at == utc("2027-03-14T07:30")
    assert codes(programme) == [("session_time_guessed", "notice")]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "../../etc/passwd", "A\x7fB"])
def test_an_unknown_time_zone_gives_way_to_the_default_and_is_noticed(zone: str) -> None:
    content = xml_file(xml_event(), conference=f"<time_zone_name>{zone}</time_zone_name>")

    programme = read_schedule(content, filename="a.xml", default_time_zone="America/Lima")

    assert programme.time_zone_name == "America/Lima"
    assert only_session(programme).starts_at == utc("2026-10-14T15:00")
    assert codes(programme) == [("time_zone_unknown", "notice")]


def test_a_missing_time_zone_gives_way_to_the_default_in_silence() -> None:
    content = xml_file(xml_event(), conference="")

    programme = read_schedule(content, filename="a.xml", default_time_zone="America/Lima")

    assert (programme.time_zone_name, programme.problems) == ("America/Lima", ())


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('guid="8079583E-8321-506C-95AF-FD2903A5F075" id="7"', "guid:8079583e-8321-506c-95af-fd2903a5f075"),
        ('guid="HOqeNIb6G7M4hYFKFRkCmQ" id="7"', "guid:hoqenib6g7m4hyfkfrkcmq"),
        ('guid="" id="7"', "id:7"),
    ],
)  # fmt: skip
def test_the_identity_is_the_guid_whatever_it_looks_like_or_else_the_id(
    attributes: str, expected: str
) -> None:
    assert only_session(read_xml(xml_event(attributes))).external_id == expected


def test_without_guid_and_id_the_slug_is_the_identity() -> None:
    assert only_session(read_xml(xml_event("", slug="shock-1"))).external_id == "slug:shock-1"


def test_without_any_identity_a_session_is_refused() -> None:
    programme = read_xml(xml_event(""))

    assert programme.sessions == ()
    assert codes(programme) == [("session_without_identity", "refused")]


def test_a_repeated_guid_refuses_the_second_session_and_names_the_first() -> None:
    programme = read_xml(
        xml_event('guid="A" id="1"', title="First"), xml_event('guid="a" id="2"', title="Second")
    )

    assert [session.title for session in programme.sessions] == ["First"]
    (problem,) = programme.problems
    assert (problem.code, problem.severity) == (
        "session_identity_repeated",
        ProblemSeverity.REFUSED,
    )
    assert problem.item == "session 2 “Second”"
    assert problem.reason == "Its identifier already belongs to “First” in the same file."


def test_a_session_without_a_title_is_refused() -> None:
    programme = read_xml(xml_event(title=" &#160; "))

    assert programme.sessions == ()
    assert codes(programme) == [("session_without_title", "refused")]


def test_html_in_titles_is_taken_off_and_hostile_html_in_abstracts_is_made_safe() -> None:
    session = only_session(
        read_xml(
            xml_event(
                title="&lt;b&gt;Shock&lt;/b&gt; &lt;img src=x onerror=alert(1)&gt;pH &amp;lt; 7",
                abstract=(
                    "&lt;p onclick=a()&gt;Uno&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
                    '&lt;a href="javascript:b()"&gt;dos&lt;/a&gt;&lt;iframe src="//e"&gt;'
                ),
            )
        )
    )

    assert session.title == "Shock pH < 7"
    assert session.abstract_html == '<p>Uno</p><a rel="noopener nofollow">dos</a>'


def test_markup_that_was_not_escaped_loses_no_words() -> None:
    session = only_session(read_xml(xml_event(title="Shock <i>séptico</i> hoy")))

    assert session.title == "Shock séptico hoy"


def test_markdown_in_an_abstract_becomes_html_without_hostile_links() -> None:
    session = only_session(
        read_xml(xml_event(abstract="Uno **dos**\n\n- [tres](javascript:x)\n- [cuatro](https://e.org)"))
    )  # fmt: skip

    assert session.abstract_html == (
        "<p>Uno <strong>dos</strong></p>\n<ul>\n<li>[tres](javascript:x)</li>\n"
        '<li><a href="https://e.org" rel="noopener nofollow">cuatro</a></li>\n</ul>'
    )


def test_invisible_and_turning_characters_are_taken_out() -> None:
    content = json_file(json_event(title="A\u202eB\u0000C\ud800D\r\n\tE\u0303" + "\u0301" * 50))

    session = only_session(read_schedule(content, filename="a.json"))

    assert session.title == "ABCD \u1ebc\u0301\u0301\u0301\u0301"


def test_rooms_with_one_name_and_no_guid_are_one_room() -> None:
    content = xml_file(xml_event()) .replace(
        b"</room></day>",
        b'</room><room name=" auditorio ">' + xml_event('id="8"', start="12:00").encode()
        + b"</room></day>",
    )  # fmt: skip

    programme = read_schedule(content, filename="a.xml")

    assert [(room.external_id, room.name) for room in programme.rooms] == [
        ("name:auditorio", "Auditorio")
    ]
    assert {session.room_id for session in programme.sessions} == {"name:auditorio"}


def test_rooms_with_one_name_and_two_guids_are_two_rooms() -> None:
    content = xml_file(xml_event(), room='<room name="Aula" guid="a">').replace(
        b"</room></day>",
        b'</room><room name="Aula" guid="b">' + xml_event('id="8"').encode() + b"</room></day>",
    )

    programme = read_schedule(content, filename="a.xml")

    assert [(room.external_id, room.name) for room in programme.rooms] == [
        ("guid:a", "Aula"),
        ("guid:b", "Aula (2)"),
    ]
    assert [session.room_id for session in programme.sessions] == ["guid:a", "guid:b"]
    assert codes(programme) == [("room_name_repeated", "notice")]


def test_one_guid_at_two_room_names_names_neither() -> None:
    content = json_file(
        json_event(), rooms=[{"name": "Auditorio", "guid": "x"}, {"name": "Aula", "guid": "x"}]
    )

    programme = read_schedule(content, filename="a.json")

    assert [room.external_id for room in programme.rooms] == ["name:auditorio", "name:aula"]
    assert only_session(programme).room_id == "name:auditorio"


def test_a_room_in_the_list_lends_its_guid_and_capacity_to_the_sessions() -> None:
    content = json_file(json_event(), rooms=[{"name": "Auditorio", "guid": "X", "capacity": 1500}])

    programme = read_schedule(content, filename="a.json")

    assert [(r.external_id, r.capacity) for r in programme.rooms] == [("guid:x", 1500)]
    assert only_session(programme).room_id == "guid:x"


def test_a_session_without_a_room_is_taken_and_noticed() -> None:
    programme = read_xml(xml_event(), room='<room name="">')

    assert only_session(programme).room_id is None
    assert codes(programme) == [("session_without_room", "notice")]


@pytest.mark.parametrize(
    ("written", "expected", "problems"),
    [
        ("", "", []),
        ("es", "es", []),
        ("pt_BR", "pt-br", []),
        ("de-formal", "de", []),
        ("Español!", "", [("language_unknown", "notice")]),
    ],
)
def test_languages_become_codes_or_nothing(
    written: str, expected: str, problems: list[tuple[str, str]]
) -> None:
    programme = read_xml(xml_event(language=written))

    assert only_session(programme).language == expected
    assert codes(programme) == problems


def test_people_are_found_again_by_id_and_without_one_by_name() -> None:
    programme = read_xml(
        xml_event('id="1"', persons='<person id="5">Ana</person><person>Bea</person>'),
        xml_event(
            'id="2"', start="12:00", persons='<person id="5">ANA</person><person> bea </person>'
        ),
    )

    assert [(s.external_id, s.name) for s in programme.speakers] == [
        ("id:5", "Ana"),
        ("name:bea", "Bea"),
    ]
    assert [s.speaker_ids for s in programme.sessions] == [("id:5", "name:bea")] * 2


def test_one_identifier_at_two_people_keeps_both_and_is_noticed() -> None:
    programme = read_xml(
        xml_event(persons='<person id="5">Ana</person><person id="5">Bea</person>')
    )

    assert [s.name for s in programme.speakers] == ["Ana", "Bea"]
    assert len(only_session(programme).speaker_ids) == 2
    assert codes(programme) == [("person_identifier_repeated", "notice")]


def test_a_biography_beside_the_days_reaches_the_speaker() -> None:
    content = xml_file(xml_event(persons='<person id="5">Ana</person>')).replace(
        b"<day ",
        b'<persons><person id="5"><name>Ana</name><biography>&lt;p&gt;Hola&lt;/p&gt;'
        b"</biography></person></persons><day ",
        1,
    )

    programme = read_schedule(content, filename="a.xml")

    assert [(s.name, s.biography_html) for s in programme.speakers] == [("Ana", "<p>Hola</p>")]


def test_a_person_without_a_name_is_left_out_and_noticed() -> None:
    programme = read_xml(xml_event(persons='<person id="5"/>'))

    assert only_session(programme).speaker_ids == ()
    assert codes(programme) == [("person_without_name", "notice")]


def test_a_person_in_two_places_at_once_is_noticed() -> None:
    programme = read_xml(
        xml_event('id="1"', persons='<person id="5">Ana</person>'),
        xml_event('id="2"', title="Trauma", start="10:29", persons='<person id="5">Ana</person>'),
    )

    assert len(programme.sessions) == 2
    (problem,) = programme.problems
    assert problem.code == "speaker_in_two_places"
    assert problem.item == "person “Ana”"
    assert problem.reason == "The sessions “Shock” and “Trauma” overlap."


def test_an_event_that_is_no_object_is_refused_and_counted() -> None:
    content = json_file(json_event(), 17, None, "Shock", ["a"])

    programme = read_schedule(content, filename="a.json")

    assert len(programme.sessions) == 1
    assert codes(programme) == [("session_unreadable", "refused")] * 4


def test_members_of_the_wrong_type_do_no_harm() -> None:
    content = json_file(
        json_event(
            subtitle=None,
            abstract={"es": "", "pt": "<p>Oi</p>"},
            track={"name": "Trauma"},
            persons=[None, 5, "Ana", {"public_name": ["x"]}],
            links=[{"url": "javascript:x"}, {"url": "https://e.org", "title": "E"}, 3],
            language=["es"],
            duration=45,
        )
    )

    programme = read_schedule(content, filename="a.json")

    session = only_session(programme)
    assert session.abstract_html == "<p>Oi</p>"
    assert session.track_id == "name:trauma"
    assert [speaker.name for speaker in programme.speakers] == ["5", "Ana"]
    assert [(link.url, link.title) for link in session.links] == [("https://e.org", "E")]
    assert session.ends_at - session.starts_at == dt.timedelta(minutes=45)
