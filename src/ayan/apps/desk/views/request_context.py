"""What the forms of the desk have in common: who asks, which submission, from which revision, in which digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.models import User
from ayan.apps.desk.limits import LONGEST_NUMBER
from ayan.apps.desk.refusals import OriginalUnopened
from ayan.apps.desk.submission_page import SubmissionPage, visible_page
from ayan.apps.desk.uploads import safe_name
from ayan.core.custody.original_encryption import BadOriginalKey, NotOpened
from ayan.core.values.digits import to_latin

View = Callable[..., HttpResponse]


def officer(request: HttpRequest) -> User:
    """The officer at the page; the middleware of the desk lets nobody else in."""
    return cast(User, request.user)


def of_submission(*methods: str, verb: str = "submission.view") -> Callable[[View], View]:
    """A page of one submission: the view is given a `SubmissionPage`; Http404 for whoever may not see it."""

    def made(view: View) -> View:
        @require_http_methods(list(methods or ("GET", "HEAD")))
        @wraps(view)
        def asked(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
            try:
                return view(visible_page(request, key, verb), **more)
            except (NotOpened, BadOriginalKey):
                return _unopened(request)

        return asked

    return made


def act_on_submission(view: View) -> View:
    """An act on one submission: the view is given its id alone, for the act itself asks whether it may be done."""

    @require_http_methods(["POST"])
    @wraps(view)
    def acted(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
        try:
            return view(request, key, **more)
        except (NotOpened, BadOriginalKey):
            return _unopened(request)

    return acted


def _unopened(request: HttpRequest) -> HttpResponse:
    return desk_layout.page(request, "desk/unopened.html", refusal=OriginalUnopened())


def expected_revision(request: HttpRequest) -> int:
    """The revision on the page that a form came from."""
    return number(request, "expected_revision")


def number(request: HttpRequest, name: str) -> int:
    """A whole number of a form; BadRequest for what no form of ours sends."""
    parsed = whole(request.POST.get(name, ""))
    if parsed is None:
        raise BadRequest(f"{name} is not a number")
    return parsed


def whole(text: str) -> int | None:
    """A whole number as people type it, in whichever digits; None for anything else."""
    bare = to_latin(text).strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= LONGEST_NUMBER else None


def onward(desk: SubmissionPage, name: str, query: str = "") -> HttpResponse:
    """After an act: on to a page of the submission."""
    return HttpResponseRedirect(desk.address(name) + query)


def as_file(name: str) -> dict[str, str]:
    """The head of a private file: of no type, whatever it is, so that nothing of it runs here, and kept nowhere."""
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, safe_name(name)) or "attachment",
        "Cache-Control": "no-store",
    }


def begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of them read already: what cannot be opened is refused before anything is sent."""
    first = next(pieces, b"")
    return chain((first,), pieces)
