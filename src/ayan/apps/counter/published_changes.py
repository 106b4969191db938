"""What is published of the record that a case is about: what it said when the case came, and what it says now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from ayan.apps.counter.limits import LONGEST_CHANGE, MOST_CHANGES
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring import city

SUBJECTS: Final = ("row", "value")
"""What a case is about, where a record or a value of it can be held against what was published."""

Change = Sequence[str]
"""A column, what it said when the case came, and what it says now: as texts that `shown` puts into words."""


def changes(case: Case) -> list[Change]:
    """What of the record has changed since the case came; empty where it is about no record.

    Raises DeskRefused where nothing of it has: what is not published yet was not corrected yet.
    """
    found = record_of(case)
    if found is None:
        return []
    dataset, key = found
    differing = changed(dataset, key, case)
    if not differing:
        raise DeskRefused(
            "هنوز همان مقدار پیشین منتشر است. نخست اصلاح را منتشر کنید؛ تا آن زمان اعتراض را «پذیرفته» بگذارید.",
            "The former value is still the one that is published. Publish the correction first; until then leave the "
            "objection as accepted.",
            field="evidence",
        )
    return differing


def shown(case: Case, change: Change, lang: Lang) -> tuple[str, str, str]:
    """A change in words: the title of the column, what it said, what it says now."""
    column, before, after = change
    found = record_of(case)
    field = next((each for each in found[0].published if each.name == column), None) if found else None
    if field is None:
        return column, before, after
    words = []
    for text in (before, after):
        try:
            value = field.kind.parse(field, text) if text and field.choices is None else text or None
            value = date.fromisoformat(text) if field.kind.is_day and text else value
        except (BadValue, ValueError):
            value = text
        words.append(value_html.value_plain(field, value, lang, "rial"))
    return field.label.of(lang), words[0], words[1]


def record_of(case: Case) -> tuple[Dataset, str] | None:
    """The dataset and key of the record that a case is about; None where it is about none."""
    kind, _, rest = case.about.partition(":")
    slug, _, key = rest.partition("/")
    if kind not in SUBJECTS or not key:
        return None
    return next(((each, key) for each in city.current().registry.all() if each.slug == slug), None)


def changed(dataset: Dataset, key: str, case: Case) -> list[Change]:
    before, now = row_of(dataset, key, case.received_at), row_of(dataset, key, None)
    if before is None:
        return []
    columns = [case.column] if case.column else [each.name for each in dataset.published if each.shown == "public"]
    old, new = before.values, now.values if now else {}
    different = [name for name in columns if old.get(name) != new.get(name)]
    return [(name, _text(old, name), _text(new, name)) for name in different[:MOST_CHANGES]]


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    return (value.isoformat() if isinstance(value, date) else str(value))[:LONGEST_CHANGE]


def row_of(dataset: Dataset, key: str, as_of: datetime | None) -> Row | None:
    """The record as it was known at a moment, or as it is now; None where there is none."""
    service = city.current().query_service
    try:
        snapshot = service.snapshot(dataset, Question(slug=dataset.slug, as_of=as_of))
        rows = keys.find(service, dataset, key, snapshot) if snapshot.source.releases else ()
    except (BadQuestion, Unanswered, ValueError):
        return None
    return rows[0] if rows else None
