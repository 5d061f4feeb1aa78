"""What happened stays: the database refuses to change or delete these rows."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION registration_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = ['registration_ledgerentry', 'registration_scanevent']


def on(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION registration_refuse_change();"
    )


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION registration_refuse_change();"),
        *(
            migrations.RunSQL(on(table), f"DROP TRIGGER {table}_append_only ON {table};")
            for table in TABLES
        ),
    ]
