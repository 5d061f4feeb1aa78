"""Papers about money stay as they were written, without a gap in their numbers."""

from django.db import migrations

# Only the file of a document is filled in, once.
FREEZE = """
CREATE FUNCTION registration_document_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a document is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - 'file_id' - 'rendered_at' IS DISTINCT FROM
       to_jsonb(OLD) - 'file_id' - 'rendered_at' THEN
        RAISE EXCEPTION 'a document is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id THEN
        RAISE EXCEPTION 'a document gets its file once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_fiscaldocument_frozen
BEFORE UPDATE OR DELETE ON registration_fiscaldocument
FOR EACH ROW EXECUTE FUNCTION registration_document_freeze();
"""
THAW = """
DROP TRIGGER registration_fiscaldocument_frozen ON registration_fiscaldocument;
DROP FUNCTION registration_document_freeze();
"""

# A document carries the number its series has just come to; its payment and what it credits are its
# order's; credit notes never add up to more than their document.
WRITE = """
CREATE FUNCTION registration_document_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    credited registration_fiscaldocument%ROWTYPE;
    credited_before bigint;
BEGIN
    IF NEW.number IS DISTINCT FROM
       (SELECT last_number FROM registration_documentseries WHERE id = NEW.series_id) THEN
        RAISE EXCEPTION 'a document takes the next number of its series'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'document_takes_the_next_number';
    END IF;
    IF NEW.payment_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM registration_payment p WHERE p.id = NEW.payment_id
           AND p.order_id = NEW.order_id AND p.currency = NEW.currency
           AND p.amount_minor = NEW.total_minor) THEN
        RAISE EXCEPTION 'a receipt says what its payment was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'document_says_what_its_payment_was';
    END IF;
    IF NEW.refund_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM registration_refund r WHERE r.id = NEW.refund_id
           AND r.order_id = NEW.order_id AND r.currency = NEW.currency
           AND r.amount_minor = NEW.total_minor AND r.state = 'done') THEN
        RAISE EXCEPTION 'a credit note of a refund says what went back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'document_says_what_its_refund_was';
    END IF;
    IF NEW.document_credited_id IS NOT NULL THEN
        SELECT * INTO credited FROM registration_fiscaldocument
        WHERE id = NEW.document_credited_id FOR UPDATE;
        SELECT coalesce(sum(total_minor), 0) INTO credited_before
        FROM registration_fiscaldocument WHERE document_credited_id = NEW.document_credited_id;
        IF credited.order_id <> NEW.order_id OR credited.currency <> NEW.currency
           OR credited.kind NOT IN ('receipt', 'invoice')
           OR credited_before + NEW.total_minor > credited.total_minor THEN
            RAISE EXCEPTION 'a credit note never exceeds what it credits'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'document_credit_within_its_document';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_fiscaldocument_write
BEFORE INSERT ON registration_fiscaldocument
FOR EACH ROW EXECUTE FUNCTION registration_document_write();
"""
UNWRITE = """
DROP TRIGGER registration_fiscaldocument_write ON registration_fiscaldocument;
DROP FUNCTION registration_document_write();
"""

# The counter goes up by one, and no transaction ends with a number that no document carries.
COUNT = """
CREATE FUNCTION registration_series_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.last_number <> 0 THEN
            RAISE EXCEPTION 'a series begins at zero' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.last_number <> OLD.last_number + 1 OR
       to_jsonb(NEW) - 'last_number' IS DISTINCT FROM to_jsonb(OLD) - 'last_number' THEN
        RAISE EXCEPTION 'a series goes up by one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_documentseries_count
BEFORE INSERT OR UPDATE ON registration_documentseries
FOR EACH ROW EXECUTE FUNCTION registration_series_count();

CREATE FUNCTION registration_series_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registration_fiscaldocument
                   WHERE series_id = NEW.id AND number = NEW.last_number) THEN
        RAISE EXCEPTION 'number % of series % was given to no document', NEW.last_number, NEW.prefix
        USING ERRCODE = 'check_violation', CONSTRAINT = 'series_has_no_gap';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registration_documentseries_gapless
AFTER UPDATE ON registration_documentseries DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION registration_series_gapless();
"""
UNCOUNT = """
DROP TRIGGER registration_documentseries_gapless ON registration_documentseries;
DROP FUNCTION registration_series_gapless();
DROP TRIGGER registration_documentseries_count ON registration_documentseries;
DROP FUNCTION registration_series_count();
"""

AUTHORISATIONS = (
    "CREATE TRIGGER registration_fiscalauthorisation_append_only BEFORE UPDATE OR DELETE"
    " ON registration_fiscalauthorisation FOR EACH ROW"
    " EXECUTE FUNCTION registration_refuse_change();"
)

# constraint, columns, other table and its columns
SAME = [
    (
        "document_order_of_its_event",
        "order_id, event_id",
        "registration_order (id, event_id)",
    ),
    (
        "document_series_of_its_event_and_kind",
        "series_id, event_id, kind",
        "registration_documentseries (id, event_id, kind)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registration", "0010_money_stays_true")]
    operations = [
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(WRITE, UNWRITE),
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunSQL(
            AUTHORISATIONS,
            "DROP TRIGGER registration_fiscalauthorisation_append_only"
            " ON registration_fiscalauthorisation;",
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE registration_fiscaldocument ADD CONSTRAINT {name}"
                f" FOREIGN KEY ({columns}) REFERENCES {other};",
                f"ALTER TABLE registration_fiscaldocument DROP CONSTRAINT {name};",
            )
            for name, columns, other in SAME
        ),
    ]
