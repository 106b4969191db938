"""Reading fields and their code lists: from ``[[field]]`` to definitions, or to what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, get_args

from ayan.core.schema import field as declared
from ayan.core.schema.code_lists import read_choices, read_codes
from ayan.core.schema.definition import FieldReading, overridden
from ayan.core.schema.expression_trial import ExpressionTrial
from ayan.core.schema.field import CodeList, Field, Kind, Ref
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.kinds.temporal import SHORT_YEAR
from ayan.core.schema.kinds.written_periods import as_start
from ayan.core.schema.measures import read_extent, read_measure, read_sides
from ayan.core.schema.privacy import personal_in, read_looks
from ayan.core.schema.release_terms import read_day, read_ground
from ayan.core.schema.tables import TomlTable
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR
from ayan.core.values.label import Label
from ayan.core.values.money import MONEY_UNITS
from ayan.core.values.text import fold

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
SLUG: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")

RESERVED: Final = frozenset({"by", "sum", "avg", "median", "min", "max", "distinct", "count", "rowid", "bbox"})
"""Words of the public query grammar and of the database; a field of that name could not be asked for."""

# Keys of a field that do not go with every kind.
KEYS_OF_KINDS: Final = frozenset(key for kind in KINDS.values() for key in kind.keys)
_FOR_CALENDARS: Final[Mapping[str, frozenset[str]]] = {
    "formats": frozenset({"gregorian", "excel"}),
    "century": frozenset({"jalali"}),
    "pivot": frozenset({"jalali", "gregorian", "excel"}),
    "date_order": frozenset({"jalali", "gregorian", "excel"}),
}
_CENTURIES: Final = (1200, 1300, 1400)
_CALENDARS: Final[tuple[declared.CellCalendar, ...]] = get_args(declared.CellCalendar)
_DATE_ORDERS: Final[tuple[declared.DateOrder, ...]] = get_args(declared.DateOrder)
_SHOWN: Final[tuple[declared.FieldVisibility, ...]] = get_args(declared.FieldVisibility)
_ROLES: Final[tuple[declared.FieldRole, ...]] = get_args(declared.FieldRole)


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What a field is read among: the code lists, the dataset's own placeholders, and a place to try things."""

    lists: Mapping[str, CodeList | None]
    nulls: tuple[str, ...]
    trial: ExpressionTrial


def read_field(table: TomlTable, around: FieldContext) -> Field | None:
    """One field, its faults noted; None when it has no usable name or kind, without which nothing else is judged."""
    table.needed("name")
    table.needed("kind")
    name = _name(table)
    kind = KINDS.get(table.one_of("kind", tuple(KINDS)) or "")
    label = table.needed_label("label")
    if name is None or kind is None:
        return None
    reading = read_reading(table, kind, around)
    nature, at, share_of = read_measure(table, kind)
    field = Field(
        name=name,
        kind=kind,
        label=label,
        description=table.label("description"),
        required=table.boolean("required") or False,
        minimum=_bound(table, "minimum", kind),
        maximum=_bound(table, "maximum", kind),
        max_length=table.whole("max_length", 1, 10**6),
        choices=read_choices(table, name, around.lists),
        codes=read_codes(table, name),
        pattern=_pattern(table, around.trial),
        ref=_ref(table),
        null=around.nulls,
        scale=_or(table.whole("scale", 0, 18), 2),
        unit=table.label("unit"),
        shown=table.one_of("shown", _SHOWN) or "public",
        reason=table.label("reason"),
        ground=read_ground(table),
        role=table.one_of("role", _ROLES),
        example=table.text("example"),
        looks_like=read_looks(table),
        empty=table.label("empty"),
        first_of=tuple(table.texts("first_of") or ()),
        nature=nature,
        at=at,
        share_of=share_of,
        side=read_sides(table),
        extent=read_extent(table),
    )
    table.close()
    field = overridden(field, reading)
    _judge_example(table, field, around.trial)
    _judge(table, field, reading)
    return field


