"""The pages of flags: for everybody all of them and one in full, for officers the findings and their acts."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.labels import problems
from ayan.apps.accounts.policy import CITY, can, can_somewhere, require, within
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_cache import published
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import actions, finding_list, selectors
from ayan.apps.flags.computation import about
from ayan.apps.flags.models import OPEN, FindingCase, FindingState
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

FLAGS: Final = Label("پرچم‌ها", "Flags")
STATES: Final = (FindingState.WAITING, FindingState.ASKED, FindingState.PUBLISHED, FindingState.CLEARED)


# --- for everybody ---------------------------------------------------------------------------------------------------


@published
def flags(request: HttpRequest) -> HttpResponse:
    """Every flag: what it says, how often it fires, and which cannot be computed."""
    current_city = city.current()
    lines = selectors.lines(current_city)
    context = {
        "section": "flags",
        "lines": lines,
        "published": sum(line.published for line in lines),
        "cleared": sum(line.cleared for line in lines),
        "firing": sum(bool(line.share) for line in lines),
        "cannot": sum(line.cannot for line in lines),
        "waiting": sum(
            line.register_entry.waiting + line.register_entry.examined for line in lines if line.register_entry
        ),
        "computed": any(line.register_entry for line in lines),
        "reply_days": current_city.profile.reply_days,
        "wide": True,
    }
    return render(request, "flags/flags.html", context)


@published
def flag(request: HttpRequest, owner: str, code: str) -> HttpResponse:
    """One flag: its words, thresholds, findings with replies, cleared cases, coverage of its data, and its SQL."""
    current_city = city.current()
    page = selectors.page(current_city, f"{owner}/{code}")
    if page is None:
        raise Http404
    lang = language.of(request)
    title = page.line.flag.title.of(lang)
    context = {
        "section": "flags",
        "page": page,
        "flag": page.line.flag,
        "registered": page.line.register_entry,
        "reply_days": current_city.profile.reply_days,
        "crumbs": [Crumb(FLAGS.of(lang), page_context.address(request, "flags")), Crumb(title)],
        "wide": True,
    }
    return render(request, "flags/flag.html", context)


# --- for officers ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def findings(request: HttpRequest) -> HttpResponse:
    """The findings of one state; those that wait are put together by whom they name, to be shown in one letter."""
    return _list(request)


def _list(request: HttpRequest, refusal: DeskRefused | None = None) -> HttpResponse:
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "finding.view"):
        require(actor, "finding.view", CITY)
    asked = request.GET.get("state", FindingState.WAITING)
    state = next((code for code in STATES if code == asked), None)
    if state is None:
        raise Http404
    mine = FindingCase.objects.filter(within(actor, "finding.view", unit="office"))
    context = {
        "tabs": finding_list.tabs(mine, lang, state),
        "groups": finding_list.groups(mine.filter(state=state), lang),
        "state": str(state),
        "how": [(code, label.of(lang)) for code, label in actions.HOW.items()],
        "reply_days": city.current().profile.reply_days,
        "problems": problems(refusal, lang),
        "typed": {"letter": request.POST.get("letter", ""), "how": request.POST.get("how", "letter")},
        "chosen": request.POST.getlist("findings"),
    }
    return desk_layout.page(request, "flags/desk_list.html", context, refusal=refusal)


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Write down that those whom the chosen findings name have been shown them."""
    actor = officer(request)
    chosen = list(FindingCase.objects.filter(public_id__in=request.POST.getlist("findings")))
    try:
        actions.tell(actor, chosen, request.POST.get("how", ""), request.POST.get("letter", ""))
    except DeskRefused as wrong:
        return _list(request, wrong)
    return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_flags')}?state={FindingState.ASKED}")


@require_http_methods(["GET", "HEAD"])
def finding(request: HttpRequest, key: str) -> HttpResponse:
    """One finding: what was found, who was told, the replies, and what may be done."""
    return _page(request, _finding_or_404(request, key))


def _page(request: HttpRequest, finding: FindingCase, refusal: DeskRefused | None = None) -> HttpResponse:
    lang, actor = language.of(request), officer(request)
    context = {
        **finding_list.whole(finding, lang),
        "may_reply": finding.state in (FindingState.ASKED, FindingState.PUBLISHED)
        and can(actor, "finding.reply", about(finding)),
        "may_notice": finding.state in OPEN and finding.names and can(actor, "finding.notice", about(finding)),
        "may_clear": finding.state in OPEN and can(actor, "finding.clear", about(finding)),
        "problems": problems(refusal, lang),
        "typed": {name: request.POST.get(name, "") for name in ("by", "text", "reason")},
    }
    return desk_layout.page(request, "flags/desk_finding.html", context, refusal=refusal)


@require_POST
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Enter a reply, or clear the case."""
    finding, actor, post = _finding_or_404(request, key), officer(request), request.POST
    try:
        match name:
            case "reply":
                actions.reply(actor, finding, post.get("by", ""), post.get("text", ""))
            case "clear":
                actions.clear(actor, finding, post.get("reason", ""))
            case _:
                raise Http404
    except DeskRefused as wrong:
        return _page(request, finding, wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_finding", args=(finding.public_id,)))


def _finding_or_404(request: HttpRequest, key: str) -> FindingCase:
    finding = get_object_or_404(FindingCase, public_id=key)
    require(officer(request), "finding.view", about(finding))
    return finding
