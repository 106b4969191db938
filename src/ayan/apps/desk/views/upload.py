"""Beginning a submission, and its first step: the file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import selectors, sender_acts, submission_history, work_lists
from ayan.apps.desk.approval import approval_facts
from ayan.apps.desk.files import period_states, repeated_files, resumable_uploads, typed_periods, uploads
from ayan.apps.desk.fixing import layouts
from ayan.apps.desk.limits import WORK_SHOWN
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken, UploadTooLarge
from ayan.apps.desk.submission_page import (
    SubmissionPage,
    expected_revision,
    of_submission,
    officer,
    onward,
    page,
    visible_page,
    whole,
)
from ayan.core.publish.examination import resolve_period, taking
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.template import write_template
from ayan.core.schema.issue import CannotRead
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import Pagination
from ayan.ui.value_html import plain_number
from ayan.wiring import city

FIRST_ROWS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Which data, which period: then the submission exists, and nothing in it is lost any more."""
    who, lang = officer(request), language.of(request)
    if not policy.can_somewhere(who, "submission.create"):
        raise policy.Denied(who, "submission.create", policy.CITY)
    slug = request.POST.get("dataset", request.GET.get("dataset", ""))
    period = request.POST.get("period", request.GET.get("period", ""))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            dataset = city.current().registry.get(slug)
            if request.POST.get("how") == "template":
                typed = f"?period={quote(typed_periods.meant(dataset, period))}" if period else ""
                return HttpResponseRedirect(reverse(f"{lang}:desk_template", args=(slug,)) + typed)
            submission = sender_acts.begin(who, dataset, typed_periods.meant(dataset, period))
            onto = "desk_table" if request.POST.get("how") == "table" else "desk_file"
            return HttpResponseRedirect(reverse(f"{lang}:{onto}", args=(submission.id,)))
        except KeyError:
            refusal = DeskRefused("یک مجموعه‌داده برگزینید.", "Choose a dataset.", "dataset")
        except (CannotRead, DeskRefused) as wrong:
            refusal = wrong.at("period")
    sendable = work_lists.sendable(who, lang)
    context = {
        "datasets": sendable,
        "slug": slug,
        "period": period,
        "offered": period_states.offered([each["slug"] for each in sendable], lang),
        "kind": next((each["period"] for each in sendable if each["slug"] == slug), ""),
        "taken": refusal if isinstance(refusal, PeriodTaken) else None,
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/new.html", context, refusal=refusal)


@csrf_exempt
def file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The first step. The form is read only after the sender is known, so that a stranger's file is never stored."""
    if request.method != "POST":
        return file_page(request, key=key)
    desk = visible_page(request, key, "submission.edit")
    limit = settings.UPLOAD_BYTES
    with uploads.receiving(request, uploads.incoming(), limit) as handler:
        return _taken(request, desk, handler)


@of_submission()
def file_page(desk: SubmissionPage) -> HttpResponse:
    return _file_page(desk)


@csrf_protect
def _taken(request: HttpRequest, desk: SubmissionPage, handler: uploads.PrivateUpload) -> HttpResponse:
    """Take what arrived; the token of the form is checked before this is called, the file being read on the way."""
    request.POST  # noqa: B018 - reading it is what brings the file in
    most = settings.UPLOAD_BYTES >> 20
    try:
        if handler.too_large:
            raise UploadTooLarge(
                "پرونده بزرگ‌تر از {most} مگابایت است. آن را در چند بخش بفرستید یا به مدیر سامانه بگویید.",
                "The file is larger than {most} MB. Send it in parts, or tell the administrator.",
                field="file",
            ).format(most=most)
        if name := request.POST.get("upload", ""):
            with resumable_uploads.whole(
                resumable_uploads.upload_of(officer(request), desk.submission.id, name)
            ) as sent:
                sender_acts.take_file(officer(request), desk.submission.id, sent, expected_revision(request))
            return onward(desk, "file")
        if not handler.received or not handler.received[-1].size:
            raise DeskRefused("پرونده‌ای انتخاب نشده یا پرونده خالی است.", "No file was chosen, or it is empty.", "file")
        sender_acts.take_file(officer(request), desk.submission.id, handler.received[-1], expected_revision(request))
    except CannotRead as refusal:
        return _file_page(desk, refusal.at("file"))
    except Refusal as refusal:
        return _file_page(visible_page(request, desk.submission.id), refusal)
    return onward(desk, "file")


@of_submission("POST", verb="submission.edit")
def sheet(desk: SubmissionPage) -> HttpResponse:
    """Say where the table stands."""
    if desk.inputs.entered:
        return onward(desk, "table")
    if desk.inputs.appended:
        return onward(desk, "file")
    post = desk.request.POST
    row = whole(post.get("header_row", "")) or None
    try:
        sender_acts.choose_sheet(
            officer(desk.request), desk.submission.id, post.get("sheet") or None, row, expected_revision(desk.request)
        )
    except Refusal as refusal:
        return _file_page(desk, refusal)
    return onward(desk, "file")


def file_with(desk: SubmissionPage, refusal: Refusal) -> HttpResponse:
    """The first step once more, with what stands in the way."""
    return _file_page(desk, refusal)


def _file_page(desk: SubmissionPage, refusal: Refusal | None = None) -> HttpResponse:
    if desk.submission.kind != "data":
        return onward(desk, "overview")
    if desk.inputs.entered and refusal is None and desk.submission.takes_data:
        return onward(desk, "table")
    context: dict[str, Any] = {"step": "file", "limit_mb": settings.UPLOAD_BYTES >> 20, "file": desk.inputs.name}
    folder = desk.folder
    look = folder.stored_preview() if folder is not None and desk.submission.previewed else None
    if look is not None and not (desk.submission.busy and not desk.submission.previewed):
        context["look"] = look
        context["heads"] = look.head[:FIRST_ROWS]
        context["refused"] = look.refused.message(desk.lang) if look.refused else ""
        context["refused_code"] = look.refused.code if look.refused else ""
        context["sheets"] = selectors.sheets(look, desk.inputs, known_headers(desk.dataset.fields))
        context["layout"] = layouts.shown(desk, look)
        context["same_file"] = repeated_files.periods(desk.submission)
    return page(desk, "desk/file.html", context, refusal)


@of_submission()
def overview(desk: SubmissionPage) -> HttpResponse:
    """Where the submission stands, and everything that was done to it."""
    if desk.submission.state == "sent" and desk.may("submission.approve"):
        return onward(desk, "approve")
    context = {"may_call_back": desk.may("submission.withdraw-before"), "events": submission_history.events(desk)}
    return page(desk, "desk/overview.html", {**context, **selectors.published(desk), **approval_facts.of_release(desk)})


@require_http_methods(["GET", "HEAD"])
def listed(request: HttpRequest) -> HttpResponse:
    """Every submission that the officer may see, the ones to be done first."""
    if not policy.can_somewhere(request.user, "submission.view"):
        raise Http404
    may_begin = policy.can_somewhere(request.user, "submission.create")
    lang, asked = language.of(request), work_lists.WorkFilter.of(request.GET)
    groups = work_lists.lists(officer(request), lang, asked)
    empty = locale.of(lang).comma.join(group.title for group in groups if not group.lines)
    context = {
        "lists": [group for group in groups if group.lines],
        "empty": empty,
        "may_begin": may_begin,
        "asked": asked,
        "names": [(key, label.of(lang)) for key, label in work_lists.HEADINGS.items()],
        "pages": _pages(request, groups[0], lang) if asked.only and groups else [],
    }
    return desk_layout.page(request, "desk/list.html", context)


def _pages(request: HttpRequest, group: work_lists.WorkGroup, lang: Lang) -> list[Pagination]:
    """The pages of one list, where there is more than one."""
    last, current_page = -(-group.count // WORK_SHOWN), group.first // WORK_SHOWN + 1
    near = sorted({1, *range(max(1, current_page - 2), min(last, current_page + 2) + 1), last})
    pages: list[Pagination] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            pages.append(Pagination("…"))
        query = request.GET.copy()
        query["page"] = str(number)
        address = "" if number == current_page else f"{request.path}?{query.urlencode()}"
        pages.append(Pagination(plain_number(number, lang), address, number == current_page))
    return pages if last > 1 else []


@require_http_methods(["GET", "HEAD"])
def template(request: HttpRequest, slug: str) -> FileResponse:
    """The workbook to fill in: our columns, drop-downs and an example row; its lists are those of ``period``."""
    current_city = city.current()
    try:
        dataset = current_city.registry.get(slug)
        period = resolve_period(dataset, typed_periods.meant(dataset, request.GET.get("period", "")) or None)
        taken = taking(dataset, period, current_city.clock)
    except KeyError:
        raise Http404 from None
    except (CannotRead, DeskRefused):
        # Whoever has not said for which period takes what holds today.
        taken = dataset.taking(today(current_city.clock))
    with current_city.private_store.scratch_folder() as folder:
        path = folder / f"{slug}.xlsx"
        write_template(taken, path, language.of(request))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
