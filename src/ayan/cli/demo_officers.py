"""The invented officers of the demo city: made by an explicit wish only, each with a link that works once."""

from __future__ import annotations

import os
from typing import Final

from ayan.cli.report_text import say
from ayan.core.values.label import Label

PEOPLE: Final = (
    ("clerk", "نسرین کارشناس (ساختگی)", "clerk"),
    ("approver-1", "بهرام مدیر (ساختگی)", "approver"),
    ("approver-2", "شیرین معاون (ساختگی)", "approver"),
    ("privacy", "پروین نگهبان (ساختگی)", "privacy_officer"),
    ("answerer", "مهری پاسخ‌گو (ساختگی)", "request_officer"),
    ("auditor", "کاوه حسابرس (ساختگی)", "auditor"),
    ("admin", "سیمین سرپرست (ساختگی)", "administrator"),
)
"""User name, name, role: for the whole city, so that anybody can try any dataset."""


def invite(port: int) -> None:
    """Make whoever is not there yet, and print a new one-time link for each; what was known of them before ends there.

    Nobody has a password until they open theirs and choose one, with a second factor.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    import django
    from django.core.management import call_command
    from django.db import transaction

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from ayan.apps.accounts import actions
    from ayan.apps.accounts.models import User

    say(
        Label(
            "کارکنان ساختگی؛ هر پیوند یک بار و تا سه روز کار می‌کند:",
            "Invented officers; each link works once, for three days:",
        )
    )
    for username, name, role in PEOPLE:
        with transaction.atomic():
            whom = User.objects.filter(username=username).first()
            if whom is None:
                whom = actions.add_person(None, username, name)
                actions.give(None, whom, role, None, "")
            secret = actions.invite(None, whom)
        print(f"{username:<12}http://127.0.0.1:{port}{actions.link(secret)}")
