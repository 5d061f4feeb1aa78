"""Uses, budget and kept places of a voucher: counted under its row lock, never beyond its checks."""

from collections.abc import Sequence

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from registration.models import Registration, Voucher
from registration.queries.wishes import WishedPlace
from registration.rules.claims import Claims, claims_of
from registration.rules.refusals import VoucherRefused


def use_voucher(voucher: Voucher, places: Sequence[WishedPlace]) -> Claims:
    """
    Count the uses of these places. What the voucher had kept for them is returned: it is taken already.

    :raises VoucherRefused: if somebody else used it up meanwhile, or its budget is too small.
    """
    using = [place for place in places if place.uses_voucher]
    discount_minor = sum(place.discount_minor for place in using if "voucher" in place.reason)
    # no_key: each buyer's registration points at the row already, and only a key would bar that.
    locked = Voucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)
    is_over = locked.budget_minor is not None and (
        locked.spent_minor + discount_minor > locked.budget_minor
    )
    if locked.uses + len(using) > locked.max_uses or is_over:
        raise VoucherRefused(_("This code cannot be used here."), field="voucher")
    kept = min(
        locked.places_kept,
        sum(place.ticket_type.pk == locked.keeps_places_of_id for place in using),
    )
    locked.uses += len(using)
    locked.spent_minor += discount_minor
    locked.places_kept = min(locked.places_kept - kept, locked.max_uses - locked.uses)
    locked.save(update_fields=("uses", "spent_minor", "places_kept"))
    return claims_of(ticket_type_ids=[locked.keeps_places_of_id or 0] * kept)


def give_back_voucher(registration: Registration) -> None:
    """Its use and what it spent, for a registration that ends. Its place goes to everybody."""
    if registration.voucher_id is None:
        return
    spent = registration.list_price_minor - registration.price_minor
    Voucher.objects.filter(pk=registration.voucher_id).update(
        uses=F("uses") - 1, spent_minor=Greatest(F("spent_minor") - spent, 0)
    )


def use_voucher_again(registration: Registration) -> bool:
    """For a registration that comes back. False if it is used up: she keeps her price without it."""
    spent = registration.list_price_minor - registration.price_minor
    found = registration.voucher and Voucher.objects.select_for_update(no_key=True).get(
        pk=registration.voucher.pk
    )
    if found is None or found.uses >= found.max_uses:
        return False
    if found.budget_minor is not None and found.spent_minor + spent > found.budget_minor:
        return False
    found.uses += 1
    found.spent_minor += spent
    found.places_kept = min(found.places_kept, found.max_uses - found.uses)
    found.save(update_fields=("uses", "spent_minor", "places_kept"))
    return True
