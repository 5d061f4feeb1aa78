from schedule.queries.facts import (
    PersonFacts,
    ProgrammeFacts,
    RoomFacts,
    SessionFacts,
    TrackFacts,
)
from schedule.queries.programme import (
    ProgrammeFilter,
    ProgrammeHead,
    programme_facts,
    programme_head,
    programme_languages,
    session_facts,
    sessions_matching,
)

__all__ = [
    "PersonFacts",
    "ProgrammeFacts",
    "ProgrammeFilter",
    "ProgrammeHead",
    "RoomFacts",
    "SessionFacts",
    "TrackFacts",
    "programme_facts",
    "programme_head",
    "programme_languages",
    "session_facts",
    "sessions_matching",
]
