"""The text of a document's pages as it stands beside the document: one canonical JSON, so that it has one digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from ayan.core.attachments.limits import LARGEST_TEXT
from ayan.core.documents.document_text import Box, PageLine, PageText
from ayan.core.documents.drawn_page import BLACK
from ayan.core.values.canonical import Json, canonical_json

FORMAT: Final = 1
# Places are whole hundredths of a point: canonical JSON has no fractions.
_PARTS: Final = 100
_NO_TEXT: Final = f" \t{BLACK}"


class BadPageTexts(ValueError):
    """Bytes that are no text of pages as it is stored."""


def text_bytes(pages: Iterable[PageText]) -> bytes:
    """The pages as they are stored. BadPageTexts where they are more than is stored of a document."""
    written: list[Json] = [_written(page) for page in pages]
    data = canonical_json({"format": FORMAT, "pages": written})
    if len(data) > LARGEST_TEXT:
        raise BadPageTexts("too long")
    return data


def read_text(data: bytes) -> tuple[PageText, ...]:
    """The pages that bytes hold, which were `text_bytes`. Raises BadPageTexts."""
    try:
        said = json.loads(data)
        if said["format"] != FORMAT:
            raise BadPageTexts(f"format {said['format']}")
        return tuple(map(_read, said["pages"]))
    except (ValueError, KeyError, TypeError) as fault:
        if isinstance(fault, BadPageTexts):
            raise
        raise BadPageTexts(type(fault).__name__) from None


def has_text(page: PageText) -> bool:
    """Whether somebody who does not see the page can read it."""
    return any(line.text.strip(_NO_TEXT) for line in page.lines)


def machine_read(pages: Iterable[PageText]) -> Decimal | None:
    """How sure a machine was of the letters of all pages that it read, from 0 to 1, two places; None without such."""
    read = [(page.machine_read, len(page.text)) for page in pages if page.machine_read is not None]
    letters = sum(count for _, count in read)
    if not letters:
        return None
    sure = sum((sureness * count for sureness, count in read), Decimal(0)) / letters
    return sure.quantize(Decimal("0.01"), ROUND_DOWN)


def _written(page: PageText) -> Json:
    said: dict[str, Json] = {"number": page.number, "lines": [_line(line) for line in page.lines]}
    if page.size is not None:
        said["size"] = [round(side * _PARTS) for side in page.size]
    if page.unknown:
        said["unknown"] = page.unknown
    if page.drawn:
        said["drawn"] = True
    if page.machine_read is not None:
        said["machine_read"] = int(page.machine_read * _PARTS)
    return said


def _line(line: PageLine) -> Json:
    said: dict[str, Json] = {"text": line.text}
    if line.box is not None:
        said["box"] = [round(edge * _PARTS) for edge in line.box]
    return said


def _read(page: Mapping[str, Any]) -> PageText:
    lines = tuple(
        PageLine(str(line["text"]), Box(*(edge / _PARTS for edge in line["box"])) if "box" in line else None)
        for line in page["lines"]
    )
    size = (page["size"][0] / _PARTS, page["size"][1] / _PARTS) if "size" in page else None
    sure = Decimal(int(page["machine_read"])) / _PARTS if "machine_read" in page else None
    return PageText(int(page["number"]), lines, size, int(page.get("unknown", 0)), bool(page.get("drawn", False)), sure)