def read_reading(table: TomlTable, kind: Kind, around: FieldContext) -> FieldReading:
    """The part of a declaration that says how a file writes a field; a source may state it anew."""
    for key in KEYS_OF_KINDS:
        if table.has(key) and key not in kind.keys:
            table.refuse(
                key, "not-for-kind", kind=kind.label, kinds=_kinds(kind for kind in KINDS.values() if key in kind.keys)
            )
    null = table.texts("null")
    century = table.whole("century")
    if century is not None and century not in _CENTURIES:
        table.refuse("century", "century")
    return FieldReading(
        aliases=table.texts("aliases"),
        position=table.whole("position", 1, 16384),
        money_unit=table.one_of("money_unit", MONEY_UNITS),
        calendar=table.one_of("calendar", _CALENDARS),
        formats=_formats(table, kind, around.trial),
        century=century,
        pivot=table.whole("pivot", FIRST_YEAR + 1, 2998),
        date_order=table.one_of("date_order", _DATE_ORDERS),
        year_start=_year_start(table),
        year_parts=_year_parts(table),
        null=None if null is None else tuple(dict.fromkeys((*around.nulls, *null))),
        strip=table.texts("strip", trimmed=False),
        slash_decimal=table.boolean("slash_decimal"),
    )


def judge_calendar(table: TomlTable, field: Field, reading: FieldReading) -> None:
    """Refuse parts of a reading that the calendar in force would never use."""
    for key, calendars in _FOR_CALENDARS.items():
        stated = getattr(reading, key)
        if stated and field.kind.is_day and field.calendar not in calendars:
            allowed = sorted(calendars)
            table.refuse(key, "not-for-calendar", calendar=field.calendar, calendars=allowed)
    low, high = (FIRST_YEAR + 1, LAST_YEAR) if field.calendar == "jalali" else (1800, 2998)
    if reading.pivot is not None and field.kind.is_day and not low <= reading.pivot <= high:
        table.refuse("pivot", "out-of-range", low=low, high=high)
    # A source may state the formats and the field the pivot, so both are known here alone.
    short = [pattern for pattern in reading.formats or () if SHORT_YEAR in pattern]
    if short and field.pivot is None:
        table.refuse("formats", "format-pivot", value=short[0])


def required_key(table: TomlTable, field: Field) -> Field:
    """The field as part of a key: always filled, published as it is, and of a kind an address can be made of."""
    if table.raw.get("required") is False:
        table.refuse("required", "key-optional")
    return replace(field, required=True)


def _name(table: TomlTable) -> str | None:
    name = table.text("name")
    if name is None:
        return None
    if name in RESERVED or name.startswith("_") or "__" in name:
        table.refuse("name", "name-reserved", value=name[:60])
        return None
    if not NAME.fullmatch(name):
        table.refuse("name", "name-form")
        return None
    return name


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _bound(table: TomlTable, key: str, kind: Kind) -> Decimal | date | None:
    if not table.has(key) or not kind.has_bounds:
        table.raw_value(key)
        return None
    if kind.is_day:
        return read_day(table, key)
    number = table.number(key)
    if number is not None and not kind.has_decimals and number != number.to_integral_value():
        table.refuse(key, "not-whole")
    low, high = kind.bounds
    if number is not None and ((low is not None and number < low) or (high is not None and number > high)):
        table.refuse(key, "out-of-range", low="-∞" if low is None else low, high="∞" if high is None else high)
        return None
    return number


def _pattern(table: TomlTable, trial: ExpressionTrial) -> str | None:
    pattern = table.text("pattern", trimmed=False)
    if pattern is None:
        return None
    reason = trial.pattern(pattern)
    if reason is not None:
        table.refuse("pattern", "pattern", reason=reason)
        return None
    return pattern


def _judge_example(table: TomlTable, field: Field, trial: ExpressionTrial) -> None:
    """Refuse an example that its own field would not take, as far as its form and its list tell."""
    if field.example is None:
        return
    spellings = {
        fold(spelling) for entry in (field.choices.entries if field.choices else ()) for spelling in entry.spellings
    }
    listed = not spellings or fold(field.example) in spellings
    if not listed or (field.pattern is not None and not trial.matches(field.pattern, field.example)):
        table.refuse("example", "example-unfit")


def _year_start(table: TomlTable) -> str | None:
    value = table.text("year_start")
    if value is None:
        return None
    start = as_start(value)
    if start is None:
        table.refuse("year_start", "year-start", value=value[:20])
    return start


