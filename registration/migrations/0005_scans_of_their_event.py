"""The door and the session of a scan belong to its event: composite foreign keys."""

from django.db import migrations

# constraint, column, other table
SAME_EVENT = [
    ("scan_point_of_its_event", "point_id", "registration_scanpoint"),
    ("scan_session_of_its_event", "session_id", "schedule_session"),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_same_event")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE registration_scanevent ADD CONSTRAINT {name} "
            f"FOREIGN KEY ({column}, event_id) REFERENCES {other} (id, event_id);",
            f"ALTER TABLE registration_scanevent DROP CONSTRAINT {name};",
        )
        for name, column, other in SAME_EVENT
    ]
