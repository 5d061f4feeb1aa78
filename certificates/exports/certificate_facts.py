"""
What a certificate states, frozen at issue: plain strings in the language of issue.

A text with italics is a list of runs, so that a name with asterisks stays a name with asterisks.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.rules.statements import Run

Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class SessionLine:
    day: str
    hours: str
    title: str
    minutes: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """
    `intro`, `name` and `body` are one sentence of the statement library, parted at the name.

    `credits` and `credit_name` are empty where no credit is stated.
    """

    language: str
    kind_label: str
    intro: Text
    name: str
    body: Text
    credits: str
    credit_name: Text
    title: str
    event_name: str
    place: str
    dates: str
    organiser: str
    provider: str
    joint_provider: str
    director_name: str
    director_title: str
    statements: tuple[Text, ...]
    footer: Text
    issued_on: str
    serial: str
    code: str
    url: str
    sessions: tuple[SessionLine, ...]
    minutes: int


def facts_as_json(facts: CertificateFacts) -> dict[str, Any]:
    return dataclasses.asdict(facts)


def facts_from_json(kept: Mapping[str, Any]) -> CertificateFacts:
    texts = {name: _text(kept[name]) for name in ("intro", "body", "credit_name", "footer")}
    return CertificateFacts(
        **{
            **kept,
            **texts,
            "statements": tuple(_text(runs) for runs in kept["statements"]),
            "sessions": tuple(SessionLine(**line) for line in kept["sessions"]),
        }
    )


def _text(runs: Any) -> Text:
    return tuple(Run(**run) for run in runs)
