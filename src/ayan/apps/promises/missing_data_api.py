"""What is missing, for programs: now, and on each day that is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal, TypedDict

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.promises.limits import ANSWER_PERIOD
from ayan.apps.promises.missing_data import events, lacking_documents, numbered, owed, unnamed
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.schedule.deadlines import Late
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.period import NotAPeriod, Period, parse
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import ProvenanceAnswer, Url, WholeNumber, WordsAnswer, provenance, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import CSV, DAY, JSON, LANG, Operation, Parameter
from ayan.ui.api.responses import document, not_modified, only, reading, root_of, tag
from ayan.ui.responses import keep
from ayan.wiring import city
from ayan.wiring.city import City

WORDS: Final = Label("آنچه وعده داده شده و نیامده است", "What was promised and has not come")
DAY_BY_DAY: Final = Label("در هر روز چه نیامده بود", "What was missing on each day")
SINCE: Final = Parameter(
    "since", Label("از کدام روز، ماه یا سال.", "From which day, month or year on."), {"type": "string", "pattern": DAY}
)
UNTIL: Final = Parameter(
    "until",
    Label("تا پایان کدام روز، ماه یا سال.", "To the end of which day, month or year."),
    {"type": "string", "pattern": DAY},
)
COLUMNS: Final = ("dataset", "title_fa", "title_en", "owner_fa", "owner_en", "period", "due_on", "days_late")


class MissingPeriodAnswer(TypedDict):
    """A promised period that has not come."""

    dataset: str
    title: WordsAnswer
    owner: WordsAnswer
    period: Annotated[str | None, Schema("Null where the dataset is not kept by period")]
    due_on: Annotated[str | None, Schema("The last day that would have kept the promise")]
    days_late: WholeNumber | None
    url: Url


class NumberSeriesAnswer(ProvenanceAnswer):
    """Running numbers of a register, and which of them are missing."""

    dataset: str
    field: str
    series: Annotated[str, Schema("What stands before the running number")]
    first: WholeNumber
    last: WholeNumber
    published: WholeNumber
    missing: WholeNumber
    gaps: Annotated[
        list[Annotated[list[WholeNumber], Schema(items=(2, 2))]],
        Schema("Stretches of missing numbers, first and last included"),
    ]


class UnnamedRowsAnswer(ProvenanceAnswer):
    """Rows of a year that leave a column empty, and how much money they are."""

    dataset: str
    field: Annotated[str, Schema("The column that the counted rows leave empty")]
    measure: str
    year: str | None
    rows: WholeNumber
    of_rows: WholeNumber
    rial: int
    of_rial: int
    api: Url


class LackingKindAnswer(TypedDict):
    """A kind of documents that every row is to have, and how many rows have none."""

    kind: str
    label: WordsAnswer
    rows: WholeNumber


class LackingDocumentsAnswer(TypedDict):
    """Rows of a dataset that lack a document, and documents with pages that have no text.

    Those can be neither searched nor read aloud by a screen reader.
    """

    dataset: str
    documents_dataset: str
    rows: WholeNumber
    documents: WholeNumber
    without_text: WholeNumber
    lacking: list[LackingKindAnswer]
    api: Url


class MissingAnswer(TypedDict):
    """What was promised and has not come, and what is missing in what came."""

    missing: list[MissingPeriodAnswer]
    numbers: list[NumberSeriesAnswer]
    unnamed: list[UnnamedRowsAnswer]
    documents: list[LackingDocumentsAnswer]


class LateAnswer(TypedDict):
    """What was late."""

    dataset: str
    period: str | None
    due_on: str | None


class MissingDayAnswer(TypedDict):
    """What was late on one day."""

    day: str
    late: list[LateAnswer]
    figures: dict[str, int]


class MissingEventAnswer(LateAnswer):
    """Something that became late, or came."""

    day: str
    event: Literal["late", "came"]


class MissingHistoryAnswer(TypedDict):
    """What was missing on each kept day, the oldest first; then what changed from one to the next, newest first."""

    days: list[MissingDayAnswer]
    events: list[MissingEventAnswer]


OPERATIONS: Final = (
    Operation(path="/api/v1/missing", id="missing", words=WORDS, answers={JSON: MissingAnswer}, tag="promises"),
    Operation(
        path="/api/v1/missing.csv",
        id="missing_csv",
        words=WORDS,
        answers={CSV: None},
        parameters=(),
        tag="promises",
    ),
    Operation(
        path="/api/v1/missing/history",
        id="missing_history",
        words=DAY_BY_DAY,
        answers={JSON: MissingHistoryAnswer},
        parameters=(SINCE, UNTIL, LANG),
        tag="promises",
    ),
    Operation(
        path="/api/v1/missing/history.csv",
        id="missing_history_csv",
        words=DAY_BY_DAY,
        answers={CSV: None},
        parameters=(SINCE, UNTIL, LANG),
        tag="promises",
    ),
)


@reading
def missing(request: HttpRequest) -> HttpResponseBase:
    """Every missing period; ``due_on`` is null where nothing has ever come."""
    only(request, "_lang")
    current_city = city.current()
    etag = tag("missing", current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _body(current_city), {})


@reading
def missing_csv(request: HttpRequest) -> HttpResponseBase:
    """As a table."""
    only(request)
    current_city = city.current()
    etag = tag("missing.csv", current_city.site_version.now())
    known = not_modified(request, etag, {})
    if known is not None:
        return known
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in _entries(current_city):
        cells = [
            *(entry["dataset"], entry["title"]["fa"], entry["title"]["en"], entry["owner"]["fa"], entry["owner"]["en"]),
            *(entry["period"], entry["due_on"], entry["days_late"]),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Content-Disposition": file_sources.attachment(
            file_sources.list_name(current_city, "missing", request.get_full_path(), "csv")
        ),
    }
    return keep(HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers))


def _entries(city: City) -> Iterator[MissingPeriodAnswer]:
    for overdue in owed(city):
        for late in overdue.owed:
            yield {
                "dataset": overdue.dataset.slug,
                "title": words(overdue.dataset.title),
                "owner": words(overdue.dataset.owner),
                "period": str(late.period) if late.period else None,
                "due_on": None if late.never else late.on.isoformat(),
                "days_late": None if late.never else late.late(overdue.today),
                "url": f"/data/{overdue.dataset.slug}",
            }


def _body(city: City) -> bytes:
    answer: MissingAnswer = {
        "missing": list(_entries(city)),
        "numbers": [
            {
                "dataset": register.dataset.slug,
                "field": register.view.by,
                "series": each.name,
                "first": each.first,
                "last": each.last,
                "published": each.numbers,
                "missing": each.missing,
                "gaps": [[gap.first, gap.last] for gap in each.gaps],
                **provenance(register.snapshot),
            }
            for register in numbered(city)
            for each in register.series
        ],
        "unnamed": [
            {
                "dataset": money.dataset.slug,
                "field": money.view.by,
                "measure": money.view.measure,
                "year": each.year or None,
                "rows": each.rows,
                "of_rows": each.of_rows,
                "rial": each.amount,
                "of_rial": each.of_amount,
                "api": f"{root_of(money.dataset)}/rows?{each.query}",
                **provenance(money.snapshot),
            }
            for money in unnamed(city)
            for each in money.years
        ],
        "documents": [
            {
                "dataset": each.dataset.slug,
                "documents_dataset": each.companion.slug,
                "rows": each.rows,
                "documents": each.documents,
                "without_text": each.unread,
                "lacking": [
                    {"kind": lack.kind.code, "label": words(lack.kind.label), "rows": lack.rows}
                    for lack in each.lacking
                ],
                "api": f"/api/v1/documents?dataset={each.dataset.slug}",
            }
            for each in lacking_documents(city)
        ],
    }
    return orjson.dumps(answer)


@reading
def history(request: HttpRequest) -> HttpResponseBase:
    """Every kept day, oldest first, with what was late on it; then what changed from one to the next, newest first."""
    current_city, (since, until) = city.current(), _days(request)
    etag = tag("missing-history", current_city.site_version.now(), str(since), str(until))

    def body() -> bytes:
        days = list(current_city.diary.days(since, until))
        answer: MissingHistoryAnswer = {
            "days": [
                {"day": day.day.isoformat(), "late": [_late(each) for each in day.late], "figures": dict(day.figures)}
                for day in days
            ],
            "events": [
                {"day": event.day.isoformat(), "event": event.act, **_late(event.what)} for event in events(days)
            ],
        }
        return orjson.dumps(answer)

    return document(request, etag, body, {})


@reading
def history_csv(request: HttpRequest) -> HttpResponseBase:
    """One line for each thing that was late on each kept day."""
    current_city, (since, until) = city.current(), _days(request)
    etag = tag("missing-history.csv", current_city.site_version.now(), str(since), str(until))

    def body() -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("day", "dataset", "period", "due_on"))
        for day in current_city.diary.days(since, until):
            writer.writerows((day.day.isoformat(), *map(safe, (w.dataset, w.period, w.due_on))) for w in day.late)
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    name = file_sources.list_name(current_city, "missing-history", request.get_full_path(), "csv")
    headers = {"Content-Disposition": file_sources.attachment(name)}
    return document(request, etag, body, headers, "text/csv; charset=utf-8")


def _late(what: Late) -> LateAnswer:
    return {"dataset": what.dataset, "period": what.period or None, "due_on": what.due_on or None}


def _days(request: HttpRequest) -> tuple[date, date]:
    """The first and the last day asked for. Raises BadQuestion."""
    only(request, "since", "until", "_lang")
    problems: list[QuestionProblem] = []
    since, until = (_period(request, name, problems) for name in ("since", "until"))
    if problems:
        raise BadQuestion(problems)
    last = until.end if until else today(city.current().clock)
    return (since.start if since else last - ANSWER_PERIOD), last


def _period(request: HttpRequest, name: str, problems: list[QuestionProblem]) -> Period | None:
    if name not in request.GET:
        return None
    try:
        period = parse(to_latin(request.GET[name]).strip())
    except NotAPeriod:
        period = None
    if period is None or period.kind == "none":
        problems.append(problem("not-a-date", name))
        return None
    return period
