"""What was typed into a form whose session was over: kept on the server, and offered to the same officer afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Final, TypedDict

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from ayan.apps.accounts.limits import LONGEST_FORM
from ayan.apps.accounts.models import User
from ayan.wiring import city

NAME: Final = "kept"
# Secrets are typed again, never kept.
SECRET: Final = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "credential"})


LASTS: Final = timedelta(hours=12)
"""So long after it was typed a text is offered again; then it is forgotten."""


class FormDraft(TypedDict):
    """Whose it is, where it was going, when it was typed (seconds), and the fields."""

    user: int
    path: str
    at: float
    fields: list[tuple[str, str]]


def typed(request: HttpRequest) -> FormDraft | None:
    """The text of a form that came too late; None where there is none worth keeping, or nobody to keep it for."""
    user = request.user
    # A file is sent again, and asking such a request for its fields would read all of it.
    if request.method != "POST" or not isinstance(user, User) or request.content_type == "multipart/form-data":
        return None
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in SECRET]
    if not any(text.strip() for _name, text in fields) or sum(len(text) for _name, text in fields) > LONGEST_FORM:
        return None
    at = city.current().clock.now().timestamp()
    return {"user": user.pk, "path": request.get_full_path(), "at": at, "fields": fields}


def carried(session: SessionBase, user: User) -> FormDraft | None:
    """What an earlier session of this very officer left; to be taken over into the next one."""
    draft: FormDraft | None = session.get(NAME)
    return draft if draft and draft["user"] == user.pk and not _stale(draft) else None


def forget(is_over: Callable[[str], bool]) -> int:
    """Take out of every session what was typed too long ago, or for something that is over; how many there were."""
    store, gone = import_module(settings.SESSION_ENGINE).SessionStore, 0
    for key in store.get_model_class().objects.values_list("session_key", flat=True).iterator():
        session = store(key)
        draft: FormDraft | None = session.get(NAME)
        if draft and (_stale(draft) or is_over(draft["path"])):
            del session[NAME]
            session.save()
            gone += 1
    return gone


def _stale(draft: FormDraft) -> bool:
    return city.current().clock.now().timestamp() - draft.get("at", 0) > LASTS.total_seconds()
