"""The answers about datasets, their rows, groups, changes and releases, as they are promised."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from ayan.core.query import values
from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.sealed_labels import LabelSubject
from ayan.core.values.canonical import JsonObject
from ayan.ui.api.answers import (
    AnswerCell,
    Digest,
    Hex,
    Instant,
    NextPage,
    ReleaseName,
    RowAddress,
    RowAnswer,
    ShownDay,
    SourcedAnswer,
    Url,
    WholeNumber,
    WordsAnswer,
)
from ayan.ui.api.json_schema import Schema, Schemas, extended_by

Labels = dict[str, str]

# --- datasets and releases --------------------------------------------------------------------------------------------


class FreshnessAnswer(TypedDict):
    """How fresh a dataset is: the last period published, against what its declared cadence owes today."""

    state: Literal["current", "late", "unpromised", "preparing", "none", "withheld"]
    until: Annotated[str | None, Schema("The last period published, where a release is promised for each")]
    owed: Annotated[int, Schema("How many promises are past their last day", minimum=0)]
    due_on: Annotated[str | None, Schema("The last day that would have kept the oldest of them")]
    days_late: WholeNumber
    opens: Annotated[str | None, Schema("The day from which it is owed, where the city declares one")]


class DatasetSummaryAnswer(TypedDict):
    """A dataset as the list of all names it."""

    slug: str
    title: WordsAnswer
    description: WordsAnswer
    owner: WordsAnswer
    topic: str
    licence: str
    cadence: str
    period: str
    rows: WholeNumber
    state: Hex
    as_of: Instant | None
    freshness: FreshnessAnswer
    url: Url


class DatasetsAnswer(TypedDict):
    """Every dataset."""

    datasets: list[DatasetSummaryAnswer]
    damaged: NotRequired[Annotated[list[str], Schema("Datasets that cannot be read at the moment and so are left out")]]


class CorrectionAnswer(TypedDict):
    """Why a release took the place of an earlier one."""

    code: Annotated[str | None, Schema("Null where it was sealed before corrections had to say why")]
    label: WordsAnswer
    words: Annotated[str | None, Schema("The city's own, while it keeps them")]


class ReleaseAnswer(TypedDict):
    """A release as lists name it."""

    period: str
    number: Annotated[int, Schema(minimum=1)]
    rows: WholeNumber
    sealed_at: Instant
    digest: Digest
    current: bool
    withdrawn: bool
    erased_rows: WholeNumber
    reason: Annotated[CorrectionAnswer | None, Schema("Null for a release that took no other's place")]
    url: Url


class DiskUseAnswer(TypedDict):
    """Bytes on the disk."""

    releases: WholeNumber
    index_file: WholeNumber
    secondary_index: WholeNumber


class RewordedAnswer(TypedDict):
    """Something that today's declaration words otherwise than what is published; null where it is not declared."""

    subject: LabelSubject
    field: Annotated[str, Schema("The name of the column; empty where it is none")]
    code: Annotated[str, Schema("The code that the words are of; empty where it is none")]
    sealed: WordsAnswer | None
    declared: WordsAnswer | None


class DatasetAnswer(DatasetSummaryAnswer):
    """One dataset: its columns, its key, its releases, the formats of its rows."""

    law: WordsAnswer | None
    grace_days: WholeNumber
    key: list[str]
    reworded: Annotated[
        list[RewordedAnswer],
        Schema("All words are those that were sealed with the newest release; these are declared otherwise today"),
    ]
    bytes: Annotated[
        DiskUseAnswer,
        Schema(
            "What its present state takes on the disk: the published files, the index file that questions are answered "
            "from, and the secondary index that makes answers quick; both can be built anew"
        ),
    ]
    schema: Annotated[dict[str, Any], Schema("The columns as a Table Schema (Data Package v2)")]
    releases: Annotated[list[ReleaseAnswer], Schema(f"The newest releases, {MOST_NAMED_RELEASES} at most")]
    releases_total: WholeNumber
    releases_url: Annotated[Url, Schema("Where all of them are listed, page by page")]
    formats: Labels


class ReleasesAnswer(TypedDict):
    """A page of the releases of a dataset, the newest first, withdrawn ones among them."""

    dataset: str
    releases: list[ReleaseAnswer]
    total: Annotated[WholeNumber, Schema("How many releases there are in all")]
    next: NextPage


@extended_by(object)
class ManifestAnswer(TypedDict):
    """The Data Package v2 descriptor of a release, byte for byte as it was sealed."""

    name: str
    resources: list[dict[str, Any]]
    ayan: dict[str, Any]


# --- rows -------------------------------------------------------------------------------------------------------------


class FilterAnswer(TypedDict):
    """A condition on a field."""

    field: str
    op: str
    values: list[str]


class SortAnswer(TypedDict):
    """An order."""

    field: str
    descending: bool


class QuestionAnswer(TypedDict):
    """What was asked, as it was understood."""

    dataset: str
    filters: list[FilterAnswer]
    search: str | None
    sort: SortAnswer | None
    fields: list[str] | None
    as_of: str | None
    release: ReleaseName | None
    query: Annotated[str, Schema("The question in its one spelling")]


