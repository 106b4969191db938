from django.db import migrations


class Migration(migrations.Migration):
    """What was called a case so far is a reply to a finding."""

    dependencies = [("counter", "0001_initial")]

    operations = [migrations.RenameModel("Case", "LetterReply")]
