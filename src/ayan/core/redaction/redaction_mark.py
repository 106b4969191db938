"""What is to be taken out of a document: where it stands, and for what reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.documents.document_text import Box
from ayan.core.values.label import Label
from ayan.core.values.personal_words import REDACTION_REASONS

REASONS: Final[Mapping[str, Label]] = REDACTION_REASONS
"""Why something is taken out: personal data by their kinds, and what law protects besides."""


@dataclass(frozen=True, slots=True)
class RedactionMark:
    """A place that is taken out, for a ``reason`` out of `REASONS`.

    ``page`` counts from 1. In a document with drawn pages ``box`` is the place, in points from the lower left corner of
    the page as it is shown. In a text document, whose pages nobody has drawn, it is the characters ``start`` to before
    ``end`` of the line ``line`` (from 0) as `document_text.of_file` gives them; without ``end`` up to its end.
    """

    page: int
    reason: str
    box: Box | None = None
    line: int | None = None
    start: int = 0
    end: int | None = None

    def lies_on(self, sizes: Sequence[Sequence[float]]) -> bool:
        """Whether it lies on one of the pages of these sizes (width and height in points), at least in part."""
        if self.box is None or not 1 <= self.page <= len(sizes):
            return False
        width, height = sizes[self.page - 1]
        left, bottom, right, top = self.box
        return left < right and bottom < top and right > 0 and top > 0 and left < width and bottom < height

    def as_json(self) -> dict[str, Any]:
        """The mark as JSON holds it."""
        place = {"box": list(self.box)} if self.box is not None else {}
        line = {"line": self.line, "start": self.start, "end": self.end} if self.line is not None else {}
        return {"page": self.page, "reason": self.reason, **place, **line}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> RedactionMark:
        """The mark that `as_json` wrote."""
        box = Box(*written["box"]) if written.get("box") else None
        return cls(
            written["page"], written["reason"], box, written.get("line"), written.get("start", 0), written.get("end")
        )
