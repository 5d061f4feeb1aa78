"""Codes: made one by one or many at once, with places kept for them, until they end."""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from conference.kernel.texts import clean_email, clean_name
from conference.models import Event, User
from conference.operations.emailing import queue_email
from conference.operations.history import record
from registration.models import Price, TicketType, Voucher
from registration.operations.changing_rows import change_row, in_words, locked, written
from registration.operations.taking_seats import give_back, take_seats
from registration.rules.catalogue import CatalogueRefused
from registration.rules.claims import claims_of
from registration.rules.refusals import NothingLikeIt
from registration.states import RegistrationAction, VoucherEffect

VOUCHER_FIELDS = (
    "code", "effect", "percent", "amount_minor", "currency", "max_uses", "budget_minor",
    "valid_from", "valid_until", "keeps_places_of", "purpose", "email",
)  # fmt: skip
MOST_AT_ONCE = 500
RANDOM_LETTERS = 8
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misread aloud or on paper


@transaction.atomic
def make_vouchers(
    *,
    event: Event,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType] = (),
    number: int = 1,
    prefix: str = "",
    places_each: int = 0,
    actor: User,
    at: dt.datetime,
) -> list[Voucher]:
    """
    Make one voucher with the given code, or `number` of them with codes drawn after the prefix.

    With `places_each` so many places of `keeps_places_of` are taken for each now.

    :raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field.
    :raises SoldOut: if there are not so many places; then nothing is made.
    """
    if not 1 <= number <= MOST_AT_ONCE:
        raise CatalogueRefused(
            _("Make 1 to %(most)d at once.") % {"most": MOST_AT_ONCE}, field="number"
        )
    if number > 1 and values.get("code"):
        raise CatalogueRefused(
            _("Several vouchers need several codes: give a prefix."), field="code"
        )
    values = _whole(event, values, ticket_types)
    made = []
    for _number in range(number):
        voucher = Voucher(event=event, made_by=actor, made_at=at)
        code = values.get("code") or _drawn(prefix)
        for name in VOUCHER_FIELDS:
            if name in values:
                setattr(voucher, name, values[name])
        voucher.code = code.strip().upper()
        _require_kept_of_here(voucher)
        with in_words():
            voucher.save(force_insert=True)
        voucher.ticket_types.set(ticket_types)
        made.append(voucher)
        record(
            RegistrationAction.VOUCHERS_MADE, event=event, subject=voucher, actor=actor, at=at,
            data={
                name: written(values[name])
                for name in VOUCHER_FIELDS
                if values.get(name) not in (None, "") and name not in ("email", "code", "purpose")
            } | {"ticket_types": sorted(each.pk for each in ticket_types)},
        )  # fmt: skip
    if places_each:
        for voucher in made:
            _note_kept(voucher, places_each, actor=actor, at=at)
        # The places are fought over: taken last, all of them at once.
        kept_of = made[0].keeps_places_of_id
        take_seats(claims_of(ticket_type_ids=[kept_of or 0] * places_each * number))
    return made


@transaction.atomic
def change_voucher(
    *,
    event: Event,
    voucher_id: int,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType],
    actor: User,
    at: dt.datetime,
) -> Voucher:
    """
    Change it for whoever uses it from now on.

    :raises CatalogueRefused: below what was used or spent, or if it makes no sense.
    """
    voucher = locked(Voucher, event=event, pk=voucher_id)
    values = _whole(event, values, ticket_types)
    kept_of = values.get("keeps_places_of", voucher.keeps_places_of)
    if voucher.places_kept and kept_of != voucher.keeps_places_of:
        raise CatalogueRefused(
            _("Give the places that are kept back first."), field="keeps_places_of"
        )
    old = sorted(voucher.ticket_types.values_list("pk", flat=True))
    new = sorted(each.pk for each in ticket_types)
    voucher.ticket_types.set(ticket_types)
    return change_row(
        voucher,
        values,
        fields=VOUCHER_FIELDS,
        others={"ticket_types": [old, new]} if old != new else {},
        action=RegistrationAction.VOUCHER_CHANGED,
        hidden=("email", "code", "purpose"),
        actor=actor,
        at=at,
    )


