"""What the data of a city say of themselves when a question is put: which rows stand, in which years, at what date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.limits import ANSWER_SECONDS, MOST_PERIODS
from ayan.core.answers.readings.word_usage import time_field
from ayan.core.query.answer import Answer, Snapshot, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import QueryService, answer_groups
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.glossary import Term
from ayan.core.store.objects import StoreError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values import jalali


@dataclass(frozen=True, slots=True)
class Times:
    """When the rows of a dataset happened: in which Jalali years, ascending, and whether in parts of a year."""

    years: tuple[int, ...] = ()
    within: bool = False


@dataclass(slots=True)
class CityFacts:
    """The answers of a query service, and what was asked of it before at the same state; ``terms`` are explained words.

    ``is_cut_short`` says that a question of the grammar was given up, as it took too long: what is answered may be less
    than the whole answer. ``gave_up`` says so, too, of one whose table cannot be read.
    """

    service: QueryService
    store: ReleaseStore
    lexicon: Lexicon
    today: date
    known_times: dict[tuple[str, str], Times] = field(default_factory=dict)
    is_cut_short: bool = False
    gave_up: bool = False
    terms: tuple[Term, ...] = ()

    @property
    def this_year(self) -> int:
        """The Jalali year of today."""
        return jalali.from_gregorian(self.today).year

    def has_rows(self, dataset: Dataset) -> bool:
        """Whether anything of a dataset is published."""
        return bool(self.store.snapshot(dataset.slug).rows)

    def snapshot(self, dataset: Dataset) -> Snapshot:
        """The present state of a dataset."""
        return self.service.snapshot(dataset, Question(slug=dataset.slug))

    def time(self, dataset: Dataset) -> Field | None:
        """The field that says when a row happened."""
        return time_field(self.lexicon, dataset)

    def years(self, dataset: Dataset) -> tuple[int, ...]:
        """The Jalali years in which a dataset has rows, ascending."""
        return self._times(dataset).years

    def is_within_years(self, dataset: Dataset) -> bool:
        """Whether rows are of months, quarters or days, so that a year holds several."""
        own = self.time(dataset)
        return own is not None and (own.kind.is_day or self._times(dataset).within)

    def _times(self, dataset: Dataset) -> Times:
        own = self.time(dataset)
        if own is None or not self.has_rows(dataset):
            return Times()
        name = (dataset.slug, self.store.snapshot(dataset.slug).digest)
        if name not in self.known_times:
            self.known_times[name] = times_of(self.service, dataset, own)
        return self.known_times[name]

    def newest_year(self, dataset: Dataset) -> int | None:
        """The newest year that is over, else the newest there is; None without any."""
        years = self.years(dataset)
        over = [year for year in years if year < self.this_year]
        return over[-1] if over else years[-1] if years else None

    def groups(self, dataset: Dataset, asked: GroupQuestion) -> tuple[Sequence[dict[str, Any]], int]:
        """The groups of a question and how many there are. Raises BadQuestion for a sum that means nothing."""
        with self._noted():
            answer = answer_groups(self.service, dataset, asked)
        return answer.rows, answer.total

    def rows(self, dataset: Dataset, asked: Question) -> Answer:
        """A page of rows."""
        with self._noted():
            return self.service.rows(dataset, asked, seconds=ANSWER_SECONDS)

    def number(self, dataset: Dataset, scope: Question, measure: GroupMeasure) -> Any:
        """One number over all rows of a question; None where they have none."""
        rows, _ = self.groups(dataset, GroupQuestion(scope=scope, measures=(measure,)))
        return rows[0][measure.name] if rows else None

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except Unanswered:
            self.is_cut_short = self.gave_up = True
            raise
        except StoreError:
            self.gave_up = True
            raise


def times_of(service: QueryService, dataset: Dataset, own: Field) -> Times:
    """The times of a field that says when."""
    key = GroupKey(own.name, "year" if own.kind.is_day else None)
    asked = GroupQuestion(scope=Question(slug=dataset.slug, size=MOST_PERIODS), by=(key,))
    names = [str(group[key.name]) for group in answer_groups(service, dataset, asked).rows if group[key.name]]
    years = {name[:4] for name in names}
    return Times(tuple(sorted(int(year) for year in years if year.isdigit())), any(len(name) > 4 for name in names))
