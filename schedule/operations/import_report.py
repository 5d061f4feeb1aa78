"""What an import did, item by item."""

from dataclasses import dataclass

from schedule.imports.programme import ImportProblem


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    Sessions created, changed, left alone and refused are as many as the events in the file.

    `absent` are the titles of sessions that the programme has and the file has not; they stay.
    """

    created: int
    updated: int
    unchanged: int
    refused: tuple[ImportProblem, ...]
    notices: tuple[ImportProblem, ...]
    absent: tuple[str, ...]
    rooms_created: int
    tracks_created: int
    speakers_created: int
    speakers_updated: int

    @property
    def in_file(self) -> int:
        return self.created + self.updated + self.unchanged + len(self.refused)

    @property
    def changed_anything(self) -> bool:
        return any(
            (
                self.created,
                self.updated,
                self.rooms_created,
                self.tracks_created,
                self.speakers_created,
                self.speakers_updated,
            )
        )
