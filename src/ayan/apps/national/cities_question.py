"""A question about the rows that several cities publish of one dataset: groups of all of them, or of each city apart.

The grammar is that of one city's groups. ``_city`` is one more key of ``by``; ``_cities`` names those that are asked;
``_per=person`` and ``_real=1`` add columns for each head and in the money of one year (``_base``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from ayan.core.query import values
from ayan.core.query.additivity import date_field
from ayan.core.query.grouping import FUNCTIONS, GroupKey, GroupMeasure, GroupQuestion, parse_groups
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import Sort
from ayan.core.query.question_parser import Parameters
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.digits import to_latin

CITY: Final = "_city"
PERSON: Final = "person"
OWN: Final = ("_cities", "_per", "_real", "_base")
_ELSEWHERE: Final = ("_release", "_having")
"""What means something in one city alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitiesQuestion:
    """Groups of the rows of all cities, or of those named by ``cities``; with ``each_city`` the city is the first key.

    ``inner`` is what every city is asked, without an order of its own. ``base`` is empty for the newest year that all
    price indices have.
    """

    dataset: Dataset
    inner: GroupQuestion
    each_city: bool = False
    cities: tuple[str, ...] = ()
    per_head: bool = False
    real: bool = False
    base: str = ""
    sort: Sort | None = None
    size: int = MAX_SIZE

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns that make a group."""
        return (*([CITY] if self.each_city else []), *(key.name for key in self.inner.by))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of an answer."""
        measured = (column for _, column in self.measured())
        return (*self.keys, *measured, *self.further())

    def measured(self) -> list[tuple[GroupMeasure, str]]:
        """Each measure with its column."""
        names = self.inner.columns[len(self.inner.by) :]
        return list(zip(self.inner.measures, names, strict=True))

    def further(self) -> tuple[str, ...]:
        """The columns that are worked out of others: in real money, for each head, and both."""
        out = []
        for measure, column in self.measured():
            real, per_head = self.is_real(measure), self.is_per_head(measure)
            out += [f"real_{column}"] * real + [f"per_head_{column}"] * per_head
            out += [f"real_per_head_{column}"] * (real and per_head)
        return tuple(out)

    def is_real(self, measure: GroupMeasure) -> bool:
        """Whether a measure is told in the money of one year, too."""
        return self.real and is_money_of_years(self.dataset, measure)

    def is_per_head(self, measure: GroupMeasure) -> bool:
        """Whether a measure is told for each head, too."""
        return self.per_head and measure.function in ("count", "sum")

    @property
    def year(self) -> GroupKey | None:
        """The key by which rows are parted into years before anything is worked out of them; None where none is."""
        return year_key(self.dataset) if self.real or self.per_head else None

    def query_string(self) -> str:
        """The canonical text of the question."""
        by = ",".join(self.keys)
        own = [("by", by)] if by else []
        for function in FUNCTIONS:
            asked = [measure for measure in self.inner.measures if measure.function == function]
            if asked:
                own.append((function, ",".join(measure.field for measure in asked) or "1"))
        own += [
            pair
            for pair in (
                ("_cities", ",".join(self.cities)),
                ("_per", PERSON if self.per_head else ""),
                ("_real", "1" if self.real else ""),
                ("_base", self.base),
            )
            if pair[1]
        ]
        if self.sort:
            own.append(("_sort_desc" if self.sort.descending else "_sort", self.sort.field))
        head = "&".join(f"{name}={quote(text, safe=',:_')}" for name, text in own)
        size = self.size if self.size != MAX_SIZE else None
        return "&".join(filter(None, (head, replace(self.inner.scope, size=size).query_string())))


def year_key(dataset: Dataset) -> GroupKey | None:
    """The key of the year that a row is of; None where nothing tells it."""
    axis = axis_of(dataset)
    return None if axis is None else GroupKey(axis.name, "year")


def is_money_of_years(dataset: Dataset, measure: GroupMeasure) -> bool:
    """Whether a measure is a sum or mean of money whose year is known: it can be told in that of one year.

    A stock is in the money of the date at which it stands, whatever else its row dates.
    """
    year, field = year_key(dataset), dataset.field(measure.field) if measure.field else None
    if year is None or field is None or not field.kind.is_money or measure.function not in ("sum", "avg"):
        return False
    at = date_field(dataset, field)
    return field.nature != "stock" or (at is not None and at.name == year.field)


def is_shared(field: Field, key: GroupKey) -> bool:
    """Whether a value of a key means the same in every city: codes of the declared list, time, legal IDs, yes or no."""
    kind = field.kind
    return bool(
        key.part or field.choices or kind.is_day or kind.is_period or kind.is_company or field.storage == "BOOLEAN"
    )


