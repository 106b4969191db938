"""The address at which a page of the desk keeps what is typed into its forms, and from which it takes it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import kept_forms
from ayan.apps.accounts.staff_middleware import officer

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
