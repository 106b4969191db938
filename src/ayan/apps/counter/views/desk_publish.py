"""What several people asked for: the tasks of an officer's units to publish it by itself, and what became of each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import Boxes, problems
from ayan.apps.accounts.policy import CITY, can, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_queue, published_evidence, repeats
from ayan.apps.counter.case_queue import COUNTER
from ayan.apps.counter.limits import QUEUE_PAGE
from ayan.apps.counter.models import Case
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language

EVIDENCE = Label("پیوند آنچه منتشر شده", "Link of what is published")
EVIDENCE_HINT = Label(
    "نشانی داده، رکورد یا انتشار در همین سامانه. برای همان درخواست‌ها هم می‌توانید آن را پاسخ بدهید.",
    "The address of a dataset, record or release on this site. You can answer those requests with it too.",
)
REASON = Label("یا دلیل منتشر نکردن", "Or the reason why it is not published")


@require_http_methods(["GET", "HEAD"])
def tasks(request: HttpRequest) -> HttpResponse:
    """The open tasks, what was asked for most often first."""
    actor = officer(request)
    if not can_somewhere(actor, "case.view"):
        require(actor, "case.view", CITY)
    names = case_queue.unit_names()
    listed = repeats.open_tasks(actor)[:QUEUE_PAGE]
    context = {"listed": [(each, names.get(each.office, Label(each.office, each.office))) for each in listed]}
    return desk_layout.page(request, "counter/desk_publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, key: int) -> HttpResponse:
    """One task with the cases that ask for it; POST says where it is published now, or why it is not."""
    actor, lang = officer(request), language.of(request)
    one_task = get_object_or_404(repeats.tasks_of(actor), pk=key)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            typed = request.POST.get("evidence", "").strip().removeprefix(f"{request.scheme}://{request.get_host()}")
            (evidence,) = published_evidence.pages_of([typed]) or (None,)
            reason = request.POST.get("reason", "")
            repeats.finish(actor, one_task, evidence.path if evidence else "", reason)
            return HttpResponseRedirect(reverse(f"{lang}:desk_publish"))
        except Refusal as wrong:
            refusal = wrong
    boxes = Boxes(lang, request.POST.dict() if refusal else {}, refusal)
    cases = Case.objects.filter(case_queue.reach(actor), publish_task=one_task).select_related("holder")
    context: dict[str, Any] = {
        "task": one_task,
        "lines": case_queue.lines(cases.order_by("pk")[:QUEUE_PAGE], actor, lang),
        "may_end": one_task.done_on is None and can(actor, "case.handle", repeats.subject(one_task)),
        "published": published_evidence.page_at(one_task.evidence) if one_task.evidence else None,
        "search": f"?kind={one_task.kind}&unit={one_task.office or COUNTER}",
        "evidence_box": boxes.box("evidence", EVIDENCE, EVIDENCE_HINT, code=True, required=False),
        "reason_box": boxes.box("reason", REASON, lines=4, required=False),
        "problems": problems(refusal, lang),
    }
    return desk_layout.page(request, "counter/desk_publish_task.html", context, refusal=refusal)
