"""The dataset of all cases, without anybody's data: made from the database, sent like the file of any other system.

An administrator sets it up by a source with the code `SOURCE`; without one nothing is sent. What the worker sends in
its name is a submission of the desk: a clerk confirms its columns once, approvers approve it, each time or in advance.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django_tasks import task

from ayan.apps.accounts.policy import Denied
from ayan.apps.counter import rules
from ayan.apps.counter.limits import DATASET_EVERY_DAYS, SMALLEST_GROUP
from ayan.apps.counter.models import FINDING, Case
from ayan.apps.counter.public_words import UnitNames, is_told
from ayan.apps.desk.files.uploads import ReceivedFile, incoming
from ayan.apps.sources.arrivals import IncomingFile, arrive
from ayan.apps.sources.models import Source
from ayan.apps.sources.refusals import NotTaken
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.system.files import PRIVATE_FOLDER, make_folder
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian
from ayan.wiring import city

log = logging.getLogger(__name__)

SOURCE: Final = "counter"
"""The code of the source in whose name the cases are sent: of the type that uploads, and of this dataset."""

COLUMNS: Final = ("kind", "unit", "received", "due", "answered", "outcome", "ground", "days")
"""The fields of the dataset that are sent. No number of a case is among them."""

_KINDS: Final[Mapping[str, str]] = {
    "access": "information",
    "question": "question",
    "objection": "objection",
    "complaint": "complaint",
    "appeal": "appeal",
    "street": "repair",
    "suggestion": "suggestion",
    "meeting": "meeting",
    "service": "service",
}
_OTHER: Final = "other"
_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.ANSWERED: "answered",
    Outcome.PARTLY: "partly",
    Outcome.REFUSED: "refused",
    Outcome.PUBLIC_ALREADY: "answered",
    Outcome.REFERRED: "referred",
    Outcome.CORRECTED: "done",
    Outcome.KEPT: "refused",
    Outcome.DONE: "done",
    Outcome.NOT_DONE: "refused",
    Outcome.ARRANGED: "done",
    Outcome.UPHELD: "done",
    Outcome.DISMISSED: "refused",
    Outcome.WITHDRAWN: "withdrawn",
    Outcome.MERGED: "merged",
    Outcome.LAPSED: "lapsed",
}
SEVERAL: Final = "واحدهای گوناگون"
"""The unit of cases that are never published, where so few came to it that one of them might be known by it."""


@task()
def send() -> None:
    """Send the dataset where it has changed; at most every few days for each year."""
    send_changed()


def send_changed() -> list[str]:
    """Send each year whose cases changed since they were sent; which years went in."""
    source = Source.objects.filter(slug=SOURCE, kind="upload", active=True).select_related("account").first()
    if source is None:
        return []
    now = city.current().clock.now()
    dataset = city.current().registry.get(source.dataset)
    titles = {field.name: field.label.fa for field in dataset.fields}
    if not set(COLUMNS) <= set(titles):
        log.warning("the source %s is of a dataset that has no columns for cases", SOURCE)
        return []
    sent = []
    for year in _years():
        last = source.arrivals.filter(dataset=dataset.slug, period=str(year)).order_by("-at").first()
        if last is not None and now - last.at < timedelta(days=DATASET_EVERY_DAYS):
            continue
        content = _as_csv([titles[name] for name in COLUMNS], rows(year))
        if _arrived(source, dataset, year, content):
            sent.append(str(year))
    return sent


def _years() -> list[int]:
    """The years of cases, the newest first: in those before the last two nothing is decided any more."""
    newest = from_gregorian(today(city.current().clock)).year
    first = Case.objects.exclude(kind=FINDING).order_by("received_at").values_list("received_at", flat=True).first()
    oldest = from_gregorian(first.astimezone(TEHRAN).date()).year if first is not None else newest + 1
    return list(range(newest, oldest - 1, -1))


def _arrived(source: Source, dataset: Dataset, year: int, content: bytes) -> bool:
    """Hand the file of a year in, as any other of the source; False where it is what came before, or not taken now."""
    folder = incoming()
    make_folder(folder, mode=PRIVATE_FOLDER)
    handle, name = tempfile.mkstemp(prefix="counter-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        received = ReceivedFile(path, hashlib.sha256(content).hexdigest(), len(content), f"{dataset.slug}-{year}.csv")
        return not arrive(IncomingFile(source, dataset, str(year), received)).again
    except (Denied, NotTaken, CannotRead) as refused:
        # Somebody has the year in hand, or has taken the right to send it: the next day asks again.
        log.warning("the cases of %s were not sent: %s", year, type(refused).__name__)
        return False
    finally:
        path.unlink(missing_ok=True)


# --- its rows ---------------------------------------------------------------------------------------------------------


def rows(year: int) -> Iterator[tuple[str, ...]]:
    """The cases of a Jalali year in the order in which they came, as the dataset's columns. Each in the words of codes.

    Replies to findings are no requests. Where a kind is never published, a unit to which fewer than a handful of such
    cases came is not named.
    """
    kinds, names = rules.kinds().sound, UnitNames()
    kept = [each for each in _received() if from_gregorian(each[2]).year == year]
    never = {code for code, kind in kinds.items() if not is_told(kind)}
    few = _small_groups((kind, office) for kind, office, *_ in kept if kind in never)
    for kind, office, received, due_on, closed_on, stage, outcome, ground in kept:
        unit = names.of(office, "fa")
        yield (
            _KINDS.get(kind, _OTHER),
            SEVERAL if (kind, office) in few else unit,
            _day(received),
            _day(due_on),
            _day(closed_on),
            _OUTCOMES[Outcome(outcome)] if stage == CaseStage.CLOSED else "open",
            ground.removeprefix("article-") if kind == "access" and outcome == Outcome.REFUSED else "",
            str((closed_on - received).days) if closed_on is not None else "",
        )


Received = tuple[str, str, date, date | None, date | None, str, str, str]


def _received() -> Iterator[Received]:
    cases = Case.objects.exclude(kind=FINDING).order_by("received_at", "id")
    for kind, office, at, due_on, closed_on, stage, outcome, ground in cases.values_list(
        "kind", "office", "received_at", "due_on", "closed_on", "stage", "outcome", "ground"
    ).iterator():
        yield kind, office, at.astimezone(TEHRAN).date(), due_on, closed_on, stage, outcome, ground


def _small_groups(groups: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {group for group, count in Counter(groups).items() if count < SMALLEST_GROUP}


def _day(day: date | None) -> str:
    return str(from_gregorian(day)) if day is not None else ""


def _as_csv(titles: list[str], lines: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows(lines)
    return text.getvalue().encode()
