"""One city's folder for one database: two of them would do each other's work twice and publish apart.

The folder holds an id and the database the same one. A folder that moves takes its id along, and so does a backup; a
database that is copied into another folder keeps that of its first. Two machines with copies of one folder have one id:
of these only one has a worker (`ayan.config.tasks.only_worker`).
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from ayan.apps.desk.models import DatabaseHome, WorkerLease
from ayan.config.home_id import home_id
from ayan.core.values.refusal import Refusal


class OtherHome(Refusal):
    """The database belongs to another city's folder than the one in use."""

    code = "other-home"
    fa = (
        "این پایگاه داده از آنِ پوشهٔ شهر دیگری است، و دو پوشه با یک پایگاه داده کار یکدیگر را دوباره انجام می‌دهند. "
        "AYAN_HOME و DATABASE_URL را بررسی کنید. اگر این پوشه به‌راستی جای آن دیگری را گرفته و آن یکی خاموش است، اجرا "
        "کنید: ayan upgrade --take-database"
    )
    en = (
        "This database belongs to another city's folder, and two folders with one database do each other's work twice. "
        "Check AYAN_HOME and DATABASE_URL. If this folder has truly taken the place of the other, and that one is off, "
        "run: ayan upgrade --take-database"
    )
    status = 500


def claim(home: Path, *, take: bool = False) -> None:
    """Bind the database to the city's folder ``home``, unless it is bound already; with ``take`` even then.

    Raises OtherHome where it is bound to another one.
    """
    own = home_id(home)
    with transaction.atomic():
        bound, _ = DatabaseHome.objects.select_for_update().get_or_create(
            pk=1, defaults={"home": own, "since": timezone.now()}
        )
        if take:
            # Its worker need not find in the folder what the last one left there.
            WorkerLease.objects.update(owner="")
        if bound.home == own:
            return
        if not take:
            raise OtherHome
        bound.home, bound.since = own, timezone.now()
        bound.save()
