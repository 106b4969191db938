"""What is compared: an address read into one comparison, all of it understood, or a refusal that says what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from ayan.apps.compare import comparison_options, other_cities
from ayan.apps.compare.comparison_options import CITY, MOMENTS, ComparedAxis
from ayan.apps.compare.limits import MOST_SIDES
from ayan.apps.compare.summable_rows import summable
from ayan.core.query import values
from ayan.core.query.grouping import GroupKey, GroupMeasure, parse_groups
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import Filter, Question
from ayan.core.query.question_parser import Parameters, parse, read_filters
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values import period
from ayan.core.values.asked_value import BadValue, Span
from ayan.core.values.label import Label
from ayan.wiring.city import City

OWN: Final = ("_data", "_measure", "_by", "_side", "_over", "_real", "_base", "_per")
SHAPING: Final = ("_search", "_as_of")
NOTHING: Final = "none"


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """One side: its text in the address, the rows it is about, and the condition that sets it apart (none for time).

    ``city`` is the code of another city whose rows they are, and ``name`` what a city is called.
    """

    text: str
    scope: Question
    conditions: tuple[Filter, ...] = ()
    city: str = ""
    name: Label | None = None


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """One measure of one dataset, for each side and each value of ``over`` (None: all together).

    ``by`` is what the sides are values of: a field, the year or month of a date, one of `MOMENTS`, `CITY`, or None
    where each side is a query of its own. ``base`` is the year at whose prices money is told where it is ``real``;
    ``nominal`` says that the money of each day was asked for where that of one year is usual. ``per`` is what is
    divided by: a field, `PERSON`, or nothing.
    """

    dataset: Dataset
    measure: GroupMeasure
    by: GroupKey | ComparedAxis | None
    sides: tuple[ComparisonSide, ...]
    over: GroupKey | None
    scope: Question
    real: bool = False
    base: str = ""
    per: str = ""
    nominal: bool = False

    def parameters(self) -> list[tuple[str, str]]:
        """The comparison as parameters in fixed order; reading them gives it again."""
        by = self.by.name if isinstance(self.by, GroupKey) else self.by or ""
        own = [
            ("_data", self.dataset.slug),
            ("_measure", self.measure.name),
            ("_by", by),
            *(("_side", side.text) for side in self.sides),
            ("_over", self.over.name if self.over else NOTHING),
            ("_real", "1" if self.real else "0" if self.nominal else ""),
            ("_base", self.base),
            ("_per", self.per),
        ]
        return [pair for pair in own if pair[1] or (pair[0] == "_side" and not by)] + self.scope.parameters()

    @property
    def query(self) -> str:
        """The comparison as the query of an address."""
        return "&".join(f"{quote(name, safe='_')}={quote(text, safe=',-.:/_')}" for name, text in self.parameters())


def read(city: City, parameters: Parameters, *, of_one_year: bool = False) -> ComparisonQuestion:
    """The comparison that parameters ask for. Raises BadQuestion with every problem found.

    What is left out is chosen: the count of rows, the two sides with the most rows (of time the newest two), year by
    year where the rows have one. ``of_one_year`` says how money of several years is told when nobody says: on pages in
    that of one year; a program gets what it asks for.
    """
    reading = _Reading(city, parameters, of_one_year=of_one_year)
    comparison = reading.comparison()
    if reading.problems:
        raise BadQuestion(reading.problems)
    assert comparison is not None  # noqa: S101 - without it there is a problem
    return comparison


class _Reading:
    """One pass over the parameters, collecting problems."""

    def __init__(self, city: City, parameters: Parameters, *, of_one_year: bool) -> None:
        self.city, self.of_one_year = city, of_one_year
        self.problems: list[QuestionProblem] = []
        self.own = {name: [text for each, text in parameters if each == name] for name in OWN}
        self.rest = [(name, text) for name, text in parameters if name not in OWN]
        for name in OWN:
            if name != "_side" and len(self.own[name]) > 1:
                self._say("repeated", name)

    def _say(self, code: str, name: str, allowed: Sequence[str] = (), **blanks: object) -> None:
        self.problems.append(problem(code, name, allowed, **blanks))

    def _single(self, name: str) -> str:
        return next(iter(self.own[name]), "").strip()

    def comparison(self) -> ComparisonQuestion | None:
        dataset = self._dataset()
        if dataset is None:
            return None
        scope = self._scope(dataset)
        measure = self._measure(dataset)
        by = self._by(dataset, scope)
        over = self._over(dataset, by, measure)
        if self.problems:
            return None
        sides = self._sides(dataset, by, scope)
        plain = summable(self.city, ComparisonQuestion(dataset, measure, by, sides, over, scope))
        completed = self._money_terms(plain)
        self._there(completed)
        return completed

    def _dataset(self) -> Dataset | None:
        slug = self._single("_data")
        allowed = [declared.slug for declared in self.city.registry.all()]
        if not slug:
            self._say("needed", "_data", allowed)
            return None
        try:
            dataset = self.city.registry.get(slug) if slug in allowed else None
        except (KeyError, DeclarationError):
            dataset = None
        if dataset is None:
            self._say("not-allowed", "_data", allowed)
            return None
        return as_asked(dataset)

    def _scope(self, dataset: Dataset) -> Question:
        try:
            return read_filters(dataset, self.rest, SHAPING)
        except BadQuestion as bad:
            self.problems.extend(bad.problems)
            return Question(slug=dataset.slug)

    def _measure(self, dataset: Dataset) -> GroupMeasure:
        text = self._single("_measure") or "count"
        offered = {measure.name: measure for measure in comparison_options.measures(dataset)}
        if text in offered:
            return offered[text]
        self._say("not-allowed", "_measure", list(offered))
        return GroupMeasure("count")

    def _by(self, dataset: Dataset, scope: Question) -> GroupKey | ComparedAxis | None:
        text = self._single("_by")
        for apart in (*MOMENTS, CITY):
            if text == apart:
                return apart
        if text:
            return self._key("_by", text, dataset)
        # Sides without a name of what they are values of are queries; where there are none either, something is chosen.
        return None if self.own["_side"] else comparison_options.usual_by(self.city, dataset, scope)

    def _over(self, dataset: Dataset, by: GroupKey | ComparedAxis | None, measure: GroupMeasure) -> GroupKey | None:
        text = self._single("_over")
        if text == NOTHING:
            return None
        return self._key("_over", text, dataset) if text else comparison_options.usual_over(dataset, by, measure)

    def _key(self, name: str, text: str, dataset: Dataset) -> GroupKey | None:
        try:
            groupings = parse_groups(dataset, [("by", text)]).by
        except BadQuestion as bad:
            self.problems.extend(replace(fault, parameter=name) for fault in bad.problems)
            return None
        if len(groupings) > 1:
            self._say("repeated", name)
        return groupings[0]

    # --- sides ------------------------------------------------------------------------------------------------------

    def _sides(
        self, dataset: Dataset, by: GroupKey | ComparedAxis | None, scope: Question
    ) -> tuple[ComparisonSide, ...]:
        texts = list(dict.fromkeys(text.strip() for text in self.own["_side"] if text.strip() or by is None))
        if not texts:
            texts = comparison_options.usual_sides(self.city, dataset, by, scope)
        if len(texts) > MOST_SIDES:
            self._say("too-many", "_side", limit=MOST_SIDES)
            return ()
        if len(texts) < 2:
            self._say("two-sides", "_side")
            return ()
        return tuple({side.text: side for side in self._each(dataset, by, scope, texts)}.values())

    def _each(
        self, dataset: Dataset, by: GroupKey | ComparedAxis | None, scope: Question, texts: Sequence[str]
    ) -> Iterator[ComparisonSide]:
        for text in texts:
            try:
                yield self._other(dataset, scope, text) if by == CITY else _side(dataset, by, scope, text)
            except BadValue as bad:
                self._say(bad.code, "_side", bad.allowed, **bad.blanks)
            except BadQuestion as bad:
                self.problems.extend(replace(fault, parameter="_side") for fault in bad.problems)

    def _other(self, dataset: Dataset, scope: Question, text: str) -> ComparisonSide:
        """A side that is a city. Raises ValueIssue, or BadQuestion where its past is asked for, which is not kept."""
        other = other_cities.other_of(self.city, dataset, text)
        if other is None:
            return ComparisonSide(text, scope, name=self.city.profile.name)
        if scope.as_of:
            raise BadQuestion([problem("no-past", "_side")])
        return ComparisonSide(text, scope, city=other.code, name=comparison_options.away_name(other.about))

    def _there(self, comparison: ComparisonQuestion) -> None:
        """Note every column that is asked about and cannot be, in what another city published."""
        asked = {
            "_measure": comparison.measure.field,
            "_over": comparison.over.field if comparison.over else "",
            "_per": comparison.per,
            **{condition.field: condition.field for condition in comparison.scope.filters},
        }
        for side in comparison.sides:
            away, called = other_cities.unfit(self.city, side.city, comparison.dataset.slug), side.name or Label("", "")
            for name in [name for name, column in asked.items() if column in away]:
                self._say("not-there", name, city=called)

    # --- how it is told ---------------------------------------------------------------------------------------------

    def _money_terms(self, comparison: ComparisonQuestion) -> ComparisonQuestion:
        text, base, per = self._single("_real"), self._single("_base"), self._single("_per")
        index = comparison_options.index_of(self.city, comparison.dataset, comparison.measure)
        # Between two moments the same rows are held against each other, so no money of two years is.
        several = comparison.by not in MOMENTS and comparison_options.spans_years(
            comparison.dataset, comparison.scope.filters
        )
        usual = index is not None and several
        try:
            real = values.read_flag(text) if text else usual and self.of_one_year
        except BadValue as bad:
            self._say(bad.code, "_real", bad.allowed)
            real = False
        if real and index is None:
            self._say("not-real", "_real")
        elif real and index is not None:
            base = base or index.base
            if base not in index.index:
                self._say("not-allowed", "_base", sorted(index.index))
        allowed = [
            divisor.code for divisor in comparison_options.divisors(self.city, comparison.dataset, comparison.measure)
        ]
        if per and per not in allowed:
            self._say("not-allowed", "_per", allowed)
        return replace(comparison, real=real, base=base if real else "", per=per, nominal=usual and not real)


def _side(dataset: Dataset, by: GroupKey | ComparedAxis | None, scope: Question, text: str) -> ComparisonSide:
    """One side. Raises ValueIssue or BadQuestion."""
    if by == "_as_of":
        moment = values.read_moment(text)
        return ComparisonSide(replace(Question(slug=""), as_of=moment).parameters()[0][1], replace(scope, as_of=moment))
    if by == "_release":
        release = values.read_release(text)
        if scope.as_of:
            raise BadQuestion([problem("both-times", "_side")])
        return ComparisonSide("/".join(map(str, release)), replace(scope, release=release))
    if by is None:
        asked = parse(dataset, _pairs(text), refuse=_NOT_ON_SIDES)
        conditions = asked.filters
        said = Question(slug=dataset.slug, filters=conditions)
        return ComparisonSide(
            "&".join(f"{name}={value}" for name, value in said.parameters()), scope.having(*conditions), conditions
        )
    assert isinstance(by, GroupKey)  # noqa: S101 - sides that are cities are read by themselves
    field = dataset.field(by.field)
    value = (values.read_value(field, text),)
    first = value[0]
    if isinstance(first, Span) and by.part is not None and period.parse(first.text).kind != by.part:
        raise BadValue("not-a-period")
    condition = Filter(by.field, "eq", value)
    return ComparisonSide(condition.text, scope.having(condition), (condition,))


_NOT_ON_SIDES: Final = (
    "_search", "_sort", "_sort_desc", "_size", "_next", "_count", "_fields", "_as_of", "_release", "_calendar", "_lang",
)  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    """The conditions of a side that is a query: ``field=value&field__op=value``; an empty one is all rows."""
    return [(name, value) for name, sign, value in (part.partition("=") for part in text.split("&")) if name or sign]
