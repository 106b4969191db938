"""What pages show of sources, and the desk's first page of what came from them, in the page's language."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import Unit, User
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.sources.actions import label_of
from ayan.apps.sources.arrivals import state_of
from ayan.apps.sources.labels import EVERY, FAILED, OUTCOMES, PERIODS, RUNS, VERBS
from ayan.apps.sources.models import WAITING, Arrival, Source, SourceRun, SourceToken
from ayan.apps.sources.source_types import source_type
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Fact, Status, Tone
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
    arrivals = list(source.arrivals.all()[:SHOWN])
    known = {sub.pk: sub for sub in Submission.objects.filter(pk__in=[each.submission for each in arrivals])}
    return {
        "source": source,
        "sent": source_type(source.kind).sent,
        "status": status(source, lang),
        "facts": _facts(source, lang),
        "last": RUNS[source.last_code].of(lang) if source.last_code in RUNS else "",
        "tokens": [_token(each, lang, each.holds(now)) for each in source.tokens.select_related("source__account")],
        "runs": [_run(each, lang) for each in source.runs.all()[:SHOWN]],
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
