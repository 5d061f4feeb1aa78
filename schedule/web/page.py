"""What the programme page shows, worked out only if a template asks for it."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from conference.kernel.once import key_of
from schedule.queries import (
    ProgrammeFacts,
    ProgrammeFilter,
    ProgrammeHead,
    SessionFacts,
    programme_days,
    programme_facts,
    programme_languages,
)
from schedule.web.timetable import TimetableDay, timetable_of

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool


def programme_address(event_slug: str) -> str:
    """The absolute URL of an event's programme, as calendars and files name it."""
    return str(settings.SITE_URL) + reverse("schedule:programme", args=[event_slug])


class ProgrammePage:
    def __init__(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> None:
        self.head = head
        self.chosen = chosen

    def render(self, request: HttpRequest) -> HttpResponse:
        return render(request, "schedule/programme.html", {"event": self.head.event, "page": self})

    def render_results(self, request: HttpRequest) -> HttpResponse:
        """What changes when a reader chooses something else."""
        return render(request, "schedule/results.html", {"event": self.head.event, "page": self})

    def has_sessions(self) -> bool:
        return bool(self.facts.sessions)

    @property
    def kept_seconds(self) -> int:
        """How long the sessions' HTML is kept for those who are signed in."""
        return 0 if self.chosen.query or settings.DEBUG else KEPT_SECONDS

    @property
    def key(self) -> str:
        return key_of(self.head.release, "sessions", self.chosen.address)

    @property
    def address(self) -> str:
        """The chosen part, behind the `?` of an address."""
        return self.chosen.address

    @cached_property
    def facts(self) -> ProgrammeFacts:
        return programme_facts(
            self.head,
            chosen=self.chosen,
            address=programme_address(self.head.event_slug),
            with_abstracts=False,
        )

    @cached_property
    def days(self) -> list[TimetableDay]:
        is_a_few = bool(self.chosen.room or self.chosen.track or self.chosen.query)
        return timetable_of(self.facts.sessions, self.facts.zone, as_lists=is_a_few)

    @cached_property
    def without_time(self) -> list[SessionFacts]:
        return [session for session in self.facts.sessions if session.starts_at is None]

    @cached_property
    def room_options(self) -> list[Option]:
        return [
            Option(room.slug, room.name, room.slug == self.chosen.room) for room in self.facts.rooms
        ]

    @cached_property
    def track_options(self) -> list[Option]:
        return [
            Option(track.slug, track.name, track.slug == self.chosen.track)
            for track in self.facts.tracks
        ]

    @cached_property
    def language_options(self) -> list[Option]:
        return [
            Option(code, code, code == self.chosen.language)
            for code in programme_languages(self.head.event)
        ]

    @cached_property
    def day_options(self) -> list[tuple[dt.date, bool]]:
        return [(day, day == self.chosen.day) for day in programme_days(self.head.event)]

    @cached_property
    def day_links(self) -> list[tuple[dt.date, str, bool]]:
        """Each day with the address of the same choice on that day."""
        return [
            (day, dataclasses.replace(self.chosen, day=day).address, is_chosen)
            for day, is_chosen in self.day_options
        ]

    @property
    def address_of_every_day(self) -> str:
        return dataclasses.replace(self.chosen, day=None).address

    @cached_property
    def chosen_words(self) -> list[str]:
        """What was chosen, by its name, for the line above the sessions."""
        options = chain(self.room_options, self.track_options)
        return [option.label for option in options if option.is_chosen]
