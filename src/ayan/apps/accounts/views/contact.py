"""Another address of mail or number of one's own, which counts once the code that was sent there is typed."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import contacts, desk_layout, sessions
from ayan.apps.accounts.forms import AccountRefused, Boxes, problems
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.outbox.models import Channel
from ayan.core.values.label import Label
from ayan.ui import language

WAYS: Final = {
    Channel.MAIL: ("email", Label("رایانامهٔ تازه", "Another e-mail address")),
    Channel.SMS: ("phone", Label("تلفن همراه تازه", "Another mobile phone")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, way: str) -> HttpResponse:
    """Ask for a code at another address, or type it."""
    lang, me = language.of(request), officer(request)
    if way not in WAYS:
        raise Http404
    channel = Channel(way)
    if not sessions.fresh(request):
        return HttpResponseRedirect(reverse(f"{lang}:again"))
    field, heading = WAYS[channel]
    refused = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "confirm":
                contacts.confirm(me, channel, request.POST.get("code", ""))
                return HttpResponseRedirect(reverse(f"{lang}:account"))
            contacts.ask(me, channel, request.POST.get(field, ""))
            return HttpResponseRedirect(reverse(f"{lang}:contact", args=(way,)))
        except AccountRefused as wrong:
            refused = wrong
    boxes = Boxes(lang, request.POST.dict(), refused)
    context = {
        "heading": heading.of(lang),
        "waiting": way in contacts.waiting(me),
        "code_box": boxes.box("code", Label("کد", "Code"), numeric=True, fill="one-time-code"),
        "address_box": boxes.box(field, heading, code=channel == Channel.MAIL, numeric=channel == Channel.SMS),
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/contact.html", context, refusal=refused)