class RowsOfKeyAnswer(SourcedAnswer):
    """The rows of one key; ``documents`` is where those that belong to them are listed, if the dataset has any."""

    rows: list[RowAnswer]
    labels: NotRequired[Labels]
    documents: NotRequired[str]


class RowsAnswer(SourcedAnswer):
    """A page of rows."""

    rows: list[RowAnswer]
    total: Annotated[WholeNumber | None, Schema("How many rows match, where `_count=1` asks for it")]
    next: NextPage
    question: QuestionAnswer
    labels: NotRequired[Labels]


# --- groups and facets ------------------------------------------------------------------------------------------------


class FacetsQuestionAnswer(QuestionAnswer):
    """What was asked of fields, as it was understood."""

    by: list[str]


class GroupsQuestionAnswer(FacetsQuestionAnswer):
    """What was asked of groups, as it was understood."""

    measures: list[str]
    having: NotRequired[Annotated[list[str], Schema("What the numbers of groups must be, as `_having` says it")]]


class GroupsAnswer(SourcedAnswer):
    """Groups of rows, each with its keys and measures by name."""

    groups: list[dict[str, AnswerCell]]
    total: Annotated[WholeNumber, Schema("How many groups there are in all")]
    question: GroupsQuestionAnswer
    labels: NotRequired[Labels]
    choices: NotRequired[
        Annotated[dict[str, Labels], Schema("For each key with a closed list, the labels of the codes in the answer")]
    ]


class FacetValueAnswer(TypedDict):
    """One value of a field, and how many rows have it."""

    value: AnswerCell
    count: WholeNumber
    chosen: bool
    label: NotRequired[str]


class FacetValuesAnswer(TypedDict):
    """The commonest values of a field, and whether there are more."""

    values: list[FacetValueAnswer]
    more: bool


class FacetsAnswer(SourcedAnswer):
    """The commonest values of some fields."""

    facets: dict[str, FacetValuesAnswer]
    question: FacetsQuestionAnswer


# --- changes ----------------------------------------------------------------------------------------------------------


class ChangeSideAnswer(TypedDict):
    """One of the two states that are compared."""

    state: Hex
    as_of: Instant | None
    release: ReleaseName | None


class ChangeCountsAnswer(TypedDict):
    """How many rows came, went, changed and stayed."""

    added: WholeNumber
    removed: WholeNumber
    changed: WholeNumber
    unchanged: WholeNumber


class SumChangeAnswer(TypedDict):
    """A sum before and after."""

    before: float
    after: float


class PeriodChangeAnswer(TypedDict):
    """What differs in one period."""

    period: str
    before: ReleaseName | None
    after: ReleaseName | None
    counts: ChangeCountsAnswer


class _GoneAnswer(TypedDict):
    release: ReleaseName
    reason: str
    rows: WholeNumber


class WithdrawnReleaseAnswer(_GoneAnswer):
    """A release that was withdrawn between the two states."""

    withdrawn_at: Instant


class ErasedRowsAnswer(_GoneAnswer):
    """Rows that were erased between the two states."""

    erased_at: Instant


class ValueChangeAnswer(TypedDict):
    """A value before and after."""

    before: AnswerCell
    after: AnswerCell


class ChangeAnswer(TypedDict):
    """A row that was added, removed or changed."""

    change: Literal["changed", "added", "removed"]
    period: str
    key: Annotated[str, Schema("The record's key as addresses write it")]
    fields: dict[str, ValueChangeAnswer]
    row_before: RowAddress | None
    row_after: RowAddress | None


_FromTexts = TypedDict("_FromTexts", {"from": str | None})
_FromState = TypedDict("_FromState", {"from": ChangeSideAnswer})


class ChangesQuestionAnswer(_FromTexts):
    """What was asked of changes, as it was understood."""

    dataset: str
    to: str | None
    change: str | None
    query: str


class ChangesAnswer(_FromState):
    """What differs between two states of a dataset."""

    to: ChangeSideAnswer
    counts: ChangeCountsAnswer
    totals: Annotated[dict[str, SumChangeAnswer], Schema("The exact sum of each amount on either side")]
    periods: list[PeriodChangeAnswer]
    withdrawn: list[WithdrawnReleaseAnswer]
    erased: list[ErasedRowsAnswer]
    changes: list[ChangeAnswer]
    next: NextPage
    question: ChangesQuestionAnswer
    labels: NotRequired[Labels]


# --- the row of one dataset -------------------------------------------------------------------------------------------


def row_of(dataset: Dataset) -> JsonObject:
    """The schema of one dataset's rows: every field may be empty or, where fewer are asked for, not there."""
    asked = values.as_asked(dataset)
    schemas = Schemas()
    return {
        "type": "object",
        "title": f"{dataset.title.fa} · {dataset.title.en}",
        "properties": {
            "_row": schemas.of(RowAddress),
            **{field.name: _field(schemas, field) for field in asked.published},
        },
        "required": ["_row"],
    }


def _field(schemas: Schemas, field: Field) -> JsonObject:
    kind: object
    match field.kind.json_type:
        case "integer":
            kind = int | None
        case "number":
            kind = float | None
        case "boolean":
            kind = bool | None
        case _:
            kind = ShownDay | None if field.kind.is_day else str | None
    return {"title": f"{field.label.fa} · {field.label.en}", **schemas.of(kind)}
