"""The draft that was returned last, and the moment from which an approved withdrawal is carried out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_known_codes")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="returned_draft",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(model_name="submission", name="due_at", field=models.DateTimeField(null=True)),
    ]
