"""A system that may send files about trees: its token, printed, for a process that works on a city."""

from __future__ import annotations

import sys

import django

django.setup()

from tests.apps.accounts.people import officer  # noqa: E402 - after the settings

from ayan.apps.accounts.models import Unit  # noqa: E402 - likewise
from ayan.apps.accounts.roles import Role  # noqa: E402 - likewise
from ayan.apps.sources import actions  # noqa: E402 - likewise
from ayan.apps.sources.source_type import SourceForm  # noqa: E402 - likewise

if __name__ == "__main__":
    admin = officer("admin", Role.ADMINISTRATOR)
    Unit.objects.get_or_create(slug="parks", defaults={"name_fa": "باغ‌ها", "name_en": "Parks"})
    source = actions.add(admin, SourceForm("سامانهٔ باغ‌ها (ساختگی)", "gardens", "upload", "parks", ["trees"]))
    verbs = ["submission.create", "submission.view"]
    sys.stdout.write(actions.make_token(admin, source, "آزمون", ["trees"], verbs, 30)[1])
