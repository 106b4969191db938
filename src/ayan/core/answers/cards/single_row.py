"""The one row that was found, told by the columns that a question names: who rents a stall, when it was let."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.cards import wording
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_TOLD_COLUMNS
from ayan.core.query.answer import Row
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

_WITH_COLUMNS: Final = Label("{columns}. {text}", "{columns}. {text}")
_COLUMN: Final = Label("{label}: {value}", "{label}: {value}")
_ROLES: Final = {"answer:person": ("person", "company"), "answer:date": ("date",), "answer:place": ("place",)}
"""The columns that question words ask for without naming them."""


def with_columns(text: Label, asked: AskedQuestion, rows: Sequence[Row], ordered_by: str = "") -> Label:
    """A text about rows, before it what is asked of them where there is one alone; ``ordered_by`` is one it has."""
    if len(rows) != 1:
        return text
    row = rows[0]
    fields = [own for own in _asked_of(asked) if own.name != ordered_by and row.values.get(own.name) not in (None, "")]
    return with_values(text, fields, row)


def with_values(text: Label, fields: Sequence[Field], row: Row) -> Label:
    """A text about one row, before it the values of some columns."""
    if not fields:
        return text

    def in_words(lang: Lang) -> dict[str, object]:
        said = (
            _COLUMN.of(lang).format(
                label=own.label.of(lang),
                value=wording.isolated(wording.field_value(own, row.values[own.name], lang), lang),
            )
            for own in fields[:MOST_TOLD_COLUMNS]
        )
        return {"columns": locale.of(lang).semicolon.join(said), "text": text.of(lang)}

    return _WITH_COLUMNS.filled(in_words)


def _asked_of(asked: AskedQuestion) -> Iterator[Field]:
    """The columns that a question names, or asks for by its question word, and has no condition on."""
    dataset, reading = asked.dataset, asked.reading
    held = {each.field for each in asked.scope.filters}
    named = [*reading.keys, *(each.field for each in reading.measures)]
    asks = {each.target for phrase in reading.parted.segments for each in phrase.of("ask") if each.grade == "right"}
    if not named:
        roles = {role for target, wanted in _ROLES.items() if target in asks for role in wanted}
        named = [each.name for each in dataset.published if each.role in roles]
    published = {each.name: each for each in dataset.published}
    yield from (published[name] for name in dict.fromkeys(named) if name in published and name not in held)
