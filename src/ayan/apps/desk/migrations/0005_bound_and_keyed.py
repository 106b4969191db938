# Approvals that stand get bound to the note and letter beside them; fingerprints get keyed; texts of what is over go.

import hashlib

from django.db import migrations
from django.utils.crypto import salted_hmac

from ayan.core.values.canonical import canonical_json

OPEN = ("draft", "sent", "returned", "approved")


def bind(apps, _editor):
    for one in apps.get_model("desk", "Approval").objects.select_related("submission").filter(seen=""):
        about = one.submission
        said = {"content": one.digest, "note": about.note, "letter": about.letter}
        one.seen = hashlib.sha256(canonical_json(said)).hexdigest()
        one.save(update_fields=["seen"])


def key(apps, _editor):
    for one in apps.get_model("desk", "Pardon").objects.exclude(fingerprint__startswith="h-"):
        keyed = salted_hmac("ayan.desk.finding", one.fingerprint, algorithm="sha256").hexdigest()[:32]
        one.fingerprint = f"h-{keyed}"
        one.save(update_fields=["fingerprint"])


def tidy_again(apps, _editor):
    apps.get_model("desk", "Submission").objects.exclude(state__in=OPEN).update(tidied=False)


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_seen")]

    operations = [
        migrations.RunPython(bind, migrations.RunPython.noop),
        migrations.RunPython(key, migrations.RunPython.noop),
        migrations.RunPython(tidy_again, migrations.RunPython.noop),
    ]
