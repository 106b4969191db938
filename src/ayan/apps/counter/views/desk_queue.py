"""The queue of the officers, and the view of what is late for whoever heads a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_queue, repeats, rules
from ayan.apps.counter.case_queue import QueueCounts, QueueFilter
from ayan.core.casework.case_words import STAGES, CaseStage
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language

TABS: Final[tuple[tuple[str, Label, dict[str, Any]], ...]] = (
    ("mine", Label("مال من", "Mine"), {"whose": "mine"}),
    ("nobody", Label("بی‌مسئول", "Nobody’s"), {"whose": "nobody"}),
    ("late", Label("دیر شده", "Overdue"), {"late": True}),
    ("review", Label("در بازبینی", "To be read"), {"stage": "review"}),
    ("asked", Label("منتظر درخواست‌کننده", "The person is asked"), {"stage": "asked"}),
    ("open", Label("همهٔ بازها", "All open"), {}),
)


@require_http_methods(["GET", "HEAD"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by the day on which it is due."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "case.view"):
        require(actor, "case.view", CITY)
    asked = QueueFilter.read(request.GET.dict())
    counted = case_queue.counts(actor, asked)
    page = case_queue.page(actor, asked, lang)
    following = f"?{_at(asked, page.following)}" if page.following else ""
    context = {
        "asked": asked,
        "tabs": tabs(asked, counted, lang),
        "counted": counted,
        "lines": page.lines,
        "following": following,
        "begins": "" if asked.after == "" else f"?{_at(asked, '')}",
        "kinds": [(code, kind.title.of(lang)) for code, kind in rules.kinds().sound.items()],
        "units": units_of(actor, lang),
        "stages": [(stage, case_queue.STAGES_FOR_OFFICERS[stage].of(lang)) for stage in STAGES],
        "narrowed": bool(asked.words or asked.kind or asked.unit or asked.whose or asked.stage or asked.late),
        "handed": request.GET.get("handed", "")[:16],
        "may_file": can_somewhere(actor, "case.file"),
        "may_lead": can_somewhere(actor, "case.lead"),
        "may_check": can_somewhere(actor, "case.moderate"),
        "to_publish": repeats.open_tasks(actor).count(),
        "may_write": can_somewhere(actor, "case.handle"),
        "replies": can_somewhere(actor, "reply.view"),
    }
    return desk_layout.page(request, "counter/desk_queue.html", context)


def tabs(asked: QueueFilter, counted: QueueCounts, lang: Lang) -> list[dict[str, Any]]:
    """What an officer looks for first, each with how many there are."""
    entries = []
    for code, label, parts in TABS:
        narrowed = asked.only(**parts)
        current = not asked.words and narrowed.query == QueueFilter.only(asked, **_own(asked)).query
        entries.append(
            {
                "code": code,
                "words": label.of(lang),
                "count": getattr(counted, code),
                "query": narrowed.query,
                "current": current,
            }
        )
    return entries


def units_of(actor: User, lang: Lang) -> list[tuple[str, str]]:
    """The units whose cases an officer may see, as the filter names them."""
    offices = case_queue.seen_by(actor).exclude(stage=CaseStage.CLOSED).values_list("office", flat=True).distinct()
    names = case_queue.unit_names()
    listed = [(office or case_queue.COUNTER, names.get(office, Label(office, office)).of(lang)) for office in offices]
    return sorted(listed, key=lambda each: each[1])


def _own(asked: QueueFilter) -> dict[str, Any]:
    return {"whose": asked.whose, "stage": asked.stage, "late": asked.late}


def _at(asked: QueueFilter, after: str) -> str:
    return replace(asked, after=after).query
