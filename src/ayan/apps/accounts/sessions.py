"""A session of an officer: begun with two factors, ended by hand or by idleness, and what was typed as it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, NotRequired, TypedDict

from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from ayan.apps.accounts import audit, second_factors
from ayan.apps.accounts.limits import (
    FRESH_SIGN_IN,
    LONGEST_FORM,
    LONGEST_IDLE,
    LONGEST_SESSION,
    SECOND_FACTOR_LASTS,
    TYPED_TEXT_LASTS,
)
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.session_store import SessionStore
from ayan.ui import language
from ayan.wiring import city

SEEN: Final = "seen"
BY: Final = "by"
_LONG_AGO: Final = "long_ago"
_BEGUN: Final = "begun"
_PENDING: Final = "pending"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"

DRAFT: Final = "kept"
# Secrets are typed again, never kept.
SECRET: Final = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "credential", "entered"})
# Forms about data name the code of a reason so; elsewhere that is the code of an app.
_REASONS: Final = frozenset({"code"})
_OF_DATA: Final = ("/desk/u/", "/desk/many/", "/desk/withdraw/", "/desk/correct", "/desk/erase/")
# What a page writes into its own forms, and nobody typed.
WRITTEN_BY_PAGES: Final = frozenset(
    {"expected_revision", "digest", "reviewed_digest", "do", "cause", "fingerprint", "onto", "number", "seen", "next"}
    | {"header", "revoke", "form", "balance", "how", "tab", "kept_form", "kept_rows"}
)


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who showed the first factor and owes the second, where they wanted to go, and who vouched for them.

    ``by`` is "provider" where that was the provider of single sign-on, and empty for a password.
    """

    user: User
    next: str
    by: str = ""


def person(user: User) -> Subject:
    """A person as the subject of an act."""
    return Subject("person", str(user.pk), sender=user.pk)


def wait_for_factor(request: HttpRequest, user: User, after: str, by: str = "") -> None:
    """Remember, under a new session, that the first factor was right. Nobody is signed in yet."""
    _renew(request, user)
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": city.current().clock.now().timestamp(),
        "next": after,
        "by": by,
    }


def pending(request: HttpRequest) -> Pending | None:
    """Who owes the second factor in this session; None when nobody does, or no longer."""
    held = request.session.get(_PENDING)
    if not held or _since(held["at"]) > SECOND_FACTOR_LASTS:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    # A password that was changed meanwhile was not the one that was typed.
    if user is None or user.get_session_auth_hash() != held["hash"]:
        return None
    return Pending(user, held["next"], held.get("by", ""))


def begin(
    request: HttpRequest, user: User, factor: second_factors.FactorKind, by: str = "", *, lately: bool = True
) -> None:
    """Sign a person in who has shown both factors, under a new session, and record it; ``by`` as of `Pending`.

    ``lately`` is false where the factors were shown some time ago, to a provider that vouches for them since: what
    asks for them again then asks at once.
    """
    with transaction.atomic():
        _renew(request, user)
        auth.login(request, user, backend=_BACKEND)
        now = city.current().clock.now().timestamp()
        request.session[SEEN] = request.session[_BEGUN] = now
        if by:
            request.session[BY] = by
        if not lately:
            request.session[_LONG_AGO] = True
        audit.record(user, "session.begin", person(user), factor=factor, **({"by": by} if by else {}))


def _renew(request: HttpRequest, user: User) -> None:
    """A session under a new name, with nothing of the old one but what this very officer had typed."""
    held = draft_of(request.session, user)
    request.session.flush()
    if held:
        request.session[DRAFT] = held


