"""The organiser's questions, and how they look to whoever is asked."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conference.access import access, team
from conference.states import Role
from registration.models import Question
from registration.queries.questions_desk import questions_on_the_desk
from registration.web.question_fields import answer_field, name_of


@access(team(Role.ORGANISER))
@require_safe
def questions(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    found = list(questions_on_the_desk(request.event))
    return render(
        request,
        "registration/catalogue/questions.html",
        {
            "event": request.event,
            "questions": found,
            "looks": _as_asked([each for each in found if each.is_offered]),
        },
    )


def _as_asked(questions: list[Question]) -> forms.Form:
    form = forms.Form()
    form.fields = {name_of(each): answer_field(each) for each in questions}
    return form
