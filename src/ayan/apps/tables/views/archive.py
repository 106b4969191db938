"""The folder of a table as an archive: taken away, and brought in."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from ayan.apps.tables import changes
from ayan.apps.tables.archives import packed, unpacked
from ayan.apps.tables.limits import LARGEST_ARCHIVE
from ayan.apps.tables.models import TableChangeKind
from ayan.apps.tables.refusals import DeclarationNotTaken, TableRefused
from ayan.apps.tables.table_page import TablePage, at_field, table_page, to_change
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


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The files of an archive in the place of those that stand. It is read only after the officer is known."""
    page = table_page(request, slug)
    if request.method != "POST":
        return _page(page)
    if away := page.again():
        return away
    sent = SentArchive(request)
    request.upload_handlers = [sent]
    return _brought_in(request, page, sent)


@csrf_protect
def _brought_in(_request: HttpRequest, page: TablePage, sent: SentArchive) -> HttpResponse:
    """Ask for what the archive holds; the token of the form is checked before this is called."""
    page.request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if not sent.data:
            raise TableRefused(Label("پرونده‌ای انتخاب نشده است.", "No file was chosen."), "archive")
        after = unpacked(page.slug, bytes(sent.data))
        return to_change(page.lang, changes.ask_texts(page.me, page.slug, page.texts, after, TableChangeKind.ARCHIVE))
    except DeclarationNotTaken as wrong:
        return _page(page, at_field(wrong, {}, "archive"))
    except Refusal as wrong:
        return _page(page, wrong)


def _page(page: TablePage, refused: Refusal | None = None) -> HttpResponse:
    return page.answer("tables/bring_in.html", {"largest": LARGEST_ARCHIVE}, refused)


class SentArchive(FileUploadHandler):
    """The file of a request, in memory up to a little more than may be taken."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.data = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        self.data += raw_data
        if len(self.data) > LARGEST_ARCHIVE:
            raise StopUpload(connection_reset=False)
        return None

    def file_complete(self, file_size: int) -> None:
        """Nothing: whoever sends two files has sent one of both, which is no archive."""
