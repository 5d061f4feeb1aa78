"""Scans and doors for the team: what the door page and other scanners send to."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference.access import team
from conference.api.serializers import StrictSerializer
from conference.models import Event, User
from conference.states import ApiScope, Role
from registration.models import ScanPoint
from registration.operations.checking_in import record_scan
from registration.queries.attendance import doors_of
from registration.states import ScanDirection, ScanMethod, ScanPointKind, ScanResult


class ScanInput(StrictSerializer):
    point = serializers.IntegerField(min_value=1, max_value=2**53, help_text="Id of the door.")
    code = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        help_text="What was read. Anything readable is answered, unknown codes too.",
    )
    direction = serializers.ChoiceField(ScanDirection.choices, default=ScanDirection.IN)
    client_uid = serializers.UUIDField(
        help_text="Made by the device, once per scan: sent again, the scan counts once."
    )
    scanned_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="The device's clock; ours is used where that one cannot be right.",
    )
    method = serializers.ChoiceField(
        [ScanMethod.CAMERA.value, ScanMethod.TYPED.value], default=ScanMethod.CAMERA
    )


class PreviousScan(serializers.Serializer[Any]):
    door = serializers.CharField(source="previous_door")
    at = serializers.DateTimeField(source="previous_at")


class ScanOutput(serializers.Serializer[Any]):
    result = serializers.ChoiceField(ScanResult.choices)
    tone = serializers.ChoiceField(["ok", "warn", "danger"])
    word = serializers.CharField(help_text="For the screen, in the language asked for.")
    name = serializers.CharField()
    ticket_type = serializers.CharField()
    reason = serializers.CharField()
    previous = serializers.SerializerMethodField()
    scanned_at = serializers.DateTimeField()
    clock_warning = serializers.BooleanField()

    @extend_schema_field(PreviousScan(allow_null=True))
    def get_previous(self, answer: Any) -> dict[str, Any] | None:
        return dict(PreviousScan(answer).data) if answer.previous_at else None


class Scans(APIView):
    access = team(Role.ORGANISER, Role.DOOR, scope=ApiScope.CHECK_INS_WRITE)
    event: Event  # set by the permission

    @extend_schema(request=ScanInput, responses=ScanOutput)
    def post(self, request: Request, event_slug: str) -> Response:  # noqa: ARG002 - read by the permission
        """Record one scan; 200 with a `result` for everything readable."""
        body = ScanInput(data=request.data)
        body.is_valid(raise_exception=True)
        scan = body.validated_data
        member = request.user if isinstance(request.user, User) else None
        answer = record_scan(
            point_id=scan["point"],
            event_id=self.event.pk,
            code=scan["code"],
            direction=ScanDirection(scan["direction"]),
            client_uid=scan["client_uid"],
            scanned_at=scan.get("scanned_at"),
            method=ScanMethod(scan["method"]),
            operator=member,
            at=timezone.now(),
        )
        return Response(ScanOutput(answer).data)


class ScanPointOutput(serializers.ModelSerializer[ScanPoint]):
    session_title = serializers.CharField(source="session.title", default="")
    starts_at = serializers.DateTimeField(source="session.starts_at", default=None)
    ends_at = serializers.DateTimeField(source="session.ends_at", default=None)
    kind = serializers.ChoiceField(ScanPointKind.choices)

    class Meta:
        model = ScanPoint
        fields = ["id", "kind", "name", "session", "session_title", "starts_at", "ends_at"]


class ScanPoints(APIView):
    access = team(Role.ORGANISER, Role.DOOR, scope=ApiScope.CHECK_INS_WRITE)
    event: Event

    @extend_schema(responses=ScanPointOutput(many=True))
    def get(self, request: Request, event_slug: str) -> Response:  # noqa: ARG002
        """Return the open doors: entrances first, then sessions by time."""
        doors = doors_of(self.event, at=timezone.now())
        return Response(ScanPointOutput(doors.all, many=True).data)