def _year_parts(table: TomlTable) -> int | None:
    parts = table.whole("year_parts")
    if parts is None:
        return None
    start = as_start(table.text("year_start") or "01-01")
    # Months begin on their first day, so a year of twelve of them does too.
    if parts not in (12, 13) or (parts == 12 and start is not None and not start.endswith("-01")):
        table.refuse("year_parts", "year-parts")
        return None
    return parts


def _formats(table: TomlTable, kind: Kind, trial: ExpressionTrial) -> tuple[str, ...] | None:
    formats = table.texts("formats")
    if formats is None or "formats" not in kind.keys:
        return None
    sound = []
    for pattern in formats:
        short = kind.is_day and SHORT_YEAR in pattern
        if not (short or "%Y" in pattern) or not trial.format(pattern, whole_day=kind.is_day):
            table.refuse("formats", "format" if kind.is_day else "format-month", value=pattern)
        else:
            sound.append(pattern)
    return tuple(sound)


def _ref(table: TomlTable) -> Ref | None:
    value = table.raw_value("ref")
    if value is None:
        return None
    required = False
    if isinstance(value, Mapping):
        inner = TomlTable(value, table.file, table.at("ref"), table.problems)
        to = inner.text("to") if inner.needed("to") else None
        required = inner.boolean("required") or False
        inner.close()
        if to is None:
            return None
    elif isinstance(value, str):
        to = value
    else:
        table.wrong("ref", "ref")
        return None
    slug, _, field = to.partition(".")
    if not SLUG.fullmatch(slug) or not NAME.fullmatch(field):
        table.refuse("ref", "ref-form")
        return None
    return Ref(slug, field, required)


def _judge(table: TomlTable, field: Field, reading: FieldReading) -> None:
    """What a field's parts must be to one another."""
    judge_calendar(table, field, reading)
    low, high = field.minimum, field.maximum
    if low is not None and high is not None and _above(low, high):
        table.refuse("minimum", "bounds-crossed")
    if field.empty is not None and (field.required or not field.published):
        table.refuse("empty", "empty-never")
    if field.kind.needs_ref and not table.has("ref"):
        table.refuse("ref", "ref-needed")
    role = field.role
    if role is not None and role not in field.kind.roles:
        kinds = _kinds(kind for kind in KINDS.values() if role in kind.roles)
        table.refuse("role", "role-kind", role=role, kind=field.kind.label, kinds=kinds)
    _judge_privacy(table, field)


def _kinds(kinds: Iterable[Kind]) -> list[str]:
    """Kinds as messages list them."""
    return sorted(kind.name for kind in kinds)


def _above(low: Decimal | date, high: Decimal | date) -> bool:
    if isinstance(low, date) or isinstance(high, date):
        return isinstance(low, date) and isinstance(high, date) and low > high
    return low > high


def _judge_privacy(table: TomlTable, field: Field) -> None:
    if field.shown == "masked" and not field.kind.maskable:
        table.refuse("shown", "masked-kind", kind=field.kind.label)
    if field.shown == "masked" and field.choices is not None:
        table.refuse("shown", "masked-choices")
    if field.shown != "public" and field.ref is not None:
        table.refuse("ref", "withheld-ref")
    if field.ground is not None and field.shown == "public":
        table.refuse("ground", "ground-public")
    if field.shown != "public" or field.role == "counter":
        if field.looks_like:
            table.refuse("looks_like", "looks-hidden")
        return
    names = (field.label.fa, field.label.en, *field.aliases)
    personal = None if field.kind.personal is False else personal_in(names)
    if field.kind.personal:
        table.refuse("shown", "identity-public")
    elif personal is not None and field.reason is None:
        table.refuse("shown", "personal-public", label=field.label, personal=personal.label)
    elif field.looks_like and field.reason is None:
        table.refuse("looks_like", "looks-reason")
    elif personal is None and field.reason is not None and not field.looks_like:
        table.refuse("reason", "reason-public")


def headers_of(field: Field) -> Sequence[str]:
    """Every spelling by which a file may head the field's column."""
    return (field.label.fa, field.label.en, *field.aliases)


def named(field: Field) -> Label:
    """The field as messages call it."""
    return field.label if field.label.fa else Label(field.name, field.name)
