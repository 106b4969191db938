from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_machine_read")]
    operations = [
        migrations.AddField("attachment", "links", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("attachment", "unlinked", models.TextField(blank=True, default=""), preserve_default=False),
    ]
