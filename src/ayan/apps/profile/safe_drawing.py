"""A drawing that strangers made, written anew: SVG by an allow-list, PNG by its pixels.

Of an SVG (SVG 1.1, second edition) only shapes, gradients and what paints them pass. What could run, load or follow
anything is refused by name, so that nobody believes a drawing was taken whole that was not; what editors note for
themselves is left out. Nothing of the file itself is kept.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import resvg_py

from ayan.apps.profile.limits import (
    EMBLEM_PIXELS,
    LARGEST_EMBLEM,
    LARGEST_RATIO,
    MOST_EMBLEM_DEPTH,
    MOST_EMBLEM_ELEMENTS,
    MOST_PIXELS,
)
from ayan.core.values.label import Label

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ELEMENTS: Final = frozenset(
    {"svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath"}
)
_GRADIENTS: Final = frozenset({"linearGradient", "radialGradient"})
# Notes of editors and words for readers: what stands in them is no part of the drawing.
_LEFT_OUT: Final = frozenset({"metadata", "title", "desc"})
_PAINT: Final = frozenset(
    {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"}
    | {"stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "clip-path"}
    | {"clip-rule", "stop-color", "stop-opacity", "color", "display", "visibility"}
)
_PLACE: Final = frozenset(
    {"d", "points", "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"}
    | {"width", "height", "offset", "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits"}
)
_VALUE: Final = re.compile(r"[A-Za-z0-9#.,%()\s+-]*")
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,99}")
_OWN: Final = re.compile(r"""url\(\s*['"]?#([A-Za-z_][A-Za-z0-9_.:-]{0,99})['"]?\s*\)""")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|mm|cm|pt|in|pc)?\s*")


class DrawingRefused(ValueError):
    """A drawing that is not taken; ``words`` say why, and what to do."""

    def __init__(self, words: Label) -> None:
        super().__init__(words.en)
        self.words = words


def rewritten(data: bytes) -> tuple[str, bytes]:
    """The ending (``svg`` or ``png``) and the bytes of a drawing as it is kept. Raises DrawingRefused."""
    if len(data) > LARGEST_EMBLEM:
        raise DrawingRefused(Label("پرونده حداکثر ۲۵۶ کیلوبایت باشد.", "The file has 256 kilobytes at most."))
    if data.startswith(_PNG):
        _check_pixels(data)
        return "png", _pixels(data)
    drawing = _Rewriting().of(data)
    if _drawn(_address("svg", drawing)) == _drawn(""):
        raise DrawingRefused(Label("در این پرونده چیزی دیده نمی‌شود.", "Nothing is to be seen in this file."))
    return "svg", drawing


# --- SVG --------------------------------------------------------------------------------------------------------------


