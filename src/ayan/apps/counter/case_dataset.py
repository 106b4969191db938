"""The dataset of all cases, without anybody's data: made from the database, sent like the file of any other system.

An administrator sets it up by a source with the code `SOURCE`; without one nothing is sent. What the worker sends in
its name is a submission of the desk: a clerk confirms its columns once, approvers approve it, each time or in advance.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, fields
from datetime import date, timedelta
from typing import Final

from django_tasks import task

from ayan.apps.counter import rules
from ayan.apps.counter.case_parts import ABOUT, CaseParts, parts_of_closed
from ayan.apps.counter.limits import DATASET_EVERY_DAYS, SMALLEST_GROUP
from ayan.apps.counter.models import FINDING, Case
from ayan.apps.counter.public_words import UnitNames, is_told
from ayan.apps.sources.made_files import as_csv, hand_in, sender
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian
from ayan.wiring import city

log = logging.getLogger(__name__)

SOURCE: Final = "counter"
"""The code of the source in whose name the cases are sent: of the type that uploads, and of this dataset."""

COLUMNS: Final = (
    "kind", "unit", "received", "due", "answered", "outcome", "ground", "days",
    "service", "queued", "worked", "waited", "returns", "visits",
)  # fmt: skip
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
    "permit": "permit",
    "completion": "permit",
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
    sending = sender(SOURCE)
    if sending is None:
        return []
    (source, dataset), now = sending, city.current().clock.now()
    titles = {field.name: field.label.fa for field in dataset.fields}
    if not set(COLUMNS) <= set(titles):
        log.warning("the source %s is of a dataset that has no columns for cases", SOURCE)
        return []
    sent = []
    for year in _years():
        last = source.arrivals.filter(dataset=dataset.slug, period=str(year)).order_by("-at").first()
        if last is not None and now - last.at < timedelta(days=DATASET_EVERY_DAYS):
            continue
        content = as_csv([titles[name] for name in COLUMNS], rows(year))
        if hand_in(source, dataset, str(year), content):
            sent.append(str(year))
    return sent


def _years() -> list[int]:
    """The years of cases, the newest first: in those before the last two nothing is decided any more."""
    newest = from_gregorian(today(city.current().clock)).year
    first = Case.objects.exclude(kind=FINDING).order_by("received_at").values_list("received_at", flat=True).first()
    oldest = from_gregorian(first.astimezone(TEHRAN).date()).year if first is not None else newest + 1
    return list(range(newest, oldest - 1, -1))


# --- its rows ---------------------------------------------------------------------------------------------------------


def rows(year: int) -> Iterator[tuple[str, ...]]:
    """The cases of a Jalali year in the order in which they came, as the dataset's columns. Each in the words of codes.

    Replies to findings are no requests. Where a kind is never published, a unit to which fewer than a handful of such
    cases came is not named, and no service that as few asked for.
    """
    kinds, names = rules.kinds().sound, UnitNames()
    kept = [each for each in _received() if from_gregorian(each[4]).year == year]
    never, parts = {code for code, kind in kinds.items() if not is_told(kind)}, parts_of_closed()
    few = _small_groups((kind, office) for _, _, kind, office, *_ in kept if kind in never)
    rare = _small_groups((kind, service) for _, service, kind, *_ in kept if kind in never)
    for pk, service, kind, office, received, due_on, closed_on, stage, outcome, ground in kept:
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
            "" if (kind, service) in rare else service,
            *map(str, astuple(parts[pk]) if pk in parts else [""] * len(fields(CaseParts))),
        )


Received = tuple[int, str, str, str, date, date | None, date | None, str, str, str]


def _received() -> Iterator[Received]:
    cases = Case.objects.exclude(kind=FINDING).order_by("received_at", "id")
    for pk, about, kind, office, at, due_on, closed_on, stage, outcome, ground in cases.values_list(
        "pk", "about", "kind", "office", "received_at", "due_on", "closed_on", "stage", "outcome", "ground"
    ).iterator():
        service = about.removeprefix(ABOUT) if about.startswith(ABOUT) else ""
        yield pk, service, kind, office, at.astimezone(TEHRAN).date(), due_on, closed_on, stage, outcome, ground


def _small_groups(groups: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {group for group, count in Counter(groups).items() if count < SMALLEST_GROUP}


def _day(day: date | None) -> str:
    return str(from_gregorian(day)) if day is not None else ""
