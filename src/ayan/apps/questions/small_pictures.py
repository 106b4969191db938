"""Pictures the size of a word or two, for doors: they show one thing, and the figure beside them says it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ayan.core.values.digits import ExactNumber
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import CHOSEN, CONTEXT, OUTLINE, SERIES, Drawing

WIDTH: Final = 128.0
HEIGHT: Final = 64.0
SAFFRON: Final = "#f2b705"
_GAP: Final = 3.0
_HUNDRED: Final = 20


def _drawn(sheet: Drawing) -> str:
    return sheet.svg("", "pic", linked=False)


def columns(values: Sequence[ExactNumber | None], lang: Lang) -> str:
    """A number along time, the last column in full colour."""
    known = [float(value) for value in values if value is not None]
    if not known or max(known) <= 0:
        return ""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    pitch = WIDTH / len(values)
    gap = min(_GAP, pitch * 0.25)
    for index, value in enumerate(values):
        tall = max(1.0, float(value or 0) / max(known) * HEIGHT)
        fill = CHOSEN if index == len(values) - 1 else CONTEXT
        sheet.rect(pitch * index + gap / 2, HEIGHT - tall, pitch - gap, tall, fill)
    return _drawn(sheet)


def bars(values: Sequence[ExactNumber], lang: Lang) -> str:
    """The largest of some things, the first in full colour; they grow the way the page is read."""
    shown = [float(value) for value in values[:5]]
    if not shown or max(shown) <= 0:
        return ""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    pitch = HEIGHT / len(shown)
    for index, value in enumerate(shown):
        long = max(1.0, value / max(shown) * WIDTH)
        fill = CHOSEN if index == 0 else CONTEXT
        sheet.rect(0 if sheet.rightward else WIDTH - long, pitch * index, long, pitch - _GAP, fill)
    return _drawn(sheet)


def hundred(parts: Sequence[ExactNumber], lang: Lang) -> str:
    """A hundred tiles divided as a whole is; the first part in full colour, the second lighter, the rest a ground."""
    whole = float(sum(parts))
    if whole <= 0:
        return ""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    step, tall = WIDTH / _HUNDRED, HEIGHT / 5
    bounds = [round(float(sum(parts[: n + 1])) / whole * 100) for n in range(min(2, len(parts)))]
    for tile in range(100):
        column, row = divmod(tile, 5)
        left = column * step if sheet.rightward else WIDTH - (column + 1) * step
        place = next((n for n, bound in enumerate(bounds) if tile < bound), 2)
        sheet.rect(left + 0.7, row * tall + 0.7, step - 1.6, tall - 1.6, (CHOSEN, CONTEXT, OUTLINE[0])[place])
    return _drawn(sheet)


def seats(pro: int, contra: int, lang: Lang) -> str:
    """The votes of a council in half a circle: those for it full, those against in the other colour."""
    every = pro + contra
    if every < 1:
        return ""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    radius = min(6.0, math.pi * 46 / every / 2.4)
    for index in range(every):
        angle = math.pi * (index + 0.5) / every
        x, y = WIDTH / 2 + (-1 if sheet.rightward else 1) * 48 * math.cos(angle), 56 - 46 * math.sin(angle)
        if index < pro:
            sheet.dot(x, y, CHOSEN, radius)
        else:
            sheet.dot(x, y, "#fff", radius - 0.8, stroke=SERIES[1])
    return _drawn(sheet)


def tiles(late: int, every: int, lang: Lang) -> str:
    """One tile for each of some things, those that are late in another colour and with an edge."""
    if every < 1:
        return ""
    sheet = Drawing(WIDTH, HEIGHT, lang)
    rows = 5
    step = min(13.0, WIDTH / math.ceil(every / rows))
    for tile in range(every):
        column, row = divmod(tile, rows)
        left = column * step if sheet.rightward else WIDTH - (column + 1) * step
        stroke = "#8a5300" if tile < late else ""
        sheet.rect(left + 1, row * 12.8 + 1, step - 2.4, 10.4, SAFFRON if tile < late else CONTEXT, stroke=stroke)
    return _drawn(sheet)
