"""Words that wait to be checked, and the page on which an officer checks those of one case."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import problems
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_queue, case_sheet, file_copies, moderation, rules, uploads
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.copy_models import CopyState
from ayan.apps.counter.limits import QUEUE_PAGE
from ayan.apps.counter.models import Case
from ayan.apps.counter.moderation import PublicText, TextVerdict
from ayan.apps.counter.views.desk_case import case_or_404
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city

STANDINGS: Final = {
    CopyState.PREPARING: Label("در حال ساخت", "Being made"),
    CopyState.READY: Label("باید بررسی شود", "To be checked"),
    CopyState.REFUSED: Label("نسخه‌ای ساخته نشد", "No copy was made"),
    CopyState.PUBLISHED: Label("منتشر شده", "Published"),
    CopyState.DECLINED: Label("منتشر نمی‌شود", "Not published"),
}


@require_http_methods(["GET", "HEAD"])
def moderation_queue(request: HttpRequest) -> HttpResponse:
    """The cases with words to be checked, the oldest first, with how long they wait."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "case.moderate"):
        require(actor, "case.moderate", CITY)
    waiting = moderation.waiting(actor)
    day, workdays = today(city.current().clock), city.current().profile.workdays
    cases = list(waiting[:QUEUE_PAGE])
    lines = [
        {"line": line, "days": workdays.between(line.case.receipt_on, day)}
        for line in case_queue.lines(cases, actor, lang)
    ]
    context = {"lines": lines, "count": waiting.count() if len(cases) == QUEUE_PAGE else len(cases)}
    return desk_layout.page(request, "counter/desk_moderation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, number: str) -> HttpResponse:
    """The texts of one case beside what the public will read; POST lets them be public, shows a preview, or hides."""
    case, actor = case_or_404(request, number), officer(request)
    require(actor, "case.moderate", about(case))
    if request.method != "POST":
        case_sheet.looked(actor, case)
        return _page(request, case)
    lang = language.of(request)
    try:
        match request.POST.get("act", ""):
            case "hide":
                moderation.hide(actor, case, request.POST.get("hidden", "") or "-")
            case "show":
                moderation.hide(actor, case, "")
            case "preview":
                return _page(request, case, typed=request.POST.dict())
            case _:
                moderation.let_public(actor, case, _verdicts(request.POST.dict()))
    except Refusal as wrong:
        return _page(request, case, typed=request.POST.dict(), refusal=wrong)
    following = moderation.waiting(actor).exclude(pk=case.pk).first()
    if following is None:
        return HttpResponseRedirect(reverse(f"{lang}:desk_moderation"))
    return HttpResponseRedirect(f"{reverse(f'{lang}:desk_moderate', args=(following.number,))}?after={case.number}")


def _verdicts(sent: dict[str, str]) -> dict[str, TextVerdict]:
    keys = [name.removeprefix("text-") for name in sent if name.startswith("text-")]
    return {
        key: TextVerdict(sent[f"text-{key}"], sent.get(f"reason-{key}", ""), sent.get(f"whole-{key}") == "1")
        for key in keys
    }


def _page(
    request: HttpRequest, case: Case, typed: dict[str, str] | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    lang = language.of(request)
    kind = rules.kind_of(case)
    texts = moderation.texts_of(case, kind)
    context: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "parts": [_part(text, case, typed, refusal, lang) for text in texts],
        "files": _files(case, lang),
        "suggested": sum(text.suggested for text in texts),
        "reasons": [(code, label.of(lang)) for code, label in moderation.CUT_REASONS.items()],
        "hide_reasons": [(code, label.of(lang)) for code, label in moderation.HIDE_REASONS.items()],
        "hidden": moderation.HIDE_REASONS.get(case.hidden),
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        "after": request.GET.get("after", "")[:16],
        "previewed": typed is not None and refusal is None,
    }
    return desk_layout.page(request, "counter/desk_moderate.html", context, refusal=refusal)


def _files(case: Case, lang: Lang) -> list[dict[str, Any]]:
    """The attachments that their sender lets be public, with where the copy of each stands."""
    return [
        {
            "id": each.file_id,
            "name": uploads.name_of(each.file),
            "standing": STANDINGS[CopyState(each.state)].of(lang),
            "tone": {CopyState.PUBLISHED: "ok", CopyState.DECLINED: ""}.get(CopyState(each.state), "late"),
        }
        for each in file_copies.of_case(case)
    ]


def _part(
    text: PublicText, case: Case, typed: dict[str, str] | None, refusal: Refusal | None, lang: str
) -> dict[str, Any]:
    """One text as it is drawn: with what was typed, and what the public would read of that."""
    key = text.key
    said = typed or {}
    marked = said.get(f"text-{key}", text.marked)
    verdict = TextVerdict(
        marked, said.get(f"reason-{key}", "personal" if text.suggested else ""), f"whole-{key}" in said
    )
    try:
        public, cuts = moderation.public_of(text, verdict, case.lang)
        fault = ""
    except Refusal as wrong:
        public, cuts = "", 0
        fault = (
            wrong.of(lang) if typed is not None and (refusal is None or refusal.field in (key, f"reason-{key}")) else ""
        )
    return {
        "text": text,
        "verdict": verdict,
        "public": public,
        "cuts": cuts,
        "fault": fault,
        "rows": min(14, max(2, text.original.count("\n") + len(text.original) // 50 + 1)),
    }
