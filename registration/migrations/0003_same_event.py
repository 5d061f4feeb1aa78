"""What hangs together belongs to one event: composite foreign keys, which Django has none of."""

from django.db import migrations

# constraint, table, column, other table
SAME_EVENT = [
    ("registration_ticket_type_of_its_event", "registration_registration", "ticket_type_id", "registration_tickettype"),
    ("registration_order_of_its_event", "registration_registration", "order_id", "registration_order"),
    ("workshop_session_of_its_event", "registration_workshop", "session_id", "schedule_session"),
    ("scan_point_session_of_its_event", "registration_scanpoint", "session_id", "schedule_session"),
    ("scan_registration_of_its_event", "registration_scanevent", "registration_id", "registration_registration"),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_append_only_tables")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"FOREIGN KEY ({column}, event_id) REFERENCES {other} (id, event_id);",
            f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )
        for name, table, column, other in SAME_EVENT
    ]
