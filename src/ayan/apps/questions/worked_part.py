"""A part of a question, worked out: its figures in words, its charts, and where all of it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.urls import reverse

from ayan.apps.catalog.explorer import figures, group_table, result_options
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.placed_figures import PlacedFigures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.questions.limits import MOST_GROUPS
from ayan.core.answers.cards.cards import unit_of
from ayan.core.common_questions.common_question import BLANK, QuestionPart
from ayan.core.common_questions.declaration import conditions
from ayan.core.common_questions.question_notes import QuestionEvent
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import GroupAnswer
from ayan.core.query.question import Filter, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.figure import Figure, FigureTable
from ayan.ui.charts.measure import ChartMeasure
from ayan.wiring.city import City

_PLACE: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")
COUNT: Final = GroupMeasure("count")
OF_PERIOD: Final = Label("{name}، {period}", "{name}, {period}")


@dataclass(frozen=True, slots=True)
class PartSource:
    """Where the numbers of a part come from: rows of a dataset, in a state, and how a program asks for the same."""

    ask: ExplorerState
    snapshot: Snapshot
    api: tuple[str, ...]
    rows: int | None = None

    @property
    def dataset(self) -> Dataset:
        """The dataset asked."""
        return self.ask.dataset

    @property
    def address(self) -> str:
        """The page with these very rows."""
        return self.ask.address


@dataclass(frozen=True, slots=True)
class ExactFigure:
    """A figure as programs get it: the exact number, its unit (`rial`, `count`, `percent`, or that of the field).

    ``period`` is the one that it is told of, as the API names periods; empty where that is all of them.
    """

    value: ExactNumber | None
    unit: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class WorkedPart:
    """What came of one part. ``words`` are its figures by name, ``picture`` a small drawing without words.

    ``exact`` are those of them that are numbers. ``table`` is what the page shows beside the charts where these do not
    have it. ``placed`` are its figures by a place, which a map may show.
    """

    part: QuestionPart
    words: Mapping[str, str]
    exact: Mapping[str, ExactFigure] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    picture: str = ""
    table: FigureTable | None = None
    sources: tuple[PartSource, ...] = ()
    placed: PlacedFigures | None = None


@dataclass(frozen=True, slots=True)
class PartWork:
    """What every shape of part needs to be worked out: the city, the language, the declaration and its dataset.

    ``events`` are what the city tells beside the figures of the question.
    """

    city: City
    lang: Lang
    part: Any
    dataset: Dataset
    snapshot: Snapshot
    filters: tuple[Filter, ...] = ()
    path: str = field(default="")
    events: tuple[QuestionEvent, ...] = ()

    @classmethod
    def of(cls, city: City, lang: Lang, part: QuestionPart, slug: str = "", *, plain: bool = False) -> PartWork:
        """The work on a part, over the rows of its condition (of all rows where it is ``plain``)."""
        dataset = city.registry.get(slug or part.dataset)
        path = reverse(f"{lang}:dataset", args=[dataset.slug])
        snapshot = city.query_service.snapshot(dataset, ExplorerState.bare(dataset, path, lang).question)
        work = cls(city, lang, part, dataset, snapshot, (), path)
        return work if plain else replace(work, filters=work.conditions(part.where))

    def conditions(self, where: str) -> tuple[Filter, ...]:
        """The conditions of a declared query, on the day of the state."""
        day = self.snapshot.as_of.astimezone(TEHRAN).date().isoformat() if self.snapshot.as_of else ""
        filters: tuple[Filter, ...] = conditions(self.dataset, where, day)
        return filters

    @property
    def ask(self) -> ExplorerState:
        """The page of the rows that the part is about."""
        return ExplorerState.bare(self.dataset, self.path, self.lang, *self.filters)

    @property
    def coverage(self) -> Coverage:
        """How much of each period the state speaks for."""
        return Coverage.of(self.dataset, self.snapshot)

    def having(self, *more: Filter) -> PartWork:
        """The same over fewer rows."""
        return replace(self, filters=(*self.filters, *more))

    def within(self, key: GroupKey, value: Any) -> PartWork:
        """The same over the rows of one group."""
        chosen = group_table.filters_of(self.ask, key, value)
        return self if chosen is None else replace(self, filters=chosen)

    def question(
        self,
        by: Sequence[GroupKey],
        measures: Sequence[GroupMeasure],
        sort: Sort | None = None,
        size: int | None = MOST_GROUPS,
    ) -> GroupQuestion:
        """The question of the public grammar over the rows of this work."""
        scope = replace(self.ask.scope, size=size)
        return GroupQuestion(scope=scope, by=tuple(by), measures=tuple(measures), sort=sort)

    def groups(self, question: GroupQuestion) -> GroupAnswer:
        """The answer that the API gives too. Raises Unanswered."""
        return figures.groups(self.city.query_service, self.dataset, question, self.snapshot)

    def api(self, question: GroupQuestion) -> str:
        """Where a program asks for it."""
        return group_table.api_address(self.dataset, question)

    def source(self, *questions: GroupQuestion, rows: int | None = None) -> PartSource:
        """The source of what some questions gave."""
        return PartSource(self.ask, self.snapshot, tuple(map(self.api, questions)), rows)

    def rows_of(self, key: GroupKey, value: Any) -> str:
        """The page with the rows of one group."""
        return group_table.rows_of(self.ask, key, value)

    def label(self, key: GroupKey, value: Any) -> str:
        """One value of a group as people say it."""
        return group_table.label(self.dataset, key, value, self.lang)

    def field_label(self, name: str) -> str:
        """What a field is called."""
        words: str = self.dataset.field(name).label.of(self.lang)
        return words

    def placed(
        self,
        key: GroupKey,
        values: Mapping[Any, ExactNumber | None],
        measure: ChartMeasure,
        name: str,
        period: str,
        year: str = "",
    ) -> PlacedFigures | None:
        """Figures of a period by a key, as a map may show them; None where the key says no place."""
        declared = self.dataset.field(key.field)
        if declared.role != "place" or declared.choices is None or key.part is not None:
            return None
        known = {str(code): value for code, value in values.items() if value is not None}
        called = OF_PERIOD.of(self.lang).format(name=capital(name), period=period)
        return PlacedFigures(self.part.code, declared, called, known, measure, year)

    def label_of(self, key: GroupKey) -> str:
        """What rows are put together by, in words: a field, or the year or month of a date."""
        return result_options.by_label(self.dataset, key, self.lang)

    def codes(self, name: str) -> list[str]:
        """The codes of a field in the order of its list."""
        listed = self.dataset.field(name).choices
        return [entry.code for entry in listed.entries] if listed else []

    def measure(self, name: str) -> ChartMeasure:
        """In what the numbers of a field are told."""
        return measure_of(self.dataset.field(name), self.lang)

    def amount(self, name: str, value: ExactNumber | None, period: str = "") -> ExactFigure:
        """A number of a field as programs get it."""
        return ExactFigure(value, unit_of(self.dataset, GroupMeasure("sum", name)), period)

    @property
    def prices(self) -> PriceIndex | None:
        """The price index of the city."""
        return figures.prices(self.city)

    def figure(self, drawn: Figure, title: str = "", rows: int | None = None) -> Figure:
        """A chart of this part with its title, its source and its day."""
        day = self.snapshot.as_of.astimezone(TEHRAN).date() if self.snapshot.as_of else None
        return replace(
            drawn,
            title=capital(title or drawn.title),
            source=self.dataset.title.of(self.lang),
            source_address=self.ask.address,
            as_of=day,
            rows=rows,
            level=2,
        )


def measure_of(field: Field, lang: Lang) -> ChartMeasure:
    """Money in toman, per cents as such, anything else in its own unit."""
    if field.kind.is_money:
        code = SHOWN_UNITS["toman"]
        return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])
    own = field.unit.of(lang) if field.unit else ""
    return ChartMeasure(lang, percent=True) if own in value_html.PERCENT else ChartMeasure(lang, own)


def said(measure: ChartMeasure, value: ExactNumber | None) -> str:
    """One number with its unit, as a sentence says it; empty where it is not known."""
    return "" if value is None else measure.scale([value]).say(value)


def per_cent(part: ExactNumber, whole: ExactNumber) -> Decimal | None:
    """How many in a hundred, with one decimal; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_PLACE, ROUND_HALF_UP)


