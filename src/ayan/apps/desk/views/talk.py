"""What officers say to each other about a submission, and which periods are in whose hands."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import comments, held_periods, selectors
from ayan.apps.desk.limits import LONGEST_COMMENT
from ayan.apps.desk.submission_page import SubmissionPage, expected_revision, of_submission, officer, page
from ayan.core.values.refusal import Refusal
from ayan.ui import language


@of_submission("GET", "HEAD", "POST")
def talk(desk: SubmissionPage) -> HttpResponse:
    """The talk about one submission; POST writes into it."""
    refusal: Refusal | None = None
    if desk.request.method == "POST":
        try:
            comments.write(officer(desk.request), desk.submission.id, desk.request.POST.get("words", ""))
            return HttpResponseRedirect(f"{desk.address('talk')}#last")
        except Refusal as wrong:
            refusal = wrong
    context = {
        "comments": comments.comments_of(desk.submission),
        "may_write": desk.may("submission.comment"),
        "written": desk.request.POST.get("words", ""),
        "longest": LONGEST_COMMENT,
    }
    return page(desk, "desk/talk.html", context, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest) -> HttpResponse:
    """Who holds which period and since when; POST sets one aside."""
    me, lang = officer(request), language.of(request)
    if not policy.can_somewhere(me, "submission.free"):
        raise policy.Denied(me, "submission.free", policy.CITY)
    refusal: Refusal | None = None
    key = request.POST.get("submission", "")
    if request.method == "POST":
        try:
            which = UUID(key)
        except ValueError:
            raise BadRequest("no submission") from None
        try:
            held_periods.free(me, which, request.POST.get("reason", ""), expected_revision(request))
            return HttpResponseRedirect(reverse(f"{lang}:desk_held_periods"))
        except Refusal as wrong:
            refusal = wrong
    lines, count = held_periods.listed(me, lang)
    context = {
        "lines": lines,
        "more": count - len(lines),
        "tried": key,
        "written": request.POST.get("reason", ""),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/held_periods.html", context, refusal=refusal)
