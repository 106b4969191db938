"""Parameters of an address read into a question: all of them understood, or a refusal that says which are not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, Final, get_args

from ayan.core.query import values
from ayan.core.query.boxes import BBOX, conditions_of, read_box
from ayan.core.query.limits import MOST_PARAMETERS, MOST_SEARCH_WORDS
from ayan.core.query.operators import OPERATORS, OPS, Op, comparable, operators_of
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import AnswerView, Filter, NotACursor, Question, ShownCalendar, Sort, read_cursor
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import codes
from ayan.core.values.money import ShownUnit
from ayan.core.values.text import fold

# The parameters that shape the answer; all others are filters.
SHAPING: Final = (
    "_search", "_sort", "_sort_desc", "_size", "_next", "_count", "_fields", "_as_of", "_release", "_calendar", "_lang",
)  # fmt: skip
PAGE_ONLY: Final = ("_unit", "_view")
_QUESTION_MARKS: Final = "?؟ "
# How the parameters of conditions end that may be given more than once, and of those that say something when blank.
_LISTS: Final = tuple(f"__{op}" for op in OPS if OPERATORS[op].takes == "list")
_FLAGS: Final = tuple(f"__{op}" for op in OPS if OPERATORS[op].takes == "flag")

Parameters = Sequence[tuple[str, str]]


def parse(
    dataset: Dataset,
    params: Parameters,
    *,
    page_params: bool = False,
    refuse: Sequence[str] = (),
    takes: Sequence[str] = (),
) -> Question:
    """The question that the parameters ask of a dataset. Raises BadQuestion with every problem found.

    ``takes`` names parameters of pages that mean something in the format that is asked for.
    ``page_params`` also takes what only pages have (``_unit``, ``_view``) and passes over empty parameters, which a
    form sends for each box left blank. ``refuse`` names shaping parameters that mean nothing where this is asked.
    """
    known = [name for name in (*SHAPING, *(PAGE_ONLY if page_params else takes)) if name not in refuse]
    return _Reading(dataset, known, blanks_pass=page_params).read(params)


def read_filters(dataset: Dataset, params: Parameters, known: Sequence[str]) -> Question:
    """A question of filters and of the shaping parameters ``known`` only, for whoever reads the rest himself."""
    return _Reading(dataset, known, blanks_pass=False).read(params)


def search_words(text: str) -> list[str]:
    """The words of a search as they would be published. Raises BadValue where there are none, or too many.

    The mark at the end of a question is no part of its last word.
    """
    asked = values.clean(text)
    words = [word for word in (asked.rstrip(_QUESTION_MARKS) or asked).split() if fold(word)]
    if not words:
        raise BadValue("empty-value")
    if len(words) > MOST_SEARCH_WORDS:
        raise BadValue("too-many", limit=MOST_SEARCH_WORDS)
    return words


class _Reading:
    """One pass over the parameters, collecting problems instead of stopping at the first."""

    def __init__(self, dataset: Dataset, known: Sequence[str], *, blanks_pass: bool) -> None:
        self.dataset = values.as_asked(dataset)
        self.known = known
        self.blanks_pass = blanks_pass
        self.problems: list[QuestionProblem] = []
        self.filters: dict[str, Filter] = {}
        self.shape: dict[str, Any] = {}

    def read(self, params: Parameters) -> Question:
        if len(params) > MOST_PARAMETERS:
            raise BadQuestion([problem("too-many", params[MOST_PARAMETERS][0], limit=MOST_PARAMETERS)])
        seen: set[str] = set()
        for name, text in params:
            if self.blanks_pass and not text.strip() and not name.endswith(_FLAGS):
                continue
            if name in seen and not name.endswith(_LISTS):
                self._say("repeated", name)
                continue
            seen.add(name)
            self._parameter(name, text)
        self._together(seen)
        if self.problems:
            raise BadQuestion(self.problems)
        ordered = tuple(self.filters[name] for name in sorted(self.filters))
        return Question(slug=self.dataset.slug, filters=ordered, **self.shape)

    def _say(self, code: str, name: str, allowed: Sequence[str] = (), **blanks: object) -> None:
        self.problems.append(problem(code, name, allowed, **blanks))

    def _parameter(self, name: str, text: str) -> None:
        try:
            if name in self.known:
                _SHAPERS[name](self, name, text)
            elif name == BBOX and self.field(name, say=False) is None:
                self._box(text)
            elif name.startswith("_"):
                self._say("unknown-parameter", name, self.known)
            else:
                self._filter(name, text)
        except BadValue as bad:
            self._say(bad.code, name, bad.allowed, **bad.blanks)

    def _filter(self, name: str, text: str) -> None:
        field, op = self._resolve(name)
        if field is None or op is None:
            return
        parsed = OPERATORS[op].read(field, text)
        if OPERATORS[op].takes == "column":
            others = tuple(other.name for other in comparable(self.dataset, field))
            if parsed[0] not in others:
                raise BadValue("not-allowed", others)
        earlier = self.filters.get(name)
        if earlier is not None:
            # A form of checkboxes sends field__in once for each box.
            parsed = values.without_repetition(field, (*earlier.values, *parsed))
        self.filters[name] = Filter(field.name, op, parsed)

    def _box(self, text: str) -> None:
        """The conditions that a box is, each as if it had been asked for by its own name."""
        conditions = conditions_of(self.dataset, read_box(text))
        if not conditions:
            raise BadValue("no-place")
        for name, value in conditions:
            if name in self.filters:
                self._say("repeated", name)
            else:
                self._filter(name, value)

    def _resolve(self, name: str) -> tuple[Field | None, Op | None]:
        field = self.field(name, say=False)
        if field is not None:
            base, op = name, "eq"
        else:
            base, _, op = name.rpartition("__") if "__" in name else (name, "", "eq")
            field = self.field(base, parameter=name)
        if field is None:
            return None, None
        allowed = operators_of(self.dataset, field)
        for operator in OPS:
            if operator == op and operator in allowed and not (operator == "eq" and base != name):
                return field, operator
        self._say("unknown-operator", name, [operator for operator in allowed if operator != "eq"])
        return None, None

    def field(self, name: str, *, parameter: str = "", say: bool = True) -> Field | None:
        """The published field of that name; otherwise None and, with ``say``, a problem."""
        published = {field.name: field for field in self.dataset.published}
        if name in published:
            return published[name]
        if say and any(field.name == name for field in self.dataset.fields):
            self._say("not-published", parameter or name)
        elif say:
            near = difflib.get_close_matches(name[:80], published, n=3)
            self._say("unknown-field", parameter or name, near or list(published))
        return None

    # --- the shape of the answer --------------------------------------------------------------------------------

    def _together(self, seen: set[str]) -> None:
        if {"_sort", "_sort_desc"} <= seen:
            self._say("both-sorts", "_sort_desc")
        if {"_as_of", "_release"} <= seen:
            self._say("both-times", "_release")
        if self.shape.get("cursor") and not self.problems:
            try:
                read_cursor(self.shape["cursor"], self.dataset, self.shape.get("sort"))
            except NotACursor:
                self._say("cursor", "_next")

    def _search(self, _name: str, text: str) -> None:
        self.shape["search"] = " ".join(search_words(text))

    def _sort(self, name: str, text: str) -> None:
        field = self.field(text, parameter=name)
        if field is None:
            return
        if not values.sortable(field):
            raise BadValue(
                "not-allowed", tuple(field.name for field in self.dataset.published if values.sortable(field))
            )
        self.shape["sort"] = Sort(field.name, descending=name == "_sort_desc")

    def _size(self, _name: str, text: str) -> None:
        self.shape["size"] = values.read_size(text)

    def _next(self, _name: str, text: str) -> None:
        if not text:
            raise BadValue("cursor")
        self.shape["cursor"] = text

    def _count(self, _name: str, text: str) -> None:
        self.shape["count"] = values.read_flag(text)

    def _fields(self, name: str, text: str) -> None:
        asked = {part.strip() for part in text.split(",")}
        if all(self.field(part, parameter=name) is not None for part in sorted(asked)):
            self.shape["fields"] = tuple(field.name for field in self.dataset.published if field.name in asked)

    def _as_of(self, _name: str, text: str) -> None:
        self.shape["as_of"] = values.read_moment(text)

    def _release(self, _name: str, text: str) -> None:
        self.shape["release"] = values.read_release(text)

    def _one_of(self, name: str, text: str) -> None:
        allowed = codes() if name == "_lang" else _CLOSED[name]
        if text not in allowed:
            raise BadValue("not-allowed", allowed)
        self.shape[name.removeprefix("_")] = text


_CLOSED: Final[dict[str, tuple[str, ...]]] = {
    "_calendar": get_args(ShownCalendar),
    "_unit": get_args(ShownUnit),
    "_view": get_args(AnswerView),
}
_SHAPERS: Final = {
    "_search": _Reading._search,
    "_sort": _Reading._sort,
    "_sort_desc": _Reading._sort,
    "_size": _Reading._size,
    "_next": _Reading._next,
    "_count": _Reading._count,
    "_fields": _Reading._fields,
    "_as_of": _Reading._as_of,
    "_release": _Reading._release,
    **dict.fromkeys((*_CLOSED, "_lang"), _Reading._one_of),
}
