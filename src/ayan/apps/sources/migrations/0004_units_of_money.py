from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0003_correction_reason"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="units",
            field=models.JSONField(default=dict),
        ),
    ]
