"""What an officer typed into a form of the desk and has not sent: kept by its page, given back to the same officer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ayan.apps.accounts import sessions
from ayan.apps.accounts.limits import KEPT_LASTS, LONGEST_FORM, LONGEST_FORM_NAME, MOST_KEPT_FORMS
from ayan.apps.accounts.models import KeptForm, User
from ayan.ui import language, text_encryption
from ayan.wiring import city

_PURPOSE: Final = b"ayan kept forms 1"
_TAB: Final = re.compile(r"[0-9a-f]{8,16}")
FORM: Final = "kept_form"
ROWS: Final = "kept_rows"
"""The fields by which a form that is sent says as which one it was kept, and what of it its page has given back."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """What one page has kept of a form: an id of its own, and the fields with their values, in their order."""

    id: int
    at: datetime
    fields: tuple[tuple[str, tuple[str, ...]], ...]


def form_name(sent: str) -> str:
    """A form as it is known in whatever language its page is; empty for what is no form of the desk."""
    for prefix in language.in_each("/desk"):
        if sent.startswith(prefix) and len(sent) <= LONGEST_FORM_NAME:
            return f"/desk{sent.removeprefix(prefix)}"
    return ""


def keep(actor: User, form: str, tab: str, fields: Mapping[str, Sequence[str]]) -> int | None:
    """Keep what stands in a form by now in the place of what this page (``tab``) kept of it; secrets are left away.

    None where there is nothing to keep.
    """
    name = form_name(form)
    kept = {field: list(values) for field, values in fields.items() if _is_kept(name, field)}
    if not name or not kept or not _TAB.fullmatch(tab) or _size(kept) > LONGEST_FORM:
        return None
    locked = text_encryption.lock(json.dumps(list(kept.items()), ensure_ascii=False), _PURPOSE)
    with transaction.atomic():
        row, _ = KeptForm.objects.update_or_create(
            user=actor, form=name, tab=tab, defaults={"locked": locked, "at": city.current().clock.now()}
        )
        newest = KeptForm.objects.filter(user=actor).order_by("-at", "-pk").values_list("pk", flat=True)
        KeptForm.objects.filter(user=actor).exclude(pk__in=list(newest[:MOST_KEPT_FORMS])).delete()
        return row.pk


def _is_kept(form: str, field: str) -> bool:
    return sessions.is_typed(field) and field not in sessions.secrets_of(form) and not field.startswith("secret")


def _size(fields: Mapping[str, Sequence[str]]) -> int:
    return sum(len(name) + sum(map(len, values)) for name, values in fields.items())


def kept_of(actor: User, form: str) -> list[KeptText]:
    """What was kept of a form for this very officer, the oldest first."""
    old = city.current().clock.now() - KEPT_LASTS
    rows = KeptForm.objects.filter(user=actor, form=form_name(form), at__gt=old).order_by("at", "pk")
    return list(chain.from_iterable(map(_opened, rows)))


def _opened(row: KeptForm) -> Iterable[KeptText]:
    try:
        fields = json.loads(text_encryption.unlock(row.locked, _PURPOSE))
    except InvalidToken:
        # Locked with a key that is no more: nobody reads it again.
        return
    yield KeptText(row.pk, row.at, tuple((name, tuple(values)) for name, values in fields))


def forget(actor: User, ids: Iterable[int]) -> None:
    """Let go of what the officer wants no more."""
    KeptForm.objects.filter(user=actor, pk__in=list(ids)).delete()


def settle(request: HttpRequest, response: HttpResponse) -> None:
    """Once a form was taken, let go of what was kept of it: what its page gave back, and what says the same.

    A form that was refused, or put off for a new sign-in or the second factor, keeps what it has.
    """
    # A body that no view has read is not read here either.
    if request.method != "POST" or not 300 <= response.status_code < 400 or not hasattr(request, "_post"):
        return
    name, user = form_name(request.POST.get(FORM, "")), request.user
    if not name or not isinstance(user, User):
        return
    to = response.headers.get("Location", "").partition("?")[0]
    if to in {reverse(f"{language.of(request)}:{page}") for page in ("sign_in", "again")}:
        return
    shown = {int(text) for text in request.POST.get(ROWS, "").split(",") if text.isascii() and text.isdecimal()}
    gone = [
        kept.id
        for kept in kept_of(user, name)
        if kept.id in shown or all(tuple(request.POST.getlist(field)) == values for field, values in kept.fields)
    ]
    forget(user, gone)


def sweep() -> None:
    """Remove what was typed too long ago."""
    KeptForm.objects.filter(at__lte=city.current().clock.now() - KEPT_LASTS).delete()
