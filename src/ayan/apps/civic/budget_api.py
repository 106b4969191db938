"""The pages of the budget for programs: the same sums as JSON and CSV, described as the rest of the API is."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_response import FRESH, NotFound, not_modified, reading, tag
from ayan.apps.civic import budget_files
from ayan.apps.civic.budget_tree import PART, NotThere, Tree
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.roles import player, releases
from ayan.core.query.question import Question
from ayan.core.values.label import Label
from ayan.ui.responses import keep
from ayan.wiring import city

FORMS: Final = {"csv": "text/csv", "json": JSON}
STEPS: Final = ("year", "scheme", "heading", "code")
"""What an address goes down by; ``-`` stands for a heading that is empty."""

_WORDS: Final = (
    Label("بودجه سال به سال", "The budget year by year"),
    Label("سرفصل‌های یک سال، یا طرح‌های آن", "The headings of a year, or its schemes"),
    Label("سرفصل‌های یک طرح در یک سال", "The headings of a scheme in a year"),
    Label("ردیف‌های یک سرفصل", "The lines of a heading"),
    Label("یک ردیف", "One line"),
)
_ABSENT: Final = Label("چنین ردیفی در بودجه نیست.", "The budget has no such line.")

OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    Operation(
        path="/".join(["/budget", *(f"{{{step}}}" for step in STEPS[:depth])]) + f".{form}",
        id="_".join(["lines", *STEPS[:depth], form]),
        words=words,
        answers={media: "Budget" if media == JSON else ""},
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
    budget = player(current_city, PART)
    if form not in FORMS or budget is None or not releases(current_city, budget) or len(steps) > len(STEPS):
        raise NotFound("not-found", _ABSENT)
    standing = current_city.query_service.snapshot(budget.dataset, Question(slug=budget.dataset.slug))
    etag = tag(PART, form, asked.lang, budget.dataset.digest, standing.snapshot_id, *steps)
    if (known := not_modified(request, etag, {})) is not None:
        return known
    tree = Tree(current_city.query_service, budget, standing, asked)
    try:
        level = tree.level(tree.inner(steps) if len(steps) == 1 else steps)
    except NotThere:
        raise NotFound("not-found", _ABSENT) from None
    body, media = budget_files.written(form, tree, level.sides)
    name = "-".join(["lines", *(step for step in steps if step.isascii() and step.isalnum())])
    headers = {"ETag": etag, "Cache-Control": FRESH}
    if form == "csv":
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return keep(HttpResponse(body, content_type=media, headers=headers))
