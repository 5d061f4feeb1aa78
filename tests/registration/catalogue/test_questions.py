"""The organisers' questions: asked, changed, moved, and their answers shown and forgotten."""

import csv
import datetime as dt
import io

import pytest

from conference.models import HistoryEntry
from registration.models import Answer, Question
from registration.operations import questioning
from registration.operations.questioning import forget_answers_whose_time_is_over
from registration.rules.catalogue import CatalogueRefused, InUse
from registration.rules.questions import answer_in_words
from registration.rules.refusals import NothingLikeIt
from registration.states import QuestionKind
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody, wish

pytestmark = pytest.mark.django_db

DIET = {
    "label": {"es": "Dieta", "en": "Diet"}, "kind": "one_of", "slug": "diet", "keep_days": 10,
    "options": [
        {"value": "vegan", "label": {"en": "Vegan"}}, {"value": "other", "label": {"en": "Other"}},
    ],
}  # fmt: skip
WHICH = {"label": {"en": "Which?"}, "kind": "line", "slug": "which", "shown_if_answer": "other"}


@pytest.fixture
def diet(event, policy, by) -> Question:
    return questioning.add_question(event=event, values=DIET, **by)


@pytest.fixture
def which(event, diet, by) -> Question:
    return questioning.add_question(event=event, values={**WHICH, "shown_if": diet}, **by)


def answered(ticket_type, answers, number=1):
    person = wish(ticket_type, attendee=somebody(number), answers=answers)
    return buy(ticket_type, people=[person], submission_token=str(number))


def test_a_question_is_asked_last_and_of_those_it_is_for(event, physician_ticket, diet, by):
    other = make_ticket_type(event, "other")

    shirt = questioning.add_question(
        event=event, values={"label": {"en": "Shirt"}, "kind": "line", "is_required": True},
        ticket_types=[other], **by,
    )  # fmt: skip

    assert (shirt.slug, shirt.sort_key, diet.sort_key) == ("shirt", 20, 10)
    assert answered(physician_ticket, {"diet": "vegan"}).pk
    assert Answer.objects.get().value == "vegan"
    assert HistoryEntry.objects.filter(action="catalogue.added").count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"options": []}, "options"),
        ({"options": [{"value": "a"}, {"value": "a"}]}, "options"),
        ({"options": [{"value": ""}]}, "options"),
        ({"options": [{"value": str(n)} for n in range(101)]}, "options"),
        ({"kind": "riddle"}, "kind"),
        ({"slug": "diet"}, "slug"),
        ({"shown_if_answer": "x"}, "shown_if"),
        ({"keep_days": -1}, "keep_days"),
    ],
)
def test_a_question_that_makes_no_sense_is_not_asked(event, diet, by, values, field):
    with pytest.raises(CatalogueRefused) as refused:
        questioning.add_question(event=event, values={**DIET, "slug": "new", **values}, **by)

    assert (refused.value.field, Question.objects.count()) == (field, 1)


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_each_kind_of_question_can_be_asked(event, by, kind):
    made = questioning.add_question(event=event, values={**DIET, "kind": kind}, **by)

    assert bool(made.options) == (kind in ("one_of", "some_of"))


def test_a_condition_names_an_earlier_question_and_an_answer_it_can_have(
    event, other_event, diet, which, by
):
    there = Question.objects.create(event=other_event, slug="a", kind="line", label="A")

    for values, kind in (
        ({"shown_if": diet, "shown_if_answer": "beef"}, CatalogueRefused),
        ({"shown_if": diet, "shown_if_answer": ""}, CatalogueRefused),
        ({"shown_if": which, "shown_if_answer": "x"}, CatalogueRefused),
        ({"shown_if": there, "shown_if_answer": "x"}, NothingLikeIt),
    ):
        with pytest.raises(kind):
            questioning.change_question(event=event, question_id=which.pk, values=values, **by)
    with pytest.raises(CatalogueRefused):
        questioning.change_question(
            event=event, question_id=diet.pk,
            values={"shown_if": which, "shown_if_answer": "x"}, **by,
        )  # fmt: skip
    which.refresh_from_db()
    assert (which.shown_if, which.shown_if_answer) == (diet, "other")


def test_what_another_question_depends_on_stays_asked_before_it(event, diet, which, by):
    only_vegan = {"options": [{"value": "vegan"}]}

    with pytest.raises(CatalogueRefused):
        questioning.change_question(event=event, question_id=diet.pk, values=only_vegan, **by)
    with pytest.raises(CatalogueRefused):
        questioning.stop_asking(event=event, question_id=diet.pk, **by)
    with pytest.raises(InUse):
        questioning.delete_question(event=event, question_id=diet.pk, **by)
    with pytest.raises(CatalogueRefused):
        questioning.move_question(event=event, question_id=which.pk, is_up=True, **by)

    assert list(event.questions.values_list("slug", "is_offered")) == [
        ("diet", True), ("which", True),
    ]  # fmt: skip
    assert len(Question.objects.get(slug="diet").options) == 2
    questioning.stop_asking(event=event, question_id=which.pk, **by)
    questioning.stop_asking(event=event, question_id=diet.pk, **by)


