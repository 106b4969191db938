"""The first page of the desk: what waits for the officer, part by part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ayan.apps.accounts import sessions, shell
from ayan.apps.accounts.door import unguarded
from ayan.ui import language


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor = sessions.standing(request)
    parts = shell.parts(actor, language.of(request)) if actor else []
    return shell.page(request, "accounts/home.html", {"parts": parts, "due": sum(one.due for one in parts)})


@unguarded
@require_safe
def to_desk(request: HttpRequest) -> HttpResponse:
    """``/desk`` without its slash."""
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk"))
