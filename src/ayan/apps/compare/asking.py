"""What is compared: an address read into one comparison, all of it understood, or a refusal that says what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from ayan.apps.compare import elsewhere, offering
from ayan.apps.compare.limits import MOST_SIDES
from ayan.apps.compare.offering import CITY, MOMENTS, Apart
from ayan.core.query import values
from ayan.core.query.grouping import By, Measure, parse_groups
from ayan.core.query.parse import parse, read_filters
from ayan.core.query.problem import BadQuestion, Problem, problem
from ayan.core.query.question import Filter, Question, Span
from ayan.core.query.values import BadValue, as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label
from ayan.wiring.city import City

OWN: Final = ("_data", "_measure", "_by", "_side", "_over", "_real", "_base", "_per")
SHAPING: Final = ("_search", "_as_of")
NOTHING: Final = "none"

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its text in the address, the rows it is about, and the condition that sets it apart (none for time).

    ``city`` is the code of another city whose rows they are, and ``name`` what a city is called.
    """

    text: str
    scope: Question
    conditions: tuple[Filter, ...] = ()
    city: str = ""
    name: Label | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one dataset, for each side and each value of ``over`` (None: all together).

    ``by`` is what the sides are values of: a field, the year or month of a date, one of `MOMENTS`, `CITY`, or None
    where each side is a query of its own. ``base`` is the year at whose prices money is told where it is ``real``.
    ``per`` is what is divided by: a field, `PERSON`, or nothing.
    """

    dataset: Dataset
    measure: Measure
    by: By | Apart | None
    sides: tuple[Side, ...]
    over: By | None
    scope: Question
    real: bool = False
    base: str = ""
    per: str = ""

    def parameters(self) -> list[tuple[str, str]]:
        """The comparison as parameters in fixed order; reading them gives it again."""
        by = self.by.name if isinstance(self.by, By) else self.by or ""
        own = [
            ("_data", self.dataset.slug),
            ("_measure", self.measure.name),
            ("_by", by),
            *(("_side", one.text) for one in self.sides),
            ("_over", self.over.name if self.over else NOTHING),
            ("_real", "1" if self.real else ""),
            ("_base", self.base),
            ("_per", self.per),
        ]
        return [pair for pair in own if pair[1] or (pair[0] == "_side" and not by)] + self.scope.parameters()

    @property
    def query(self) -> str:
        """The comparison as the query of an address."""
        return "&".join(f"{quote(name, safe='_')}={quote(text, safe=',-.:/_')}" for name, text in self.parameters())


def read(city: City, parameters: Pairs) -> Comparison:
    """The comparison that parameters ask for. Raises BadQuestion with every problem found.

    What is left out is chosen: the count of rows, the two sides with the most rows (of time the newest two), year by
    year where the rows have one.
    """
    reading = _Reading(city, parameters)
    made = reading.comparison()
    if reading.problems:
        raise BadQuestion(reading.problems)
    assert made is not None  # noqa: S101 - without it there is a problem
    return made


class _Reading:
    """One pass over the parameters, collecting problems."""

    def __init__(self, city: City, parameters: Pairs) -> None:
        self.city = city
        self.problems: list[Problem] = []
        self.own = {name: [text for each, text in parameters if each == name] for name in OWN}
        self.rest = [(name, text) for name, text in parameters if name not in OWN]
        for name in OWN:
            if name != "_side" and len(self.own[name]) > 1:
                self._say("repeated", name)

    def _say(self, code: str, name: str, allowed: Sequence[str] = (), **blanks: object) -> None:
        self.problems.append(problem(code, name, allowed, **blanks))

    def _one(self, name: str) -> str:
        return next(iter(self.own[name]), "").strip()

    def comparison(self) -> Comparison | None:
        dataset = self._dataset()
        if dataset is None:
            return None
        scope = self._scope(dataset)
        measure = self._measure(dataset)
        by = self._by(dataset, scope)
        over = self._over(dataset, by)
        if self.problems:
            return None
        sides = self._sides(dataset, by, scope)
        made = Comparison(dataset, measure, by, sides, over, scope)
        told = self._told(made)
        self._there(told)
        return told

    def _dataset(self) -> Dataset | None:
        slug = self._one("_data")
        allowed = [one.slug for one in self.city.registry.all()]
        if not slug:
            self._say("needed", "_data", allowed)
            return None
        try:
            found = self.city.registry.get(slug) if slug in allowed else None
        except (KeyError, DeclarationError):
            found = None
        if found is None:
            self._say("not-allowed", "_data", allowed)
            return None
        return as_asked(found)

    def _scope(self, dataset: Dataset) -> Question:
        try:
            return read_filters(dataset, self.rest, SHAPING)
        except BadQuestion as bad:
            self.problems.extend(bad.problems)
            return Question(slug=dataset.slug)

    def _measure(self, dataset: Dataset) -> Measure:
        text = self._one("_measure") or "count"
        offered = {one.name: one for one in offering.measures(dataset)}
        if text in offered:
            return offered[text]
        self._say("not-allowed", "_measure", list(offered))
        return Measure("count")

    def _by(self, dataset: Dataset, scope: Question) -> By | Apart | None:
        text = self._one("_by")
        for apart in (*MOMENTS, CITY):
            if text == apart:
                return apart
        if text:
            return self._key("_by", text, dataset)
        # Sides without a name of what they are values of are queries; where there are none either, something is chosen.
        return None if self.own["_side"] else offering.usual_by(self.city, dataset, scope)

    def _over(self, dataset: Dataset, by: By | Apart | None) -> By | None:
        text = self._one("_over")
        if text == NOTHING:
            return None
        return self._key("_over", text, dataset) if text else offering.usual_over(dataset, by)

    def _key(self, name: str, text: str, dataset: Dataset) -> By | None:
        try:
            found = parse_groups(dataset, [("by", text)]).by
        except BadQuestion as bad:
            self.problems.extend(replace(one, parameter=name) for one in bad.problems)
            return None
        if len(found) > 1:
            self._say("repeated", name)
        return found[0]

    # --- sides ------------------------------------------------------------------------------------------------------

    def _sides(self, dataset: Dataset, by: By | Apart | None, scope: Question) -> tuple[Side, ...]:
        texts = list(dict.fromkeys(text.strip() for text in self.own["_side"] if text.strip() or by is None))
        if not texts:
            texts = offering.usual_sides(self.city, dataset, by, scope)
        if len(texts) > MOST_SIDES:
            self._say("too-many", "_side", limit=MOST_SIDES)
            return ()
        if len(texts) < 2:
            self._say("two-sides", "_side")
            return ()
        return tuple({one.text: one for one in self._each(dataset, by, scope, texts)}.values())

    def _each(self, dataset: Dataset, by: By | Apart | None, scope: Question, texts: Sequence[str]) -> Iterator[Side]:
        for text in texts:
            try:
                yield self._other(dataset, scope, text) if by == CITY else _side(dataset, by, scope, text)
            except BadValue as bad:
                self._say(bad.code, "_side", bad.allowed, **bad.blanks)
            except BadQuestion as bad:
                self.problems.extend(replace(one, parameter="_side") for one in bad.problems)

    def _other(self, dataset: Dataset, scope: Question, text: str) -> Side:
        """A side that is a city. Raises BadValue, or BadQuestion where its past is asked for, which is not kept."""
        other = elsewhere.other_of(self.city, dataset, text)
        if other is None:
            return Side(text, scope, name=self.city.profile.name)
        if scope.as_of:
            raise BadQuestion([problem("no-past", "_side")])
        return Side(text, scope, city=other.code, name=offering.away_name(other.about))

    def _there(self, made: Comparison) -> None:
        """Note every column that is asked about and cannot be, in what another city published."""
        asked = {
            "_measure": made.measure.field,
            "_over": made.over.field if made.over else "",
            "_per": made.per,
            **{one.field: one.field for one in made.scope.filters},
        }
        for side in made.sides:
            away, called = elsewhere.unfit(self.city, side.city, made.dataset.slug), side.name or Label("", "")
            for name in [name for name, column in asked.items() if column in away]:
                self._say("not-there", name, city_fa=called.fa, city_en=called.en)

    # --- how it is told ---------------------------------------------------------------------------------------------

    def _told(self, made: Comparison) -> Comparison:
        text, base, per = self._one("_real"), self._one("_base"), self._one("_per")
        try:
            real = values.read_flag(text) if text else False
        except BadValue as bad:
            self._say(bad.code, "_real", bad.allowed)
            real = False
        index = offering.index_of(self.city, made.dataset, made.measure)
        if real and index is None:
            self._say("not-real", "_real")
        elif real and index is not None:
            base = base or index.base
            if base not in index.index:
                self._say("not-allowed", "_base", sorted(index.index))
        allowed = [one.code for one in offering.divisors(self.city, made.dataset, made.measure)]
        if per and per not in allowed:
            self._say("not-allowed", "_per", allowed)
        return replace(made, real=real, base=base if real else "", per=per)


def _side(dataset: Dataset, by: By | Apart | None, scope: Question, text: str) -> Side:
    """One side. Raises BadValue or BadQuestion."""
    if by == "_as_of":
        moment = values.read_moment(text)
        return Side(replace(Question(slug=""), as_of=moment).parameters()[0][1], replace(scope, as_of=moment))
    if by == "_release":
        period, number = values.read_release(text)
        if scope.as_of:
            raise BadQuestion([problem("both-times", "_side")])
        return Side(f"{period}/{number}", replace(scope, release=(period, number)))
    if by is None:
        asked = parse(dataset, _pairs(text), refuse=_NOT_ON_SIDES)
        conditions = asked.filters
        said = Question(slug=dataset.slug, filters=conditions)
        return Side(
            "&".join(f"{name}={value}" for name, value in said.parameters()), scope.having(*conditions), conditions
        )
    assert isinstance(by, By)  # noqa: S101 - sides that are cities are read by themselves
    field = dataset.field(by.field)
    value = values.read_values(field, "eq", text)
    found = value[0]
    if isinstance(found, Span) and by.part is not None and len(found.text) != (4 if by.part == "year" else 7):
        raise BadValue("not-a-period")
    condition = Filter(by.field, "eq", value)
    return Side(condition.text, scope.having(condition), (condition,))


_NOT_ON_SIDES: Final = (
    "_search", "_sort", "_sort_desc", "_size", "_next", "_count", "_fields", "_as_of", "_release", "_calendar", "_lang",
)  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    """The conditions of a side that is a query: ``field=value&field__op=value``; an empty one is all rows."""
    return [(name, value) for name, sign, value in (part.partition("=") for part in text.split("&")) if name or sign]
