"""Sources for administrators: the list, a new one, and one with its tokens, its runs and what came from it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout, sessions
from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import actions
from ayan.apps.sources.labels import EVERY, PERIODS, VERBS
from ayan.apps.sources.models import Source
from ayan.apps.sources.source_type import CODE_HINT, SourceForm, SourceType
from ayan.apps.sources.source_types import source_types
from ayan.apps.sources.views import source_display
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.wiring import city

_TOKEN: Final = "new_token"  # noqa: S105 - the name of the place where the session keeps it until it has been shown


@require_http_methods(["GET", "HEAD"])
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, with how its last look ended."""
    require(officer(request), "source.manage", CITY)
    lang = language.of(request)
    lines = [source_display.line(source, lang) for source in Source.objects.all()]
    kinds = [(each.name, each.label.of(lang)) for each in source_types().values()]
    return desk_layout.page(request, "sources/list.html", {"lines": lines, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new source of the kind that the address names."""
    require(officer(request), "source.manage", CITY)
    kind = request.GET.get("kind", "")
    if (described := source_types().get(kind)) is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        if not sessions.fresh(request):
            return _again(request, f"{reverse(f'{language.of(request)}:source_new')}?{urlencode({'kind': kind})}")
        try:
            source = actions.add(officer(request), _wanted(request, kind))
            return _to(request, source)
        except DeskRefused as wrong:
            refusal = wrong
    return desk_layout.page(request, "sources/new.html", _form(request, described, refusal), refusal=refusal)


def _wanted(request: HttpRequest, kind: str) -> SourceForm:
    post = request.POST
    return SourceForm(
        name=post.get("name", ""),
        slug=post.get("slug", "").strip(),
        kind=kind,
        unit=post.get("unit", ""),
        datasets=post.getlist("datasets"),
        where=post.get("where", ""),
        query=post.get("query", ""),
        secret=post.get("secret", ""),
        plain=post.get("plain") == "1",
        period=post.get("period", "given"),
        every=_number(post.get("every", "")),
        sends=post.get("sends") == "1",
    )


def _form(request: HttpRequest, described: SourceType, refusal: DeskRefused | None) -> dict[str, Any]:
    lang, post = language.of(request), request.POST
    whole = ("همهٔ شهرداری", "The whole municipality")
    periods = [period for period in PERIODS if period != "given" and (described.names_files or period != "name")]
    return {
        "type": described,
        "notes": described.notes(),
        "choice_fields": [(field, post.get(field.name, "")) for field in described.choice_fields()],
        "tick_fields": [(field, post.get(field.name) == "1") for field in described.tick_fields],
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "boxes": _boxes(request, described, refusal),
        "units": [
            ("", Label(*whole).of(lang)),
            *((unit.slug, source_display.unit_name(unit, lang)) for unit in Unit.objects.all()),
        ],
        "datasets": [(dataset.slug, dataset.title.of(lang)) for dataset in city.current().registry.all()],
        "periods": [(period, PERIODS[period].of(lang)) for period in periods],
        "rhythms": [(str(minutes), label.of(lang)) for minutes, label in EVERY.items()],
        "chosen": {**post.dict(), "datasets": post.getlist("datasets")},
        "sends": post.get("sends") == "1" if request.method == "POST" else True,
    }


def _boxes(request: HttpRequest, described: SourceType, refusal: DeskRefused | None) -> list[FormBox]:
    lang = language.of(request)

    def box(name: str, label: Label, hint: Label, *, code: bool = True, required: bool = True) -> FormBox:
        wrong = refusal.of(lang) if refusal and refusal.field == name else ""
        typed = request.POST.get(name, "")
        return FormBox(name, label.of(lang), typed, hint.of(lang), wrong, code=code, required=required)

    return [
        box("name", Label("نام", "Name"), Label("مانند «سامانهٔ مالی»", "Like “Finance system”"), code=False),
        box("slug", Label("شناسه", "Code"), CODE_HINT),
        *(box(field.name, field.label, field.hint, required=field.required) for field in described.text_fields),
    ]


@require_http_methods(["GET", "HEAD"])
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source."""
    return _page(request, _source_or_404(request, slug))


def _page(request: HttpRequest, source: Source, refusal: DeskRefused | None = None) -> HttpResponse:
    lang = language.of(request)
    kept = request.session.get(_TOKEN)
    text = request.session.pop(_TOKEN)[1] if kept and kept[0] == source.pk else ""
    context = {
        **source_display.whole(source, lang),
        "text": text,
        "door": request.build_absolute_uri(reverse("source_submissions")),
        "verbs": [(verb, label.of(lang)) for verb, label in VERBS.items()],
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "chosen": {
            "token_name": request.POST.get("token_name", ""),
            "days": request.POST.get("days", "365"),
            "datasets": request.POST.getlist("token_datasets") or source.datasets,
            "verbs": request.POST.getlist("token_verbs") or list(VERBS),
        },
    }
    return desk_layout.page(request, "sources/source.html", context, refusal=refusal)


@require_POST
def token(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a token; its text is shown on the page that follows, once."""
    source, post = _source_or_404(request, slug), request.POST
    if not sessions.fresh(request):
        return _again(request, reverse(f"{language.of(request)}:source", args=(slug,)))
    chosen = (post.getlist("token_datasets"), post.getlist("token_verbs"), _number(post.get("days", "")))
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
    """Switch on or off, let clean files go on or not, look soon."""
    source, who = _source_or_404(request, slug), officer(request)
    match name:
        case "on" | "off":
            actions.switch(who, source, name == "on")
        case "sends" | "waits":
            actions.let_send(who, source, name == "sends")
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
    lang: Lang = language.of(request)
    return HttpResponseRedirect(f"{reverse(f'{lang}:again')}?{urlencode({'next': back})}")


def _number(text: str) -> int:
    bare = to_latin(text).strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 7 else 0
