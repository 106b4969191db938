"""The record of a dataset that the document of a kind becomes, as the kind declares it: which value goes where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.label import Label

TWICE: Final = Label(
    "ستون «{value}» دو بار پر می‌شود. هر ستون را یک جا بنویسید.",
    "The column “{value}” is filled in twice. Name each column once.",
)
NOT_NEW: Final = Label(
    "آنچه رکورد موجود را تغییر می‌دهد شماره و روز و عوارض تازه ندارد؛ ستون‌های کلید و مقدارهای ثابت را بنویسید.",
    "What changes a record that is there has no number, day or fee of its own; name columns of its key and constants.",
)
NO_STEP: Final = Label(
    'هیچ گامی مقدارهای رکورد را نمی‌پرسد: در `needs` یک گام کارشناس "record" را بنویسید.',
    'No step asks for the values of the record: name "record" among the `needs` of an officer’s step.',
)


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column that an officer states. ``origin`` is the field of the form whose value is offered for it.

    ``codes`` says for values of that field which value of the column they are, where it has others.
    """

    field: str
    origin: str = ""
    codes: tuple[tuple[str, str], ...] = ()

    def offered(self, value: str) -> str:
        """What is offered for a value of the form."""
        return dict(self.codes).get(value, value)


@dataclass(frozen=True, slots=True)
class RecordRule:
    """Which record the document becomes, or ``changes``: then ``columns`` are the key of one that is there.

    ``number``, ``day`` and ``fee`` are the columns for the number of the document, its day and the fee that was told;
    "" for none. ``constants`` are columns with one value for all.
    """

    dataset: str
    columns: tuple[RecordColumn, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    number: str = ""
    day: str = ""
    fee: str = ""
    changes: bool = False


def read_record_rule(table: TomlTable, fields: Collection[str]) -> RecordRule | None:
    """The rule under ``[record]``; None for a kind whose document becomes no record. ``fields`` are of its form."""
    record = table.table("record")
    if record is None:
        return None
    columns = tuple(_column(each, fields) for each in record.tables("column", "field"))
    constant = record.table("constant")
    constants = tuple((name, constant.text(name) or "") for name in constant.raw) if constant is not None else ()
    rule = RecordRule(
        dataset=(record.text("dataset") if record.needed("dataset") else None) or "",
        columns=columns,
        constants=constants,
        number=record.text("number") or "",
        day=record.text("day") or "",
        fee=record.text("fee") or "",
        changes=record.boolean("changes") or False,
    )
    if rule.changes and (rule.number or rule.day or rule.fee):
        record.refuse("changes", "case-record-changes", NOT_NEW)
    elif not rule.changes:
        record.needed("number")
    named = [*(each.field for each in columns), *dict(constants), rule.number, rule.day, rule.fee]
    for name in sorted({name for name in named if name and named.count(name) > 1}):
        record.refuse("column", "case-record-twice", TWICE, value=name[:60])
    record.close()
    return rule


def _column(table: TomlTable, fields: Collection[str]) -> RecordColumn:
    codes = table.table("codes")
    pairs = tuple((code, codes.text(code) or "") for code in codes.raw) if codes is not None else ()
    column = RecordColumn(
        (table.text("field") if table.needed("field") else None) or "", table.text("from") or "", pairs
    )
    if column.origin and column.origin not in fields:
        words: Mapping[str, object] = {
            "value": column.origin[:60], "near": near(column.origin, fields), "allowed": list(fields)
        }  # fmt: skip
        table.refuse("from", "not-one-of", **words)
    table.close()
    return column
