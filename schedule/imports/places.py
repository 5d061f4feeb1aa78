"""The rooms and tracks of a file, each once, found again by every session that names them."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from conference.kernel.rich_text import plain_line
from schedule.imports.identity import identity, match_key
from schedule.imports.programme import ImportedRoom, ImportedTrack, ImportProblem, ProblemSeverity
from schedule.imports.raw import RawProgramme, RawRoom, RawSession

LONGEST_NAME = 100
LARGEST_CAPACITY = 100_000


class RoomBook:
    """
    Rooms by guid and name.

    A guid that stands at two names names nothing (pretalx's own demo does it); a name that
    stands at two guids is two rooms, and the second one's name gets a number.
    """

    def __init__(self, programme: RawProgramme) -> None:
        raw_rooms = [
            *programme.rooms,
            *(room for session in programme.sessions if (room := _room_of(session))),
        ]
        names_by_guid: dict[str, set[str]] = defaultdict(set)
        for room in raw_rooms:
            if room.guid:
                names_by_guid[room.guid].add(match_key(room.name))
        self._reliable = {guid for guid, names in names_by_guid.items() if len(names) == 1}
        # Where a name is listed with a guid, a session that says only the name means that room.
        self._guid_of_name: dict[str, str] = {}
        for room in raw_rooms:
            if room.guid in self._reliable:
                self._guid_of_name.setdefault(match_key(room.name), room.guid)
        self._rooms: dict[str, ImportedRoom] = {}
        self._names_taken: dict[str, int] = defaultdict(int)
        self.problems: list[ImportProblem] = []
        for room in raw_rooms:
            self._enter(room)

    @property
    def rooms(self) -> tuple[ImportedRoom, ...]:
        return tuple(self._rooms.values())

    def room_id(self, session: RawSession) -> str | None:
        room = _room_of(session)
        return self._identity(room) if room else None

    def _identity(self, room: RawRoom) -> str:
        key = match_key(room.name)
        guid = room.guid if room.guid in self._reliable else self._guid_of_name.get(key, "")
        return identity("guid", guid) if guid else identity("name", key)

    def _enter(self, room: RawRoom) -> None:
        external_id = self._identity(room)
        name = plain_line(room.name)[:LONGEST_NAME]
        if not name or external_id in self._rooms:
            return
        self._names_taken[match_key(name)] += 1
        if (number := self._names_taken[match_key(name)]) > 1:
            name = f"{name[: LONGEST_NAME - 6]} ({number})"
            self.problems.append(
                ImportProblem(
                    item=_("room “%s”") % name,
                    reason=_("Another room has the same name, so this one got a number."),
                    code="room_name_repeated",
                    severity=ProblemSeverity.NOTICE,
                )
            )
        self._rooms[external_id] = ImportedRoom(external_id, name, _capacity(room.capacity))


def _room_of(session: RawSession) -> RawRoom | None:
    """The room that the session stands under, or else the one that it names itself."""
    if session.room and plain_line(session.room.name):
        return session.room
    return RawRoom(name=session.own_room_name) if plain_line(session.own_room_name) else None


def _capacity(text: str) -> int | None:
    people = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
    return people if 0 < people <= LARGEST_CAPACITY else None


class TrackBook:
    def __init__(self, names: Iterable[str]) -> None:
        self._tracks: dict[str, ImportedTrack] = {}
        for name in names:
            if plain_line(name):
                track = ImportedTrack(self._identity(name), plain_line(name)[:LONGEST_NAME])
                self._tracks.setdefault(track.external_id, track)

    @property
    def tracks(self) -> tuple[ImportedTrack, ...]:
        return tuple(self._tracks.values())

    def track_id(self, name: str) -> str | None:
        return self._identity(name) if plain_line(name) else None

    @staticmethod
    def _identity(name: str) -> str:
        return identity("name", match_key(name))