def standing(request: HttpRequest) -> User | None:
    """The officer whose session this is; None without one, after idleness, and for a session without two factors."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    seen = request.session.get(SEEN)
    if seen is None:
        return None
    if _since(request.session.get(_BEGUN, 0)) > LONGEST_SESSION:
        return None
    return user if _since(seen) <= LONGEST_IDLE else None


def touch(request: HttpRequest) -> None:
    """Note that the officer is there; written once a minute at most."""
    if _since(request.session[SEEN]) > timedelta(minutes=1):
        request.session[SEEN] = city.current().clock.now().timestamp()


def fresh(request: HttpRequest) -> bool:
    """Whether both factors were shown so lately that how one signs in may be changed."""
    return not request.session.get(_LONG_AGO) and _since(request.session.get(_BEGUN, 0)) <= FRESH_SIGN_IN


def carry_on(request: HttpRequest, user: User) -> None:
    """Let this session outlive a change of the password, under a new name."""
    auth.update_session_auth_hash(request, user)


def end(request: HttpRequest) -> None:
    """Sign out here."""
    if isinstance(request.user, User):
        audit.record(request.user, "session.end", person(request.user))
    auth.logout(request)


def end_all(user: User, by: User) -> None:
    """Sign a person out everywhere: every session there is loses its worth at once."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.generation += 1
        locked.save(update_fields=["generation"])
        user.generation = locked.generation
        audit.record(by, "session.end-all", person(user))


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: an address of the desk on this very site, else nothing."""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return ""
    return wanted if wanted.startswith(language.in_each("/desk/")) and "\\" not in wanted else ""


def _since(moment: float) -> timedelta:
    now: datetime = city.current().clock.now()
    return timedelta(seconds=now.timestamp() - moment)


# --- what was typed into a form whose session was over: kept on the server, offered to the same officer afterwards ----


class FormDraft(TypedDict):
    """Whose it is, where it was going, when it was typed (seconds), and the fields.

    ``page`` is the address of the page whose form is to be filled with it, where it was put off for the second factor.
    """

    user: int
    path: str
    at: float
    fields: list[tuple[str, str]]
    page: NotRequired[str]


def is_typed(name: str) -> bool:
    """Whether a field of a form holds what somebody typed or chose, and not what the page had written into it."""
    return (
        name != "csrfmiddlewaretoken"
        and name not in WRITTEN_BY_PAGES
        and not name.startswith(("old:", "of:", "unit-seen:", "seen:"))
    )


def secrets_of(path: str) -> frozenset[str]:
    """The names of the fields of a form at an address that are never kept."""
    return SECRET - _REASONS if path.startswith(tuple(chain.from_iterable(map(language.in_each, _OF_DATA)))) else SECRET


def keep_for(request: HttpRequest, page: str) -> None:
    """Keep what was typed until the form of ``page`` is shown again, filled with it."""
    if typed := typed_draft(request):
        request.session[DRAFT] = typed | {"page": page}


def refill(request: HttpRequest) -> None:
    """Let the page that is asked for be drawn with what was typed into its form before the second factor was shown."""
    user, held = request.user, request.session.get(DRAFT)
    if request.method != "GET" or not held or held.get("page") != request.get_full_path():
        return
    del request.session[DRAFT]
    if isinstance(user, User) and held["user"] == user.pk and not _stale(held):
        fields = QueryDict(mutable=True)
        for name, text in held["fields"]:
            fields.appendlist(name, text)
        # Views fill their forms with what was posted; the method says that nothing is to be done.
        request.POST = fields  # type: ignore[assignment]  # the same dictionary, still open


def typed_draft(request: HttpRequest) -> FormDraft | None:
    """The text of a form that came too late; None where there is none worth keeping, or nobody to keep it for."""
    user = request.user
    # A file is sent again, and asking such a request for its fields would read all of it.
    if request.method != "POST" or not isinstance(user, User) or request.content_type == "multipart/form-data":
        return None
    secret = secrets_of(request.path_info)
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in secret]
    if (
        not any(text.strip() for name, text in fields if is_typed(name))
        or sum(len(text) for _name, text in fields) > LONGEST_FORM
    ):
        return None
    at = city.current().clock.now().timestamp()
    return {"user": user.pk, "path": request.get_full_path(), "at": at, "fields": fields}


def draft_of(session: SessionBase, user: User) -> FormDraft | None:
    """What an earlier session of this very officer left; to be taken over into the next one."""
    draft: FormDraft | None = session.get(DRAFT)
    return draft if draft and draft["user"] == user.pk and not _stale(draft) else None


def forget_drafts(is_over: Callable[[str], bool]) -> int:
    """Take out of every session what was typed too long ago, or for something that is over; how many there were."""
    return SessionStore.forget(DRAFT, lambda draft: _stale(draft) or is_over(draft["path"]))


def _stale(draft: FormDraft) -> bool:
    return city.current().clock.now().timestamp() - draft.get("at", 0) > TYPED_TEXT_LASTS.total_seconds()
