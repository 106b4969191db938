"""The approver's page: what changes, what was checked, what the sender says; yes, back to a cell, or no."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import policy, shell
from ayan.apps.desk import deciding, selectors, withdrawing
from ayan.apps.desk.belonging import about_release
from ayan.apps.desk.deciding import Said
from ayan.apps.desk.framing import Bench, bench
from ayan.apps.desk.holding import found, seen_with, standing
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.sealing import release_of
from ayan.apps.desk.views.asking import of_submission, officer, onward, seen, whole
from ayan.apps.desk.views.finishing import comparing_page, unseen
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


@of_submission()
def approve(desk: Bench) -> HttpResponse:
    return _page(desk)


def _page(desk: Bench, refusal: Refusal | None = None) -> HttpResponse:
    given = standing(desk.one)
    mine = {
        "approve": desk.may("submission.approve")
        and not unseen(desk)
        and all(one.by_id != desk.request.user.pk for one in given),
        "return": desk.may("submission.return"),
        "refuse": desk.may("submission.refuse"),
    }
    context = {
        "given": given,
        "needed": deciding.needed(desk.one),
        "mine": mine,
        "seen_with": seen_with(desk.one),
        "waits": desk.one.state == "sent",
        "fields": [(one.name, one.label.of(desk.lang)) for one in desk.dataset.fields],
        "written": desk.request.POST.dict(),
        **selectors.checks(desk),
        **selectors.withdrawal(desk),
    }
    return comparing_page(desk, "desk/approve.html", "", refusal, **context)


@of_submission("POST")
def decide(desk: Bench, name: str) -> HttpResponse:
    """The three answers that there are."""
    post, who, key = desk.request.POST, officer(desk.request), desk.one.id
    try:
        match name:
            case "yes":
                if unseen(desk):
                    raise DeskRefused(
                        "مقایسهٔ این پیش‌نویس آماده نیست و دیده نشده است. آن را برگردانید.",
                        "The difference of this draft is not ready and was not seen. Return it.",
                    )
                deciding.approve(who, key, post.get("digest", ""), post.get("with", ""))
            case "return":
                cell = Said(post.get("words", ""), whole(post.get("row", "")), _field(desk, post.get("field", "")))
                deciding.send_back(who, key, [cell], seen(desk.request))
            case "no":
                deciding.refuse(who, key, post.get("reason", ""), seen(desk.request))
            case _:
                raise Http404
    except Refusal as wrong:
        return _page(bench(desk.request, found(desk.request.user, key)), wrong)
    return onward(desk, "overview")


def _field(desk: Bench, name: str) -> str:
    return name if any(one.name == name for one in desk.dataset.fields) else ""


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
            made = withdrawing.propose(officer(request), dataset, ref, code, note)
            return HttpResponseRedirect(reverse(f"{lang}:desk_overview", args=(made.id,)))
        except Refusal as wrong:
            refusal = wrong
    context = {
        "ref": ref,
        "dataset": city.current().registry.get(slug),
        "period": period,
        "codes": [(code, label.of(lang)) for code, label in withdrawing.CODES.items()],
        "written": request.POST.dict(),
        **selectors.problem(refusal, lang),
    }
    return shell.page(request, "desk/withdraw.html", context, refusal=refusal)
