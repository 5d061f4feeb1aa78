"""c3voc, frab and pretalx: `schedule.json`, version 1 (rooms inside days) and 2 (one list)."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from schedule.imports.errors import DuplicateKey, MalformedFile, TooDeep, UnknownFormat
from schedule.imports.raw import RawDay, RawLink, RawPerson, RawProgramme, RawRoom, RawSession

DEEPEST = 50
LONGEST_NUMBER = 16  # digits: more do not fit a number that every reader of JSON agrees on


def parse_json(file_bytes: bytes) -> Any:
    """
    Any JSON value.

    :raises MalformedFile: if it is not JSON, or holds NaN, Infinity or an endless number.
    :raises DuplicateKey: if an object names one key twice.
    :raises TooDeep: if it nests deeper than any schedule.
    """
    try:
        text = file_bytes.decode("utf-8-sig" if file_bytes[:2] not in _UTF16 else "utf-16")
    except UnicodeDecodeError as error:
        raise MalformedFile(_("The file is not UTF-8 text.")) from error
    try:
        parsed = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_bounded_int,
        )
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise MalformedFile(
            _("The file is not valid JSON: see line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    _refuse_depth(parsed)
    return parsed


_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DuplicateKey(
            _("The file says “%(key)s” twice in one place, so it is not clear which one holds.")
            % {"key": twice[:100]}
        )
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedFile(_("The file holds %(name)s, which is no number in JSON.") % {"name": name})


def _bounded_int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise MalformedFile(_("The file holds a number with too many digits."))
    return int(digits)


def _too_deep() -> TooDeep:
    return TooDeep(_("The file nests its values too deeply to be a schedule."))


def _refuse_depth(parsed: Any) -> None:
    level = [parsed]
    for _depth in range(DEEPEST):
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise _too_deep()


def read_c3voc_json(file_bytes: bytes) -> RawProgramme:
    parsed = parse_json(file_bytes)
    schedule = _member(parsed, "schedule")
    conference = _member(schedule, "conference")
    days = conference.get("days")
    if not isinstance(days, list | dict):
        raise UnknownFormat(_("This JSON file is no schedule: it has no schedule.conference.days."))
    track_names = {
        _text(track.get("slug")): _text(track.get("name"))
        for track in _items(conference.get("tracks"))
        if isinstance(track, dict)
    }
    return RawProgramme(
        source_format="schedule.json",
        title=_text(conference.get("title")),
        version=_text(schedule.get("version")),
        time_zone_name=_text(conference.get("time_zone_name")),
        day_change=_text(conference.get("day_change")),
        rooms=tuple(_room(room) for room in _items(conference.get("rooms"))),
        tracks=tuple(_text(_named(track)) for track in _items(conference.get("tracks"))),
        persons=tuple(_person(person) for person in _items(schedule.get("persons"))),
        sessions=(
            *_sessions_by_day(_items(days), track_names),
            *(
                _session(event, RawDay(), room=None, track_names=track_names)
                for event in _items(schedule.get("events"))
            ),
        ),
    )


def _member(value: Any, key: str) -> dict[str, Any]:
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}


def _items(value: Any) -> list[Any]:
    """Lists, and the objects that some exporters write where a list belongs."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Text of a scalar; of {language: text}, the first that is not empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return next((_text(text) for text in value.values() if _text(text)), "")
    return ""


def _named(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


def _room(value: Any) -> RawRoom:
    if not isinstance(value, dict):
        return RawRoom(name=_text(value))
    return RawRoom(
        name=_text(value.get("name")),
        guid=_text(value.get("guid")),
        capacity=_text(value.get("capacity")),
    )


def _sessions_by_day(days: list[Any], track_names: dict[str, str]) -> Iterator[RawSession]:
    for day_value in days:
        if not isinstance(day_value, dict):
            continue
        day = RawDay(
            date=_text(day_value.get("date")),
            start=_text(day_value.get("day_start") or day_value.get("start")),
            end=_text(day_value.get("day_end") or day_value.get("end")),
        )
        rooms = day_value.get("rooms")
        for name, events in rooms.items() if isinstance(rooms, dict) else ():
            for event in _items(events):
                yield _session(event, day, room=RawRoom(name=name), track_names=track_names)


def _session(
    event: Any, day: RawDay, *, room: RawRoom | None, track_names: dict[str, str]
) -> RawSession:
    if not isinstance(event, dict):
        return RawSession(
            day=day, room=room, unreadable=_("It is not an object with a title and a time.")
        )
    return RawSession(
        day=day,
        room=room,
        guid=_text(event.get("guid")),
        id=_text(event.get("id")),
        slug=_text(event.get("slug")),
        title=_text(event.get("title")),
        subtitle=_text(event.get("subtitle")),
        abstract=_text(event.get("abstract")),
        description=_text(event.get("description")),
        kind=_text(event.get("type")),
        language=_text(event.get("language")),
        track=_track(event.get("track"), track_names),
        own_room_name=_text(_named(event.get("room"))),
        date=_text(event.get("date")),
        start=_text(event.get("start")),
        duration=_text(event.get("duration")),
        end=_text(event.get("end")),
        persons=tuple(
            _person(person) for person in _items(event.get("persons") or event.get("participants"))
        ),
        links=tuple(
            _link(link) for link in (*_items(event.get("links")), *_items(event.get("attachments")))
        ),
    )


def _track(value: Any, track_names: dict[str, str]) -> str:
    """Version 1 writes the name; version 2 an object that may hold no more than the slug."""
    if isinstance(value, dict) and not _text(value.get("name")):
        slug = _text(value.get("slug"))
        return track_names.get(slug, slug)
    return _text(_named(value))


def _person(value: Any) -> RawPerson:
    if not isinstance(value, dict):
        return RawPerson(name=_text(value))
    return RawPerson(
        name=_text(value.get("public_name") or value.get("name") or value.get("full_public_name")),
        id=_text(value.get("id")),
        guid=_text(value.get("guid")),
        code=_text(value.get("code")),
        biography=_text(value.get("biography")),
    )


def _link(value: Any) -> RawLink:
    if not isinstance(value, dict):
        return RawLink(url=_text(value), title="")
    return RawLink(
        url=_text(value.get("url")), title=_text(value.get("title") or value.get("name"))
    )
