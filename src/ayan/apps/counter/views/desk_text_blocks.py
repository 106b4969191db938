"""The ready sentences of an officer's units: a list, and the form in which one is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import Boxes, problems
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import CITY, WideReach, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_queue, text_blocks
from ayan.apps.counter.models import TextBlock
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language

ALL_UNITS = Label("همهٔ واحدها", "All units")


@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """The list with a form for another one, or the form of one; POST keeps it or takes it away."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "case.handle"):
        require(actor, "case.handle", CITY)
    block = get_object_or_404(TextBlock, pk=key) if key is not None else None
    if block is not None:
        require(actor, "case.handle", text_blocks.subject(block.office))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if block is not None and request.POST.get("act") == "drop":
                text_blocks.drop(actor, block)
            else:
                sent = request.POST
                office = block.office if block is not None else sent.get("office", "")
                text_blocks.keep(actor, office, sent.get("title", ""), sent.get("words", ""), block)
            return HttpResponseRedirect(reverse(f"{lang}:desk_text_blocks"))
        except Refusal as wrong:
            refusal = wrong
    kept = {"title": block.title, "words": block.words, "office": block.office} if block is not None else {}
    typed = request.POST.dict() if refusal else kept
    boxes = Boxes(lang, typed, refusal)
    names = case_queue.unit_names()
    context: dict[str, Any] = {
        "block": block,
        "listed": [
            (each, ALL_UNITS if not each.office else names.get(each.office, Label(each.office, each.office)))
            for each in text_blocks.changeable(actor)
        ]
        if block is None
        else [],
        "offices": _offices(actor, lang),
        "office": typed.get("office", ""),
        "title_box": boxes.box("title", Label("عنوان", "Title")),
        "words_box": boxes.box("words", Label("متن", "Words"), lines=8),
        "problems": problems(refusal, lang),
    }
    return desk_layout.page(request, "counter/desk_text_blocks.html", context, refusal=refusal)


def _offices(actor: User, lang: Lang) -> list[tuple[str, str]]:
    """The units for which an officer may write a sentence."""
    reach = WideReach(actor)
    units = [(unit.slug, unit.name.of(lang)) for unit in Unit.objects.filter(retired_at=None)]
    every = [("", ALL_UNITS.of(lang)), *units]
    return [(slug, words) for slug, words in every if reach.can("case.handle", text_blocks.subject(slug))]
