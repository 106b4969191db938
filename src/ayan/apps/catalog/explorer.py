"""What the explorer page shows beside the rows: columns to sort by, conditions to set and to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.query.question import Filter, Question, Span, Unit, value_text
from ayan.core.schema.definition import NUMERIC_KINDS, Dataset, Field
from ayan.core.values import digits, money
from ayan.ui import writing
from ayan.ui.language import Lang

PAGE_SIZE: Final = 25
MOST_COLUMNS: Final = 8
MOST_CHOICES: Final = 60
CITIZEN_UNIT: Final[Unit] = "toman"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: ``address`` sorts by it (empty where it cannot), ``aria`` says how it is sorted now."""

    field: Field
    address: str
    aria: str

    @property
    def wide(self) -> bool:
        """Whether its cells hold words, which need room."""
        return self.field.kind in ("text", "place") and self.field.choices is None


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in force and the address without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list, whether it is asked for, and how many rows of the rest of the question have it."""

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
class Group:
    """The controls of one field: a list of choices, or two ends of a range."""

    field: Field
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    unit: Unit = "rial"

    @property
    def minor(self) -> bool:
        """Whether the control may stay folded away: a range of a field that plays no part of its own."""
        return not self.choices and self.field.role is None

    @property
    def suffix(self) -> str:
        """What a box's name ends with: the unit of the page for money, which is typed as it is shown."""
        return f".{self.unit}" if self.field.kind == "rial" else ""


def address_of(question: Question, path: str) -> str:
    """The one address of a question as a page shows it: Toman is what a page starts with, so it needs no saying."""
    size = None if question.size == PAGE_SIZE else question.size
    asked = replace(question, unit="rial", lang=None, count=False, size=size)
    parts = [asked.query_string()] if asked.query_string() else []
    if question.unit != CITIZEN_UNIT:
        parts.append(f"_unit={question.unit}")
    return f"{path}?{'&'.join(parts)}" if parts else path


def title_field(dataset: Dataset) -> Field | None:
    """The field that names a record: the one declared as its title, else the first words in it."""
    declared = [one for one in dataset.published if one.role == "title"]
    wordy = [one for one in dataset.published if one.kind in ("text", "place") and one.choices is None]
    return next(iter([*declared, *wordy]), None)


def table_fields(dataset: Dataset, question: Question) -> tuple[Field, ...]:
    """The fields shown as columns: those asked for, else the key and the first ones, those with a role before."""
    if question.fields:
        return tuple(one for one in dataset.published if one.name in question.fields)
    plain = [one for one in dataset.published if one.kind not in ("geometry", "link")]
    chosen = sorted(plain, key=lambda one: (one.name not in dataset.key, one.role is None))[:MOST_COLUMNS]
    return tuple(one for one in plain if one in chosen)


def asked_fields(dataset: Dataset, shown: Iterable[Field]) -> tuple[str, ...]:
    """The names to ask for: the columns, and what the row's own address and name need."""
    title = title_field(dataset)
    needed = {*(one.name for one in shown), *dataset.key, *([title.name] if title else [])}
    return tuple(one.name for one in dataset.published if one.name in needed)


def columns(shown: Sequence[Field], question: Question, path: str) -> list[Column]:
    """The columns with their sort links: numbers and dates start with the largest, words with the first letter."""
    out = []
    for one in shown:
        now = question.sort if question.sort and question.sort.field == one.name else None
        largest_first = one.kind in NUMERIC_KINDS or one.kind == "date"
        descending = not now.descending if now else largest_first
        address = address_of(question.sorted_by(one.name, descending=descending), path)
        aria = "" if now is None else "descending" if now.descending else "ascending"
        out.append(Column(one, "" if one.kind == "geometry" else address, aria))
    return out


WORDING: Final[Mapping[str, tuple[str, str]]] = {
    "eq": ("{label}: {value}", "{label}: {value}"),
    "in": ("{label}: {value}", "{label}: {value}"),
    "not": ("{label} جز {value}", "{label} not {value}"),
    "contains": ("{label} دارای {value}", "{label} contains {value}"),
    "startswith": ("{label} با {value} آغاز شود", "{label} starts with {value}"),
    "gt": ("{label} بیش از {value}", "{label} over {value}"),
    "gte": ("{label} از {value}", "{label} from {value}"),
    "lt": ("{label} کمتر از {value}", "{label} under {value}"),
    "lte": ("{label} تا {value}", "{label} up to {value}"),
}


