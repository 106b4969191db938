"""What is typed into forms and not sent: kept while somebody types, offered again where a token does not fit."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, kept_forms, sessions, typed_texts
from ayan.apps.accounts.models import User
from ayan.apps.accounts.staff_middleware import at_desk, officer, sign_in_again
from ayan.ui import language

_FIELD = "f:"


@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """GET gives what was kept of each ``form``; POST keeps the fields (``f:…``) of one, or lets go (``forget``)."""
    who = officer(request)
    if request.method == "GET":
        forms = {
            form: [
                {
                    "id": row.id,
                    "at": row.at.isoformat(),
                    "fields": [[name, list(values)] for name, values in row.fields],
                }
                for row in kept_forms.kept_of(who, form)
            ]
            for form in request.GET.getlist("form")[:50]
        }
        return JsonResponse({"forms": {form: rows for form, rows in forms.items() if rows}})
    post = request.POST
    if "forget" in post:
        kept_forms.forget(who, [int(text) for text in post.getlist("forget") if text.isascii() and text.isdecimal()])
        return JsonResponse({"kept": False})
    fields = {name.removeprefix(_FIELD): post.getlist(name) for name in post if name.startswith(_FIELD)}
    row = kept_forms.keep(who, post.get("form", ""), post.get("tab", ""), fields)
    return JsonResponse({"kept": row is not None, "id": row})


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
