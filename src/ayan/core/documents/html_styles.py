"""Whether a reader of an HTML page sees an element's text, as its own styles say: nothing is fetched and nothing drawn.

In doubt text is not seen. Rules that hold under some condition (a width, a printer) can hide and never show; values
that only a browser could compute hide where they matter. Parts that lie over others are those of `html_covers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tinycss2 import color4

from ayan.core.documents.html_sheets import COMPUTED, StyleValues
from ayan.core.documents.limits import MOST_STYLE_VALUES

Colour = tuple[float, float, float]
# Of 255 steps of a colour, by how many letters must differ from their ground, as on drawn pages.
_TOLD_APART: Final = 40
_FAINT: Final = 0.3
# Dots of letters that nobody reads, and of a box in which nothing is shown.
_TINY: Final = 5.0
_NO_ROOM: Final = 2.0
# Dots by which parts may stand closer than they usually do.
_CLOSER: Final = 5.0
_USUAL_SIZE: Final = 16.0
_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "xxx-large": 48.0, "smaller": 13.0, "larger": 19.0,
}  # fmt: skip
_UNITS: Final = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": 16.0}
_NUMBER: Final = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)([a-z%]*)")
_AS_ABOVE: Final = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", ""})
_CUT: Final = frozenset({"hidden", "clip"})
FREE: Final = frozenset({"", "none", "auto", "normal", "static", "visible", "0", "0px", "unset", "initial", "inherit"})
"""Values that change nothing."""
GROUNDS: Final = ("background-color", "background", "background-image")


@dataclass(frozen=True, slots=True)
class ShownText:
    """How the text of an element is shown, handed down to those within: ``hidden`` is for good, the rest may change."""

    hidden: bool = False
    veiled: bool = False
    colours: tuple[Colour | None, ...] = ((0.0, 0.0, 0.0),)
    grounds: tuple[Colour | None, ...] = ((1.0, 1.0, 1.0),)
    size: float = _USUAL_SIZE
    variables: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def is_seen(self) -> bool:
        """Whether text that stands here is seen."""
        if self.hidden or self.veiled or self.size < _TINY:
            return False
        return all(_apart(colour, ground) for colour in self.colours for ground in self.grounds)

    def within(self, values: StyleValues) -> ShownText:
        """The same for an element of such values."""
        hidden = self.hidden or _hides(values)
        veils = [self.veiled if value in _AS_ABOVE else value != "visible" for value in values.get("visibility", ("",))]
        colours = self.colours
        for name in ("color", "-webkit-text-fill-color"):
            colours = _few(_colours(values.get(name, ()), colours)) or colours
        # Which of them is laid last is not looked at: letters are seen on each of them, or not at all.
        grounds = _few(ground for name in GROUNDS for ground in _grounds(name, values.get(name, ()), self.grounds))
        own = {name: said for name, said in values.items() if name.startswith("--")}
        return ShownText(
            hidden,
            any(veils),
            colours,
            grounds or self.grounds,
            min(sizes(values, self.size), default=self.size),
            {**self.variables, **own} if own else self.variables,
        )


_ONLY_FREE: Final = ("clip", "clip-path", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "mix-blend-mode",
    "filter", "content-visibility", "-webkit-text-security", "-webkit-line-clamp", "line-clamp",
    "offset-path")  # fmt: skip

_BOUNDS: Final = (
    "height", "max-height", "width", "max-width", "block-size", "max-block-size", "inline-size", "max-inline-size",
)  # fmt: skip
_WHOLE: Final = frozenset({"", "auto", "none", "100%", "fit-content", "min-content", "max-content"})


def _hides(values: StyleValues) -> bool:
    """Whether an element and all within it are not seen."""

    def any_of(name: str) -> Sequence[str]:
        return values.get(name, ())

    if any(value == "none" or COMPUTED.search(value) for value in any_of("display")):
        return True
    if any(name in values and any(value not in FREE for value in any_of(name)) for name in _ONLY_FREE):
        return True
    if any(any_of("all")) or any("override" in value for value in any_of("unicode-bidi")):
        return True
    if any(_amount(value, 1.0) < _FAINT for value in any_of("opacity")):
        return True
    if any(COMPUTED.search(value) for name in ("opacity", "zoom", "font") for value in any_of(name)):
        return True
    # Struck out: read without its line it would say the opposite. A picture may stand in the place of what is written.
    if any("through" in value for name in ("text-decoration", "text-decoration-line") for value in any_of(name)):
        return True
    return any("(" in value for value in any_of("content")) or _is_squeezed(values) or _is_cut(values)


def _is_squeezed(values: StyleValues) -> bool:
    """Whether letters stand out of their line, or over each other."""

    def any_of(name: str) -> Sequence[str]:
        return values.get(name, ())

    if any((length(value) or 0.0) < -_CLOSER or COMPUTED.search(value) for value in any_of("text-indent")):
        return True
    if any(_amount(value, 1.0) < 0.4 for value in any_of("zoom")):
        return True
    if any(_is_close(value) for name in ("letter-spacing", "word-spacing") for value in any_of(name)):
        return True
    return any((said := length(value)) is not None and said < _TINY for value in any_of("line-height"))


def _is_cut(values: StyleValues) -> bool:
    """Whether what an element holds may reach beyond what is shown of it."""
    overflow = [value for name in ("overflow", "overflow-x", "overflow-y") for value in values.get(name, ())]
    bounds = [(name, value) for name in _BOUNDS for value in values.get(name, ())]
    for _, value in bounds:
        room = length(value) if value[:1].isdigit() else None
        if room is not None and room <= _NO_ROOM:
            return True
    if all(_CUT.isdisjoint(value.split()) for value in overflow):
        return False
    is_low = any("width" not in name and "inline" not in name and value not in _WHOLE for name, value in bounds)
    return is_low or any("nowrap" in value or value == "pre" for value in values.get("white-space", ()))


def _amount(value: str, otherwise: float) -> float:
    """A number with whatever unit, of a share its hundredth; what is given for words."""
    match = _NUMBER.fullmatch(value)
    if match is None:
        return otherwise
    return float(match[1]) / 100 if match[2] == "%" else float(match[1])


def length(value: str) -> float | None:
    """A length in dots, as near as it is known; None for words."""
    match = _NUMBER.fullmatch(value)
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if unit in ("", "em", "ex", "ch", "lh", "rlh", "ic", "cap"):
        return number * _USUAL_SIZE if unit else number if abs(number) > 10 else number * _USUAL_SIZE
    if unit in ("%", "vw", "vh", "vmin", "vmax"):
        return number * 10.0
    return number * _UNITS.get(unit, 1.0)


def _is_close(value: str) -> bool:
    said = length(value)
    return (said is not None and said < -_CLOSER) or bool(COMPUTED.search(value))


def sizes(values: StyleValues, above: float) -> list[float]:
    """The heights in dots that an element's letters may have; none where nothing sets them."""
    own = [_size(value, above) for value in values.get("font-size", ())]
    return own + [_size(size, above) for value in values.get("font", ()) for size in _size_in_font(value)]


