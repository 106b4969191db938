from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_secrets_by_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="reason",
            field=models.CharField(default="regular-update", max_length=30),
        ),
    ]
