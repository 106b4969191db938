"""The list of all cases with the ways in, as it is drawn for whoever asks, also where a code opened nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.accounts.forms import problems
from ayan.apps.counter import public_cases, public_thread, rules
from ayan.apps.counter.models import LetterReply
from ayan.apps.counter.public_cases import CaseFilter
from ayan.apps.counter.public_words import PUBLIC_STAGES, UnitNames
from ayan.apps.counter.replies import reply_list
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox
from ayan.ui.responses import private, refused
from ayan.wiring import city


def case_list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list that an address asks for; with ``refusal`` of a code that was typed or opened."""
    lang = language.of(request)
    narrowed = CaseFilter.read(request.GET)
    page = public_cases.page(narrowed, request.GET.get("after", "")[:60])
    names = UnitNames()
    context: dict[str, Any] = {
        "section": "counter",
        "ways": [] if narrowed.given else list(_ways(lang)),
        "narrowed": narrowed,
        "about": public_thread.subject_of(narrowed.about, lang),
        "lines": list(public_cases.lines(page.cases, lang)),
        "totals": public_cases.totals(),
        "next": narrowed.query(after=page.after) if page.after else "",
        "begun": "after" in request.GET,
        "all": narrowed.query(),
        "kinds": [(kind.code, kind.title) for kind in rules.kinds().sound.values()],
        "stages": [("open", Label("همهٔ موارد باز", "All that are open")), *PUBLIC_STAGES.items()],
        "units": sorted(((slug, names.of(slug, lang)) for slug in public_cases.units()), key=lambda each: each[1]),
        "replies": [] if narrowed.given else reply_list.lines(LetterReply.objects.all(), lang),
        "confirm_days": city.current().profile.confirm_days,
        "box": _code_box(lang, refusal),
        "problems": problems(refusal, lang),
    }
    response = private(render(request, "counter/counter.html", context))
    return refused(response, refusal) if refusal else response


def _ways(lang: Lang) -> Iterator[tuple[CaseKind, str]]:
    """The kinds that anybody may bring, each with its promise and the form of it."""
    for kind in rules.kinds().sound.values():
        if kind.filed_by == "anybody":
            yield kind, reverse(f"{lang}:counter_new", args=(kind.code,))


def _code_box(lang: Lang, refusal: Refusal | None) -> FormBox:
    said = refusal.of(lang) if refusal else ""
    label = Label("کد پیگیری", "Tracking code")
    return FormBox("code", label.of(lang), problem=said, code=True, required=True)
