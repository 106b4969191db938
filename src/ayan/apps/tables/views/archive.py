"""The folder of a table as an archive: taken away, and brought in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from ayan.apps.tables import changes
from ayan.apps.tables.archives import packed, unpacked
from ayan.apps.tables.limits import LARGEST_ARCHIVE
from ayan.apps.tables.models import ChangeKind
from ayan.apps.tables.refusals import NotTaken, TableRefused
from ayan.apps.tables.table_page import at_field, table_page, to_change
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.responses import private


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The files of a table as they stand, as an archive."""
    page = table_page(request, slug)
    response = HttpResponse(packed(slug, page.texts), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return private(response)


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The files of an archive in the place of those that stand."""
    page = table_page(request, slug)
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        sent = request.FILES.get("archive")
        try:
            if sent is None:
                raise TableRefused(Label("پرونده‌ای انتخاب نشده است.", "No file was chosen."), "archive")
            after = unpacked(slug, sent.read(LARGEST_ARCHIVE + 1))
            return to_change(page.lang, changes.ask_texts(page.me, slug, page.texts, after, ChangeKind.ARCHIVE))
        except NotTaken as wrong:
            refused = at_field(wrong, {}, "archive")
        except Refusal as wrong:
            refused = wrong
    return page.answer("tables/bring_in.html", {"largest": LARGEST_ARCHIVE}, refused)
