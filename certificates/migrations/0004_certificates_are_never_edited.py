"""A certificate ends once and gets its file once; all else of it is fixed, and it is never deleted."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION certificates_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a certificate is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.public_id, NEW.serial, NEW.kind, NEW.activity_id, NEW.registration_id, NEW.language,
        NEW.facts, NEW.issued_at)
       IS DISTINCT FROM
       (OLD.public_id, OLD.serial, OLD.kind, OLD.activity_id, OLD.registration_id, OLD.language,
        OLD.facts, OLD.issued_at)
       OR NEW.claim_id IS DISTINCT FROM OLD.claim_id
       OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id THEN
        RAISE EXCEPTION 'a certificate is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'valid' AND (NEW.state, NEW.ended_at, NEW.ending_reason)
       IS DISTINCT FROM (OLD.state, OLD.ended_at, OLD.ending_reason) THEN
        RAISE EXCEPTION 'a certificate ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id THEN
        RAISE EXCEPTION 'a certificate gets its file once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificates_certificate_frozen BEFORE UPDATE OR DELETE ON certificates_certificate
FOR EACH ROW EXECUTE FUNCTION certificates_freeze();
"""
THAW = """
DROP TRIGGER certificates_certificate_frozen ON certificates_certificate;
DROP FUNCTION certificates_freeze();
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_freeze_certificates")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
