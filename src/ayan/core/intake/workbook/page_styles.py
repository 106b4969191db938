"""What the styles of a page say of its cells: hidden, struck out, white on white."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ayan.core.intake.workbook.cell_marks import PLAIN, FontMarks, is_white

_STRUCK: Final = ("s", "strike", "del")
_SCRIPTS: Final = {"sup": 1, "sub": -1}
_LINE_THROUGH: Final = re.compile(r"text-decoration[-a-z]*\s*:[^;]*line-through", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE
)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_NO_SIZE: Final = re.compile(r"font-size\s*:\s*[01](?:\.0+)?(?:px|pt|em|%)?\s*(?:;|$)", re.IGNORECASE)
_NOTHING: Final = ("", "none", "transparent", "inherit", "initial", "auto")
_CLASS: Final = re.compile(r"\w*\.([\w-]+)")
_COMMENT: Final = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|<!--|-->")


@dataclass(frozen=True, slots=True)
class Look:
    """How an element looks as far as it matters here; ``white`` and ``filled`` are None where it says nothing."""

    font: FontMarks = PLAIN
    hidden: bool = False
    white: bool | None = None
    filled: bool | None = None

    def within(self, above: Look) -> Look:
        """The look of this element in one that looks as ``above``."""
        font = FontMarks(
            self.font.struck or above.font.struck,
            False,
            self.font.tiny or above.font.tiny,
            self.font.script or above.font.script,
        )
        return Look(
            font,
            self.hidden or above.hidden,
            above.white if self.white is None else self.white,
            above.filled if self.filled is None else self.filled,
        )

    @property
    def unseen(self) -> bool:
        """Whether nobody sees a text that looks so."""
        return self.font.tiny or (bool(self.white) and not self.filled)


NO_LOOK: Final = Look()


@dataclass(slots=True)
class PageStyles:
    """The style sheets of a page, as far as they speak of single classes."""

    classes: dict[str, str] = field(default_factory=dict)
    _coloured: bool = False

    def add(self, sheet: str) -> None:
        """One style sheet more: its rules for classes; other rules may colour any background."""
        for rule in _COMMENT.sub(" ", sheet).split("}"):
            selectors, brace, said = rule.partition("{")
            for selector in selectors.split(",") if brace else ():
                if match := _CLASS.fullmatch(selector.strip()):
                    self.classes[match[1]] = f"{self.classes.get(match[1], '')};{said}"
                elif _filled(said):
                    self._coloured = True

    def look(self, tag: str, stated: Mapping[str, str]) -> Look:
        """How an element looks by its tag, its classes, its own style and the attributes of old pages."""
        named = [self.classes[name] for name in stated.get("class", "").split() if name in self.classes]
        said = ";".join([*named, stated.get("style", "")])
        colour = stated.get("color", "") or _last(_COLOUR, said)
        white = _is_white(colour) if colour else None
        filled = _filled(said)
        if "bgcolor" in stated:
            filled = not _is_white(stated["bgcolor"])
        if tag in ("td", "th", "tr", "table") and filled is None and self._coloured:
            filled = True
        hidden = "hidden" in stated or (bool(said) and _HIDDEN.search(said) is not None)
        struck = tag in _STRUCK or (bool(said) and _LINE_THROUGH.search(said) is not None)
        tiny = bool(said) and _NO_SIZE.search(said) is not None
        script = _SCRIPTS.get(tag, 0)
        if not (hidden or struck or tiny or script) and white is None and filled is None:
            return NO_LOOK
        return Look(FontMarks(struck, False, tiny, script), hidden, white, filled)


def _last(pattern: re.Pattern[str], said: str) -> str:
    """What is said last, which counts."""
    colours = pattern.findall(said) if said else []
    return colours[-1].strip() if colours else ""


def _filled(said: str) -> bool | None:
    """Whether a background that is not white is stated; None where none is."""
    colour = _last(_BACKGROUND, said)
    return None if colour.lower() in _NOTHING else not _is_white(colour)


def _is_white(colour: str) -> bool:
    word = colour.strip().lower()
    return word in ("white", "#fff", "window") or is_white(word) or word.replace(" ", "") == "rgb(255,255,255)"
