"""What was typed into a form whose session was over: kept on the server, and offered to the same officer afterwards."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from ayan.apps.accounts.models import User

NAME: Final = "kept"
LONGEST: Final = 100_000
# Secrets are typed again, never kept.
SECRET: Final = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "credential"})


class Kept(TypedDict):
    """Whose it is, where it was going, and the fields."""

    user: int
    path: str
    fields: list[tuple[str, str]]


def typed(request: HttpRequest) -> Kept | None:
    """The text of a form that came too late; None where there is none worth keeping, or nobody to keep it for."""
    user: Any = request.user
    # A file is sent again, and asking such a request for its fields would read all of it.
    if request.method != "POST" or not isinstance(user, User) or request.content_type == "multipart/form-data":
        return None
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in SECRET]
    if not any(text.strip() for _name, text in fields) or sum(len(text) for _name, text in fields) > LONGEST:
        return None
    return {"user": user.pk, "path": request.get_full_path(), "fields": fields}


def carried(session: SessionBase, user: User) -> Kept | None:
    """What an earlier session of this very officer left; to be taken over into the next one."""
    found: Kept | None = session.get(NAME)
    return found if found and found["user"] == user.pk else None
