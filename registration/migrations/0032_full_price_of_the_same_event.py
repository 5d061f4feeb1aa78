"""What a ticket costs without a proof is the price of a ticket of the same event."""

from django.db import migrations

NAME = "ticket_type_without_proof_of_its_event"


class Migration(migrations.Migration):
    dependencies = [("registration", "0031_tickets_that_are_proved")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE registration_tickettype ADD CONSTRAINT {NAME} "
            "FOREIGN KEY (without_proof_id, event_id) "
            "REFERENCES registration_tickettype (id, event_id);",
            f"ALTER TABLE registration_tickettype DROP CONSTRAINT {NAME};",
        )
    ]
