"""The pages of a table's columns: other words for one, and one more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts.forms import Boxes
from ayan.apps.tables import changes, requests
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.apps.tables.table_page import at_field, table_page, to_change
from ayan.core.schema.field import Field
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import FormBox

_FAULTS: Final = {"name-form": "name", "name-reserved": "name", ".unit": "unit-fa", "].name": "name"}
_NAME: Final = Label(
    "نام لاتین در پرونده‌ها و API؛ از عنوان انگلیسی ساخته می‌شود، اگر ننویسید.",
    "The name in files and the API; it is made of the English title, if you leave it empty.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def column(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Title, unit and description of a column, and whether it may be empty."""
    page = table_page(request, slug)
    field = next((each for each in page.dataset.fields if each.name == name), None) if page.dataset else None
    if page.dataset is None or field is None:
        raise Http404
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        try:
            asked = requests.changed_column(name, request.POST.dict())
            if name in page.dataset.key:
                # A column of the key is always filled, which its declaration need not say.
                asked["said"].pop("required")
            return to_change(page.lang, changes.ask(page.me, slug, asked))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, _FAULTS, "label-fa")
        except Refusal as wrong:
            refused = wrong
    typed = request.POST.dict() if refused else _said(field)
    context = {
        "field": field,
        "in_key": name in page.dataset.key,
        "required": bool(typed.get("required")),
        "boxes": _boxes(page.lang, typed, refused, described=True),
    }
    return page.answer("tables/column.html", context, refused)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more column, which may be empty."""
    page = table_page(request, slug)
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        try:
            return to_change(page.lang, changes.ask(page.me, slug, requests.new_column(request.POST.dict())))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, _FAULTS, "label-fa")
        except Refusal as wrong:
            refused = wrong
    typed = request.POST.dict()
    context: dict[str, Any] = {
        "boxes": _boxes(page.lang, typed, refused, described=False),
        "name": Boxes(page.lang, typed, refused).box("name", Label("نام", "Name"), _NAME, required=False, code=True),
        "kind": typed.get("kind", ""),
        "kinds": [(kind, requests.kind_label(kind)) for kind in requests.KINDS_OFFERED],
        "kind_problem": refused.of(page.lang) if refused and refused.field == "kind" else "",
    }
    return page.answer("tables/new_column.html", context, refused)


def _boxes(lang: Lang, typed: Mapping[str, str], refused: Refusal | None, *, described: bool) -> list[FormBox]:
    boxes = Boxes(lang, typed, refused)
    words = [
        boxes.box("label-fa", Label("عنوان به فارسی", "Title in Persian")),
        boxes.box("label-en", Label("عنوان به انگلیسی", "Title in English")),
        boxes.box("unit-fa", Label("یکا به فارسی", "Unit in Persian"), required=False),
        boxes.box("unit-en", Label("یکا به انگلیسی", "Unit in English"), required=False),
    ]
    if described:
        words += [
            boxes.box("description-fa", Label("شرح به فارسی", "Description in Persian"), required=False, lines=2),
            boxes.box("description-en", Label("شرح به انگلیسی", "Description in English"), required=False, lines=2),
        ]
    return words


def _said(field: Field) -> dict[str, str]:
    said = {"required": "1" if field.required else ""}
    for name, label in (("label", field.label), ("unit", field.unit), ("description", field.description)):
        said |= {f"{name}-fa": label.fa if label else "", f"{name}-en": label.en if label else ""}
    return said
