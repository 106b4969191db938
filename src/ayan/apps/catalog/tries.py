"""What the front page proposes to search for: a key, a department and a place, all taken from the data."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import CODE_KINDS, Dataset, Field
from ayan.core.values.locale import Lang
from ayan.ui import writing
from ayan.wiring.city import City


def tries(city: City, lang: Lang) -> list[str]:
    """At most one of each kind, from the first dataset that has it; nobody is held up as an example."""
    found: dict[str, str] = {}
    for dataset in city.registry.all():
        wanted = [(kind, field) for kind, field in _telling(dataset) if kind not in found]
        if not wanted or not city.shelf.state(dataset.slug).rows:
            continue
        try:
            row = city.reader.rows(dataset, Question(slug=dataset.slug, size=1)).rows[0]
        except Unanswered:
            continue
        for kind, field in wanted:
            value = row.values.get(field.name)
            if value:
                found.setdefault(kind, writing.value_plain(field, value, lang, "rial"))
    return [found[kind] for kind in ("key", "unit", "place") if kind in found]


def _telling(dataset: Dataset) -> Iterator[tuple[str, Field]]:
    for field in dataset.published:
        if field.shown != "public":
            continue
        if dataset.key == (field.name,) and field.kind in CODE_KINDS:
            yield "key", field
        elif field.role in ("unit", "place") and field.kind == "text":
            yield field.role, field
