"""Decisions about a file's cells and rows, in order and each of them undoable, as plain JSON."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from ayan.core.intake.table import printable_name
from ayan.core.refine import row_ranges
from ayan.core.refine.column_operations import FILL_DOWN, ColumnTexts, TextRule, is_possible, rule_of
from ayan.core.refine.limits import LONGEST_TEXT, MOST_ROWS_NAMED
from ayan.core.refine.outline_mender import OutlineMender
from ayan.core.refine.row_ranges import Ranges
from ayan.core.values import sql
from ayan.core.values.canonical import Json
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import DITTO

CorrectionKind = Literal["replace", "set", "leave", "accept", "redact", "column"]
RedactionWay = Literal["mask", "clear", "drop"]
"""How personal data is taken out: hidden within its text, its cells emptied, or its whole column."""


KINDS: Final = get_args(CorrectionKind)
HOWS: Final = get_args(RedactionWay)


class BadCorrection(Refusal, ValueError):
    """A decision that cannot be read or cannot be."""

    code = "bad-fix"
    fa = "این تصمیم شدنی نیست."
    en = "This decision cannot be carried out."
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision, made by `replaced`, `emptied`, `set_cells`, `left_out`, `accepted` and those that follow them.

    Texts stand for cells without the blanks at their ends; "" is an empty cell. ``batch`` names what was decided
    together and is undone together.
    """

    kind: CorrectionKind
    field: str | None = None
    rows: Ranges = ()
    old: str = ""
    new: str = ""
    reason: str = ""
    code: str = ""
    count: int = 0
    batch: str = ""

    def as_json(self) -> dict[str, Json]:
        """The decision as it may be kept: only what its kind uses."""
        table: dict[str, Json] = {"kind": self.kind}
        if self.kind in ("replace", "set"):
            table |= {"field": self.field, "new": self.new}
        if self.kind == "replace":
            table["old"] = self.old
        if self.kind in ("set", "leave"):
            table["rows"] = row_ranges.written(self.rows)
        if self.kind == "leave":
            table["reason"] = self.reason
        if self.kind == "redact":
            table |= {"code": self.code, "field": self.field}
            if self.code != "drop":
                table |= {"old": self.old, "new": self.new}
        if self.kind == "column":
            table |= {"code": self.code, "field": self.field, "old": self.old, "new": self.new}
        if self.kind == "accept":
            table |= {"code": self.code, "field": self.field, "count": self.count}
        return table | ({"batch": self.batch} if self.batch else {})

    @classmethod
    def from_json(cls, table: object) -> Correction:
        """The decision that `as_json` wrote; BadCorrection for anything else."""
        if not isinstance(table, Mapping):
            raise _unreadable()
        kind: Any = table.get("kind")
        field, count = table.get("field"), table.get("count", 0)
        texts = {name: table.get(name, "") for name in ("old", "new", "reason", "code", "batch", "rows")}
        if kind not in KINDS or not isinstance(field, str | None) or not isinstance(count, int):
            raise _unreadable()
        if any(not isinstance(text, str) for text in texts.values()):
            raise _unreadable()
        try:
            rows = row_ranges.read(texts.pop("rows")) if kind in ("set", "leave") else ()
        except ValueError:
            raise _unreadable() from None
        texts.pop("rows", None)
        if kind != "column":
            # A sign that parts a text may be a blank.
            texts |= {"old": bare(texts["old"]), "new": bare(texts["new"])}
        texts["reason"] = printable_name(texts["reason"])
        return _checked(cls(kind=kind, field=field, count=count, rows=rows, **texts))


def replaced(field: str, old: str, new: str) -> Correction:
    """Write ``new`` for one value of a field wherever it stands."""
    return _checked(Correction(kind="replace", field=field, old=bare(old), new=bare(new)))


def emptied(field: str, old: str) -> Correction:
    """Empty every cell of a field that holds one value."""
    return replaced(field, old, "")


def set_cells(field: str, rows: int | Iterable[int], new: str) -> Correction:
    """Write ``new`` into the cell of a field in one row, or in several."""
    numbers = (rows,) if isinstance(rows, int) else rows
    return _checked(Correction(kind="set", field=field, rows=row_ranges.ranges_of(numbers), new=bare(new)))


def left_out(rows: int | Iterable[int], reason: str) -> Correction:
    """Publish nothing of some rows, and say why."""
    numbers = (rows,) if isinstance(rows, int) else rows
    return _checked(Correction(kind="leave", rows=row_ranges.ranges_of(numbers), reason=printable_name(reason)))


