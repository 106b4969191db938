from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_line_links")]
    operations = [migrations.AddField("attachment", "original_gone", models.DateTimeField(null=True))]
