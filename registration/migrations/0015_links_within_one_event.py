"""
What hangs together belongs to one event: the composite keys that the wider catalogue lacked.

Rows with an event of their own get foreign keys of two columns; the many-to-many tables of what
organisers set up get a trigger. What crowds write (bookings, places of quotas, answers) is held
together by its registration, whose own keys are checked.
"""

from django.db import migrations

POINTED_AT = [
    "registration_documentseries",
    "registration_fiscaldocument",
    "registration_pricephase",
    "registration_question",
    "registration_society",
    "registration_ticketvariation",
    "registration_voucher",
]
# constraint, table, column, other table
SAME_EVENT = [
    ("document_series_of_its_event", "registration_fiscaldocument", "series_id", "registration_documentseries"),
    ("document_credited_of_its_event", "registration_fiscaldocument", "document_credited_id", "registration_fiscaldocument"),
    ("price_phase_of_its_event", "registration_price", "phase_id", "registration_pricephase"),
    ("price_society_of_its_event", "registration_price", "society_id", "registration_society"),
    ("price_variation_of_its_event", "registration_price", "variation_id", "registration_ticketvariation"),
    ("question_condition_of_its_event", "registration_question", "shown_if_id", "registration_question"),
    ("registration_voucher_of_its_event", "registration_registration", "voucher_id", "registration_voucher"),
    ("statement_line_order_of_its_event", "registration_statementline", "proposed_order_id", "registration_order"),
    ("ticket_type_shown_after_of_its_event", "registration_tickettype", "shown_after_id", "registration_tickettype"),
    ("voucher_places_of_its_event", "registration_voucher", "keeps_places_of_id", "registration_tickettype"),
]
TICKET_TYPE = "'tickettype_id', 'registration_tickettype'"
# constraint, table, both ends
LINKS = [
    ("quota_ticket_type_of_its_event", "registration_quota_ticket_types", f"'quota_id', 'registration_quota', {TICKET_TYPE}"),
    ("quota_workshop_of_its_event", "registration_quota_workshops", "'quota_id', 'registration_quota', 'workshop_id', 'registration_workshop'"),
    ("question_ticket_type_of_its_event", "registration_question_ticket_types", f"'question_id', 'registration_question', {TICKET_TYPE}"),
    ("voucher_ticket_type_of_its_event", "registration_voucher_ticket_types", f"'voucher_id', 'registration_voucher', {TICKET_TYPE}"),
    ("included_workshop_of_its_event", "registration_includedworkshop", "'ticket_type_id', 'registration_tickettype', 'workshop_id', 'registration_workshop'"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0013_documents_stay"),
        ("schedule", "0004_links_within_one_event"),
    ]
    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_and_event UNIQUE (id, event_id);",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_and_event;",
            )
            for table in POINTED_AT
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} "
                f"FOREIGN KEY ({column}, event_id) REFERENCES {other} (id, event_id);",
                f"ALTER TABLE {table} DROP CONSTRAINT {name};",
            )
            for name, table, column, other in SAME_EVENT
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION schedule_refuse_links_between_events('{name}', {ends});",
                f"DROP TRIGGER {name} ON {table};",
            )
            for name, table, ends in LINKS
        ),
    ]
