"""Sources for administrators: the list, a new one, one with its tokens and runs; and the desk's part about them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.apps.desk.fixing.money_unit_choice import options
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import actions, source_form
from ayan.apps.sources.actions import label_of
from ayan.apps.sources.arrivals import state_of
from ayan.apps.sources.labels import EVERY, FAILED, OUTCOMES, PERIODS, RUNS, VERBS
from ayan.apps.sources.limits import RUNS_SHOWN
from ayan.apps.sources.models import WAITING, Arrival, Source, SourceRun, SourceToken
from ayan.apps.sources.source_type import SourceType
from ayan.apps.sources.source_types import source_type, source_types
from ayan.core.refine.money_units import declared_units
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import UNIT_LABELS
from ayan.ui import language
from ayan.ui.component_parts import Fact, FormProblem, Status, Tone
from ayan.wiring import city

TONES: Final[dict[str, tuple[Tone, Label]]] = {
    "checking": ("info", Label("در حال سنجیدن", "Being checked")),
    "waiting": ("late", Label("منتظر کارشناس", "Waits for a clerk")),
    "sent": ("late", Label("منتظر تأیید", "Waits for approval")),
    "approved": ("info", Label("در حال انتشار", "Being published")),
    "published": ("ok", Label("منتشر شد", "Published")),
    "unchanged": ("off", Label("بی‌تغییر", "Unchanged")),
    "replaced": ("off", Label("جایگزین شد", "Replaced")),
    "refused": ("bad", Label("رد شد", "Refused")),
    "set-aside": ("off", Label("کنار گذاشته", "Set aside")),
    "taken-back": ("off", Label("پس گرفته شد", "Taken back")),
}


def unit_name(unit: Unit, lang: Lang) -> str:
    return unit.name.of(lang)


def line(source: Source, lang: Lang) -> dict[str, Any]:
    """A source as a line of the list."""
    return {
        "source": source,
        "kind": source_type(source.kind).label.of(lang),
        "datasets": [label_of(slug).of(lang) for slug in source.datasets],
        "status": status(source, lang),
        "last": RUNS[source.last_code].of(lang) if source.last_code in RUNS else "",
    }


def status(source: Source, lang: Lang) -> Status:
    """How a source stands: switched off, in trouble, or in order."""
    if not source.active:
        return Status("off", Label("خاموش", "Off").of(lang))
    if source.last_code in FAILED:
        return Status("bad", Label("اشکال دارد", "In trouble").of(lang))
    return Status("ok", Label("روشن", "On").of(lang))


def whole(source: Source, lang: Lang) -> dict[str, Any]:
    """A source with everything about it."""
    now = city.current().clock.now()
    arrivals = list(source.arrivals.all()[:RUNS_SHOWN])
    known = {sub.pk: sub for sub in Submission.objects.filter(pk__in=[each.submission for each in arrivals])}
    return {
        "source": source,
        "sent": source_type(source.kind).sent,
        "status": status(source, lang),
        "facts": _facts(source, lang),
        "last": RUNS[source.last_code].of(lang) if source.last_code in RUNS else "",
        "tokens": [_token(each, lang, each.holds(now)) for each in source.tokens.select_related("source__account")],
        "runs": [_run(each, lang) for each in source.runs.all()[:RUNS_SHOWN]],
        "arrivals": [
            _arrival(each, known.get(each.submission) if each.submission else None, lang) for each in arrivals
        ],
        "datasets": [(slug, label_of(slug).of(lang)) for slug in source.datasets],
    }


def _facts(source: Source, lang: Lang) -> list[Fact]:
    unit = Unit.objects.filter(slug=source.unit).first() if source.unit else None
    whole_city = Label("همهٔ شهرداری", "The whole municipality")
    comma = locale.of(lang).comma
    facts = [
        (Label("گونه", "Kind"), source_type(source.kind).label.of(lang)),
        (Label("واحد", "Unit"), unit_name(unit, lang) if unit else whole_city.of(lang)),
        (Label("داده", "Dataset"), comma.join(label_of(slug).of(lang) for slug in source.datasets)),
        (Label("علت اصلاح‌هایش", "Reason of its corrections"), CORRECTION_REASONS[source.reason].of(lang)),
        (Label("ساختهٔ", "Set up by"), str(source.created_by)),
    ]
    if not source_type(source.kind).sent:
        facts.append((Label("جا", "Where"), f"\u2068{source.where}\u2069"))
        if source.query:
            facts.append((Label("پرس‌وجو", "Query"), f"\u2068{source.query}.sql\u2069"))
        facts.append((Label("دوره", "Period"), PERIODS[source.period].of(lang)))
        facts.append(
            (Label("نوبت", "How often"), EVERY[source.every].of(lang) if source.every in EVERY else str(source.every))
        )
    return [Fact(label.of(lang), words) for label, words in facts]


def _token(token: SourceToken, lang: Lang, holds: bool) -> dict[str, Any]:
    if token.revoked_at is not None:
        said = Status("off", Label("باطل", "Revoked").of(lang))
    elif not holds:
        said = Status("late", Label("زمانش گذشته یا منبع خاموش است", "Expired, or the source is off").of(lang))
    else:
        said = Status("ok", Label("روا", "Valid").of(lang))
    verbs = locale.of(lang).semicolon.join(VERBS[verb].of(lang) for verb in token.verbs if verb in VERBS)
    datasets = [label_of(slug).of(lang) for slug in token.datasets]
    return {"token": token, "status": said, "verbs": verbs, "datasets": datasets, "revocable": token.revoked_at is None}


def _run(run: SourceRun, lang: Lang) -> dict[str, Any]:
    tone: Tone = "bad" if run.code in FAILED else "ok" if run.code == "arrived" else "off"
    words = RUNS[run.code].of(lang) if run.code in RUNS else run.code
    return {"at": run.at, "tone": tone, "words": words, "file": (run.details or {}).get("file", "")}


def _arrival(arrival: Arrival, sub: Submission | None, lang: Lang) -> dict[str, Any]:
    state, words = state_of(arrival, sub)
    tone, short = TONES[state]
    more = (arrival.details or {}).get(lang, "") if state in ("waiting", "sent") else ""
    return {
        "arrival": arrival,
        "dataset": label_of(arrival.dataset).of(lang),
        "status": Status(tone, short.of(lang)),
        "words": words.of(lang),
        "more": "" if more == words.of(lang) else more,
        "desk": reverse(f"{lang}:desk_overview", args=(arrival.submission,)) if arrival.submission else "",
    }


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """What came by itself and waits for this officer; None where nothing does."""
    if not policy.can_somewhere(actor, "submission.edit"):
        return None
    mine = Submission.objects.filter(policy.within(actor, "submission.edit", unit="unit"), state__in=EDITABLE)
    rows = Arrival.objects.filter(code__in=WAITING, submission__in=mine.values("pk")).select_related("source")[:50]
    lines = [
        {
            "address": reverse(f"{lang}:desk_overview", args=(arrival.submission,)),
            "title": label_of(arrival.dataset).of(lang),
            "period": arrival.period,
            "source": arrival.source.name,
            "at": arrival.at,
            "words": OUTCOMES[arrival.code].of(lang),
        }
        for arrival in rows
    ]
    return HomePart("sources/part.html", {"lines": lines}, len(lines)) if lines else None


_TOKEN: Final = "new_token"  # noqa: S105 - the name of the place where the session keeps it until it has been shown


@require_http_methods(["GET", "HEAD"])
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, with how its last look ended."""
    require(officer(request), "source.manage", CITY)
    lang = language.of(request)
    lines = [line(source, lang) for source in Source.objects.all()]
    kinds = [(each.name, each.label.of(lang)) for each in source_types().values()]
    return desk_layout.page(request, "sources/list.html", {"lines": lines, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new source of the kind that the address names; it can be tried before it is saved."""
    require(officer(request), "source.manage", CITY)
    kind = request.GET.get("kind", "")
    if (described := source_types().get(kind)) is None:
        raise Http404
    back = f"{reverse(f'{language.of(request)}:source_new')}?{urlencode({'kind': kind})}"
    return _formed(request, described, None, back)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a source that is there; a secret that was entered is not shown, and stays where nothing is typed."""
    source = _source_or_404(request, slug)
    back = reverse(f"{language.of(request)}:source_edit", args=(slug,))
    return _formed(request, source_type(source.kind), source, back)


def _formed(request: HttpRequest, described: SourceType, source: Source | None, back: str) -> HttpResponse:
    refusal, answer, who = None, None, officer(request)
    if request.method == "POST":
        if not sessions.fresh(request):
            return _again(request, back)
        wanted = source_form.wanted(request.POST, described.name)
        try:
            if request.POST.get("do") == "try":
                answer = actions.attempt(who, wanted, source)
            elif source is None:
                return _to(request, actions.add(who, wanted))
            else:
                actions.change(who, source, wanted)
                return _to(request, source)
        except DeskRefused as wrong:
            refusal = wrong
    context = source_form.context(language.of(request), request.POST, described, source, refusal)
    answered = answer.of(language.of(request)) if answer else ""
    return desk_layout.page(request, "sources/new.html", {**context, "answer": answered}, refusal=refusal)


@require_http_methods(["GET", "HEAD"])
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source."""
    return _page(request, _source_or_404(request, slug))


def _page(request: HttpRequest, source: Source, refusal: DeskRefused | None = None) -> HttpResponse:
    lang = language.of(request)
    kept = request.session.get(_TOKEN)
    text = request.session.pop(_TOKEN)[1] if kept and kept[0] == source.pk else ""
    context = {
        **whole(source, lang),
        "text": text,
        "door": request.build_absolute_uri(reverse("source_submissions")),
        "verbs": [(verb, label.of(lang)) for verb, label in VERBS.items()],
        "reasons": [(code, label.of(lang)) for code, label in CORRECTION_REASONS.items()],
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "units": _units(source, lang),
        "chosen": {
            "token_name": request.POST.get("token_name", ""),
            "days": request.POST.get("days", "365"),
            "datasets": request.POST.getlist("token_datasets") or source.datasets,
            "verbs": request.POST.getlist("token_verbs") or list(VERBS),
        },
    }
    return desk_layout.page(request, "sources/source.html", context, refusal=refusal)


def _units(source: Source, lang: Lang) -> list[dict[str, Any]]:
    """Of each dataset with amounts of money, its fields with every unit to choose from; the declared is named first."""
    registry, lines = city.current().registry, []
    for slug in source.datasets:
        try:
            dataset = registry.get(slug)
        except KeyError:
            continue
        said, declared = source.units_of(slug), declared_units(dataset, "default")
        fields = [
            {
                "name": field.name,
                "label": field.label.of(lang),
                "declared": Label(*UNIT_LABELS[declared[field.name]]).of(lang),
                "options": options(said.get(field.name, ""), lang),
            }
            for field in dataset.fields
            if field.kind.is_money
        ]
        if fields:
            lines.append({"slug": slug, "title": dataset.title.of(lang), "fields": fields})
    return lines


@require_POST
def token(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a token; its text is shown on the page that follows, once."""
    source, post = _source_or_404(request, slug), request.POST
    if not sessions.fresh(request):
        return _again(request, reverse(f"{language.of(request)}:source", args=(slug,)))
    chosen = (post.getlist("token_datasets"), post.getlist("token_verbs"), source_form.number(post.get("days", "")))
    try:
        token, text = actions.make_token(officer(request), source, post.get("token_name", ""), *chosen)
    except DeskRefused as wrong:
        return _page(request, source, wrong)
    request.session[_TOKEN] = [token.source_id, text]
    return _to(request, source)


@require_POST
def revoke(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    source = _source_or_404(request, slug)
    try:
        actions.revoke(officer(request), source, key)
    except DeskRefused as wrong:
        return _page(request, source, wrong)
    return _to(request, source)


@require_POST
def act(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Switch on or off, let clean files go on or not, say why corrections come, look soon."""
    source, who = _source_or_404(request, slug), officer(request)
    match name:
        case "on" | "off":
            actions.switch(who, source, name == "on")
        case "sends" | "waits":
            actions.let_send(who, source, name == "sends")
        case "reason":
            try:
                actions.state_reason(who, source, request.POST.get("reason", ""))
            except DeskRefused as wrong:
                return _page(request, source, wrong)
        case "units":
            post = request.POST
            units = {name[5:]: str(unit) for name, unit in post.items() if name.startswith("unit:") and unit}
            try:
                actions.state_units(who, source, post.get("dataset", ""), units)
            except DeskRefused as wrong:
                return _page(request, source, wrong)
        case "look":
            actions.run_soon(who, source)
        case _:
            raise Http404
    return _to(request, source)


def _source_or_404(request: HttpRequest, slug: str) -> Source:
    require(officer(request), "source.manage", CITY)
    return get_object_or_404(Source, slug=slug)


def _to(request: HttpRequest, source: Source) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{language.of(request)}:source", args=(source.slug,)))


def _again(request: HttpRequest, back: str) -> HttpResponse:
    """To the second factor once more: whoever finds a desk left open opens no new way in."""
    return factor_again(request, back)
