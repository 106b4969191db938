"""Whether a reader of an HTML page sees an element's text, as its own styles say: nothing is fetched and nothing drawn.

In doubt text is not seen. Rules that hold under some condition (a width, a printer) can hide and never show; values
that are computed (`var()`, `calc()`) hide where they matter. What would need the page laid out, as parts that lie over
others do, is `Unclear`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import cssselect2
import tinycss2
from tinycss2 import color4

from ayan.core.documents.limits import MOST_STYLE_RULES

Colour = tuple[float, float, float]
Values = Mapping[str, Sequence[str]]
"""Of each property the values that an element may have, in lower case: the one that holds, and those that may."""


class Unclear(Exception):
    """The styles do not tell what is seen."""


# Of 255 steps of a colour, by how many letters must differ from their ground, as on drawn pages.
_TOLD_APART: Final = 40
_FAINT: Final = 0.3
# Dots of letters that nobody reads, and of a box in which nothing is shown.
_TINY: Final = 5.0
_NO_ROOM: Final = 2.0
# Dots by which parts may stand closer than they usually do.
_CLOSER: Final = 5.0
_FAR: Final = 100.0
_USUAL_SIZE: Final = 16.0
_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "xxx-large": 48.0, "smaller": 13.0, "larger": 19.0,
}  # fmt: skip
_UNITS: Final = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": 16.0}
_NUMBER: Final = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)([a-z%]*)")
_COMPUTED: Final = re.compile(r"\b(?:var|calc|min|max|clamp|env|attr|if)\(")
_AS_ABOVE: Final = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", ""})
_EDGES: Final = ("top", "right", "bottom", "left", "inset")
_CUT: Final = frozenset({"hidden", "clip"})
_CONDITIONS: Final = frozenset({"media", "supports", "container", "layer", "scope", "starting-style"})
# Rules that say nothing of what elements show.
_OTHER_RULES: Final = frozenset({"charset", "font-face", "page", "keyframes", "-webkit-keyframes", "counter-style",
    "namespace", "property", "font-feature-values", "font-palette-values", "view-transition", "viewport",
    "-ms-viewport", "-moz-document"})  # fmt: skip
_FREE: Final = frozenset({"none", "auto", "normal", "static", "visible", "0", "0px", "unset", "initial", "inherit"})


@dataclass(frozen=True, slots=True)
class ShownText:
    """How the text of an element is shown, handed down to those within: ``hidden`` is for good, the rest may change."""

    hidden: bool = False
    veiled: bool = False
    colours: tuple[Colour | None, ...] = ((0.0, 0.0, 0.0),)
    grounds: tuple[Colour | None, ...] = ((1.0, 1.0, 1.0),)
    size: float = _USUAL_SIZE

    @property
    def is_seen(self) -> bool:
        """Whether text that stands here is seen."""
        if self.hidden or self.veiled or self.size < _TINY:
            return False
        return all(_apart(colour, ground) for colour in self.colours for ground in self.grounds)

    def within(self, values: Values) -> ShownText:
        """The same for an element of such values. Raises Unclear where it lies over others."""
        hidden = self.hidden or _hides(values)
        if not hidden and _is_moved(values):
            raise Unclear
        veiled = self.veiled
        for value in values.get("visibility", ()):
            veiled = value not in ("visible", *_AS_ABOVE) or (veiled and value != "visible")
        colours, grounds = self.colours, self.grounds
        for name in ("color", "-webkit-text-fill-color"):
            colours = tuple(_colours(values.get(name, ()), colours)) or colours
        for name in ("background-color", "background", "background-image"):
            grounds = tuple(_grounds(name, values.get(name, ()), grounds)) or grounds
        sizes = [_size(value, self.size) for value in values.get("font-size", ())]
        sizes += [_size(size, self.size) for value in values.get("font", ()) for size in _size_in_font(value)]
        return replace(
            self, hidden=hidden, veiled=veiled, colours=colours, grounds=grounds, size=min(sizes, default=self.size)
        )


@dataclass
class StyleSheets:
    """The rules of a page, by which the values of its elements are looked up."""

    _always: cssselect2.Matcher = field(default_factory=cssselect2.Matcher)
    _perhaps: cssselect2.Matcher = field(default_factory=cssselect2.Matcher)
    _count: int = 0

    def add(self, text: str) -> None:
        """Take up the content of a style element. Raises Unclear for what stands elsewhere or is not understood."""
        self._take(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), self._always)

    def values(self, element: cssselect2.ElementWrapper, hints: Mapping[str, str], inline: str) -> dict[str, list[str]]:
        """The values of an element by the rules, what its attributes say (``hints``) and its own style."""
        said: dict[str, list[str]] = {name: [value] for name, value in hints.items()}
        important: dict[str, str] = {}
        for _, _, _, declared in sorted(self._always.match(element), key=lambda each: each[:2]):
            _lay(declared, said, important)
        _lay(_declared(tinycss2.parse_blocks_contents(inline)), said, important)
        for name, value in important.items():
            said[name] = [value]
        for _, _, _, declared in self._perhaps.match(element):
            for name, value, _ in declared:
                said.setdefault(name, []).append(value)
        return said

    def _take(self, rules: Iterable[Any], matcher: cssselect2.Matcher) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._take_rule(rule, matcher)
            elif rule.type == "at-rule" and rule.lower_at_keyword in _CONDITIONS:
                condition = tinycss2.serialize(rule.prelude).lower()
                if "prefers-color-scheme" in condition and "dark" in condition and "not" not in condition:
                    continue
                if rule.content is not None:
                    self._take(
                        tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), self._perhaps
                    )
            elif rule.type == "at-rule" and rule.lower_at_keyword not in _OTHER_RULES:
                raise Unclear

    def _take_rule(self, rule: Any, matcher: cssselect2.Matcher) -> None:
        self._count += 1
        if self._count > MOST_STYLE_RULES:
            raise Unclear
        content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        if any(each.type in ("qualified-rule", "at-rule") for each in content):
            # Rules within rules hold under conditions that nobody looked at.
            raise Unclear
        declared = list(_declared(content))
        if not declared:
            return
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            selector = tinycss2.serialize(rule.prelude)
            if "::" in selector or ":-" in selector:
                return
            raise Unclear from None
        for selector in selectors:
            if selector.pseudo_element is None and not selector.never_matches:
                matcher.add_selector(selector, declared)


def _declared(content: Iterable[Any]) -> Iterator[tuple[str, str, bool]]:
    """The declarations of a block that say anything of what is seen: name, value in lower case, whether important."""
    for each in content:
        if each.type == "declaration" and (each.lower_name in _WATCHED or each.lower_name.startswith("margin")):
            value = tinycss2.serialize([part for part in each.value if part.type != "comment"])
            yield each.lower_name, " ".join(value.lower().split()), each.important


def _lay(declared: Iterable[tuple[str, str, bool]], said: dict[str, list[str]], important: dict[str, str]) -> None:
    for name, value, is_important in declared:
        if is_important:
            important[name] = value
        else:
            said[name] = [value]


_WATCHED: Final = frozenset({
    "display", "visibility", "opacity", "color", "background", "background-color", "background-image", "font-size",
    "font", "position", *_EDGES, "text-indent", "transform", "translate", "scale", "rotate", "width", "height",
    "max-height", "max-width", "overflow", "overflow-x", "overflow-y", "clip", "clip-path", "content-visibility",
    "filter", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "-webkit-text-fill-color", "z-index",
    "-webkit-text-security", "mix-blend-mode", "line-height", "letter-spacing", "word-spacing", "white-space", "all",
    "-webkit-line-clamp", "line-clamp", "zoom", "break-before", "page-break-before", "inset-block", "inset-inline",
    "unicode-bidi", "block-size", "max-block-size", "inline-size", "max-inline-size", "offset-path",
})  # fmt: skip
_ONLY_FREE: Final = ("clip", "clip-path", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "mix-blend-mode",
    "filter", "content-visibility", "-webkit-text-security", "-webkit-line-clamp", "line-clamp",
    "offset-path")  # fmt: skip

_BOUNDS: Final = (
    "height", "max-height", "width", "max-width", "block-size", "max-block-size", "inline-size", "max-inline-size",
)  # fmt: skip
_WHOLE: Final = frozenset({"auto", "none", "100%", "fit-content", "min-content", "max-content"})
_LAID: Final = ("transform", "translate", "scale", "rotate")


def _hides(values: Values) -> bool:
    """Whether an element and all within it are not seen."""

    def any_of(name: str) -> Sequence[str]:
        return values.get(name, ())

    if any(value == "none" or _COMPUTED.search(value) for value in any_of("display")):
        return True
    if any(name in values and any(value not in _FREE for value in any_of(name)) for name in _ONLY_FREE):
        return True
    if any(value not in _FREE for value in any_of("all")) or any(
        "override" in value for value in any_of("unicode-bidi")
    ):
        return True
    if any(_amount(value, 1.0) < _FAINT for value in any_of("opacity")):
        return True
    if any(_COMPUTED.search(value) for name in ("opacity", "zoom", "font") for value in any_of(name)):
        return True
    if any((_length(value) or 0.0) < -_CLOSER or _COMPUTED.search(value) for value in any_of("text-indent")):
        return True
    if any(_amount(value, 1.0) < 0.4 for value in any_of("zoom")):
        return True
    if any(_is_close(value) for name in ("letter-spacing", "word-spacing") for value in any_of(name)):
        return True
    if any((length := _length(value)) is not None and length < _TINY for value in any_of("line-height")):
        return True
    return _is_cut(values)


def _is_cut(values: Values) -> bool:
    """Whether what an element holds may reach beyond what is shown of it."""
    overflow = [value for name in ("overflow", "overflow-x", "overflow-y") for value in values.get(name, ())]
    bounds = [(name, value) for name in _BOUNDS for value in values.get(name, ())]
    for _, value in bounds:
        length = _length(value) if value[:1].isdigit() else None
        if length is not None and length <= _NO_ROOM:
            return True
    if all(_CUT.isdisjoint(value.split()) for value in overflow):
        return False
    is_low = any("width" not in name and "inline" not in name and value not in _WHOLE for name, value in bounds)
    return is_low or any("nowrap" in value or value == "pre" for value in values.get("white-space", ()))


def _is_moved(values: Values) -> bool:
    """Whether an element may lie over others, or they over it."""
    if any(value in ("absolute", "fixed") or _COMPUTED.search(value) for value in values.get("position", ())):
        return True
    if any(
        value not in _FREE for name in ("transform", "translate", "scale", "rotate") for value in values.get(name, ())
    ):
        return True
    if any(value == "relative" for value in values.get("position", ())) and any(
        value not in _FREE for name in (*_EDGES, "inset-block", "inset-inline") for value in values.get(name, ())
    ):
        return True
    for name, said in values.items():
        if name.startswith("margin"):
            for part in (part for value in said for part in value.split()):
                length = _length(part)
                if _COMPUTED.search(part) or (length is not None and length < -_CLOSER):
                    return True
    return False


def _amount(value: str, otherwise: float) -> float:
    """A number with whatever unit, of a share its hundredth; what is given for words."""
    match = _NUMBER.fullmatch(value)
    if match is None:
        return otherwise
    return float(match[1]) / 100 if match[2] == "%" else float(match[1])


def _length(value: str) -> float | None:
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
    length = _length(value)
    return (length is not None and length < -_CLOSER) or bool(_COMPUTED.search(value))


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
        else:
            yield _colour(value)


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


Break = Literal["", "line", "page"]
_IN_LINE: Final = frozenset(
    {"inline", "inline-block", "inline-flex", "inline-grid", "inline-table", "contents", "ruby"}
)


def breaks(values: Values, *, usual: bool) -> Break:
    """What begins with an element: a page, a line of its own, or nothing; ``usual`` says what its name stands for."""
    for name in ("break-before", "page-break-before"):
        if any(value in ("always", "page", "left", "right", "recto", "verso") for value in values.get(name, ())):
            return "page"
    displays = values.get("display", ())
    if displays:
        usual = displays[0] not in _IN_LINE and displays[0] not in _AS_ABOVE
    return "line" if usual else ""
