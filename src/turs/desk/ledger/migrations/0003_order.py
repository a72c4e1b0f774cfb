"""Filters of the ledger are followed in its order: each index ends in `seq` and takes the place of one without it."""

from django.db import migrations, models

FILTERS = ("agency", "verb", "actor")


def drop_single(apps, schema_editor):
    """Drop the indexes over one filter alone.

    By hand, because SQLite alters a column by making the table anew, and the triggers that forbid changes would
    go with the old one.
    """
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "ledger_entry")
    for name, facts in found.items():
        if facts["index"] and facts["columns"] in [[column] for column in FILTERS]:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def make_single(apps, schema_editor):
    for column in FILTERS:
        schema_editor.execute(f"CREATE INDEX ledger_{column} ON ledger_entry ({column})")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        *(
            migrations.AddIndex("entry", models.Index(fields=[name, "seq"], name=f"ledger_{name}_seq"))
            for name in FILTERS
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(drop_single, make_single)],
            [
                migrations.AlterField("entry", "agency", models.CharField(blank=True, max_length=64)),
                migrations.AlterField("entry", "verb", models.CharField(max_length=64)),
                migrations.AlterField("entry", "actor", models.CharField(max_length=150)),
            ],
        ),
    ]
