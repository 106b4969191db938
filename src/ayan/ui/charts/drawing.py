"""The sheet that charts draw on: shapes, text whose direction nothing can change, and where each of them stands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.sax.saxutils import escape as escaped

from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.limits import LONGEST_TICK, SMALLEST_TARGET

TextAnchor = Literal["start", "middle", "end"]

INK: Final = "#12201f"
INK_2: Final = "#4a5b59"
AXIS: Final = "#7c8d8a"
LINE: Final = "#d3dcda"
PAPER: Final = "#fff"
SERIES: Final = ("#0b6e75", "#bb5218", "#3f4f9f", "#7b3f73", "#6a7313", "#5c6b70")
"""Marks of series, in order; each has at least 4.5:1 on white."""
CHOSEN: Final = SERIES[0]
CONTEXT: Final = "#5d9799"
SECOND_TEXT: Final = "#9a4412"
"""Text that belongs to the second series, whose own colour is too light for letters."""
OUTLINE: Final = ("#d9e5e3", "#5c8587")
"""Fill and stroke of a ground: what was approved round what was spent, a year that is not over."""
GAP: Final = "#e6ecea"
"""Behind a stretch of time of which there are no data."""

SIZE: Final = 13.0
SMALL: Final = 12.0
FONT: Final = "Vazirmatn,Tahoma,sans-serif"

RLI, LRI, FSI, PDI = "\u2067", "\u2066", "\u2068", "\u2069"
ALM: Final = "\u061c"
RLM: Final = "\u200f"

# Marks and overrides that reach beyond the text they stand in, and what XML cannot hold.
_UNSAFE: Final = re.compile(
    "[\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)
_BLANKS: Final = re.compile(r"\s+")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SIGNED: Final = re.compile(r"[−٫٬۰-۹٠-٩0-9.,]+")
_NEGATIVE: Final = re.compile(r"−[٫٬۰-۹٠-٩0-9.,]*[۰-۹٠-٩0-9]")


def clean(words: str, *, marked: bool = False) -> str:
    """The text on one line, without any mark that could turn the text round it.

    Where it is ``marked``, a sentence of ours with names in isolates, these are kept, each with its end.
    """
    if not marked:
        return _BLANKS.sub(" ", _UNSAFE.sub("", words)).strip()
    out, depth = [], 0
    for character in words:
        if character == FSI or (character == PDI and depth):
            depth += 1 if character == FSI else -1
            out.append(character)
        else:
            out.append(_UNSAFE.sub("", character))
    return _BLANKS.sub(" ", "".join(out)).strip() + PDI * depth


def isolated(words: str, lang: Lang) -> str:
    """The text in an isolate of the page's direction; Latin text and bare numbers need none on this sheet."""
    if _SIGNED.fullmatch(words) or not _RIGHT_TO_LEFT.search(words):
        return words
    # Chromium tears a number apart that stands right behind an isolate's first mark where the font lacks that mark.
    # A right-to-left mark between them changes nothing in an isolate that runs from the right.
    guard = RLM if words[0].isdigit() else ""
    if locale.of(lang).is_ltr:
        return f"{LRI if FSI in words else FSI}{guard}{words}{PDI}"
    # A minus sign stands left of its number there too.
    return f"{RLI}{guard}{_NEGATIVE.sub(lambda number: f'{LRI}{number[0]}{PDI}', words)}{PDI}"


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0").replace("-0.0", "0") or "0"


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where something stands: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: TextBox) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: TextBox) -> bool:
        """Whether the other stands within it."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A part of a sheet that leads to the rows which it shows: where it is, their address, what it says."""

    box: TextBox
    address: str
    words: str


