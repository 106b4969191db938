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
    case_delay,
    case_fee,
    case_history,
    case_joining,
    case_queue,
    case_record,
    case_sheet,
    case_standing,
    case_times,
    issued_number,
    issued_records,
    published_evidence,
    repeats,
    rules,
    second_reading,
    service_steps,
    serving_order,
    step_choices,
    step_form,
    text_blocks,
    uploads,
)
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_subject import about, headline
from ayan.apps.counter.models import Case, CaseFile, LetterReply
from ayan.apps.counter.step_choices import StepChoice
from ayan.apps.counter.step_form import TypedStep
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox
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
    this_case, actor = case_or_404(request, number), officer(request)
    kind = rules.kind_of(this_case)
    early = serving_order.earlier(this_case)
    allowed = step_choices.choices(this_case, kind, actor, early=bool(early.count))
    if request.method != "POST":
        case_sheet.looked(actor, this_case)
        return _page(
            request, this_case, kind, allowed, early, _first(this_case, kind, allowed, actor, language.of(request))
        )
    typed = TypedStep.read(request.POST)
    aid = request.POST.get("aid", "")
    if aid:
        return _page(request, this_case, kind, allowed, early, typed, aid=aid)
    try:
        step_form.act(actor, this_case, allowed, typed, f"{request.scheme}://{request.get_host()}")
    except Refusal as wrong:
        this_case.refresh_from_db()
        early = serving_order.earlier(this_case)
        allowed = step_choices.choices(this_case, kind, actor, early=bool(early.count))
        return _page(request, this_case, kind, allowed, early, typed, refusal=wrong)
    if not can(actor, "case.view", about(this_case)):
        # Handed to a unit that is not the officer's: it has left their queue.
        return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_counter')}?handed={this_case.number}")
    return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_case', args=(this_case.number,))}#history")


