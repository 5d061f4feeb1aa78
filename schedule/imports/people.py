"""The people of a file, each once, however each session names them."""

from django.utils.translation import gettext as _

from conference.kernel.rich_text import plain_line, safe_html
from schedule.imports.identity import first_identity, identity, match_key
from schedule.imports.programme import ImportedSpeaker, ImportProblem, ProblemSeverity
from schedule.imports.raw import RawPerson

LONGEST_NAME = 200
LONGEST_BIOGRAPHY = 20_000


class SpeakerBook:
    def __init__(self) -> None:
        self._speakers: dict[str, ImportedSpeaker] = {}
        self.problems: list[ImportProblem] = []

    @property
    def speakers(self) -> tuple[ImportedSpeaker, ...]:
        return tuple(self._speakers.values())

    def enter(self, person: RawPerson) -> str | None:
        """The speaker's external id; None if the person has no name."""
        name = plain_line(person.name)[:LONGEST_NAME]
        if not name:
            return None
        # “0” is what exporters write for a person whom they do not know.
        number = "" if person.id.strip() == "0" else person.id
        external_id = first_identity(guid=person.guid, code=person.code, id=number)
        external_id = external_id or identity("name", match_key(name))
        known = self._speakers.get(external_id)
        if known and match_key(known.name) != match_key(name):
            self._note_two_names(known.name, name)
            external_id = identity("name", f"{external_id} {match_key(name)}")
            known = self._speakers.get(external_id)
        biography = safe_html(person.biography[:LONGEST_BIOGRAPHY])
        if known is None or (biography and not known.biography_html):
            self._speakers[external_id] = ImportedSpeaker(external_id, name, biography)
        return external_id

    def _note_two_names(self, known_name: str, name: str) -> None:
        self.problems.append(
            ImportProblem(
                item=_("person “%s”") % name,
                reason=_("The file gives “%s” the same identifier; both were kept.") % known_name,
                code="person_identifier_repeated",
                severity=ProblemSeverity.NOTICE,
            )
        )
