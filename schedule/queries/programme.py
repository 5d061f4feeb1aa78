"""Reads of the programme. Each takes the same few queries however long the programme is."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from conference.models import Event, Room
from schedule.models import Programme, Session, SessionQuerySet, SessionSpeaker, Speaker, Track
from schedule.queries.facts import (
    PersonFacts,
    ProgrammeFacts,
    RoomFacts,
    SessionFacts,
    TrackFacts,
)
from schedule.rules import programme_day_bounds, search_words
from schedule.states import SessionKind


@dataclass(frozen=True, slots=True)
class ProgrammeHead:
    """What decides whether an answer may be given, and whether an older one still holds."""

    event: Event
    programme: Programme

    @property
    def release(self) -> str:
        """Changes whenever anything that the programme's pages show has changed."""
        return f"{self.event.pk}.{self.programme.version}"


def programme_head(event_slug: str) -> ProgrammeHead | None:
    """
    The programme of a published event in one query, published or not; None if there is none.
    """
    programme = (
        Programme.objects.select_related("event", "event__venue")
        .filter(event__slug=event_slug, event__published_at__isnull=False)
        .first()
    )
    return ProgrammeHead(programme.event, programme) if programme else None


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """What a reader chose; empty means all."""

    day: dt.date | None = None
    room: str = ""
    track: str = ""
    language: str = ""
    query: str = ""

    @property
    def is_empty(self) -> bool:
        return self == ProgrammeFilter()


def sessions_matching(event: Event, chosen: ProgrammeFilter) -> SessionQuerySet:
    """The sessions of the event that a reader asked for, in the order of the day."""
    sessions = Session.objects.filter(event=event)
    if chosen.day:
        opens, closes = programme_day_bounds(chosen.day, event.zone)
        sessions = sessions.filter(starts_at__gte=opens, starts_at__lt=closes)
    if chosen.room:
        sessions = sessions.filter(room__slug=chosen.room)
    if chosen.track:
        sessions = sessions.filter(track__slug=chosen.track)
    if chosen.language:
        sessions = sessions.filter(language=chosen.language)
    if chosen.query:
        words = search_words(chosen.query)
        if not words:  # only signs: nothing is written so
            return sessions.none()
        for word in words:
            sessions = sessions.filter(search_text__contains=word)
    return sessions.with_people().order_by("starts_at", "room__sort_key", "pk")


def programme_languages(event: Event) -> list[str]:
    """The languages spoken in the programme, by code."""
    return list(
        Session.objects.filter(event=event)
        .exclude(language="")
        .order_by("language")
        .values_list("language", flat=True)
        .distinct()
    )


def programme_facts(
    head: ProgrammeHead,
    *,
    chosen: ProgrammeFilter,
    address: str,
    with_abstracts: bool = True,
) -> ProgrammeFacts:
    """The part of the programme that the reader chose, in the active language."""
    event = head.event
    sessions = sessions_matching(event, chosen)
    if not with_abstracts:
        sessions = sessions.defer("abstract", "links")
    return ProgrammeFacts(
        event_slug=event.slug,
        title=str(event.name),
        version=head.programme.version,
        changed_at=head.programme.changed_at,
        zone=ZoneInfo(event.time_zone),
        first_day=event.first_day,
        last_day=event.last_day,
        address=address,
        rooms=tuple(_room(room) for room in Room.objects.filter(event=event)),
        tracks=tuple(_track(track) for track in Track.objects.filter(event=event)),
        sessions=tuple(_session(session, with_abstract=with_abstracts) for session in sessions),
    )


def session_facts(session: Session) -> SessionFacts:
    """One session, loaded `with_people()`, in the active language."""
    return _session(session, with_abstract=True)


def _room(room: Room) -> RoomFacts:
    return RoomFacts(room.pk, room.slug, room.name, room.capacity, room.sort_key)


def _track(track: Track) -> TrackFacts:
    return TrackFacts(track.pk, track.slug, track.name, track.colour)


def _person(link: SessionSpeaker, *, with_biography: bool) -> PersonFacts:
    speaker: Speaker = link.speaker
    return PersonFacts(
        id=speaker.pk,
        external_id=speaker.external_id,
        name=speaker.name,
        role=link.role,
        role_label=link.get_role_display(),
        institution=speaker.institution,
        biography_html=speaker.biography if with_biography else "",
    )


def _session(session: Session, *, with_abstract: bool) -> SessionFacts:
    return SessionFacts(
        id=session.pk,
        external_id=session.external_id,
        code=session.code,
        kind=SessionKind(session.kind),
        title=str(session.title),
        subtitle=session.subtitle,
        abstract_html=str(session.abstract) if with_abstract else "",
        language=session.language,
        track=_track(session.track) if session.track else None,
        room=_room(session.room) if session.room else None,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_cancelled=session.is_cancelled,
        revision=session.revision,
        changed_at=session.changed_at,
        people=tuple(
            _person(link, with_biography=with_abstract) for link in session.session_speakers.all()
        ),
        links=tuple((link["url"], link["title"]) for link in session.links)
        if with_abstract
        else (),
    )
