"""How the periods of a dataset stand: which are published, which are owed and which are late, as they are offered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from ayan.apps.desk.files import typed_periods
from ayan.apps.desk.limits import MOST_OWED_SHOWN
from ayan.core.schedule.deadlines import Due, due
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring import city

PUBLISHED: Final = Label("{period}، منتشر شده", "{period}, published")
OWED: Final = Label("{period}، تا {day}", "{period}, due by {day}")
LATE: Final = Label("{period}، {n} روز دیر شده", "{period}, {n} days late")


@dataclass(frozen=True, slots=True)
class OfferedPeriods:
    """The periods that are offered for one dataset: what is written, and its name with how it stands.

    ``owed`` are the names of the oldest that nobody has published yet, ``more`` says how many there are besides.
    """

    slug: str
    periods: tuple[tuple[str, str], ...]
    owed: tuple[str, ...]
    more: int


def offered(slugs: Collection[str], lang: Lang) -> list[OfferedPeriods]:
    """The periods of some datasets that have any: those that are likely to be meant, and what is owed besides."""
    likely, day = typed_periods.offered(lang), today(city.current().clock)
    datasets = [city.current().registry.get(slug) for slug in slugs]
    return [_of(dataset, dict(likely[dataset.period]), day, lang) for dataset in datasets if dataset.period in likely]


def _of(dataset: Dataset, names: Mapping[str, str], day: date, lang: Lang) -> OfferedPeriods:
    store = city.current().release_store
    dues = due(dataset, store, day, city.current().opens(dataset.slug))
    owed = {str(each.period): _owed(each, day, lang) for each in dues if each.period is not None}
    published = set(store.snapshot(dataset.slug).periods)
    said = {name: owed.get(name) or _published(name, label, published, lang) for name, label in names.items()}
    first = dict(islice(owed.items(), MOST_OWED_SHOWN))
    older = {name: label for name, label in reversed(first.items()) if name not in said}
    return OfferedPeriods(dataset.slug, tuple((said | older).items()), tuple(first.values()), len(owed) - len(first))


def _published(name: str, label: str, published: Set[str], lang: Lang) -> str:
    return PUBLISHED.format(period=label).of(lang) if name in published else label


def _owed(deadline: Due, day: date, lang: Lang) -> str:
    name, days = value_html.period_label(str(deadline.period), lang), deadline.late(day)
    if days:
        return LATE.format(period=name, n=value_html.plain_number(days, lang)).of(lang)
    return OWED.format(period=name, day=value_html.plain_day(deadline.on, lang)).of(lang)
