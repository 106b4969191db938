"""The middleware of the desk: nobody passes without two factors, nothing of it is kept, every refusal is recorded."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ayan.apps.accounts import audit, desk_layout, kept_forms, sessions
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.ui import language

AnyStaffView = TypeVar("AnyStaffView", bound=Callable[..., Any])


def at_desk(request: HttpRequest) -> bool:
    """Whether the address is one of the desk, in whatever language."""
    return request.path_info.startswith(language.in_each("/desk/"))


def unguarded(view: AnyStaffView) -> AnyStaffView:
    """Mark a view of the desk that people reach before they are signed in, or that judges by itself who asks."""
    view.without_sign_in = True  # type: ignore[attr-defined]  # a function has no place for a mark of ours
    return view


def officer(request: HttpRequest) -> User:
    """Who asks, in a view that is not `unguarded`."""
    asking = request.user
    if not isinstance(asking, User):
        raise PermissionDenied
    return asking


class Staff:
    """Stands before every address under /desk/: what is not `unguarded` is for officers in a standing session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not at_desk(request):
            return self.get_response(request)
        response = self.get_response(request)
        kept_forms.settle(request, response)
        # Not in the browser's memory, where the next person at the same machine would find it.
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _more: Any) -> HttpResponse | None:
        if not at_desk(request) or getattr(view, "without_sign_in", False):
            return None
        if sessions.standing(request) is None:
            return sign_in_again(request)
        sessions.refill(request)
        # A page that looks by itself how far the work is shows nobody's presence.
        if request.headers.get("X-Ayan-Looks") != "1":
            sessions.touch(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What was tried without permission is recorded, after the work around it has been undone.

        Whoever is signed in is told in the frame of the desk, with a way on.
        """
        if isinstance(exception, Denied) and isinstance(exception.actor, User):
            subject = exception.subject
            # A subject may come from what somebody typed: odd text must not be a way to leave no line.
            about = subject if audit.is_code(subject) else Subject("unknown")
            audit.record(exception.actor, "policy.refused", about, tried=exception.verb)
        kinds = ((PermissionDenied, HTTPStatus.FORBIDDEN), (Http404, HTTPStatus.NOT_FOUND))
        status = next((status for kind, status in kinds if isinstance(exception, kind)), None)
        if status is None or not at_desk(request) or sessions.standing(request) is None:
            return None
        return desk_layout.page(
            request, "accounts/no_way.html", {"missing": status == HTTPStatus.NOT_FOUND}, status=status
        )


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to this address, or to the page whose form was sent."""
    path = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        path = sessions.safe_next(request, _path_of(request.headers.get("Referer", ""))) or ""
    lang = language.of(request)
    over = request.session.get(sessions.SEEN) is not None
    # A script that keeps what is typed sends no form: the form that comes after it is the one to be kept.
    if over and request.headers.get("X-Ayan-Keeps") != "1":
        typed = sessions.typed_draft(request)
        request.session.flush()
        if typed:
            request.session[sessions.DRAFT] = typed
    asked = {"next": path} if path else {}
    return HttpResponseRedirect(
        f"{reverse(f'{lang}:sign_in')}?{urlencode(asked | ({'over': '1'} if over else {}))}".rstrip("?")
    )


def factor_again(request: HttpRequest, page: str) -> HttpResponse:
    """To the second factor once more, and back to ``page``, its form filled with what was typed.

    Whoever finds a desk left open changes nobody.
    """
    sessions.keep_for(request, page)
    return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:again')}?{urlencode({'next': page})}")


def _path_of(address: str) -> str:
    """The address without its scheme and host, which are this site's own for a form of ours."""
    _, separator, rest = address.partition("://")
    return "/" + rest.partition("/")[2] if separator else ""
