"""The page of yeses given in advance: what could be said yes to, what was, and ending it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import policy, sessions, shell
from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import CITY, Denied
from ayan.apps.desk import advance
from ayan.apps.desk.holding import holds
from ayan.apps.desk.models import Advance
from ayan.apps.desk.views.asking import number, officer, whole
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.parts import Problem, Status
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
    here = reverse(f"{lang}:desk_advance")
    refusal = None
    if request.method == "POST":
        # It opens a way past the approver's own eyes, so it wants the second factor anew.
        if not sessions.fresh(request):
            return HttpResponseRedirect(f"{reverse(f'{lang}:again')}?{urlencode({'next': here})}")
        try:
            if "revoke" in request.POST:
                advance.revoke(who, number(request, "revoke"))
            else:
                header = number(request, "header")
                advance.give(who, header, whole(request.POST.get(f"days-{header}", "")) or 0)
            return HttpResponseRedirect(here)
        except Refusal as wrong:
            refusal = wrong
    units = {one.slug: one.name.of(lang) for one in Unit.objects.all()}
    context = {
        "problems": [Problem(refusal.of(lang), refusal.field)] if refusal else [],
        "offers": [
            {"offer": one, "unit": units.get(one.header.unit, ""), "own": one.header.by_id == who.pk}
            for one in advance.offers(who)
        ],
        "given": [_told(one, units, lang) for one in advance.given(who)],
    }
    return shell.page(request, "desk/advance.html", context, refusal=refusal)


def _told(one: Advance, units: dict[str, str], lang: Lang) -> dict[str, object]:
    valid = holds(one)
    words = VALID if valid else REVOKED if one.revoked_at else LAPSED
    try:
        title = city.current().registry.get(one.dataset).title.of(lang)
    except KeyError:
        title = one.dataset
    return {
        "advance": one,
        "title": title,
        "unit": units.get(one.unit, ""),
        "used": one.used.count(),
        "status": Status("ok" if valid else "off", words.of(lang)),
        "revocable": one.revoked_at is None,
    }
