"""What is seen of the database: its tables, the people at the desk, the audit trail, and the sources."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.config import env, services
from ayan.config.diagnosis.health_finding import HealthFinding, day_of, number_of
from ayan.config.limits import TOKEN_WARNED_BEFORE
from ayan.core.schema.format_number import NewerFormat
from ayan.core.system.trace import kind_of
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.wiring import city


def examine_database() -> Iterator[HealthFinding]:
    """Whether the database can be reached and has the tables of this version."""
    from django.db.utils import DatabaseError

    try:
        waiting = services.waiting()
    except NewerFormat as newer:
        yield HealthFinding("database-newer", "error", newer.label)
        return
    except (env.Misconfigured, DatabaseError) as problem:
        yield HealthFinding(
            "database",
            "error",
            services.trouble(problem)
            or Label("پایگاه داده در دسترس نیست ({kind}).", "The database cannot be used ({kind}).").format(
                kind=kind_of(problem)
            ),
            Label(
                "DATABASE_URL و کارساز پایگاه داده را ببینید؛ صفحه‌های عمومی بی آن هم برپاست.",
                "Look at DATABASE_URL and at the server; public pages go on without it.",
            ),
        )
        return
    if waiting:
        yield HealthFinding(
            "migrations",
            "warning",
            Label("{count} تغییر ساختار پایگاه داده مانده است.", "{count} migrations are waiting.").format(
                count=number_of(len(waiting))
            ),
            Label("ayan serve یا ayan upgrade انجامش می‌دهد.", "ayan serve and ayan upgrade apply them."),
        )
    else:
        from django.db import connection

        vendor = connection.vendor
        yield HealthFinding(
            "migrations",
            "ok",
            Label("پایگاه داده آماده است ({vendor}).", "The database is ready ({vendor}).").format(vendor=vendor),
        )


def examine_people() -> Iterator[HealthFinding]:
    """Nothing where the database is not there yet: that has been told already."""
    from django.conf import settings
    from django.db import connection

    if not has_table("accounts_act"):
        return
    from ayan.apps.accounts import actions, audit

    count = actions.administrators()
    if count:
        yield HealthFinding(
            "administrators",
            "ok",
            Label("{count} مدیر سامانه هست.", "There are {count} administrators.").format(count=number_of(count)),
        )
    else:
        yield HealthFinding(
            "administrators",
            "warning",
            Label("هنوز مدیر سامانه‌ای نیست.", "There is no administrator yet."),
            Label("ayan officer add نام --name «نام و نام خانوادگی»", 'Run ayan officer add USERNAME --name "NAME".'),
        )
    if count and not settings.SESSION_COOKIE_SECURE:
        yield HealthFinding(
            "https",
            "warning",
            Label("کارکنان بی HTTPS وارد می‌شوند.", "Officers sign in without HTTPS."),
            Label("در بهره‌برداری settings.production را به کار ببرید.", "Use settings.production for real work."),
        )
    if not audit.triggers_stand(connection):
        yield HealthFinding(
            "audit-triggers",
            "error",
            Label(
                "پایگاه داده تغییر رد کارها را نمی‌بندد.",
                "The database does not refuse changes of the audit trail.",
            ),
            Label("ayan serve را یک بار اجرا کنید.", "Run ayan serve once."),
        )
    yield from _trail()


def _trail() -> Iterator[HealthFinding]:
    """Whether the chain of the audit trail holds, by itself and against the days that were sealed of it."""
    from ayan.apps.accounts import audit

    broken = audit.check()
    if broken:
        words = audit.BROKEN.format(number=broken.number, why=broken.why)
        yield HealthFinding("audit-chain", "error", words)
        return
    otherwise = audit.sealed_otherwise()
    if otherwise is not None:
        yield HealthFinding(
            "audit-sealed",
            "error",
            audit.SEALED_OTHERWISE.format(day=otherwise.day, last=otherwise.last),
            Label(
                "پایگاه داده را از پشتیبانِ پس از آن روز برگردانید. تا آن هنگام روزی مهر نمی‌شود. اگر چنین "
                "پشتیبانی نیست: ayan log trail",
                "Bring the database back from a backup made after that day. Until then no day is sealed. If there is "
                "none: ayan log trail",
            ),
        )
    else:
        yield HealthFinding(
            "audit-chain", "ok", Label("زنجیرهٔ رد کارها درست است.", "The chain of the audit trail holds.")
        )


def examine_sources() -> Iterator[HealthFinding]:
    """Nothing where there is no source, or the database is not there yet."""

    if not has_table("sources_source"):
        return
    from ayan.apps.sources.labels import FAILED, RUNS
    from ayan.apps.sources.models import Source, SourceToken

    active = Source.objects.filter(active=True)
    for source in active.filter(last_code__in=FAILED):
        words = RUNS[source.last_code]
        yield HealthFinding(
            "source",
            "warning",
            Label("منبع {slug}: {words}", "The source {slug}: {words}").format(words=words, slug=source.slug),
        )
    now = city.current().clock.now()
    for token in SourceToken.objects.filter(
        revoked_at=None, until__gt=now, until__lt=now + TOKEN_WARNED_BEFORE
    ).select_related("source"):
        day, slug = day_of(token.until.astimezone(TEHRAN).date()), token.source.slug
        yield HealthFinding(
            "source-token",
            "warning",
            Label("توکن {hint}… منبع {slug} تا {day} است.", "The token {hint}… of {slug} ends on {day}.").format(
                hint=token.hint, slug=slug, day=day
            ),
        )
    if count := active.count():
        yield HealthFinding(
            "sources",
            "ok",
            Label("{count} منبع خودکار روشن است.", "{count} sources send by themselves.").format(
                count=number_of(count)
            ),
        )


def has_table(table: str) -> bool:
    """Whether the database has a table; False too while it does not answer, which has been told already."""
    from django.db import DatabaseError, connection

    try:
        return table in connection.introspection.table_names()
    except DatabaseError:
        return False
