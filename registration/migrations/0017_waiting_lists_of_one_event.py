"""An entry, what it waits for and what came of it belong to one event."""

from django.db import migrations

# constraint, columns, other table, its columns
SAME = [
    ("waiting_entry_ticket_type_of_its_event", "ticket_type_id, event_id", "registration_tickettype", "id, event_id"),
    ("waiting_entry_workshop_of_its_event", "workshop_id, event_id", "registration_workshop", "id, event_id"),
    ("waiting_entry_place_of_its_event", "registration_id, event_id", "registration_registration", "id, event_id"),
    ("waiting_entry_order_of_its_event", "order_id, event_id", "registration_order", "id, event_id"),
    ("waiting_entry_variation_of_its_ticket_type", "variation_id, ticket_type_id", "registration_ticketvariation", "id, ticket_type_id"),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0015_links_within_one_event")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE registration_waitingentry ADD CONSTRAINT {name} "
            f"FOREIGN KEY ({columns}) REFERENCES {other} ({others});",
            f"ALTER TABLE registration_waitingentry DROP CONSTRAINT {name};",
        )
        for name, columns, other, others in SAME
    ]
