"""
What links two things of an event links things of the same event.

A table without an event of its own has no composite foreign key: a trigger looks at both ends.
It is for what organisers set up, not for what crowds write.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION schedule_refuse_links_between_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ jsonb := to_jsonb(NEW);
    one bigint;
    other bigint;
BEGIN
    -- name, column, table, column, table
    EXECUTE format('SELECT event_id FROM %I WHERE id = $1', TG_ARGV[2])
        INTO one USING (row_ ->> TG_ARGV[1])::bigint;
    EXECUTE format('SELECT event_id FROM %I WHERE id = $1', TG_ARGV[4])
        INTO other USING (row_ ->> TG_ARGV[3])::bigint;
    IF one <> other THEN
        RAISE EXCEPTION '% links two events', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;
"""
NAME = "session_speaker_of_its_event"
TRIGGER = f"""
CREATE TRIGGER {NAME} BEFORE INSERT OR UPDATE ON schedule_sessionspeaker FOR EACH ROW
EXECUTE FUNCTION schedule_refuse_links_between_events(
    '{NAME}', 'session_id', 'schedule_session', 'speaker_id', 'schedule_speaker');
"""


class Migration(migrations.Migration):
    dependencies = [("schedule", "0003_links_known_roles_and_rooms_held_in_time")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION schedule_refuse_links_between_events();"),
        migrations.RunSQL(TRIGGER, f"DROP TRIGGER {NAME} ON schedule_sessionspeaker;"),
    ]
