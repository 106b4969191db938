"""The approver's pages: what changes and what the sender says, yes or no to it, withdrawals, and yeses in advance."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import CITY, Denied
from ayan.apps.accounts.staff_middleware import factor_again
from ayan.apps.desk import selectors, sender_acts, submission_history
from ayan.apps.desk.access import about_release, holds, release_of, reviewed_digest, valid_approvals
from ayan.apps.desk.approval import advance_approvals, approval_facts, decisions, draft_comparison
from ayan.apps.desk.approval.decisions import ApproverNote
from ayan.apps.desk.files import repeated_files
from ayan.apps.desk.limits import AMENDMENTS_PAGE, USUAL_DAYS
from ayan.apps.desk.models import AdvanceApproval, Submission
from ayan.apps.desk.releases import publication
from ayan.apps.desk.submission_page import (
    SubmissionPage,
    act_on_submission,
    expected_revision,
    number,
    of_submission,
    officer,
    page,
    visible_page,
    whole,
)
from ayan.apps.desk.views.review import comparing_page
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem, Status
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
        "return": desk.may("submission.return") and desk.submission.kind != "erasure",
        "refuse": desk.may("submission.refuse"),
    }
    checked = selectors.checks(desk)
    context = {
        "given": given,
        "needed": decisions.needed(desk.submission),
        "mine": mine,
        "reviewed_digest": reviewed_digest(desk.submission),
        "waits": desk.submission.state == "sent",
        "stated": approval_facts.stated_reason(desk),
        "fields": [(field.name, field.label.of(desk.lang)) for field in desk.dataset.fields],
        "written": {
            **sender_acts.typed_by(desk.submission, officer(desk.request), "decide"),
            **desk.request.POST.dict(),
        },
        "looking": "what" in desk.request.GET or "after" in desk.request.GET,
        "same_file": repeated_files.periods(desk.submission),
        **checked,
        **(approval_facts.amended(desk) if checked else {}),
        "waived": approval_facts.waived(desk, checked["issues"]) if checked else [],
        "since": approval_facts.since_return(desk),
        **approval_facts.of_release(desk),
    }
    return comparing_page(desk, "desk/approve.html", "", refusal, **context)


@of_submission()
def amendments(desk: SubmissionPage) -> HttpResponse:
    """All that was decided between the file and what is published of it, page by page, for approvers and auditors."""
    checked = selectors.checks(desk)
    cells, rows = (whole(desk.request.GET.get(name, "")) or 0 for name in ("cells", "rows"))
    context = {
        "step": "",
        **checked,
        **(approval_facts.amended(desk, (cells, AMENDMENTS_PAGE), (rows, AMENDMENTS_PAGE)) if checked else {}),
        "cells_after": cells,
        "rows_after": rows,
        "waived": approval_facts.waived(desk, checked["issues"]) if checked else [],
        "since": approval_facts.since_return(desk),
        "events": submission_history.events(desk),
    }
    return page(desk, "desk/amendments.html", context)


@act_on_submission
def decide(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """The three answers that there are."""
    post, who = request.POST, officer(request)
    try:
        match name:
            case "yes" if _wants_factor(request, key):
                return factor_again(request, reverse(f"{language.of(request)}:desk_approve", args=(key,)))
            case "yes":
                decisions.approve(who, key, post.get("digest", ""), post.get("reviewed_digest", ""))
            case "return":
                cell = ApproverNote(post.get("words", ""), whole(post.get("row", "")), post.get("field", ""))
                decisions.send_back(who, key, [cell], expected_revision(request))
            case "stop":
                publication.stop_waiting(who, key, expected_revision(request))
            case "no":
                decisions.refuse(who, key, post.get("reason", ""), expected_revision(request))
            case _:
                raise Http404
    except Refusal as wrong:
        return _page(visible_page(request, key), wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_overview", args=(key,)))


def _wants_factor(request: HttpRequest, key: UUID) -> bool:
    """Whether a yes asks for the second factor anew: to an erasure, and to the withdrawal of many rows."""
    if sessions.fresh(request) or not Submission.objects.filter(pk=key).exclude(kind="data").exists():
        return False
    if Submission.objects.filter(pk=key, kind="erasure").exists():
        return visible_page(request, key).may("submission.approve")
    return publication.is_large(visible_page(request, key).submission)


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
            submission = publication.propose_withdrawal(officer(request), dataset, ref, code, note)
            return HttpResponseRedirect(reverse(f"{lang}:desk_overview", args=(submission.id,)))
        except Refusal as wrong:
            refusal = wrong
    context = {
        "ref": ref,
        "dataset": city.current().registry.get(slug),
        "period": period,
        "codes": [(code, label.of(lang)) for code, label in publication.WITHDRAWAL_CODES.items()],
        "written": request.POST.dict(),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/withdraw.html", context, refusal=refusal)


FOR_DAYS: Final = Label("برای چند روز", "For how many days")
VALID: Final = Label("روا", "Valid")
REVOKED: Final = Label("باطل", "Revoked")
LAPSED: Final = Label("دیگر روا نیست", "No longer valid")


@require_http_methods(["GET", "HEAD", "POST"])
def advance(request: HttpRequest) -> HttpResponse:
    """POST gives one (``header``, ``days``) or ends one (``revoke``)."""
    who, lang = officer(request), language.of(request)
    if not policy.can_somewhere(who, "advance.revoke"):
        raise Denied(who, "advance.revoke", CITY)
    address = reverse(f"{lang}:desk_advance")
    refusal = None
    if request.method == "POST":
        # It opens a way past the approver's own eyes, so it wants the second factor anew.
        if not sessions.fresh(request):
            return factor_again(request, address)
        try:
            if "revoke" in request.POST:
                advance_approvals.revoke(who, number(request, "revoke"))
            else:
                header = number(request, "header")
                advance_approvals.give(who, header, whole(request.POST.get(f"days-{header}", "")) or 0)
            return HttpResponseRedirect(address)
        except Refusal as wrong:
            refusal = wrong
    units = {unit.slug: unit.name.of(lang) for unit in Unit.objects.all()}
    context = {
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "offers": [
            {
                "offer": offer,
                "unit": units.get(offer.header.unit, ""),
                "own": offer.header.by_id == who.pk,
                "box": _days_box(request, offer, refusal, lang),
            }
            for offer in advance_approvals.offers(who)
        ],
        "given": [_line(given_advance, units, lang) for given_advance in advance_approvals.given(who)],
    }
    return desk_layout.page(request, "desk/advance.html", context, refusal=refusal)


def _days_box(request: HttpRequest, offer: advance_approvals.Offer, refusal: Refusal | None, lang: Lang) -> FormBox:
    name = f"days-{offer.header.pk}"
    typed = request.POST.get(name, str(min(offer.terms.longest_days, USUAL_DAYS)))
    said = refusal.of(lang) if refusal is not None and refusal.field == name else ""
    return FormBox(name, FOR_DAYS.of(lang), typed, problem=said, numeric=True, required=True)


def _line(given_advance: AdvanceApproval, units: dict[str, str], lang: Lang) -> dict[str, object]:
    valid = holds(given_advance)
    words = VALID if valid else REVOKED if given_advance.revoked_at else LAPSED
    try:
        title = city.current().registry.get(given_advance.dataset).title.of(lang)
    except KeyError:
        title = given_advance.dataset
    return {
        "advance": given_advance,
        "title": title,
        "unit": units.get(given_advance.unit, ""),
        "used": given_advance.used.count(),
        "status": Status("ok" if valid else "off", words.of(lang)),
        "revocable": given_advance.revoked_at is None,
    }
