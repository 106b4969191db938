"""The pages of the city's profile: its face, the days from which datasets are owed, and each change of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.dual_control import OPEN, Stage
from ayan.apps.accounts.forms import Boxes, problems
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.apps.profile import actions, face, first_steps, opening_days
from ayan.apps.profile.limits import SHOWN
from ayan.apps.profile.models import ProfileChange
from ayan.core.schedule.openings import ALL, UNNAMED
from ayan.core.schema.toml_text import read_toml
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import Status, Tone
from ayan.ui.responses import private
from ayan.ui.value_html import plain_day
from ayan.wiring import city
from ayan.wiring.profile import DEFAULTS, Profile
from ayan.wiring.profile_text import said

_STAGES: Final[dict[Stage, tuple[Tone, Label]]] = {
    Stage.WAITING: ("late", Label("منتظر مدیر دوم", "Waits for a second administrator")),
    Stage.DELAYED: ("late", Label("در مهلت اعتراض", "Can be objected to")),
    Stage.READY: ("info", Label("آمادهٔ انجام", "Ready to be carried out")),
    Stage.DONE: ("ok", Label("انجام شد", "Done")),
    Stage.REFUSED: ("bad", Label("رد شد", "Refused")),
    Stage.OVER: ("off", Label("مهلتش گذشت", "Lapsed")),
}
_OF_ALL: Final = Label("همهٔ داده‌ها", "All datasets")
_LATER: Final = Label("روزش هنوز گفته نشده", "no day is named yet")
_AS_ALL: Final = Label("مانند همه", "as for all")
_NOTHING: Final = Label("از همیشه", "since ever")
_USUAL: Final = Label("رنگ معمول", "the ordinary colour")
_EMBLEM: Final = Label("نشان", "Emblem")


@require_http_methods(["GET", "HEAD", "POST"])
def face_page(request: HttpRequest) -> HttpResponse:
    """The names, contacts and colours of the city, and the changes there were."""
    me, lang = officer(request), language.of(request)
    require(me, actions.CHANGE, CITY)
    refused = None
    if request.method == "POST":
        if not sessions.fresh(request):
            return factor_again(request, reverse(f"{lang}:profile"))
        try:
            values = face.read(request.POST.dict())
            return _to_change(lang, actions.ask(me, values))
        except Refusal as wrong:
            refused = wrong
    table = _table(actions.text())
    typed = request.POST.dict() if refused else {each.name: said(table, each.path) for each in face.FIELDS}
    boxes = Boxes(lang, typed, refused)
    colours = {name: said(table, ("brand", name)) or usual for name, usual in DEFAULTS.items()}
    context = {
        "problems": problems(refused, lang),
        "boxes": [
            boxes.box(each.name, each.label, each.hint, required=each.required, code=each.code, lines=each.lines)
            for each in face.FIELDS
        ],
        "colours": [
            {
                "name": f"brand-{name}",
                "label": label,
                "value": typed.get(f"brand-{name}", colours[name]),
                "usual": DEFAULTS[name],
                "problem": refused.of(lang) if refused and refused.field == f"brand-{name}" else "",
            }
            for name, label in face.COLOURS.items()
        ],
        "waiting": actions.waiting(),
        "changes": [_line(each, lang) for each in ProfileChange.objects.select_related("asked_by")[:SHOWN]],
    }
    return desk_layout.page(request, "profile/face.html", context, refusal=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def opens_page(request: HttpRequest) -> HttpResponse:
    """From which day each dataset is owed."""
    me, lang, current_city = officer(request), language.of(request), city.current()
    require(me, actions.CHANGE, CITY)
    refused = None
    if request.method == "POST":
        if not sessions.fresh(request):
            return factor_again(request, reverse(f"{lang}:profile_opens"))
        try:
            return _to_change(lang, actions.ask(me, opening_days.read(current_city, request.POST.dict())))
        except Refusal as wrong:
            refused = wrong
    lines = [
        _opening(each, current_city.topics, request.POST if refused else {}, refused, lang)
        for each in opening_days.lines(current_city)
    ]
    context = {
        "problems": problems(refused, lang),
        "of_all": lines[0],
        "groups": _grouped(lines[1:]),
        "waiting": actions.waiting(),
    }
    return desk_layout.page(request, "profile/opens.html", context, refusal=refused)


def _opening(
    line: opening_days.OpeningLine,
    topics: Mapping[str, Label],
    typed: Mapping[str, str],
    refused: Refusal | None,
    lang: Lang,
) -> dict[str, Any]:
    return {
        "slug": line.slug,
        "title": line.dataset.title if line.dataset else _OF_ALL,
        "topic": topics.get(line.dataset.topic) if line.dataset else None,
        "fresh": line.fresh,
        "how": typed.get(f"how-{line.slug}", line.how),
        "day": typed.get(f"day-{line.slug}", locale.of(lang).numerals(line.typed.replace("-", "/"))),
        "problem": refused.of(lang) if refused and refused.field == f"day-{line.slug}" else "",
    }


def _grouped(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for line in lines:
        if not groups or groups[-1]["topic"] != line["topic"]:
            groups.append({"topic": line["topic"], "lines": []})
        groups[-1]["lines"].append(line)
    return groups


@require_safe
def steps_page(request: HttpRequest) -> HttpResponse:
    """The first steps of a new city."""
    require(officer(request), actions.CHANGE, CITY)
    return desk_layout.page(request, "profile/steps.html", {"part": first_steps.context(language.of(request))})


@require_safe
def profile_file(request: HttpRequest) -> HttpResponse:
    """The file underneath, as it stands."""
    require(officer(request), actions.CHANGE, CITY)
    response = HttpResponse(actions.text(), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{actions.FILE}"'
    return private(response)


# --- one change -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def change_page(request: HttpRequest, which: int) -> HttpResponse:
    """What one change is about, and its decision."""
    return _page(request, _asked(request, which))


@require_POST
def decide(request: HttpRequest, which: int, name: str) -> HttpResponse:
    """Confirm a change, refuse it, carry it out where nobody is there to confirm; or bring the text before it back."""
    change, me, lang = _asked(request, which), officer(request), language.of(request)
    if name not in ("confirm", "refuse", "carry-out", "back"):
        raise Http404
    if not sessions.fresh(request):
        return factor_again(request, reverse(f"{lang}:profile_change", args=(which,)))
    try:
        if name == "back":
            return _to_change(lang, actions.propose(me, actions.text(), change.before))
        if name == "confirm":
            actions.confirm(me, change)
        elif name == "refuse":
            actions.refuse(me, change, request.POST.get("reason", ""))
        else:
            actions.carry_out(me, change)
    except Refusal as wrong:
        return _page(request, _asked(request, which), wrong)
    return _to_change(lang, change)


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """The part of the first page that says that a change waits for this officer; None where none does."""
    change = actions.waiting()
    if change is None or not (policy.can(actor, actions.CHANGE, CITY) or policy.can(actor, "people.object", CITY)):
        return None
    own = change.asked_by_id == actor.pk
    due = actions.stage(change) is Stage.READY if own else policy.can(actor, actions.CONFIRM, actions.subject(change))
    return HomePart("profile/part_waiting.html", {"line": _line(change, lang)}, int(due))


def _asked(request: HttpRequest, which: int) -> ProfileChange:
    me = officer(request)
    if not policy.can(me, "people.object", CITY):
        require(me, actions.CHANGE, CITY)
    return get_object_or_404(ProfileChange.objects.select_related("asked_by", "decided_by"), pk=which)


def _page(request: HttpRequest, change: ProfileChange, refused: Refusal | None = None) -> HttpResponse:
    lang, me, stage = language.of(request), officer(request), actions.stage(change)
    own = change.asked_by_id == me.pk
    boxes = Boxes(lang, request.POST.dict(), refused)
    why = Label("دلیل پس گرفتن", "Why you take it back") if own else Label("دلیل رد", "Why it is refused")
    context = {
        "change": change,
        "line": _line(change, lang),
        "stage": stage.value,
        "own": own,
        "rows": list(_rows(change, lang)),
        "look": _look(change.after, lang),
        "may_confirm": stage in OPEN and policy.can(me, actions.CONFIRM, actions.subject(change)),
        "may_carry_out": stage is Stage.READY and own,
        "may_refuse": stage in OPEN and actions.may_refuse(me, change),
        "may_bring_back": stage is Stage.DONE and policy.can(me, actions.CHANGE, CITY),
        "reason": boxes.box("reason", why, required=not own, lines=2),
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "profile/change.html", context, refusal=refused)


def _line(change: ProfileChange, lang: Lang) -> dict[str, Any]:
    tone, words = _STAGES[actions.stage(change)]
    return {
        "change": change,
        "status": Status(tone, words.of(lang)),
        "about": [row["label"] for row in _rows(change, lang)],
    }


def _rows(change: ProfileChange, lang: Lang) -> Iterator[dict[str, Any]]:
    """What a change changes, line by line: its place in words, and what stood and what will stand there."""
    before, after = _table(change.before), _table(change.after)
    for field in face.FIELDS:
        pair = said(before, field.path), said(after, field.path)
        if pair[0] != pair[1]:
            yield _row(field.label.of(lang), *pair)
    for name, label in face.COLOURS.items():
        pair = said(before, ("brand", name)), said(after, ("brand", name))
        if pair[0] != pair[1]:
            usual = _USUAL.of(lang)
            yield _row(label.of(lang), pair[0] or usual, pair[1] or usual, colour=True)
    pair = said(before, face.EMBLEM), said(after, face.EMBLEM)
    if pair[0] != pair[1]:
        yield _row(_EMBLEM.of(lang), *pair, picture=True)
    path = city.current().home / actions.FILE
    days = opening_days.changes(
        Profile.of_text(change.before.encode(), path).openings, Profile.of_text(change.after.encode(), path).openings
    )
    titles = {each.slug: each.title.of(lang) for each in city.current().registry.all()}
    for slug, (old, new) in days.items():
        title = _OF_ALL.of(lang) if slug == ALL else titles.get(slug, slug)
        usual = (_NOTHING if slug == ALL else _AS_ALL).of(lang)
        about = Label("از کی: {title}", "Owed from: {title}").format(title=title).of(lang)
        yield _row(about, _day(old, usual, lang), _day(new, usual, lang))


def _look(text: str, lang: Lang) -> dict[str, Any]:
    """What the head of a page will look like: the name, the emblem, and every colour, chosen or ordinary."""
    profile = Profile.of_text(text.encode(), city.current().home / actions.FILE)
    chosen = {**DEFAULTS, **dict(profile.brand.colours)}
    colours = {name.replace("-", "_"): value for name, value in chosen.items()}
    return {"name": profile.name.of(lang), "emblem": profile.emblem, **colours}


def _row(label: str, before: str, after: str, *, colour: bool = False, picture: bool = False) -> dict[str, Any]:
    return {"label": label, "before": before, "after": after, "colour": colour, "picture": picture}


def _day(day: date | None, usual: str, lang: Lang) -> str:
    if day is None:
        return usual
    return _LATER.of(lang) if day == UNNAMED else plain_day(day, lang)


def _table(text: str) -> Mapping[str, Any]:
    try:
        return read_toml(text.encode())
    except ValueError:
        # Written wrong by hand: the form is empty, and what it sends is refused with what to do.
        return {}


def _to_change(lang: Lang, change: ProfileChange) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{lang}:profile_change", args=(change.pk,)))
