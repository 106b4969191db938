"""The conditions of a result: those in force, in words, and the controls that set others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Final

from ayan.apps.catalog.explorer.figures import FacetCounts
from ayan.apps.catalog.explorer.state import PAGE, ExplorerState, box_of
from ayan.apps.catalog.limits import MOST_CHOICES, MOST_CHOICES_SHOWN, MOST_OPEN
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.query.grouping import GroupKey
from ayan.core.query.operators import OPERATORS
from ayan.core.query.problem import BadQuestion, QuestionProblem
from ayan.core.query.question import Filter
from ayan.core.query.values import list_text
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale, money
from ayan.core.values.asked_value import Span, value_text
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit
from ayan.core.values.text import fold
from ayan.ui import code_html, value_html
from ayan.ui.component_parts import Chip

# An open list, such as the units of a municipality, offers its commonest values; all of them stand in the grouped view.
OPEN_ROLES: Final = frozenset({"unit", "category", "place", "status"})
OPEN_CHOICES: Final = 6

CHOICES: Final = Label("{count} گزینه", "{count} choices")
SEARCHED: Final = Label("واژه: {words}", "Words: {words}")
RELEASE: Final = Label("انتشار: {period}، {number}", "Release: {name}")
AS_KNOWN: Final = Label("آن‌گونه که تا {moment} دانسته بود", "As known on {moment}")


@dataclass(frozen=True, slots=True)
class ConditionChoice:
    """One value of a list, whether it is asked for, and how many rows of the rest of the question have it."""

    code: str
    label: str
    checked: bool
    count: int | None = None
    width: int = 0

    @property
    def rest(self) -> int:
        """Where its bar starts on a page that is read from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class Control:
    """The controls of one field: a list of choices, or two ends of a range; ``all_address`` shows every value.

    ``wrong`` says of an end (``gte``, ``lte``) what is wrong with what was typed there.
    """

    field: Field
    choices: tuple[ConditionChoice, ...] = ()
    folded: tuple[ConditionChoice, ...] = ()
    low: str = ""
    high: str = ""
    unit: ShownUnit = "rial"
    all_address: str = ""
    ranged: bool = False
    wrong: Mapping[str, QuestionProblem] = attribute(default_factory=dict)

    @property
    def minor(self) -> bool:
        """Whether the control may stay folded away: a range of a field that plays no part of its own."""
        return self.ranged and self.field.role is None

    @property
    def wrong_low(self) -> bool:
        """Whether what was typed as its lower end could not be read."""
        return "gte" in self.wrong

    @property
    def wrong_high(self) -> bool:
        """The same of its upper end."""
        return "lte" in self.wrong

    @property
    def hinted(self) -> bool:
        """Whether it says how its values may be written."""
        return self.field.kind.is_day or self.field.kind.is_money

    @property
    def in_force(self) -> bool:
        """Whether it says anything now."""
        return bool(self.low or self.high) or any(choice.checked for choice in (*self.choices, *self.folded))

    @property
    def fold_open(self) -> bool:
        """Whether a choice in the folded part is asked for."""
        return any(choice.checked for choice in self.folded)

    @property
    def suffix(self) -> str:
        """What a box's name ends with: the unit in which money is typed."""
        return f".{self.unit}" if self.field.kind.is_money else ""


def typed_unit(ask: ExplorerState) -> ShownUnit:
    """The unit in which a reader types money: what a bare number means to people, whatever a list shows."""
    return "rial" if ask.question.unit == "rial" else CITIZEN_UNIT


def chips(ask: ExplorerState) -> list[Chip]:
    """The conditions in force, in words, each with the address that takes it away."""
    out = []
    question, lang = ask.question, ask.lang
    if question.search:
        words = SEARCHED.of(lang).format(words=code_html.isolated(question.search))
        out.append(Chip(words, ask.but(search="").address))
    out += [Chip(in_words(ask, condition), ask.without(condition).address) for condition in question.filters]
    if question.release:
        period, number = question.release
        shown = {"period": value_html.period_label(period, lang), "number": value_html.plain_number(number, lang)}
        words = RELEASE.of(lang).format(**shown, name=f"{period}/{number}")
        out.append(Chip(words, ask.but(release=None).address))
    if question.as_of:
        words = AS_KNOWN.of(lang).format(moment=value_html.plain_moment(question.as_of, lang))
        out.append(Chip(words, ask.but(as_of=None).address))
    return out


def in_words(ask: ExplorerState, condition: Filter) -> str:
    """One condition as a reader would say it."""
    field, lang = ask.dataset.field(condition.field), ask.lang
    label = field.label.of(lang)
    operator = OPERATORS[condition.op]
    if operator.takes == "flag":
        said = operator.sentence if condition.values[0] or operator.otherwise is None else operator.otherwise
        return said.of(lang).format(label=label)
    if operator.takes == "column":
        other = ask.dataset.field(str(condition.values[0])).label.of(lang)
        return operator.said(field, condition.values).of(lang).format(label=label, value=code_html.isolated(other))
    if len(condition.values) > 2:
        value = CHOICES.of(lang).format(count=value_html.plain_number(len(condition.values), lang))
    else:
        value = locale.of(lang).comma.join(_value(field, each, ask) for each in condition.values)
    return operator.sentence.of(lang).format(label=label, value=code_html.isolated(value))


