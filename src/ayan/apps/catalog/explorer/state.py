"""What a dataset's page was asked: the spellings of its forms become one question, and each state has one address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import quote

from ayan.apps.catalog.explorer import typed_values
from ayan.apps.catalog.limits import EXPLORER_PAGE, MOST_PAGES
from ayan.apps.catalog.shown_units import CITIZEN_UNIT, list_unit
from ayan.core.query.grouping import GroupKey, parse_groups
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import Filter, Question, ShownCalendar, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import measures_of
from ayan.core.query.values import sortable
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.asked_value import BadValue
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit

PAGE_SIZES: Final = (EXPLORER_PAGE, 50, 100)

# The language is in the address; how rows are counted is the page's own affair.
NOT_ON_PAGES: Final = ("_lang", "_count")
BY: Final = "_by"
# `_order=-amount`: what a list to choose from sends, for it cannot choose between the names `_sort` and `_sort_desc`.
ORDER: Final = "_order"
# Which page of the rows, from 1: people count pages, programs follow a cursor.
PAGE: Final = "_page"
# `amount__gte.toman`: a form's box for money, typed in the unit of the page. Questions are in rial, so what is typed
# is translated before the question is read; links made from the question say rial.
_BOX: Final = re.compile(r"(?P<name>[^.]+__(?:gte|lte))\.(?P<unit>rial|toman|mtoman)")
_END: Final = re.compile(r"(?P<field>.+)__(?:gte|lte)")

# What other sites hang on to a link that is passed on; it asks nothing of us.
_HANGERS_ON: Final = re.compile("utm_[a-z]+|fbclid|gclid|igshid|mc_[ce]id")

FormParameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ExplorerState:
    """One state of a dataset's page: the question with unit, calendar and view, and what rows are put together by.

    ``page`` is the number of the page of its rows; with a cursor it says nothing.
    """

    dataset: Dataset
    question: Question
    path: str
    lang: Lang
    by: GroupKey | None = None
    page: int = 1

    @classmethod
    def bare(cls, dataset: Dataset, path: str, lang: Lang, *filters: Filter) -> ExplorerState:
        """The page as it is first opened, or opened with some conditions."""
        question = Question(
            slug=dataset.slug,
            filters=filters,
            unit=list_unit(dataset),
            calendar=locale.of(lang).calendar,
            lang=lang,
            size=EXPLORER_PAGE,
            sort=newest_first(dataset),
        )
        return cls(dataset, question, path, lang)

    def parameters(self) -> FormParameters:
        """The state as parameters in fixed order; what a page starts with goes without saying."""
        asked = self.question
        silent = {"_unit", "_calendar", "_lang", "_count"}
        silent |= {"_size"} if asked.size == EXPLORER_PAGE else set()
        silent |= {"_view"} if asked.view == "table" else set()
        silent |= {"_sort_desc"} if asked.sort == newest_first(self.dataset) else set()
        own = (
            (BY, self.by.name if self.by else ""),
            ("_unit", "" if asked.unit == list_unit(self.dataset) else asked.unit),
            ("_calendar", "" if asked.calendar == locale.of(self.lang).calendar else asked.calendar),
            (PAGE, "" if self.page == 1 or asked.cursor else str(self.page)),
        )
        said = (pair for pair in asked.parameters() if pair[0] not in silent)
        return [*said, *(pair for pair in own if pair[1])]

    @property
    def query(self) -> str:
        """The state as the query of an address."""
        return "&".join(f"{quote(name, safe='_')}={quote(text, safe=',-.:/_')}" for name, text in self.parameters())

    @property
    def address(self) -> str:
        """The one address of this state."""
        query = self.query
        return f"{self.path}?{query}" if query else self.path

    def but(self, *, by: GroupKey | Literal[False] | None = False, **changes: Any) -> ExplorerState:
        """The same page with some of its question otherwise, from its first page."""
        question = replace(self.question, **{"cursor": None, **changes})
        return replace(self, question=question, by=self.by if by is False else by, page=1)

    def at_page(self, number: int) -> ExplorerState:
        """Another page of the same rows."""
        return replace(self, question=replace(self.question, cursor=None), page=number)

    def without(self, condition: Filter) -> ExplorerState:
        """The page with one condition taken away."""
        return replace(self, question=self.question.without(condition), page=1)

    @property
    def comparison(self) -> str:
        """The query that compares these rows among themselves; empty for one release, which has no two states."""
        if self.question.release:
            return ""
        measures = measures_of(self.dataset)
        own = (
            ("_data", self.dataset.slug),
            ("_measure", f"sum_{measures[0].name}" if measures else ""),
            ("_by", self.by.name if self.by else ""),
        )
        pairs = [*(pair for pair in own if pair[1]), *self.scope.parameters()]
        return "&".join(f"{quote(name, safe='_')}={quote(text, safe=',-.:/_')}" for name, text in pairs)

    @property
    def scope(self) -> Question:
        """The rows that the page is about, whatever it shows of them: the question that figures and programs ask."""
        return Question(
            slug=self.question.slug,
            filters=self.question.filters,
            search=self.question.search,
            as_of=self.question.as_of,
            release=self.question.release,
        )


def read(dataset: Dataset, parameters: Sequence[tuple[str, str]], path: str, lang: Lang) -> tuple[ExplorerState, bool]:
    """What a page was asked, and whether it was asked by its address or in the spelling of a form.

    Raises BadQuestion with every problem found.
    """
    spelled, problems = _spelled(dataset, parameters)
    by = None
    try:
        by = _by([text for name, text in spelled if name == BY], dataset)
    except BadQuestion as bad:
        problems.extend(bad.problems)
    page = 1
    try:
        page = _page([text for name, text in spelled if name == PAGE])
    except BadQuestion as bad:
        problems.extend(bad.problems)
    rest = [pair for pair in spelled if pair[0] not in (BY, PAGE)]
    try:
        question = parse(dataset, rest, page_params=True, refuse=NOT_ON_PAGES)
    except BadQuestion as bad:
        raise BadQuestion([*problems, *bad.problems]) from None
    if problems:
        raise BadQuestion(problems)
    given = {name for name, _ in rest}
    shown = replace(
        question,
        unit=question.unit if "_unit" in given else list_unit(dataset),
        calendar=question.calendar if "_calendar" in given else locale.of(lang).calendar,
        lang=lang,
        size=question.size or EXPLORER_PAGE,
        sort=question.sort or newest_first(dataset),
    )
    ask = ExplorerState(dataset, shown, path, lang, by, page)
    return ask, spelled == list(parameters) and _names(ask.parameters()) == _names(spelled)


def _names(pairs: FormParameters) -> set[str]:
    return {name for name, _ in pairs}


def _spelled(dataset: Dataset, parameters: Sequence[tuple[str, str]]) -> tuple[FormParameters, list[QuestionProblem]]:
    """The parameters of a form as an address spells them: blanks left out, money in rial, one list of columns."""
    out: FormParameters = []
    problems: list[QuestionProblem] = []
    for name, text in parameters:
        if _HANGERS_ON.fullmatch(name) or (not text.strip() and not name.endswith("__isnull")):
            continue
        if name == ORDER:
            out.append(("_sort_desc", text[1:]) if text.startswith("-") else ("_sort", text))
        else:
            try:
                out.append(_typed(dataset, name, text))
            except BadValue as bad:
                problems.append(problem(bad.code, box_of(name)))
    columns = [text for name, text in out if name == "_fields"]
    if len(columns) > 1:
        out = [pair for pair in out if pair[0] != "_fields"] + [("_fields", ",".join(columns))]
    return out, problems


def box_of(name: str) -> str:
    """The condition that a box of a form sets, without the unit that it is typed in."""
    box = _BOX.fullmatch(name)
    return box["name"] if box else name


def _typed(dataset: Dataset, name: str, text: str) -> tuple[str, str]:
    """What a box of a range holds, as an address spells it; anything else as it is. Raises BadValue."""
    box = _BOX.fullmatch(name)
    end = _END.fullmatch(box_of(name))
    field = next((field for field in dataset.published if end and field.name == end["field"]), None)
    if field is None:
        return name, text
    if box is not None and field.kind.is_money:
        return box["name"], str(typed_values.rial(text, cast(ShownUnit, box["unit"])))
    if field.kind.is_day:
        return name, typed_values.day(text)
    return name, typed_values.number(text) if field.kind.is_number else text


def newest_first(dataset: Dataset) -> Sort | None:
    """How the rows of a page stand unless somebody asks for another order: by their time, where they have one."""
    axis = axis_of(dataset)
    return Sort(axis.name, descending=True) if axis is not None and sortable(axis) else None


def recovered(
    dataset: Dataset,
    parameters: Sequence[tuple[str, str]],
    bad: BadQuestion,
    last: FormParameters,
    path: str,
    lang: Lang,
) -> ExplorerState | None:
    """The state without what could not be read, which stays as it was in the state before (``last``).

    None where the question cannot be understood even so.
    """
    faulty = {box_of(fault.parameter) for fault in bad.problems}
    good = [(name, text) for name, text in parameters if box_of(name) not in faulty]
    before = [(name, text) for name, text in last if box_of(name) in faulty and not name.startswith("_")]
    for pairs in ([*good, *before], good):
        try:
            return read(dataset, pairs, path, lang)[0]
        except BadQuestion:
            continue
    return None


def _page(texts: Sequence[str]) -> int:
    if not texts:
        return 1
    written = to_latin(texts[-1].strip())
    if not re.fullmatch("[0-9]{1,5}", written) or not 1 <= int(written) <= MOST_PAGES:
        raise BadQuestion([problem("page", PAGE, limit=MOST_PAGES)])
    return int(written)


def _by(texts: Sequence[str], dataset: Dataset) -> GroupKey | None:
    """What rows are put together by: one field, or the year or month of a date."""
    if not texts:
        return None
    try:
        groupings = parse_groups(dataset, [("by", text) for text in texts]).by
    except BadQuestion as bad:
        raise BadQuestion([replace(fault, parameter=BY) for fault in bad.problems]) from None
    if len(groupings) > 1:
        raise BadQuestion([problem("repeated", BY)])
    return groupings[0]


def settings(
    parameters: Mapping[str, str], lang: Lang, usual: ShownUnit = CITIZEN_UNIT
) -> tuple[ShownUnit, ShownCalendar]:
    """The unit and the calendar of a page that asks nothing else; what is not one of them counts for nothing."""
    units: dict[str, ShownUnit] = {unit: unit for unit in get_args(ShownUnit)}
    calendars: dict[str, ShownCalendar] = {calendar: calendar for calendar in get_args(ShownCalendar)}
    unit, calendar = parameters.get("_unit", ""), parameters.get("_calendar", "")
    return units.get(unit, usual), calendars.get(calendar, locale.of(lang).calendar)