def cases(value: int, period: str = "") -> ExactFigure:
    """How many rows or things there are, as programs get it."""
    return ExactFigure(value, "count", period)


def exact_share(part: ExactNumber, whole: ExactNumber, period: str = "") -> ExactFigure:
    """How many in a hundred, with two decimals, as programs get it."""
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(_HUNDREDTH, ROUND_HALF_UP) if whole else None
    return ExactFigure(share, "percent", period)


def share_words(part: ExactNumber, whole: ExactNumber, lang: Lang) -> str:
    """The same in whole per cent, as words: «۲۲٪»; rounded once, empty of nothing."""
    return titles.per_cent(Decimal(part) * 100 / Decimal(whole), lang) if whole else ""


def capital(sentence: str) -> str:
    """A sentence as it begins, though it may begin with a name that stands in the midst of others too."""
    return sentence[:1].upper() + sentence[1:]


def counted(value: int, lang: Lang) -> str:
    """A number as bare text."""
    return value_html.plain_number(value, lang)


def newest_whole(names: Sequence[str], coverage: Coverage) -> str | None:
    """The last period that is told whole, else the last one; None where there is none."""
    known = sorted(name for name in names if name and name != "None")
    if not known:
        return None
    upto = coverage.up_to(known[-1][:4])
    whole = [name for name in known if name[:4] not in upto.months or len(name) > len("1404")]
    return (whole or known)[-1]


def worded(label: Label | None, worked: Mapping[str, WorkedPart], lang: Lang) -> str:
    """A sentence with the figures of the parts in it; empty where one of them is not known."""
    if label is None:
        return ""
    missing = False

    def filled(match: Any) -> str:
        nonlocal missing
        part = worked.get(match[1])
        words = part.words.get(match[2], "") if part else ""
        missing = missing or not words
        return words

    sentence = BLANK.sub(filled, label.of(lang))
    return "" if missing else sentence
