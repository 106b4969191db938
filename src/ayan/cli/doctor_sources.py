"""What the doctor says of sources: which are in trouble, and which tokens end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ayan.cli.finding import Finding
from ayan.core.values.label import Label

SOON: Final = timedelta(days=14)


def examine_sources() -> Iterator[Finding]:
    """Nothing where there is no source, or the database is not there yet."""
    from django.db import connection

    if "sources_source" not in connection.introspection.table_names():
        return
    from ayan.apps.sources.models import Source, Token
    from ayan.apps.sources.words import FAILED, RUNS
    from ayan.wiring import city

    active = Source.objects.filter(active=True)
    for one in active.filter(last_code__in=FAILED):
        words = RUNS[one.last_code]
        yield Finding("warning", Label(f"منبع {one.slug}: {words.fa}", f"The source {one.slug}: {words.en}"))
    now = city.current().clock.now()
    for token in Token.objects.filter(revoked_at=None, until__gt=now, until__lt=now + SOON).select_related("source"):
        day, slug = f"{token.until:%Y-%m-%d}", token.source.slug
        yield Finding(
            "warning",
            Label(f"توکن {token.hint}… منبع {slug} تا {day} است.", f"The token {token.hint}… of {slug} ends on {day}."),
        )
    if count := active.count():
        yield Finding("ok", Label(f"{count} منبع خودکار روشن است.", f"{count} sources send by themselves."))
