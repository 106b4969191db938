"""The days from which datasets are owed, as a form: one line for all of them, and one for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from ayan.apps.profile.refusals import ProfileRefused
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schedule.openings import ALL, LATER, UNNAMED, Openings
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali
from ayan.core.values.clock import today
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.profile_text import Path

OpeningDay: TypeAlias = Literal["", "later", "day"]
"""What a line says: nothing of its own, that no day is named yet, or a day."""

NO_DAY: Final = Label(
    "روز را مانند ۱۴۰۵/۱۰/۰۱ به تاریخ شمسی بنویسید.", "Write a day of the Jalali calendar, such as 1405/10/01."
)


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One line of the form: its dataset, None in the line of all, and what was ``typed`` as its day."""

    slug: str
    how: OpeningDay
    typed: str
    dataset: Dataset | None = None
    fresh: Freshness | None = None
    problem: str = ""


def lines(city: City) -> list[OpeningLine]:
    """The lines as they stand: that of all, then each dataset in the order of its topic."""
    openings = city.profile.openings
    now = today(city.clock)
    topics = list(city.topics)
    datasets = sorted(
        city.registry.all(), key=lambda each: topics.index(each.topic) if each.topic in topics else len(topics)
    )
    return [
        _line(ALL, openings.of_all),
        *(
            _line(
                each.slug,
                openings.by_dataset.get(each.slug),
                each,
                freshness(each, city.release_store, now, city.opens(each.slug)),
            )
            for each in datasets
        ),
    ]


def _line(slug: str, day: date | None, dataset: Dataset | None = None, fresh: Freshness | None = None) -> OpeningLine:
    if day is None:
        return OpeningLine(slug, "", "", dataset, fresh)
    if day == UNNAMED:
        return OpeningLine(slug, "later", "", dataset, fresh)
    return OpeningLine(slug, "day", str(jalali.from_gregorian(day)), dataset, fresh)


def read(city: City, typed: Mapping[str, str]) -> dict[Path, str | None]:
    """What a form says for each line of ``[opens]`` that it holds; None for one that says nothing of its own.

    Raises ProfileRefused, with the field, for a day that is none.
    """
    slugs = [ALL, *(each.slug for each in city.registry.all())]
    values: dict[Path, str | None] = {}
    for slug in slugs:
        how = typed.get(f"how-{slug}")
        if how == "later":
            values["opens", slug] = LATER
        elif how == "day":
            values["opens", slug] = _day(slug, typed.get(f"day-{slug}", ""))
        elif how == "":
            values["opens", slug] = None
    return values


def _day(slug: str, typed: str) -> str:
    try:
        return str(jalali.parse_jalali(typed.strip()))
    except InvalidValue:
        raise ProfileRefused(NO_DAY, field=f"day-{slug}") from None


def changes(before: Openings, after: Openings) -> dict[str, tuple[date | None, date | None]]:
    """What a change does to each line that it changes, by its name: the day before and the day after."""
    slugs = [ALL, *sorted({*before.by_dataset, *after.by_dataset})]
    days = {
        slug: (before.of_all, after.of_all)
        if slug == ALL
        else (before.by_dataset.get(slug), after.by_dataset.get(slug))
        for slug in slugs
    }
    return {slug: pair for slug, pair in days.items() if pair[0] != pair[1]}
