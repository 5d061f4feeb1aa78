"""What hangs together belongs to one event: composite foreign keys, which Django has none of."""

from django.db import migrations

# constraint, table, column, other table
SAME_EVENT = [
    ("session_room_of_its_event", "schedule_session", "room_id", "conference_room"),
    ("session_track_of_its_event", "schedule_session", "track_id", "schedule_track"),
]


class Migration(migrations.Migration):
    dependencies = [("schedule", "0001_first_tables")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"FOREIGN KEY ({column}, event_id) REFERENCES {other} (id, event_id);",
            f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )
        for name, table, column, other in SAME_EVENT
    ]
