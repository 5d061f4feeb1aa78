"""How what is sold stands, in words. Templates load it as `catalogue_words`."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import Event
from conference.templatetags.presentation import moment_brief
from registration.models import Answer, TicketType, Voucher
from registration.queries.catalogue_desk import SaleState
from registration.rules.price_cells import ColumnKey, RowKey
from registration.rules.questions import answer_in_words
from registration.states import IncomeGroup, Profession, VoucherEffect

register = template.Library()

STATE_KINDS = {
    SaleState.ON_SALE: "ok",
    SaleState.NEEDS_CODE: "info",
    SaleState.SOLD_OUT: "warn",
    SaleState.WAITED_FOR: "warn",
}


@register.filter
def sale_kind(state: SaleState) -> str:
    return STATE_KINDS.get(state, "plain")


@register.filter
def sale_word(state: SaleState) -> str:
    return {
        SaleState.ON_SALE: _("On sale"),
        SaleState.NEEDS_CODE: _("Only with a code"),
        SaleState.SOLD_OUT: _("Sold out"),
        SaleState.WAITED_FOR: _("Waiting list"),
        SaleState.HIDDEN: _("Hidden"),
        SaleState.NOT_YET: _("Not on sale yet"),
        SaleState.OVER: _("Over"),
        SaleState.NOT_OFFERED: _("Not offered"),
    }[state]


@register.filter
def sale_window(ticket_type: TicketType, event: Event) -> str:
    """From when until when it is sold, and what hides it."""
    starts, ends = ticket_type.sale_starts_at, ticket_type.sale_ends_at
    parts = []
    if starts:
        parts.append(_("from %(moment)s") % {"moment": moment_brief(starts, event)})
    if ends:
        parts.append(_("until %(moment)s") % {"moment": moment_brief(ends, event)})
    if ticket_type.shown_from:
        shown = moment_brief(ticket_type.shown_from, event)
        parts.append(_("hidden until %(moment)s") % {"moment": shown})
    if ticket_type.shown_after:
        name = ticket_type.shown_after
        parts.append(_("hidden until “%(name)s” is sold out") % {"name": name})
    return ", ".join(parts)


@register.filter
def voucher_effect(voucher: Voucher) -> str:
    """What it does to a price."""
    if voucher.percent is not None:
        return _("%(percent)d percent off") % {"percent": voucher.percent}
    if voucher.amount_minor is None:
        return str(voucher.get_effect_display())
    amount = Money(voucher.amount_minor, voucher.currency).written(get_language() or "es")
    if voucher.effect == VoucherEffect.AMOUNT_OFF:
        return _("%(amount)s off") % {"amount": amount}
    return _("Price of %(amount)s") % {"amount": amount} if voucher.amount_minor else _("Free")


@register.filter
def voucher_budget(voucher: Voucher) -> str:
    """What it gave off, of how much it may."""
    if voucher.budget_minor is None or not voucher.currency:
        return ""
    language = get_language() or "es"
    return _("%(spent)s of %(budget)s") % {
        "spent": Money(voucher.spent_minor, voucher.currency).written(language),
        "budget": Money(voucher.budget_minor, voucher.currency).written(language),
    }


@register.filter
def row_words(row: RowKey, names: dict[str, dict[int, str]]) -> str:
    """Whom a row of the matrix is for."""
    parts = []
    if row.profession:
        parts.append(str(Profession(row.profession).label))
    if row.income_group:
        parts.append(str(IncomeGroup(row.income_group).label))
    if row.society_id:
        society = names["societies"].get(row.society_id, "?")
        parts.append(_("member of %(society)s") % {"society": society})
    if row.variation_id:
        parts.append(f"“{names['variations'].get(row.variation_id, '?')}”")
    if not parts:
        return _("Everybody")
    first, *others = parts
    return ", ".join(
        [first[:1].upper() + first[1:], *(each[:1].lower() + each[1:] for each in others)]
    )


@register.filter
def column_words(column: ColumnKey, names: dict[str, dict[int, str]]) -> str:
    """When a column of the matrix holds."""
    if column.phase_id is None:
        return _("outside the phases") if names["phases"] else _("always")
    return names["phases"].get(column.phase_id, "?")


OUTCOMES = {"new": "ok", "changed": "info", "taken_out": "warn", "refused": "danger"}


@register.filter
def outcome_kind(outcome: str) -> str:
    return OUTCOMES.get(outcome, "plain")


@register.filter
def outcome_word(outcome: str) -> str:
    return {
        "new": _("New price"),
        "changed": _("Changed price"),
        "taken_out": _("Price taken out"),
        "refused": _("Left out"),
    }.get(outcome, _("As it is"))


@register.filter
def hidden_word(state: SaleState) -> str:
    """Why it is not shown: what could be bought is for other professions."""
    could_be_bought = state in (SaleState.ON_SALE, SaleState.SOLD_OUT, SaleState.WAITED_FOR)
    return _("For other professions") if could_be_bought else sale_word(state)


@register.filter
def answer_words(answer: Answer) -> str:
    return answer_in_words(answer.question, answer.value)
