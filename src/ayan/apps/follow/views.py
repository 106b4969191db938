"""The pages of following: what can be followed and how, the confirmation, the way out; and the feeds of anything."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import login_attempts
from ayan.apps.catalog import page_context
from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.feeds import atom_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.catalog.page_context import published
from ayan.apps.follow import actions
from ayan.apps.follow.actions import AskedTooOften, FollowRefused, FollowsTooMuch, LinkTooOld
from ayan.apps.follow.letters import answer_requests
from ayan.apps.follow.limits import FEED_PROCESSOR, MOST_FOR_ADDRESS, MOST_FROM_PLACE, MOST_IN_ALL, SEARCH_PERIOD
from ayan.apps.follow.models import Follower
from ayan.apps.follow.news import news
from ayan.apps.follow.topics import NoSuchTopic, Topic, read, title
from ayan.apps.search.limits import LONGEST_SEARCH
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Question
from ayan.core.query.question_parser import search_words
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import MeterView
from ayan.core.system.processor_budget import spending
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api import operations
from ayan.ui.api.operations import ATOM, Operation, Parameter
from ayan.ui.api.responses import NotFound, only, reading
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.responses import private, refused
from ayan.wiring import city
from ayan.wiring.city import City


# Nothing is done in anybody's name: it sends a letter that asks its reader, for which a stranger may ask too.
@csrf_exempt
@sensitive_post_parameters("email")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What can be followed; with ``about`` one thing and both ways to follow it."""
    return _request_confirmation(request) if request.method == "POST" else _form_page(request)


@published
def _form_page(request: HttpRequest) -> HttpResponse:
    topic = _topic(request.GET.get("about", ""))
    return render(request, "follow/follow.html", _context(request, topic))


def _topic(text: str) -> Topic | None:
    """The topic of an address; Http404 for one that is none."""
    try:
        return read(city.current(), text) if text else None
    except NoSuchTopic:
        raise Http404 from None


def _context(
    request: HttpRequest, topic: Topic | None, refusal: FollowRefused | None = None, typed: str = ""
) -> dict[str, Any]:
    current_city, lang = city.current(), language.of(request)
    label = Label("نشانی رایانامه", "Your address of mail").of(lang)
    said = refusal.of(lang) if refusal else ""
    return {
        "section": "follow",
        "topic": topic,
        "title": title(current_city, topic, lang) if topic else "",
        "page": topic.page(lang) if topic else "",
        "feed": topic.feed(lang) if topic else "",
        "feed_address": page_context.absolute(request, topic.feed(lang)) if topic else "",
        "box": FormBox("email", label, value=typed, problem=said, code=True, required=True, fill="email"),
        "problems": [FormProblem(said, "email")] if said else [],
        "datasets": current_city.registry.all(),
        "places": [] if topic else _places(current_city, lang),
        "limits": [(dataset, view) for dataset in current_city.registry.all() for view in dataset.views_of(MeterView)],
    }


