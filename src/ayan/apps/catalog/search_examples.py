"""What the front page proposes to search for: a key, a department and a place, all taken from the data."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City


def tries(city: City, lang: Lang) -> list[str]:
    """At most one of each kind, from the first dataset that has it; nobody is held up as an example."""
    samples: dict[str, str] = {}
    for dataset in city.registry.all():
        wanted = [(kind, field) for kind, field in _telling(dataset) if kind not in samples]
        if not wanted or not city.release_store.snapshot(dataset.slug).rows:
            continue
        try:
            row = city.query_service.rows(dataset, Question(slug=dataset.slug, size=1)).rows[0]
        except Unanswered:
            continue
        for kind, field in wanted:
            value = row.values.get(field.name)
            if value:
                samples.setdefault(kind, value_html.value_plain(field, value, lang, "rial"))
    return [samples[kind] for kind in ("key", "unit", "place") if kind in samples]


def _telling(dataset: Dataset) -> Iterator[tuple[str, Field]]:
    for field in dataset.published:
        if field.shown != "public":
            continue
        if dataset.key == (field.name,) and field.kind.is_code:
            yield "key", field
        elif field.role in ("unit", "place") and field.kind.is_free_text:
            yield field.role, field
