"""Parts of an HTML page that may lie over others or off the page, as far as its styles tell without laying it out.

A part that is moved out of its place is not read itself. Where it has a ground that could hide what lies below it, all
that it may reach is not read either: what stands within the nearest part around it that lets nothing out. Where there
is none, nobody knows what it hides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import cssselect2

from ayan.core.documents.html_sheets import COMPUTED, StyleValues, Unclear
from ayan.core.documents.html_styles import FREE, GROUNDS, ShownText, length, sizes

ValuesOf = Callable[[cssselect2.ElementWrapper, ShownText, str | None], StyleValues]
"""The values of an element, or of what styles put before or after its text, within others that are shown so."""

_Move = Literal["", "near", "flow", "free", "fixed"]
# Dots by which parts may stand closer than they usually do, and by which frames of columns reach beyond each side.
_CLOSER: Final = 5.0
_ASIDE: Final = 16.0
# Dots of a border that hides nothing, and of letters that are as large as a ground.
_THIN: Final = 3.0
_HUGE: Final = 64.0
# Turns after which a part takes the same place.
_NO_MOVE: Final = frozenset({"rotate(0)", "rotate(0deg)", "rotate(180deg)", "rotate(-180deg)", "rotate(360deg)",
    "scale(1)", "scalex(-1)", "scale(-1)", "scale(-1,1)", "translate(0)", "translate(0,0)", "translatex(0)",
    "translatey(0)", "translatez(0)", "translatez(0px)", "translate3d(0,0,0)",
    "translate3d(0px,0px,0px)"})  # fmt: skip
_EDGES: Final = ("top", "right", "bottom", "left")
_SHIFTS: Final = (*_EDGES, "inset", "inset-block", "inset-inline")
# What brings a ground of its own.
_PICTURES: Final = frozenset({"img", "picture", "svg", "math", "canvas", "video", "audio", "iframe", "frame", "object",
    "embed", "applet", "input", "select", "textarea", "button", "meter", "progress", "hr", "mark",
    "fieldset"})  # fmt: skip
_CLIPPED: Final = frozenset({"rect(0,0,0,0)", "rect(0, 0, 0, 0)", "rect(0 0 0 0)", "rect(0px,0px,0px,0px)",
    "rect(0px, 0px, 0px, 0px)", "rect(1px,1px,1px,1px)", "rect(1px, 1px, 1px, 1px)"})  # fmt: skip
_BARE: Final = frozenset({"", "none", "transparent", "inherit", "initial", "unset"})
_BLOTS: Final = re.compile("[\u2580-\u25ff\u2b1b-\u2b1c]")
_NO_EXTENT: Final = frozenset({"head", "script", "style", "template", "noscript", "title"})


class _Around(NamedTuple):
    """An element around: whether absolute places are counted from it, and whether nothing within reaches beyond it."""

    element: Any
    is_origin: bool
    is_closed: bool


@dataclass(slots=True)
class Covers:
    """Looks through a page; ``unread`` are the elements of which nothing is to be read."""

    values_of: ValuesOf
    unread: set[Any]

    def look(self, root: cssselect2.ElementWrapper) -> None:
        """Look through all of it. Raises Unclear where what may be hidden is not known."""
        self._grounded(root, ShownText(), ())

    def _grounded(self, wrapped: cssselect2.ElementWrapper, above: ShownText, around: tuple[_Around, ...]) -> bool:
        """Whether an element, or something in it, could hide what lies below it."""
        element = wrapped.etree_element
        name = element.tag.lower()
        if name in _NO_EXTENT:
            return False
        values = self.values_of(wrapped, above, None)
        if _is_gone(values):
            return False
        shown = above.within(values)
        own = _around(element, name, values)
        inner = (*around, own)
        has_own = name in _PICTURES or _is_ground(values, shown) or any(map(_BLOTS.search, _own_text(element)))
        # All of them are looked at, also behind the first that has a ground.
        within = [self._grounded(child, shown, inner) for child in wrapped.iter_children()]
        within += [self._part_grounded(wrapped, part, shown, inner) for part in ("before", "after")]
        has_inner = any(within)
        move = _move(values)
        if move or _is_sunk(values):
            self.unread.add(element)
        if move == "near" or (move and (has_own or has_inner) and not _is_below_all(values)):
            self._hide_below(move, values, around, exact=not has_inner)
        return has_own or has_inner

    def _part_grounded(
        self, wrapped: cssselect2.ElementWrapper, part: str, above: ShownText, around: tuple[_Around, ...]
    ) -> bool:
        """The same of what styles put before or after the text of an element."""
        values = dict(self.values_of(wrapped, above, part))
        written = values.pop("content", [])
        if all(value in ("", "none", "normal") for value in written) or _is_gone(values):
            return False
        shown = above.within(values)
        has_ground = _is_ground(values, shown) or any(
            "(" in value or _BLOTS.search(value) or "\\" in value for value in written
        )
        move = _move(values)
        if move == "near" or (move and has_ground and not _is_below_all(values)):
            self._hide_below(move, values, around, exact=True)
        return has_ground

    def _hide_below(self, move: _Move, values: StyleValues, around: Sequence[_Around], *, exact: bool) -> None:
        """Leave unread what a part with a ground may lie over; ``exact`` where that is no larger than the part."""
        own = list(reversed(around))
        if move == "free":
            while own and not own[0].is_origin:
                del own[0]
            if exact and own and _fills(values):
                self.unread.add(own[0].element)
                return
        closed = next((each for each in own if each.is_closed), None) if move != "fixed" else None
        if closed is None:
            raise Unclear
        self.unread.add(closed.element)


def _around(element: Any, name: str, values: StyleValues) -> _Around:
    positions = values.get("position", [""])
    is_origin = all(value in ("relative", "absolute", "fixed", "sticky") for value in positions)
    cut = [value for value in values.get("overflow", [""]) for value in value.split() or [""]]
    # What the body cuts off, the window cuts off, and shows when it is moved.
    is_closed = name not in ("html", "body") and all(value in ("hidden", "clip", "auto", "scroll") for value in cut)
    return _Around(element, is_origin, is_closed and "overflow-x" not in values and "overflow-y" not in values)


def _is_gone(values: StyleValues) -> bool:
    """Whether nothing of an element is drawn for certain: what is only not to be read may still hide something."""
    return any(
        all(value in gone for value in values.get(name, [""]))
        for name, gone in (("display", {"none"}), ("opacity", {"0", "0%"}))
    ) or (
        # Only what is placed freely is clipped.
        all(value in ("absolute", "fixed") for value in values.get("position", [""]))
        and all(value in _CLIPPED for value in values.get("clip", [""]))
    )


def _own_text(element: Any) -> Iterator[str]:
    yield element.text or ""
    yield from (child.tail or "" for child in element)


def _move(values: StyleValues) -> _Move:
    """How an element is moved out of its place: beside its neighbours, from where it stands, or freely."""
    positions = values.get("position", ())
    if any(value == "fixed" or COMPUTED.search(value) for value in positions):
        return "fixed"
    if "absolute" in positions:
        return "free"
    if any(_is_near(name, value) for name, said in values.items() if name.startswith("margin") for value in said):
        return "near"
    turned = (value for name in ("transform", "translate", "scale", "rotate") for value in values.get(name, ()))
    if any(value not in FREE and value.replace(" ", "") not in _NO_MOVE for value in turned):
        return "flow"
    if "relative" in positions and any(value not in FREE for name in _SHIFTS for value in values.get(name, ())):
        return "flow"
    return "flow" if _is_stacked(values) else ""


def _is_near(name: str, value: str) -> bool:
    """Whether a margin lets an element lie over its neighbours, or them over it."""
    parts = value.split()
    for at, part in enumerate(parts):
        is_aside = any(side in name for side in ("left", "right", "inline")) or (name == "margin" and at % 2 == 1)
        said = length(part)
        if COMPUTED.search(part) or (said is not None and said < -(_ASIDE if is_aside else _CLOSER)):
            return True
    return False


def _is_stacked(values: StyleValues) -> bool:
    """Whether an element is put into a cell of a grid by number, in which another may be."""
    area = any("/" in value and re.search("[0-9]", value) for value in values.get("grid-area", ()))
    rows, columns = (
        any(re.search("[0-9]", value) for end in ("", "-start") for value in values.get(f"grid-{way}{end}", ()))
        for way in ("row", "column")
    )
    return area or (rows and columns)


def _is_sunk(values: StyleValues) -> bool:
    return any(value.startswith("-") or COMPUTED.search(value) for value in values.get("z-index", ()))


def _is_below_all(values: StyleValues) -> bool:
    """Whether an element is drawn below all text around it for certain."""
    return all(re.fullmatch("-[1-9][0-9]*", value) for value in values.get("z-index", [""]))


def _fills(values: StyleValues) -> bool:
    """Whether an element fills the one from which it is placed, and no more."""
    if any(name in values for name in ("width", "height", "transform", "translate", "scale", "rotate")) or any(
        name.startswith("margin") for name in values
    ):
        return False
    if "inset" in values:
        return all(value in ("0", "0px") for value in values["inset"]) and not any(edge in values for edge in _EDGES)
    return all(value in ("0", "0px") for edge in _EDGES for value in values.get(edge, ["auto"]))


def _is_ground(values: StyleValues, shown: ShownText) -> bool:
    if any(value not in _BARE for name in GROUNDS for value in values.get(name, ())):
        return True
    if any(value not in FREE for name in ("box-shadow", "backdrop-filter") for value in values.get(name, ())):
        return True
    if any(size > _HUGE for size in sizes(values, shown.size)):
        return True
    return any(
        _is_thick(name, part)
        for name, said in values.items()
        if name.startswith(("border", "outline"))
        for value in said
        for part in value.split()
    )


def _is_thick(name: str, part: str) -> bool:
    if any(word in name for word in ("radius", "spacing", "collapse", "color", "style", "offset")):
        return False
    said = length(part)
    return part == "thick" or "url" in part or bool(COMPUTED.search(part)) or (said is not None and said > _THIN)
