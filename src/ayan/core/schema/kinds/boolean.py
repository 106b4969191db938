"""The kind whose values are yes and no."""

from __future__ import annotations

from typing import Final

from ayan.core.schema.field import Field, Kind, KindColumns, KindSql
from ayan.core.values import sql
from ayan.core.values.asked_value import BadValue, Value
from ayan.core.values.label import Label
from ayan.core.values.text import fold

YES: Final = ("بله", "بلی", "آری", "دارد", "هست", "1", "true", "yes", "y", "✓", "✔")
NO: Final = ("خیر", "نه", "ندارد", "نیست", "0", "false", "no", "n", "✗", "✘")
# What an address may say for them; a cell may hold more.
_ASKED_YES: Final = frozenset({"1", "true", "yes", "بله", "بلی", "آری"})
_ASKED_NO: Final = frozenset({"0", "false", "no", "خیر", "نه"})


class BooleanKind(Kind):
    """Whether something is so."""

    name = "boolean"
    label = Label("بله یا خیر", "yes or no")
    short_label = label
    schema_type = "boolean"
    json_type = "boolean"
    example = "بله"
    listed = False
    worded = False
    searched = False
    scanned = False
    addressable = False
    referable = False
    plain = False
    few = True
    telling = True

    def storage(self, field: Field) -> str:  # noqa: ARG002 - as all kinds
        """True or false."""
        return "BOOLEAN"

    def parse(self, field: Field, text: str) -> Value:  # noqa: ARG002 - as all kinds
        """A word for yes or for no."""
        written = fold(text)
        if written in _ASKED_YES or written in _ASKED_NO:
            return written in _ASKED_YES
        raise BadValue("not-a-boolean", ("true", "false"))

    def from_json(self, field: Field, value: object) -> bool:  # noqa: ARG002 - as all kinds
        """True or false."""
        if not isinstance(value, bool):
            raise ValueError
        return value

    def reading(self, field: Field, c: KindColumns) -> KindSql:  # noqa: ARG002 - as all kinds
        """One of the words and marks that files have for them."""
        yes, no = (sql.is_among(c.f, sorted({fold(word) for word in words})) for words in (YES, NO))
        value = f"CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END"
        return KindSql(((c.f, sql.fold(c.t)),), value, "'not-a-boolean'")
