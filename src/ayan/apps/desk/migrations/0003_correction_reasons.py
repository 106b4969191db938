from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_database_home"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="why",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
