"""Finding a file's rooms, tracks and speakers among those of the event, and making the rest."""

from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from conference.models import Event, Room
from schedule.imports.identity import match_key
from schedule.imports.programme import ImportedRoom, ImportedSpeaker, ImportedTrack
from schedule.models import Speaker, Track
from schedule.rules import TRACK_COLOURS

LONGEST_SLUG = 80


def free_slug(text: str, taken: set[str], *, fallback: str) -> str:
    """An address for `text` that nobody has yet; it is taken from now on."""
    wanted = slugify(text)[:LONGEST_SLUG].strip("-_") or fallback
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug


def match_rooms(event: Event, imported: Sequence[ImportedRoom]) -> tuple[dict[str, Room], int]:
    """Rooms by external id, and how many of them are new. A room is known by its name."""
    existing = list(Room.objects.filter(event=event))
    by_name = {match_key(room.name): room for room in existing}
    slugs = {room.slug for room in existing}
    last = max((room.sort_key for room in existing), default=0)
    new = []
    found: dict[str, Room] = {}
    for number, facts in enumerate(imported, start=1):
        room = by_name.get(match_key(facts.name))
        if room is None:
            room = Room(
                event=event,
                name=facts.name,
                slug=free_slug(facts.name, slugs, fallback="room"),
                capacity=facts.capacity,
                sort_key=last + number,
            )
            by_name[match_key(facts.name)] = room
            new.append(room)
        found[facts.external_id] = room
    Room.objects.bulk_create(new)
    return found, len(new)


def match_tracks(event: Event, imported: Sequence[ImportedTrack]) -> tuple[dict[str, Track], int]:
    """Tracks by external id, and how many of them are new. A track is known by its name."""
    existing = list(Track.objects.filter(event=event))
    by_name = {match_key(track.name): track for track in existing}
    slugs = {track.slug for track in existing}
    new: list[Track] = []
    found: dict[str, Track] = {}
    for facts in imported:
        track = by_name.get(match_key(facts.name))
        if track is None:
            position = len(existing) + len(new)
            track = Track(
                event=event,
                name=facts.name,
                slug=free_slug(facts.name, slugs, fallback="track"),
                colour=position % TRACK_COLOURS + 1,
                sort_key=position + 1,
            )
            by_name[match_key(facts.name)] = track
            new.append(track)
        found[facts.external_id] = track
    Track.objects.bulk_create(new)
    return found, len(new)


def match_speakers(
    event: Event, imported: Iterable[ImportedSpeaker]
) -> tuple[dict[str, Speaker], int, int]:
    """Speakers by external id; how many are new, and how many have another name or biography."""
    found = {speaker.external_id: speaker for speaker in Speaker.objects.filter(event=event)}
    new, changed = [], []
    for facts in imported:
        speaker = found.get(facts.external_id)
        if speaker is None:
            speaker = Speaker(
                event=event,
                external_id=facts.external_id,
                name=facts.name,
                biography=facts.biography_html,
            )
            found[facts.external_id] = speaker
            new.append(speaker)
        elif (speaker.name, speaker.biography) != (
            facts.name,
            facts.biography_html or speaker.biography,
        ):
            speaker.name = facts.name
            speaker.biography = facts.biography_html or speaker.biography
            changed.append(speaker)
    Speaker.objects.bulk_create(new)
    Speaker.objects.bulk_update(changed, ["name", "biography"], batch_size=500)
    return found, len(new), len(changed)
