"""What an answer to an organiser's question may be. One cleaner for each of the twelve kinds."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Protocol

import phonenumbers
from django.utils.translation import gettext as _
from django_countries import countries
from i18nfield.strings import LazyI18nString

from conference.kernel.errors import InputRefused
from conference.kernel.rich_text import clean_line
from conference.kernel.texts import clean_email
from registration.states import QuestionKind

LONGEST_LINE = 300
LONGEST_TEXT = 5_000
LARGEST_NUMBER = 2**53


KINDS_OF_CHOICES = frozenset({QuestionKind.ONE_OF, QuestionKind.SOME_OF})


class AnswerRefused(InputRefused):
    code: ClassVar[str] = "answer"


class OfKind(Protocol):
    kind: str
    options: list[dict[str, Any]]


class Asked(Protocol):
    pk: int
    slug: str
    kind: str
    options: list[dict[str, Any]]
    is_required: bool
    shown_if_id: int | None
    shown_if_answer: str


def cleaned_answers(questions: Iterable[Asked], given: Mapping[str, Any]) -> dict[int, Any]:
    """
    The answers by question pk, cleaned; `given` is by slug. What is not asked of her is dropped.

    A question that depends on another is asked if the other was answered with its `shown_if_answer`;
    it must come after it.

    :raises AnswerRefused: naming `answers.<slug>`, if one is missing, makes no sense or was not asked.
    """
    by_id: dict[int, Any] = {}
    known = set()
    for question in questions:
        known.add(question.slug)
        if not is_asked(question, by_id):
            continue
        answer = cleaned_answer(question, given.get(question.slug))
        if answer is not None:
            by_id[question.pk] = answer
    unknown = set(given) - known
    if unknown:
        raise AnswerRefused(
            _("“%(name)s” is not asked here.") % {"name": min(unknown)[:60]}, field="answers"
        )
    return by_id


def is_asked(question: Asked, answers: Mapping[int, Any]) -> bool:
    """Whether it depends on nothing, or the other question was answered as it wants."""
    return question.shown_if_id is None or _matches(
        answers.get(question.shown_if_id), question.shown_if_answer
    )


def wanted_answers(question: "OfKind") -> list[str] | None:
    """What a condition may name as the answer to it; None if anything could be."""
    if question.kind == QuestionKind.YES_NO:
        return ["yes", "no"]
    if question.kind in KINDS_OF_CHOICES:
        return [str(option["value"]) for option in question.options]
    return None


def answer_in_words(question: "OfKind", value: Any) -> str:
    """A kept answer for a reader; a choice that is gone since stays as it was kept."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if question.kind not in KINDS_OF_CHOICES:
        return str(value)
    labels = {
        option["value"]: str(LazyI18nString(option.get("label") or option["value"]))
        for option in question.options
    }
    values = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(each, str(each)) for each in values)


def look_at_answers(
    questions: Iterable[Asked], given: Mapping[str, Any]
) -> tuple[set[str], dict[str, AnswerRefused]]:
    """What is asked of her, by slug, and every answer that is refused; a form shows them all."""
    by_id: dict[int, Any] = {}
    asked = set()
    problems = {}
    for question in questions:
        if not is_asked(question, by_id):
            continue
        asked.add(question.slug)
        try:
            by_id[question.pk] = cleaned_answer(question, given.get(question.slug))
        except AnswerRefused as refusal:
            problems[question.slug] = refusal
    return asked, problems


def _matches(answer: Any, wanted: str) -> bool:
    if isinstance(answer, bool):
        return wanted == ("yes" if answer else "no")
    if isinstance(answer, list):
        return wanted in answer
    return answer is not None and str(answer) == wanted


def cleaned_answer(question: Asked, raw: Any) -> Any:
    """
    The answer as it is kept (text, number, bool or list of texts), None if nothing was answered.

    :raises AnswerRefused: if it must be answered, or makes no sense.
    """
    if raw is None or raw in ("", [], ()):
        if question.is_required:
            raise AnswerRefused(_("Please answer this."), field=f"answers.{question.slug}")
        return None
    try:
        answer = _CLEANERS[QuestionKind(question.kind)](raw, question)
    except (LookupError, ValueError, TypeError, InputRefused) as error:
        raise AnswerRefused(
            _("Please look at this answer again."), field=f"answers.{question.slug}"
        ) from error
    if answer is None and question.is_required:
        raise AnswerRefused(_("Please answer this."), field=f"answers.{question.slug}")
    return answer


def _line(raw: Any, _question: Asked) -> str | None:
    text = clean_line(_text(raw, LONGEST_LINE))
    return text or None


def _long_text(raw: Any, _question: Asked) -> str | None:
    lines = [clean_line(line) for line in _text(raw, LONGEST_TEXT).splitlines()]
    return "\n".join(lines).strip() or None


def _number(raw: Any, _question: Asked) -> int:
    if isinstance(raw, bool) or not re.fullmatch(r"[+-]?[0-9]{1,16}", str(raw).strip()):
        raise ValueError
    number = int(str(raw).strip())
    if abs(number) > LARGEST_NUMBER:
        raise ValueError
    return number


def _yes_no(raw: Any, _question: Asked) -> bool:
    if isinstance(raw, bool):
        return raw
    return {"yes": True, "no": False, "on": True, "true": True, "false": False}[str(raw).lower()]


def _one_of(raw: Any, question: Asked) -> str:
    value = _text(raw, LONGEST_LINE)
    if value not in {option["value"] for option in question.options}:
        raise ValueError
    return value


def _some_of(raw: Any, question: Asked) -> list[str]:
    values = [raw] if isinstance(raw, str) else list(raw)
    chosen = {_one_of(value, question) for value in values}
    return [option["value"] for option in question.options if option["value"] in chosen]


def _date(raw: Any, _question: Asked) -> str:
    day = dt.date.fromisoformat(_text(raw, 10))
    if not 1900 <= day.year <= 2100:
        raise ValueError
    return day.isoformat()


def _time(raw: Any, _question: Asked) -> str:
    return dt.time.fromisoformat(_text(raw, 8)).strftime("%H:%M")


def _moment(raw: Any, question: Asked) -> str:
    day, _t, time = _text(raw, 19).replace(" ", "T").partition("T")
    return f"{_date(day, question)}T{_time(time, question)}"


def _country(raw: Any, _question: Asked) -> str:
    code = _text(raw, 2)
    if code not in countries:
        raise ValueError
    return code


def _phone(raw: Any, _question: Asked) -> str:
    """E.164. Without a leading + nobody knows the country: it is refused."""
    try:
        number = phonenumbers.parse(_text(raw, 40))
    except phonenumbers.NumberParseException as error:
        raise ValueError from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(raw: Any, question: Asked) -> str:
    return clean_email(_text(raw, LONGEST_LINE), field=question.slug)


def _text(raw: Any, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest or "\0" in raw:
        raise ValueError
    return raw


_CLEANERS: dict[QuestionKind, Callable[[Any, Asked], Any]] = {
    QuestionKind.LINE: _line,
    QuestionKind.TEXT: _long_text,
    QuestionKind.NUMBER: _number,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.ONE_OF: _one_of,
    QuestionKind.SOME_OF: _some_of,
    QuestionKind.DATE: _date,
    QuestionKind.TIME: _time,
    QuestionKind.MOMENT: _moment,
    QuestionKind.COUNTRY: _country,
    QuestionKind.PHONE: _phone,
    QuestionKind.EMAIL: _email,
}
