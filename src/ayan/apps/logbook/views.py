"""The pages of the logbook: the log in plain words, and «verify this», for which a file is compared and not kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from ayan.apps.catalog import page_context
from ayan.apps.catalog.explorer import conditions
from ayan.apps.logbook import file_check, list_check, result_check, selectors, verdicts
from ayan.apps.logbook.limits import LARGEST_UPLOAD, LONGEST_FILE_NAME, LONGEST_QUESTION
from ayan.apps.logbook.verifier import verifier_file
from ayan.core.ledger.log import Log
from ayan.core.query.limits import LARGEST_COMPARED
from ayan.core.schema.problem import DeclarationError
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import UnknownEntry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import NOTICES, Notice
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_verification import EVENTS
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import keep, refused
from ayan.wiring import city
from ayan.wiring.city import City

ACTS: Final = {
    "sealed": Label("منتشر شد", "Published"),
    "withdrawn": Label("برداشته شد", "Withdrawn"),
    "erased": Label("ردیف‌هایی از آن پاک شد", "Rows were erased"),
    "void": Label("برگ پیشین اثری نداشت", "An earlier leaf had no effect"),
}
# Bytes of a file that is compared cell by cell, and of one that is taken at all.
SIZES: Final = {"most_compared": LARGEST_COMPARED, "largest": LARGEST_UPLOAD}
LOG: Final = Label("ثبت عمومی تغییرات", "The public log")
VERIFY: Final = Label("وارسی", "Verify")
IN_BROWSER: Final = Label("وارسی یک ردیف در مرورگر", "Check a row in the browser")
LEAF: Final = Label("برگ {n}", "Leaf {n}")
DAY: Final = Label("رد کارهای یک روزِ میز کار مهر شد", "A day of the desk's audit trail was sealed")
ORIGINAL: Final = Label("پروندهٔ اصلی پس از مهلتش حذف شد", "The original was deleted when its time was over")
DECLARED: Final = Label("شهر این را اعلام کرد", "The city declared this")
TAKEN_AWAY: Final = Label("این اعلام دیگر نیست", "This declaration was taken away")
DIARY: Final = Label("یک روز از گزارش روزانه مهر شد", "A day of the diary was sealed")
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
    declaration: Declaration | None = None
    diary: DiaryDay | None = None
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
    current_city, lang = city.current(), language.of(request)
    query = request.GET.get("q", "")[:LONGEST_QUESTION]
    if current_city.log is None:
        return render(
            request,
            "logbook/verify.html",
            {"section": "verify", "query": query, "no_log": True, **SIZES},
        )
    verdict = verdicts.verdict(current_city, current_city.log, query, lang)
    hosts = (request.get_host(), urlsplit(page_context.site(request)).netloc)
    context = {
        **_verifying(current_city, current_city.log),
        "query": query,
        "verdict": verdict,
        "line": _line(verdict.leaf) if verdict.leaf else None,
        "elsewhere": verdicts.other_host(query, hosts) if verdict.outcome not in ("nothing", "unreadable") else "",
    }
    return render(request, "logbook/verify.html", context)


def _verifying(current_city: City, log: Log) -> dict[str, Any]:
    return {
        "section": "verify",
        "state": selectors.state(current_city, log),
        "origin": log.origin,
        **SIZES,
    }


def check_row(request: HttpRequest) -> HttpResponse:
    """A page that checks the proof of a row in the reader's browser, as does the file that it offers."""
    lang = language.of(request)
    context = {
        "section": "verify",
        "crumbs": [
            Crumb(VERIFY.of(lang), _address(request, "verify")),
            Crumb(IN_BROWSER.of(lang)),
        ],
        "file": verifier_file(),
        "saved": reverse("row_check_file", args=(lang,)),
    }
    return keep(render(request, "logbook/row_check.html", context))


class TooLargeToMeasure(Refusal):
    """The file is larger than what is measured for a stranger."""

    code = "too-large-to-measure"
    fa = "پرونده بزرگ است. اثر انگشت SHA-256 آن را خودتان حساب کنید و در کادر بنویسید."
    en = "The file is too large. Compute its SHA-256 yourself and paste it."
    status = 413


