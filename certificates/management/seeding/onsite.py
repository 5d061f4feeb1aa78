"""Scans of the days that are over: who came, which sessions she sat in, when she left."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from conference.models import Event
from registration.models import Badge, Registration, ScanEvent, ScanPoint
from registration.states import ScanDirection, ScanMethod, ScanPointKind, ScanResult
from schedule.models import Session
from schedule.states import SessionKind


def seed_scans(
    event: Event, sessions: list[Session], registrations: list[Registration], *,
    random: Random, at: dt.datetime,
) -> int:  # fmt: skip
    """Scans of everything that ended before `at`. Returns their number."""
    confirmed = [one for one in registrations if one.confirmed_at]
    tokens = dict(
        Badge.objects.filter(registration__in=confirmed).values_list("registration_id", "token")
    )
    points = list(ScanPoint.objects.filter(event=event))
    entrances = [point for point in points if point.kind == ScanPointKind.ENTRANCE]
    doors = {point.session_id: point for point in points if point.session_id}
    blocks = _blocks(event, sessions, at)
    events: list[ScanEvent] = []
    for registration in confirmed:
        if random.random() < 0.06:
            continue  # never came
        token_hash = hashlib.sha256(tokens[registration.pk].encode()).hexdigest()
        for day, starts in blocks.items():
            if random.random() < 0.12:
                continue  # not that day
            arrival = min(starts) - dt.timedelta(minutes=random.randint(-20, 50))
            events.append(
                _scan(
                    random, event, random.choice(entrances), registration, token_hash,
                    ScanDirection.IN, ScanResult.OK, arrival, day=day,
                )
            )  # fmt: skip
            events.extend(
                _sessions_of_a_day(random, event, doors, starts, registration, token_hash)
            )
    ScanEvent.objects.bulk_create(events, batch_size=5000)
    return len(events)


def _blocks(
    event: Event, sessions: list[Session], at: dt.datetime
) -> dict[dt.date, dict[dt.datetime, list[Session]]]:
    """Day → starting time → the sessions a person can choose from, all of them over."""
    blocks: dict[dt.date, dict[dt.datetime, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for session in sessions:
        if session.kind in (SessionKind.TALK, SessionKind.KEYNOTE) and session.ends_at < at:  # type: ignore[operator] # seeded with times
            day = session.starts_at.astimezone(event.zone).date()  # type: ignore[union-attr]
            blocks[day][session.starts_at].append(session)  # type: ignore[index]
    return blocks


def _sessions_of_a_day(
    random: Random, event: Event, doors: dict[int, ScanPoint],
    starts: dict[dt.datetime, list[Session]], registration: Registration, token_hash: str,
) -> Iterator[ScanEvent]:  # fmt: skip
    free_at = min(starts) - dt.timedelta(hours=1)
    for start in sorted(starts):
        if start < free_at or random.random() < 0.2:
            continue
        session = random.choice(starts[start])
        assert session.ends_at is not None  # noqa: S101 - seeded with times
        entered = start + dt.timedelta(minutes=random.choice([-6, -4, -2, -1, 0, 1, 2, 4, 9]))
        left = session.ends_at + dt.timedelta(minutes=random.choice([-12, -3, 0, 0, 1, 2]))
        free_at = left
        door = doors[session.pk]
        yield _scan(
            random, event, door, registration, token_hash, ScanDirection.IN, ScanResult.OK,
            entered, session=session,
        )  # fmt: skip
        if random.random() < 0.85:  # some forget to scan out
            yield _scan(
                random, event, door, registration, token_hash, ScanDirection.OUT, ScanResult.OUT,
                left, session=session,
            )  # fmt: skip


def _scan(
    random: Random, event: Event, point: ScanPoint, registration: Registration, token_hash: str,
    direction: ScanDirection, result: ScanResult, moment: dt.datetime, *,
    session: Session | None = None, day: dt.date | None = None,
) -> ScanEvent:  # fmt: skip
    return ScanEvent(
        event=event, client_uid=uuid.UUID(int=random.getrandbits(128), version=4), point=point,
        session=session, registration=registration, token_hash=token_hash, direction=direction,
        method=ScanMethod.CAMERA, result=result, entrance_day=day, scanned_at=moment,
        received_at=moment + dt.timedelta(seconds=1),
    )  # fmt: skip
