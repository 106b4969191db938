"""What is overdue by unit and officer, for whoever heads a unit, who hands it over here, many at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import problems
from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_handover, case_queue, step_form
from ayan.apps.counter.case_queue import COUNTER
from ayan.apps.counter.limits import MOST_HANDED
from ayan.core.values.refusal import Refusal
from ayan.ui import language


@require_http_methods(["GET", "HEAD", "POST"])
def overdue(request: HttpRequest) -> HttpResponse:
    """What is late, narrowed to a unit or an officer by the address; POST hands the chosen ones over."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "case.lead"):
        require(actor, "case.lead", CITY)
    refusal: Refusal | None = None
    done: list[str] = []
    not_done: list[case_handover.NotHanded] = []
    if request.method == "POST":
        sent = request.POST
        try:
            done, not_done = case_handover.hand_over(
                actor, sent.getlist("cases"), sent.get("unit", ""), sent.get("officer", ""), sent.get("private", "")
            )
        except Refusal as wrong:
            refusal = wrong
    unit, holder = request.GET.get("unit", ""), request.GET.get("holder", "")
    found = case_handover.late(actor)
    if unit:
        found = found.filter(office="" if unit == COUNTER else unit)
    if holder:
        found = found.filter(holder=int(holder) if holder.isdecimal() and len(holder) < 12 else None)
    cases = list(found.select_related("holder").order_by("due_on", "pk")[:MOST_HANDED])
    units = list(Unit.objects.filter(retired_at=None))
    typed = request.POST if refusal or not_done else {}
    context: dict[str, Any] = {
        "counts": case_handover.late_counts(actor),
        "lines": case_queue.lines(cases, actor, lang),
        "most": MOST_HANDED,
        "units": units,
        "handlers": step_form.handlers_by_unit(units),
        "narrowed": bool(unit or holder),
        "chosen": set(request.POST.getlist("cases")) if refusal else {each.number for each in not_done},
        "typed": {name: typed.get(name, "") for name in ("unit", "officer", "private")},
        "done": done,
        "not_done": [(each.number, each.why.of(lang)) for each in not_done],
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        "counter": COUNTER,
    }
    return desk_layout.page(request, "counter/desk_cases_late.html", context, refusal=refusal)
