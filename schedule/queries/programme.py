"""Reads of the programme. Each takes the same few queries however long the programme is."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import Lower

from conference.kernel.rich_text import safe_html
from conference.models import Event, Room
from schedule.models import Programme, Session, SessionQuerySet, SessionSpeaker, Speaker, Track
from schedule.queries.choosing import ProgrammeFilter
from schedule.queries.facts import (
    LinkFacts,
    PersonFacts,
    ProgrammeFacts,
    RoomFacts,
    SessionFacts,
    TrackFacts,
)
from schedule.queries.heads import ProgrammeHead
from schedule.rules import days_of_programme, programme_day_bounds, search_words
from schedule.states import SessionKind


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


def programme_days(event: Event) -> list[dt.date]:
    """The days on which something begins, by the event's clocks."""
    starts = (
        Session.objects.filter(event=event).placed().order_by().values_list("starts_at", flat=True)
    )
    return days_of_programme(starts, event.time_zone)


def programme_facts(
    head: ProgrammeHead,
    *,
    chosen: ProgrammeFilter,
    address: str,
    with_abstracts: bool = True,
) -> ProgrammeFacts:
    """
    The part of the programme that the reader chose, in the active language.

    :raises Programme.DoesNotExist: if the event has no programme at all.
    """
    event = head.event
    programme: Programme = event.programme
    sessions = sessions_matching(event, chosen)
    if not with_abstracts:
        sessions = sessions.defer("abstract", "links")
    return _facts(
        event,
        programme,
        address=address,
        rooms=tuple(_room(room) for room in Room.objects.filter(event=event)),
        tracks=tuple(_track(track) for track in Track.objects.filter(event=event)),
        sessions=tuple(_session(session, with_abstract=with_abstracts) for session in sessions),
    )


def programme_of_one(head: ProgrammeHead, code: str, *, address: str) -> ProgrammeFacts | None:
    """The programme as if it had this session alone; None if there is no such session."""
    session = Session.objects.filter(event_id=head.event_id, code=code).with_people().first()
    if session is None:
        return None
    return _facts(
        head.event,
        head.event.programme,
        address=address,
        rooms=(),
        tracks=(),
        sessions=(_session(session, with_abstract=True),),
    )


def _facts(
    event: Event,
    programme: Programme,
    *,
    address: str,
    rooms: tuple[RoomFacts, ...],
    tracks: tuple[TrackFacts, ...],
    sessions: tuple[SessionFacts, ...],
) -> ProgrammeFacts:
    return ProgrammeFacts(
        event_slug=event.slug,
        title=str(event.name),
        version=programme.version,
        changed_at=programme.changed_at,
        zone=ZoneInfo(event.time_zone),
        first_day=event.first_day,
        last_day=event.last_day,
        address=address,
        rooms=rooms,
        tracks=tracks,
        sessions=sessions,
    )


def session_facts(session: Session, *, with_abstract: bool) -> SessionFacts:
    """One session, loaded `with_people()`, in the active language."""
    return _session(session, with_abstract=with_abstract)


def rooms_of(event: Event) -> QuerySet[Room]:
    return Room.objects.filter(event=event)


def tracks_of(event: Event) -> QuerySet[Track]:
    return Track.objects.filter(event=event)


def speakers_of(event: Event) -> QuerySet[Speaker]:
    """Everybody who has a part in the programme, in the order of their names."""
    return Speaker.objects.filter(event=event).order_by(Lower("name"), "pk")


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
        biography_html=safe_html(speaker.biography) if with_biography else "",
    )


def _session(session: Session, *, with_abstract: bool) -> SessionFacts:
    return SessionFacts(
        id=session.pk,
        external_id=session.external_id,
        code=session.code,
        kind=SessionKind(session.kind),
        title=str(session.title),
        subtitle=session.subtitle,
        abstract_html=safe_html(str(session.abstract)) if with_abstract else "",
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
        links=_links(session) if with_abstract else (),
    )


def _links(session: Session) -> tuple[LinkFacts, ...]:
    """The links that a browser may follow."""
    return tuple(
        LinkFacts(link["url"], link["title"])
        for link in session.links
        if link["url"].startswith(("http://", "https://"))
    )
