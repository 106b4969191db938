"""How the numbers of a table are written, told from its cells: signs behind them, commas, points, groups, tails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ayan.core.proposal.lexicon import term_of
from ayan.core.proposal.limits import FEWEST_TABLE_ROWS, FITS
from ayan.core.proposal.proposed_field import ChosenStep
from ayan.core.schema.steps.number_steps import TAIL, DecimalComma, Grouping, Round, Signs

MINUS: Final = "minus"
POINT: Final = "point"
"""The keys of what is asked of numbers: which sign takes away, and what a point before three digits means."""
POINTS: Final = ("thousands", "decimal")
"""The answers to the second, the likelier one first."""

_ALIKE: Final = "alike"

SIGNED: Final = re.compile(r"\d[\d,.٬٫ ]* ?(CR\.?|Cr\.?|cr|DR\.?|Dr\.?|dr|بستانکار|بدهکار|بس|بد|[-−])")
"""A number with the sign of an account behind it."""

_PLAIN: Final = re.compile(r"[-−+(]?\d[\d,.٬٫' ]*[)]?")
_COMMA: Final = re.compile(r"[-−]?(\d{1,3}([.\s]\d{3})+,\d+|\d+,(\d{1,2}|\d{4,}))")
_COMMA_ABLE: Final = re.compile(r"[-−]?(\d{1,3}([.\s]\d{3})+|\d+)(,\d+)?")
_LAKH: Final = re.compile(r"-?\d{1,2}(,\d{2})+,\d{3}(\.\d+)?|-?\d{1,3}(['’]\d{3})+(\.\d+)?")
_WORDED_SIGN: Final = re.compile(r"[^\W\d_]")
_DOTTED: Final = re.compile(r"[-−]?[1-9]\d{0,2}(\.\d{3})+")
_SMALL: Final = re.compile(r"[-−]?\d{1,3}")
_TAIL: Final = re.compile(TAIL)
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")


def choose_number_steps(columns: Mapping[str, Sequence[str]], answers: Mapping[str, str]) -> Iterable[ChosenStep]:
    """The steps that read the filled cells of ``columns``, by header, their digits in Latin.

    Only where some cell can mean nothing else, and all others can be read so; where all have a point before three
    digits, either may be meant, and a person is asked.
    """
    minus, point = answers.get(MINUS), answers.get(POINT)
    written: dict[str, list[str]] = {}
    worded = False
    for header, cells in columns.items():
        if cells and (how := _written(cells) or _pointed(header, cells)):
            written.setdefault(how, []).append(header)
            worded = worded or (how == Signs.do and any(_WORDED_SIGN.search(cell) for cell in cells))
    # A column whose numbers happen to be equally long is written as those beside it are.
    if alike := written.pop(_ALIKE, []):
        for how in (DecimalComma.do, POINT):
            if how in written:
                written[how] += alike
                break
    if DecimalComma.do in written:
        written[DecimalComma.do] += written.pop(POINT, [])
    # As they stand in the table.
    named = {how: tuple(header for header in columns if header in headers) for how, headers in written.items()}
    if headers := named.get(Signs.do):
        step = Signs(columns=headers, minus=minus or "DR")
        yield ChosenStep(step, "signs behind numbers", asks=MINUS if worded and minus is None else "")
    if headers := named.get(DecimalComma.do):
        yield ChosenStep(DecimalComma(columns=headers), "cells such as 1.234,50 that mean nothing else")
    elif (headers := named.get(POINT)) and point != POINTS[1]:
        why = "a point before three digits in every cell"
        yield ChosenStep(DecimalComma(columns=headers), why, asks=POINT if point is None else "")
    if headers := named.get(Grouping.do):
        yield ChosenStep(Grouping(columns=headers), "groups of digits that are not thousands")
    if headers := named.get(Round.do):
        yield ChosenStep(Round(columns=headers, scale=2), "long tails as spreadsheets compute them")


def _written(cells: Sequence[str]) -> str:
    """The step by which the numbers of a column are read; "" for none."""

    def every(*forms: re.Pattern[str]) -> bool:
        return all(any(form.fullmatch(cell) for form in forms) for cell in cells)

    def some(form: re.Pattern[str]) -> bool:
        return any(form.fullmatch(cell) for cell in cells)

    # A sign of money at a number says nothing of how it is written.
    cells = [cell.strip("€$£ \u00a0\u202f") for cell in cells]
    if some(SIGNED):
        return Signs.do if every(SIGNED, _PLAIN) else ""
    if some(_COMMA):
        able = sum(_COMMA_ABLE.fullmatch(cell) is not None for cell in cells)
        return DecimalComma.do if able >= FITS * len(cells) else ""
    if some(_LAKH):
        return Grouping.do if every(_LAKH, _PLAIN) else ""
    cut = some(_TAIL) and all(_TAIL.fullmatch(cell) or not _LONG.fullmatch(cell) for cell in cells)
    return Round.do if cut else ""


def _pointed(header: str, cells: Sequence[str]) -> str:
    """`POINT` where every number has its points before three digits, and some have one: 9.870 and 12.345.

    Codes are written so too («101.003»), but all equally long: `_ALIKE`, where the header does not speak of any.
    """
    cells = [cell.strip("€$£ \u00a0\u202f") for cell in cells]
    dotted = [cell for cell in cells if _DOTTED.fullmatch(cell)]
    small = sum(_SMALL.fullmatch(cell) is not None for cell in cells)
    if not dotted or len(dotted) + small < len(cells):
        return ""
    if len(dotted) >= FEWEST_TABLE_ROWS and len({len(cell) for cell in dotted}) > 1:
        return POINT
    term = term_of(header)
    return "" if term is not None and term.headed_as.startswith("code") else _ALIKE