@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A file that came with a case, to be saved: for those who may see the case, and nobody else."""
    this_case = case_or_404(request, number)
    return uploads.answer(get_object_or_404(CaseFile, pk=key, case=this_case))


def _prefilled(this_case: Case, kind: CaseKind, allowed: list[StepChoice], lang: Lang) -> dict[str, Any]:
    """What the case itself says for the fields of the steps that are open now."""
    asks = frozenset[str]().union(*(choice.asks for choice in allowed))
    filled: dict[str, Any] = {"record": case_record.offered(this_case, kind)} if "record" in asks else {}
    return filled | ({"fee": case_fee.computed(this_case, kind, lang)} if "fee" in asks else {})


def _first(this_case: Case, kind: CaseKind, allowed: list[StepChoice], actor: User, lang: Lang) -> TypedStep:
    """The form as it is first drawn: what is mostly done next is chosen, and a draft stands in the text."""
    codes = [choice.code for choice in allowed]
    chosen = ""
    if this_case.holder_id is None and this_case.stage == CaseStage.RECEIVED and "take" in codes:
        chosen = "take"
    elif this_case.holder_id == actor.pk and this_case.stage == CaseStage.WORKING and "answer" in codes:
        chosen = "answer"
    draft = second_reading.draft_of(this_case)
    if draft is None:
        return TypedStep(choice=chosen, unit=this_case.office, **_prefilled(this_case, kind, allowed, lang))
    proposes, said = str(draft.facts.get("proposes", "")), draft.facts
    if this_case.stage == CaseStage.REVIEW and proposes in [each.code for each in allowed if each.party == "reviewer"]:
        chosen = proposes
    return TypedStep(
        choice=chosen,
        text=open_text(draft.locked),
        unit=this_case.office,
        evidence=tuple(said.get("evidence", ())),
        ground=str(said.get("ground", "")),
        proposes=proposes,
    )


def _page(
    request: HttpRequest,
    this_case: Case,
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
    replies = LetterReply.objects.filter(case=this_case)
    whole = case_sheet.sheet(this_case, kind, lang)
    entries = case_times.entries_of(this_case)
    names = case_standing.unit_names(service_steps.desks_of(this_case, kind, entries), lang)
    context: dict[str, Any] = {
        "case": this_case,
        "kind": kind,
        "title": headline(this_case),
        "sheet": whole,
        "service_way": service_steps.way_of(this_case, kind, entries),
        "desks": names,
        "delays": [
            (each.words, case_history.said(each.entry, kind) if each.entry is not None else "")
            for each in case_delay.causes(this_case, kind, entries, names, lang, "everybody")
        ],
        "status": case_queue.status(this_case, day, lang),
        "unit": case_queue.unit_names().get(this_case.office, Label(this_case.office, this_case.office)),
        "record": issued_records.record_address(this_case, lang),
        "channel": case_sheet.CHANNELS[this_case.channel],
        "moves": [choice for choice in allowed if not choice.closes],
        "closes": [choice for choice in allowed if choice.closes],
        "early": early,
        "publish_task": repeats.open_tasks(actor).filter(cases=this_case).first(),
        "order_reason": serving_order.ORDER_REASONS.get(this_case.order_reason),
        "may_check": kind.publication != "never" and can(actor, "case.moderate", about(this_case)),
        "reply": replies.first() if can(actor, "reply.view", about(this_case)) else None,
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        "typed": typed,
    }
    if allowed:
        context |= _form(request, this_case, kind, allowed, typed, aid, refusal)
    return desk_layout.page(request, "counter/desk_case.html", context, refusal=refusal)


def _form(
    request: HttpRequest,
    this_case: Case,
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
    blocks = text_blocks.offered(this_case.office) if "text" in asks else []
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
        "fee": typed.fee,
        "number": typed.number,
        "amount": typed.amount,
        "evidence": "\n".join(typed.evidence),
        "words": words,
    }
    units = list(Unit.objects.filter(retired_at=None)) if "unit" in asks else []
    taken = set(typed.evidence)
    return {
        "asks": asks,
        "boxes": _boxes(kind, Boxes(lang, values, refusal)),
        "record_boxes": case_record.boxes(
            kind, typed.record, lang, refusal.field if refusal else "", refusal.of(lang) if refusal else ""
        )
        if "record" in asks
        else [],
        "charges": kind.charges if "charge" in asks else (),
        "evidence": values["evidence"],
        "offers": [(page, page.title.of(lang), page.address(lang)) for page in offers if page.path not in taken],
        "searched": aid == "search" and bool(words.strip()),
        "blocks": blocks,
        "tariffs": case_fee.offered(this_case, kind, lang) if "fee" in asks else (),
        "units": units,
        "handlers": step_form.handlers_by_unit(units) if "officer" in asks else [],
        "readers": second_reading.readers_of(this_case, officer(request)) if "review" in asks else [],
        "proposals": second_reading.proposals(kind) if "review" in asks else [],
        "withheld": second_reading.withheld(kind, this_case.state, {choice.step.code for choice in allowed}),
        "grounds": kind.grounds,
        "reasons": step_form.HAND_OVER_REASONS.items(),
        "orders": serving_order.ORDER_REASONS.items(),
        "aid": aid,
        "alike": case_joining.alike(this_case, officer(request)) if aid == "alike" and "case" in asks else [],
    }


def _boxes(kind: CaseKind, boxes: Boxes) -> dict[str, FormBox]:
    """The fields in which words are typed."""
    return {
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
        "number": boxes.box(
            "number",
            issued_number.ISSUED,
            Label("مانند ۱۴۰۵/۱۲۳؛ به هیچ مورد دیگری داده نمی‌شود.", "Such as 1405/123; no other case can have it."),
            code=True,
        ),
        "fee": boxes.box(
            "fee",
            Label("نشانی محاسبهٔ عوارض", "Address of the computed fee"),
            Label(
                "عوارض را در صفحهٔ تعرفه حساب کنید و نشانی آن را این‌جا بیاورید؛ مبلغ از آن خوانده می‌شود.",
                "Work the fee out on the page of its tariff and bring its address; the amount is read from it.",
            ),
            code=True,
        ),
        "amount": boxes.box(
            "amount",
            Label("مبلغ به ریال", "Amount in rial"),
            Label("مانند ۱۲٬۵۰۰٬۰۰۰", "Such as 12,500,000"),
            numeric=True,
        ),
        "words": boxes.box("words", Label("جست‌وجو میان آنچه منتشر شده", "Search what is published"), required=False),
    }
