"""The one door for schedule files: it finds the dialect and reads what the file says."""

from django.utils.translation import gettext as _

from schedule.imports.assembling import assemble
from schedule.imports.c3voc_json import read_c3voc_json
from schedule.imports.errors import EmptyFile, FileTooLarge, UnknownFormat
from schedule.imports.frab_xml import read_frab_xml
from schedule.imports.programme import ImportedProgramme

LARGEST_FILE_BYTES = 20_000_000

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_schedule(
    file_bytes: bytes, *, filename: str, default_time_zone: str = "UTC"
) -> ImportedProgramme:
    """
    Read a `schedule.xml` or `schedule.json` of any known dialect.

    Items that cannot be read stand in `problems`, never nowhere: sessions and refused
    problems together are as many as the events in the file. `default_time_zone` is for
    files that name none.

    :raises ImportRefused: if the file as a whole is hostile, broken or of another kind.
    """
    if len(file_bytes) > LARGEST_FILE_BYTES:
        raise FileTooLarge(
            _("The file is larger than %(megabytes)d MB.")
            % {"megabytes": LARGEST_FILE_BYTES // 1_000_000}
        )
    beginning = _beginning(file_bytes)
    if not beginning:
        raise EmptyFile(_("The file is empty."))
    if beginning.startswith("<"):
        raw = read_frab_xml(file_bytes)
    elif beginning.startswith("{"):
        raw = read_c3voc_json(file_bytes)
    else:
        raise UnknownFormat(_unknown(beginning))
    return assemble(raw, filename=filename, default_time_zone=default_time_zone)


def _beginning(file_bytes: bytes) -> str:
    head = file_bytes[:512]
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    # NUL bytes stand between the letters of UTF-16.
    return head.replace(b"\0", b"").decode("latin-1").strip()


def _unknown(beginning: str) -> str:
    if beginning.upper().startswith("BEGIN:VCALENDAR"):
        return _("This is an iCalendar file. Please send schedule.xml or schedule.json.")
    return _("The format of this file is not known. Please send schedule.xml or schedule.json.")
