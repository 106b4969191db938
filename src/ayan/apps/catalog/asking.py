"""The edges of a page's question: money typed in the shown unit, the units to choose from, what can be downloaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from ayan.apps.catalog.explorer import PAGE_SIZE, address_of
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Question, Unit
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.digits import NotANumber, parse_number
from ayan.core.values.money import SHOWN_UNITS, NotMoney, to_rial, unit_label
from ayan.ui.language import Lang

# `amount__gte.toman`: a form's box for money, typed in the unit of the page. Questions are in rial, so what is typed
# is translated before the question is read; links made from the question say rial.
_BOX: Final = re.compile(r"(?P<name>[^.]+__(?:gte|lte))\.(?P<unit>rial|toman|mtoman)")


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One way of showing money."""

    code: Unit
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Download:
    """One format, with the address of the rows asked for and that of all rows."""

    name: str
    this_result: str
    everything: str


def in_rial(dataset: Dataset, parameters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters with every money box as whole rial; empty boxes are dropped. Raises BadQuestion."""
    out, problems = [], []
    money = {one.name for one in dataset.published if one.kind == "rial"}
    for name, text in parameters:
        box = _BOX.fullmatch(name)
        if box is None or box["name"].rpartition("__")[0] not in money:
            out.append((name, text))
        elif text.strip():
            try:
                unit = SHOWN_UNITS[cast(Unit, box["unit"])]
                out.append((box["name"], str(to_rial(parse_number(text), unit))))
            except (NotANumber, NotMoney):
                problems.append(problem("not-a-number", box["name"]))
    if problems:
        raise BadQuestion(problems)
    return out


def unit_choices(question: Question, lang: Lang) -> list[UnitChoice]:
    """The units a reader may choose."""
    return [UnitChoice(code, unit_label(unit, lang), code == question.unit) for code, unit in SHOWN_UNITS.items()]


def kept_for_unit(question: Question) -> list[tuple[str, str]]:
    """Everything the unit's little form must send along besides the unit."""
    size = None if question.size == PAGE_SIZE else question.size
    return replace(question, unit="rial", count=False, lang=None, size=size).parameters()


def downloads(dataset: Dataset, question: Question) -> list[Download]:
    """The formats of the rows asked for and of all rows, in the API's own addresses."""
    asked = replace(question, unit="rial", view=None, size=None, cursor=None, count=False, lang=None).query_string()
    base = f"/api/v1/datasets/{dataset.slug}/rows"
    return [
        Download(name, f"{base}.{ending}{'?' + asked if asked else ''}", f"{base}.{ending}")
        for name, ending in (("CSV", "csv"), ("JSON", "json"), ("Parquet", "parquet"))
    ]


def more_columns(dataset: Dataset, question: Question, shown: Sequence[Field], path: str) -> str:
    """The address with every column, or back to the usual ones; empty where all are shown already."""
    if question.fields:
        return address_of(replace(question, fields=(), cursor=None), path)
    if len(shown) == len(dataset.published):
        return ""
    return address_of(replace(question, fields=tuple(one.name for one in dataset.published), cursor=None), path)
