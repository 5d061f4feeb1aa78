"""
Whatever is sold or asked has a version per event, which rises by itself with each change.

Buyers come in crowds: what they all read alike is kept in memory for one version. A trigger
cannot be forgotten, as a call in each form could. Counters do not count as changes.
"""

from django.db import migrations

COUNTERS = "ARRAY['places_taken', 'seats_taken', 'taken', 'waiting']"
FUNCTION = """
CREATE FUNCTION registration_raise_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    its_event bigint := (changed ->> 'event_id')::bigint;
BEGIN
    IF its_event IS NULL AND changed ? 'quota_id' THEN
        SELECT event_id INTO its_event FROM registration_quota WHERE id = (changed ->> 'quota_id')::bigint;
    ELSIF its_event IS NULL AND changed ? 'question_id' THEN
        SELECT event_id INTO its_event FROM registration_question WHERE id = (changed ->> 'question_id')::bigint;
    ELSIF its_event IS NULL THEN
        SELECT event_id INTO its_event FROM registration_tickettype WHERE id = (changed ->> 'tickettype_id')::bigint
            OR id = (changed ->> 'ticket_type_id')::bigint;
    END IF;
    UPDATE registration_registrationpolicy SET catalogue_version = catalogue_version + 1
    WHERE event_id = its_event;
    RETURN NULL;
END $$;
"""
TABLES = [
    "registration_tickettype",
    "registration_ticketvariation",
    "registration_workshop",
    "registration_includedworkshop",
    "registration_price",
    "registration_pricephase",
    "registration_society",
    "registration_groupdiscount",
    "registration_quota",
    "registration_quota_ticket_types",
    "registration_quota_workshops",
    "registration_question",
    "registration_question_ticket_types",
]


def on(table: str) -> str:
    return f"""
        CREATE TRIGGER {table}_versioned AFTER INSERT OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION registration_raise_catalogue_version();
        CREATE TRIGGER {table}_versioned_on_change AFTER UPDATE ON {table} FOR EACH ROW
        WHEN ((to_jsonb(OLD) - {COUNTERS}) IS DISTINCT FROM (to_jsonb(NEW) - {COUNTERS}))
        EXECUTE FUNCTION registration_raise_catalogue_version();
    """


def off(table: str) -> str:
    return f"DROP TRIGGER {table}_versioned ON {table}; DROP TRIGGER {table}_versioned_on_change ON {table};"


# constraint, table, column, other table
SAME_EVENT = [
    ("variation_ticket_type_of_its_event", "registration_ticketvariation", "ticket_type_id", "registration_tickettype"),
    ("price_ticket_type_of_its_event", "registration_price", "ticket_type_id", "registration_tickettype"),
    ("price_workshop_of_its_event", "registration_price", "workshop_id", "registration_workshop"),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0005_scans_of_their_event")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION registration_raise_catalogue_version();"),
        *(migrations.RunSQL(on(table), off(table)) for table in TABLES),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} "
                f"FOREIGN KEY ({column}, event_id) REFERENCES {other} (id, event_id);",
                f"ALTER TABLE {table} DROP CONSTRAINT {name};",
            )
            for name, table, column, other in SAME_EVENT
        ),
        migrations.RunSQL(
            "ALTER TABLE registration_registration ADD CONSTRAINT registration_variation_of_its_ticket_type "
            "FOREIGN KEY (variation_id, ticket_type_id) REFERENCES registration_ticketvariation (id, ticket_type_id);",
            "ALTER TABLE registration_registration DROP CONSTRAINT registration_variation_of_its_ticket_type;",
        ),
    ]