@dataclass(slots=True)
class Drawing:
    """One sheet of a width and a height in CSS pixels, with what has been put on it so far.

    ``links`` lie over everything; a picture that travels alone leaves them out.
    """

    width: float
    height: float
    lang: Lang
    parts: list[str] = field(default_factory=list)
    texts: list[TextBox] = field(default_factory=list)
    shapes: list[TextBox] = field(default_factory=list)
    links: list[DrawnLink] = field(default_factory=list)

    @property
    def rightward(self) -> bool:
        """Whether bars grow to the right: they grow the way the page is read."""
        return locale.of(self.lang).is_ltr

    def put(self, part: str) -> None:
        """A piece of SVG as it is."""
        self.parts.append(part)

    def rect(
        self, left: float, top: float, width: float, height: float, fill: str, *, stroke: str = "", title: str = ""
    ) -> None:
        """A rectangle; ``title`` is shown where the pointer rests on it."""
        self.shapes.append(TextBox(left, top, left + width, top + height))
        edge = f' stroke="{stroke}"' if stroke else ""
        shape = (
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height)}"'
            f' fill="{fill}"{edge}'
        )
        self.put(f"{shape}><title>{self.plain(title)}</title></rect>" if title else f"{shape}/>")

    def link(self, box: TextBox, address: str, words: str) -> None:
        """Let a part of the sheet lead to an address; nothing where there is none or fingers would not meet it."""
        if address and min(box.right - box.left, box.bottom - box.top) >= SMALLEST_TARGET:
            self.links.append(DrawnLink(box, address, words))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = AXIS, width: float = 1, dashes: str = ""
    ) -> None:
        """A straight line; ``dashes`` are the lengths of its strokes and gaps."""
        self.shapes.append(TextBox(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
        look = f' stroke-width="{number(width)}"' if width != 1 else ""
        look += f' stroke-dasharray="{dashes}"' if dashes else ""
        self.put(
            f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" stroke="{stroke}"{look}/>'
        )

    def polyline(self, points: Iterable[tuple[float, float]], stroke: str, width: float = 2.4) -> None:
        """A broken line through points; one point alone is drawn as a dot."""
        vertices = list(points)
        if len(vertices) == 1:
            self.dot(*vertices[0], stroke)
            return
        for x, y in vertices:
            self.shapes.append(TextBox(x, y, x, y))
        path = " ".join(f"{number(x)},{number(y)}" for x, y in vertices)
        self.put(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}"'
            ' stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def dot(
        self,
        x: float,
        y: float,
        fill: str,
        radius: float = 3.5,
        *,
        stroke: str = "",
        title: str = "",
        faint: bool = False,
    ) -> None:
        """A small disc."""
        self.shapes.append(TextBox(x - radius, y - radius, x + radius, y + radius))
        edge = f' stroke="{stroke}"' if stroke else ""
        faded = ' fill-opacity=".45"' if faint else ""
        shape = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{edge}{faded}'
        self.put(f"{shape}><title>{self.plain(title)}</title></circle>" if title else f"{shape}/>")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: TextAnchor = "middle",
        *,
        fill: str = INK_2,
        size: float = SIZE,
        bold: bool = False,
        room: float | None = None,
        marked: bool = False,
    ) -> TextBox:
        """One line of text on the base line y, cut to ``room`` with the whole of it in a title; returns its box.

        ``marked`` as in `clean`.
        """
        whole = clean(words, marked=marked)
        shown = whole if room is None else clean(metrics.fitted(whole, room, size, bold=bold), marked=marked)
        box = box_of(x, y, shown, anchor, size=size, bold=bold)
        if not shown:
            return box
        self.texts.append(box)
        weight = ' font-weight="600"' if bold else ""
        scale = f' font-size="{number(size)}"' if size != SIZE else ""
        alignment = f' text-anchor="{anchor}"' if anchor != "start" else ""
        title = f"<title>{self.plain(whole)}</title>" if shown != whole else ""
        self.put(
            f'<text x="{number(x)}" y="{number(y)}"{alignment}{scale}{weight} fill="{fill}">{title}'
            f"{escape(isolated(shown, self.lang))}</text>"
        )
        return box

    def plain(self, words: str) -> str:
        """Text for a title element: cleaned, isolated and escaped."""
        return escape(isolated(clean(words), self.lang))

    def svg(self, sentence: str, css_class: str = "", *, linked: bool = True) -> str:
        """The sheet as SVG whose accessible name is ``sentence``; an empty one makes it an ornament.

        With links it is a group of them and not one picture, for what stands in a picture is not reached by keyboard.
        ``direction`` stays ltr whatever the page is, for an inherited rtl would turn the meaning of text-anchor round.
        """
        name = f' class="{escape(css_class)}"' if css_class else ""
        links = self.links if linked and sentence else []
        drawn = "".join(self.parts)
        if links:
            role = f'role="group" aria-label="{self.plain(sentence)}"'
            drawn = f'<g aria-hidden="true">{drawn}</g>{"".join(map(self._linked, links))}'
        else:
            role = 'role="img"' if sentence else 'aria-hidden="true" focusable="false"'
            drawn = f"<title>{self.plain(sentence)}</title>{drawn}" if sentence else drawn
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg"{name} viewBox="0 0 {number(self.width)} {number(self.height)}"'
            f' width="{number(self.width)}" height="{number(self.height)}" {role} direction="ltr"'
            f' font-family="{FONT}" font-size="{number(SIZE)}">{drawn}</svg>'
        )

    def _linked(self, link: DrawnLink) -> str:
        box, words = link.box, self.plain(link.words)
        return (
            f'<a href="{escape(link.address)}" aria-label="{words}"><rect x="{number(box.left)}" y="{number(box.top)}"'
            f' width="{number(box.right - box.left)}" height="{number(box.bottom - box.top)}" fill="none"'
            f' pointer-events="all"><title>{words}</title></rect></a>'
        )


