import datetime as dt

from django.utils.translation import gettext as _

from registration.models import Voucher
from registration.rules.refusals import VoucherRefused


def voucher_for(*, event_id: int, code: str, at: dt.datetime) -> Voucher:
    """
    The voucher of that code, in whatever case it was typed.

    :raises VoucherRefused: with the same words whether it is unknown, over or used up.
    """
    typed = code.strip().upper()
    voucher = (
        Voucher.objects.filter(event_id=event_id, code=typed[:41])
        .prefetch_related("ticket_types")
        .first()
    )
    if voucher is None or not _is_valid(voucher, at=at):
        raise VoucherRefused(_("This code cannot be used here."), field="voucher")
    return voucher


def _is_valid(voucher: Voucher, *, at: dt.datetime) -> bool:
    return (
        voucher.uses < voucher.max_uses
        and (voucher.valid_from is None or at >= voucher.valid_from)
        and (voucher.valid_until is None or at < voucher.valid_until)
    )
