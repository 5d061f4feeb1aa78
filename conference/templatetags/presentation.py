"""How forms, messages and dates are shown. Templates load it as `presentation`."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    get_timezone_location,
)
from django import template
from django.apps import apps
from django.contrib.messages import constants as message_levels
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    HiddenInput,
    MultipleHiddenInput,
    RadioSelect,
)
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django_cotton.templatetags import Attrs

from conference.kernel.history_words import action_labels
from conference.kernel.job_kinds import title_of_kind
from conference.models import HistoryEntry

register = template.Library()

NOTICE_KINDS = {
    message_levels.SUCCESS: "ok",
    message_levels.WARNING: "warn",
    message_levels.ERROR: "danger",
}

LANGUAGE_WORDS = {"es": "Español", "pt-br": "Português", "en": "English", "fr": "Français"}

# "jueves 14 de octubre, 09:30": Babel's own long forms put a comma after the weekday and AM or PM.
DAY_PATTERNS = {
    "es": "EEEE d 'de' MMMM",
    "pt": "EEEE, d 'de' MMMM",
    "en": "EEEE d MMMM",
    "fr": "EEEE d MMMM",
}


class HasDays(Protocol):
    first_day: dt.date
    last_day: dt.date


class HasZone(Protocol):
    @property
    def zone(self) -> dt.tzinfo: ...


@dataclasses.dataclass(frozen=True)
class Problem:
    """One line of the error summary."""

    words: str
    label: str = ""
    field_id: str = ""

    @property
    def lead(self) -> str:
        """The label before the words; a question needs no colon behind it."""
        return self.label if self.label.endswith("?") else f"{self.label}:"


def current_locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "es"))


@register.filter
def field_kind(field: BoundField) -> str:
    """Return which shape of the field component fits: hidden, check, choices or text."""
    widget = field.field.widget
    if isinstance(widget, HiddenInput | MultipleHiddenInput):
        return "hidden"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "text"


@register.simple_tag
def widget(field: BoundField, extra: Attrs | str = "") -> SafeString:
    """
    Render the input with the attributes that were given to `<c-field>`.

    An empty one takes away what the form's own widget says.
    """
    given: dict[str, Any] = extra.attrs_dict() if isinstance(extra, Attrs) else {}
    return field.as_widget(attrs={name: value or False for name, value in given.items()})


@register.simple_tag
def problems_of(forms: BaseForm | Iterable[BaseForm] | None) -> list[Problem]:
    """Return what is wrong with a form, or with several on one page, in the order of the fields."""
    if not forms:
        return []
    several = [forms] if isinstance(forms, BaseForm) else forms
    return [problem for form in several for problem in _problems_of_one(form)]


def _problems_of_one(form: BaseForm) -> Iterable[Problem]:
    for words in form.non_field_errors():
        yield Problem(words=str(words))
    for field in form:
        for words in field.errors:
            yield Problem(str(words), label=str(field.label), field_id=_focusable_id(field))


def _focusable_id(field: BoundField) -> str:
    kind = field_kind(field)
    if kind == "hidden":
        return ""
    return f"{field.auto_id}_0" if kind == "choices" else str(field.id_for_label or field.auto_id)


@register.filter
def language_word(code: str) -> str:
    """Write a language in its own words: `Português`, not `português brasileiro`."""
    return LANGUAGE_WORDS.get(code, code)


@register.filter
def notice_kind(message: Message) -> str:
    return NOTICE_KINDS.get(message.level, "info")


@register.filter
def event_days(event: HasDays) -> str:
    """Write the days of an event: `14–18 oct 2026`."""
    if event.first_day == event.last_day:
        return format_date(event.first_day, "medium", locale=current_locale())
    return format_interval(event.first_day, event.last_day, "yMMMd", locale=current_locale())


@register.filter
def day_in_words(day: dt.date) -> str:
    """Write a day without its year: `jueves 14 de octubre`."""
    locale = current_locale()
    return format_date(day, DAY_PATTERNS.get(locale.language, "EEEE d MMMM"), locale=locale)


@register.filter
def month_in_words(day: dt.date) -> str:
    """Write the month of a day: `abril de 2027`."""
    return format_skeleton("yMMMM", day, locale=current_locale())


@register.filter
def clock(moment: dt.datetime, event: HasZone) -> str:
    """Write the hour in the event's zone: `09:30`."""
    return moment.astimezone(event.zone).strftime("%H:%M")


@register.filter
def moment_in_words(moment: dt.datetime, event: HasZone) -> str:
    """Write day, hour and place of the clock: `jueves 14 de octubre, 09:30 (Buenos Aires)`."""
    locale = current_locale()
    local = moment.astimezone(event.zone)
    day = day_in_words(local.date())
    hour = format_datetime(local, "HH:mm", locale=locale)
    # "Argentina/Buenos Aires" where a locale has no name of its own for the city
    place = get_timezone_location(event.zone, locale=locale, return_city=True).rpartition("/")[2]
    return f"{day}, {hour} ({place})"


@register.filter
def moment_brief(moment: dt.datetime, event: HasZone) -> str:
    """Write day and hour in the event's zone for a table: `14 abr 2027, 09:30`."""
    local = moment.astimezone(event.zone)
    day = format_date(local.date(), "medium", locale=current_locale())
    return f"{day}, {local:%H:%M}"


@register.filter
def job_title(kind: str) -> str:
    """Say what people call that kind of long work."""
    return title_of_kind(kind)


JOB_STATE_KINDS = {"done": "ok", "failed": "danger", "running": "info"}


@register.filter
def job_state_kind(state: str) -> str:
    return JOB_STATE_KINDS.get(state, "plain")


DELIVERY_STATE_KINDS = {"delivered": "ok", "failed": "danger", "sending": "info"}


@register.filter
def delivery_state_kind(state: str) -> str:
    return DELIVERY_STATE_KINDS.get(state, "plain")


@register.filter
def action_in_words(action: str) -> str:
    """Say a history code in words; a code nobody knows any more stays as it is."""
    return str(action_labels().get(action, action))


@register.filter
def subject_in_words(entry: HistoryEntry) -> str:
    """Say what a line of history is about: `order 12`, not `registration.order 12`."""
    try:
        noun = apps.get_model(entry.subject_type)._meta.verbose_name
    except LookupError:
        noun = entry.subject_type
    return f"{noun} {entry.subject_id}"
