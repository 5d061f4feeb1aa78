"""A stable fingerprint of what a computation rested on."""

import dataclasses
import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from certificates.rules.facts import CreditInputs, SessionFacts
from certificates.rules.presence import in_order
from conference.kernel.periods import Period

# Raise it whenever the same inputs may give another result.
RULE_VERSION = "2026.1"


def inputs_sha256(inputs: CreditInputs) -> str:
    """
    The same for the same facts, in whatever order they come and however often a scan was sent.

    The version of the rules is part of it. What a session is worth for other credit types is not.
    """
    code = inputs.rule.code
    facts = {
        field.name: _canonical(getattr(inputs, field.name))
        for field in dataclasses.fields(inputs)
        if field.name not in {"sessions", "scans"}
    }
    # Hundreds of these for each of thousands of people: written out, not found by reflection.
    facts["sessions"] = sorted(_session(session, code) for session in inputs.sessions)
    facts["scans"] = [
        [scan.scan_key, scan.at.timestamp(), scan.direction, scan.session_key]
        for scan in in_order(inputs.scans)
    ]
    text = json.dumps([RULE_VERSION, facts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _session(session: SessionFacts, code: str) -> list[Any]:
    planned = _period(session.planned)
    return [
        session.session_key,
        planned,
        _period(session.actual) if session.actual else planned,
        sorted(_period(one) for one in session.breaks) if session.breaks else [],
        code in session.eligible_for,
        session.is_cancelled,
    ]


def _period(period: Period) -> tuple[int, int]:
    return period.start_minute, period.end_minute


def _canonical(value: Any) -> Any:
    """As JSON. Every collection in the inputs is a set by meaning, so it is sorted."""
    match value:
        case Decimal():
            return f"{value:.2f}"
        case dt.datetime():
            return value.timestamp()
        case tuple() | frozenset():
            return sorted((_canonical(item) for item in value), key=json.dumps)
        case _ if dataclasses.is_dataclass(value):
            return {
                field.name: _canonical(getattr(value, field.name))
                for field in dataclasses.fields(value)
            }
        case _:
            return value
