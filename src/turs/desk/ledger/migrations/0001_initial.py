from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.CharField(db_index=True, max_length=40)),
                ("actor", models.CharField(db_index=True, max_length=150)),
                ("agency", models.CharField(blank=True, db_index=True, max_length=64)),
                ("verb", models.CharField(db_index=True, max_length=64)),
                ("object_type", models.CharField(max_length=64)),
                ("object_id", models.CharField(db_index=True, max_length=64)),
                ("chain", models.CharField(blank=True, db_index=True, max_length=64)),
                ("detail", models.TextField(default="{}")),
                ("prev", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"ordering": ["seq"]},
        )
    ]
