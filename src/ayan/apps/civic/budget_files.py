"""What a page of the budget shows, as a file: exact rials, with the question and the state that they were read from."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from ayan.apps.civic.budget_tree import MONEY, BudgetSide, BudgetSums, Tree
from ayan.core.query.formats.delimited import safe
from ayan.core.query.formats.document import provenance
from ayan.core.values.label import Label

NAMES: Final[Mapping[str, Label]] = {
    "lines": Label("شمار ردیف‌ها", "Lines"),
    "changed": Label("ردیف‌های اصلاح‌شده", "Lines amended"),
    "silent": Label("ردیف‌های بی‌عملکرد", "Lines without actual"),
}
SIDE: Final = Label("سمت", "Side")
CODE: Final = Label("کد", "Code")
TITLE: Final = Label("عنوان", "Title")
AMENDED: Final = Label("اصلاحی (بی‌اصلاح‌ها با مصوب)", "Amended (others as approved)")
RIAL: Final = Label("ریال", "rial")
COUNTS: Final = ("lines", "changed", "silent")


def written(form: str, tree: Tree, sides: tuple[BudgetSide, ...]) -> tuple[bytes, str]:
    """The file and its media type; ``form`` is csv or json."""
    if form == "csv":
        return _delimited(tree, sides), "text/csv; charset=utf-8"
    return _document(tree, sides), "application/json"


def _document(tree: Tree, sides: tuple[BudgetSide, ...]) -> bytes:
    return orjson.dumps(
        {
            "dataset": tree.player.dataset.slug,
            "unit": "rial",
            "sides": [
                {
                    "side": side.code,
                    "label": side.label,
                    "entries": [
                        {"code": entry.code, "label": entry.label, **_numbers(tree, entry.sums)}
                        for entry in side.entries
                    ],
                    "total": _numbers(tree, side.total),
                    "api": side.api,
                }
                for side in sides
            ],
            **provenance(tree.snapshot),
        }
    )


def _delimited(tree: Tree, sides: tuple[BudgetSide, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [safe(heading) for heading in (SIDE.of(tree.lang), CODE.of(tree.lang), TITLE.of(tree.lang), *_heads(tree))]
    )
    for side in sides:
        for entry in side.entries:
            numbers = _numbers(tree, entry.sums).values()
            cells = ["" if value is None else str(value) for value in numbers]
            writer.writerow([safe(side.label), safe(entry.code), safe(entry.label), *cells])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _numbers(tree: Tree, sums: BudgetSums) -> dict[str, Any]:
    return {name: getattr(sums, name) for name in _columns(tree)}


def _columns(tree: Tree) -> tuple[str, ...]:
    """The numbers that the budget has at all."""
    return (*(role_field for role_field in MONEY if tree.player.has(role_field)), *COUNTS)


def _heads(tree: Tree) -> Iterator[str]:
    unit = RIAL.of(tree.lang)
    for name in _columns(tree):
        if name in COUNTS:
            yield NAMES[name].of(tree.lang)
        else:
            label = AMENDED if name == "amended" else tree.player.field(name).label
            yield f"{label.of(tree.lang)} ({unit})"
