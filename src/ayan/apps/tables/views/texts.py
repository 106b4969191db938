"""The editor of a table's texts: balances, flags, checks and whatever else no form says, with the loader as judge."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.tables import changes
from ayan.apps.tables.refusals import DeclarationNotTaken, TableRefused
from ayan.apps.tables.table_page import at_field, table_page, to_change
from ayan.core.schema.definition import MAIN
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring.table_folder import TABLE_FILE, Texts, merged

ROOMS: Final = {
    "codes": Label("فهرست مقدارها", "A list of values"),
    "sources": Label("شکل پروندهٔ یک فرستنده", "How one sender's file is laid out"),
    "audits": Label("موازنه", "A balance"),
    "flags": Label("هشدار", "An integrity flag"),
    "questions": Label("پرسش مردم", "A question that people ask"),
}
"""The folders of a table in which a file can be begun."""


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, slug: str) -> HttpResponse:
    """One file of a table as a text; a new one where it is not there yet, and none where it is emptied."""
    page = table_page(request, slug)
    file = (request.POST if request.method == "POST" else request.GET).get("file", MAIN)
    if request.GET.get("room") in ROOMS:
        file = f"{request.GET['room']}/{request.GET.get('name', '').strip().lower()}.toml"
    refused: Refusal | None = None
    if not TABLE_FILE.fullmatch(file):
        if request.method == "POST" or "room" not in request.GET:
            raise Http404
        words = Label(
            "نام پرونده را با حرف کوچک لاتین، رقم و خط تیره بنویسید.",
            "Write the name of the file in small Latin letters, digits and hyphens.",
        )
        return page.answer("tables/text.html", {"rooms": list(ROOMS.items())}, TableRefused(words, "name"))
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    if request.method == "POST":
        if away := page.again():
            return away
        try:
            # The page says what stood there when it was drawn: who writes over a later text does so knowingly.
            if request.POST.get("before", "") != _mark(page.texts, file):
                raise TableRefused(_MOVED, "text")
            after = merged(page.texts, {file: f"{typed.rstrip()}\n" if typed.strip() else None})
            return to_change(page.lang, changes.ask_texts(page.me, slug, page.texts, after))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, {}, "text")
        except Refusal as wrong:
            refused = wrong
    standing = page.texts.get(file, "")
    context = {
        "file": file,
        "there": file in page.texts,
        "before": _mark(page.texts, file),
        "text": typed if refused else standing,
        "rows": min(40, (typed if refused else standing).count("\n") + 4),
        "rooms": list(ROOMS.items()),
    }
    return page.answer("tables/text.html", context, refused)


def _mark(texts: Texts, file: str) -> str:
    """What says which text a page was drawn with; empty where there was none."""
    return sha256_hex(texts[file].encode()) if file in texts else ""


_MOVED: Final = Label(
    "در این میان این متن تغییر کرده است. آنچه نوشته‌اید در کادر مانده؛ متن تازه را ببینید و سپس ثبت کنید.",
    "This text has changed meanwhile. What you wrote is still in the box; look at the new text, then save it.",
)