def chips(dataset: Dataset, question: Question, lang: Lang, path: str) -> list[Chip]:
    """The conditions in force, in words, each with the address that takes it away."""
    out = []
    if question.search:
        words = {"fa": "واژه: {}", "en": "Words: {}"}[lang].format(writing.isolated(question.search))
        out.append(Chip(words, address_of(replace(question, search="", cursor=None), path)))
    for one in question.filters:
        words = _condition(dataset.field(one.field), one, lang, question.unit)
        out.append(Chip(words, address_of(question.without(one), path)))
    if question.release:
        period, number = question.release
        shown = f"{writing.period_label(period, lang)}، {writing.plain_number(number, lang)}"
        words = {"fa": f"انتشار: {shown}", "en": f"Release: {period}/{number}"}[lang]
        out.append(Chip(words, address_of(replace(question, release=None, cursor=None), path)))
    return out


def _condition(field: Field, one: Filter, lang: Lang, unit: Unit) -> str:
    label = field.label.of(lang)
    if one.op == "isnull":
        empty = {
            ("fa", True): "{} خالی",
            ("fa", False): "{} پر",
            ("en", True): "{} empty",
            ("en", False): "{} not empty",
        }
        return empty[lang, bool(one.values[0])].format(label)
    if len(one.values) > 2:
        count = writing.plain_number(len(one.values), lang)
        value = {"fa": f"{count} گزینه", "en": f"{count} choices"}[lang]
    else:
        value = {"fa": "، ", "en": ", "}[lang].join(_value(field, each, lang, unit) for each in one.values)
    return WORDING[one.op][lang == "en"].format(label=label, value=writing.isolated(value))


def _value(field: Field, value: object, lang: Lang, unit: Unit) -> str:
    if isinstance(value, Span):
        return writing.period_label(value.text, lang)
    return writing.value_plain(field, value, lang, unit)


def groups(dataset: Dataset, question: Question, lang: Lang, counts: Mapping[str, Mapping[object, int]]) -> list[Group]:
    """The controls of the filter: every closed list, then the ends of dates, money and other numbers."""
    listed = [one for one in dataset.published if one.choices and len(one.choices.entries) <= MOST_CHOICES]
    ranged = [
        one
        for one in dataset.published
        if not one.choices and (one.kind == "date" or (one.kind in NUMERIC_KINDS and one.name not in dataset.key))
    ]
    return [
        *(Group(one, _choices(one, question, lang, counts.get(one.name, {}))) for one in listed),
        *(
            Group(one, (), _end(question, one, "gte", lang), _end(question, one, "lte", lang), question.unit)
            for one in ranged
        ),
    ]


def _choices(field: Field, question: Question, lang: Lang, counts: Mapping[object, int]) -> tuple[Choice, ...]:
    asked = {
        value_text(value)
        for one in question.filters
        if one.field == field.name and one.op in ("eq", "in")
        for value in one.values
    }
    found = {str(code): count for code, count in counts.items()}
    most = max(found.values(), default=0)
    entries = field.choices.entries if field.choices else ()
    return tuple(
        Choice(
            entry.code,
            entry.label.of(lang),
            entry.code in asked,
            found.get(entry.code, 0) if counts else None,
            round(100 * found.get(entry.code, 0) / most) if most else 0,
        )
        for entry in entries
        if not counts or found.get(entry.code) or entry.code in asked
    )


def _end(question: Question, field: Field, op: str, lang: Lang) -> str:
    """What a box of a range holds now, as the reader would type it."""
    for one in question.filters:
        if one.field == field.name and one.op == op:
            value = one.values[0]
            if field.kind == "rial" and isinstance(value, int):
                return money.amount(value, question.unit, lang)
            text = one.text.replace("-", "/") if field.kind == "date" else one.text
            return digits.to_persian(text) if lang == "fa" else text
    return ""


def kept_parameters(question: Question, groups_shown: Sequence[Group]) -> list[tuple[str, str]]:
    """What the filter form must send along because none of its controls shows it: sort, unit, other conditions."""
    controlled = {f"{one.field.name}__in" for one in groups_shown if one.choices}
    controlled |= {one.field.name for one in groups_shown if one.choices}
    controlled |= {f"{one.field.name}__{end}" for one in groups_shown if not one.choices for end in ("gte", "lte")}
    size = None if question.size == PAGE_SIZE else question.size
    asked = replace(question, cursor=None, search="", unit="rial", lang=None, count=False, size=size)
    kept = [(name, text) for name, text in asked.parameters() if name not in controlled]
    if question.unit != CITIZEN_UNIT:
        kept.append(("_unit", question.unit))
    return kept
