"""The places outside, the event sequence, and triggers that let the ledger only grow, on both databases."""

from django.db import migrations

from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS

ONLY_ADDED = ("stock_event", "stock_movement", "stock_seal", "stock_lot")
FIRST_FACILITY_PLACE_ID = 101


def add_outside_places(apps, schema_editor):
    place = apps.get_model("stock", "Place")
    place.objects.bulk_create([place(id=id_, kind=kind.value) for kind, id_ in OUTSIDE_PLACE_IDS.items()])
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SEQUENCE stock_event_ids")
        schema_editor.execute(
            f"SELECT setval(pg_get_serial_sequence('stock_place', 'id'), {FIRST_FACILITY_PLACE_ID}, false)"
        )
    else:
        schema_editor.execute("DELETE FROM sqlite_sequence WHERE name = 'stock_place'")
        schema_editor.execute(
            f"INSERT INTO sqlite_sequence (name, seq) VALUES ('stock_place', {FIRST_FACILITY_PLACE_ID - 1})"
        )


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION stock_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is only added to: % on % refused', TG_OP, TG_TABLE_NAME; END $$",
            params=None,
        )
        for table in ONLY_ADDED:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION stock_only_added()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION stock_only_added()"
            )
        return
    for table in ONLY_ADDED:
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is only added to: {verb} on {table} refused'); END"
            )


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [
        migrations.RunPython(add_outside_places, migrations.RunPython.noop),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