@transaction.atomic
def keep_places(
    *, event: Event, voucher_id: int, number: int, actor: User, at: dt.datetime
) -> Voucher:
    """
    Take places of its ticket type now, for whoever brings the code.

    :raises SoldOut: if there are not so many; buyers and this take them by the same statement.
    :raises CatalogueRefused: if it keeps places of nothing, is over, or could not be used for them.
    """
    voucher = locked(Voucher, event=event, pk=voucher_id)
    if voucher.valid_until is not None and at >= voucher.valid_until:
        raise CatalogueRefused(_("This voucher is over."), field="number")
    if number < 1:
        raise CatalogueRefused(_("Please give a number of at least one."), field="number")
    _note_kept(voucher, number, actor=actor, at=at)
    take_seats(claims_of(ticket_type_ids=[voucher.keeps_places_of_id or 0] * number))
    return voucher


@transaction.atomic
def give_back_places(
    *, event: Event, voucher_id: int, number: int, actor: User | None, at: dt.datetime
) -> Voucher:
    """
    Give places that are kept for it back to everybody.

    :raises CatalogueRefused: if not so many are kept.
    """
    voucher = locked(Voucher, event=event, pk=voucher_id)
    if not 1 <= number <= voucher.places_kept:
        raise CatalogueRefused(
            _("%(kept)d places are kept for it.") % {"kept": voucher.places_kept}, field="number"
        )
    _give_back(voucher, number, actor=actor, at=at)
    return voucher


@transaction.atomic
def end_voucher(*, event: Event, voucher_id: int, actor: User, at: dt.datetime) -> Voucher:
    """Nobody can use it from now on, and its kept places go back. Who used it keeps her price."""
    voucher = locked(Voucher, event=event, pk=voucher_id)
    if voucher.valid_until is not None and voucher.valid_until <= at:
        return voucher
    before = voucher.valid_until
    voucher.valid_until = at
    if voucher.valid_from is not None and voucher.valid_from > at:
        voucher.valid_from = at
    voucher.save(update_fields=("valid_until", "valid_from"))
    record(
        RegistrationAction.VOUCHER_ENDED, event=event, subject=voucher, actor=actor, at=at,
        data={"valid_until": [written(before), written(at)]},
    )  # fmt: skip
    if voucher.places_kept:
        _give_back(voucher, voucher.places_kept, actor=actor, at=at)
    return voucher


def give_back_places_of_ended_vouchers(*, at: dt.datetime, most: int = 200) -> int:
    """For the sweeper: places kept for codes whose time is over. How many went back."""
    ended = Voucher.objects.filter(places_kept__gt=0, valid_until__lte=at).order_by("pk")
    return sum(_give_back_ended(pk, at=at) for pk in ended.values_list("pk", flat=True)[:most])


@transaction.atomic
def _give_back_ended(voucher_id: int, *, at: dt.datetime) -> int:
    voucher = (
        Voucher.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("event")
        .filter(pk=voucher_id, places_kept__gt=0, valid_until__lte=at)
        .first()
    )
    if voucher is None:
        return 0
    number = voucher.places_kept
    _give_back(voucher, number, actor=None, at=at)
    return number


