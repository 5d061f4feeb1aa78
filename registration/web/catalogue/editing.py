"""
The pages on which one thing of the catalogue is added, changed, moved and deleted.

Each kind of thing says which form it has and which operations it calls; a page does nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.models import Event
from conference.states import Role
from registration.web.catalogue.forms import CatalogueForm

Words = str | Promise
TICKETS_AND_PRICES: Words = gettext_lazy("Tickets and prices")
FIELD_OF = {"price_minor": "price", "amount_minor": "amount", "budget_minor": "budget"}


@dataclass(frozen=True, slots=True)
class Thing:
    """
    One kind of thing in the catalogue.

    `add(event, form, parent_id, **by)` and the others call one operation each; `by` holds actor and at. `parent`
    is the kind of thing it belongs to. `home` is the page that lists it.
    """

    name: str
    model: type[models.Model]
    form: type[CatalogueForm]
    add_title: Words
    add: Callable[..., models.Model]
    change: Callable[..., models.Model]
    delete: Callable[..., None]
    move: Callable[..., None] | None = None
    stop: Callable[..., None] | None = None
    parent: type[models.Model] | None = None
    parent_field: str = ""
    home: str = "registration:catalogue"
    home_title: Words = TICKETS_AND_PRICES
    form_options: dict[str, Any] = field(default_factory=dict)


def paths_of(thing: Thing) -> list[URLPattern]:
    """The addresses of a thing; their names end in `add_<name>`, `edit_<name>` and so on."""
    name, folder = thing.name, thing.name.replace("_", "-")
    below = f"{thing.parent_field}/<int:parent_id>/" if thing.parent else ""
    found = [
        path(f"{folder}/{below}add/", _add_view(thing), name=f"add_{name}"),
        path(f"{folder}/<int:pk>/", _edit_view(thing), name=f"edit_{name}"),
        path(f"{folder}/<int:pk>/delete/", _act_view(thing, _delete), name=f"delete_{name}"),
    ]
    if thing.move:
        found.append(path(f"{folder}/<int:pk>/move/", _act_view(thing, _move), name=f"move_{name}"))
    if thing.stop:
        found.append(path(f"{folder}/<int:pk>/stop/", _act_view(thing, _stop), name=f"stop_{name}"))
    return found


def _add_view(thing: Thing) -> Callable[..., HttpResponse]:
    @access(team(Role.ORGANISER))
    @require_http_methods(["GET", "HEAD", "POST"])
    def add(request: Any, event_slug: str, parent_id: int | None = None) -> HttpResponse:
        parent = _found(thing.parent, request.event, parent_id) if thing.parent else None
        with timezone.override(request.event.zone):
            form = thing.form(request.POST or None, event=request.event, **thing.form_options)
            if request.method == "POST" and form.is_valid():
                added = _call(
                    request, form, lambda by: thing.add(request.event, form, parent_id, **by)
                )
                if added is not None:
                    messages.success(request, _("“%(name)s” was added.") % {"name": added})
                    return redirect(thing.home, event_slug)
            return _page(request, thing, form, title=thing.add_title, parent=parent)

    return add


def _edit_view(thing: Thing) -> Callable[..., HttpResponse]:
    @access(team(Role.ORGANISER))
    @require_http_methods(["GET", "HEAD", "POST"])
    def edit(request: Any, event_slug: str, pk: int) -> HttpResponse:
        row = _found(thing.model, request.event, pk)
        title = str(row)  # a bound form writes into its row
        with timezone.override(request.event.zone):
            form = thing.form(
                request.POST or None, instance=row, event=request.event, **thing.form_options
            )
            if request.method == "POST" and form.is_valid():
                changed = _call(
                    request, form, lambda by: thing.change(request.event, form, pk, **by)
                )
                if changed is not None:
                    messages.success(request, _("“%(name)s” was changed.") % {"name": changed})
                    return redirect(thing.home, event_slug)
            return _page(request, thing, form, title=title, row=row)

    return edit


def _act_view(
    thing: Thing, act: Callable[[Thing, Any, int], str]
) -> Callable[..., HttpResponseRedirect]:
    @access(team(Role.ORGANISER))
    @require_POST
    def acting(request: Any, event_slug: str, pk: int) -> HttpResponseRedirect:
        _found(thing.model, request.event, pk)
        try:
            words = act(thing, request, pk)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(f"registration:edit_{thing.name}", event_slug, pk)
        if words:
            messages.success(request, words)
        address = reverse(thing.home, args=[event_slug])
        return redirect(f"{address}#{thing.name}-{pk}")

    return acting


def _delete(thing: Thing, request: Any, pk: int) -> str:
    thing.delete(request.event, pk, actor=request.user, at=timezone.now())
    return _("It was deleted.")


def _move(thing: Thing, request: Any, pk: int) -> str:
    is_up = request.POST.get("direction") == "up"
    if thing.move:
        thing.move(request.event, pk, is_up, actor=request.user, at=timezone.now())
    return ""


def _stop(thing: Thing, request: Any, pk: int) -> str:
    if thing.stop:
        thing.stop(request.event, pk, actor=request.user, at=timezone.now())
    return _("It is not offered any more.")


def _found(model: type[models.Model] | None, event: Event, pk: int | None) -> models.Model:
    row = model._default_manager.filter(event=event, pk=pk).first() if model else None
    if row is None:
        raise Http404
    return row


def _call(
    request: Any, form: CatalogueForm, operation: Callable[[dict[str, Any]], models.Model]
) -> models.Model | None:
    try:
        return operation({"actor": request.user, "at": timezone.now()})
    except DomainError as refusal:
        field = FIELD_OF.get(refusal.field or "", refusal.field)
        form.add_error(field if field in form.fields else None, str(refusal))
        return None


def _page(
    request: Any,
    thing: Thing,
    form: CatalogueForm,
    *,
    title: Words,
    row: models.Model | None = None,
    parent: models.Model | None = None,
) -> HttpResponse:
    event_slug = request.event.slug
    addresses = {}
    if row is not None:
        acts = ["delete", *(["stop"] if thing.stop and getattr(row, "is_offered", False) else [])]
        addresses = {
            act: reverse(f"registration:{act}_{thing.name}", args=[event_slug, row.pk])
            for act in acts
        }
    return render(
        request,
        "registration/catalogue/edit.html",
        {
            "event": request.event,
            "form": form,
            "title": title,
            "row": row,
            "parent": parent,
            "thing": thing,
            "home_url": reverse(thing.home, args=[event_slug]),
            "addresses": addresses,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