def test_an_answered_question_keeps_its_kind_and_its_answers(event, physician_ticket, diet, by):
    answered(physician_ticket, {"diet": "vegan"})

    with pytest.raises(CatalogueRefused) as refused:
        questioning.change_question(event=event, question_id=diet.pk, values={"kind": "line"}, **by)
    with pytest.raises(InUse):
        questioning.delete_question(event=event, question_id=diet.pk, **by)
    questioning.change_question(
        event=event, question_id=diet.pk, values={"label": {"en": "Food"}}, **by
    )

    diet.refresh_from_db()
    assert (refused.value.field, diet.kind, str(diet.label)) == ("kind", "one_of", "Food")
    assert Answer.objects.get().value == "vegan"


def test_answers_are_forgotten_so_many_days_after_the_event_once(event, physician_ticket, diet):
    answered(physician_ticket, {"diet": "vegan"})
    answered(physician_ticket, {"diet": "other"}, number=2)
    kept_until = dt.datetime.combine(event.last_day + dt.timedelta(days=11), dt.time(), event.zone)

    assert forget_answers_whose_time_is_over(at=kept_until - dt.timedelta(seconds=1)) == 0
    assert Answer.objects.count() == 2
    assert forget_answers_whose_time_is_over(at=kept_until) == 2
    assert forget_answers_whose_time_is_over(at=kept_until) == 0

    entry = HistoryEntry.objects.get(action="question.answers_deleted")
    assert (entry.actor, entry.data) == (None, {"answers": 2, "keep_days": 10})
    assert Answer.objects.count() == 0


def test_answers_are_said_in_words(diet):
    assert answer_in_words(diet, "vegan") == "Vegan"
    assert answer_in_words(diet, ["vegan", "gone"]) == "Vegan, gone"
    assert answer_in_words(diet, True) == "Yes"
    assert answer_in_words(Question(kind="number"), 7) == "7"


def test_answers_are_on_the_desk_and_in_the_table_where_no_formula_runs(
    event, desk, physician_ticket, which
):
    order = answered(physician_ticket, {"diet": "other", "which": "=HYPERLINK(1)"})
    answered(physician_ticket, {}, number=2)

    page = desk.get(address("desk_order", event, order.pk)).content.decode()
    table = desk.get(address("desk_people_csv", event)).content.decode("utf-8-sig")

    assert "=HYPERLINK(1)" in page
    head, *rows = csv.reader(io.StringIO(table))
    assert head[-2:] == ["Diet", "Which?"]
    assert sorted(row[-2:] for row in rows) == [["", ""], ["Other", "'=HYPERLINK(1)"]]


def form(**fields):
    return {
        "label_0": "¿Dieta?", "label_2": "Diet?", "kind": "one_of", "keep_days": "30",
        "options-1-es": "Vegana", "options-1-en": "Vegan", "options-2-en": "None", "slug": "",
        "is_offered": "on", "shown_if": "", "shown_if_answer": "", **fields,
    }  # fmt: skip


def test_a_question_with_its_choices_is_written_and_rewritten_on_its_page(event, desk, policy):
    assert desk.post(address("add_question", event), form()).status_code == 302
    made = Question.objects.get()
    page = desk.get(address("edit_question", event, made.pk)).content.decode()
    assert 'value="Vegana"' in page
    changed = form(slug="diet", **{"options-1-value": "vegan", "options-1-en": "No animals"})
    changed |= {"options-2-value": "none", "options-2-en": "", "options-3-en": "Kosher"}

    assert desk.post(address("edit_question", event, made.pk), changed).status_code == 302

    made.refresh_from_db()
    assert (made.slug, made.keep_days) == ("diet", 30)
    assert made.options == [
        {"value": "vegan", "label": {"es": "Vegana", "en": "No animals"}},
        {"value": "kosher", "label": {"en": "Kosher"}},
    ]
    assert "No animals" in desk.get(address("questions", event)).content.decode()


def test_a_question_without_choices_is_refused_and_keeps_what_was_typed(event, desk, policy):
    empty = {"options-1-es": "", "options-1-en": "", "options-2-en": ""}

    response = desk.post(address("add_question", event), form(**empty))

    assert response.status_code == 422
    page = response.content.decode()
    assert "Please give 1 to 100 choices." in page
    assert 'value="Diet?"' in page
    assert Question.objects.count() == 0


def test_the_page_of_questions_shows_how_each_kind_is_asked(event, desk, which, by):
    for kind in QuestionKind.values:
        questioning.add_question(
            event=event, values={**DIET, "slug": f"q-{kind}", "kind": kind}, **by
        )

    page = desk.get(address("questions", event)).content.decode()

    assert page.count('<li class="sold"') == 14
    assert "Only if “Diet” was answered with “other”" in page