class _Rewriting:
    """One reading of an SVG, which writes what is allowed as it goes."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._skipped = self._elements = 0

    def of(self, data: bytes) -> bytes:
        # The encoding is said here, so that no declaration of the file makes other text of it.
        parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.buffer_text = False
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            raise DrawingRefused(
                Label("این پرونده SVG یا PNG درستی نیست.", "This file is no SVG or PNG that can be read.")
            ) from None
        return "".join(self._out).encode()

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        # The reference to the DTD of SVG is harmless and leads nowhere here; entities of one's own are not.
        if internal:
            raise _not_taken("DOCTYPE")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        space, _, local = name.rpartition(" ")
        if len(self._open) + self._skipped >= MOST_EMBLEM_DEPTH or self._elements > MOST_EMBLEM_ELEMENTS:
            raise DrawingRefused(
                Label(
                    "این طرح برای نشان بیش از اندازه ریز است؛ ساده‌ترش کنید.",
                    "The drawing is too fine for an emblem; make it simpler.",
                )
            )
        if self._skipped or (self._open and (space != _SVG or local in _LEFT_OUT)):
            self._skipped += 1
            return
        if not self._open and (space != _SVG or local != "svg"):
            raise DrawingRefused(Label("این پرونده SVG نیست.", "This file is no SVG."))
        if local not in _ELEMENTS:
            raise _not_taken(local)
        kept = _attributes(local, attributes)
        if local == "svg":
            kept = {"xmlns": _SVG, "viewBox": _view_box(attributes)} if not self._open else kept
        self._out.append(f"<{local}{''.join(f' {each}={quoteattr(value)}' for each, value in kept.items())}>")
        self._open.append(local)

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._out.append(f"</{self._open.pop()}>")


def _attributes(element: str, attributes: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in attributes.items():
        space, _, local = name.rpartition(" ")
        if local.lower().startswith("on"):
            raise _not_taken(local)
        if local == "href" and space in ("", _XLINK):
            if element not in _GRADIENTS or not _ID.fullmatch(value[1:]) or value[0] != "#":
                raise _not_taken("href")
            kept["href"] = value
        elif not space and local == "style":
            kept |= _painted(_declarations(value))
        elif not space and local == "id":
            if _ID.fullmatch(value):
                kept["id"] = value
        elif not space and local in _PLACE:
            kept[local] = _safe(local, value)
        elif not space and local in _PAINT:
            # What a style says wins over an attribute, wherever either stands.
            kept.setdefault(local, _safe(local, value))
    return kept


def _declarations(style: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in style.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value.strip()}


def _painted(declared: Mapping[str, str]) -> dict[str, str]:
    return {
        name: _safe(name, value.replace("!important", "").strip()) for name, value in declared.items() if name in _PAINT
    }


def _safe(name: str, value: str) -> str:
    """A value without anything that leads outside; a reference to a part of this very drawing is written plainly."""
    own = _OWN.sub(r"url(#\1)", value)
    rest = _OWN.sub("", value)
    if "url" in rest.lower() or not _VALUE.fullmatch(rest):
        raise _not_taken(name)
    return own


def _view_box(attributes: Mapping[str, str]) -> str:
    """The part of the plane that is shown: four numbers, neither a line nor a strip."""
    said = _NUMBER.findall(attributes.get("viewBox", ""))
    if len(said) != 4:
        sizes = [_SIZE.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
        said = ["0", "0", *(size[1] if size else "0" for size in sizes)]
    wide, high = float(said[2]), float(said[3])
    _check_shape(wide, high)
    return " ".join(said)


def _check_shape(wide: float, high: float) -> None:
    if not (0 < wide < float("inf") and 0 < high < float("inf")) or max(wide / high, high / wide) > LARGEST_RATIO:
        raise DrawingRefused(
            Label(
                "نشان باید پهنا و بلندی داشته باشد و یکی بیش از چهار برابر دیگری نباشد.",
                "An emblem has a width and a height, and neither is more than four times the other.",
            )
        )


def _not_taken(what: str) -> DrawingRefused:
    return DrawingRefused(
        Label(
            "در این پرونده «{what}» هست که پذیرفته نمی‌شود. نشان را تنها با شکل‌ها و بی نوشته، تصویر و پیوند ذخیره کنید، "
            "یا PNG بدهید.",
            "This file holds “{what}”, which is not taken. Save the emblem as shapes alone, without text, pictures and "
            "links, or give a PNG.",
        ).format(what=re.sub(r"[^A-Za-z0-9:_-]", "", what)[:40])
    )


# --- PNG --------------------------------------------------------------------------------------------------------------


def _check_pixels(data: bytes) -> None:
    """Raise for a PNG that is broken, or that would be larger in memory than it says."""
    at, packed, wide, high, ended = len(_PNG), bytearray(), 0, 0, False
    while at + 12 <= len(data) and not ended:
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        tail = data[at + 8 + size : at + 12 + size]
        if len(tail) < 4 or struct.unpack(">I", tail)[0] != zlib.crc32(kind + body):
            raise _broken()
        if kind == b"IHDR" and size >= 8:
            wide, high = struct.unpack_from(">II", body)
        elif kind == b"IDAT":
            packed += body
        ended = kind == b"IEND"
        at += 12 + size
    if not ended or not packed:
        raise _broken()
    if not (0 < wide <= MOST_PIXELS and 0 < high <= MOST_PIXELS):
        raise DrawingRefused(
            Label("تصویر حداکثر ۲۰۴۸ در ۲۰۴۸ نقطه باشد.", "The picture has 2,048 by 2,048 pixels at most.")
        )
    _check_shape(wide, high)
    # Eight bytes a pixel at most, and one a line; more than that is no picture of this size.
    unpacking = zlib.decompressobj()
    try:
        left, seen, most = bytes(packed), 0, wide * high * 8 + 2 * high + 1024
        while left and not unpacking.eof and seen <= most:
            seen += len(unpacking.decompress(left, 1 << 20))
            left = unpacking.unconsumed_tail
    except zlib.error:
        raise _broken() from None
    if not unpacking.eof or seen > most:
        raise _broken()


def _pixels(data: bytes) -> bytes:
    """The picture drawn anew, so that nothing but its pixels is left of the file."""
    wide, high = struct.unpack_from(">II", data, len(_PNG) + 8)
    drawn = _drawn(_address("png", data), wide, high)
    if drawn == _drawn("", wide, high):
        raise DrawingRefused(Label("در این پرونده چیزی دیده نمی‌شود.", "Nothing is to be seen in this file."))
    return drawn


def _broken() -> DrawingRefused:
    return DrawingRefused(Label("این پروندهٔ PNG ناقص است. دوباره ذخیره‌اش کنید.", "This PNG is damaged. Save it again."))


def _drawn(address: str, wide: float = 1, high: float = 1) -> bytes:
    """A picture at an address of its own bytes, as a PNG; an empty one for no address."""
    scale = EMBLEM_PIXELS / max(wide, high)
    size = f'width="{max(1, round(wide * scale))}" height="{max(1, round(high * scale))}"'
    picture = f'<image href="{address}" {size}/>' if address else ""
    return resvg_py.svg_to_bytes(svg_string=f'<svg xmlns="{_SVG}" {size}>{picture}</svg>')


def _address(ending: str, content: bytes) -> str:
    kind = "image/svg+xml" if ending == "svg" else "image/png"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
