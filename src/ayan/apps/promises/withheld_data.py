"""The register of what is withheld: datasets, columns and rows, and what each is said to stand on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.catalog.record import provenance
from ayan.apps.catalog.releases.erasure_notes import of_release
from ayan.apps.catalog.selectors import PublishedRelease, history
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import reason_of
from ayan.core.schema.field import Withholding
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.transparency.log_writer import Words
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import Instant, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import CSV, DATASET, JSON, LANG, Operation
from ayan.ui.api.responses import dataset_of, document, only, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

WithheldKind = Literal["dataset", "column", "rows", "cells"]
WithholdingWay = Literal["withheld", "masked", "withdrawn", "erased", "left-out", "emptied", "dropped"]

HOW: dict[WithholdingWay, Label] = {
    "withheld": Label("منتشر نمی‌شود", "not published"),
    "masked": Label("بخشی پوشیده است", "masked in part"),
    "withdrawn": Label("انتشار برداشته شد", "the release was withdrawn"),
    "erased": Label("ردیف‌ها پاک شد", "rows were erased"),
    "left-out": Label("در انتشار کنار گذاشته شد", "left out of the release"),
    "emptied": Label("دادهٔ شخصی خالی شد", "personal data were emptied"),
    "dropped": Label("ستون منتشر نشد", "the column was dropped"),
}
_REDACTED: dict[str, WithholdingWay] = {"mask": "masked", "clear": "emptied"}
WORDS: Final = Label(
    "آنچه منتشر نمی‌شود، با ماده، تصمیم‌گیرنده و پایان آن", "What is withheld, with its article, decider and last day"
)


class WithheldEntryAnswer(TypedDict):
    """One thing that is kept from the public."""

    kind: WithheldKind
    how: str
    dataset: str
    title: WordsAnswer
    what: Annotated[WordsAnswer | None, Schema("The column, where it is one")]
    reason: WordsAnswer | None
    said: Annotated[list[str], Schema("The reasons that somebody wrote, while they are kept")]
    article: Annotated[WordsAnswer | None, Schema("Null is what nobody has stated, here and below")]
    decider: WordsAnswer | None
    decided_by: list[str]
    decided_at: Instant | None
    until: str | None
    expired: Annotated[bool, Schema("The stated last day is over")]
    release: str | None
    rows: Annotated[WholeNumber | None, Schema("Rows, or cells")]


@dataclass(frozen=True, slots=True)
class WithheldEntry:
    """One thing that is kept from the public.

    ``what`` names a column. ``ground`` is what the declaration states; ``by`` are those who decided over a release, at
    the time ``at``, and ``reasons`` the reasons they wrote, as long as the city keeps them. ``rows`` counts rows, or
    cells. ``expired`` says that the declared last day is over and nothing has changed.
    """

    kind: WithheldKind
    how: WithholdingWay
    dataset: Dataset
    what: Label | None = None
    reason: Label | None = None
    reasons: tuple[str, ...] = ()
    ground: Withholding = field(default_factory=Withholding)
    by: tuple[str, ...] = ()
    at: datetime | None = None
    release: str = ""
    rows: int | None = None
    expired: bool = False

    def as_json(self) -> WithheldEntryAnswer:
        """The entry as the API gives it; null is what nobody has stated."""
        return {
            "kind": self.kind,
            "how": self.how,
            "dataset": self.dataset.slug,
            "title": words(self.dataset.title),
            "what": _both(self.what),
            "reason": _both(self.reason),
            "said": list(self.reasons),
            "article": _both(self.ground.article),
            "decider": _both(self.ground.decider),
            "decided_by": list(self.by),
            "decided_at": self.at.isoformat() if self.at else None,
            "until": self.ground.until.isoformat() if self.ground.until else None,
            "expired": self.expired,
            "release": self.release or None,
            "rows": self.rows,
        }


def _both(label: Label | None) -> WordsAnswer | None:
    return words(label) if label else None


def register(city: City, dataset: Dataset | None = None) -> list[WithheldEntry]:
    """Everything that is withheld, of the city or of one dataset: datasets, then columns, then rows and cells."""
    now = today(city.clock)
    datasets = city.registry.all() if dataset is None else (dataset,)
    return [
        *(entry for dataset in datasets for entry in _whole(dataset, now)),
        *(entry for dataset in datasets for entry in _columns(dataset, now)),
        *(entry for dataset in datasets for entry in _releases(city, dataset)),
    ]


def _whole(dataset: Dataset, now: date) -> Iterator[WithheldEntry]:
    ground = dataset.withheld
    if ground is not None and ground.stands(now):
        yield WithheldEntry("dataset", "withheld", dataset, reason=ground.reason, ground=ground)


def _columns(dataset: Dataset, now: date) -> Iterator[WithheldEntry]:
    for withheld_field in dataset.fields:
        if withheld_field.shown == "public" or withheld_field.role == "counter":
            continue
        ground = withheld_field.ground or Withholding()
        yield WithheldEntry(
            "column",
            "masked" if withheld_field.shown == "masked" else "withheld",
            dataset,
            what=withheld_field.label,
            reason=reason_of(withheld_field),
            ground=ground,
            expired=not ground.stands(now),
        )


def _releases(city: City, dataset: Dataset) -> Iterator[WithheldEntry]:
    for published in history(city, dataset):
        if published.tombstone is not None:
            yield WithheldEntry(
                "rows",
                "withdrawn",
                dataset,
                reason=REASON_LABELS.get(published.tombstone.code),
                reasons=_words(published.words),
                by=(published.tombstone.by,),
                at=published.tombstone.at,
                release=published.release.ref,
                rows=published.tombstone.rows,
            )
            continue
        yield from _erased(city, published)
        if published.current:
            yield from _left_out(dataset, published)


def _erased(city: City, published: PublishedRelease) -> Iterator[WithheldEntry]:
    for note in of_release(city, published.release):
        yield WithheldEntry(
            "rows",
            "erased",
            published.dataset,
            reason=note.reason,
            reasons=_words(note.words),
            by=(note.erasure.by,),
            at=note.erasure.at,
            release=published.release.ref,
            rows=note.erasure.count,
        )


def _left_out(dataset: Dataset, published: PublishedRelease) -> Iterator[WithheldEntry]:
    """What did not come with a standing release: rows left out by decision, and personal data taken out of cells."""
    facts, mended = published.facts, provenance.corrections(dataset, published)
    by = tuple(str(each["by"]) for each in facts.get("approvals", ()))
    entry = WithheldEntry(
        "rows", "left-out", dataset, by=by, at=published.release.sealed_at, release=published.release.ref
    )
    reasons = [str(facts["partial"]["reason"])] if facts.get("partial") else []
    reasons += [reason for reason, _ in mended.left_out] if mended else []
    if facts.get("rows_left_out"):
        yield replace(entry, reasons=tuple(reasons), rows=int(facts["rows_left_out"]))
    for column, how, count in mended.redacted if mended else ():
        yield replace(entry, kind="cells", how=_REDACTED.get(how, "dropped"), what=column.label, rows=count)


def _words(words: Words | None) -> tuple[str, ...]:
    return (words.text,) if words else ()


class WithheldAnswer(TypedDict):
    """The register of what is withheld."""

    withheld: list[WithheldEntryAnswer]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/withheld",
        id="withheld",
        words=WORDS,
        answers={JSON: WithheldAnswer},
        parameters=(DATASET, LANG),
        refusals=(404,),
        tag="promises",
    ),
    Operation(
        path="/api/v1/withheld.csv",
        id="withheld_csv",
        words=WORDS,
        answers={CSV: None},
        parameters=(DATASET, LANG),
        refusals=(404,),
        tag="promises",
    ),
)
PLAIN: Final = ("kind", "how", "dataset")
WORDED: Final = ("title", "what", "reason", "article", "decider")
LISTED: Final = ("said", "decided_by")
REST: Final = ("decided_at", "until", "expired", "release", "rows")
COLUMNS: Final = (*PLAIN, *(f"{name}_{lang}" for name in WORDED for lang in locale.BUILT_IN), *LISTED, *REST)


@reading
def withheld(request: HttpRequest) -> HttpResponseBase:
    """Every entry; null is what nobody has stated."""
    slug = _dataset(request)
    etag = tag("withheld", city.current().site_version.now(), slug)

    def body() -> bytes:
        answer: WithheldAnswer = {"withheld": [entry.as_json() for entry in _entries(slug)]}
        return orjson.dumps(answer)

    return document(request, etag, body, {})


@reading
def withheld_csv(request: HttpRequest) -> HttpResponseBase:
    """As a table."""
    slug = _dataset(request)
    etag = tag("withheld.csv", city.current().site_version.now(), slug)
    name = file_sources.list_name(city.current(), "withheld", request.get_full_path(), "csv")
    headers = {"Content-Disposition": file_sources.attachment(name)}
    return document(request, etag, lambda: _table(_entries(slug)), headers, "text/csv; charset=utf-8")


def _dataset(request: HttpRequest) -> str:
    """The dataset asked for, "" for all; refused where there is none of that name."""
    only(request, "dataset", "_lang")
    slug = request.GET.get("dataset", "")
    return dataset_of(city.current().registry, slug).slug if "dataset" in request.GET else ""


def _entries(slug: str) -> list[WithheldEntry]:
    current_city = city.current()
    return register(current_city, current_city.registry.get(slug) if slug else None)


def _table(entries: list[WithheldEntry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        record = cast(Mapping[str, Any], entry.as_json())
        cells = [
            *(record[name] for name in PLAIN),
            *((record[name] or {}).get(lang) for name in WORDED for lang in locale.BUILT_IN),
            *("; ".join(record[name]) for name in LISTED),
            *(record[name] for name in REST),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
