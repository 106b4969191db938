"""What the pages show of sources, in the page's language."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from ayan.apps.accounts.models import Unit
from ayan.apps.desk.models import Submission
from ayan.apps.sources.actions import label_of
from ayan.apps.sources.models import Arrival, Run, Source, Token
from ayan.apps.sources.standing import state_of
from ayan.apps.sources.words import EVERY, FAILED, KINDS, PERIODS, RUNS, VERBS
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.parts import Fact, Status, Tone
from ayan.wiring import city

SHOWN: Final = 30
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


def line(one: Source, lang: Lang) -> dict[str, Any]:
    """A source as a line of the list."""
    return {
        "source": one,
        "kind": KINDS[one.kind].of(lang),
        "datasets": [label_of(slug).of(lang) for slug in one.datasets],
        "status": status(one, lang),
        "last": RUNS[one.last_code].of(lang) if one.last_code in RUNS else "",
    }


def status(one: Source, lang: Lang) -> Status:
    """How a source stands: switched off, in trouble, or in order."""
    if not one.active:
        return Status("off", Label("خاموش", "Off").of(lang))
    if one.last_code in FAILED:
        return Status("bad", Label("اشکال دارد", "In trouble").of(lang))
    return Status("ok", Label("روشن", "On").of(lang))


def whole(one: Source, lang: Lang) -> dict[str, Any]:
    """A source with everything about it."""
    now = city.current().clock.now()
    arrivals = list(one.arrivals.all()[:SHOWN])
    known = {sub.pk: sub for sub in Submission.objects.filter(pk__in=[each.submission for each in arrivals])}
    return {
        "source": one,
        "status": status(one, lang),
        "facts": _facts(one, lang),
        "last": RUNS[one.last_code].of(lang) if one.last_code in RUNS else "",
        "tokens": [_token(each, lang, each.holds(now)) for each in one.tokens.select_related("source__account")],
        "runs": [_run(each, lang) for each in one.runs.all()[:SHOWN]],
        "arrivals": [_arrival(each, known.get(each.submission), lang) for each in arrivals],
        "datasets": [(slug, label_of(slug).of(lang)) for slug in one.datasets],
    }


def _facts(one: Source, lang: Lang) -> list[Fact]:
    unit = Unit.objects.filter(slug=one.unit).first() if one.unit else None
    whole_city = Label("همهٔ شهرداری", "The whole municipality")
    comma = locale.of(lang).comma
    found = [
        (Label("گونه", "Kind"), KINDS[one.kind].of(lang)),
        (Label("واحد", "Unit"), unit_name(unit, lang) if unit else whole_city.of(lang)),
        (Label("داده", "Dataset"), comma.join(label_of(slug).of(lang) for slug in one.datasets)),
        (Label("ساختهٔ", "Set up by"), str(one.made_by)),
    ]
    if one.kind != "upload":
        found.append((Label("جا", "Where"), f"\u2068{one.where}\u2069"))
        if one.query:
            found.append((Label("پرس‌وجو", "Query"), f"\u2068{one.query}.sql\u2069"))
        found.append((Label("دوره", "Period"), PERIODS[one.period].of(lang)))
        found.append((Label("نوبت", "How often"), EVERY[one.every].of(lang) if one.every in EVERY else str(one.every)))
    return [Fact(label.of(lang), words) for label, words in found]


def _token(one: Token, lang: Lang, holds: bool) -> dict[str, Any]:
    if one.revoked_at is not None:
        said = Status("off", Label("باطل", "Revoked").of(lang))
    elif not holds:
        said = Status("late", Label("زمانش گذشته یا منبع خاموش است", "Expired, or the source is off").of(lang))
    else:
        said = Status("ok", Label("روا", "Valid").of(lang))
    verbs = locale.of(lang).semicolon.join(VERBS[verb].of(lang) for verb in one.verbs if verb in VERBS)
    datasets = [label_of(slug).of(lang) for slug in one.datasets]
    return {"token": one, "status": said, "verbs": verbs, "datasets": datasets, "revocable": one.revoked_at is None}


def _run(one: Run, lang: Lang) -> dict[str, Any]:
    tone: Tone = "bad" if one.code in FAILED else "ok" if one.code == "arrived" else "off"
    words = RUNS[one.code].of(lang) if one.code in RUNS else one.code
    return {"at": one.at, "tone": tone, "words": words, "file": (one.told or {}).get("file", "")}


def _arrival(one: Arrival, sub: Submission | None, lang: Lang) -> dict[str, Any]:
    state, words = state_of(one, sub)
    tone, short = TONES[state]
    more = (one.told or {}).get(lang, "") if state in ("waiting", "sent") else ""
    return {
        "arrival": one,
        "dataset": label_of(one.dataset).of(lang),
        "status": Status(tone, short.of(lang)),
        "words": words.of(lang),
        "more": "" if more == words.of(lang) else more,
        "desk": reverse(f"{lang}:desk_overview", args=(one.submission,)) if one.submission else "",
    }
