"""Small schedule files for tests, and the real ones where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED_DATA = Path(
    os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data")
)


def shared_file(name: str) -> Path:
    """A real file; the test is skipped, loudly, where it does not exist."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"no shared data: {path} does not exist, set SHARED_DATA")
    return path


def xml_file(
    *events: str,
    conference: str = "<time_zone_name>America/Argentina/Buenos_Aires</time_zone_name>",
    day: str = '<day index="1" date="2026-10-14">',
    room: str = '<room name="Auditorio">',
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<schedule><conference><title>Congreso</title>{conference}</conference>"
        f"{day}{room}{''.join(events)}</room></day></schedule>"
    ).encode()


def xml_event(attributes: str = 'id="7"', **elements: str) -> str:
    parts = {"start": "10:00", "duration": "00:30", "title": "Shock", **elements}
    return f"<event {attributes}>{''.join(f'<{k}>{v}</{k}>' for k, v in parts.items())}</event>"


def json_event(**members: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "guid": "8079583e-8321-506c-95af-fd2903a5f075",
        "date": "2026-10-14T10:00:00-03:00",
        "start": "10:00",
        "duration": "00:30",
        "room": "Auditorio",
        "title": "Shock",
        "persons": [],
        **members,
    }


def json_file(*events: Any, rooms: list[Any] | None = None, **conference: Any) -> bytes:
    return json.dumps(
        {
            "schedule": {
                "version": "1",
                "conference": {
                    "title": "Congreso",
                    "time_zone_name": "America/Argentina/Buenos_Aires",
                    "rooms": rooms or [],
                    "days": [{"index": 1, "date": "2026-10-14", "rooms": {"Auditorio": events}}],
                    **conference,
                },
            }
        }
    ).encode()
