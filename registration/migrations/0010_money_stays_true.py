"""Messages of providers stay as they came; refunds and attempts are of the order they stand at."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION registration_keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        OLD.account_id, OLD.event_id, OLD.kind, OLD.attempt_uid, OLD.subject_reference,
        OLD.signature_ok, OLD.signed_at, OLD.body, OLD.received_at
    ) IS DISTINCT FROM (
        NEW.account_id, NEW.event_id, NEW.kind, NEW.attempt_uid, NEW.subject_reference,
        NEW.signature_ok, NEW.signed_at, NEW.body, NEW.received_at
    ) THEN
        RAISE EXCEPTION 'a message of a provider stays as it came'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_webhookmessage_kept BEFORE UPDATE OR DELETE
    ON registration_webhookmessage FOR EACH ROW EXECUTE FUNCTION registration_keep_message();

CREATE FUNCTION registration_keep_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        OLD.order_id, OLD.method, OLD.amount_minor, OLD.currency, OLD.external_id, OLD.scope
    ) IS DISTINCT FROM (
        NEW.order_id, NEW.method, NEW.amount_minor, NEW.currency, NEW.external_id, NEW.scope
    ) THEN
        RAISE EXCEPTION 'a payment that arrived stays as it was recorded'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_payment_kept BEFORE UPDATE OR DELETE
    ON registration_payment FOR EACH ROW EXECUTE FUNCTION registration_keep_payment();
"""
ALLOW = """
DROP TRIGGER registration_payment_kept ON registration_payment;
DROP FUNCTION registration_keep_payment();
DROP TRIGGER registration_webhookmessage_kept ON registration_webhookmessage;
DROP FUNCTION registration_keep_message();
"""
# table, constraint, column, other table
OF_ITS_ORDER = [
    ("registration_refund", "refund_payment_of_its_order", "payment_id", "registration_payment"),
    ("registration_payment", "payment_attempt_of_its_order", "attempt_id", "registration_paymentattempt"),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0007_versions_of_the_catalogue")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} "
                f"FOREIGN KEY ({column}, order_id) REFERENCES {other} (id, order_id);",
                f"ALTER TABLE {table} DROP CONSTRAINT {name};",
            )
            for table, name, column, other in OF_ITS_ORDER
        ),
    ]
