"""Many files that were given at once."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0009_erasures_and_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileBatch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("dataset", models.CharField(max_length=80)),
                ("unit", models.CharField(blank=True, max_length=120)),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("hands", models.JSONField(default=list)),
                ("outcomes", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["-begun_at"]},
        ),
        migrations.CreateModel(
            name="BatchFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("folder", models.CharField(max_length=32)),
                ("sheet", models.CharField(blank=True, max_length=200)),
                ("seen", models.JSONField(null=True)),
                ("named", models.JSONField(default=list)),
                ("period", models.CharField(blank=True, max_length=20)),
                ("left_out", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="desk.filebatch"
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="batch_file",
                        to="desk.submission",
                    ),
                ),
            ],
            options={"ordering": ["number", "id"]},
        ),
    ]
