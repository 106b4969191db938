"""What can be asked at which address of the API: the list that its description is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.query.change_question import CHANGE_SHAPING
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.differences import CHANGE_FORMATS
from ayan.core.query.grouping import FACET_SHAPING, FUNCTIONS, GROUP_SHAPING
from ayan.core.query.query_service import REFUSED
from ayan.core.query.question_parser import SHAPING
from ayan.core.values.label import Label

JSON: Final = "application/json"
ATOM: Final = "application/atom+xml"
ROOT: Final = "/api/v1/datasets/{slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address that can be read.

    ``answers`` gives for each media type the name of a schema, empty for what has none. ``parameters`` are those of
    `SHAPING` that it takes, ``needed`` those it does not do without, ``filters`` whether every other one is a
    condition on a field. ``refusals`` are the states of its problem documents besides 400 for a wrong parameter.
    ``ranged`` answers hold to ``Range``.
    """

    path: str
    id: str
    words: Label
    answers: Mapping[str, str]
    parameters: tuple[str, ...] = ("_lang",)
    needed: tuple[str, ...] = ()
    filters: bool = False
    refusals: tuple[int, ...] = ()
    ranged: bool = False
    tag: str = "datasets"


def _rows() -> Iterator[Operation]:
    """The rows in every format, and once more without an ending, which is JSON."""
    for name, row_format in FORMATS.items():
        words = Label("همهٔ ردیف‌ها به قالب {name}", "All rows as {name}").format(name=name)
        if row_format.write is None:
            words = Label("ردیف‌ها، صفحه به صفحه", "Rows, page by page")
        whole = Operation(
            path=f"{ROOT}/rows.{name}",
            id=f"rows_{name}",
            words=words,
            answers={row_format.media_type.partition(";")[0]: "Rows" if row_format.write is None else ""},
            parameters=tuple(each for each in SHAPING if each not in row_format.refuse),
            filters=True,
            refusals=(404, 410, 503),
            tag="rows",
        )
        yield whole
        if row_format.write is None:
            yield replace(whole, path=f"{ROOT}/rows", id="rows")


def _changes() -> Iterator[Operation]:
    for name, change_format in CHANGE_FORMATS.items():
        fa, en = "آنچه میان دو وضعیت تغییر کرده است", "What differs between two states"
        words = Label("{what}، همه به قالب {name}", "{what}, all of it as {name}").format(what=Label(fa, en), name=name)
        if change_format.write is None:
            words = Label("{what}، صفحه به صفحه", "{what}, page by page").format(what=Label(fa, en))
        whole = Operation(
            path=f"{ROOT}/changes.{name}",
            id=f"changes_{name}",
            words=words,
            answers={change_format.media_type.partition(";")[0]: "Changes" if change_format.write is None else ""},
            parameters=tuple(each for each in CHANGE_SHAPING if each not in change_format.refuse),
            refusals=(404, 410, 503),
            tag="changes",
        )
        yield whole
        if change_format.write is None:
            yield replace(whole, path=f"{ROOT}/changes", id="changes")


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        path="/api/v1/datasets",
        id="datasets",
        words=Label("همهٔ مجموعه‌داده‌ها", "Every dataset"),
        answers={JSON: "Datasets"},
    ),
    Operation(
        path=ROOT,
        id="dataset",
        words=Label("یک مجموعه‌داده: ستون‌ها، کلید، انتشارها، قالب‌ها", "One dataset: columns, key, releases, formats"),
        answers={JSON: "Dataset"},
        refusals=(404,),
    ),
    *_rows(),
    Operation(
        path=f"{ROOT}/rows.atom",
        id="rows_feed",
        words=Label("تازه‌ترین ردیف‌های یک پرسش، برای دنبال کردن", "The newest rows of a question, to be followed"),
        answers={ATOM: ""},
        parameters=tuple(each for each in SHAPING if each not in REFUSED),
        filters=True,
        refusals=(404, 410, 503),
        tag="feeds",
    ),
    Operation(
        path=f"{ROOT}/rows/{{key}}",
        id="row",
        words=Label("ردیف‌های یک کلید", "The rows of one key"),
        answers={JSON: "RowsOfKey"},
        parameters=("_as_of", "_release", "_calendar", "_lang"),
        refusals=(404, 410, 503),
        tag="rows",
    ),
    Operation(
        path=f"{ROOT}/groups",
        id="groups",
        words=Label("شمار، جمع و مانند آن برای هر گروه", "Counts, sums and the like by group"),
        answers={JSON: "Groups"},
        parameters=("by", *FUNCTIONS, "_sort", "_sort_desc", *GROUP_SHAPING),
        filters=True,
        refusals=(404, 410, 503),
        tag="figures",
    ),
    Operation(
        path=f"{ROOT}/facets",
        id="facets",
        words=Label("پربسامدترین مقدارهای ستون‌ها", "The commonest values of fields"),
        answers={JSON: "Facets"},
        parameters=("by", *FACET_SHAPING),
        needed=("by",),
        filters=True,
        refusals=(404, 410, 503),
        tag="figures",
    ),
    *_changes(),
    Operation(
        path=f"{ROOT}/releases",
        id="releases",
        words=Label("همهٔ انتشارها، تازه‌ترین نخست", "Every release, newest first"),
        answers={JSON: "Releases"},
        refusals=(404,),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/releases.atom",
        id="releases_feed",
        words=Label(
            "انتشارها، اصلاح‌ها، برداشتن‌ها و پاک‌شدن‌های یک داده",
            "Releases, corrections, withdrawals and erasures of a dataset",
        ),
        answers={ATOM: ""},
        parameters=("_next", "_lang"),
        refusals=(404,),
        tag="feeds",
    ),
    Operation(
        path=f"{ROOT}/releases/{{period}}/{{number}}",
        id="release",
        words=Label("شناسنامهٔ یک انتشار", "The manifest of one release"),
        answers={JSON: "Manifest"},
        refusals=(404, 410),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/releases/{{period}}/{{number}}/{{name}}",
        id="release_file",
        words=Label("یکی از پرونده‌های یک انتشار", "One file of a release"),
        answers={"application/vnd.apache.parquet": "", JSON: "Manifest"},
        refusals=(404, 410, 416),
        ranged=True,
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/openapi.json",
        id="dataset_description",
        words=Label("توصیف همین رابط برای یک داده، با ستون‌های آن", "This description for one dataset, with its fields"),
        answers={JSON: ""},
        refusals=(404,),
        tag="description",
    ),
    Operation(
        path="/api/v1/openapi.json",
        id="description",
        words=Label("همین توصیف", "This description"),
        answers={JSON: ""},
        tag="description",
    ),
    Operation(
        path="/changes.atom",
        id="changes_feed",
        words=Label(
            "همهٔ کارهای شهر: انتشار، اصلاح، برداشتن، پاک کردن",
            "Every act of the city: release, correction, withdrawal, erasure",
        ),
        answers={ATOM: ""},
        parameters=("_next",),
        tag="feeds",
    ),
    Operation(
        path="/en/changes.atom",
        id="changes_feed_en",
        words=Label("همان به انگلیسی", "The same in English"),
        answers={ATOM: ""},
        parameters=("_next",),
        tag="feeds",
    ),
)