def box_of(x: float, y: float, words: str, anchor: TextAnchor, *, size: float = SIZE, bold: bool = False) -> TextBox:
    """The box that a line of text would fill."""
    wide = metrics.width(words, size, bold=bold)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return TextBox(left, y - size * 0.85, left + wide, y + size * 0.35)


def escape(text: str) -> str:
    """Text as it may stand in an element and in an attribute alike."""
    return escaped(text, {'"': "&quot;"})


# --- where things stand -----------------------------------------------------------------------------------------------


NARROW_BELOW: Final = 480
"""Under this width the label of a row stands above its bar, not beside it."""

_GAP: Final = 10.0
_LABEL_SHARE: Final = 0.36


@dataclass(frozen=True, slots=True)
class ChartSide:
    """A width measured from the side where reading begins: the right in Persian, the left in English."""

    width: float
    rightward: bool

    def left(self, start: float, long: float = 0.0) -> float:
        """The left edge of something ``long`` that begins at ``start``."""
        return start if self.rightward else self.width - start - long

    @property
    def begin(self) -> TextAnchor:
        """The anchor of a text that grows away from where reading begins."""
        return "start" if self.rightward else "end"


@dataclass(frozen=True, slots=True)
class ChartRows:
    """Rows of a bar chart: label and value beside the bar, or above it where the sheet is narrow."""

    side: ChartSide
    stacked: bool
    label_room: float
    value_room: float
    pitch: float
    bar_height: float

    @classmethod
    def of(cls, width: float, lang_rightward: bool, labels: Iterable[str], values: Iterable[str]) -> ChartRows:
        """Rows for these labels and these values as written."""
        side = ChartSide(width, lang_rightward)
        value = max((metrics.width(text, SMALL, bold=True) for text in values), default=0.0)
        if width < NARROW_BELOW:
            return cls(side, True, width - value - _GAP, value, 46.0, 12.0)
        longest = max((metrics.width(label, SIZE) for label in labels), default=0.0)
        return cls(side, False, min(longest, width * _LABEL_SHARE), value, 31.0, 17.0)

    @property
    def bar_start(self) -> float:
        """Where bars may begin, from the side where reading begins."""
        return 1.0 if self.stacked else self.label_room + _GAP

    @property
    def bar_room(self) -> float:
        """How long a bar may be."""
        return self.side.width - self.bar_start - (1.0 if self.stacked else self.value_room + _GAP)

    def height(self, count: int) -> float:
        """The height of a sheet with this many rows."""
        return max(1, count) * self.pitch + 8

    def bar_top(self, index: int) -> float:
        """The top of the bar of a row."""
        return index * self.pitch + (22 if self.stacked else (self.pitch - self.bar_height) / 2 + 4)

    def label(self, sheet: Drawing, index: int, words: str, value: str, *, bold: bool = False) -> None:
        """Write the label and the value of a row."""
        base = index * self.pitch + (15 if self.stacked else self.pitch / 2 + 8.5)
        room = self.label_room
        sheet.text(self.side.left(0), base, words, self.side.begin, fill=INK, room=room, bold=bold)
        # Numbers are read from the left in both languages, so they end under each other.
        end = self.side.width if self.side.rightward else self.value_room
        sheet.text(end, base, value, "end", size=SMALL, bold=True, fill=INK)


def along(sheet: Drawing, places: Sequence[float], labels: Sequence[str], base: float | None = None) -> None:
    """The labels of a time axis at the foot of a sheet: every one, or every second, third … where they are wide.

    Counted from the last, which is the one that people look for; ``base`` is where they stand.
    """
    base = sheet.height - 8 if base is None else base
    shown = [metrics.fitted(clean(label), LONGEST_TICK, SIZE) for label in labels]
    widest = max((metrics.width(text, SIZE) for text in shown), default=0.0)
    step = places[1] - places[0] if len(places) > 1 else sheet.width
    every = max(1, math.ceil((widest + 8) / max(1.0, step)))
    free = sheet.width + 8
    for index in range(len(places) - 1, -1, -every):
        half = metrics.width(shown[index], SIZE) / 2
        x = min(max(places[index], half), sheet.width - half)
        if x + half + 8 <= free:
            sheet.text(x, base, labels[index], room=LONGEST_TICK)
            free = x - half


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved until no two are nearer than ``gap``, within low and high where they fit."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [min(max(places[index], low), high) for index in order]
    for rank in range(1, len(moved)):
        moved[rank] = max(moved[rank], moved[rank - 1] + gap)
    over = moved[-1] - high if moved else 0.0
    if over > 0:
        moved[-1] -= over
        for position in range(len(moved) - 2, -1, -1):
            moved[position] = min(moved[position], moved[position + 1] - gap)
    out = [0.0] * len(places)
    for slot, index in enumerate(order):
        out[index] = moved[slot]
    return out
