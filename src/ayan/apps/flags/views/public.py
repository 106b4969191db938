"""The public pages of flags: all of them with how often each fires, and one of them down to the records and replies."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.apps.flags import selectors
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.parts import Crumb
from ayan.wiring import city

FLAGS = Label("پرچم‌ها", "Flags")


@published
def flags(request: HttpRequest) -> HttpResponse:
    """Every flag: what it says, how often it fires, and which cannot be computed."""
    here = city.current()
    lines = selectors.lines(here)
    context = {
        "section": "flags",
        "lines": lines,
        "published": sum(one.published for one in lines),
        "cleared": sum(one.cleared for one in lines),
        "firing": sum(bool(one.share) for one in lines),
        "cannot": sum(one.cannot for one in lines),
        "waiting": sum(one.told.waiting + one.told.asked for one in lines if one.told),
        "computed": any(one.told for one in lines),
        "reply_days": here.profile.reply_days,
        "wide": True,
    }
    return render(request, "flags/flags.html", context)


@published
def flag(request: HttpRequest, owner: str, code: str) -> HttpResponse:
    """One flag: its words, thresholds, findings with replies, cleared cases, coverage of its data, and its SQL."""
    here = city.current()
    page = selectors.page(here, f"{owner}/{code}")
    if page is None:
        raise Http404
    lang = language.of(request)
    title = page.line.flag.title.of(lang)
    context = {
        "section": "flags",
        "page": page,
        "flag": page.line.flag,
        "told": page.line.told,
        "reply_days": here.profile.reply_days,
        "crumbs": [Crumb(FLAGS.of(lang), ways.address(request, "flags")), Crumb(title)],
        "wide": True,
    }
    return render(request, "flags/flag.html", context)
