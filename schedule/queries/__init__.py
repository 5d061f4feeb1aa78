from schedule.queries.choosing import ProgrammeFilter, read_filter
from schedule.queries.facts import (
    LinkFacts,
    PersonFacts,
    ProgrammeFacts,
    RoomFacts,
    SessionFacts,
    TrackFacts,
)
from schedule.queries.heads import ProgrammeHead, programme_head
from schedule.queries.programme import (
    programme_days,
    programme_facts,
    programme_languages,
    programme_of_one,
    rooms_of,
    session_facts,
    sessions_matching,
    speakers_of,
    tracks_of,
)

__all__ = [
    "LinkFacts",
    "PersonFacts",
    "ProgrammeFacts",
    "ProgrammeFilter",
    "ProgrammeHead",
    "RoomFacts",
    "SessionFacts",
    "TrackFacts",
    "programme_days",
    "programme_facts",
    "programme_head",
    "programme_languages",
    "programme_of_one",
    "read_filter",
    "rooms_of",
    "session_facts",
    "sessions_matching",
    "speakers_of",
    "tracks_of",
]
