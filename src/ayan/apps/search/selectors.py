"""What one box finds over everything: a record by its key, datasets by what they say of themselves, and their rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ayan.apps.search.limits import (
    LOOSER_PROCESSOR,
    MOST_KEPT,
    MOST_LOOSENED,
    MOST_OF_A_KEY,
    MOST_OF_A_SEARCH,
    MOST_RECORDS,
    ROWS_SHOWN,
    SEARCH_PROCESSOR,
    SEARCH_SECONDS,
)
from ayan.core.query import keys, values
from ayan.core.query.answer import Row, Snapshot, Unanswered
from ayan.core.query.folded_texts import FoldedTexts, folded_cells
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Filter, Question
from ayan.core.query.question_parser import search_words
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.system.processor_budget import ProcessorBudget, spending
from ayan.core.values.asked_value import BadValue
from ayan.core.values.text import fold, publish
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Hit:
    """One row, with the dataset it stands in and its key (`ayan.core.query.keys.key_of`)."""

    dataset: Dataset
    row: Row
    key: str

    @property
    def path(self) -> str:
        """The address of the record's page, without the language: ``/data/{slug}/r/{key}``."""
        return f"/data/{self.dataset.slug}/r/{keys.step_of(self.key)}"


@dataclass(frozen=True, slots=True)
class TableHits:
    """A dataset in which rows were found: how many, and the first of them."""

    dataset: Dataset
    total: int
    hits: tuple[Hit, ...]
    query: str

    @property
    def path(self) -> str:
        """The address of the dataset's page with these rows, without the language."""
        return f"/data/{self.dataset.slug}?{self.query}"


@dataclass(frozen=True, slots=True)
class LooserSearch:
    """The search without one of its words, and how many rows that would find."""

    without: str
    words: tuple[str, ...]
    total: int

    @property
    def query(self) -> str:
        """The text that asks for it."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    ``query`` is the text as it came, ``words`` what it was searched by, ``plain`` the same as they are compared: one
    spelling, ASCII digits, no marks. ``records`` are those whose key it is. ``tables`` hold the most rows first, but
    for those whose title was searched for. ``unanswered`` are slugs of datasets that could not be looked through in
    time. ``loosened`` is filled where everything was looked through and nothing found, and ``untried`` holds the words
    that were not left out in turn then, as there are many or time was up.
    """

    query: str
    words: tuple[str, ...]
    plain: tuple[str, ...]
    records: tuple[Hit, ...]
    datasets: tuple[Dataset, ...]
    tables: tuple[TableHits, ...]
    loosened: tuple[LooserSearch, ...]
    unanswered: tuple[str, ...]
    untried: tuple[str, ...] = ()

    @property
    def best(self) -> Hit | None:
        """The one record that is meant beyond doubt: the search is its key and that of no other."""
        return self.records[0] if len(self.records) == 1 else None

    @property
    def total(self) -> int:
        """How many rows were found in all datasets."""
        return sum(table.total for table in self.tables)

    @property
    def unfinished(self) -> bool:
        """Whether time was up before all was looked at, so that asked again it may find more."""
        return bool(self.unanswered) or len(self.untried) > len(self.words) - _most_loosened(self.words)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.records or self.datasets or self.tables)


def find(
    city: City,
    text: str,
    size: int = ROWS_SHOWN,
    seconds: float | None = None,
    *,
    is_answered: bool = False,
    is_unfinished: bool = False,
) -> SearchResult:
    """Search everything for words, in `SEARCH_PROCESSOR` and in `SEARCH_SECONDS` unless others are given.

    Where there is an answer (``is_answered``) no word is left out in turn. A text with too many words is no search
    where there is one, or where what is asked is still being worked out (``is_unfinished``).

    Raises BadQuestion, about the parameter ``q``, for a text without words or with too many.
    """
    try:
        words = tuple(search_words(text))
    except BadValue as bad:
        if (is_answered or is_unfinished) and bad.code == "too-many":
            # A whole sentence is no search for rows; it has its answer, or will have it when it is asked again.
            return unsearched(text)
        raise BadQuestion([problem(bad.code, "q", bad.allowed, **bad.blanks)]) from None
    deadline = time.monotonic() + (SEARCH_SECONDS if seconds is None else seconds)
    datasets = city.registry.all()
    with spending(SEARCH_PROCESSOR) as budget:
        search = _Search(city, deadline, budget)
        keyed = datasets if len(words) <= MOST_OF_A_KEY else ()
        records = tuple(hit for dataset in keyed for hit in search.records(dataset, " ".join(words)))
        named = _named(city, datasets, words)
        tables = [table for dataset in datasets if (table := search.table(dataset, words, size)) is not None]
        loosened: list[LooserSearch] = []
        untried: tuple[str, ...] = ()
        if not (records or tables or search.unanswered or is_answered):
            loosened, untried = _loosened(city, words, deadline)
    tables.sort(key=lambda table_hits: (table_hits.dataset not in named, -table_hits.total))
    return SearchResult(
        query=text,
        words=words,
        plain=tuple(fold(word) for word in words),
        records=records,
        datasets=named,
        tables=tuple(tables),
        loosened=tuple(loosened),
        unanswered=tuple(sorted({*search.unanswered, *(dataset.slug for dataset in city.set_aside)})),
        untried=untried,
    )


