"""What the API says about a programme. Output only."""

from typing import Any

from rest_framework import serializers

from conference.kernel.rich_text import safe_html
from schedule.models import Speaker
from schedule.states import SessionKind, SpeakerRole


class RoomSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)


class TrackSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.IntegerField(min_value=1, max_value=12)


class SpeakerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    institution = serializers.CharField()
    country = serializers.CharField(
        help_text="ISO 3166-1 alpha-2, or empty.", source="country.code"
    )
    biography_html = serializers.SerializerMethodField(help_text="Safe HTML.")

    def get_biography_html(self, speaker: Speaker) -> str:
        return safe_html(speaker.biography)


class SessionPersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=SpeakerRole.choices)


class SessionSerializer(serializers.Serializer[Any]):
    """`starts_at` and `ends_at` are UTC, half-open; null while the session has no time."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=SessionKind.choices)
    title = serializers.CharField()
    subtitle = serializers.CharField()
    language = serializers.CharField(help_text="Language code, or empty.")
    track = serializers.CharField(
        source="track.slug", default=None, allow_null=True, help_text="The track's slug."
    )
    room = serializers.CharField(
        source="room.slug", default=None, allow_null=True, help_text="The room's slug."
    )
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    is_cancelled = serializers.BooleanField()
    revision = serializers.IntegerField(help_text="Rises when time, room or state change.")
    changed_at = serializers.DateTimeField()
    people = SessionPersonSerializer(many=True)


class LinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    title = serializers.CharField()


class SessionInFullSerializer(SessionSerializer):
    abstract_html = serializers.CharField(help_text="Safe HTML.")
    links = LinkSerializer(many=True)
