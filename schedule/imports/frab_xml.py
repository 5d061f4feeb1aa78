"""frab, Pentabarf, wafer and pretalx: the many dialects of `schedule.xml`."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import (  # types and a builder; defusedxml parses
    Element,
    ParseError,
    TreeBuilder,
)

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from schedule.imports.errors import HostileFile, MalformedFile, TooDeep, UnknownFormat
from schedule.imports.raw import RawDay, RawLink, RawPerson, RawProgramme, RawRoom, RawSession

DEEPEST = 50
MOST_ELEMENTS = 2_000_000


class _BoundedTree(TreeBuilder):
    """A tree that refuses to grow deeper or larger than any honest schedule."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.elements = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST or self.elements > MOST_ELEMENTS:
            raise TooDeep(_("The file nests its elements too deeply to be a schedule."))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse_xml(file_bytes: bytes) -> Element:
    """
    The root element.

    :raises HostileFile: for a document type, an entity or endless nesting.
    :raises MalformedFile: if it is not well-formed.
    """
    parser = DefusedXMLParser(
        target=_BoundedTree(), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        parser.feed(file_bytes)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise HostileFile(
            _("The file declares a document type or entities; a schedule needs neither.")
        ) from error
    except ParseError as error:
        line, column = error.position
        raise MalformedFile(
            _("The file is not well-formed XML: see line %(line)d, column %(column)d.")
            % {"line": line, "column": column}
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise MalformedFile(_("The file's character encoding cannot be read.")) from error
    return root


def read_frab_xml(file_bytes: bytes) -> RawProgramme:
    root = parse_xml(file_bytes)
    if root.tag != "schedule":
        raise UnknownFormat(
            _("This XML file is no schedule: its first element is “%(tag)s”, not “schedule”.")
            % {"tag": str(root.tag)[:50]}
        )
    conference = root.find("conference")
    head = conference if conference is not None else Element("conference")
    return RawProgramme(
        source_format="schedule.xml",
        title=_text(head, "title"),
        version=_text(root, "version"),
        time_zone_name=_text(head, "time_zone_name"),
        day_change=_text(head, "day_change"),
        tracks=tuple(_track_names(root, head)),
        persons=tuple(_person(node) for node in root.iterfind("persons/person")),
        sessions=tuple(_sessions(root)),
    )


def _text(parent: Element, tag: str) -> str:
    node = parent.find(tag)
    return "" if node is None else _all_text(node)


def _all_text(node: Element) -> str:
    """Also the text inside unescaped markup: `<title>A <i>b</i></title>`."""
    return "".join(node.itertext()).strip()


def _track_names(root: Element, conference: Element) -> Iterator[str]:
    for node in (*root.iterfind("tracks/track"), *conference.iterfind("track")):
        yield node.get("name") or _all_text(node)


def _sessions(root: Element) -> Iterator[RawSession]:
    for day_node in root.iter("day"):
        day = RawDay(
            date=day_node.get("date", ""),
            start=day_node.get("start", ""),
            end=day_node.get("end", ""),
        )
        for child in day_node:
            if child.tag == "event":  # a day without rooms
                yield _session(child, day, room=None)
                continue
            room = RawRoom(name=child.get("name", ""), guid=child.get("guid", ""))
            for event in child.iter("event"):
                yield _session(event, day, room=room)


def _session(event: Element, day: RawDay, *, room: RawRoom | None) -> RawSession:
    return RawSession(
        day=day,
        room=room,
        guid=event.get("guid", ""),
        id=event.get("id", ""),
        slug=_text(event, "slug"),
        title=_text(event, "title"),
        subtitle=_text(event, "subtitle"),
        abstract=_text(event, "abstract"),
        description=_text(event, "description"),
        kind=_text(event, "type"),
        language=_text(event, "language"),
        track=_text(event, "track"),
        own_room_name=_text(event, "room"),
        date=_text(event, "date"),
        start=_text(event, "start"),
        duration=_text(event, "duration"),
        end=_text(event, "end"),
        persons=tuple(_person(node) for node in event.iterfind("persons/person")),
        links=tuple(
            RawLink(url=node.get("href", ""), title=_all_text(node))
            for node in (*event.iterfind("links/link"), *event.iterfind("attachments/attachment"))
        ),
    )


def _person(node: Element) -> RawPerson:
    return RawPerson(
        # FOSDEM gives the registry's persons a <name>, everybody else the bare text.
        name=_text(node, "name")
        or "".join(node.itertext() if len(node) == 0 else (node.text or "",)),
        id=node.get("id", ""),
        guid=node.get("guid", ""),
        code=node.get("code", ""),
        biography="\n\n".join(
            filter(None, (_text(node, "biography"), _text(node, "extended_biography")))
        ),
    )
