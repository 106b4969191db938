"""People for the tests of the desk: each with a role, a unit and a second factor where one is needed."""

from __future__ import annotations

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from ayan.apps.accounts import second_factors, sessions
from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.roles import WHOLE_CITY, Role
from ayan.apps.accounts.session_store import SessionStore

FINANCE, WORKS = "finance", "works"


def unit(slug: str) -> Unit:
    created, _new = Unit.objects.get_or_create(slug=slug, defaults={"name_fa": f"واحد {slug}", "name_en": slug})
    return created


def person(username: str, **more: str) -> User:
    return User.objects.create_user(username=username, name=more.pop("name", f"نام {username}"), **more)


def letters_leave() -> None:
    """Let the worker send the letters that wait, and no other work."""
    for waiting in DBTaskResult.objects.ready().filter(queue_name="mail"):
        waiting.task.call(*waiting.args_kwargs["args"])
        waiting.delete()


def officer(username: str, role: Role, *, unit_slug: str = FINANCE, dataset: str = "") -> User:
    """A person with one grant: for a unit, or for the whole city where ``unit_slug`` is empty or the role says so."""
    user = person(username)
    where = unit(unit_slug) if unit_slug and role not in WHOLE_CITY else None
    Grant.objects.create(user=user, role=role, unit=where, dataset=dataset)
    return user


PASSWORD = "کبوتر سبز بر بام بلند"


def joined(user: User, password: str = PASSWORD) -> str:
    """Give a person a password and an app as if they had used an invitation; returns the app's secret."""
    user.set_password(password)
    user.save()
    secret = second_factors.new_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code(secret: str, steps: int = 0) -> str:
    """The code that an app with this secret shows now, or ``steps`` steps of time later."""
    now = list(totp.yield_hotp_counters_from_time())[1] + steps
    return str(totp.format_hotp_value(totp.hotp_value(secret, now)))


def signed_in(user: User, client: Client | None = None) -> Client:
    """A browser in which a person has shown both factors; the person gets an app first where there is none."""
    client = client or Client()
    if not second_factors.strong(user):
        totp.TOTP.activate(user, second_factors.new_secret())
    request = HttpRequest()
    request.session = SessionStore()
    request.user = user
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    sessions.begin(request, user, "totp")
    request.session.save()
    assert request.session.session_key is not None
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def password_step(client: Client, name: str = "maryam", password: str = PASSWORD, **more: str) -> int:
    """The first of the two steps of signing in; the status of the answer."""
    sent = {"username": name, "password": password} | more
    return client.post("/desk/sign-in", sent).status_code
