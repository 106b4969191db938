"""The pages of the balances: all of them with their outcome, and one of them down to the rows that differ."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.audits import balances
from ayan.apps.audits.limits import MOST_TURNS_SHOWN
from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

BALANCES = Label("موازنه‌ها", "Balances")
RELATIONS = {
    "equal": Label("برابر است با", "equals"),
    "at-least": Label("دست‌کم به اندازهٔ این است:", "is at least"),
    "at-most": Label("حداکثر به اندازهٔ این است:", "is at most"),
}


@published
def audits(request: HttpRequest) -> HttpResponse:
    """Every balance and its outcome, then the columns of money and what holds them."""
    current_city = city.current()
    outcomes, lang = balances.outcomes(current_city), language.of(request)
    context = {
        "section": "audits",
        "outcomes": outcomes,
        "failing": sum(not outcome.holds for outcome in outcomes),
        "unjudged": sum(bool(outcome.unknown) or not outcome.groups for outcome in outcomes),
        "groups": balances.outcome_groups(outcomes, lang),
        "covers": balances.cover_groups(balances.covered(current_city), lang),
        "night": current_city.balance_history.last(),
        "wide": True,
    }
    return render(request, "audits/audits.html", context)


@published
def audit(request: HttpRequest, owner: str, code: str) -> HttpResponse:
    """One balance: what must hold, whether it does, every group that differs, and how to compute it again."""
    current_city = city.current()
    detail = balances.balance_detail(current_city, owner, code)
    if detail is None:
        raise Http404
    balance = detail.outcome.balance
    lang = language.of(request)
    context = {
        "section": "audits",
        "detail": detail,
        "outcome": detail.outcome,
        "balance": balance,
        "relation": RELATIONS[balance.relation],
        "money": balances.is_money(balance, current_city),
        "turns": current_city.balance_history.turns(balance.name, MOST_TURNS_SHOWN),
        "crumbs": [Crumb(BALANCES.of(lang), page_context.address(request, "audits")), Crumb(balance.title.of(lang))],
        "wide": True,
    }
    return render(request, "audits/audit.html", context)
