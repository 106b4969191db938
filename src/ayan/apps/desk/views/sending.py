"""Beginning a submission, and its first step: the file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import policy, shell
from ayan.apps.desk import actions, folders, lists, selectors, uploads
from ayan.apps.desk.framing import Bench, bench, page
from ayan.apps.desk.holding import found
from ayan.apps.desk.refusals import Refused, Taken
from ayan.apps.desk.views.asking import number, of_submission, officer, onward, seen, whole
from ayan.core.refine.template import write_template
from ayan.core.schema.definition import Label
from ayan.core.schema.issue import CannotRead
from ayan.core.values.digits import to_latin
from ayan.ui import language
from ayan.ui.parts import Problem
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
    problems, taken = [], ""
    if request.method == "POST":
        try:
            dataset = city.current().registry.get(slug)
            made = actions.begin(who, dataset, whole_period(period))
            return HttpResponseRedirect(reverse(f"{lang}:desk_file", args=(made.id,)))
        except KeyError:
            problems = [Problem(Label("یک مجموعه‌داده برگزینید.", "Choose a dataset.").of(lang), "dataset")]
        except CannotRead as refusal:
            problems = [Problem(refusal.issue.message(lang), "period")]
        except Taken as refusal:
            problems, taken = [Problem(refusal.wording.of(lang), "period")], refusal.other
    context = {
        "datasets": lists.sendable(who, lang),
        "slug": slug,
        "period": period,
        "problems": problems,
        "taken": taken,
    }
    return shell.page(request, "desk/new.html", context, 422 if problems else 200)


def whole_period(text: str) -> str:
    """A period as it is typed, in Persian or Latin digits and with strokes or dashes."""
    return to_latin(text).strip().replace("/", "-")


@csrf_exempt
def file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The first step. The form is read only after the sender is known, so that a stranger's file is never stored."""
    if request.method != "POST":
        return shown(request, key=key)
    desk = bench(request, found(request.user, key, "submission.edit"))
    limit = settings.UPLOAD_BYTES
    with uploads.receiving(request, folders.incoming(), limit) as handler:
        return _taken(request, desk, handler)


@of_submission()
def shown(desk: Bench) -> HttpResponse:
    return _file_page(desk)


@csrf_protect
def _taken(request: HttpRequest, desk: Bench, handler: uploads.PrivateUpload) -> HttpResponse:
    """Take what arrived; the token of the form is checked before this is called, the file being read on the way."""
    request.POST  # noqa: B018 - reading it is what brings the file in
    most = settings.UPLOAD_BYTES >> 20
    try:
        if handler.too_large:
            raise Refused(
                f"پرونده بزرگ‌تر از {most} مگابایت است. آن را در چند بخش بفرستید یا به مدیر سامانه بگویید.",
                f"The file is larger than {most} MB. Send it in parts, or tell the administrator.",
                field="file",
            )
        if not handler.received or not handler.received[-1].size:
            raise Refused("پرونده‌ای انتخاب نشده یا پرونده خالی است.", "No file was chosen, or it is empty.", "file")
        actions.take_file(officer(request), desk.one.id, handler.received[-1], number(request, "seen"))
    except CannotRead as refusal:
        issue = refusal.issue
        return _file_page(desk, Refused(issue.message("fa"), issue.message("en"), "file"))
    except Refused as refusal:
        return _file_page(bench(request, found(request.user, desk.one.id)), refusal)
    return onward(desk, "file")


@of_submission("POST", verb="submission.edit")
def sheet(desk: Bench) -> HttpResponse:
    """Say where the table stands."""
    post = desk.request.POST
    row = whole(post.get("header_row", "")) or None
    try:
        actions.choose_sheet(officer(desk.request), desk.one.id, post.get("sheet") or None, row, seen(desk.request))
    except Refused as refusal:
        return _file_page(desk, refusal)
    return onward(desk, "file")


def _file_page(desk: Bench, refusal: Refused | None = None) -> HttpResponse:
    if desk.one.kind == "withdrawal":
        return onward(desk, "overview")
    context: dict[str, Any] = {"step": "file", "limit_mb": settings.UPLOAD_BYTES >> 20, "file": desk.held.name}
    parcel = desk.parcel
    look = parcel.looked() if parcel is not None and desk.one.looked else None
    if look is not None and not (desk.one.busy and not desk.one.looked):
        context["look"] = look
        context["heads"] = look.head[:FIRST_ROWS]
        context["refused"] = look.refused.message(desk.lang) if look.refused else ""
        context["refused_code"] = look.refused.code if look.refused else ""
        context["sheets"] = selectors.sheets(look, desk.held)
        context["told"] = [one.message(desk.lang) for one in look.issues]
    return page(desk, "desk/file.html", context, refusal)


@of_submission()
def overview(desk: Bench) -> HttpResponse:
    """Where the submission stands, and everything that was done to it."""
    if desk.one.state == "sent" and desk.may("submission.approve"):
        return onward(desk, "approve")
    context = {"may_call_back": desk.may("submission.withdraw-before"), "events": selectors.events(desk)}
    return page(desk, "desk/overview.html", {**context, **selectors.published(desk)})


@require_http_methods(["GET", "HEAD"])
def listed(request: HttpRequest) -> HttpResponse:
    """Every submission that the officer may see, the ones to be done first."""
    if not policy.can_somewhere(request.user, "submission.view"):
        raise Http404
    may_begin = policy.can_somewhere(request.user, "submission.create")
    context = {"lists": lists.lists(officer(request), language.of(request)), "may_begin": may_begin}
    return shell.page(request, "desk/list.html", context)


@require_http_methods(["GET", "HEAD"])
def template(request: HttpRequest, slug: str) -> FileResponse:
    """The workbook to fill in: our columns, drop-downs and an example row."""
    try:
        dataset = city.current().registry.get(slug)
    except KeyError:
        raise Http404 from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{slug}.xlsx"
        write_template(dataset, path, language.of(request))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
