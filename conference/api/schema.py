from drf_spectacular.openapi import AutoSchema


class ConferenceSchema(AutoSchema):
    """The description of the API; one tag per app."""

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.partition(".")[0]]
