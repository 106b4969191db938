"""Secrets of sources that are entered at the desk, encrypted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0004_units_of_money")]

    operations = [migrations.AddField(model_name="source", name="locked", field=models.TextField(blank=True))]
