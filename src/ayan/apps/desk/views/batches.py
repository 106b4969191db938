"""Many files at once: given on one page, begun by one nod, sent and approved together where nothing is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import selectors, work_lists
from ayan.apps.desk.batches import batch_decisions, batch_lines, file_batches
from ayan.apps.desk.batches.batch_models import FileBatch
from ayan.apps.desk.files import resumable_uploads, uploads
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.limits import MOST_FILES
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import officer, whole
from ayan.apps.desk.views import pieces
from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason
from ayan.core.values.label import label_of
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


@csrf_exempt
def batches(request: HttpRequest) -> HttpResponse:
    """Give many files, and see the batches there are. The form is read only after the sender is known."""
    who = officer(request)
    if request.method != "POST":
        if not policy.can_somewhere(who, "submission.view"):
            raise policy.Denied(who, "submission.view", policy.CITY)
        return _batches(request)
    if not policy.can_somewhere(who, "submission.create"):
        raise policy.Denied(who, "submission.create", policy.CITY)
    with uploads.receiving(request, uploads.incoming(), settings.UPLOAD_BYTES, MOST_FILES) as handler:
        return _taken(request, handler)


@csrf_protect
def _taken(request: HttpRequest, handler: uploads.PrivateUpload) -> HttpResponse:
    """Take what arrived; the token of the form is checked before this is called, the files being read on the way."""
    slug = request.POST.get("dataset", "")
    try:
        if handler.too_many:
            raise resumable_uploads.too_many_files()
        if handler.too_large:
            raise resumable_uploads.files_too_large(settings.UPLOAD_BYTES)
        dataset = city.current().registry.get(slug)
        with _in_pieces(request) as arrived:
            files = [*arrived, *(each for each in handler.received if each.size)]
            return _onward(request, file_batches.receive(officer(request), dataset, files))
    except KeyError:
        refusal: Refusal = DeskRefused("یک مجموعه‌داده برگزینید.", "Choose a dataset.", "dataset")
    except CannotRead as wrong:
        refusal = wrong.at("files")
    except Refusal as wrong:
        refusal = wrong.at("files") if wrong.field == "file" else wrong
    return _batches(request, slug, refusal)


@contextmanager
def _in_pieces(request: HttpRequest) -> Iterator[list[ReceivedFile]]:
    """The files that arrived piece by piece, in the order of the form; they are gone after the block."""
    named = list(dict.fromkeys(request.POST.getlist("upload")))[: MOST_FILES + 1]
    waiting = [resumable_uploads.upload_of(officer(request), pieces.OF_BATCH, name) for name in named]
    for upload in waiting:
        resumable_uploads.check_whole(upload)
    with ExitStack() as stack:
        yield [stack.enter_context(resumable_uploads.whole(upload)) for upload in waiting]


@require_http_methods(["GET", "HEAD", "POST"])
def _batches(request: HttpRequest, slug: str = "", refusal: Refusal | None = None) -> HttpResponse:
    who, lang = officer(request), language.of(request)
    may_begin = policy.can_somewhere(who, "submission.create")
    context = {
        "datasets": work_lists.sendable(who, lang) if may_begin else [],
        "may_begin": may_begin,
        "slug": slug or request.GET.get("dataset", ""),
        "most": MOST_FILES,
        "limit_mb": settings.UPLOAD_BYTES >> 20,
        "lines": batch_lines.listed(who, lang),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/batches.html", context, refusal=refusal)


def _onward(request: HttpRequest, batch: FileBatch) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_batch", args=(batch.id,)))


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """The files of a batch; POST keeps what was written and does what the button says (``do``)."""
    held = file_batches.visible_batch(request.user, key)
    try:
        dataset = city.current().registry.get(held.dataset)
    except KeyError:
        raise Http404 from None
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _do(request, held, dataset)
            return _onward(request, held)
        except Refusal as wrong:
            refusal = wrong
            held.refresh_from_db()
    return _page(request, held, dataset, refusal)


def _do(request: HttpRequest, held: FileBatch, dataset: Dataset) -> None:
    post, who = request.POST, officer(request)
    match post.get("do", ""):
        case "begin" | "keep" as what:
            periods = {
                number: str(text)
                for name, text in post.items()
                if name.startswith("period-") and (number := whole(name.removeprefix("period-"))) is not None
            }
            left = {number for text in post.getlist("left") if (number := whole(text)) is not None}
            file_batches.save(who, held.pk, periods, left)
            if what == "begin":
                file_batches.begin_all(who, held.pk)
        case "send":
            lines = batch_lines.begun(request, held, dataset, language.of(request))
            reason = CorrectionReason(post.get("code", ""), post.get("why", "").strip())
            batch_decisions.send_clean(who, held, lines, batch_decisions.digests(post), post.get("note", ""), reason)
        case "approve":
            lines = batch_lines.begun(request, held, dataset, language.of(request))
            batch_decisions.approve_all(who, held, lines, batch_decisions.digests(post))
        case _:
            raise Http404


def _page(request: HttpRequest, held: FileBatch, dataset: Dataset, refusal: Refusal | None) -> HttpResponse:
    lang: Lang = language.of(request)
    begun = batch_lines.begun(request, held, dataset, lang)
    given = batch_lines.given(held, dataset, lang)
    outcomes = {each.get("submission"): label_of(each["words"]).of(lang) for each in held.outcomes}
    for_send = [line for line in begun if line.digest and not line.reviewed]
    for_yes = [line for line in begun if line.reviewed]
    context: dict[str, Any] = {
        "batch": held,
        "dataset": dataset,
        "given": given,
        "begun": [(line, outcomes.get(str(line.submission.pk), "")) for line in begun],
        "sendable": [(line, batch_decisions.mark(line)) for line in for_send],
        "approvable": [(line, batch_decisions.mark(line)) for line in for_yes],
        "apart": [line for line in begun if line.apart],
        "corrects": any(line.supersedes for line in for_send),
        "needs_note": any((line.submission.difference or {}).get("needs_note") for line in for_send),
        "may_edit": policy.can(request.user, "submission.edit", file_batches.about(held)),
        "waits": batch_lines.is_busy(held, begun),
        "periods": dataset.period != "none",
        "reasons": [(code, label.of(lang)) for code, label in CORRECTION_REASONS.items()],
        "written": request.POST.dict() if refusal else {},
        "longest": LONGEST_REASON,
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/batch.html", context, refusal=refusal)
