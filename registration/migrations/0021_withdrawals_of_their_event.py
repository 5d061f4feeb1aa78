"""A withdrawal is of its event, as its order is."""

from django.db import migrations

NAME = "withdrawal_order_of_its_event"


class Migration(migrations.Migration):
    dependencies = [("registration", "0019_letters_end_once")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE registration_withdrawal ADD CONSTRAINT {NAME} "
            "FOREIGN KEY (order_id, event_id) REFERENCES registration_order (id, event_id);",
            f"ALTER TABLE registration_withdrawal DROP CONSTRAINT {NAME};",
        )
    ]