@transaction.atomic
def invite(
    *,
    event: Event,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType] = (),
    places_each: int = 0,
    name: str,
    language: str,
    actor: User,
    at: dt.datetime,
) -> Voucher:
    """
    Make a voucher for one person's e-mail and write to her, in her language, with the link.

    :raises CatalogueRefused, SoldOut: as `make_vouchers`.
    """
    values = {**values, "email": clean_email(values.get("email", ""))}
    (voucher,) = make_vouchers(
        event=event, values={**values, "max_uses": 1}, ticket_types=ticket_types,
        places_each=places_each, actor=actor, at=at,
    )  # fmt: skip
    queue_email(
        "registration/email/invited",
        to_address=voucher.email,
        to_name=clean_name(name, field="name", required=False),
        language=language,
        event=event,
        about=voucher,
        context={
            "voucher": voucher,
            "ticket_types": list(ticket_types),
            "register_url": address_of(voucher),
        },
        at=at,
    )
    record(RegistrationAction.VOUCHER_INVITED, event=event, subject=voucher, actor=actor, at=at)
    return voucher


def address_of(voucher: Voucher) -> str:
    """Where whoever has the code sees what it opens."""
    page = reverse("registration:event", args=[voucher.event.slug])
    return f"{settings.SITE_URL}{page}?{urlencode({'code': voucher.code})}"


def _note_kept(voucher: Voucher, number: int, *, actor: User, at: dt.datetime) -> None:
    if voucher.keeps_places_of_id is None:
        raise CatalogueRefused(
            _("Please say of which ticket places are kept."), field="keeps_places_of"
        )
    voucher.places_kept += number
    with in_words():
        voucher.save(update_fields=("places_kept",))
    record(
        RegistrationAction.VOUCHER_PLACES_KEPT, event=voucher.event, subject=voucher, actor=actor,
        at=at, data={"places": number, "ticket_type": voucher.keeps_places_of_id},
    )  # fmt: skip


def _give_back(voucher: Voucher, number: int, *, actor: User | None, at: dt.datetime) -> None:
    Voucher.objects.filter(pk=voucher.pk).update(places_kept=F("places_kept") - number)
    voucher.refresh_from_db(fields=("places_kept",))
    record(
        RegistrationAction.VOUCHER_PLACES_GIVEN_BACK, event=voucher.event, subject=voucher,
        actor=actor, at=at, data={"places": number, "ticket_type": voucher.keeps_places_of_id},
    )  # fmt: skip
    give_back(claims_of(ticket_type_ids=[voucher.keeps_places_of_id or 0] * number))


def _drawn(prefix: str) -> str:
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(RANDOM_LETTERS))
    return f"{prefix.strip().upper()}-{letters}" if prefix.strip() else letters


def _whole(
    event: Event, values: Mapping[str, Any], ticket_types: Collection[TicketType]
) -> Mapping[str, Any]:
    """The values with what does not belong to the effect taken out."""
    if any(each.event_id != event.pk for each in ticket_types):
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_types")
    effect = values.get("effect", "")
    whole = dict(values)
    if effect not in VoucherEffect.values:
        raise CatalogueRefused(_("Please say what the code does."), field="effect")
    if effect != VoucherEffect.PERCENT:
        whole["percent"] = None
    if effect not in (VoucherEffect.AMOUNT_OFF, VoucherEffect.PRICE):
        whole["amount_minor"] = None
        if whole.get("budget_minor") is None:
            whole["currency"] = ""
    currency = whole.get("currency") or ""
    if currency and not _is_sold_in(event, currency):
        raise CatalogueRefused(
            _("Nothing is sold in %(currency)s.") % {"currency": currency}, field="currency"
        )
    starts, ends = whole.get("valid_from"), whole.get("valid_until")
    if starts is not None and ends is not None and ends <= starts:
        raise CatalogueRefused(_("It ends after it begins."), field="valid_until")
    return whole


def _is_sold_in(event: Event, currency: str) -> bool:
    return (
        TicketType.objects.filter(event=event).filter(Q(currency=currency)).exists()
        or Price.objects.filter(event=event, currency=currency).exists()
    )


def _require_kept_of_here(voucher: Voucher) -> None:
    kept_of = voucher.keeps_places_of
    if kept_of is not None and kept_of.event_id != voucher.event_id:
        raise NothingLikeIt(_("There is no such ticket at this event."), field="keeps_places_of")
