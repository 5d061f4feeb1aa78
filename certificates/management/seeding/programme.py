"""Five days, twelve rooms, about 300 sessions: keynotes, parallel tracks, breaks, workshops."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from i18nfield.strings import LazyI18nString

from certificates.management.seeding.names import PeopleMaker
from certificates.management.seeding.topics import (
    ANGLES,
    LANGUAGES,
    SUBJECTS,
    TRACKS,
    WORKSHOPS,
    in_languages,
)
from conference.models import Event, Room
from schedule.models import Programme, Session, SessionSpeaker, Speaker, Track
from schedule.rules import search_text_of
from schedule.states import ProgrammeState, SessionKind, SpeakerRole

ROOMS = [
    ("Aula Magna", 2600), ("Sala Corrientes", 600), ("Sala Pampa", 450), ("Sala Andes", 400),
    ("Sala Paraná", 300), ("Sala Iguazú", 300), ("Sala Patagonia", 250), ("Sala Uspallata", 200),
    ("Sala Quebrada", 150), ("Sala Delta", 120), ("Taller 1", 60), ("Taller 2", 60),
]  # fmt: skip

# Local hours of each day: (from, until), in the order of the day.
KEYNOTE = ("08:30", "09:20")
BLOCKS = [("09:30", "10:30"), ("11:00", "12:30"), ("13:45", "15:15"), ("15:45", "17:00")]
HALVES = {
    BLOCKS[1]: [("11:00", "11:45"), ("11:45", "12:30")],
    BLOCKS[2]: [("13:45", "14:30"), ("14:30", "15:15")],
}
BREAKS = [
    ("10:30", "11:00", "Café | Café | Coffee | Café"),
    ("12:30", "13:45", "Almuerzo | Almoço | Lunch | Déjeuner"),
    ("15:15", "15:45", "Café | Café | Coffee | Café"),
]
# In these rooms the block holds two talks.
SPLIT_ROOMS = {BLOCKS[1]: range(1, 9), BLOCKS[2]: range(1, 5)}
SPEAKERS = 260


@dataclass
class _Draft:
    event: Event
    random: Random
    at: dt.datetime
    rooms: list[Room]
    tracks: list[Track]
    sessions: list[Session] = field(default_factory=list)

    def add(
        self, kind: SessionKind, day: dt.date, hours: tuple[str, str], room: Room | None,
        title: dict[str, str], track: Track | None = None, language: str = "es",
    ) -> None:  # fmt: skip
        number = len(self.sessions) + 1
        starts_at, ends_at = (_instant(self.event, day, hour) for hour in hours)
        self.sessions.append(
            Session(
                event=self.event, external_id=f"seed-{number}", code=f"s{number:03d}", kind=kind,
                title=LazyI18nString(title), abstract=LazyI18nString(_abstract(title, kind)),
                language=language, track=track, room=room, starts_at=starts_at, ends_at=ends_at,
                changed_at=self.at,
                search_text=search_text_of(*title.values(), str(track or "")),
            )
        )  # fmt: skip


def seed_programme(event: Event, *, random: Random, at: dt.datetime) -> list[Session]:
    """Rooms, tracks, sessions, speakers and a published programme. Returns the sessions."""
    draft = _Draft(
        event=event, random=random, at=at,
        rooms=Room.objects.bulk_create(
            Room(event=event, name=name, slug=_slug(name), capacity=capacity, sort_key=index)
            for index, (name, capacity) in enumerate(ROOMS)
        ),
        tracks=Track.objects.bulk_create(
            Track(event=event, name=name, slug=slug, colour=index + 1, sort_key=index)
            for index, (name, slug) in enumerate(TRACKS)
        ),
    )  # fmt: skip
    for offset in range((event.last_day - event.first_day).days + 1):
        _one_day(draft, event.first_day + dt.timedelta(days=offset))
    sessions = Session.objects.bulk_create(draft.sessions, batch_size=500)
    _speakers(draft, sessions)
    Programme.objects.create(
        event=event, state=ProgrammeState.PUBLISHED, version=1, changed_at=at, published_at=at
    )
    return sessions


def _one_day(draft: _Draft, day: dt.date) -> None:
    subject = draft.random.choice(SUBJECTS)
    draft.add(
        SessionKind.KEYNOTE, day, KEYNOTE, draft.rooms[0],
        in_languages([f"{a}: {b}" for a, b in zip(subject, ["conferencia magistral", "conferência magna", "keynote", "conférence plénière"], strict=True)]),
        draft.tracks[day.toordinal() % 12],
    )  # fmt: skip
    for start, end, words in BREAKS:
        draft.add(SessionKind.BREAK, day, (start, end), None, in_languages(words.split(" | ")))
    for index, room in enumerate(draft.rooms):
        is_workshop_room = index >= 10
        for block in BLOCKS:
            if is_workshop_room:
                if block in BLOCKS[1:3]:
                    workshop = WORKSHOPS[len(draft.sessions) % len(WORKSHOPS)]
                    draft.add(
                        SessionKind.WORKSHOP, day, block, room, in_languages(workshop),
                        draft.tracks[index % 12],
                    )  # fmt: skip
                continue
            is_split = index in SPLIT_ROOMS.get(block, ())
            for hours in HALVES[block] if is_split else [block]:
                draft.add(
                    SessionKind.TALK, day, hours, room, _title(draft.random),
                    draft.tracks[(index + day.toordinal()) % 12],
                    draft.random.choices(["es", "en", "pt"], [7, 2, 2])[0],
                )  # fmt: skip


def _title(random: Random) -> dict[str, str]:
    subject, angle = random.choice(SUBJECTS), random.choice(ANGLES)
    return in_languages([f"{a}: {b}" for a, b in zip(subject, angle, strict=True)])


def _abstract(title: dict[str, str], kind: SessionKind) -> dict[str, str]:
    if kind is SessionKind.BREAK:
        return {}
    openings = {
        "es": "Objetivos: reconocer, decidir y actuar en los primeros minutos. Se discute: {0}.",
        "pt-br": "Objetivos: reconhecer, decidir e agir nos primeiros minutos. Discute-se: {0}.",
        "en": "Objectives: recognise, decide and act in the first minutes. We discuss: {0}.",
        "fr": "Objectifs : reconnaître, décider et agir dans les premières minutes. Sujet : {0}.",
    }
    return {language: openings[language].format(title[language]) for language in LANGUAGES}


def _speakers(draft: _Draft, sessions: list[Session]) -> None:
    people = PeopleMaker(draft.random)
    drawn = [people.draw() for _number in range(SPEAKERS)]
    speakers = Speaker.objects.bulk_create(
        Speaker(
            event=draft.event, external_id=f"seed-{number}", name=person["badge_name"],
            institution=person["institution"], country=person["country"],
        )
        for number, person in enumerate(drawn)
    )  # fmt: skip
    links = []
    busy: dict[tuple[int, dt.datetime], bool] = {}
    for session in sessions:
        if session.kind == SessionKind.BREAK or session.starts_at is None:
            continue
        wanted = 2 if session.kind in (SessionKind.WORKSHOP, SessionKind.KEYNOTE) else 1
        free = [
            number for number in draft.random.sample(range(SPEAKERS), 40)
            if (number, session.starts_at) not in busy
        ][:wanted]  # fmt: skip
        for position, number in enumerate(free):
            busy[number, session.starts_at] = True
            links.append(
                SessionSpeaker(
                    session=session, speaker=speakers[number], position=position,
                    role=SpeakerRole.INSTRUCTOR
                    if session.kind == SessionKind.WORKSHOP
                    else SpeakerRole.SPEAKER,
                )
            )  # fmt: skip
            session.search_text += " " + search_text_of(speakers[number].name)
    SessionSpeaker.objects.bulk_create(links, batch_size=1000)
    Session.objects.bulk_update(sessions, ["search_text"], batch_size=500)


def _instant(event: Event, day: dt.date, hour: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(hour), event.zone).astimezone(dt.UTC)


def _slug(name: str) -> str:
    return search_text_of(name).replace(" ", "-")
