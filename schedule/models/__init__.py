from schedule.models.programme import Programme, Track
from schedule.models.session import Session, SessionQuerySet
from schedule.models.speaker import SessionSpeaker, Speaker

__all__ = ["Programme", "Session", "SessionQuerySet", "SessionSpeaker", "Speaker", "Track"]
