from rest_framework import serializers


class VerificationSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What anybody may know about a certificate who has its identifier."""

    public_id = serializers.CharField()
    serial = serializers.CharField()
    state = serializers.CharField()
    kind = serializers.CharField()
    holder_initials = serializers.CharField()
    title = serializers.CharField()
    place = serializers.CharField()
    dates = serializers.CharField()
    credits = serializers.CharField()
    credit_name = serializers.CharField()
    provider = serializers.CharField()
    issued_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    public_reason = serializers.CharField(allow_null=True)
    successor_public_id = serializers.CharField()
    file_sha256 = serializers.CharField()
