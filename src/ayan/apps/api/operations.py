"""What can be asked of datasets, their rows, groups, changes and releases: the API's own operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ayan.apps.api.answers import (
    ChangesAnswer,
    DatasetAnswer,
    DatasetsAnswer,
    FacetsAnswer,
    GroupsAnswer,
    ManifestAnswer,
    ReleasesAnswer,
    RowsAnswer,
    RowsOfKeyAnswer,
)
from ayan.core.query.change_question import CHANGE_SHAPING
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.differences import CHANGE_FORMATS
from ayan.core.query.grouping import FACET_SHAPING, FUNCTIONS, GROUP_SHAPING
from ayan.core.query.question_parser import SHAPING
from ayan.core.values.label import Label
from ayan.ui.api.operations import GROUP_SHAPES, JSON, SLUG, WORD, Operation, Parameter, named

ROOT: Final = "/api/v1/datasets/{slug}"
KEY: Final = Parameter("key", Label("کلید ردیف؛ تکه‌ها با ~", "The key of the row, parts joined by ~"), WORD)
RELEASE: Final = (
    SLUG,
    Parameter("period", Label("دوره، all اگر دوره ندارد", "The period, all where there is none"), WORD),
    Parameter(
        "number",
        Label("شمارهٔ انتشار در دوره", "The release's number in its period"),
        {"type": "integer", "minimum": 1},
    ),
)
NAME: Final = Parameter("name", Label("نام پرونده", "The name of the file"), WORD)


def _rows() -> Iterator[Operation]:
    """The rows in every format, and once more without an ending, which is JSON."""
    for name, row_format in FORMATS.items():
        words = Label("همهٔ ردیف‌ها به قالب {name}", "All rows as {name}").format(name=name)
        if row_format.write is None:
            words = Label("ردیف‌ها، صفحه به صفحه", "Rows, page by page")
        whole = Operation(
            path=f"{ROOT}/rows.{name}",
            parts=(SLUG,),
            id=f"rows_{name}",
            words=words,
            answers={row_format.media_type.partition(";")[0]: RowsAnswer if row_format.write is None else None},
            parameters=named(*SHAPING, *row_format.takes, without=row_format.refuse),
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
            parts=(SLUG,),
            id=f"changes_{name}",
            words=words,
            answers={
                change_format.media_type.partition(";")[0]: ChangesAnswer if change_format.write is None else None
            },
            parameters=named(*CHANGE_SHAPING, without=change_format.refuse),
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
        answers={JSON: DatasetsAnswer},
    ),
    Operation(
        path=ROOT,
        parts=(SLUG,),
        id="dataset",
        words=Label("یک مجموعه‌داده: ستون‌ها، کلید، انتشارها، قالب‌ها", "One dataset: columns, key, releases, formats"),
        answers={JSON: DatasetAnswer},
        refusals=(404,),
    ),
    *_rows(),
    Operation(
        path=f"{ROOT}/bundle.zip",
        parts=(SLUG,),
        id="bundle",
        words=Label(
            "همین ردیف‌ها با ردیف‌های داده‌های دیگری که به آن‌ها وابسته است، در یک بستهٔ zip",
            "These rows with the rows of other datasets that belong to them, as one zip",
        ),
        answers={"application/zip": None},
        parameters=named("_search", "_as_of", "_calendar", "_lang", "_unit"),
        filters=True,
        refusals=(404, 410, 503),
        tag="rows",
    ),
    Operation(
        path=f"{ROOT}/rows/{{key}}",
        parts=(SLUG, KEY),
        id="row",
        words=Label("ردیف‌های یک کلید", "The rows of one key"),
        answers={JSON: RowsOfKeyAnswer},
        parameters=named("_as_of", "_release", "_calendar", "_lang"),
        refusals=(404, 410, 503),
        tag="rows",
    ),
    Operation(
        path=f"{ROOT}/groups",
        parts=(SLUG,),
        id="groups",
        words=Label("تعداد، جمع و مانند آن برای هر گروه", "Counts, sums and the like by group"),
        answers={JSON: GroupsAnswer},
        parameters=(*named("by", *FUNCTIONS), *GROUP_SHAPES, *named(*GROUP_SHAPING)),
        filters=True,
        refusals=(404, 410, 503),
        tag="figures",
    ),
    Operation(
        path=f"{ROOT}/facets",
        parts=(SLUG,),
        id="facets",
        words=Label("پربسامدترین مقدارهای ستون‌ها", "The commonest values of fields"),
        answers={JSON: FacetsAnswer},
        parameters=named("by", *FACET_SHAPING),
        needed=("by",),
        filters=True,
        refusals=(404, 410, 503),
        tag="figures",
    ),
    *_changes(),
    Operation(
        path=f"{ROOT}/releases",
        parts=(SLUG,),
        id="releases",
        words=Label("انتشارها، تازه‌ترین نخست، صفحه به صفحه", "The releases, newest first, page by page"),
        answers={JSON: ReleasesAnswer},
        parameters=named("_size", "_next", "_lang"),
        refusals=(404,),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/releases/{{period}}/{{number}}",
        parts=RELEASE,
        id="release",
        words=Label("شناسنامهٔ یک انتشار", "The manifest of one release"),
        answers={JSON: ManifestAnswer},
        refusals=(404, 410),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/releases/{{period}}/{{number}}/{{name}}",
        parts=(*RELEASE, NAME),
        id="release_file",
        words=Label("یکی از پرونده‌های یک انتشار", "One file of a release"),
        answers={"application/vnd.apache.parquet": None, JSON: ManifestAnswer},
        refusals=(404, 410, 416),
        ranged=True,
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/iceberg/metadata.json",
        parts=(SLUG,),
        id="open_table",
        words=Label(
            "همهٔ انتشارها به شکل یک جدول Apache Iceberg: فراداده‌ای که پرونده‌های آن‌ها را نام می‌برد",
            "All releases as one Apache Iceberg table: metadata that names their files",
        ),
        answers={JSON: None},
        refusals=(404, 410),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/iceberg/metadata/{{name}}",
        parts=(SLUG, NAME),
        id="open_table_file",
        words=Label(
            "یکی از پرونده‌هایی که فرادادهٔ جدول نام می‌برد؛ پرونده‌های نسخه‌های پیشین ۴۱۰ است",
            "One of the files that the table's metadata names; those of earlier versions are 410",
        ),
        answers={"application/avro": None, JSON: None},
        refusals=(404, 410),
        tag="releases",
    ),
    Operation(
        path=f"{ROOT}/openapi.json",
        parts=(SLUG,),
        id="dataset_description",
        words=Label("توصیف همین رابط برای یک داده، با ستون‌های آن", "This description for one dataset, with its fields"),
        answers={JSON: None},
        refusals=(404,),
        tag="description",
    ),
    Operation(
        path="/api/v1/openapi.json",
        id="description",
        words=Label("همین توصیف", "This description"),
        answers={JSON: None},
        tag="description",
    ),
)
