"""Questions about rows taken together: groups with their sums, and the values of fields with their counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from urllib.parse import quote

from ayan.core.query import additivity, values
from ayan.core.query.group_conditions import PARAMETER, GroupCondition, conditions_text, read_conditions
from ayan.core.query.limits import FACET_SIZE, MOST_FACETS, MOST_KEYS, MOST_MEASURES
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import Question, Sort
from ayan.core.query.question_parser import Parameters, read_filters
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

Function = Literal["count", "sum", "avg", "median", "min", "max", "distinct"]
DatePart = Literal["year", "quarter", "month"]

FUNCTIONS: Final[tuple[Function, ...]] = get_args(Function)
PARTS: Final[tuple[DatePart, ...]] = get_args(DatePart)
COUNTS: Final[tuple[Function, ...]] = ("count", "distinct")
"""Those that say how many there are, whatever they are counted of."""
# How a column of an answer is called after its field.
FUNCTION_LABELS: Final[Mapping[Function, Label]] = {
    "count": Label("تعداد ردیف‌ها", "Rows"),
    "sum": Label("جمع {label}", "{label}, sum"),
    "avg": Label("میانگین {label}", "{label}, average"),
    "median": Label("میانهٔ {label}", "{label}, median"),
    "min": Label("کمترین {label}", "{label}, least"),
    "max": Label("بیشترین {label}", "{label}, most"),
    "distinct": Label("تعداد {label} بدون تکرار", "{label}, distinct"),
}
PART_LABELS: Final[Mapping[DatePart, Label]] = {
    "year": Label("سال {label}", "{label}, year"),
    "quarter": Label("سه‌ماههٔ {label}", "{label}, quarter"),
    "month": Label("ماه {label}", "{label}, month"),
}

GROUP_SHAPING: Final = ("_search", "_as_of", "_release", "_size", "_lang", "_calendar")
FACET_SHAPING: Final = ("_search", "_as_of", "_release", "_size", "_lang")


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What rows are put together by: a field, or the year, quarter or month of one that says when.

    Those of a date are Jalali; a period's are of its own calendar, and empty where it is longer: no month holds a year.
    """

    field: str
    part: DatePart | None = None

    @property
    def name(self) -> str:
        """``field`` or ``field:part``, in addresses and as the name of the column of an answer."""
        return f"{self.field}:{self.part}" if self.part else self.field


