"""The description of the API: what the libraries find by themselves, and what only we know."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from conference.access import Level, declared_access

REFUSAL = {
    "type": "object",
    "description": "Every refusal looks like this. `code` is stable; `detail` is for people.",
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                    "required": ["code", "message"],
                },
            },
        },
    },
    "required": ["code", "detail", "fields"],
}


class ConferenceSchema(AutoSchema):
    """The description of one operation; one tag per app."""

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.partition(".")[0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        declared = declared_access(type(self.view))
        if declared is None or declared.level in (Level.PUBLIC, Level.SECRET_ADDRESS):
            return []
        found: list[dict[str, list[str]]] = super().get_auth()
        return [each for each in found if declared.scope is not None or "key" not in each]

    def get_description(self) -> str:  # type: ignore[override] # the stubs describe Django REST's own
        described = super().get_description() or ""
        declared = declared_access(type(self.view))
        if declared is None or declared.scope is None:
            return described
        return f"{described}\n\nOpened by keys with the scope `{declared.scope.value}`.".strip()


def describe_refusals(result: dict[str, Any], generator: Any, **_others: Any) -> dict[str, Any]:  # noqa: ARG001 - the library's signature
    """Every operation may be refused, and always in the same shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Refusal"] = REFUSAL
    answer = {
        "description": "Refused.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }
    for path, operations in result["paths"].items():
        if path.endswith("/schema/"):
            continue
        for operation in operations.values():
            operation["responses"].setdefault("4XX", answer)
    return result
