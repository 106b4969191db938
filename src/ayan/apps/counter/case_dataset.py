"""The dataset of all cases, without anybody's data: made from the database, sent like the file of any other system.

An administrator sets it up by a source with the code `SOURCE`; without one nothing is sent. What the worker sends in
its name is a submission of the desk: a clerk confirms its columns once, approvers approve it, each time or in advance.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import astuple, fields
from datetime import date, timedelta
from typing import Final

from django_tasks import task

from ayan.apps.counter import case_step_dataset
from ayan.apps.counter.anonymous_cases import published_cases, years_of_cases
from ayan.apps.counter.case_parts import CaseParts, parts_of_closed
from ayan.apps.counter.limits import DATASET_EVERY_DAYS
from ayan.apps.sources.made_files import as_csv, hand_in, sender
from ayan.core.casework.case_words import CaseStage, Outcome
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


@task()
def send() -> None:
    """Send the dataset where it has changed, at most every few days for each year; and behind it the times of steps."""
    case_step_dataset.send_changed(send_changed())


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
    for year in years_of_cases():
        last = source.arrivals.filter(dataset=dataset.slug, period=str(year)).order_by("-at").first()
        if last is not None and now - last.at < timedelta(days=DATASET_EVERY_DAYS):
            continue
        content = as_csv([titles[name] for name in COLUMNS], rows(year))
        if hand_in(source, dataset, str(year), content):
            sent.append(str(year))
    return sent


# --- its rows ---------------------------------------------------------------------------------------------------------


def rows(year: int) -> Iterator[tuple[str, ...]]:
    """The cases of a Jalali year in the order in which they came, as the dataset's columns. Each in the words of codes.

    Replies to findings are no requests. Where a kind is never published, a unit to which fewer than a handful of such
    cases came is not named, and no service that as few asked for.
    """
    parts = parts_of_closed()
    for pk, service, kind, unit, received, due_on, closed_on, stage, outcome, ground in published_cases(year):
        yield (
            _KINDS.get(kind, _OTHER),
            unit,
            _day(received),
            _day(due_on),
            _day(closed_on),
            _OUTCOMES[Outcome(outcome)] if stage == CaseStage.CLOSED else "open",
            ground.removeprefix("article-") if kind == "access" and outcome == Outcome.REFUSED else "",
            str((closed_on - received).days) if closed_on is not None else "",
            service,
            *map(str, astuple(parts[pk]) if pk in parts else [""] * len(fields(CaseParts))),
        )


def _day(day: date | None) -> str:
    return str(from_gregorian(day)) if day is not None else ""
