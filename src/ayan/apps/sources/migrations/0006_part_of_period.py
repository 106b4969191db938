"""Files whose rows are added to what is published of their period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_entered_secrets")]

    operations = [migrations.AddField(model_name="arrival", name="part", field=models.BooleanField(default=False))]
