"""Looking at sources when they are due: by the worker, a timer or an operator; each by one process at a time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Q

from ayan.apps.accounts.policy import Denied
from ayan.apps.desk import uploads
from ayan.apps.desk.uploads import ReceivedFile
from ayan.apps.sources import auto_processing, database_pull, watched_folder
from ayan.apps.sources.arrivals import IncomingFile, arrive
from ayan.apps.sources.labels import FAILED
from ayan.apps.sources.models import Source, SourceRun
from ayan.apps.sources.periods import period_of
from ayan.apps.sources.refusals import NotTaken
from ayan.apps.sources.source_secrets import secret
from ayan.core.intake.http_fetch import FetchLimits, fetch
from ayan.core.intake.outcome import FetchOutcome
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.wiring import city

KEPT_RUNS: Final = 60
RETRY: Final = timedelta(minutes=15)
"""After a run that failed, a source that is looked at seldom is tried again so soon."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunReport:
    """One source that was looked at, and how that ended, in the words of `words.RUNS`."""

    source: Source
    codes: tuple[str, ...]


def run_due(only: str = "") -> list[RunReport]:
    """Look at every source that is due, or at one by name whether it is due or not; then carry on what came before."""
    now = city.current().clock.now()
    rows = Source.objects.filter(active=True).exclude(kind="upload")
    rows = rows.filter(slug=only) if only else rows.filter(Q(next_at=None) | Q(next_at__lte=now))
    reports = [_run(source.pk) for source in rows.order_by("next_at", "pk")]
    auto_processing.carry_all()
    return [report for report in reports if report is not None]


def _run(key: int) -> RunReport | None:
    source = _claimed(key)
    if source is None:
        return None
    try:
        ended = _run_source(source)
    except FetchOutcome as end:
        ended = [end]
    except Denied:
        ended = [FetchOutcome("denied")]
    except Exception:
        log.exception("looking at the source %s met with a fault", source.slug)
        ended = [FetchOutcome("trouble")]
    _finish(source, ended)
    return RunReport(source, tuple(outcome.code for outcome in ended))


def _claimed(key: int) -> Source | None:
    """The source for this process alone, for as long as a look may take; None where another has it."""
    now = city.current().clock.now()
    free = Source.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=key, active=True)
    if not free.update(claimed_until=now + timedelta(seconds=settings.PULL_SECONDS + 600)):
        return None
    return Source.objects.select_related("account", "created_by").get(pk=key)


def _run_source(source: Source) -> list[FetchOutcome]:
    try:
        dataset = city.current().registry.get(source.dataset)
    except KeyError:
        raise FetchOutcome("denied") from None
    if source.kind == "folder":
        return watched_folder.take_files(source, dataset)
    period = period_of(source, dataset, source.where)
    return [_database(source, dataset, period) if source.kind == "database" else _url(source, dataset, period)]


def _database(source: Source, dataset: Dataset, period: str | None) -> FetchOutcome:
    return FetchOutcome(_came(source, dataset, period, database_pull.pull(source, period)))


def _url(source: Source, dataset: Dataset, period: str | None) -> FetchOutcome:
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    bounds = FetchLimits(settings.UPLOAD_BYTES, settings.PULL_SECONDS, networks, source.plain)
    word = secret(source.secret) if source.secret else ""
    # The tags are of one address and one period: another period wants the file anew.
    about = f"{source.where} {period}"
    known = source.state.get("tags", {}) if source.state.get("about") == about else {}
    got = fetch(source.where, bounds, uploads.incoming(), known, word)
    if got.path is None:
        return FetchOutcome("nothing")
    if not got.size:
        got.path.unlink()
        raise FetchOutcome("empty")
    name = uploads.safe_name(unquote(urlsplit(source.where).path))
    code = _came(source, dataset, period, ReceivedFile(got.path, got.digest, got.size, name))
    if code != "taken":
        source.state = {**source.state, "about": about, "tags": dict(got.tags)}
    return FetchOutcome(code)


def _came(source: Source, dataset: Dataset, period: str | None, received: ReceivedFile) -> str:
    try:
        return "duplicate" if arrive(IncomingFile(source, dataset, period, received)).again else "arrived"
    except NotTaken:
        return "taken"
    except CannotRead:
        raise FetchOutcome("period-unclear") from None
    finally:
        received.path.unlink(missing_ok=True)


def _finish(source: Source, ended: list[FetchOutcome]) -> None:
    """Write down how it ended, and when to look again."""
    now = city.current().clock.now()
    for outcome in ended or [FetchOutcome("nothing")]:
        if outcome.code in FAILED:
            log.warning("the source %s: %s", source.slug, outcome.code)
        # A folder is looked at every minute; that all is as it was is no news.
        if outcome.code != "nothing" and (outcome.code in _MOVED or outcome.code != source.last_code):
            SourceRun.objects.create(source=source, at=now, code=outcome.code, details=_about(outcome))
    code = next((outcome.code for outcome in ended if outcome.code in FAILED), ended[-1].code if ended else "nothing")
    Source.objects.filter(pk=source.pk).update(
        claimed_until=None, last_at=now, last_code=code, state=source.state, next_at=_next(source, code, now)
    )
    kept = source.runs.order_by("-at", "-pk").values_list("pk", flat=True)[:KEPT_RUNS]
    source.runs.exclude(pk__in=list(kept)).delete()


def _next(source: Source, code: str, now: datetime) -> datetime:
    rest = timedelta(minutes=max(1, source.every))
    return now + (min(rest, RETRY) if code in FAILED or code == "taken" else rest)


def _about(outcome: FetchOutcome) -> dict[str, str] | None:
    """The name of the file that a run is about; of anything else nothing but the code is kept."""
    return {"file": uploads.safe_name(outcome.about)} if outcome.about and outcome.code in _OF_FILES else None


_OF_FILES: Final = frozenset(
    {"arrived", "duplicate", "taken", "file-odd", "folder-locked", "too-large", "period-unclear", "empty"}
)
_MOVED: Final = _OF_FILES - {"taken", "folder-locked", "empty"}
