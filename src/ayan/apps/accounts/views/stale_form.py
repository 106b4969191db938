"""A form whose token does not fit: what to do about it, and what was typed, where nobody else can have sent it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ayan.apps.accounts import desk_layout, sessions, typed_texts
from ayan.apps.accounts.models import User
from ayan.apps.accounts.staff_middleware import at_desk, sign_in_again
from ayan.ui import language


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    """The answer to a form that Django's check against forged forms refuses.

    From a page of another site it is nothing but refused. A page of ours was left open too long, or somebody has signed
    in since: what was typed is offered to the same officer, to be sent again by one press; where the session is over,
    after signing in.
    """
    typed = None
    if _is_ours(request):
        guarded = at_desk(request) and not getattr(_view_of(request), "without_sign_in", False)
        if guarded and isinstance(request.user, User):
            if sessions.standing(request) is None:
                return sign_in_again(request)
            typed = sessions.typed_draft(request)
    shown = typed_texts.labelled(typed, language.of(request)) if typed else []
    context = {"kept": typed, "shown": shown}
    answer = desk_layout.page(request, "accounts/stale_form.html", context, status=403)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this site; one that says nothing is not believed."""
    own = {f"{request.scheme}://{request.get_host()}", settings.ORIGIN or f"{request.scheme}://{request.get_host()}"}
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in own
    return request.headers.get("Referer", "").startswith(tuple(f"{site}/" for site in own))


def _view_of(request: HttpRequest) -> object:
    return request.resolver_match.func if request.resolver_match else None
