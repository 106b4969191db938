"""Which record of the data the document of a case becomes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0009_open_by_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dataset", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=200)),
                ("period", models.CharField(blank=True, max_length=20)),
                ("texts", models.JSONField(default=dict)),
                ("changes", models.BooleanField(default=False)),
                ("submission", models.UUIDField(null=True)),
                ("published_on", models.DateField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="record", to="counter.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dataset", "key"], name="case_record_key"),
                    models.Index(condition=models.Q(("published_on", None)), fields=["id"], name="case_record_open"),
                ],
            },
        ),
    ]
