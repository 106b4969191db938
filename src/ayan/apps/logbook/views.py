"""The pages of the logbook: the log in plain words, and «verify this», for which a file is measured and not kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from ayan.apps.logbook import selectors
from ayan.apps.logbook.limits import LARGEST_UPLOAD, LONGEST_QUESTION
from ayan.core.schema.problem import DeclarationError
from ayan.core.transparency.entries.entry import UnknownEntry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import NOTICES, Notice
from ayan.core.transparency.entries.original_deleted import OriginalDeleted
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_verification import EVENTS
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import refused
from ayan.wiring import city

ACTS: Final = {
    "sealed": Label("منتشر شد", "Published"),
    "withdrawn": Label("برداشته شد", "Withdrawn"),
    "erased": Label("ردیف‌هایی از آن پاک شد", "Rows were erased"),
    "void": Label("برگ پیشین اثری نداشت", "An earlier leaf had no effect"),
}
LOG: Final = Label("دفتر", "The log")
LEAF: Final = Label("برگ {n}", "Leaf {n}")
DAY: Final = Label("رد کارهای یک روزِ میز کار مهر شد", "A day of the desk's audit trail was sealed")
ORIGINAL: Final = Label("پروندهٔ اصلی پس از مهلتش حذف شد", "The original was deleted when its time was over")
OTHER: Final = Label("برگی از گونه‌ای که این نسخه نمی‌شناسد", "A leaf of a kind that this version does not know")
MALFORMED: Final = Label("برگ خوانا نیست", "The leaf cannot be read")


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One entry as the page of the log shows it."""

    leaf: selectors.AnyLeaf
    act: Label
    title: Label
    day: TrailDay | None = None
    original: OriginalDeleted | None = None
    other: UnknownEntry | None = None
    operator: KeyRotation | Notice | None = None


def to_log(request: HttpRequest) -> HttpResponse:
    """/log has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(_address(request, "log"))


def log(request: HttpRequest) -> HttpResponse:
    current_city = city.current()
    log = current_city.log
    if log is None:
        return render(request, "logbook/log.html", {"section": "log"})
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise Http404
    leaves = selectors.newest(log, int(before) if before else None)
    context = {
        "section": "log",
        "state": selectors.state(current_city, log),
        "review": None if before else selectors.review(current_city),
        "lines": [_line(leaf) for leaf in leaves],
        "older": leaves[-1].index if leaves and leaves[-1].index else None,
        "first_page": not before,
    }
    return render(request, "logbook/log.html", context)


def leaf(request: HttpRequest, index: int) -> HttpResponse:
    current_city, lang = city.current(), language.of(request)
    if current_city.log is None:
        raise Http404
    try:
        leaf = selectors.leaf(current_city.log, index)
    except IndexError:
        raise Http404 from None
    context = {
        "section": "log",
        "crumbs": [
            Crumb(LOG.of(lang), _address(request, "log")),
            Crumb(LEAF.of(lang).format(n=value_html.plain_number(index, lang))),
        ],
        "line": _line(leaf),
        "text": _text(leaf),
        "state": selectors.state(current_city, current_city.log),
    }
    return render(request, "logbook/leaf.html", context)


@csrf_exempt
def verify(request: HttpRequest) -> HttpResponse:
    """What the log says of a digest, an address, or a file that is sent: nothing is kept of it, nothing is changed."""
    if request.method == "POST":
        return _upload(request)
    current_city = city.current()
    query = request.GET.get("q", "")[:LONGEST_QUESTION]
    if current_city.log is None:
        return render(request, "logbook/verify.html", {"section": "verify", "query": query, "no_log": True})
    verdict = selectors.verdict(current_city, current_city.log, query)
    context = {
        "section": "verify",
        "query": query,
        "verdict": verdict,
        "line": _line(verdict.leaf) if verdict.leaf else None,
        "state": selectors.state(current_city, current_city.log),
        "origin": current_city.log.origin,
    }
    return render(request, "logbook/verify.html", context)


class TooLargeToMeasure(Refusal):
    """The file is larger than what is measured for a stranger."""

    code = "too-large-to-measure"
    fa = "پرونده بزرگ است. اثر انگشت SHA-256 آن را خودتان حساب کنید و در کادر بنویسید."
    en = "The file is too large. Compute its SHA-256 yourself and paste it."
    status = 413


def _upload(request: HttpRequest) -> HttpResponse:
    """Answer with the digest of the file that was sent, in the address, so that the answer is a link."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_UPLOAD:
        context = {"section": "verify", "too_large": LARGEST_UPLOAD, "verdict": selectors.Verdict("nothing")}
        return refused(render(request, "logbook/verify.html", context), TooLargeToMeasure())
    measured = UploadDigest(request)
    request.upload_handlers = [measured]
    # Asking for the form reads the whole request.
    query = request.POST.get("q", "")[:LONGEST_QUESTION]
    query = measured.digest or query
    response = HttpResponseRedirect(f"{_address(request, 'verify')}?{urlencode({'q': query})}")
    response.status_code = 303
    return response


def _text(leaf: selectors.AnyLeaf) -> str:
    match leaf:
        case selectors.DayLeaf(day=said):
            return said.leaf.decode()
        case selectors.OriginalLeaf(original=said):
            return said.leaf.decode()
        case selectors.OperatorLeaf(entry=said):
            return said.leaf.decode()
        case selectors.OtherLeaf(entry=said):
            return said.leaf.decode(errors="replace")
    return leaf.statement.leaf.decode()


def _line(leaf: selectors.AnyLeaf) -> LeafLine:
    if isinstance(leaf, selectors.OtherLeaf):
        kind = leaf.entry.kind
        title = Label(kind, kind) if kind else MALFORMED
        return LeafLine(leaf, OTHER if kind else MALFORMED, title, other=leaf.entry)
    if isinstance(leaf, selectors.DayLeaf):
        return LeafLine(leaf, DAY, DAY, leaf.day)
    if isinstance(leaf, selectors.OriginalLeaf):
        return LeafLine(leaf, ORIGINAL, _title(leaf.original.dataset), original=leaf.original)
    if isinstance(leaf, selectors.OperatorLeaf):
        act = EVENTS["rotated"] if isinstance(leaf.entry, KeyRotation) else NOTICES[leaf.entry.code]
        return LeafLine(leaf, act, LOG, operator=leaf.entry)
    return LeafLine(leaf, ACTS[leaf.statement.act], _title(leaf.statement.dataset))


def _title(slug: str) -> Label:
    try:
        return city.current().registry.get(slug).title
    except (KeyError, DeclarationError):
        # A dataset may be gone or broken; the log still has its name.
        return Label(slug, slug)


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"{language.of(request)}:{name}")


class UploadDigest(FileUploadHandler):
    """Computes the SHA-256 of the first file of a request; ``digest`` (hex) is empty until it has come in whole."""

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.digest = ""
        self._running = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        if not self.digest:
            self._running.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        self.digest = self.digest or self._running.hexdigest()
