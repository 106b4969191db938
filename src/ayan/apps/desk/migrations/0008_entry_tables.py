"""Tables that are entered by hand at the desk."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_comments")]

    operations = [
        migrations.CreateModel(
            name="EntryTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0)),
                ("locked", models.TextField()),
                ("changed_at", models.DateTimeField()),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entry_table", to="desk.submission"
                    ),
                ),
            ],
        ),
    ]
