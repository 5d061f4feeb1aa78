"""JSON that PostgreSQL and we can hold: bounded, plain, without surprises."""

import json
import math
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 1_000_000
DEEPEST = 20
LARGEST_INTEGER = 2**53


class StrictJSONParser(JSONParser):
    """Refuses NUL, lone surrogates, NaN, huge integers, deep nesting and repeated keys: 400."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ParseError("The body is larger than 1 MB.", code="too_large")
        try:
            body = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_no_repeated_keys,
                parse_constant=_no_constants,
            )
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.", code="too_deep") from error
        except ValueError as error:
            raise ParseError("The body is not valid JSON.", code="invalid_json") from error
        _check(body, depth=0)
        if not isinstance(body, dict):
            raise ParseError("The body must be a JSON object.", code="invalid_body")
        return body


def _no_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError("A key stands twice in one object.", code="duplicate_key")
    return result


def _no_constants(name: str) -> None:
    raise ParseError(f"{name} is not a JSON number.", code="invalid_json")


def _check(value: Any, *, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError("The body is nested too deeply.", code="too_deep")
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError("A text holds a NUL character.", code="null_char")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError("A text is not valid Unicode.", code="invalid_json")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ParseError("A number is too large.", code="number_too_large")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ParseError("A number is too large.", code="number_too_large")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth=depth + 1)
            _check(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth=depth + 1)
