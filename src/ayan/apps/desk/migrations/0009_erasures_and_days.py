"""Erasures that are asked for at the desk, and the day before which what was approved is not published."""

from django.db import migrations, models
from django.db.models import Q

OPEN = ("draft", "sent", "returned", "approved")


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_entry_tables")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="kind",
            field=models.CharField(
                choices=[("data", "داده"), ("withdrawal", "پس گرفتن"), ("erasure", "پاک کردن ردیف")],
                default="data",
                max_length=12,
            ),
        ),
        migrations.AddField(model_name="submission", name="rows", field=models.JSONField(null=True)),
        migrations.AddField(model_name="submission", name="publish_on", field=models.DateField(null=True)),
        migrations.RemoveConstraint(model_name="submission", name="one_open_submission"),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=["dataset", "period"],
                condition=Q(state__in=OPEN) & ~Q(kind="erasure"),
                name="one_open_submission",
            ),
        ),
    ]
