"""The shop as the organiser tries it: for a given person, at a given time."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models.functions import Lower

from conference.models import Event
from registration.models import Question, Society, SocietyMember
from registration.queries.catalogue_desk import SaleState, state_of_ticket_type
from registration.queries.offers import Asker, OfferToHer, shop_of


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What she is offered, by the very functions of the shop; what is kept from her, with the reason.

    `societies` know her e-mail; the first of them counts, as if she had said so.
    """

    offer: OfferToHer
    hidden: list[tuple[str, SaleState]]
    societies: list[Society]
    questions: list[Question]


def preview_of(event: Event, asker: Asker, *, email: str, at: dt.datetime) -> Preview:
    societies = _societies_of(event, email)
    if asker.society_id is None and societies:
        asker = replace(asker, society_id=societies[0].pk)
    shop = shop_of(event, voucher_code=asker.voucher_code, at=at)
    offer = shop.offer_to(asker)
    shown = {each.ticket_type.pk for each in offer.tickets_for_her}
    others = event.ticket_types.select_related("shown_after").exclude(pk__in=shown)
    asked = {question.pk: question for pk in sorted(shown) for question in shop.questions_for(pk)}
    return Preview(
        offer=offer,
        hidden=[(str(each), state_of_ticket_type(each, at=at)) for each in others],
        societies=societies,
        questions=sorted(asked.values(), key=lambda each: (each.sort_key, each.pk)),
    )


def _societies_of(event: Event, email: str) -> list[Society]:
    if not email:
        return []
    known = SocietyMember.objects.alias(address=Lower("email")).filter(
        address=email.lower(), society__event=event
    )
    return list(Society.objects.filter(pk__in=known.values("society")))
