"""Files that were made to hurt: refused as a whole, with a code and a clear sentence."""

import pytest

from schedule.imports.errors import (
    DuplicateKey,
    EmptyFile,
    FileTooLarge,
    HostileFile,
    MalformedFile,
    TooDeep,
    UnknownFormat,
)
from schedule.imports.reading import LARGEST_FILE_BYTES, read_schedule
from tests.schedule.imports.files import json_event, json_file, xml_event, xml_file


def with_doctype(declarations: str, *, title: str) -> bytes:
    return xml_file(xml_event(title=title)).replace(
        b"<schedule>", f"<!DOCTYPE schedule [{declarations}]><schedule>".encode(), 1
    )


BILLION_LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
)


@pytest.mark.parametrize(
    "content",
    [
        with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', title="&x;"),
        with_doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', title="&x;"),
        with_doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;', title="x"),
        with_doctype(BILLION_LAUGHS, title="&a9;"),
        with_doctype(f'<!ENTITY x "{"x" * 50_000}">', title="&x;" * 10_000),
        b'<!DOCTYPE schedule SYSTEM "http://127.0.0.1:9/x.dtd"><schedule/>',
    ],
    ids=["file", "http", "parameter", "billion laughs", "quadratic", "external subset"],
)
def test_entities_and_document_types_are_refused(content: bytes) -> None:
    with pytest.raises(HostileFile) as refusal:
        read_schedule(content, filename="schedule.xml")

    assert refusal.value.code == "hostile_file"
    assert refusal.value.http_status == 400
    assert str(refusal.value) == (
        "The file declares a document type or entities; a schedule needs neither."
    )


def test_xml_of_endless_depth_is_refused() -> None:
    content = b"<schedule>" + b"<a>" * 1_000_000

    with pytest.raises(TooDeep) as refusal:
        read_schedule(content, filename="schedule.xml")

    assert refusal.value.code == "too_deep"


@pytest.mark.parametrize("nesting", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 60 + b"]" * 60])
def test_json_of_endless_depth_is_refused(nesting: bytes) -> None:
    with pytest.raises((TooDeep, MalformedFile)) as refusal:
        read_schedule(b'{"schedule": ' + nesting + b"}", filename="schedule.json")

    assert refusal.value.code == "too_deep"


def test_a_file_of_more_than_20_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileTooLarge) as refusal:
        read_schedule(b"<" * (LARGEST_FILE_BYTES + 1), filename="schedule.xml")

    assert (refusal.value.code, refusal.value.http_status) == ("file_too_large", 413)
    assert str(refusal.value) == "The file is larger than 20 MB."


def test_one_line_of_two_megabytes_is_read() -> None:
    content = xml_file(
        xml_event(title="W" * 2_000_000, abstract="<x>" * 3 + "a" * 100 + "</x>" * 3)
    )

    programme = read_schedule(content, filename="schedule.xml")

    assert len(programme.sessions[0].title) == 300
    assert [problem.code for problem in programme.problems] == ["title_shortened"]


@pytest.mark.parametrize(
    "markup", ["<script>", "<!--", "<a ", "<h1", "&", "[", "[a](", "*a ", "`", "> ", "<div>"]
)
def test_markup_made_to_be_slow_is_cut_before_it_is_looked_at(markup: str) -> None:
    content = json_file(json_event(title="x" + markup * 50_000, abstract=markup * 50_000))

    read_schedule(content, filename="schedule.json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1" * 5_000])
def test_numbers_that_json_does_not_know_are_refused(number: str) -> None:
    content = json_file(json_event()).replace(b'"id": 7', f'"id": {number}'.encode())

    with pytest.raises(MalformedFile) as refusal:
        read_schedule(content, filename="schedule.json")

    assert refusal.value.code == "malformed_file"


def test_a_key_said_twice_is_refused_by_name() -> None:
    content = json_file(json_event()).replace(b'"id": 7', b'"id": 7, "id": 8')

    with pytest.raises(DuplicateKey, match="says “id” twice") as refusal:
        read_schedule(content, filename="schedule.json")

    assert refusal.value.code == "duplicate_key"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b" \n\t ", EmptyFile),
        (b"\xef\xbb\xbf", EmptyFile),
        (b"\x00\x00", EmptyFile),
        (b"PK\x03\x04rest", UnknownFormat),
        (b"title;start", UnknownFormat),
        (b"BEGIN:VCALENDAR\r\n", UnknownFormat),
        (b'<?xml version="1.0"?><iCalendar/>', UnknownFormat),
        (b"<html><body>", MalformedFile),
        (b"{}", UnknownFormat),
        (b'{"schedule": []}', UnknownFormat),
        (b'{"schedule": {"conference": {"days": 3}}}', UnknownFormat),
        (b'{"schedule": ', MalformedFile),
        (b'{"schedule": "\xff"}', MalformedFile),
        (b"<schedule><<<<<<< HEAD</schedule>", MalformedFile),
        (b"<schedule>\x00</schedule>", MalformedFile),
        (b'<?xml version="1.0" encoding="klingon"?><schedule/>', MalformedFile),
        (b'<?xml version="1.0" encoding="utf-7"?><schedule/>', MalformedFile),
    ],
)
def test_what_is_no_schedule_is_refused_for_what_it_is(
    content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error) as refusal:
        read_schedule(content, filename="x")

    assert type(refusal.value) is error


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_honest_encodings_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = xml_file(xml_event(title="Ñandú")).decode().replace("UTF-8", declared)

    programme = read_schedule(text.encode(encoding), filename="schedule.xml")

    assert programme.sessions[0].title == "Ñandú"


def test_a_schedule_without_days_is_an_empty_programme() -> None:
    programme = read_schedule(b"<schedule/>", filename="schedule.xml")

    assert (programme.sessions, programme.problems) == ((), ())
