"""The body of a provider's message may give way to its SHA-256, and to nothing else."""

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION registration_keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        OLD.account_id, OLD.event_id, OLD.kind, OLD.attempt_uid, OLD.subject_reference,
        OLD.signature_ok, OLD.signed_at, OLD.received_at
    ) IS DISTINCT FROM (
        NEW.account_id, NEW.event_id, NEW.kind, NEW.attempt_uid, NEW.subject_reference,
        NEW.signature_ok, NEW.signed_at, NEW.received_at
    ) OR (OLD.body <> NEW.body{unless}) THEN
        RAISE EXCEPTION 'a message of a provider stays as it came'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ITS_HASH = """ AND NEW.body <> 'sha256:' || encode(sha256(convert_to(OLD.body, 'UTF8')), 'hex')"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0029_old_records_are_forgotten")]
    operations = [
        migrations.RunSQL(KEEP.format(unless=ITS_HASH), KEEP.format(unless="")),
    ]
