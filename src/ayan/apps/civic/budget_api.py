"""The pages of the budget for programs: the same sums as JSON and CSV, exact, with the state they were read from."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, NotRequired, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.civic.budget_tree import MONEY, PART, BudgetSide, BudgetSums, NotThere, Tree
from ayan.apps.civic.page_context import PageSettings
from ayan.core.values.label import Label
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import ProvenanceAnswer, Url, WholeNumber, provenance
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import CSV, JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import FRESH, NotFound, not_modified, only, reading, tag
from ayan.ui.responses import keep
from ayan.wiring import city

FORMS: Final = {"csv": CSV, "json": JSON}
PARTS: Final = (
    Parameter("year", Label("سال مالی", "The fiscal year"), WORD),
    Parameter("scheme", Label("طرح طبقه‌بندی بودجه", "The coding scheme of the budget"), WORD),
    Parameter("heading", Label("کد سرفصل؛ - اگر ندارد", "The code of the heading, - where there is none"), WORD),
    Parameter("code", Label("کد ردیف بودجه", "The code of the budget line"), WORD),
)
STEPS: Final = tuple(part.name for part in PARTS)
"""What an address goes down by; ``-`` stands for a heading that is empty."""

_WORDS: Final = (
    Label("بودجه سال به سال", "The budget year by year"),
    Label("سرفصل‌های یک سال، یا طرح‌های آن", "The headings of a year, or its schemes"),
    Label("سرفصل‌های یک طرح در یک سال", "The headings of a scheme in a year"),
    Label("ردیف‌های یک سرفصل", "The lines of a heading"),
    Label("یک ردیف", "One line"),
)
_ABSENT: Final = Label("چنین ردیفی در بودجه نیست.", "The budget has no such line.")
COUNT_NAMES: Final[Mapping[str, Label]] = {
    "lines": Label("تعداد ردیف‌ها", "Lines"),
    "changed": Label("ردیف‌های اصلاح‌شده", "Lines amended"),
    "silent": Label("ردیف‌های بی‌عملکرد", "Lines without actual"),
}
SIDE: Final = Label("سمت", "Side")
CODE: Final = Label("کد", "Code")
TITLE: Final = Label("عنوان", "Title")
AMENDED: Final = Label("اصلاحی (بی‌اصلاح‌ها با مصوب)", "Amended (others as approved)")
RIAL: Final = Label("ریال", "rial")
COUNTS: Final = ("lines", "changed", "silent")


class BudgetNumbersAnswer(TypedDict):
    """Sums in rial; what the dataset of the budget does not hold is left out."""

    approved: int
    amended: NotRequired[Annotated[int, Schema("Lines that were not amended count with what was approved")]]
    spent: NotRequired[Annotated[int | None, Schema("Null where no line reports anything")]]
    current: NotRequired[int | None]
    capital: NotRequired[int | None]
    lines: WholeNumber
    changed: Annotated[WholeNumber, Schema("Lines that were amended")]
    silent: Annotated[WholeNumber, Schema("Lines that report no actual")]


class BudgetEntryAnswer(BudgetNumbersAnswer):
    """One year, heading or line."""

    code: str
    label: str


class BudgetSideAnswer(TypedDict):
    """Income or spending, in entries and in all."""

    side: str
    label: str
    entries: list[BudgetEntryAnswer]
    total: BudgetNumbersAnswer
    api: Annotated[Url, Schema("The groups that the sums were read from")]


class BudgetAnswer(ProvenanceAnswer):
    """The sums of a page of the budget."""

    dataset: str
    unit: Literal["rial"]
    sides: list[BudgetSideAnswer]


OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    Operation(
        path="/".join(["/budget", *(f"{{{step}}}" for step in STEPS[:depth])]) + f".{form}",
        parts=PARTS[:depth],
        id="_".join(["lines", *STEPS[:depth], form]),
        words=words,
        answers={media: BudgetAnswer if media == JSON else None},
        parameters=(),
        refusals=(404, 503),
        tag="spending",
    )
    for depth, words in enumerate(_WORDS)
    for form, media in FORMS.items()
)


@reading
def file(request: HttpRequest, steps: tuple[str, ...], form: str) -> HttpResponseBase:
    """What a page shows as a file; of all years without a step. Labels are in the language of the address."""
    only(request)
    asked, current_city = PageSettings.of(request), city.current()
    tree = Tree.of(current_city, asked) if form in FORMS and len(steps) <= len(STEPS) else None
    if tree is None:
        raise NotFound("not-found", _ABSENT)
    etag = tag(PART, form, asked.lang, tree.player.dataset.digest, tree.snapshot.snapshot_id, *steps)
    if (known := not_modified(request, etag, {})) is not None:
        return known
    try:
        level = tree.level(tree.inner(steps) if len(steps) == 1 else steps)
    except NotThere:
        raise NotFound("not-found", _ABSENT) from None
    body, media = _written(form, tree, level.sides)
    name = "-".join(["lines", *(step for step in steps if step.isascii() and step.isalnum())])
    headers = {"ETag": etag, "Cache-Control": FRESH}
    if form == "csv":
        named = file_sources.list_name(current_city, name, request.get_full_path(), "csv")
        headers["Content-Disposition"] = file_sources.attachment(named)
    return keep(HttpResponse(body, content_type=media, headers=headers))


def _written(form: str, tree: Tree, sides: tuple[BudgetSide, ...]) -> tuple[bytes, str]:
    """The file and its media type; ``form`` is csv or json."""
    if form == "csv":
        return _delimited(tree, sides), f"{CSV}; charset=utf-8"
    return _document(tree, sides), JSON


def _document(tree: Tree, sides: tuple[BudgetSide, ...]) -> bytes:
    answer: BudgetAnswer = {
        "dataset": tree.player.dataset.slug,
        "unit": "rial",
        "sides": [
            {
                "side": side.code,
                "label": side.label,
                "entries": [
                    {"code": entry.code, "label": entry.label, **_numbers(tree, entry.sums)} for entry in side.entries
                ],
                "total": _numbers(tree, side.total),
                "api": side.api,
            }
            for side in sides
        ],
        **provenance(tree.snapshot),
    }
    return orjson.dumps(answer)


def _delimited(tree: Tree, sides: tuple[BudgetSide, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [safe(heading) for heading in (SIDE.of(tree.lang), CODE.of(tree.lang), TITLE.of(tree.lang), *_heads(tree))]
    )
    for side in sides:
        for entry in side.entries:
            numbers = _numbers(tree, entry.sums).values()
            cells = ["" if value is None else str(value) for value in numbers]
            writer.writerow([safe(side.label), safe(entry.code), safe(entry.label), *cells])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _numbers(tree: Tree, sums: BudgetSums) -> BudgetNumbersAnswer:
    return cast(BudgetNumbersAnswer, {name: getattr(sums, name) for name in _columns(tree)})


def _columns(tree: Tree) -> tuple[str, ...]:
    """The numbers that the budget has at all."""
    return (*(role_field for role_field in MONEY if tree.player.has(role_field)), *COUNTS)


def _heads(tree: Tree) -> Iterator[str]:
    unit = RIAL.of(tree.lang)
    for name in _columns(tree):
        if name in COUNTS:
            yield COUNT_NAMES[name].of(tree.lang)
        else:
            label = AMENDED if name == "amended" else tree.player.field(name).label
            yield f"{label.of(tree.lang)} ({unit})"
