"""The desk's page on which an officer says which line of a document holds which value of its row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.desk import selectors
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import officer, whole
from ayan.apps.documents import document_acts, line_linking
from ayan.apps.documents.desk_views import copy_pages
from ayan.apps.documents.line_linking import LinkedValue
from ayan.apps.documents.models import Attachment, AttachmentState
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest, key: UUID) -> HttpResponse:
    """The values of the row, each with the lines that may hold it; POST says which do."""
    who = officer(request)
    shown, refusal = document_acts.own(who, key), None
    desk_page = f"{reverse(f'{language.of(request)}:desk_attachment', args=(key,))}"
    if shown.state != AttachmentState.READY:
        return HttpResponseRedirect(desk_page)
    if request.method == "POST":
        try:
            turn, wanted = whole(request.POST.get("turn", "")), _wanted(request.POST)
            line_linking.choose(who, key, -1 if turn is None else turn, copy_pages(shown), wanted)
            return HttpResponseRedirect(f"{desk_page}#lines-title")
        except Refusal as wrong:
            refusal = wrong
            shown.refresh_from_db()
    return _page(request, shown, refusal)


def _wanted(said: QueryDict) -> dict[str, tuple[int, int] | None]:
    """The place that was said for each field: the one that was typed, else the one that was ticked. DeskRefused."""
    wanted: dict[str, tuple[int, int] | None] = {}
    for name in said:
        kind, _, field = name.partition("-")
        if kind == "at" and field not in wanted:
            ticked = said.get(name, "")
            wanted[field] = _place(*ticked.partition(":")[::2]) if ticked else None
        elif kind == "page":
            page, line = said.get(name, "").strip(), said.get(f"line-{field}", "").strip()
            if page or line:
                place = _place(page, line)
                if place is None:
                    raise DeskRefused(
                        "صفحه و سطر را هر دو با عدد بنویسید، یا هر دو را خالی بگذارید.",
                        "Write page and line as numbers, or leave both empty.",
                        name,
                    )
                wanted[field] = place
    return wanted


def _place(page: str, line: str) -> tuple[int, int] | None:
    numbers = whole(page), whole(line)
    return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])


def _page(request: HttpRequest, shown: Attachment, refusal: Refusal | None) -> HttpResponse:
    lang, values = language.of(request), line_linking.offered_values(shown, copy_pages(shown))
    said = request.POST if refusal else None
    boxes = [_box(value, said, refusal) for value in values]
    context: dict[str, Any] = {
        "shown": shown,
        "dataset": city.current().registry.get(shown.companion),
        "offered": [box for box in boxes if box["lines"] or box["typed"]],
        "others": [box for box in boxes if not (box["lines"] or box["typed"])],
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "documents/lines.html", context, refusal=refusal)


def _box(value: LinkedValue, said: QueryDict | None, refusal: Refusal | None) -> dict[str, Any]:
    """A value as the form shows it; what was typed stands there again when it was refused."""
    name = value.field.name
    chosen = f"{value.chosen.page}:{value.chosen.line}" if value.chosen and not value.changed else ""
    typed = (said.get(f"page-{name}", ""), said.get(f"line-{name}", "")) if said is not None else ("", "")
    return {
        "field": value.field,
        "value": value.value,
        "changed": value.changed,
        "lines": value.offered,
        "chosen": said.get(f"at-{name}", "") if said is not None else chosen,
        "page": typed[0],
        "line": typed[1],
        "typed": any(typed),
        "wrong": refusal is not None and refusal.field == f"page-{name}",
    }
