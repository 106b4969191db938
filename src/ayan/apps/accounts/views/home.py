"""The first page of the desk: what waits for the officer, part by part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ayan.apps.accounts import desk_layout, sessions
from ayan.apps.accounts.staff_middleware import unguarded
from ayan.ui import language


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor = sessions.standing(request)
    parts = desk_layout.parts(actor, language.of(request)) if actor else []
    return desk_layout.page(request, "accounts/home.html", {"parts": parts, "due": sum(part.due for part in parts)})


@unguarded
@require_safe
def to_desk(request: HttpRequest) -> HttpResponse:
    """``/desk`` without its slash."""
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk"))