def parse_cities(dataset: Dataset, params: Parameters, known: Sequence[str]) -> CitiesQuestion:
    """The question that parameters ask about a dataset; ``known`` are the codes of all cities. Raises BadQuestion."""
    reading = _Reading(known)
    own = {name: reading.single(params, name) for name in (*OWN, "_sort", "_sort_desc")}
    for name in _ELSEWHERE:
        if any(each == name for each, _ in params):
            reading.say("unknown-parameter", name)
    each_city, rest = _without_city([pair for pair in params if pair[0] not in (*own, *_ELSEWHERE)])
    try:
        inner = parse_groups(dataset, rest)
    except BadQuestion as bad:
        raise BadQuestion([*reading.problems, *bad.problems]) from None
    question = CitiesQuestion(
        dataset=dataset,
        inner=replace(inner, scope=replace(inner.scope, size=None)),
        each_city=each_city,
        cities=reading.cities(own["_cities"]),
        per_head=reading.chosen("_per", own["_per"], PERSON),
        real=reading.flag(own["_real"]),
        base=to_latin(own["_base"]),
        size=inner.scope.size or MAX_SIZE,
    )
    reading.judge(question)
    reading.finish()
    return replace(question, sort=reading.sort(own["_sort"], own["_sort_desc"], question.columns))


def _without_city(params: Parameters) -> tuple[bool, list[tuple[str, str]]]:
    """Whether ``by`` has the city, and the parameters without it."""
    each_city, rest = False, []
    for name, text in params:
        parts = [part.strip() for part in text.split(",")]
        if name == "by" and CITY in parts:
            each_city = True
            parts = [part for part in parts if part != CITY]
            if not parts:
                continue
            rest.append((name, ",".join(parts)))
        else:
            rest.append((name, text))
    return each_city, rest


class _Reading:
    """One pass over what is asked of cities alone, collecting problems."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        self.problems: list[QuestionProblem] = []

    def say(self, code: str, name: str, allowed: Sequence[str] = (), **blanks: object) -> None:
        self.problems.append(problem(code, name, allowed, **blanks))

    def finish(self) -> None:
        if self.problems:
            raise BadQuestion(self.problems)

    def single(self, params: Parameters, name: str) -> str:
        texts = [text.strip() for each, text in params if each == name]
        if len(texts) > 1:
            self.say("repeated", name)
        return texts[0] if texts else ""

    def cities(self, text: str) -> tuple[str, ...]:
        codes = tuple(sorted({part.strip() for part in text.split(",")} - {""}))
        if not set(codes) <= set(self.known):
            self.say("not-allowed", "_cities", self.known)
        return codes

    def chosen(self, name: str, text: str, only: str) -> bool:
        if text not in ("", only):
            self.say("not-allowed", name, (only,))
        return text == only

    def flag(self, text: str) -> bool:
        try:
            return bool(text) and values.read_flag(text)
        except BadValue as bad:
            self.say(bad.code, "_real", bad.allowed)
            return False

    def sort(self, ascending: str, descending: str, columns: Sequence[str]) -> Sort | None:
        if ascending and descending:
            self.say("both-sorts", "_sort")
        name, text = ("_sort_desc", descending) if descending else ("_sort", ascending)
        if text and text not in columns:
            self.say("not-allowed", name, columns)
        self.finish()
        return Sort(text, bool(descending)) if text else None

    def judge(self, question: CitiesQuestion) -> None:
        """Whether what is asked may be put together at all."""
        dataset, inner = question.dataset, question.inner
        if not question.each_city:
            shared = [field.name for field in dataset.published if is_shared(field, GroupKey(field.name))]
            if not all(is_shared(dataset.field(key.field), key) for key in inner.by):
                self.say("own-names", "by", [CITY, *shared])
            if any(not _is_joined(dataset, measure) for measure in inner.measures):
                self.say("of-each-city", "by", [CITY])
            if question.per_head:
                self.say("of-each-city", "_per", [CITY])
        for measure in inner.measures:
            self._judge_stock(question, measure)
        year = year_key(dataset)
        if question.per_head and (year is None or not any(question.is_per_head(each) for each in inner.measures)):
            self.say("no-people", "_per")
        if question.real and not any(question.is_real(each) for each in inner.measures):
            self.say("not-real", "_real")
        if question.base and not (question.real and len(question.base) == 4 and question.base.isdecimal()):
            self.say("not-allowed", "_base")

    def _judge_stock(self, question: CitiesQuestion, measure: GroupMeasure) -> None:
        """What stands at dates is added up at one date alone, and cities state theirs at different ones."""
        field = question.dataset.field(measure.field) if measure.function == "sum" else None
        if field is None or field.nature != "stock" or (question.each_city and question.year is None):
            return
        at = date_field(question.dataset, field)
        if at is None or GroupKey(at.name) not in question.inner.by:
            self.say("over-time", "sum", at=at.name if at else CITY)


def _is_joined(dataset: Dataset, measure: GroupMeasure) -> bool:
    """Whether a measure of all cities can be made of what each says: no median, and different values of legal IDs."""
    if measure.function == "distinct":
        return dataset.field(measure.field).kind.is_company
    return measure.function != "median"
