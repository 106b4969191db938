"""The pages of a list of codes: its codes, one more of them, other words for one, and its last day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts.forms import Boxes
from ayan.apps.tables import changes, requests
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.apps.tables.table_page import TablePage, at_field, list_title, table_page, to_change
from ayan.core.schema.field import CodeEntry
from ayan.core.values import jalali, locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import FormBox
from ayan.ui.value_html import plain_day
from ayan.wiring import table_text
from ayan.wiring.table_text import ListPlace

FAULTS: Final = {
    "all-retired": "until",
    "same-spelling": "aliases",
    "repeated": "code",
    ".until": "until",
    "].fa": "fa",
    "].en": "en",
}
"""At which field of the form a fault of the loader is shown."""
_HINT: Final = Label(
    "نوشتارهای دیگری که در پرونده‌ها به همین معناست، هر یک در یک سطر.",
    "Other spellings that mean the same in files, each on a line.",
)
_UNTIL: Final = Label(
    "به تاریخ شمسی، مانند ۱۴۰۵/۱۲/۲۹. دوره‌ای که پس از آن آغاز شود این مقدار را نمی‌پذیرد؛ آنچه منتشر شده می‌ماند.",
    "In the Jalali calendar, such as 1405/12/29. Periods that begin after it do not take the value; what is published "
    "stays.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def code_list(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The codes of a list, and the form for one more."""
    page = table_page(request, slug)
    place = _place(page, name)
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        typed = request.POST.dict()
        try:
            asked = requests.plain_code if place.form == "texts" else requests.new_code
            return to_change(page.lang, changes.ask(page.me, slug, asked(name, typed)))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, FAULTS, "fa")
        except Refusal as wrong:
            refused = wrong
    entries = _entries(page, place)
    context = {
        "name": name,
        "list_title": list_title(page.dataset, name),
        "place": place,
        "entries": [_line(number, entry, page.lang) for number, entry in enumerate(entries, 1)],
        "boxes": boxes_of(page.lang, request.POST.dict(), refused, plain=place.form == "texts"),
    }
    return page.answer("tables/list.html", context, refused)


@require_http_methods(["GET", "HEAD", "POST"])
def one_code(request: HttpRequest, slug: str, name: str, which: int) -> HttpResponse:
    """Other words for a code, or its last day. The code is named in the form: places in a list move."""
    page = table_page(request, slug)
    place = _place(page, name)
    entries = _entries(page, place)
    code = request.POST.get("which", "") or (entries[which - 1].code if 0 < which <= len(entries) else "")
    entry = next((each for each in entries if each.code == code), None)
    if entry is None or place.form == "texts":
        raise Http404
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        try:
            asked = requests.changed_code(name, entry.code, request.POST.dict())
            return to_change(page.lang, changes.ask(page.me, slug, asked))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, FAULTS, "fa")
        except Refusal as wrong:
            refused = wrong
    typed = request.POST.dict() if refused else _said(entry, page.lang)
    context = {
        "name": name,
        "list_title": list_title(page.dataset, name),
        "entry": entry,
        "boxes": boxes_of(page.lang, typed, refused, known=True),
    }
    return page.answer("tables/code.html", context, refused)


def boxes_of(
    lang: Lang, typed: Mapping[str, str], refused: Refusal | None, *, known: bool = False, plain: bool = False
) -> list[FormBox]:
    """The fields of a code; of a ``known`` one all but the code, of ``plain`` texts the text alone."""
    boxes = Boxes(lang, typed, refused)
    words = boxes.box("fa", Label("نام به فارسی", "Name in Persian"))
    if plain:
        return [boxes.box("fa", Label("مقدار", "Value"))]
    code = boxes.box(
        "code",
        Label("کد", "Code"),
        Label("از نام انگلیسی ساخته می‌شود، اگر ننویسید.", "It is made of the English name, if you leave it empty."),
        required=False,
        code=True,
    )
    return [
        words,
        boxes.box("en", Label("نام به انگلیسی", "Name in English")),
        *([] if known else [code]),
        boxes.box("aliases", Label("نوشتارهای دیگر", "Other spellings"), _HINT, required=False, lines=3),
        boxes.box("until", Label("واپسین روز", "Last day"), _UNTIL, required=False, code=True),
    ]


def _place(page: TablePage, name: str) -> ListPlace:
    try:
        place = table_text.lists_of(page.texts).get(name)
    except Refusal:
        place = None
    if place is None or page.dataset is None:
        raise Http404
    return place


def _entries(page: TablePage, place: ListPlace) -> tuple[CodeEntry, ...]:
    """The codes as the loader reads them, in their order."""
    field = next((each for each in page.dataset.fields if each.name == place.fields[0]), None) if page.dataset else None
    return field.choices.entries if field is not None and field.choices is not None else ()


def _line(number: int, entry: CodeEntry, lang: Lang) -> dict[str, Any]:
    return {"number": number, "entry": entry, "until": plain_day(entry.until, lang) if entry.until else ""}


def _said(entry: CodeEntry, lang: Lang) -> dict[str, str]:
    day = str(jalali.from_gregorian(entry.until)) if entry.until else ""
    return {
        "fa": entry.label.fa,
        "en": entry.label.en,
        "aliases": "\n".join(entry.aliases),
        "until": locale.of(lang).numerals(day.replace("-", "/")),
    }
