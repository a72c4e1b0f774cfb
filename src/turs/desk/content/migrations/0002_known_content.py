import hashlib

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def name_values(apps, schema_editor):
    """Give entries that were there before their short name, and all a number, so that every process reads them."""
    entries, banks = apps.get_model("content", "BankEntry"), apps.get_model("content", "Bank")
    for entry in entries.objects.only("pk", "kind", "value").iterator(1000):
        name = hashlib.blake2b(f"{entry.kind}:{entry.value}".encode("utf-8", "surrogatepass"), digest_size=16)
        entries.objects.filter(pk=entry.pk).update(digest=name.hexdigest(), seq=1)
    banks.objects.update(seq=1)


class Migration(migrations.Migration):
    dependencies = [
        ("coalition", "0001_initial"),
        ("content", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "view",
                    models.CharField(
                        choices=[("agree", "I agree"), ("disagree", "I disagree"), ("unsure", "Not sure")], max_length=8
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("distance", models.PositiveSmallIntegerField(default=0)),
                ("score", models.FloatField(default=1.0)),
            ],
            options={
                "ordering": ["-at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="bankentry",
            name="one_entry_per_value",
        ),
        migrations.AddField(
            model_name="bank",
            name="active",
            field=models.BooleanField(default=True, verbose_name="In use"),
        ),
        migrations.AddField(
            model_name="bank",
            name="containment",
            field=models.PositiveSmallIntegerField(default=50, verbose_name="Percent of a text to be found again"),
        ),
        migrations.AddField(
            model_name="bank",
            name="distance",
            field=models.PositiveSmallIntegerField(default=31, verbose_name="Bits in which a picture may differ"),
        ),
        migrations.AddField(
            model_name="bank",
            name="flood",
            field=models.PositiveSmallIntegerField(
                default=25, verbose_name="Sources a day from which a fingerprint is questioned"
            ),
        ),
        migrations.AddField(
            model_name="bank",
            name="seq",
            field=models.BigIntegerField(db_index=True, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="bank",
            name="video",
            field=models.PositiveSmallIntegerField(default=50, verbose_name="Percent of a video to be found again"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="digest",
            field=models.CharField(default="", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bankentry",
            name="disputed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="flood",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="hold_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Held until"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="labels",
            field=models.JSONField(blank=True, default=list, verbose_name="What it shows or does"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="note",
            field=models.TextField(blank=True, verbose_name="Note"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="origin",
            field=models.CharField(blank=True, max_length=300, verbose_name="Where it came from"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="producer",
            field=models.CharField(blank=True, max_length=200, verbose_name="Producing organisation"),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="quality",
            field=models.PositiveSmallIntegerField(default=100),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="quarantined_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="seq",
            field=models.BigIntegerField(db_index=True, default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="bankentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sha256", "File digest (SHA-256)"),
                    ("md5", "File digest (MD5)"),
                    ("text", "Text digest"),
                    ("near_text", "Text, also when changed"),
                    ("url", "Address (URL)"),
                    ("pdq", "Picture fingerprint (PDQ)"),
                    ("vpdq", "Video fingerprint (vPDQ)"),
                ],
                max_length=12,
                verbose_name="Kind",
            ),
        ),
        migrations.AlterField(
            model_name="bankentry",
            name="value",
            field=models.TextField(verbose_name="Value"),
        ),
        migrations.RunPython(name_values, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["bank", "kind"], name="content_ban_bank_id_203ed9_idx"),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(
                condition=models.Q(("quarantined_at__isnull", False)),
                fields=["quarantined_at"],
                name="entry_quarantined",
            ),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(
                condition=models.Q(("hold_until__isnull", False)), fields=["hold_until"], name="entry_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.UniqueConstraint(fields=("bank", "digest"), name="one_entry_per_value"),
        ),
        migrations.AddField(
            model_name="opinion",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="coalition.agency"
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="opinions", to="content.bankentry"
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sightings", to="content.bankentry"
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="posting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sightings", to="content.posting"
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="content.source"),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(fields=("entry", "agency"), name="one_opinion_per_agency"),
        ),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["entry", "at"], name="content_sig_entry_i_0ed6d1_idx"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(fields=("entry", "posting"), name="one_sighting_per_posting"),
        ),
    ]
