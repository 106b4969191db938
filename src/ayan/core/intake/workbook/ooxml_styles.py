"""The cell styles of an XLSX file that say more than how a number looks, and its texts of several fonts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook.cell_marks import PLAIN, CellMarks, FontMarks, is_tiny, is_white, marks_of, seen_text
from ayan.core.intake.workbook.containers import Package, walk
from ayan.core.intake.workbook.number_formats import BUILT_IN, is_odd

_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedStrings.xml"
# ECMA-376 part 1, 18.8.27: the indexed colours that are white, the background of a window among them.
_WHITE_INDEXED: Final = frozenset({"1", "9", "65"})
_WHITE_THEMED: Final = "0"
_OVERLAP: Final = 64
SEVERAL_FONTS: Final = re.compile(rb"<(?:\w+:)?(?:strike|vertAlign)[\s/>]")


@dataclass(frozen=True, slots=True)
class CellStyles:
    """The cell styles by index that matter here.

    ``odd`` are those that show another thing than the number, with their format; ``speaking`` those whose format names
    a unit, or divides what it shows; ``marked`` those that strike their cells out, or show nothing of them.
    ``seen_odd`` finds a cell of one of the first, ``seen_marked`` a filled one of the last.
    """

    odd: Mapping[str, str] = field(default_factory=dict)
    speaking: Mapping[bytes, str] = field(default_factory=dict)
    marked: Mapping[bytes, CellMarks] = field(default_factory=dict)
    seen_odd: re.Pattern[bytes] | None = None
    seen_marked: re.Pattern[bytes] | None = None


def cell_styles(package: Package, limits: IntakeLimits) -> CellStyles:
    """The cell styles of a workbook that show another thing than the number alone, or hide it."""
    if _STYLES not in package.parts:
        return CellStyles()
    sheet = _StyleSheet()
    walk(package.chunks(_STYLES, limits), sheet.start, sheet.end)
    formats = sheet.formats | {str(number): code for number, code in BUILT_IN.items()}
    shown = {key: code for key, code in formats.items() if is_odd(code)}
    spoken = {key: code for key, code in formats.items() if speaks(code)}
    odd = {str(at): shown[style.form] for at, style in enumerate(sheet.styles) if style.form in shown}
    speaking = {str(at).encode(): spoken[style.form] for at, style in enumerate(sheet.styles) if style.form in spoken}
    marked: dict[bytes, CellMarks] = {}
    for at, style in enumerate(sheet.styles):
        font = sheet.fonts[style.font] if style.font < len(sheet.fonts) else PLAIN
        filled = style.fill < len(sheet.fills) and sheet.fills[style.fill]
        if marks := marks_of(font, formats.get(style.form, ""), filled=filled):
            marked[str(at).encode()] = marks
    seen_odd = re.compile(rb"\ss=[\"'](?:" + "|".join(odd).encode() + rb")[\"']") if odd else None
    return CellStyles(odd, speaking, marked, seen_odd, _filled_cells(marked) if marked else None)


def _filled_cells(styles: Iterable[bytes]) -> re.Pattern[bytes]:
    """Finds the filled cells of some styles, each style as its group."""
    return re.compile(rb"<(?:\w+:)?c(?=\s)[^<>]*\ss=[\"'](" + b"|".join(styles) + rb")[\"'][^<>]*(?<!/)>")


@dataclass(frozen=True, slots=True)
class _Style:
    """One cell style: the numbers of its format, its font and its fill."""

    form: str
    font: int
    fill: int


class _StyleSheet:
    """Listens to the styles of a workbook."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.fonts: list[FontMarks] = []
        self.fills: list[bool] = []
        """Of every fill, whether cells of it stand on another colour than white."""
        self.styles: list[_Style] = []
        self._within: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        kind = name.rpartition(":")[2]
        above = self._within[-1] if self._within else ""
        self._within.append(kind)
        if kind == "numFmt" and above == "numFmts":
            self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif kind == "font" and above == "fonts":
            self.fonts.append(PLAIN)
        elif above == "font" and "fonts" in self._within:
            self.fonts[-1] = with_property(self.fonts[-1], kind, attributes)
        elif kind == "fill" and above == "fills":
            self.fills.append(False)
        elif "fills" in self._within and self.fills:
            self._fill(kind, attributes)
        elif kind == "xf" and above == "cellXfs":
            numbers = [attributes.get(key, "") for key in ("fontId", "fillId")]
            font, fill = (int(text) if text.isdecimal() and len(text) < 8 else 0 for text in numbers)
            self.styles.append(_Style(attributes.get("numFmtId", ""), font, fill))

    def end(self, _name: str) -> None:
        """An element ends."""
        self._within.pop()

    def _fill(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "patternFill":
            self.fills[-1] = attributes.get("patternType", "none") != "none"
        elif kind == "gradientFill":
            self.fills[-1] = True
        elif kind == "fgColor" and self._within[-2] == "patternFill" and _white(attributes):
            self.fills[-1] = False


def with_property(font: FontMarks, kind: str, attributes: Mapping[str, str]) -> FontMarks:
    """A font with one of its properties more (ECMA-376 part 1, 18.8.22)."""
    value = attributes.get("val", "")
    if kind == "strike":
        return FontMarks(value not in ("0", "false"), font.white, font.tiny, font.script)
    if kind == "color":
        return FontMarks(font.struck, _white(attributes), font.tiny, font.script)
    if kind == "sz":
        return FontMarks(font.struck, font.white, _tiny(value), font.script)
    if kind == "vertAlign":
        return FontMarks(font.struck, font.white, font.tiny, {"superscript": 1, "subscript": -1}.get(value, 0))
    return font


def _tiny(text: str) -> bool:
    try:
        return is_tiny(float(text[:20]))
    except ValueError:
        return False


def _white(attributes: Mapping[str, str]) -> bool:
    if "rgb" in attributes:
        return is_white(attributes["rgb"])
    themed = attributes.get("theme") == _WHITE_THEMED and attributes.get("tint", "0") in ("0", "0.0")
    return themed or attributes.get("indexed") in _WHITE_INDEXED


# --- texts of several fonts -------------------------------------------------------------------------------------------


def odd_strings(package: Package, limits: IntakeLimits) -> dict[bytes, tuple[str, bool]]:
    """The shared texts of which a part is struck out, raised or lowered, by their numbers.

    Each as a person reads it, and whether some of it is struck out.
    """
    if _STRINGS not in package.parts:
        return {}
    tail, some = b"", False
    for chunk in package.chunks(_STRINGS, limits):
        some = some or SEVERAL_FONTS.search(tail + chunk) is not None
        tail = chunk[-_OVERLAP:]
    if not some:
        return {}
    strings = _Strings()
    walk(package.chunks(_STRINGS, limits), strings.start, strings.end, strings.text)
    return strings.odd


class FontRuns:
    """Takes the elements of one text in several fonts (ECMA-376 part 1, 18.4.4), and says how a person reads it."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, FontMarks]] = []
        self._font = PLAIN
        self._reading = self._spoken = False

    def start(self, kind: str, attributes: dict[str, str]) -> None:
        """An element begins: a part of the text, what its font is, or how it is spoken."""
        if kind == "r":
            self._font = PLAIN
        elif kind == "rPh":
            self._spoken = True
        elif kind == "t":
            self._reading = not self._spoken
        else:
            self._font = with_property(self._font, kind, attributes)

    def text(self, text: str) -> None:
        """Part of a text."""
        if self._reading:
            self._runs.append((text, self._font))

    def end(self, kind: str) -> None:
        """An element ends."""
        if kind == "t":
            self._reading = False
        elif kind == "rPh":
            self._spoken = False

    @property
    def odd(self) -> bool:
        """Whether a part is struck out, raised or lowered."""
        return any(font.struck or font.script for _, font in self._runs)

    def seen(self) -> tuple[str, bool]:
        """The text as a person reads it, and whether some of it is struck out."""
        return seen_text(self._runs)


class _Strings:
    """Listens to the shared texts of a workbook (ECMA-376 part 1, 18.4.8)."""

    def __init__(self) -> None:
        self.odd: dict[bytes, tuple[str, bool]] = {}
        self._at = -1
        self._runs = FontRuns()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        kind = name.rpartition(":")[2]
        if kind == "si":
            self._at += 1
            self._runs = FontRuns()
        else:
            self._runs.start(kind, attributes)

    def text(self, text: str) -> None:
        """Part of a text."""
        self._runs.text(text)

    def end(self, name: str) -> None:
        """An element ends."""
        kind = name.rpartition(":")[2]
        self._runs.end(kind)
        if kind == "si" and self._runs.odd:
            self.odd[str(self._at).encode()] = self._runs.seen()
