"""Whoever points from a row of an event to a row of an event points into the same one."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from certificates.models import CreditDesignation
from registration.models import (
    Price,
    Question,
    Quota,
    Registration,
    Society,
    TicketType,
    Voucher,
)
from schedule.models import Session, Speaker
from tests.isolation.test_two_events import OURS
from tests.isolation.two_events import World, make_world

_COMPOSITE = """
    SELECT count(*) FROM pg_constraint
     WHERE contype = 'f' AND conrelid = %s::regclass AND array_length(conkey, 1) = 2
       AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = conrelid
                    AND attnum = ANY (conkey) AND attname = %s)
"""


def links_between_events() -> list[tuple[str, str]]:
    """Each table and column that points to another table with an event of its own."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    with_event = {
        model
        for model in models
        if any(field.name == "event" for field in model._meta.concrete_fields)
    }
    return [
        (model._meta.db_table, field.column)
        for model in with_event
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in with_event
    ]


@pytest.mark.django_db
def test_every_link_between_rows_of_events_is_held_by_a_key_of_two_columns():
    """PostgreSQL refuses a mixture, whatever an operation forgets."""
    loose = []
    with connection.cursor() as cursor:
        for table, column in links_between_events():
            cursor.execute(_COMPOSITE, [table, column])
            if not cursor.fetchone()[0]:
                loose.append(f"{table}.{column}")

    assert sorted(loose) == []
    assert len(links_between_events()) >= 20


@pytest.fixture
def worlds(db) -> tuple[World, World]:
    return make_world("Orquidea"), make_world("Jacaranda")


def test_what_links_two_events_is_refused(worlds):
    ours, theirs = worlds
    quota = Quota.objects.get(event=ours.event)
    question = Question.objects.get(event=ours.event)
    voucher = Voucher.objects.get(event=ours.event)
    designation = CreditDesignation.objects.get(activity__event=ours.event)
    session = Session.objects.filter(event=theirs.event).first()
    speaker = Speaker.objects.get(event=theirs.event)
    mine = Session.objects.filter(event=ours.event, session_speakers=None).first()
    mixtures = {
        "quota_ticket_type_of_its_event": lambda: quota.ticket_types.add(theirs.ticket_type),
        "quota_workshop_of_its_event": lambda: quota.workshops.add(theirs.workshop),
        "question_ticket_type_of_its_event": lambda: question.ticket_types.add(theirs.ticket_type),
        "voucher_ticket_type_of_its_event": lambda: voucher.ticket_types.add(theirs.ticket_type),
        "included_workshop_of_its_event": lambda: ours.ticket_type.included_workshops.create(
            workshop=theirs.workshop
        ),
        "session_credit_of_its_event": lambda: designation.session_credits.create(session=session),
        "session_speaker_of_its_event": lambda: mine.session_speakers.create(speaker=speaker),
        "ticket_type_shown_after_of_its_event": lambda: TicketType.objects.filter(
            event=ours.event
        ).update(shown_after=theirs.ticket_type),
        "voucher_places_of_its_event": lambda: Voucher.objects.filter(pk=voucher.pk).update(
            keeps_places_of=theirs.ticket_type
        ),
        "price_society_of_its_event": lambda: Price.objects.filter(event=ours.event).update(
            society=Society.objects.get(event=theirs.event)
        ),
        "registration_voucher_of_its_event": lambda: Registration.objects.filter(
            event=ours.event
        ).update(voucher=Voucher.objects.get(event=theirs.event)),
    }
    for name, mixture in mixtures.items():
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            mixture()
        assert refused.value.__cause__.diag.constraint_name == name
    assert list(quota.ticket_types.all()) == [ours.ticket_type]


def test_what_stays_within_an_event_is_not(worlds):
    ours, _theirs = worlds
    quota = Quota.objects.get(event=ours.event)
    free = TicketType.objects.exclude(pk=ours.ticket_type.pk).filter(event=ours.event).first()

    quota.ticket_types.add(free)
    TicketType.objects.filter(pk=free.pk).update(shown_after=ours.ticket_type)

    assert quota.ticket_types.count() == 2
