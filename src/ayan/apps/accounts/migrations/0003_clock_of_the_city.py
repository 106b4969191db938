"""When somebody came and was given a role is told by the clock of the city, as their acts are; no row changes."""

from django.db import migrations, models

import ayan.apps.accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_privileges_and_known_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="given_at",
            field=models.DateTimeField(default=ayan.apps.accounts.models.now),
        ),
        migrations.AlterField(
            model_name="user",
            name="date_joined",
            field=models.DateTimeField(default=ayan.apps.accounts.models.now, verbose_name="date joined"),
        ),
    ]