def _places(current_city: City, lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    """The datasets whose rows stand in a place of a closed list, by title, and a topic for each place that has rows.

    A list is of every city's places: of the 22 districts that it names, this one may have five.
    """
    out = []
    for dataset in current_city.registry.all():
        field = next((f for f in dataset.published if f.role == "place" and f.choices and f.shown == "public"), None)
        if field is None or field.choices is None:
            continue
        used = _used(current_city, dataset, field)
        options = [
            (f"rows:{dataset.slug}?{field.name}={entry.code}", entry.label.of(lang))
            for entry in field.choices.entries
            if entry.code in used
        ]
        if options:
            out.append((dataset.title.of(lang), options))
    return out


def _used(current_city: City, dataset: Dataset, field: Field) -> set[str]:
    """The codes of a field that rows have today; none where nobody can tell in time."""
    scope = Question(slug=dataset.slug, size=len(field.choices.entries) + 1 if field.choices else None)
    try:
        snapshot = current_city.query_service.snapshot(dataset, scope)
        rows = figures.groups(
            current_city.query_service, dataset, GroupQuestion(scope=scope, by=(GroupKey(field.name),)), snapshot
        )
    except Unanswered:
        return set()
    return {str(row[field.name]) for row in rows.rows if row[field.name] is not None}


def _request_confirmation(request: HttpRequest) -> HttpResponse:
    """Have the letter sent that asks for a confirmation; the answer and its time tell nothing of who is known."""
    topic = _topic(request.POST.get("about", ""))
    if topic is None:
        raise Http404
    typed, lang = request.POST.get("email", ""), language.of(request)
    try:
        # By whoever asks: nobody can use up what somebody else may ask for.
        if not login_attempts.take(login_attempts.of_address(request, "follow", MOST_FROM_PLACE)):
            raise AskedTooOften
        attempts = login_attempts.of_address(request, f"follow {typed.strip().casefold()[:300]}", MOST_FOR_ADDRESS)
        if not login_attempts.take(attempts | login_attempts.of_name("follow", "everybody", MOST_IN_ALL)):
            raise AskedTooOften
        actions.ask(typed, topic, lang, page_context.site(request))
        answer_requests.enqueue()
    except FollowRefused as refusal:
        return _answer(request, topic, refusal, typed)
    return private(render(request, "follow/asked.html", _context(request, topic)))


def _answer(request: HttpRequest, topic: Topic, refusal: FollowRefused, typed: str) -> HttpResponse:
    context = _context(request, topic, refusal, typed)
    return private(refused(render(request, "follow/follow.html", context), refusal))


# The link itself is the secret; a form that needed a cookie would shut out readers who take none.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a confirmation. Opening it changes nothing, for programs open links by themselves."""
    subscription = actions.to_confirm(token)
    if subscription is None:
        return private(render(request, "follow/gone.html", status=410))
    context: dict[str, Any] = {"followed": _followed(subscription.about, language.of(request))}
    context |= {"out": actions.farewell(subscription.follower)}
    if request.method == "POST":
        try:
            actions.confirm(subscription)
        except FollowsTooMuch as refusal:
            context |= {"problems": [FormProblem(refusal.of(language.of(request)), "")]}
            return private(refused(render(request, "follow/confirm.html", context), refusal))
    context |= {"done": request.method == "POST" or subscription.confirmed_at is not None}
    return private(render(request, "follow/confirm.html", context))


# RFC 8058: the reader's program of mail sends this form, without cookies and from another place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The way out: one press, or one form sent by a program of mail, and the address is erased."""
    try:
        follower = actions.leaving(token)
    except LinkTooOld:
        return private(render(request, "follow/old_link.html", status=LinkTooOld.status))
    if request.method == "POST":
        if follower is not None:
            actions.leave(follower, request.POST.get("only", "")[:32])
        left = actions.leaving(token)
        return private(render(request, "follow/left.html", {"rest": _list(left, language.of(request))}))
    if follower is None:
        return private(render(request, "follow/left.html", {"rest": []}))
    return private(render(request, "follow/leave.html", {"rest": _list(follower, language.of(request))}))


def _list(follower: Follower | None, lang: Lang) -> list[tuple[str, str]]:
    """What somebody follows: the code of each, and its title."""
    if follower is None:
        return []
    return [(subscription.code, _followed(subscription.about, lang)) for subscription in follower.follows]


def _followed(about: str, lang: Lang) -> str:
    """The title of what is followed; its text where it is not there any more."""
    try:
        return title(city.current(), read(city.current(), about), lang)
    except NoSuchTopic:
        return about


# --- feeds ------------------------------------------------------------------------------------------------------------

NO_TOPIC: Final = Label("چیزی به این نام نیست که دنبال شود.", "There is nothing of this name to be followed.")
WORDS: Final = Label(
    "تازه‌های یک پرونده یا یک سقف، برای دنبال کردن", "What is new about a record or a limit, to be followed"
)
SEARCHED: Final = Label(
    "ردیف‌های تازهٔ همهٔ داده‌ها که این واژه‌ها در آن‌هاست", "New rows of every dataset that hold these words"
)
ABOUT: Final = Parameter(
    "about",
    Label("آنچه دنبال می‌شود، مثل missing.", "What is followed, such as missing."),
    {"type": "string", "minLength": 1, "maxLength": 1000},
)
OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/{name}.atom",
        id=f"{name}_feed{suffix}",
        words=words,
        answers={ATOM: None},
        parameters=(asked,),
        needed=(asked.name,),
        refusals=refusals,
        tag=tag,
    )
    for name, words, asked, refusals, tag in (
        ("follow", WORDS, ABOUT, (404,), "promises"),
        ("search", SEARCHED, operations.WORDS, (503,), "search"),
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)

BEGINNING: Final = datetime(1970, 1, 2, tzinfo=UTC)


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest things about what ``about`` names."""
    only(request, "about")
    try:
        topic = read(city.current(), request.GET.get("about", ""))
    except NoSuchTopic:
        raise NotFound("no-such-topic", NO_TOPIC) from None
    return _feed_of(request, topic, BEGINNING, WORDS)


@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """The newest rows of every dataset that hold the words of ``q``."""
    only(request, "q")
    try:
        words = " ".join(search_words(request.GET.get("q", "")[:LONGEST_SEARCH]))
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "q", bad.allowed, **bad.blanks)]) from None
    # From the beginning of a day, so that the feed is the same all day long while nothing is published.
    since = datetime.combine(today(city.current().clock) - SEARCH_PERIOD, time(), TEHRAN)
    return _feed_of(request, Topic("search", words=words), since, SEARCHED)


def _feed_of(request: HttpRequest, topic: Topic, since: datetime, words: Label) -> HttpResponseBase:
    current_city, lang = city.current(), language.of(request)
    with spending(FEED_PROCESSOR):
        recent = news(current_city, topic, since, lang)
    site = page_context.site(request)
    own = site + topic.feed(lang)
    feed_document = Feed(
        id=own,
        title=f"{title(current_city, topic, lang)} · {current_city.profile.name.of(lang)}",
        subtitle=words.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=recent[0].at if recent else atom_feed.NEVER,
        links=[FeedLink("self", own, ATOM), FeedLink("alternate", site + topic.page(lang), "text/html", lang)],
    )
    entries = [
        FeedEntry(
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"{topic.text} {news_entry.name}").urn,
            title=news_entry.title,
            updated=news_entry.at,
            published=news_entry.at,
            text=news_entry.title,
            links=[FeedLink("alternate", site + news_entry.address, "text/html", lang)],
        )
        for news_entry in recent
    ]
    return atom_feed.answer(request, "follow.atom", feed_document, entries)
