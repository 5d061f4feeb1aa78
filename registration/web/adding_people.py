"""
One more person on an order: her details, what she adds to what is to be paid, and then the place.

What is typed goes round with the page, as it does when an order is placed.
"""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.limiting import MINUTE_SECONDS, asks_too_often
from registration.models import Order, Registration
from registration.operations.adding_people import add_person
from registration.queries.additions import addition_quote, may_add_people
from registration.queries.offers import Asker, shop_of, ticket_value
from registration.rules.references import written_reference
from registration.web.details import FIELD_OF_A_PERSON
from registration.web.forms import agreed_money
from registration.web.orders import actor_of
from registration.web.people_forms import PersonForm, Typed, typed_people


class TermsForm(forms.Form):
    terms_accepted = forms.BooleanField(
        label=gettext_lazy("I accept the terms of registration"),
        error_messages={"required": gettext_lazy("Please accept the terms to register.")},
    )


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, token: str) -> HttpResponse:
    order = get_object_or_404(Order.objects.select_related("event", "event__venue"), token=token)
    if not may_add_people(order, at=timezone.now()):
        messages.error(request, _("Nobody can be added to this order any more."))
        return redirect("registration:order", token)
    page = AddPage(request, order)
    if request.method == "GET":
        return page.show(_like_the_last(order))
    (typed,) = typed_people(request.POST)[:1]
    return page.show(typed) if request.POST.get("do") else page.place(typed)


def _like_the_last(order: Order) -> Typed:
    """What is likely the same for one more person of an order."""
    last: Registration | None = (
        order.registrations.holding_a_place()
        .select_related("ticket_type", "variation")
        .order_by("pk")
        .last()
    )
    if last is None:
        return MultiValueDict()
    return MultiValueDict(
        {
            "country": [str(last.country)],
            "profession": [last.profession],
            "institution": [last.institution],
            "ticket": [ticket_value(last.ticket_type, last.variation)],
        }
    )


@dataclass(frozen=True, slots=True)
class AddPage:
    request: HttpRequest
    order: Order

    def show(self, typed: Typed) -> HttpResponse:
        return self._render(self._person(typed, is_sent=False), TermsForm(), status=200)

    def place(self, typed: Typed) -> HttpResponse:
        person, terms = self._person(typed, is_sent=True), TermsForm(self.request.POST)
        if not all([person.is_valid(), terms.is_valid()]):
            return self._render(person, terms, status=422)
        if asks_too_often(self.request, what="order", most_per_minute=settings.ORDERS_PER_MINUTE):
            terms.add_error(
                None,
                _(
                    "More orders came from your network than we take in a minute. Please send it again."
                ),
            )
            response = self._render(person, terms, status=429)
            response["Retry-After"] = str(MINUTE_SECONDS)
            return response
        try:
            added = add_person(
                order_id=self.order.pk,
                person=person.wish,
                terms_accepted=terms.cleaned_data["terms_accepted"],
                agreed=agreed_money(self.request.POST.get("agreed", "")),
                actor=actor_of(self.request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            name = refusal.field or ""
            if name.startswith("answers."):
                name = "q-" + name.removeprefix("answers.")
            name = FIELD_OF_A_PERSON.get(name, name)
            person.add_error(name if name in person.fields else None, str(refusal))
            return self._render(person, terms, status=422)
        messages.success(
            self.request, _("%(name)s is on your order now.") % {"name": added.badge_name}
        )
        return redirect("registration:order", self.order.token)

    def _person(self, typed: Typed, *, is_sent: bool) -> PersonForm:
        shop = shop_of(self.order.event, voucher_code="", at=timezone.now())
        asker = Asker(country="", profession="", society_id=None, currency=self.order.currency)
        form = PersonForm(typed, number=1, shop=shop, asker=asker, is_sent=is_sent)
        for name in ("badge_name", "certificate_name", "email", "institution", "country"):
            form.fields[name].widget.attrs["autocomplete"] = "off"  # not the buyer's own
        return form

    def _render(self, person: PersonForm, terms: TermsForm, *, status: int) -> HttpResponse:
        order = self.order
        quote = addition_quote(order, person.wish_so_far, at=timezone.now())
        return render(
            self.request,
            "registration/add_person.html",
            {
                "event": order.event,
                "order": order,
                "reference": written_reference(order.reference),
                "persons": [person],
                "person": person,
                "is_added": True,
                "policy": getattr(order.event, "registration_policy", None),
                "terms": terms,
                "forms": [person, terms],
                "quote": quote,
                "place": quote.wish.places[0] if quote.wish else None,
            },
            status=status,
        )
