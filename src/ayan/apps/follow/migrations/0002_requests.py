"""Requests to follow, which the worker answers by letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("follow", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FollowRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("locked", models.TextField()),
                ("about", models.CharField(max_length=1000)),
                ("lang", models.CharField(max_length=20)),
                ("site", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
    ]
