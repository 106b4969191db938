"""Room for the code of any language in use, such as az-arab."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("follow", "0001_followers")]

    operations = [
        migrations.AlterField(model_name="follower", name="lang", field=models.CharField(max_length=20)),
    ]
