"""What the tools of assistants answer with, as JSON Schema tells it: what is always there, and what may stand beside.

The shapes describe and add nothing: an answer leaves as it was made, and holds more than is named here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from mcp.types import CallToolResult
from pydantic import Field
from typing_extensions import TypedDict


class BilingualWords(TypedDict):
    """A text in both languages."""

    fa: str
    en: str


class Pages(TypedDict):
    """The address of a page in both languages."""

    fa: str
    en: str


class FigureSource(TypedDict):
    """Where numbers come from: releases, the leaf of the public log, and the citation to give."""

    dataset: str
    releases: list[Any]
    releases_total: int
    releases_url: str
    as_of: str | None
    state: str
    log: dict[str, Any] | None
    citation: Pages | None
    api: str


Owed = Annotated[dict[str, Any], Field(description="Who owes what is not published, since when, and where to ask")]
NothingPublished = Annotated[BilingualWords, Field(description="That nothing is published, which does not mean zero")]


class FoundDatasets(TypedDict):
    """The datasets that words are about."""

    status: Literal["found", "not_published"]
    datasets: list[dict[str, Any]]
    text: NotRequired[NothingPublished]
    owed_by: NotRequired[Owed]


class DescribedDataset(TypedDict):
    """A dataset with its fields, freshness and releases."""

    slug: str
    title: BilingualWords
    fields: list[dict[str, Any]]
    key: list[str]
    freshness: dict[str, Any]
    releases: list[dict[str, Any]]
    releases_total: int
    owed_by: Owed
    page: Pages


class MissingPeriods(TypedDict):
    """What was promised and is not published."""

    page: Pages


class AnswersInWords(TypedDict):
    """Answers of the box, each with its sources; or that there is none, and who owes it."""

    status: Literal["answered", "rows_only", "pending", "not_published"]
    answers: list[dict[str, Any]]
    text: NotRequired[BilingualWords]
    instead: NotRequired[list[dict[str, Any]]]
    rows_that_hold_the_words: NotRequired[list[dict[str, Any]]]
    owed_by: NotRequired[Owed]


class _OfRows(TypedDict):
    """What every answer from rows has."""

    status: Literal["answered", "not_published"]
    sources: list[FigureSource | None]
    page: NotRequired[Pages]
    text: NotRequired[NothingPublished]
    owed_by: NotRequired[Owed]


class CountedGroups(_OfRows):
    """Numbers by group, each with its unit in ``units``."""

    groups: NotRequired[list[dict[str, Any]]]
    groups_total: NotRequired[int]
    units: NotRequired[dict[str, Any]]


class ListedRows(_OfRows):
    """Rows, and the cursor of those after them."""

    rows: NotRequired[list[dict[str, Any]]]
    rows_total: NotRequired[int]
    next_cursor: NotRequired[str | None]


class FetchedRecord(_OfRows):
    """The rows of one key, and the page on which their proof is checked."""

    rows: NotRequired[list[dict[str, Any]]]
    verify: NotRequired[Pages]


class ComparedFigures(_OfRows):
    """Sides beside each other, with the differences that the site worked out."""

    sides: NotRequired[list[dict[str, Any]]]
    finding: NotRequired[Any]
    unit: NotRequired[Any]


class ExplainedFigure(_OfRows):
    """How a figure comes about."""

    figure: NotRequired[dict[str, Any]]
    corrections: NotRequired[list[dict[str, Any]]]
    largest_rows: NotRequired[list[dict[str, Any]]]
    rows_without_value: NotRequired[int]


class CheckedCitation(TypedDict):
    """Whether a citation stands, and what its figure was and is."""

    status: Annotated[str, Field(description="How the citation stands: current, or what became of it")]
    page: Pages
    value_then: NotRequired[Any]
    value_now: NotRequired[Any]
    claim_holds: NotRequired[bool]


FoundResult = Annotated[CallToolResult, FoundDatasets]
DescribedResult = Annotated[CallToolResult, DescribedDataset]
MissingResult = Annotated[CallToolResult, MissingPeriods]
AnsweredResult = Annotated[CallToolResult, AnswersInWords]
CountedResult = Annotated[CallToolResult, CountedGroups]
ListedResult = Annotated[CallToolResult, ListedRows]
RecordResult = Annotated[CallToolResult, FetchedRecord]
ComparedResult = Annotated[CallToolResult, ComparedFigures]
ExplainedResult = Annotated[CallToolResult, ExplainedFigure]
CitationResult = Annotated[CallToolResult, CheckedCitation]
