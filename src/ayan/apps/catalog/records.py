"""One record: its address, its name, and the way back to the file, row and column it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ayan.apps.catalog import explorer
from ayan.apps.catalog.selectors import Published, one_release
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.definition import Dataset, Field
from ayan.ui import writing
from ayan.ui.language import Lang
from ayan.wiring.city import City


class NoSuchRecord(LookupError):
    """No row of the present state has this key."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its record's key in an address, the field that heads it, and the other cells."""

    key: str
    head: Field | None
    head_value: object
    sub: tuple[tuple[Field, object], ...]
    cells: tuple[tuple[Field, object], ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One published field and the column of the source file it was read from (empty where it was not)."""

    field: Field
    letter: str
    header: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One control total as a release states it: an exact number, with the field whose kind says how to write it."""

    label: str
    value: int | Decimal
    field: Field | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one issue was met, in words."""

    code: str
    words: str
    severity: str
    count: int


def lines(dataset: Dataset, rows: Iterable[Row], shown: Sequence[Field]) -> list[Line]:
    """The rows as the table shows them: the record's name heads its line, with the key in small beneath it."""
    head, under, rest = _split(dataset, shown)
    return [
        Line(
            keys.key_of(dataset, row),
            head,
            row.values.get(head.name) if head else None,
            tuple((one, row.values.get(one.name)) for one in under),
            tuple((one, row.values.get(one.name)) for one in rest),
        )
        for row in rows
    ]


def heads(dataset: Dataset, columns: Sequence[explorer.Column]) -> list[explorer.Column]:
    """The columns as the table shows them: the record's name first, without the key that stands under it."""
    head, keys_shown = _split(dataset, [one.field for one in columns])[:2]
    first = [one for one in columns if one.field == head]
    return first + [one for one in columns if one.field != head and one.field not in keys_shown]


def _split(dataset: Dataset, shown: Sequence[Field]) -> tuple[Field | None, list[Field], list[Field]]:
    """The field that names a record, the key shown in small beneath it, and the other columns."""
    title = explorer.title_field(dataset)
    head = title if title in shown else next(iter(shown), None)
    under = [one for one in shown if one.name in dataset.key and one != head][:1]
    return head, under, [one for one in shown if one != head and one not in under]


def find(city: City, dataset: Dataset, key: str) -> Row:
    """The record with this key in the present state, of the newest period where periods repeat it.

    NoSuchRecord when there is none.
    """
    try:
        found = keys.find(city.reader, dataset, key, city.reader.standing(dataset, Question(slug=dataset.slug)))
    except BadQuestion:
        raise NoSuchRecord(key) from None
    if not found:
        raise NoSuchRecord(key)
    return found[0]


def title(dataset: Dataset, row: Row, lang: Lang) -> str:
    """What a record is called: its declared title, else its key."""
    field = explorer.title_field(dataset)
    value = row.values.get(field.name) if field else None
    if field is not None and value:
        return writing.value_plain(field, value, lang, "rial")
    return keys.key_of(dataset, row)


def provenance(city: City, dataset: Dataset, row: Row) -> Published:
    """The release a row stands in."""
    return one_release(city, dataset, row.period, row.release)


def column_map(dataset: Dataset, one: Published) -> list[Mapped]:
    """Which column of the source file each published field was read from."""
    columns: dict[str, Any] = one.facts.get("source", {}).get("columns", {})
    return [
        Mapped(
            field,
            str(columns.get(field.name, {}).get("letter", "")),
            str(columns.get(field.name, {}).get("header", "")),
        )
        for field in dataset.published
    ]


def totals(dataset: Dataset, one: Published, lang: Lang) -> list[Stated]:
    """The control totals of a release with their labels."""
    declared = {total.code: total.label.of(lang) for total in dataset.totals}
    fields = {field.name: field for field in dataset.published}
    out = []
    for code, text in one.facts.get("totals", {}).items():
        field = fields.get(code)
        label = declared.get(code) or (field.label.of(lang) if field else code)
        try:
            number = Decimal(text)
        except InvalidOperation:
            continue
        whole = number == number.to_integral_value()
        out.append(Stated(label, int(number) if whole else number, field))
    return out


def issues(one: Published, lang: Lang) -> list[Counted]:
    """What was found in the file when the release was made, in words, gravest first."""
    found = []
    for code, count in one.facts.get("issues", {}).items():
        entry = CATALOGUE.get(code)
        check = next((each for each in one.dataset.checks if each.code == code), None)
        severity = entry.severity if entry else check.severity if check else "info"
        words = check.message.of(lang) if check else code
        found.append(Counted(code, _kind(code, lang) if entry else words, severity, int(count)))
    return sorted(found, key=lambda each: (("error", "warning", "info").index(each.severity), -each.count))


def _kind(code: str, lang: Lang) -> str:
    """The wording of a code without the particulars of one cell: its blanks are shown as an ellipsis."""
    words = CATALOGUE[code].wording.of(lang)
    out, depth = [], 0
    for character in words:
        depth += character == "{"
        if not depth:
            out.append(character)
        elif character == "}":
            depth = 0
            out.append("…")
    return "".join(out).replace("….", "…")
