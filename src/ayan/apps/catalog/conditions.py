"""The conditions of a result: those in force, in words, and the controls that set others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.figures import Counts
from ayan.apps.catalog.limits import MOST_CHOICES, MOST_CHOICES_SHOWN, MOST_OPEN
from ayan.core.query.grouping import By
from ayan.core.query.question import Filter, Span, Unit, list_text, value_text
from ayan.core.schema.definition import NUMERIC_KINDS, Dataset, Field
from ayan.core.values import locale, money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold
from ayan.ui import writing
from ayan.ui.parts import Chip

# An open list, such as the units of a municipality, offers its commonest values; all of them stand in the grouped view.
OPEN_ROLES: Final = frozenset({"unit", "category", "place", "status"})
OPEN_CHOICES: Final = 6

WORDING: Final[Mapping[str, Label]] = {
    "eq": Label("{label}: {value}", "{label}: {value}"),
    "in": Label("{label}: {value}", "{label}: {value}"),
    "not": Label("{label} جز {value}", "{label} not {value}"),
    "contains": Label("{label} دارای {value}", "{label} contains {value}"),
    "startswith": Label("{label} با {value} آغاز شود", "{label} starts with {value}"),
    "gt": Label("{label} بیش از {value}", "{label} over {value}"),
    "gte": Label("{label} از {value}", "{label} from {value}"),
    "lt": Label("{label} کمتر از {value}", "{label} under {value}"),
    "lte": Label("{label} تا {value}", "{label} up to {value}"),
}
EMPTY: Final = Label("{label} خالی", "{label} empty")
FULL: Final = Label("{label} پر", "{label} not empty")
CHOICES: Final = Label("{count} گزینه", "{count} choices")
SEARCHED: Final = Label("واژه: {words}", "Words: {words}")
RELEASE: Final = Label("انتشار: {period}، {number}", "Release: {name}")
AS_KNOWN: Final = Label("آن‌گونه که تا {moment} دانسته بود", "As known on {moment}")


@dataclass(frozen=True, slots=True)
class Choice:
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
    """The controls of one field: a list of choices, or two ends of a range; ``all_address`` shows every value."""

    field: Field
    choices: tuple[Choice, ...] = ()
    folded: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    unit: Unit = "rial"
    all_address: str = ""
    ranged: bool = False

    @property
    def minor(self) -> bool:
        """Whether the control may stay folded away: a range of a field that plays no part of its own."""
        return self.ranged and self.field.role is None

    @property
    def in_force(self) -> bool:
        """Whether it says anything now."""
        return bool(self.low or self.high) or any(one.checked for one in (*self.choices, *self.folded))

    @property
    def fold_open(self) -> bool:
        """Whether a choice in the folded part is asked for."""
        return any(one.checked for one in self.folded)

    @property
    def suffix(self) -> str:
        """What a box's name ends with: the unit of the page for money, which is typed as it is shown."""
        return f".{self.unit}" if self.field.kind == "rial" else ""


def chips(ask: Ask) -> list[Chip]:
    """The conditions in force, in words, each with the address that takes it away."""
    out = []
    question, lang = ask.question, ask.lang
    if question.search:
        words = SEARCHED.of(lang).format(words=writing.isolated(question.search))
        out.append(Chip(words, ask.but(search="").address))
    out += [Chip(in_words(ask, one), ask.without(one).address) for one in question.filters]
    if question.release:
        period, number = question.release
        shown = {"period": writing.period_label(period, lang), "number": writing.plain_number(number, lang)}
        words = RELEASE.of(lang).format(**shown, name=f"{period}/{number}")
        out.append(Chip(words, ask.but(release=None).address))
    if question.as_of:
        words = AS_KNOWN.of(lang).format(moment=writing.plain_moment(question.as_of, lang))
        out.append(Chip(words, ask.but(as_of=None).address))
    return out


def in_words(ask: Ask, one: Filter) -> str:
    """One condition as a reader would say it."""
    field, lang = ask.dataset.field(one.field), ask.lang
    label = field.label.of(lang)
    if one.op == "isnull":
        return (EMPTY if one.values[0] else FULL).of(lang).format(label=label)
    if len(one.values) > 2:
        value = CHOICES.of(lang).format(count=writing.plain_number(len(one.values), lang))
    else:
        value = locale.of(lang).comma.join(_value(field, each, ask) for each in one.values)
    return WORDING[one.op].of(lang).format(label=label, value=writing.isolated(value))


