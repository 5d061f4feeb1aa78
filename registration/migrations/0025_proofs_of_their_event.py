"""A proof is of its event, as its registration is, and is never deleted: only its file is."""

from django.db import migrations

GUARD = """
ALTER TABLE registration_statusproof ADD CONSTRAINT proof_registration_of_its_event
FOREIGN KEY (registration_id, event_id) REFERENCES registration_registration (id, event_id);

CREATE FUNCTION registration_proof_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a proof is never deleted, only its file'
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.registration_id, NEW.event_id, NEW.currency, NEW.status_price_minor,
        NEW.full_price_minor)
       IS DISTINCT FROM (OLD.registration_id, OLD.event_id, OLD.currency, OLD.status_price_minor,
        OLD.full_price_minor) THEN
        RAISE EXCEPTION 'the prices of a proof are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_statusproof_guard
BEFORE UPDATE OR DELETE ON registration_statusproof
FOR EACH ROW EXECUTE FUNCTION registration_proof_guard();
"""
UNGUARD = """
DROP TRIGGER registration_statusproof_guard ON registration_statusproof;
DROP FUNCTION registration_proof_guard();
ALTER TABLE registration_statusproof DROP CONSTRAINT proof_registration_of_its_event;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0024_statuses_are_proved")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
