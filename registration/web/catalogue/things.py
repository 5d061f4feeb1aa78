"""Each kind of thing in the catalogue, with its form and its operations."""

from django.utils.translation import gettext_lazy as _

from registration.models import (
    GroupDiscount,
    PricePhase,
    Question,
    Quota,
    Society,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.operations import cataloguing, questioning, setting_prices, setting_quotas
from registration.web.catalogue.editing import Thing
from registration.web.catalogue.forms import (
    GroupDiscountForm,
    PhaseForm,
    QuotaForm,
    SocietyForm,
    TicketTypeForm,
    VariationForm,
    WorkshopForm,
)
from registration.web.catalogue.question_forms import QuestionForm

TICKET_TYPE = Thing(
    name="ticket_type",
    model=TicketType,
    form=TicketTypeForm,
    add_title=_("Add a ticket type"),
    add=lambda event, form, _parent, **by: cataloguing.add_ticket_type(
        event=event, values=form.values, **form.chosen, **by
    ),
    change=lambda event, form, pk, **by: cataloguing.change_ticket_type(
        event=event, ticket_type_id=pk, values=form.values, **form.chosen, **by
    ),
    delete=lambda event, pk, **by: cataloguing.delete_ticket_type(
        event=event, ticket_type_id=pk, **by
    ),
    move=lambda event, pk, is_up, **by: cataloguing.move_ticket_type(
        event=event, ticket_type_id=pk, is_up=is_up, **by
    ),
    stop=lambda event, pk, **by: cataloguing.stop_offering(
        event=event, sold=TicketType, pk=pk, **by
    ),
)
VARIATION = Thing(
    name="variation",
    model=TicketVariation,
    form=VariationForm,
    add_title=_("Add a variation"),
    parent=TicketType,
    parent_field="of",
    add=lambda event, form, parent_id, **by: cataloguing.add_variation(
        event=event, ticket_type_id=parent_id, values=form.values, **by
    ),
    change=lambda event, form, pk, **by: cataloguing.change_variation(
        event=event, variation_id=pk, values=form.values, **by
    ),
    delete=lambda event, pk, **by: cataloguing.delete_variation(event=event, variation_id=pk, **by),
    move=lambda event, pk, is_up, **by: cataloguing.move_variation(
        event=event, variation_id=pk, is_up=is_up, **by
    ),
    stop=lambda event, pk, **by: cataloguing.stop_offering(
        event=event, sold=TicketVariation, pk=pk, **by
    ),
)
WORKSHOP = Thing(
    name="workshop",
    model=Workshop,
    form=WorkshopForm,
    add_title=_("Add a workshop, social event or material"),
    add=lambda event, form, _parent, **by: cataloguing.add_workshop(
        event=event, values=form.values, **by
    ),
    change=lambda event, form, pk, **by: cataloguing.change_workshop(
        event=event, workshop_id=pk, values=form.values, **by
    ),
    delete=lambda event, pk, **by: cataloguing.delete_workshop(event=event, workshop_id=pk, **by),
    move=lambda event, pk, is_up, **by: cataloguing.move_workshop(
        event=event, workshop_id=pk, is_up=is_up, **by
    ),
    stop=lambda event, pk, **by: cataloguing.stop_offering(event=event, sold=Workshop, pk=pk, **by),
)
QUOTA = Thing(
    name="quota",
    model=Quota,
    form=QuotaForm,
    add_title=_("Add a shared quota"),
    add=lambda event, form, _parent, **by: setting_quotas.add_quota(
        event=event, values=form.values, **form.chosen, **by
    ),
    change=lambda event, form, pk, **by: setting_quotas.change_quota(
        event=event, quota_id=pk, values=form.values, **form.chosen, **by
    ),
    delete=lambda event, pk, **by: setting_quotas.delete_quota(event=event, quota_id=pk, **by),
)
PHASE = Thing(
    name="phase",
    model=PricePhase,
    form=PhaseForm,
    home="registration:prices",
    home_title=_("Prices"),
    add_title=_("Add a price phase"),
    add=lambda event, form, _parent, **by: setting_prices.add_phase(
        event=event, values=form.values, **by
    ),
    change=lambda event, form, pk, **by: setting_prices.change_phase(
        event=event, phase_id=pk, values=form.values, **by
    ),
    delete=lambda event, pk, **by: setting_prices.delete_phase(event=event, phase_id=pk, **by),
)
SOCIETY = Thing(
    name="society",
    model=Society,
    form=SocietyForm,
    home="registration:prices",
    home_title=_("Prices"),
    add_title=_("Add a society"),
    add=lambda event, form, _parent, **by: setting_prices.add_society(
        event=event, values=form.values, **by
    ),
    change=lambda event, form, pk, **by: setting_prices.change_society(
        event=event, society_id=pk, values=form.values, **by
    ),
    delete=lambda event, pk, **by: setting_prices.delete_society(event=event, society_id=pk, **by),
)
GROUP_DISCOUNT = Thing(
    name="group_discount",
    model=GroupDiscount,
    form=GroupDiscountForm,
    home="registration:prices",
    home_title=_("Prices"),
    add_title=_("Add a group discount"),
    add=lambda event, form, _parent, **by: setting_prices.add_group_discount(
        event=event, values=form.values, **by
    ),
    change=lambda event, form, pk, **by: setting_prices.change_group_discount(
        event=event, discount_id=pk, values=form.values, **by
    ),
    delete=lambda event, pk, **by: setting_prices.delete_group_discount(
        event=event, discount_id=pk, **by
    ),
)
QUESTION = Thing(
    name="question",
    model=Question,
    form=QuestionForm,
    home="registration:questions",
    home_title=_("Questions"),
    add_title=_("Add a question"),
    add=lambda event, form, _parent, **by: questioning.add_question(
        event=event, values=form.values, **form.chosen, **by
    ),
    change=lambda event, form, pk, **by: questioning.change_question(
        event=event, question_id=pk, values=form.values, **form.chosen, **by
    ),
    delete=lambda event, pk, **by: questioning.delete_question(event=event, question_id=pk, **by),
    move=lambda event, pk, is_up, **by: questioning.move_question(
        event=event, question_id=pk, is_up=is_up, **by
    ),
    stop=lambda event, pk, **by: questioning.stop_asking(event=event, question_id=pk, **by),
)