def _value(field: Field, value: object, ask: Ask) -> str:
    if isinstance(value, Span):
        return writing.period_label(value.text, ask.lang)
    return writing.value_plain(field, value, ask.lang, ask.question.unit, ask.question.calendar)


def listed(dataset: Dataset) -> list[Field]:
    """The fields that are filtered by a list of choices: every closed list, and the open ones that tell rows apart."""
    closed = [one for one in dataset.published if one.choices and len(one.choices.entries) <= MOST_CHOICES]
    opened = [
        one
        for one in dataset.published
        if one.choices is None and one.kind == "text" and one.role in OPEN_ROLES and one.shown == "public"
    ]
    return [one for one in dataset.published if one in closed or one in opened[:MOST_OPEN]]


def size(field: Field) -> int:
    """How many values of a list are looked at."""
    return MOST_CHOICES if field.choices else OPEN_CHOICES


def controls(ask: Ask, counts: Mapping[str, Counts]) -> list[Control]:
    """The controls of the filter: every list, then the ends of dates, money and other numbers."""
    dataset = ask.dataset
    ranged = [
        one
        for one in dataset.published
        if not one.choices
        and one.role not in ("longitude", "latitude")
        and (one.kind == "date" or (one.kind in NUMERIC_KINDS and one.name not in dataset.key))
    ]
    return [
        *(_list(one, ask, counts.get(one.name)) for one in listed(dataset)),
        *(_range(one, ask) for one in ranged),
    ]


def _range(field: Field, ask: Ask) -> Control:
    return Control(
        field, low=_end(ask, field, "gte"), high=_end(ask, field, "lte"), unit=ask.question.unit, ranged=True
    )


def _list(field: Field, ask: Ask, counts: Counts | None) -> Control:
    asked = {
        value_text(value)
        for one in ask.question.filters
        if one.field == field.name and one.op in ("eq", "in")
        for value in one.values
    }
    choices = _closed(field, ask.lang, asked, counts) if field.choices else _open(asked, counts)
    address = ask.but(by=By(field.name), view=None, sort=None).address if counts and counts.more else ""
    shown = MOST_CHOICES_SHOWN if len(choices) > MOST_CHOICES_SHOWN + 2 else len(choices)
    return Control(field, tuple(choices[:shown]), tuple(choices[shown:]), all_address=address)


def _closed(field: Field, lang: Lang, asked: set[str], counts: Counts | None) -> list[Choice]:
    found = counts.by_text if counts else {}
    most = max(found.values(), default=0)
    entries = field.choices.entries if field.choices else ()
    return [
        Choice(
            entry.code,
            entry.label.of(lang),
            entry.code in asked,
            found.get(entry.code, 0) if counts else None,
            _share(found.get(entry.code, 0), most),
        )
        for entry in entries
        if not counts or found.get(entry.code) or entry.code in asked
    ]


def _open(asked: set[str], counts: Counts | None) -> list[Choice]:
    found = {text: count for text, count in (counts.by_text if counts else {}).items() if text}
    most = max(found.values(), default=0)
    folded = {fold(text) for text in asked}
    out = [
        Choice(list_text((text,)), text, fold(text) in folded, count, _share(count, most))
        for text, count in found.items()
    ]
    here = {fold(text) for text in found}
    return [*(Choice(list_text((text,)), text, True) for text in sorted(asked) if fold(text) not in here), *out]


def _share(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0


def _end(ask: Ask, field: Field, op: str) -> str:
    """What a box of a range holds now, as the reader would type it."""
    for one in ask.question.filters:
        if one.field == field.name and one.op == op:
            value = one.values[0]
            if field.kind == "rial" and isinstance(value, int):
                return money.amount(value, ask.question.unit, ask.lang)
            text = one.text.replace("-", "/") if field.kind == "date" else one.text
            return locale.of(ask.lang).numerals(text)
    return ""


def kept(ask: Ask, shown: list[Control]) -> list[tuple[str, str]]:
    """What the filter form must send along because none of its controls shows it: sort, unit, other conditions."""
    controlled = {"_search", "_next"}
    for one in shown:
        ends = [one.field.name, f"{one.field.name}__in"] if one.choices else []
        controlled.update(ends or [f"{one.field.name}__{end}" for end in ("gte", "lte")])
    return [(name, text) for name, text in ask.parameters() if name not in controlled]
