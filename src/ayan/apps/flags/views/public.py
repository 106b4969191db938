"""The public pages of flags: all of them with how often each fires, and one of them down to the records and replies."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_cache import published
from ayan.apps.flags import selectors
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

FLAGS = Label("پرچم‌ها", "Flags")


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
