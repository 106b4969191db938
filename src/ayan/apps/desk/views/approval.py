"""The approver's page: what changes, what was checked, what the sender says; yes, back to a cell, or no."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import decisions, draft_comparison, selectors, withdrawal_requests
from ayan.apps.desk.access import reviewed_digest, valid_approvals
from ayan.apps.desk.decisions import ApproverNote
from ayan.apps.desk.publication import release_of
from ayan.apps.desk.submission_page import SubmissionPage, visible_page
from ayan.apps.desk.unit_ownership import about_release
from ayan.apps.desk.views.request_context import act_on_submission, expected_revision, of_submission, officer, whole
from ayan.apps.desk.views.review import comparing_page
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


@of_submission()
def approve(desk: SubmissionPage) -> HttpResponse:
    return _page(desk)


def _page(desk: SubmissionPage, refusal: Refusal | None = None) -> HttpResponse:
    given = valid_approvals(desk.submission)
    mine = {
        "approve": desk.may("submission.approve")
        and not draft_comparison.unseen(desk.submission)
        and all(approval.by_id != desk.request.user.pk for approval in given),
        "return": desk.may("submission.return"),
        "refuse": desk.may("submission.refuse"),
    }
    context = {
        "given": given,
        "needed": decisions.needed(desk.submission),
        "mine": mine,
        "reviewed_digest": reviewed_digest(desk.submission),
        "waits": desk.submission.state == "sent",
        "fields": [(field.name, field.label.of(desk.lang)) for field in desk.dataset.fields],
        "written": desk.request.POST.dict(),
        **selectors.checks(desk),
        **selectors.withdrawal(desk),
    }
    return comparing_page(desk, "desk/approve.html", "", refusal, **context)


@act_on_submission
def decide(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """The three answers that there are."""
    post, who = request.POST, officer(request)
    try:
        match name:
            case "yes":
                decisions.approve(who, key, post.get("digest", ""), post.get("reviewed_digest", ""))
            case "return":
                cell = ApproverNote(post.get("words", ""), whole(post.get("row", "")), post.get("field", ""))
                decisions.send_back(who, key, [cell], expected_revision(request))
            case "no":
                decisions.refuse(who, key, post.get("reason", ""), expected_revision(request))
            case _:
                raise Http404
    except Refusal as wrong:
        return _page(visible_page(request, key), wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_overview", args=(key,)))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    """Ask that a release be withdrawn."""
    ref, lang = f"{slug}/{period}/{number}", language.of(request)
    release = release_of(ref)
    if release is None or release.withdrawn or not policy.can_somewhere(request.user, "release.withdraw"):
        raise Http404
    policy.require(request.user, "release.withdraw", about_release(officer(request), "release.withdraw", ref))
    refusal = None
    if request.method == "POST":
        try:
            dataset = city.current().registry.get(slug)
            code, note = request.POST.get("code", ""), request.POST.get("note", "")
            submission = withdrawal_requests.propose(officer(request), dataset, ref, code, note)
            return HttpResponseRedirect(reverse(f"{lang}:desk_overview", args=(submission.id,)))
        except Refusal as wrong:
            refusal = wrong
    context = {
        "ref": ref,
        "dataset": city.current().registry.get(slug),
        "period": period,
        "codes": [(code, label.of(lang)) for code, label in withdrawal_requests.CODES.items()],
        "written": request.POST.dict(),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/withdraw.html", context, refusal=refusal)
