"""What the doctor says of sources: which are in trouble, and which tokens end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ayan.cli.doctor_finding import DoctorFinding
from ayan.core.values.label import Label

SOON: Final = timedelta(days=14)


def examine_sources() -> Iterator[DoctorFinding]:
    """Nothing where there is no source, or the database is not there yet."""
    from django.db import connection

    if "sources_source" not in connection.introspection.table_names():
        return
    from ayan.apps.sources.labels import FAILED, RUNS
    from ayan.apps.sources.models import Source, SourceToken
    from ayan.wiring import city

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
