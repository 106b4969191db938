"""The page on which one published row is corrected: its values as they are, to be written anew, and the reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.desk import row_correction, selectors
from ayan.apps.desk.refusals import PeriodTaken
from ayan.apps.desk.row_correction import PublishedRow
from ayan.apps.desk.submission_page import officer, whole
from ayan.apps.desk.views.entry_table import options
from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.schema.field import Field
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CORRECTION_REASONS, USUAL
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label
from ayan.core.values.refusal import Refusal
from ayan.ui import language


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """``release`` and ``row`` of the address name the row; POST begins its correction."""
    who, lang, row = officer(request), language.of(request), None
    ref, number = request.GET.get("release", ""), whole(request.GET.get("row", ""))
    refusal: Refusal | None = None
    try:
        row = row_correction.row_of(who, ref, number) if number is not None else None
        if row is None:
            raise Http404
        if request.method == "POST":
            texts = {field.name: request.POST.get(f"cell:{field.name}", "") for field in row.fields}
            code, why = request.POST.get("code", ""), request.POST.get("why", "")
            key = row_correction.correct(who, row, texts, code, why.strip()[:LONGEST_REASON])
            return HttpResponseRedirect(reverse(f"{lang}:desk_diff", args=(key,)))
    except CannotRead as wrong:
        refusal = wrong.at("code")
    except Refusal as wrong:
        refusal = wrong
    context: dict[str, Any] = {
        "row": row,
        "boxes": _boxes(row, request, lang) if row else [],
        "reasons": [(code, label.of(lang)) for code, label in CORRECTION_REASONS.items()],
        "code": request.POST.get("code", USUAL),
        "why": request.POST.get("why", ""),
        "longest": LONGEST_REASON,
        "taken": refusal.other if isinstance(refusal, PeriodTaken) else "",
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/row_correction.html", context, refusal=refusal)


def _boxes(row: PublishedRow, request: HttpRequest, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": field.label.of(lang),
            "unit": _unit(field, lang),
            "required": field.required,
            "old": row.texts.get(field.name, ""),
            "text": (text := request.POST.get(f"cell:{field.name}", row.texts.get(field.name, ""))),
            "options": options(field, text, lang),
            "ltr": field.kind.is_number or field.kind.is_day or field.kind.is_code or field.kind.is_period,
            "long": len(text) > 60,
        }
        for field in row.fields
    ]


def _unit(field: Field, lang: Lang) -> str:
    if field.kind.is_money:
        return unit_label(field.money_unit, lang)
    return field.unit.of(lang) if field.unit else ""
