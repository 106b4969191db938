"""What the answers of every app are put together from: kinds of values, words, where an answer comes from, refusals."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict, cast

from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats import document
from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.values.label import Label
from ayan.ui.api.json_schema import Schema, extended_by

WholeNumber = Annotated[int, Schema(minimum=0)]
JsonNumber = float | None
AnswerCell = str | int | float | bool | None
ExactText = Annotated[str, Schema("An exact number")]
Hex = Annotated[str, Schema(pattern="^[0-9a-f]{64}$")]
Digest = Annotated[str, Schema(pattern="^sha256:[0-9a-f]{64}$")]
Instant = Annotated[str, Schema(format="date-time")]
Url = Annotated[str, Schema(format="uri-reference")]
GregorianDay = Annotated[str, Schema("Gregorian (ISO 8601)", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
ShownDay = Annotated[
    str,
    Schema(
        "Gregorian (ISO 8601), or Jalali where `_calendar=jalali` asks for it", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    ),
]
ReleaseName = Annotated[str, Schema(pattern="^[0-9A-Za-z-]+/[0-9]+$")]
RowAddress = Annotated[
    str,
    Schema(
        "`period/release#row`: the release, and the record's number in the file that was sent",
        pattern="^[0-9A-Za-z-]+/[0-9]+#[0-9]+$",
    ),
]
NextPage = Annotated[Url | None, Schema("The page that follows")]


@extended_by(str)
class WordsAnswer(TypedDict):
    """The same words in Persian, in English, and in every further language in use."""

    fa: str
    en: str


def words(label: Label) -> WordsAnswer:
    """A label as answers hold it."""
    return cast(WordsAnswer, label.words())


class ProvenanceAnswer(TypedDict):
    """What an answer was read from."""

    state: Annotated[Hex, Schema("The digest of everything the answer was read from; equal states, equal answers")]
    as_of: Annotated[Instant | None, Schema("When the newest of its releases was sealed")]
    releases: Annotated[
        list[ReleaseName],
        Schema(f"The releases that were read, {MOST_NAMED_RELEASES} at most: of more of them those sealed last"),
    ]
    releases_total: Annotated[WholeNumber, Schema("How many releases were read")]
    releases_url: Annotated[Url, Schema("Where all releases of the dataset are listed, page by page")]


class LogPositionAnswer(TypedDict):
    """A tree of the log: its origin, how many leaves it has, and the root over them."""

    origin: str
    size: WholeNumber
    root: Hex


class SourcedAnswer(ProvenanceAnswer):
    """What an answer was read from, and how it came about, so that a copy of it can be verified."""

    address: Annotated[Url, Schema("The address of this answer in its one spelling")]
    log: Annotated[
        LogPositionAnswer | None,
        Schema("The smallest tree of the log that holds every release of the state; null where it does not hold them"),
    ]
    citation: Annotated[
        Url | None, Schema("The lasting page of these rows in this state; null where nothing is published")
    ]


def sourced(snapshot: Snapshot, source: FileSource) -> SourcedAnswer:
    """What an answer was read from and how it came about, as it says it."""
    return cast(SourcedAnswer, {**document.provenance(snapshot), **source.members()})


def provenance(snapshot: Snapshot) -> ProvenanceAnswer:
    """What an answer was read from, as it says it."""
    return cast(ProvenanceAnswer, document.provenance(snapshot))


@extended_by(AnswerCell)
class RowAnswer(TypedDict):
    """A row of a dataset: its fields by name, as they were asked for."""

    _row: RowAddress


class FaultAnswer(TypedDict):
    """One of several things that are wrong with a question."""

    code: str
    parameter: str
    detail_fa: str
    detail_en: str
    allowed: NotRequired[list[str]]


class ReasonAnswer(TypedDict):
    """Why, in words, while the city keeps them; the SHA-256 of the salt's bytes and the text in UTF-8 is the
    tombstone's `reason_digest`.
    """

    text: str
    salt: str


class TombstoneAnswer(TypedDict):
    """What is left of a withdrawn release."""

    release: str
    code: str
    by: str
    at: Instant
    manifest: Digest
    rows: WholeNumber
    reason_digest: str | None


class ErasureAnswer(TypedDict):
    """How many rows were erased from a release, when, and the code of the reason."""

    release: str
    at: Instant
    code: str
    count: WholeNumber


class ProblemAnswer(TypedDict):
    """A refusal after RFC 9457."""

    type: Url
    title: str
    status: int
    detail: Annotated[str, Schema("In Persian, or in English where `_lang=en` asks for it")]
    detail_fa: str
    detail_en: str
    code: NotRequired[str]
    parameter: NotRequired[str]
    allowed: NotRequired[list[str]]
    problems: NotRequired[list[FaultAnswer]]
    reason: NotRequired[Annotated[str, Schema("The code of the reason for a withdrawal or an erasure")]]
    words: NotRequired[ReasonAnswer | None]
    tombstone: NotRequired[TombstoneAnswer]
    erasures: NotRequired[list[ErasureAnswer]]
    files: NotRequired[list[str]]
