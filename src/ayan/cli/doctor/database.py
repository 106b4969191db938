"""What the doctor sees of the database: its tables, the people at the desk, the audit trail, and the sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ayan.cli import database
from ayan.cli.doctor.report import DoctorFinding
from ayan.config import env
from ayan.core.schema.format_number import NewerFormat
from ayan.core.values.label import Label
from ayan.wiring import city

SOON: Final = timedelta(days=14)


def examine_database() -> Iterator[DoctorFinding]:
    """Whether the database can be reached and has the tables of this version."""
    from django.db.utils import DatabaseError

    try:
        waiting = database.waiting()
    except NewerFormat as newer:
        yield DoctorFinding("error", newer.label)
        return
    except (env.Misconfigured, DatabaseError) as problem:
        words = Label("پایگاه داده در دسترس نیست: {problem}", "The database cannot be used: {problem}")
        yield DoctorFinding("error", database.trouble(problem) or words.format(problem=problem))
        return
    if waiting:
        yield DoctorFinding(
            "warning",
            Label(
                "{count} تغییر ساختار پایگاه داده مانده است؛ با ayan serve خودش انجام می‌شود.",
                "{count} migrations are waiting; ayan serve applies them.",
            ).format(count=len(waiting)),
        )
    else:
        from django.db import connection

        vendor = connection.vendor
        yield DoctorFinding(
            "ok", Label("پایگاه داده آماده است ({vendor}).", "The database is ready ({vendor}).").format(vendor=vendor)
        )


def examine_people() -> Iterator[DoctorFinding]:
    """Nothing where the database is not there yet: that has been told already."""
    from django.conf import settings
    from django.db import connection

    if not _has("accounts_act"):
        return
    from ayan.apps.accounts import actions, audit

    count = actions.administrators()
    if count:
        yield DoctorFinding(
            "ok", Label("{count} مدیر سامانه هست.", "There are {count} administrators.").format(count=count)
        )
    else:
        yield DoctorFinding(
            "warning",
            Label(
                "هنوز مدیر سامانه‌ای نیست: ayan officer add نام --name «نام و نام خانوادگی»",
                'There is no administrator yet: ayan officer add USERNAME --name "NAME"',
            ),
        )
    if count and not settings.SESSION_COOKIE_SECURE:
        yield DoctorFinding(
            "warning",
            Label(
                "کارکنان بی HTTPS وارد می‌شوند؛ در بهره‌برداری settings.production را به کار ببرید.",
                "Officers sign in without HTTPS; use settings.production for real work.",
            ),
        )
    if not audit.triggers_stand(connection):
        yield DoctorFinding(
            "error",
            Label(
                "پایگاه داده تغییر رد کارها را نمی‌بندد. ayan serve را یک بار اجرا کنید.",
                "The database does not refuse changes of the audit trail. Run ayan serve once.",
            ),
        )
    broken = audit.check()
    if broken:
        yield DoctorFinding(
            "error",
            Label(
                "رد کارها از شمارهٔ {number} درست نیست ({why}).",
                "The audit trail does not hold from number {number} on ({why}).",
            ).format(number=broken.number, why=broken.why),
        )
    else:
        yield DoctorFinding("ok", Label("زنجیرهٔ رد کارها درست است.", "The chain of the audit trail holds."))


def examine_sources() -> Iterator[DoctorFinding]:
    """Nothing where there is no source, or the database is not there yet."""
    if not _has("sources_source"):
        return
    from ayan.apps.sources.labels import FAILED, RUNS
    from ayan.apps.sources.models import Source, SourceToken

    active = Source.objects.filter(active=True)
    for source in active.filter(last_code__in=FAILED):
        words = RUNS[source.last_code]
        yield DoctorFinding(
            "warning", Label("منبع {slug}: {words}", "The source {slug}: {words}").format(words=words, slug=source.slug)
        )
    now = city.current().clock.now()
    for token in SourceToken.objects.filter(revoked_at=None, until__gt=now, until__lt=now + SOON).select_related(
        "source"
    ):
        day, slug = f"{token.until:%Y-%m-%d}", token.source.slug
        yield DoctorFinding(
            "warning",
            Label("توکن {hint}… منبع {slug} تا {day} است.", "The token {hint}… of {slug} ends on {day}.").format(
                hint=token.hint, slug=slug, day=day
            ),
        )
    if count := active.count():
        yield DoctorFinding(
            "ok", Label("{count} منبع خودکار روشن است.", "{count} sources send by themselves.").format(count=count)
        )


def _has(table: str) -> bool:
    """Whether the database has a table; False too while it does not answer, which has been told already."""
    from django.db import DatabaseError, connection

    try:
        return table in connection.introspection.table_names()
    except DatabaseError:
        return False