@dataclass(frozen=True, slots=True)
class GroupMeasure:
    """One number of a group: a function over a field, or the count of its rows (``field`` empty)."""

    function: Function
    field: str = ""

    @property
    def name(self) -> str:
        """``sum_amount``, ``count``: the name of the column of an answer."""
        return f"{self.function}_{self.field}" if self.field else self.function


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuestion:
    """Groups of the rows of ``scope``; without ``by`` all of them are one group. ``sort`` names a column of the answer.

    Groups are in the order of their keys unless ``sort`` says otherwise, and at most ``scope.limit`` are given; of
    these only those whose numbers are as ``having`` says.
    """

    scope: Question
    by: tuple[GroupKey, ...] = ()
    measures: tuple[GroupMeasure, ...] = (GroupMeasure("count"),)
    sort: Sort | None = None
    having: tuple[GroupCondition, ...] = ()

    @property
    def limit(self) -> int:
        """How many groups an answer holds at most."""
        return self.scope.limit

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of an answer: of the keys, then of the measures."""
        return column_names(self.by, self.measures)

    def query_string(self) -> str:
        """The canonical text of the question."""
        own = [("by", ",".join(by.name for by in self.by))] if self.by else []
        for function in FUNCTIONS:
            asked = [measure for measure in self.measures if measure.function == function]
            if asked:
                own.append((function, ",".join(measure.field for measure in asked) or "1"))
        if self.having:
            own.append((PARAMETER, conditions_text(self.having)))
        if self.sort:
            own.append(("_sort_desc" if self.sort.descending else "_sort", self.sort.field))
        head = "&".join(f"{name}={quote(text, safe=',:_')}" for name, text in own)
        return "&".join(part for part in (head, self.scope.query_string()) if part)

    def as_json(self) -> dict[str, object]:
        """The question as the answer repeats it."""
        return {
            **self.scope.as_json(),
            "by": [by.name for by in self.by],
            "measures": list(self.columns[len(self.by) :]),
            **({"having": [each.text for each in self.having]} if self.having else {}),
            "sort": {"field": self.sort.field, "descending": self.sort.descending} if self.sort else None,
            "query": self.query_string(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetQuestion:
    """The commonest values of each field of ``by`` among the rows of ``scope``.

    The counts of a field leave its own filters out, so that they say what choosing another value would give.
    """

    scope: Question
    by: tuple[GroupKey, ...]

    @property
    def limit(self) -> int:
        """How many values of a field an answer holds at most."""
        return self.scope.size or FACET_SIZE

    def query_string(self) -> str:
        """The canonical text of the question."""
        head = f"by={','.join(by.name for by in self.by)}"
        return "&".join(part for part in (head, self.scope.query_string()) if part)

    def as_json(self) -> dict[str, object]:
        """The question as the answer repeats it."""
        return {**self.scope.as_json(), "by": [by.name for by in self.by], "query": self.query_string()}


def column_names(by: Sequence[GroupKey], measures: Sequence[GroupMeasure]) -> tuple[str, ...]:
    """Names that differ: a measure named like a key, for a field may be called ``count``, gets a ``_`` in front."""
    keys = tuple(key.name for key in by)
    return (*keys, *(f"_{measure.name}" if measure.name in keys else measure.name for measure in measures))


def column_labels(dataset: Dataset, question: GroupQuestion, lang: Lang) -> dict[str, str]:
    """The columns of an answer in words, by name."""
    words = [PART_LABELS[by.part].of(lang) if by.part else "{label}" for by in question.by]
    words += [FUNCTION_LABELS[measure.function].of(lang) for measure in question.measures]
    named = [*(by.field for by in question.by), *(measure.field for measure in question.measures)]
    labels = [dataset.field(name).label.of(lang) if name else "" for name in named]
    filled = [word.replace("{label}", label) for word, label in zip(words, labels, strict=True)]
    return dict(zip(question.columns, filled, strict=True))


def parse_groups(dataset: Dataset, params: Parameters) -> GroupQuestion:
    """The groups that parameters ask for. Raises BadQuestion.

    ``by=`` and the functions take field names parted by commas, ``count`` takes 1 or 0; where a field has the name of
    one of them, it is filtered by an operator (``count__in=3``).
    """
    words = ("by", *FUNCTIONS, "_sort", "_sort_desc", PARAMETER)
    own = [(name, text) for name, text in params if name in words]
    reading = _Reading(dataset)
    scope = reading.scope([pair for pair in params if pair[0] not in words], GROUP_SHAPING)
    by = reading.keys([text for name, text in own if name == "by"], MOST_KEYS)
    measures = reading.measures([pair for pair in own if pair[0] in FUNCTIONS])
    sort = reading.sort([pair for pair in own if pair[0].startswith("_sort")], column_names(by, measures))
    having = reading.having([text for name, text in own if name == PARAMETER], by, measures)
    question = GroupQuestion(scope=replace(scope, sort=None), by=by, measures=measures, sort=sort, having=having)
    if not reading.problems:
        reading.problems.extend(sum_problems(reading.dataset, question))
    reading.finish()
    return question


def sum_problems(dataset: Dataset, question: GroupQuestion) -> list[QuestionProblem]:
    """Why sums of a question mean nothing, each with what to ask instead; none where all of them may."""
    by, problems = {key.field for key in question.by}, []
    for measure in question.measures:
        if measure.function != "sum":
            continue
        code = additivity.obstacle(dataset, measure.field, question.scope.filters, by)
        if code is not None:
            at, side = dataset.field(measure.field).at, additivity.side_field(dataset)
            problems.append(problem(code, "sum", _added(dataset), at=at, side=side.name if side else ""))
    return problems


def parse_facets(dataset: Dataset, params: Parameters) -> FacetQuestion:
    """The facets that parameters ask for: ``by=field[,field]``, each perhaps ``date:year``. Raises BadQuestion."""
    reading = _Reading(dataset)
    scope = reading.scope([pair for pair in params if pair[0] != "by"], FACET_SHAPING)
    by = reading.keys([text for name, text in params if name == "by"], MOST_FACETS)
    if not by and not reading.problems:
        reading.say("needed", "by", [field.name for field in dataset.published if groupable(field)])
    reading.finish()
    return FacetQuestion(scope=scope, by=by)


class _Reading:
    """One pass over the parameters of groups or facets, collecting problems."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = values.as_asked(dataset)
        self.problems: list[QuestionProblem] = []

    def say(self, code: str, name: str, allowed: Sequence[str] = (), **blanks: object) -> None:
        self.problems.append(problem(code, name, allowed, **blanks))

    def finish(self) -> None:
        if self.problems:
            raise BadQuestion(self.problems)

    def scope(self, params: Parameters, known: Sequence[str]) -> Question:
        try:
            return read_filters(self.dataset, params, known)
        except BadQuestion as bad:
            self.problems.extend(bad.problems)
            return Question(slug=self.dataset.slug)

    def keys(self, texts: Sequence[str], most: int) -> tuple[GroupKey, ...]:
        keys: dict[GroupKey, None] = {}
        for part in _parts(texts):
            name, _, piece = part.partition(":")
            field = self._field("by", name, groupable)
            if field is None:
                continue
            match = next((part for part in PARTS if part == piece), None)
            if piece and (match is None or not has_parts(field)):
                self.say("not-allowed", "by", part_names(field))
            keys[GroupKey(field.name, match)] = None
        if len(keys) > most:
            self.say("too-many", "by", limit=most)
        return tuple(keys)

    def measures(self, params: Parameters) -> tuple[GroupMeasure, ...]:
        measures: dict[GroupMeasure, None] = {}
        for function in FUNCTIONS:
            texts = [text for name, text in params if name == function]
            if function == "count":
                measures.update(self._count(texts))
                continue
            for name in _parts(texts):
                field = self._field(function, name, TAKEN[function])
                if field is not None:
                    measures[GroupMeasure(function, field.name)] = None
        if len(measures) > MOST_MEASURES:
            self.say("too-many", params[-1][0], limit=MOST_MEASURES)
        return tuple(measures) or (GroupMeasure("count"),)

    def _count(self, texts: Sequence[str]) -> dict[GroupMeasure, None]:
        try:
            flags = [values.read_flag(text) for text in texts]
        except BadValue as bad:
            self.say(bad.code, "count", bad.allowed)
            return {}
        if len(flags) > 1:
            self.say("repeated", "count")
        return {GroupMeasure("count"): None} if any(flags) else {}

    def sort(self, params: Parameters, allowed: Sequence[str]) -> Sort | None:
        if len(params) > 1:
            self.say("both-sorts" if len({name for name, _ in params}) > 1 else "repeated", params[1][0])
        for name, text in params:
            if text not in allowed:
                self.say("not-allowed", name, allowed)
            return Sort(text, name == "_sort_desc")
        return None

    def having(
        self, texts: Sequence[str], by: Sequence[GroupKey], measures: Sequence[GroupMeasure]
    ) -> tuple[GroupCondition, ...]:
        if not texts:
            return ()
        columns: dict[str, Field | None] = {}
        for name, measure in zip(column_names(by, measures)[len(by) :], measures, strict=True):
            if measure.function in COUNTS:
                columns[name] = None
            elif measure.function != "median" and _number(self.dataset.field(measure.field)):
                columns[name] = self.dataset.field(measure.field)
        conditions, problems = read_conditions(texts, columns)
        self.problems.extend(problems)
        return conditions

    def _field(self, parameter: str, name: str, taken: Callable[[Field], bool]) -> Field | None:
        allowed = [field.name for field in self.dataset.published if taken(field)]
        if name in allowed:
            return self.dataset.field(name)
        if any(field.name == name for field in self.dataset.published):
            number = parameter == "sum" and _number(self.dataset.field(name))
            self.say("never-added" if number else "not-allowed", parameter, allowed)
        else:
            known = any(field.name == name for field in self.dataset.fields)
            self.say("not-published" if known else "unknown-field", parameter, allowed)
        return None


def _parts(texts: Sequence[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",")]


def groupable(field: Field) -> bool:
    """Whether rows can be put together by a field, and its different values counted."""
    return field.kind.groupable


def has_parts(field: Field) -> bool:
    """Whether rows can be put together by the year, quarter or month of a field."""
    return field.kind.is_day or field.kind.is_period


def part_names(field: Field) -> list[str]:
    """The keys that are a part of a field, as ``by`` takes them."""
    return [GroupKey(field.name, part).name for part in PARTS] if has_parts(field) else []


def _number(field: Field) -> bool:
    return field.kind.summable and field.choices is None


def _added(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.published if additivity.is_added(field)]


def _ranged(field: Field) -> bool:
    return field.kind.ranged and field.choices is None


# Which fields a function takes.
TAKEN: Final[dict[Function, Callable[[Field], bool]]] = {
    "sum": additivity.is_added,
    "avg": _number,
    "median": _number,
    "min": _ranged,
    "max": _ranged,
    "distinct": groupable,
}
