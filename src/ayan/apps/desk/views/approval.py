"""The approver's page: what changes, what was checked, what the sender says; yes, back to a cell, or no."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import decisions, selectors, withdrawal_requests
from ayan.apps.desk.access import reviewed_digest, valid_approvals, visible_submission
from ayan.apps.desk.decisions import ApproverNote
from ayan.apps.desk.publication import release_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import SubmissionPage, bench
from ayan.apps.desk.unit_ownership import about_release
from ayan.apps.desk.views.request_context import expected_revision, of_submission, officer, onward, whole
from ayan.apps.desk.views.review import comparing_page, unseen
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
        and not unseen(desk)
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


@of_submission("POST")
def decide(desk: SubmissionPage, name: str) -> HttpResponse:
    """The three answers that there are."""
    post, who, key = desk.request.POST, officer(desk.request), desk.submission.id
    try:
        match name:
            case "yes":
                if unseen(desk):
                    raise DeskRefused(
                        "مقایسهٔ این پیش‌نویس آماده نیست و دیده نشده است. آن را برگردانید.",
                        "The difference of this draft is not ready and was not seen. Return it.",
                    )
                decisions.approve(who, key, post.get("digest", ""), post.get("reviewed_digest", ""))
            case "return":
                cell = ApproverNote(
                    post.get("words", ""), whole(post.get("row", "")), _field(desk, post.get("field", ""))
                )
                decisions.send_back(who, key, [cell], expected_revision(desk.request))
            case "no":
                decisions.refuse(who, key, post.get("reason", ""), expected_revision(desk.request))
            case _:
                raise Http404
    except Refusal as wrong:
        return _page(bench(desk.request, visible_submission(desk.request.user, key)), wrong)
    return onward(desk, "overview")


def _field(desk: SubmissionPage, name: str) -> str:
    return name if any(field.name == name for field in desk.dataset.fields) else ""


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