def _size(value: str, above: float) -> float:
    """The height of letters in dots; 0 where it is not known."""
    if value in _AS_ABOVE:
        return above
    if value in _SIZES:
        return _SIZES[value]
    match = _NUMBER.fullmatch(value)
    if match is None:
        return 0.0
    number, unit = float(match[1]), match[2]
    if unit in ("em", "ex", "ch"):
        return number * above
    if unit == "%":
        return number * above / 100
    if unit in ("vw", "vh"):
        # A share of the window, here of a small phone's.
        return number * 3.2
    return number * _UNITS[unit] if unit in _UNITS else 0.0 if unit else number


def _size_in_font(value: str) -> Iterator[str]:
    """The size that stands among the other words of a font, before the height of its lines."""
    for part in value.split():
        size = part.partition("/")[0]
        match = _NUMBER.fullmatch(size)
        if size in _SIZES or (match is not None and (match[2] or float(match[1]) == 0)):
            yield size


def _colours(values: Sequence[str], above: tuple[Colour | None, ...]) -> Iterator[Colour | None]:
    for value in values:
        if value in _AS_ABOVE or value == "currentcolor":
            yield from above
            if value.startswith(("initial", "revert")):
                yield 0.0, 0.0, 0.0
        else:
            yield _colour(value)


def _few(colours: Iterable[Colour | None]) -> tuple[Colour | None, ...]:
    """Each colour once; too many of them are as none that is known."""
    each = tuple(dict.fromkeys(colours))
    return each if len(each) <= MOST_STYLE_VALUES else (None,)


def _grounds(name: str, values: Sequence[str], above: tuple[Colour | None, ...]) -> Iterator[Colour | None]:
    """The grounds that a background may give; None for a picture."""
    for value in values:
        if value in _AS_ABOVE or value in ("none", "transparent"):
            yield from above
        elif name == "background-image" or "(" in value.replace("rgb(", "").replace("rgba(", ""):
            yield None
        else:
            named = [colour for part in value.split() if (colour := _colour(part)) is not None]
            if named:
                yield from named
            elif name == "background-color" or "rgb" in value:
                yield _colour(value)
            else:
                yield from above


def _colour(value: str) -> Colour | None:
    """A colour on white; None where it is not known, and where it lets through what lies below."""
    parsed = color4.parse_color(value)
    if parsed is None or isinstance(parsed, str):
        return None
    if parsed.alpha < _FAINT:
        return None
    try:
        red, green, blue = parsed.to("srgb").coordinates
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return None
    seen, clear = float(parsed.alpha), 1.0 - float(parsed.alpha)
    return (red or 0.0) * seen + clear, (green or 0.0) * seen + clear, (blue or 0.0) * seen + clear


def _apart(colour: Colour | None, ground: Colour | None) -> bool:
    if colour is None or ground is None:
        return False
    return max(abs(first - other) for first, other in zip(colour, ground, strict=True)) * 255 >= _TOLD_APART


BreakKind = Literal["", "line", "page"]
_IN_LINE: Final = frozenset(
    {"inline", "inline-block", "inline-flex", "inline-grid", "inline-table", "contents", "ruby"}
)


def breaks(values: StyleValues, *, usual: bool) -> BreakKind:
    """What begins with an element: a page, a line of its own, or nothing; ``usual`` says what its name stands for."""
    for name in ("break-before", "page-break-before"):
        if any(value in ("always", "page", "left", "right", "recto", "verso") for value in values.get(name, ())):
            return "page"
    displays = values.get("display", ())
    if displays and displays[0]:
        usual = displays[0] not in _IN_LINE and displays[0] not in _AS_ABOVE
    return "line" if usual else ""
