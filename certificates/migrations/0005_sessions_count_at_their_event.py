"""A session counts for the designation of its own event alone."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION certificates_refuse_credit_between_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT activity.event_id FROM certificates_creditdesignation designation
          JOIN certificates_activity activity ON activity.id = designation.activity_id
         WHERE designation.id = NEW.designation_id)
       <> (SELECT event_id FROM schedule_session WHERE id = NEW.session_id) THEN
        RAISE EXCEPTION 'a session counts at its own event alone'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'session_credit_of_its_event';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_credit_of_its_event
BEFORE INSERT OR UPDATE ON certificates_sessioncredit FOR EACH ROW
EXECUTE FUNCTION certificates_refuse_credit_between_events();
"""
BACK = """
DROP TRIGGER session_credit_of_its_event ON certificates_sessioncredit;
DROP FUNCTION certificates_refuse_credit_between_events();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0004_certificates_are_never_edited"),
        ("schedule", "0004_links_within_one_event"),
    ]
    operations = [migrations.RunSQL(FUNCTION, BACK)]
