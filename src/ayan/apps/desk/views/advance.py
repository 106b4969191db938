"""The page of yeses given in advance: what could be said yes to, what was, and ending it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import CITY, Denied
from ayan.apps.desk import advance_approvals
from ayan.apps.desk.access import holds
from ayan.apps.desk.models import AdvanceApproval
from ayan.apps.desk.views.request_context import number, officer, whole
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormProblem, Status
from ayan.wiring import city

VALID: Final = Label("روا", "Valid")
REVOKED: Final = Label("باطل", "Revoked")
LAPSED: Final = Label("دیگر روا نیست", "No longer valid")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """POST gives one (``header``, ``days``) or ends one (``revoke``)."""
    who, lang = officer(request), language.of(request)
    if not policy.can_somewhere(who, "advance.revoke"):
        raise Denied(who, "advance.revoke", CITY)
    address = reverse(f"{lang}:desk_advance")
    refusal = None
    if request.method == "POST":
        # It opens a way past the approver's own eyes, so it wants the second factor anew.
        if not sessions.fresh(request):
            return HttpResponseRedirect(f"{reverse(f'{lang}:again')}?{urlencode({'next': address})}")
        try:
            if "revoke" in request.POST:
                advance_approvals.revoke(who, number(request, "revoke"))
            else:
                header = number(request, "header")
                advance_approvals.give(who, header, whole(request.POST.get(f"days-{header}", "")) or 0)
            return HttpResponseRedirect(address)
        except Refusal as wrong:
            refusal = wrong
    units = {unit.slug: unit.name.of(lang) for unit in Unit.objects.all()}
    context = {
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "offers": [
            {"offer": offer, "unit": units.get(offer.header.unit, ""), "own": offer.header.by_id == who.pk}
            for offer in advance_approvals.offers(who)
        ],
        "given": [_line(given_advance, units, lang) for given_advance in advance_approvals.given(who)],
    }
    return desk_layout.page(request, "desk/advance.html", context, refusal=refusal)


def _line(given_advance: AdvanceApproval, units: dict[str, str], lang: Lang) -> dict[str, object]:
    valid = holds(given_advance)
    words = VALID if valid else REVOKED if given_advance.revoked_at else LAPSED
    try:
        title = city.current().registry.get(given_advance.dataset).title.of(lang)
    except KeyError:
        title = given_advance.dataset
    return {
        "advance": given_advance,
        "title": title,
        "unit": units.get(given_advance.unit, ""),
        "used": given_advance.used.count(),
        "status": Status("ok" if valid else "off", words.of(lang)),
        "revocable": given_advance.revoked_at is None,
    }
