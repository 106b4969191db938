"""The register of what is kept from the public: datasets, columns, and rows, each with what it is said to stand on.

Everything here is what declarations and releases say. What they do not say is not established; nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from ayan.apps.catalog import provenance
from ayan.apps.catalog.erased import of_release
from ayan.apps.catalog.selectors import Published, history
from ayan.core.release.reason import Words
from ayan.core.release.seal import REASONS
from ayan.core.schema.definition import Dataset, Withholding
from ayan.core.schema.export import reason_of
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring.city import City

Kind = Literal["dataset", "column", "rows", "cells"]
How = Literal["withheld", "masked", "withdrawn", "erased", "left-out", "emptied", "dropped"]

HOW: dict[How, Label] = {
    "withheld": Label("منتشر نمی‌شود", "not published"),
    "masked": Label("بخشی پوشیده است", "masked in part"),
    "withdrawn": Label("انتشار برداشته شد", "the release was withdrawn"),
    "erased": Label("ردیف‌ها پاک شد", "rows were erased"),
    "left-out": Label("در انتشار کنار گذاشته شد", "left out of the release"),
    "emptied": Label("دادهٔ شخصی خالی شد", "personal data were emptied"),
    "dropped": Label("ستون منتشر نشد", "the column was dropped"),
}
_REDACTED: dict[str, How] = {"mask": "masked", "clear": "emptied"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is kept from the public.

    ``what`` names a column. ``ground`` is what the declaration states; ``by`` are those who decided over a release, at
    the time ``at``, and ``said`` the reasons they wrote, as long as the city keeps them. ``rows`` counts rows, or
    cells. ``expired`` says that the declared last day is over and nothing has changed.
    """

    kind: Kind
    how: How
    dataset: Dataset
    what: Label | None = None
    reason: Label | None = None
    said: tuple[str, ...] = ()
    ground: Withholding = field(default_factory=Withholding)
    by: tuple[str, ...] = ()
    at: datetime | None = None
    release: str = ""
    rows: int | None = None
    expired: bool = False

    def as_json(self) -> dict[str, Any]:
        """The entry as the API gives it; null is what nobody has stated."""
        return {
            "kind": self.kind,
            "how": self.how,
            "dataset": self.dataset.slug,
            "title": _both(self.dataset.title),
            "what": _both(self.what),
            "reason": _both(self.reason),
            "said": list(self.said),
            "article": _both(self.ground.article),
            "decider": _both(self.ground.decider),
            "decided_by": list(self.by),
            "decided_at": self.at.isoformat() if self.at else None,
            "until": self.ground.until.isoformat() if self.ground.until else None,
            "expired": self.expired,
            "release": self.release or None,
            "rows": self.rows,
        }


def _both(label: Label | None) -> dict[str, str] | None:
    return label.words() if label else None


def register(city: City, dataset: Dataset | None = None) -> list[Entry]:
    """Everything that is withheld, of the city or of one dataset: datasets, then columns, then rows and cells."""
    now = today(city.clock)
    datasets = city.registry.all() if dataset is None else (dataset,)
    return [
        *(entry for one in datasets for entry in _whole(one, now)),
        *(entry for one in datasets for entry in _columns(one, now)),
        *(entry for one in datasets for entry in _releases(city, one)),
    ]


def _whole(dataset: Dataset, now: date) -> Iterator[Entry]:
    ground = dataset.withheld
    if ground is not None and ground.stands(now):
        yield Entry("dataset", "withheld", dataset, reason=ground.reason, ground=ground)


def _columns(dataset: Dataset, now: date) -> Iterator[Entry]:
    for one in dataset.fields:
        if one.shown == "public" or one.role == "counter":
            continue
        ground = one.ground or Withholding()
        yield Entry(
            "column",
            "masked" if one.shown == "masked" else "withheld",
            dataset,
            what=one.label,
            reason=reason_of(one),
            ground=ground,
            expired=not ground.stands(now),
        )


def _releases(city: City, dataset: Dataset) -> Iterator[Entry]:
    for one in history(city, dataset):
        if one.tombstone is not None:
            yield Entry(
                "rows",
                "withdrawn",
                dataset,
                reason=REASONS.get(one.tombstone.code),
                said=_words(one.words),
                by=(one.tombstone.by,),
                at=one.tombstone.at,
                release=one.release.ref,
                rows=one.tombstone.rows,
            )
            continue
        yield from _erased(city, one)
        if one.current:
            yield from _left_out(dataset, one)


def _erased(city: City, one: Published) -> Iterator[Entry]:
    for told in of_release(city, one.release):
        yield Entry(
            "rows",
            "erased",
            one.dataset,
            reason=told.reason,
            said=_words(told.words),
            by=(told.erasure.by,),
            at=told.erasure.at,
            release=one.release.ref,
            rows=told.erasure.count,
        )


def _left_out(dataset: Dataset, one: Published) -> Iterator[Entry]:
    """What did not come with a standing release: rows left out by decision, and personal data taken out of cells."""
    facts, mended = one.facts, provenance.corrections(dataset, one)
    by = tuple(str(each["by"]) for each in facts.get("approvals", ()))
    told = Entry("rows", "left-out", dataset, by=by, at=one.release.sealed_at, release=one.release.ref)
    reasons = [str(facts["partial"]["reason"])] if facts.get("partial") else []
    reasons += [reason for reason, _ in mended.left_out] if mended else []
    if facts.get("rows_left_out"):
        yield replace(told, said=tuple(reasons), rows=int(facts["rows_left_out"]))
    for column, how, count in mended.redacted if mended else ():
        yield replace(told, kind="cells", how=_REDACTED.get(how, "dropped"), what=column.label, rows=count)


def _words(words: Words | None) -> tuple[str, ...]:
    return (words.text,) if words else ()