def unsearched(text: str) -> SearchResult:
    """What a text that is not searched for finds."""
    return SearchResult(text, (), (), (), (), (), (), ())


def _most_loosened(words: Sequence[str]) -> int:
    """How many of some words are left out in turn."""
    return min(MOST_LOOSENED, len(words)) if len(words) <= MOST_OF_A_SEARCH else 0


def _loosened(city: City, words: tuple[str, ...], deadline: float) -> tuple[list[LooserSearch], tuple[str, ...]]:
    """What leaving out each word in turn would find, most rows first; and the words for which nobody can say.

    The longest words are tried first: they say the most, and whoever mistyped one did so there.
    """
    loosened: list[LooserSearch] = []
    tried = set[int]()
    places = [] if len(words) == 1 else sorted(range(len(words)), key=lambda place: -len(words[place]))
    with spending(LOOSER_PROCESSOR) as budget:
        for place in places[: _most_loosened(words)]:
            rest = words[:place] + words[place + 1 :]
            search = _Search(city, deadline, budget)
            tables = [search.table(dataset, rest, 1) for dataset in city.registry.all()]
            if search.unanswered:
                # A number of rows that leaves some of the datasets out would not be true.
                break
            tried.add(place)
            if total := sum(table.total for table in tables if table is not None):
                loosened.append(LooserSearch(words[place], rest, total))
    loosened.sort(key=lambda looser: (-looser.total, words.index(looser.without)))
    return loosened, tuple(words[place] for place in sorted(places) if place not in tried)


def states(city: City) -> str:
    """A text that changes whenever any dataset, or its declaration, does."""
    return " ".join(
        f"{dataset.digest}:{city.release_store.snapshot(dataset.slug).digest}" for dataset in city.registry.all()
    )


class _Search:
    """One search over many datasets, which together have ``budget`` and until ``deadline`` (of the monotonic clock)."""

    def __init__(self, city: City, deadline: float, budget: ProcessorBudget) -> None:
        self._city = city
        self._deadline = deadline
        self._budget = budget
        self._standing: dict[str, Snapshot] = {}
        self.unanswered: set[str] = set()

    def records(self, dataset: Dataset, text: str) -> tuple[Hit, ...]:
        """The records whose key a text is; only codes and numbers are keys by which somebody knows a record."""
        if len(dataset.key) != 1:
            return ()
        field = values.as_asked(dataset).field(dataset.key[0])
        if not field.kind.is_code and not field.kind.is_count:
            return ()
        try:
            asked = Filter(field.name, "eq", (values.read_value(field, text),))
        except BadValue:
            return ()
        question = Question(slug=dataset.slug, filters=(asked,), size=MOST_RECORDS)
        answer = self._rows(dataset, question)
        return answer[1] if answer is not None else ()

    def table(self, dataset: Dataset, words: Sequence[str], size: int) -> TableHits | None:
        """The rows of a dataset in which all words are found; None where there are none."""
        question = Question(slug=dataset.slug, search=" ".join(words), size=size, count=True)
        answer = self._rows(dataset, question)
        if answer is None or not answer[0]:
            return None
        query = Question(slug=dataset.slug, search=question.search).query_string()
        return TableHits(dataset, answer[0], answer[1], query)

    def _rows(self, dataset: Dataset, question: Question) -> tuple[int, tuple[Hit, ...]] | None:
        standing = self._standing.get(dataset.slug)
        if standing is None and not self._city.release_store.snapshot(dataset.slug).rows:
            return None
        left = self._deadline - time.monotonic()
        if left <= 0 or self._budget.left <= 0:
            self.unanswered.add(dataset.slug)
            return None
        reader = self._city.query_service
        try:
            # A record and the rows of one search are of the same state.
            standing = self._standing[dataset.slug] = standing or reader.snapshot(dataset, question)
            answer = reader.rows(dataset, question, standing, seconds=left)
        except (Unanswered, StoreError):
            self.unanswered.add(dataset.slug)
            return None
        hits = tuple(Hit(dataset, row, keys.key_of(dataset, row)) for row in answer.rows)
        return answer.total or 0, hits


def _named(city: City, datasets: Sequence[Dataset], words: Iterable[str]) -> tuple[Dataset, ...]:
    """The datasets that say all words of themselves: in titles, description, owner, topic or names of columns."""
    said = _said(tuple(_labels(city, dataset) for dataset in datasets))
    numbers = set.intersection(*(set(said.holding(word)) for word in words))
    return tuple(dataset for number, dataset in enumerate(datasets) if number in numbers)


def _labels(city: City, dataset: Dataset) -> tuple[str, ...]:
    labels = [dataset.title, dataset.description, dataset.owner, *(field.label for field in dataset.published)]
    if dataset.topic in city.topics:
        labels.append(city.topics[dataset.topic])
    return dataset.slug, *(text for label in labels for text in (label.fa, label.en))


@lru_cache(maxsize=MOST_KEPT)
def _said(labels: tuple[tuple[str, ...], ...]) -> FoldedTexts:
    """What each of the datasets says of itself; the same from search to search, until a declaration changes."""
    return FoldedTexts(folded_cells([publish(text) for text in texts]) for texts in labels)