def accepted(code: str, field: str | None, count: int) -> Correction:
    """Let the warnings of one cause stand, as many as there are now."""
    return _checked(Correction(kind="accept", code=code, field=field, count=count))


def masked(field: str, old: str, new: str) -> Correction:
    """Hide what is personal in one value of a field, wherever it stands; ``new`` is the text without it."""
    return _checked(Correction(kind="redact", code="mask", field=field, old=bare(old), new=bare(new)))


def cleared(field: str, old: str) -> Correction:
    """Empty every cell of a field that holds one value, because that is personal."""
    return _checked(Correction(kind="redact", code="clear", field=field, old=bare(old)))


def dropped(field: str) -> Correction:
    """Empty a whole column, because it is personal."""
    return _checked(Correction(kind="redact", code="drop", field=field))


def operated(field: str, code: str, old: str = "", new: str = "") -> Correction:
    """Carry out one of the `OPERATIONS` on a whole column; ``old`` and ``new`` are its texts, where it has some."""
    return _checked(Correction(kind="column", code=code, field=field, old=old, new=new))


def together(fixes: Sequence[Correction], batch: str) -> tuple[Correction, ...]:
    """Decisions as one batch."""
    return tuple(replace(fix, batch=batch) for fix in fixes)


def accepts(fixes: Sequence[Correction], code: str, field: str | None, count: int) -> bool:
    """Whether the warnings of a cause were accepted, all that there are now."""
    return any(fix.kind == "accept" and (fix.code, fix.field) == (code, field) and count <= fix.count for fix in fixes)


def accepted_rows(fixes: Sequence[Correction]) -> dict[str, int]:
    """How many rows that look like none somebody took for records, by the code of the question."""
    most: dict[str, int] = {}
    for fix in fixes:
        if fix.kind == "accept" and fix.field is None:
            most[fix.code] = max(most.get(fix.code, 0), fix.count)
    return most


def bare(text: str) -> str:
    """A text without the blanks at its ends, as cells are compared."""
    return text.strip(sql.BLANKS)


OriginalText: TypeAlias = tuple[str, str]
"""What is written in the place of a text, and how that redacts it ("" where it does not)."""


@dataclass(slots=True)
class FoldedCorrections:
    """What a list of decisions comes to: for each field the values and the cells to write, and the rows left out.

    ``values`` maps, by field, a value of the file to what is written in its place; ``cells`` maps a row to the text of
    its cell and wins over ``values``. Each text stands with how it was redacted, "" where it was not. Of the fields in
    ``dropped`` no cell of the file is left.
    """

    values: dict[str, dict[str, OriginalText]]
    cells: dict[str, dict[int, OriginalText]]
    rows: dict[int, str]
    dropped: frozenset[str] = frozenset()

    @property
    def fields(self) -> set[str]:
        """The fields of which some cell may change."""
        return {*self.values, *self.cells, *self.dropped}


def folded(fixes: Sequence[Correction], fields: Collection[str], texts: ColumnTexts | None = None) -> FoldedCorrections:
    """Carry out the decisions on paper, each upon what those before it left; on other fields they come to nothing.

    Operations on a column come to what they do to ``texts``; without these to nothing.
    """
    folds = {name: _Fold() for name in fields}
    rows: dict[int, str] = {}
    for fix in fixes:
        if fix.kind == "leave":
            rows |= dict.fromkeys(row_ranges.each(fix.rows), fix.reason)
        elif fix.field in folds and fix.kind == "replace":
            folds[fix.field].replace(fix.old, fix.new)
        elif fix.field in folds and fix.kind == "set":
            folds[fix.field].set(fix.rows, fix.new)
        elif fix.field in folds and fix.kind == "redact":
            if fix.code == "drop":
                folds[fix.field] = _Fold(dropped=True)
            else:
                folds[fix.field].replace(fix.old, fix.new, fix.code)
        elif fix.field in folds and fix.kind == "column" and texts is not None:
            rule = rule_of(fix.code, fix.old, fix.new)
            if rule is not None:
                folds[fix.field].rewrite(rule, texts.different(fix.field))
            elif fix.code == FILL_DOWN:
                folds[fix.field].fill_down(texts.in_order(fix.field), rows)
    return FoldedCorrections(
        {name: fold.values for name, fold in folds.items() if fold.values},
        {name: fold.cells for name, fold in folds.items() if fold.cells},
        rows,
        frozenset(name for name, fold in folds.items() if fold.dropped),
    )


