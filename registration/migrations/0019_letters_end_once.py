"""A letter names its person and its number for ever, and is approved for a confirmed place alone."""

from django.db import migrations

GUARD = """
CREATE FUNCTION registration_letter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a letter is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.public_id, NEW.event_id, NEW.registration_id, NEW.requested_at)
           IS DISTINCT FROM (OLD.public_id, OLD.event_id, OLD.registration_id, OLD.requested_at)
           OR (OLD.number IS NOT NULL AND (NEW.number, NEW.written_number)
               IS DISTINCT FROM (OLD.number, OLD.written_number)) THEN
            RAISE EXCEPTION 'a letter is never given to another person or number'
            USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state IN ('rejected', 'withdrawn') AND NEW.state <> OLD.state
           OR OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'withdrawn') THEN
            RAISE EXCEPTION 'a letter ends once' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.purged_at IS NOT NULL AND NEW.purged_at IS DISTINCT FROM OLD.purged_at THEN
            RAISE EXCEPTION 'a deleted passport does not come back'
            USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN
        PERFORM FROM registration_registration
        WHERE id = NEW.registration_id AND state = 'confirmed' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a letter is for a confirmed registration'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_is_for_a_confirmed_place';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_visaletter_guard
BEFORE INSERT OR UPDATE OR DELETE ON registration_visaletter
FOR EACH ROW EXECUTE FUNCTION registration_letter_guard();

ALTER TABLE registration_visaletter ADD CONSTRAINT letter_registration_of_its_event
FOREIGN KEY (registration_id, event_id) REFERENCES registration_registration (id, event_id);
"""
UNGUARD = """
ALTER TABLE registration_visaletter DROP CONSTRAINT letter_registration_of_its_event;
DROP TRIGGER registration_visaletter_guard ON registration_visaletter;
DROP FUNCTION registration_letter_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0017_waiting_lists_of_one_event")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
