"""The pages of flags: for everybody all of them and one in full, with their feed; for officers the findings."""

from __future__ import annotations

import uuid
from typing import Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import beside_field, problems
from ayan.apps.accounts.policy import CITY, can, can_somewhere, require, within
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.catalog import page_context
from ayan.apps.catalog.feeds import atom_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.catalog.page_context import published
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import actions, finding_cases, selectors
from ayan.apps.flags.computation import about
from ayan.apps.flags.finding_cases import ACTS, FindingEvent, finding_events
from ayan.apps.flags.limits import FEED_SIZE
from ayan.apps.flags.models import OPEN, FindingCase, FindingState
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api.operations import ATOM, Operation, named
from ayan.ui.api.responses import NotFound, only, reading
from ayan.ui.component_parts import Crumb
from ayan.wiring import city
from ayan.wiring.city import City

FLAGS: Final = Label("هشدار‌ها", "Flags")
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
        "groups": selectors.groups(lines, language.of(request)),
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
        "tabs": finding_cases.tabs(mine, lang, state),
        "groups": finding_cases.groups(mine.filter(state=state), lang),
        "state": str(state),
        "how": [(code, label.of(lang)) for code, label in actions.HOW.items()],
        "reply_days": city.current().profile.reply_days,
        "problems": problems(refusal, lang),
        "typed": {"letter": request.POST.get("letter", ""), "how": request.POST.get("how", "letter")},
        "chosen": request.POST.getlist("findings"),
        # Each group has a form: what is wrong stands in the one that was sent.
        "sent": request.POST.get("group", "") if refusal else "",
        **beside_field(refusal, lang),
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
        **finding_cases.whole(finding, lang),
        "may_reply": finding.state in (FindingState.ASKED, FindingState.PUBLISHED)
        and can(actor, "finding.reply", about(finding)),
        "may_notice": finding.state in OPEN and finding.names and can(actor, "finding.notice", about(finding)),
        "may_clear": finding.state in OPEN and can(actor, "finding.clear", about(finding)),
        "problems": problems(refusal, lang),
        "typed": {name: request.POST.get(name, "") for name in ("by", "text", "reason")},
        **beside_field(refusal, lang),
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


# --- the feed of findings ---------------------------------------------------------------------------------------------

TITLE: Final = Label("یافته‌های هشدار‌ها", "Findings of flags")
ABOUT: Final = Label(
    "هر یافته که منتشر، پاسخ داده یا رفع شود یا پایان یابد.",
    "Every finding as it is published, answered, cleared and ended.",
)
NO_FLAG: Final = Label("هشدار یا داده‌ای به این نام نیست.", "There is no flag or dataset of this name.")
OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/flags.atom",
        id=f"findings_feed{suffix}",
        words=ABOUT,
        answers={ATOM: None},
        parameters=named("_next"),
        tag="flags",
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)


@reading
def feed(request: HttpRequest, slug: str = "", owner: str = "", code: str = "") -> HttpResponseBase:
    """The newest happenings, `SIZE` to a page."""
    only(request, "_next")
    current_city, lang = city.current(), language.of(request)
    title, page = _about(current_city, slug, f"{owner}/{code}" if code else "", lang)
    events = finding_events(current_city, f"{owner}/{code}" if code else "", slug)
    start = 0
    if "_next" in request.GET:
        after = next((position for position, event in enumerate(events, 1) if event.name == request.GET["_next"]), None)
        if after is None:
            raise BadQuestion([problem("cursor", "_next")])
        start = after
    shown = events[start : start + FEED_SIZE]
    site = page_context.site(request)
    own = site + request.path
    twins = [event for event in language.versions(request) if event.code != lang]
    links = [
        FeedLink("self", f"{own}?_next={quote(request.GET['_next'])}" if start else own, ATOM),
        FeedLink("first", own, ATOM),
        FeedLink("alternate", site + page, "text/html", lang),
        *(FeedLink("alternate", site + event.address.partition("?")[0], ATOM, event.code) for event in twins),
    ]
    if start + FEED_SIZE < len(events):
        links.append(FeedLink("next", f"{own}?_next={quote(shown[-1].name)}", ATOM))
    feed_document = Feed(
        id=own,
        title=f"{title} · {current_city.profile.name.of(lang)}",
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=events[0].at if events else atom_feed.NEVER,
        links=links,
    )
    return atom_feed.answer(request, "flags.atom", feed_document, [_entry(event, site, lang) for event in shown])


def _about(city: City, slug: str, flag: str, lang: Lang) -> tuple[str, str]:
    """The title of the feed, and the page it belongs to. Raises NotFound."""
    if flag:
        named_flag = city.registry.flags().named(flag)
        if named_flag is None:
            raise NotFound("no-such-flag", NO_FLAG)
        page = reverse(f"{lang}:flag", args=(named_flag.owner, named_flag.code))
        return f"{TITLE.of(lang)}: {named_flag.title.of(lang)}", page
    if slug:
        try:
            return f"{TITLE.of(lang)}: {city.registry.get(slug).title.of(lang)}", reverse(
                f"{lang}:dataset", args=(slug,)
            )
        except (KeyError, DeclarationError):
            raise NotFound("no-such-flag", NO_FLAG) from None
    return TITLE.of(lang), reverse(f"{lang}:flags")


def _entry(event: FindingEvent, site: str, lang: Lang) -> FeedEntry:
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, event.name).urn,
        title=event.title(lang),
        updated=event.at,
        published=event.at,
        text=event.text(lang),
        links=[FeedLink("alternate", site + event.address(lang), "text/html", lang)],
        categories=[(event.act, ACTS[event.act].of(lang)), (event.flag.name, event.flag.title.of(lang))],
    )