def _upload(request: HttpRequest) -> HttpResponse:
    """Answer about the file that was sent: with its digest in an address where that tells all, else on this page."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_UPLOAD:
        context = {"section": "verify", "too_large": LARGEST_UPLOAD, **SIZES}
        return refused(render(request, "logbook/verify.html", context), TooLargeToMeasure())
    current_city, lang = city.current(), language.of(request)
    with current_city.private_store.scratch_folder() as folder:
        sent = SentFile(request, folder / "file")
        request.upload_handlers = [sent]
        # Asking for the form reads the whole request.
        typed = request.POST.get("q", "")[:LONGEST_QUESTION]
        handed, log = sent.handed, current_city.log
        compared: list_check.ListVerdict | file_check.FileVerdict | None = None
        if handed is not None and log is not None and not verdicts.is_sealed(current_city, log, handed.digest):
            compared = list_check.check(request, current_city, handed, typed, folder) or file_check.check(
                current_city, handed, typed, folder, lang
            )
    if compared is None or log is None:
        query = handed.digest if handed else typed
        elsewhere = HttpResponseRedirect(f"{_address(request, 'verify')}?{urlencode({'q': query})}")
        elsewhere.status_code = 303
        return elsewhere
    context = {**_verifying(current_city, log), "query": typed, "compared": compared, **_file_context(compared, lang)}
    response = render(request, "logbook/verify.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_context(compared: file_check.FileVerdict | list_check.ListVerdict, lang: Lang) -> dict[str, Any]:
    """What the page says of a file: its differences with the labels of columns, its question as a page."""
    cells = compared.difference.cells if compared.difference else []
    if isinstance(compared, list_check.ListVerdict):
        return {"is_list": True, "cells": [(cell, cell.column, "") for cell in cells], "missing_rows": []}
    names = {field.name: field.label.of(lang) for field in compared.dataset.published}
    links, asked = compared.links or {}, compared.question
    page = reverse(f"{lang}:dataset", args=(compared.dataset.slug,))
    ask = result_check.as_page(compared.dataset, asked.scope, lang, page) if asked else None
    missing = compared.difference.missing if compared.difference else []
    return {
        "dataset_slug": compared.dataset.slug,
        "cells": [(cell, names.get(cell.column, cell.column), links.get(cell.address, "")) for cell in cells],
        "missing_rows": [(address, links.get(address, "")) for address in missing],
        "chips": list(conditions.chips(ask)) if ask else [],
        "ask_address": ask.address if ask else "",
    }


def _text(leaf: selectors.AnyLeaf) -> str:
    match leaf:
        case selectors.DayLeaf(day=said):
            return said.leaf.decode()
        case selectors.OriginalLeaf(original=said):
            return said.leaf.decode()
        case selectors.OperatorLeaf(entry=said):
            return said.leaf.decode()
        case selectors.DeclarationLeaf(declaration=said):
            return said.leaf.decode()
        case selectors.DiaryLeaf(diary=said):
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
    if isinstance(leaf, selectors.DeclarationLeaf):
        said = leaf.declaration
        return LeafLine(leaf, DECLARED if said.digest else TAKEN_AWAY, Label(said.path, said.path), declaration=said)
    if isinstance(leaf, selectors.DiaryLeaf):
        return LeafLine(leaf, DIARY, DIARY, diary=leaf.diary)
    return LeafLine(leaf, ACTS[leaf.statement.act], _title(leaf.statement.dataset))


def _title(slug: str) -> Label:
    try:
        return city.current().registry.get(slug).title
    except (KeyError, DeclarationError):
        # A dataset may be gone or broken; the log still has its name.
        return Label(slug, slug)


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"{language.of(request)}:{name}")


class SentFile(FileUploadHandler):
    """The first file of a request: its SHA-256, and its bytes at ``target`` where it is small enough to be compared."""

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest, target: Path) -> None:
        super().__init__(request)
        self.handed: file_check.HandedFile | None = None
        self._target = target
        self._running = hashlib.sha256()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        if self.handed is None:
            self._running.update(raw_data)
            self._size += len(raw_data)
            if self._size <= LARGEST_COMPARED:
                with self._target.open("ab") as out:
                    out.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        if self.handed is None:
            kept = self._target if 0 < self._size <= LARGEST_COMPARED else None
            name = str(self.file_name or "")[:LONGEST_FILE_NAME]
            self.handed = file_check.HandedFile(kept, name, self._size, self._running.hexdigest())
