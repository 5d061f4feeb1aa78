"""The catalogue behind the ticket types, and what people answered, for the team and for keys: reading."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from conference.access import team
from conference.api.cursors import DeskList, ListFilters
from conference.states import ApiScope, Role
from registration.models import Answer, Question, Quota, TicketVariation, Voucher
from registration.queries.partners_catalogue import (
    answers_for_partners,
    questions_for_partners,
    quotas_for_partners,
    variations_for_partners,
    vouchers_for_partners,
)
from registration.states import QuestionKind, VoucherEffect


class Slugs(serializers.ListField):
    """The slugs of rows that were read together with this one."""

    child = serializers.CharField()

    def get_attribute(self, instance: Any) -> list[str]:
        rows: Any = super().get_attribute(instance)  # a manager, whatever the stubs say
        return [each.slug for each in rows.all()]


class VoucherFilters(ListFilters):
    code = serializers.CharField(max_length=60, required=False)


class AnswerFilters(ListFilters):
    question = serializers.SlugField(max_length=60, required=False)
    answered_since = serializers.DateTimeField(
        required=False, help_text="Answered at this moment or later."
    )


class PartnerVariation(serializers.Serializer[TicketVariation]):
    id = serializers.IntegerField(source="pk")
    ticket_type = serializers.CharField(source="ticket_type.slug")
    slug = serializers.CharField()
    name = serializers.CharField()
    places = serializers.IntegerField(allow_null=True, help_text="Null: no limit of its own.")
    places_taken = serializers.IntegerField()
    is_offered = serializers.BooleanField()


class PartnerQuota(serializers.Serializer[Quota]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    size = serializers.IntegerField()
    taken = serializers.IntegerField()
    left = serializers.IntegerField()
    ticket_types = Slugs()
    workshops = Slugs()


class PartnerVoucher(serializers.Serializer[Voucher]):
    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    effect = serializers.ChoiceField(choices=VoucherEffect.choices)
    percent = serializers.IntegerField(allow_null=True)
    amount_minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    max_uses = serializers.IntegerField()
    uses = serializers.IntegerField()
    budget_minor = serializers.IntegerField(allow_null=True)
    spent_minor = serializers.IntegerField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    ticket_types = Slugs()
    keeps_places_of = serializers.CharField(
        source="keeps_places_of.slug", allow_null=True, default=None
    )
    places_kept = serializers.IntegerField()
    purpose = serializers.CharField()
    made_at = serializers.DateTimeField()


class PartnerQuestion(serializers.Serializer[Question]):
    id = serializers.IntegerField(source="pk")
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    label = serializers.CharField()  # type: ignore[assignment] # the question's, not the field's
    options = serializers.JSONField(help_text="Objects with `value` and `label`.")
    is_required = serializers.BooleanField()
    is_offered = serializers.BooleanField()
    ticket_types = Slugs()
    shown_if = serializers.CharField(source="shown_if.slug", allow_null=True, default=None)
    shown_if_answer = serializers.CharField()
    keep_days = serializers.IntegerField(help_text="After the event; then answers are deleted.")


class PartnerAnswer(serializers.Serializer[Answer]):
    id = serializers.IntegerField(source="pk")
    registration = serializers.UUIDField(source="registration.uid")
    question = serializers.CharField(source="question.slug")
    value = serializers.JSONField()
    answered_at = serializers.DateTimeField()


class Variations(DeskList):
    """The kinds in which ticket types come, hidden ones too."""

    access = team(Role.ORGANISER, scope=ApiScope.OFFER_READ)
    serializer_class = PartnerVariation

    @extend_schema(parameters=[ListFilters], responses=PartnerVariation(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:  # noqa: ARG002 - chooses nothing
        return variations_for_partners(self.event)


class Quotas(DeskList):
    """Limits that ticket types and workshops share, with what is taken of them."""

    access = team(Role.ORGANISER, scope=ApiScope.OFFER_READ)
    serializer_class = PartnerQuota

    @extend_schema(parameters=[ListFilters], responses=PartnerQuota(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:  # noqa: ARG002 - chooses nothing
        return quotas_for_partners(self.event)


class Questions(DeskList):
    """What people are asked when they register, also what is not asked now."""

    access = team(Role.ORGANISER, scope=ApiScope.OFFER_READ)
    serializer_class = PartnerQuestion

    @extend_schema(parameters=[ListFilters], responses=PartnerQuestion(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:  # noqa: ARG002 - chooses nothing
        return questions_for_partners(self.event)


class Vouchers(DeskList):
    """Codes with their use. Whoever knows a code may use it: so they need the scope of orders."""

    access = team(Role.ORGANISER, scope=ApiScope.ORDERS_READ)
    filters = VoucherFilters
    serializer_class = PartnerVoucher

    @extend_schema(parameters=[VoucherFilters], responses=PartnerVoucher(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return vouchers_for_partners(self.event, code=chosen.get("code", ""))


class Answers(DeskList):
    """What people answered, each with her place's `uid` and the question's slug."""

    access = team(Role.ORGANISER, scope=ApiScope.REGISTRATIONS_READ)
    filters = AnswerFilters
    serializer_class = PartnerAnswer

    @extend_schema(parameters=[AnswerFilters], responses=PartnerAnswer(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return answers_for_partners(
            self.event,
            question=chosen.get("question", ""),
            answered_since=chosen.get("answered_since"),
        )
