"""What is published of the record that a case is about: what it said when the case came, and what it says now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ayan.apps.counter.limits import MOST_CHANGES
from ayan.apps.counter.models import Case
from ayan.apps.desk import access
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.release import Release
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring import city

SUBJECTS: Final = ("row", "value", "zone")
"""What a case is about, where a record or a value of it can be held against what was published."""

ZONE: Final = "zone"
"""A record whose shape on the map is in question: only another shape corrects it."""

_RELEASE_PARTS: Final = 5
GONE: Final = "—"
"""What stands for a value that is not published any more."""


def changes(case: Case, evidence: Sequence[str]) -> list[str]:
    """The columns of the record that read otherwise than when the case came; empty where it is about no record.

    Raises DeskRefused where none does: what is not published yet was not corrected yet. Of what is no record,
    ``evidence`` has to name a release that was published since.
    """
    record = record_of(case)
    if record is None:
        _check_release(case, evidence)
        return []
    columns = changed(*record, case)
    if not columns:
        raise DeskRefused(
            "هنوز همان مقدار پیشین منتشر است. نخست اصلاح را منتشر کنید؛ تا آن زمان اعتراض را «پذیرفته» بگذارید.",
            "The former value is still the one that is published. Publish the correction first; until then leave the "
            "objection as accepted.",
            field="evidence",
        )
    return columns


def _check_release(case: Case, evidence: Sequence[str]) -> None:
    """Refuse to call something corrected unless a release of it came after the case; of one period, of that period."""
    kind, _, rest = case.about.partition(":")
    slug, _, further = rest.partition("/")
    period = further.partition("/")[0] if kind == "release" else ""
    of_dataset = case.dataset or (slug if kind in ("dataset", "release", ZONE) else "")
    for path in evidence:
        release = release_at(path)
        if release is None or release.withdrawn or release.sealed_at <= case.received_at:
            continue
        if of_dataset in ("", release.slug) and period in ("", release.period):
            return
    raise DeskRefused(
        "پیوند انتشاری را بدهید که پس از رسیدن این اعتراض آن را اصلاح کرده است. تا آن زمان اعتراض را «پذیرفته» "
        "بگذارید، یا اگر همان می‌ماند با ذکر دلیل همان را برگزینید.",
        "Give the link of the release that corrected it after this objection came. Until then leave the objection as "
        "accepted, or, if it stays as it is, choose that with the reason.",
        field="evidence",
    )


def release_at(path: str) -> Release | None:
    """The release of a page such as ``/data/works/releases/1403/2``; None for another page."""
    _, *parts = path.partition("?")[0].split("/")
    if len(parts) != _RELEASE_PARTS or parts[0] != "data" or parts[2] != "releases" or not parts[4].isdecimal():
        return None
    return access.release_of(f"{parts[1]}/{parts[3]}/{parts[4]}")


def shown(case: Case, column: str, lang: Lang) -> tuple[str, str, str]:
    """A corrected column in words: its title, what it said when the case came, what it says since it was closed.

    Read from what is published, and kept nowhere else: a withdrawn release and erased rows are told as a dash.
    """
    record = record_of(case)
    field = next((each for each in _columns(record[0]) if each.name == column), None) if record else None
    if record is None or field is None:
        return column, GONE, GONE
    rows = row_of(*record, case.received_at), row_of(*record, case.closed_at)
    old, new = (value_html.value_plain(field, row.values.get(column), lang, "rial") if row else GONE for row in rows)
    return field.label.of(lang), old, new


def record_of(case: Case) -> tuple[Dataset, str] | None:
    """The dataset and key of the record that a case is about; None where it is about none."""
    kind, _, rest = case.about.partition(":")
    slug, _, key = rest.partition("/")
    if kind not in SUBJECTS or not key:
        return None
    return next(((each, key) for each in city.current().registry.all() if each.slug == slug), None)


def changed(dataset: Dataset, key: str, case: Case) -> list[str]:
    """The columns, or the one that a case is about, that say something else now than when it came."""
    before, now = row_of(dataset, key, case.received_at), row_of(dataset, key, None)
    if before is None:
        return []
    old, new = before.values, now.values if now else {}
    fields = [field for field in _columns(dataset) if not case.column or field.name == case.column]
    if case.about.startswith(f"{ZONE}:"):
        fields = [field for field in fields if field.kind.is_shape] or fields
    columns = [field.name for field in fields]
    return [name for name in columns if old.get(name) != new.get(name)][:MOST_CHANGES]


def _columns(dataset: Dataset) -> list[Field]:
    return [field for field in dataset.published if field.shown == "public"]


def row_of(dataset: Dataset, key: str, as_of: datetime | None) -> Row | None:
    """The record as it was known at a moment, or as it is now; None where there is none."""
    service = city.current().query_service
    try:
        snapshot = service.snapshot(dataset, Question(slug=dataset.slug, as_of=as_of))
        rows = keys.find(service, dataset, key, snapshot) if snapshot.source.releases else ()
    except (BadQuestion, Unanswered, ValueError):
        return None
    return rows[0] if rows else None
