"""The table of changes of the declared tables."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TableChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(db_index=True, max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("text", "Text"),
                            ("new", "New"),
                            ("archive", "Archive"),
                            ("value", "Value"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("refused", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
                ("request", models.JSONField(default=dict)),
                ("files", models.JSONField(default=dict)),
                ("effect", models.JSONField(null=True)),
                ("looked_at", models.CharField(blank=True, max_length=64)),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("submission", models.UUIDField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
    ]
