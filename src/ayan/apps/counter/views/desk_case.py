"""The page of one case for its officers: all that is known of it, and the one form by which a step is taken."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import Boxes, problems
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import can, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import (
    case_queue,
    case_sheet,
    published_evidence,
    rules,
    serving_order,
    step_choices,
    step_form,
    text_blocks,
    uploads,
)
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.models import Case, CaseFile
from ayan.apps.counter.sealing import open_text
from ayan.apps.counter.step_choices import StepChoice
from ayan.apps.counter.step_form import TypedStep
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city

READ: Final = Label("همین را می‌خواند.", "They read it.")
READ_AND_PUBLISHED: Final = Label(
    "همین را می‌خواند؛ پس از بررسی منتشر هم می‌شود.", "They read it; it is published once it was checked."
)


def case_or_404(request: HttpRequest, number: str) -> Case:
    """The case of this number, if the officer may see it; Denied otherwise."""
    case = get_object_or_404(Case.objects.select_related("holder", "joined_to", "appeal_of"), number=number.upper())
    require(officer(request), "case.view", about(case))
    return case


@sensitive_post_parameters("text", "private")
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case; POST takes a step, puts a ready sentence into the text, or looks for what is published."""
    found, actor = case_or_404(request, number), officer(request)
    kind = rules.kind_of(found)
    early = serving_order.earlier(found)
    allowed = step_choices.choices(found, kind, actor, early=bool(early.count))
    if request.method != "POST":
        case_sheet.looked(actor, found)
        return _page(request, found, kind, allowed, early, _first(found, allowed, actor))
    typed = TypedStep.read(request.POST)
    aid = request.POST.get("aid", "")
    if aid:
        return _page(request, found, kind, allowed, early, typed, aid=aid)
    try:
        step_form.act(actor, found, allowed, typed, f"{request.scheme}://{request.get_host()}")
    except Refusal as wrong:
        found.refresh_from_db()
        early = serving_order.earlier(found)
        allowed = step_choices.choices(found, kind, actor, early=bool(early.count))
        return _page(request, found, kind, allowed, early, typed, refusal=wrong)
    if not can(actor, "case.view", about(found)):
        # Handed to a unit that is not the officer's: it has left their queue.
        return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_counter')}?handed={found.number}")
    return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_case', args=(found.number,))}#history")


@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A file that came with a case, to be saved: for those who may see the case, and nobody else."""
    found = case_or_404(request, number)
    return uploads.answer(get_object_or_404(CaseFile, pk=key, case=found))


def _first(found: Case, allowed: list[StepChoice], actor: User) -> TypedStep:
    """The form as it is first drawn: what is mostly done next is chosen, and a draft stands in the text."""
    codes = [choice.code for choice in allowed]
    chosen = ""
    if found.holder_id is None and found.stage == CaseStage.RECEIVED and "take" in codes:
        chosen = "take"
    elif found.holder_id == actor.pk and found.stage == CaseStage.WORKING and "answer" in codes:
        chosen = "answer"
    draft = found.entries.filter(step="draft").order_by("-number").first() if found.stage != CaseStage.CLOSED else None
    text = open_text(draft.locked) if draft is not None else ""
    evidence = tuple(draft.facts.get("evidence", ())) if draft is not None else ()
    return TypedStep(choice=chosen, text=text, unit=found.office, evidence=evidence)


def _page(
    request: HttpRequest,
    found: Case,
    kind: CaseKind,
    allowed: list[StepChoice],
    early: serving_order.EarlierCases,
    typed: TypedStep,
    *,
    aid: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    lang, actor = language.of(request), officer(request)
    day = today(city.current().clock)
    whole = case_sheet.sheet(found, kind, lang)
    context: dict[str, Any] = {
        "case": found,
        "kind": kind,
        "sheet": whole,
        "status": case_queue.status(found, day, lang),
        "unit": case_queue.unit_names().get(found.office, Label(found.office, found.office)),
        "channel": case_sheet.CHANNELS[found.channel],
        "moves": [choice for choice in allowed if not choice.closes],
        "closes": [choice for choice in allowed if choice.closes],
        "early": early,
        "order_reason": serving_order.ORDER_REASONS.get(found.order_reason),
        "may_check": kind.publication != "never" and can(actor, "case.moderate", about(found)),
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        "typed": typed,
    }
    if allowed:
        context |= _form(request, found, kind, allowed, typed, aid, refusal)
    return desk_layout.page(request, "counter/desk_case.html", context, refusal=refusal)


def _form(
    request: HttpRequest,
    found: Case,
    kind: CaseKind,
    allowed: list[StepChoice],
    typed: TypedStep,
    aid: str,
    refusal: Refusal | None,
) -> dict[str, Any]:
    """The fields that the steps have, and what their aids found."""
    lang = language.of(request)
    asks = frozenset[str]().union(*(choice.asks for choice in allowed))
    text = typed.text
    blocks = text_blocks.offered(found.office) if "text" in asks else []
    offers: list[published_evidence.PublishedPage] = []
    words = request.POST.get("words", "")[:200]
    if aid == "block":
        text = text_blocks.put_in(text, blocks, request.POST.get("block", ""))
    elif aid == "search" and words.strip():
        offers = published_evidence.offers(words)
    values = {
        "text": text,
        "private": typed.private,
        "case": typed.case,
        "day": typed.day,
        "evidence": "\n".join(typed.evidence),
        "words": words,
    }
    boxes = Boxes(lang, values, refusal)
    units = list(Unit.objects.filter(retired_at=None)) if "unit" in asks else []
    taken = set(typed.evidence)
    return {
        "asks": asks,
        "boxes": {
            "text": boxes.box(
                "text",
                Label("متن برای درخواست‌کننده", "Words for the person"),
                READ if kind.publication == "never" else READ_AND_PUBLISHED,
                lines=9,
            ),
            "private": boxes.box(
                "private",
                Label("یادداشت داخلی", "Note inside the office"),
                Label("فقط همکاران می‌بینند.", "Only colleagues see it."),
                lines=4,
            ),
            "case": boxes.box("case", Label("شمارهٔ مورد دیگر", "Number of the other case"), code=True),
            "day": boxes.box("day", Label("روز", "Day"), Label("مانند ۱۴۰۵/۱۰/۰۱", "Such as 1405/10/01"), code=True),
            "words": boxes.box(
                "words", Label("جست‌وجو میان آنچه منتشر شده", "Search what is published"), required=False
            ),
        },
        "evidence": values["evidence"],
        "offers": [(page, page.title.of(lang), page.address(lang)) for page in offers if page.path not in taken],
        "searched": aid == "search" and bool(words.strip()),
        "blocks": blocks,
        "units": units,
        "handlers": step_form.handlers_by_unit(units) if "officer" in asks else [],
        "readers": step_form.readers_of(found) if "review" in asks else [],
        "grounds": kind.grounds,
        "reasons": step_form.HAND_OVER_REASONS.items(),
        "orders": serving_order.ORDER_REASONS.items(),
        "aid": aid,
    }
