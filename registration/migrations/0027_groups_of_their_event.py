"""A group and what it is of belong to one event; who sits on its seat is of its order."""

from django.db import migrations

# constraint, columns, other table, its columns
SAME = [
    ("group_order_of_its_event", "order_id, event_id", "registration_order", "id, event_id"),
    ("group_ticket_type_of_its_event", "ticket_type_id, event_id", "registration_tickettype", "id, event_id"),
    ("group_variation_of_its_ticket_type", "variation_id, ticket_type_id", "registration_ticketvariation", "id, ticket_type_id"),
]
SEATS = """
CREATE FUNCTION registration_refuse_strangers_on_group_seats() RETURNS trigger AS $$
BEGIN
    IF NEW.registration_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM registration_group g JOIN registration_registration r ON r.order_id = g.order_id
        WHERE g.id = NEW.group_id AND r.id = NEW.registration_id
    ) THEN
        RAISE EXCEPTION 'a seat of a group is for somebody of its order'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'group_seat_of_its_order';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER group_seat_of_its_order BEFORE INSERT OR UPDATE OF registration_id, group_id
    ON registration_groupseat FOR EACH ROW
    EXECUTE FUNCTION registration_refuse_strangers_on_group_seats();
"""
NO_SEATS = """
DROP TRIGGER group_seat_of_its_order ON registration_groupseat;
DROP FUNCTION registration_refuse_strangers_on_group_seats();
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0026_groups_of_seats")]
    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE registration_group ADD CONSTRAINT {name} "
                f"FOREIGN KEY ({columns}) REFERENCES {other} ({others});",
                f"ALTER TABLE registration_group DROP CONSTRAINT {name};",
            )
            for name, columns, other, others in SAME
        ),
        migrations.RunSQL(SEATS, NO_SEATS),
    ]
