"""The cases of each day, counted by kind and outcome: what the log seals of the counter, without anybody's words."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

from django.db.models import Count
from django_tasks import task

from ayan.apps.counter.models import Case
from ayan.core.casework.case_words import CaseStage
from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import today
from ayan.wiring import city
from ayan.wiring.accountability import DAYS
from ayan.wiring.city import City

PART: Final = "cases"
"""The part of a sealed day that tells of cases."""


@task()
def keep() -> None:
    """Keep today's counts, so that the log seals them once the day is over."""
    keep_today(city.current())


def keep_today(current_city: City) -> bool:
    """Keep how many cases there are of each kind, unless today has been kept already or none ever came.

    What is kept are all cases up to the moment: from one day to the next, every change shows.
    """
    folder, day = current_city.home / DAYS[PART], today(current_city.clock)
    file = folder / f"{day.isoformat()}.json"
    if file.is_file() or not Case.objects.exists():
        return False
    make_folder(folder)
    with locked(folder / "lock"):
        sweep(folder.glob(DRAFTS))
        if file.is_file():
            return False
        write(file, canonical_json(counts(day)))
    return True


def counts(day: date) -> dict[str, Any]:
    """The counts as they stand at this moment, by kind: filed, open, overdue, ever late, and closed by outcome."""
    kinds: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"filed": 0, "open": 0, "overdue": 0, "late": 0, "outcomes": defaultdict(int)}
    )
    lines = Case.objects.values("kind", "stage", "outcome", "overdue").annotate(n=Count("pk"), late=Count("late_on"))
    for line in lines.order_by():
        kind, number = kinds[line["kind"]], line["n"]
        kind["filed"] += number
        if line["stage"] == CaseStage.CLOSED:
            kind["outcomes"][line["outcome"]] += number
        else:
            kind["open"] += number
            kind["overdue"] += number if line["overdue"] else 0
        kind["late"] += line["late"]
    said = {code: {**each, "outcomes": dict(each["outcomes"])} for code, each in kinds.items()}
    return {"day": day.isoformat(), "kinds": said}
