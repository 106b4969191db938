"""The picture of a page without a chart, for networks that show one beside a link: title, a sentence, source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Final

from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics, poster
from ayan.ui.charts.drawing import INK, INK_2, LINE, PAPER, SERIES, ChartSide, Drawing, number
from ayan.ui.charts.poster import PictureOwner

_ZOOM: Final = 1.5
_EDGE: Final = 44.0
_KIND, _TITLE, _WORDS, _SOURCE = 17.0, 33.0, 20.0, 15.0
_TITLE_LINES, _WORDS_LINES = 3, 4
_SPOKEN: Final = re.compile(r'<span class="vh">.*?</span>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What the picture says: what ``kind`` of thing it is, its ``title``, a sentence of ``words``, the ``source``."""

    kind: str
    title: str
    words: str
    source: str
    lang: Lang


def plain_words(text: str) -> str:
    """HTML of ours as the eye reads it: without tags, and without what is there for voices."""
    return " ".join(unescape(_TAG.sub("", _SPOKEN.sub("", text))).split())


def share_card(card: ShareCard, owner: PictureOwner) -> str:
    """The card as SVG of 1200 by 630."""
    wide, high = (side / _ZOOM for side in poster.SHARE)
    sheet = Drawing(wide, high, card.lang)
    side, room = ChartSide(sheet.width, sheet.rightward), wide - 2 * _EDGE
    start = side.left(_EDGE)
    sheet.rect(0, 0, wide, 10, SERIES[0])
    base = _EDGE + 26.0
    sheet.text(start, base, card.kind, side.begin, size=_KIND, bold=True, fill=SERIES[0], room=room)
    base += 20
    for line in _cut(metrics.wrapped(card.title, room, _TITLE), _TITLE_LINES):
        base += 48
        sheet.text(start, base, line, side.begin, size=_TITLE, bold=True, fill=INK, room=room, marked=True)
    base += 14
    for line in _cut(metrics.wrapped(card.words, room, _WORDS), min(_WORDS_LINES, int((high - 74 - base) // 33))):
        base += 33
        sheet.text(start, base, line, side.begin, size=_WORDS, fill=INK_2, room=room, marked=True)
    foot = high - 30
    sheet.line(_EDGE, foot - 30, wide - _EDGE, foot - 30, LINE)
    sheet.text(start, foot, card.source, side.begin, size=_SOURCE, room=room * 0.62, marked=True)
    poster.sign(sheet, owner, _EDGE, size=_SOURCE, room=0.35, below=30, fill=INK)
    own = f'width="{number(sheet.width)}" height="{number(sheet.height)}"'
    full = f'width="{poster.SHARE[0]}" height="{poster.SHARE[1]}"'
    paper = f'<rect width="{number(wide)}" height="{number(high)}" fill="{PAPER}"/>'
    whole = Drawing(sheet.width, sheet.height, sheet.lang, [paper, *sheet.parts])
    return whole.svg(f"{card.title}. {card.words}").replace(own, full, 1)


def _cut(lines: Iterable[str], most: int) -> list[str]:
    """The first lines; an ellipsis where there are more."""
    every = list(lines)
    return every if len(every) <= most else [*every[: most - 1], f"{every[most - 1]}…"] if most > 0 else []
