"""The outbox: messages, and how officers wish to be told."""

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
            name="MessageWishes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lang", models.CharField(blank=True, max_length=20)),
                ("digest", models.BooleanField(default=False)),
                ("sms", models.BooleanField(default=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_wishes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("about", models.CharField(blank=True, db_index=True, max_length=160)),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("address", models.TextField(blank=True)),
                ("channel", models.CharField(choices=[("mail", "رایانامه"), ("sms", "پیامک")], max_length=8)),
                ("lang", models.CharField(max_length=20)),
                ("content", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "در انتظار خلاصهٔ روزانه"),
                            ("queued", "در صف"),
                            ("sending", "در حال فرستادن"),
                            ("sent", "فرستاده شد"),
                            ("delivered", "رسید"),
                            ("collected", "در خلاصهٔ روزانه آمد"),
                            ("failed", "نرسید"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_index=True)),
                ("next_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_at"], name="outbox_state_next")],
            },
        ),
    ]