class _Fold:
    """The values and cells of one field, and who holds which text now."""

    def __init__(self, *, dropped: bool = False) -> None:
        self.dropped = dropped
        self.values: dict[str, OriginalText] = {}
        self.cells: dict[int, OriginalText] = {}
        self._values_by: dict[str, set[str]] = {}
        self._cells_by: dict[str, set[int]] = {}

    def replace(self, old: str, new: str, how: str = "") -> None:
        """Whatever reads ``old`` now will read ``new``."""
        holding = self._values_by.pop(old, set())
        # Of a column that was dropped nothing of the file is read any more.
        if old not in self.values and not self.dropped:
            holding.add(old)
        self.values |= dict.fromkeys(holding, (new, how))
        self._values_by.setdefault(new, set()).update(holding)
        cells = self._cells_by.pop(old, set())
        self.cells |= dict.fromkeys(cells, (new, how))
        self._cells_by.setdefault(new, set()).update(cells)

    def set(self, rows: Ranges, new: str) -> None:
        """Some cells will read ``new``."""
        for row in row_ranges.each(rows):
            if row in self.cells:
                self._cells_by[self.cells[row][0]].discard(row)
            self.cells[row] = (new, "")
            self._cells_by.setdefault(new, set()).add(row)

    def rewrite(self, rule: TextRule, texts: Iterable[str]) -> None:
        """Whatever reads a text now will read what the rule makes of it; a redacted cell stays as it is."""

        def written(held: OriginalText) -> OriginalText:
            text, how = held
            return (rule(text), "") if text and not how else held

        texts = () if self.dropped else tuple(texts)
        if isinstance(rule, OutlineMender):
            rule.prepare({*texts, *(held[0] for held in (*self.values.values(), *self.cells.values()))})
        values = {old: written(held) for old, held in self.values.items()}
        for text in texts:
            if text and text not in values and (new := rule(text)) != text:
                values[text] = (new, "")
        self.values, self.cells = values, {row: written(held) for row, held in self.cells.items()}
        self._list_holders()

    def fill_down(self, cells: Iterable[tuple[int, str]], left: Container[int]) -> None:
        """An empty cell, or one that says "as above", will read the text above it; rows left out neither give nor take.

        Nor does a redacted cell: what was taken out of it does not come back.
        """
        above = ""
        for row, text in cells:
            as_read = ("", "drop") if self.dropped else (text, "")
            now, how = self.cells.get(row) or self.values.get(text) or as_read
            if row in left or how:
                continue
            if now and now.lower() not in DITTO:
                above = now
            elif above:
                self.cells[row] = (above, "")
        self._list_holders()

    def _list_holders(self) -> None:
        self._values_by, self._cells_by = {}, {}
        for old, (text, _) in self.values.items():
            self._values_by.setdefault(text, set()).add(old)
        for row, (text, _) in self.cells.items():
            self._cells_by.setdefault(text, set()).add(row)


def _checked(fix: Correction) -> Correction:
    if fix.kind == "redact" and (fix.code not in HOWS or (fix.code != "drop" and not fix.old)):
        raise _unreadable()
    if fix.kind == "column" and not is_possible(fix.code, fix.old, fix.new):
        raise BadCorrection("این کار روی ستون شدنی نیست.", "This cannot be done to a column.")
    if fix.kind in ("replace", "set", "redact", "column") and not fix.field:
        raise BadCorrection("فیلدی نام برده نشده است.", "No field is named.")
    if fix.kind in ("set", "leave") and not 1 <= row_ranges.count(fix.rows) <= MOST_ROWS_NAMED:
        raise BadCorrection(
            "باید یک تا {most:,} ردیف نام برده شود.",
            "From one to {most:,} rows have to be named.",
        ).format(most=MOST_ROWS_NAMED)
    if fix.kind == "leave" and not fix.reason:
        raise BadCorrection("علت کنار گذاشتن ردیف را بنویسید.", "Write why the row is left out.")
    if fix.kind == "accept" and (not fix.code or fix.count < 1):
        raise _unreadable()
    if max(len(fix.old), len(fix.new), len(fix.reason), len(fix.code), len(fix.batch)) > LONGEST_TEXT:
        raise BadCorrection("متن بلندتر از {most:,} نویسه است.", "A text is longer than {most:,} characters.").format(
            most=LONGEST_TEXT
        )
    return fix


def _unreadable() -> BadCorrection:
    return BadCorrection("تصمیم خوانده نشد.", "The decision cannot be read.")
