"""The columns of a dataset as the portal describes them, and values as they are meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ayan_client.days import Day
from ayan_client.exact_json import malformed

Value: TypeAlias = str | int | Decimal | Day | bool | None
"""A value: rials and counts are int, numbers with a fraction Decimal, days `Day`; an empty cell is None."""


# What is as it should be is looked at once: an answer has many values.
_PLAIN: Final[Mapping[str | None, type]] = {"string": str, "integer": int, "boolean": bool, "geojson": str}


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Persian and in English."""

    fa: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``kind`` is Ayan's (``rial``, ``date``, ``text`` …), ``type`` that of Table Schema.

    ``unit`` is None where the values have none; rials are rials. ``nature`` says what adding the values up would mean
    (``flow``, ``stock``, ``rate``, ``quantity``), None where nobody says it. ``choices`` are the codes of a closed
    list.
    """

    name: str
    kind: str
    type: str
    label: Words
    unit: Words | None
    nature: str | None
    masked: bool
    choices: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns in their order, and the names that make the key."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    _types: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_types", {column.name: column.type for column in self.columns})

    def column(self, name: str) -> Column:
        """The column of a name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def converted(self, values: Mapping[str, Any], path: str) -> dict[str, Value]:
        """The values of an answer as they are meant. Raises Malformed."""
        types, converted = self._types, dict(values)
        for name, value in values.items():
            kind = types.get(name)
            if value is not None and type(value) is not _PLAIN.get(kind):
                converted[name] = value_of(kind, value, path)
        return converted


def words_of(value: Any) -> Words:
    """Words as answers hold them. Raises KeyError, TypeError."""
    return Words(str(value["fa"]), str(value["en"]))


def schema_of(document: Mapping[str, Any], path: str) -> Schema:
    """The schema that an answer about a dataset holds. Raises Malformed."""
    try:
        described = document["schema"]
        columns = tuple(_column(each) for each in described["fields"] if each["name"] not in ("_row", "_line"))
        return Schema(columns, tuple(map(str, described.get("primaryKey", document.get("key", ())))))
    except (KeyError, TypeError) as wrong:
        raise malformed(path, f"its schema ({wrong})") from None


def _column(each: Mapping[str, Any]) -> Column:
    unit, choices = each.get("ayan:unit"), each.get("ayan:choices", ())
    return Column(
        name=str(each["name"]),
        kind=str(each["ayan:kind"]),
        type=str(each["type"]),
        label=words_of(each["ayan:label"]),
        unit=words_of(unit) if unit else None,
        nature=each.get("ayan:nature"),
        masked=bool(each.get("ayan:masked", False)),
        choices={str(choice["code"]): words_of(choice) for choice in choices},
    )


def value_of(kind: str | None, value: Any, path: str) -> Value:
    """A value of a type of Table Schema as it is meant; None for the type where that is not known. Raises Malformed."""
    match kind, value:
        case _, None:
            return None
        case "date", str():
            try:
                return Day.of(value)
            except ValueError:
                pass
        case "boolean", bool():
            return value
        case "integer", int() | Decimal() if not isinstance(value, bool):
            return value
        case "number", int() | Decimal() if not isinstance(value, bool):
            return Decimal(value)
        case (("string" | "geojson" | "object" | "geopoint"), str()):
            return value
        case None, str() | bool() | int() | Decimal():
            return value
    raise malformed(path, f"{value!r:.60} where a value of type {kind} should stand")
