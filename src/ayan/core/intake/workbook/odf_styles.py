"""The styles of an ODS file that say more than how a number looks, and its texts of several fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ayan.core.intake.unit_mentions import speaks
from ayan.core.intake.workbook.cell_marks import PLAIN, CellMarks, FontMarks, is_tiny, is_white, marks_of, seen_text
from ayan.core.intake.workbook.number_formats import is_odd

_STYLE: Final = "style:name"
_DATA_STYLES: Final = ("number:number-style", "number:currency-style", "number:percentage-style")
_LENGTH: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(pt|cm|mm|in|px)")
_BREAKS: Final = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_NOTES: Final = ("office:annotation", "text:ruby-text")


class NumberFormats:
    """Listens to the styles of a document: which cell styles carry a number format that shows more than the number.

    ``codes`` gives for those, by name, the format as a spreadsheet would write it (ODF 1.3 part 3, 16.29).
    """

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self._formats: dict[str, str] = {}
        self._name: str | None = None
        self._text = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A format, a part of one, or a cell style begins."""
        if name in _DATA_STYLES:
            self._name, self._parts = attributes.get(_STYLE, ""), []
        elif self._name is not None and name in ("number:text", "number:currency-symbol"):
            self._text = True
        elif self._name is not None and name == "number:number":
            # 1, 1000, 1000000 …: what a shown number is divided by.
            scale = "," * ((len(attributes.get("number:display-factor", "1")) - 1) // 3)
            digits = attributes.get("number:min-integer-digits", "1")
            zeros = int(digits) if digits.isdecimal() and len(digits) < 3 else 1
            decimals = attributes.get("number:decimal-places", "0")
            plain = decimals == "0" and attributes.get("number:grouping") != "true"
            self._parts.append(("0" * max(1, zeros) if plain else "0.0") + scale)
        elif name == "style:style" and attributes.get("style:family") == "table-cell":
            code = self._formats.get(attributes.get("style:data-style-name", ""), "")
            code = code or self.codes.get(attributes.get("style:parent-style-name", ""), "")
            if code and (speaks(code) or is_odd(code)):
                self.codes[attributes.get(_STYLE, "")] = code

    def text(self, text: str) -> None:
        """What a format shows beside the number."""
        if self._text:
            # The sign of a percentage is text here too.
            self._parts.append("%" if text.strip() == "%" else '"' + text.replace('"', "") + '"')

    def end(self, name: str) -> None:
        """A format, or a part of one, ends."""
        if name in ("number:text", "number:currency-symbol"):
            self._text = False
        elif name in _DATA_STYLES and self._name is not None:
            self._formats[self._name], self._name = "".join(self._parts), None


class TextStyles:
    """Listens to the styles of a document: what they say of the texts of cells and of parts of them.

    ``cells`` gives that of cell styles and ``parts`` of those within a text, by name; ``flat`` are styles of rows
    without height and of columns without width (ODF 1.3 part 3, 17.16 and 20.272).
    """

    def __init__(self, formats: NumberFormats) -> None:
        self.cells: dict[str, CellMarks] = {}
        self.parts: dict[str, FontMarks] = {}
        self.flat: set[str] = set()
        self._formats = formats
        self._fonts: dict[str, tuple[FontMarks, bool]] = {}
        self._name = self._family = ""
        self._font, self._filled = PLAIN, False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A style, or a part of one, begins."""
        if name == "style:style":
            self._name, self._family = attributes.get(_STYLE, ""), attributes.get("style:family", "")
            parent = attributes.get("style:parent-style-name", "")
            self._font, self._filled = self._fonts.get(f"{self._family} {parent}", (PLAIN, False))
        elif not self._name:
            return
        elif name == "style:text-properties":
            self._font = _with_properties(self._font, attributes)
        elif name == "style:table-cell-properties" and (colour := attributes.get("fo:background-color")):
            self._filled = colour != "transparent" and not is_white(colour)
        elif _nothing(attributes.get("style:row-height") or attributes.get("style:column-width") or ""):
            self.flat.add(self._name)

    def end(self, name: str) -> None:
        """A style, or a part of one, ends."""
        if name != "style:style" or not self._name:
            return
        self._fonts[f"{self._family} {self._name}"] = self._font, self._filled
        if self._family == "text" and self._font != PLAIN:
            self.parts[self._name] = self._font
        elif self._family == "table-cell":
            marks = marks_of(self._font, self._formats.codes.get(self._name, ""), filled=self._filled)
            if marks is not None:
                self.cells[self._name] = marks
        self._name = ""


def _with_properties(font: FontMarks, said: Mapping[str, str]) -> FontMarks:
    """A font with what text properties say more of it (ODF 1.3 part 3, 16.29.32)."""
    through = said.get("style:text-line-through-style") or said.get("style:text-line-through-type")
    struck = font.struck if through is None else through != "none"
    colour, size, place = said.get("fo:color"), said.get("fo:font-size", ""), said.get("style:text-position", "")
    points = _LENGTH.fullmatch(size)
    tiny = is_tiny(float(points[1])) if points and points[2] == "pt" else font.tiny
    script = font.script
    if place:
        raised = place.startswith("super") or place.partition("%")[0].isdecimal()
        script = 0 if place.startswith("0%") else 1 if raised else -1 if place.startswith(("sub", "-")) else 0
    return FontMarks(struck, font.white if colour is None else is_white(colour), tiny, script)


def _nothing(length: str) -> bool:
    measure = _LENGTH.fullmatch(length)
    return measure is not None and not float(measure[1])


class CellTexts:
    """Listens to the text of one cell after the other: its paragraphs, and the fonts of their parts."""

    def __init__(self, styles: TextStyles) -> None:
        self._styles = styles
        self._runs: list[tuple[str, FontMarks]] = []
        self._fonts: list[FontMarks] = []
        self._paragraphs = self._notes = 0
        self._odd = False

    def begin(self) -> None:
        """A cell begins."""
        self._runs, self._fonts, self._paragraphs, self._notes, self._odd = [], [], 0, 0, False

    @property
    def whole(self) -> str:
        """Its text so far."""
        return "".join(text for text, _ in self._runs)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Something within the cell begins."""
        if name in _NOTES:
            self._notes += 1
        elif self._notes:
            return
        elif name == "text:p":
            self._add("\n" if self._paragraphs else "")
            self._paragraphs += 1
        elif name == "text:span":
            self._fonts.append(self._styles.parts.get(attributes.get("text:style-name", ""), self._font))
            self._odd = self._odd or self._font != PLAIN
        elif name in _BREAKS:
            self._add(_BREAKS[name])

    def end(self, name: str) -> None:
        """Something within the cell ends."""
        if name in _NOTES:
            self._notes -= 1
        elif name == "text:span" and self._fonts and not self._notes:
            self._fonts.pop()

    def text(self, text: str) -> None:
        """Part of the text."""
        if not self._notes and self._paragraphs:
            self._add(text)

    def _add(self, text: str) -> None:
        if text:
            self._runs.append((text, self._font))

    @property
    def _font(self) -> FontMarks:
        return self._fonts[-1] if self._fonts else PLAIN

    def seen(self) -> tuple[str, bool]:
        """What a person reads in the cell where that is not its text as it stands, and whether a part is struck out."""
        if not self._odd or not any(font.struck or font.script for _, font in self._runs):
            return "", False
        return seen_text(self._runs)