def _value(field: Field, value: object, ask: ExplorerState) -> str:
    if isinstance(value, Span):
        return value_html.period_label(value.text, ask.lang)
    return value_html.value_plain(field, value, ask.lang, ask.question.unit, ask.question.calendar)


def listed(dataset: Dataset) -> list[Field]:
    """The fields that are filtered by a list of choices: every closed list, and the open ones that tell rows apart."""
    closed = [field for field in dataset.published if field.choices and len(field.choices.entries) <= MOST_CHOICES]
    opened = [
        field
        for field in dataset.published
        if field.choices is None and field.kind.is_free_text and field.role in OPEN_ROLES and field.shown == "public"
    ]
    return [field for field in dataset.published if field in closed or field in opened[:MOST_OPEN]]


def size(field: Field) -> int:
    """How many values of a list are looked at."""
    return MOST_CHOICES if field.choices else OPEN_CHOICES


def controls(ask: ExplorerState, counts: Mapping[str, FacetCounts]) -> list[Control]:
    """The controls of the filter: every list, then the ends of dates, money and other numbers."""
    dataset = ask.dataset
    ranged = [
        field
        for field in dataset.published
        if not field.choices
        and field.role not in ("longitude", "latitude")
        and (field.kind.is_day or (field.kind.is_number and field.name not in dataset.key))
    ]
    return [
        *(_list(field, ask, counts.get(field.name)) for field in listed(dataset)),
        *(_range(field, ask) for field in ranged),
    ]


def _range(field: Field, ask: ExplorerState) -> Control:
    return Control(field, low=_end(ask, field, "gte"), high=_end(ask, field, "lte"), unit=typed_unit(ask), ranged=True)


def _list(field: Field, ask: ExplorerState, counts: FacetCounts | None) -> Control:
    asked = {
        value_text(value)
        for condition in ask.question.filters
        if condition.field == field.name and condition.op in ("eq", "in")
        for value in condition.values
    }
    choices = _closed(field, ask.lang, asked, counts) if field.choices else _open(asked, counts)
    address = ask.but(by=GroupKey(field.name), view=None, sort=None).address if counts and counts.more else ""
    shown = MOST_CHOICES_SHOWN if len(choices) > MOST_CHOICES_SHOWN + 2 else len(choices)
    return Control(field, tuple(choices[:shown]), tuple(choices[shown:]), all_address=address)


def _closed(field: Field, lang: Lang, asked: set[str], counts: FacetCounts | None) -> list[ConditionChoice]:
    by_code = counts.by_text if counts else {}
    most = max(by_code.values(), default=0)
    entries = field.choices.entries if field.choices else ()
    return [
        ConditionChoice(
            entry.code,
            entry.label.of(lang),
            entry.code in asked,
            by_code.get(entry.code, 0) if counts else None,
            _share(by_code.get(entry.code, 0), most),
        )
        for entry in entries
        if not counts or by_code.get(entry.code) or entry.code in asked
    ]


def _open(asked: set[str], counts: FacetCounts | None) -> list[ConditionChoice]:
    by_text = {text: count for text, count in (counts.by_text if counts else {}).items() if text}
    most = max(by_text.values(), default=0)
    folded = {fold(text) for text in asked}
    out = [
        ConditionChoice(list_text((text,)), text, fold(text) in folded, count, _share(count, most))
        for text, count in by_text.items()
    ]
    offered = {fold(text) for text in by_text}
    return [
        *(ConditionChoice(list_text((text,)), text, True) for text in sorted(asked) if fold(text) not in offered),
        *out,
    ]


def _share(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0


def _end(ask: ExplorerState, field: Field, op: str) -> str:
    """What a box of a range holds now, as the reader would type it."""
    for condition in ask.question.filters:
        if condition.field == field.name and condition.op == op:
            value = condition.values[0]
            if field.kind.is_money and isinstance(value, int):
                return money.amount(value, typed_unit(ask), ask.lang)
            text = condition.text.replace("-", "/") if field.kind.is_day else condition.text
            return locale.of(ask.lang).numerals(text)
    return ""


def marked(controls: Sequence[Control], typed: Sequence[tuple[str, str]], bad: BadQuestion) -> list[Control]:
    """The controls with what was typed into their boxes, and what is wrong with it."""
    faults = {fault.parameter: fault for fault in bad.problems}
    texts = {box_of(name): text for name, text in typed}
    out = []
    for control in controls:
        ends = {end: f"{control.field.name}__{end}" for end in ("gte", "lte")}
        wrong = {end: faults[name] for end, name in ends.items() if name in faults} if control.ranged else {}
        low = texts.get(ends["gte"], control.low) if "gte" in wrong else control.low
        high = texts.get(ends["lte"], control.high) if "lte" in wrong else control.high
        out.append(replace(control, low=low, high=high, wrong=wrong))
    return out


def carried_parameters(ask: ExplorerState, shown: list[Control]) -> list[tuple[str, str]]:
    """What the filter form must send along because none of its controls shows it: sort, unit, other conditions."""
    controlled = {"_search", "_next", PAGE}
    for control in shown:
        ends = [control.field.name, f"{control.field.name}__in"] if control.choices else []
        controlled.update(ends or [f"{control.field.name}__{end}" for end in ("gte", "lte")])
    return [(name, text) for name, text in ask.parameters() if name not in controlled]
