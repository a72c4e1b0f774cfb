from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_contexts_and_reexamination")]

    operations = [
        migrations.AddField("rejectedrecord", "column", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="SmallBlob",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("data", models.BinaryField()),
            ],
        ),
    ]
