"""Submissions are found by their release, and by dataset and period, without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0011_known_fixes")]

    operations = [
        migrations.AddIndex(model_name="submission", index=models.Index(fields=["release"], name="submission_release")),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["dataset", "period"], name="submission_dataset_period"),
        ),
    ]
