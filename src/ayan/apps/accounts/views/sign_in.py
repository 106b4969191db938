"""Signing in: by an invitation the first time, then with the password and the second factor; and signing out."""

from __future__ import annotations

import json
from math import ceil
from typing import Any, Final

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import (
    actions,
    audit,
    desk_layout,
    login_attempts,
    messages,
    second_factors,
    sessions,
    typed_texts,
)
from ayan.apps.accounts.forms import AccountRefused, Boxes, TooManyAttempts, problems
from ayan.apps.accounts.limits import ATTEMPTS_WINDOW, LEAST_WRONG_TOLD
from ayan.apps.accounts.models import Act, Invitation, User
from ayan.apps.accounts.single_sign_on import provider, sign_in_flow
from ayan.apps.accounts.staff_middleware import officer, unguarded
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import FormBox
from ayan.ui.qr_code import qr_code
from ayan.ui.value_html import plain_number
from ayan.wiring import city

WRONG: Final = Label(
    "نام کاربری یا گذرواژه درست نیست. هر دو را از نو بنویسید.",
    "The user name or the password is not right. Type both again.",
)
WRONG_CODE: Final = Label(
    "این کد درست نیست یا به کار رفته است. کدی را بنویسید که برنامه همین حالا نشان می‌دهد.",
    "This code is not right, or has been used. Type the one that the app shows now.",
)
NO_PASSKEY: Final = Label(
    "کلید عبور پذیرفته نشد. دوباره بکوشید یا کد برنامه را بنویسید.",
    "The passkey was not accepted. Try again, or type the code of the app.",
)
_KEPT = "app_keys"  # the name under which the session keeps the secret


@unguarded
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page: user name and password."""
    lang = language.of(request)
    asked = request.POST if request.method == "POST" else request.GET
    after = sessions.safe_next(request, asked.get("next", ""))
    if request.method != "POST" and sessions.standing(request):
        return HttpResponseRedirect(after or reverse(f"{lang}:desk"))
    refused = sign_in_flow.problem_of(request)
    if request.method == "POST":
        try:
            sessions.wait_for_factor(request, _known(request), after)
            return HttpResponseRedirect(reverse(f"{lang}:second_factor"))
        except AccountRefused as wrong:
            refused = wrong
    boxes = Boxes(lang, {"username": request.POST.get("username", "")}, refused)
    fields = [
        boxes.box("username", Label("نام کاربری", "User name"), code=True, fill="username"),
        boxes.box("password", Label("گذرواژه", "Password"), secret=True, fill="current-password"),
    ]
    over = request.method != "POST" and request.GET.get("over") == "1"
    declared = provider.configured()
    context = {
        "boxes": fields,
        "problems": problems(refused, lang),
        "next": after,
        "over": over,
        "provider": declared.name if declared else None,
        "left_provider": request.method != "POST" and request.GET.get("left") == "1",
    }
    return desk_layout.page(request, "accounts/sign_in.html", context, refusal=refused)


@unguarded
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second page: a code of the app, a recovery code, or a passkey."""
    lang = language.of(request)
    waiting = sessions.pending(request)
    if waiting is None:
        return HttpResponseRedirect(reverse(f"{lang}:sign_in"))
    refused = None
    if request.method == "POST":
        try:
            factor = shown_factor(request, waiting.user)
        except AccountRefused as wrong:
            refused = wrong
            if not sessions.pending(request):
                return HttpResponseRedirect(reverse(f"{lang}:sign_in"))
        else:
            sessions.begin(request, waiting.user, factor, waiting.by)
            kept = sessions.draft_of(request.session, waiting.user)
            onward = reverse(f"{lang}:kept") if kept else waiting.next or reverse(f"{lang}:desk")
            response = HttpResponseRedirect(onward)
            login_attempts.remember(request, response, waiting.user)
            return response
    context = factor_form(waiting.user, lang, refused)
    return desk_layout.page(request, "accounts/second_factor.html", context, refusal=refused)


@require_safe
def typed_before(request: HttpRequest) -> HttpResponse:
    """What was typed when the session was over, to be sent now or left; it is shown once."""
    held = sessions.draft_of(request.session, officer(request))
    if held is None:
        return HttpResponseRedirect(reverse(f"{language.of(request)}:desk"))
    del request.session[sessions.DRAFT]
    shown = typed_texts.labelled(held, language.of(request))
    return desk_layout.page(request, "accounts/kept.html", {"kept": held, "shown": shown})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here; whoever came by the provider is told that they are still signed in there."""
    by_provider = request.session.get(sessions.BY) and provider.configured()
    sessions.end(request)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:sign_in") + ("?left=1" if by_provider else ""))


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Asked by the page when the officer says so: the door has noted that somebody is there."""
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return HttpResponseRedirect(reverse(f"{language.of(request)}:desk"))
    return HttpResponse(status=204)


def shown_factor(request: HttpRequest, user: User) -> second_factors.FactorKind:
    """The factor that the sent form shows, counted against guessing; AccountRefused for none."""
    counters = login_attempts.names(request, "factor", str(user.pk), user.username)
    if not login_attempts.take(counters):
        _record_lock(user)
        raise _locked(request, counters)
    if not login_attempts.take_factor(user):
        raise _locked_for_good()
    credential = _json(request.POST.get("credential", ""))
    kind: second_factors.FactorKind | None
    if credential is not None:
        kind = "webauthn" if second_factors.passkey_answer(user, credential) else None
    else:
        kind = second_factors.answer(user, request.POST.get("code", ""))
    if kind is None:
        audit.record(None, "session.failed", sessions.person(user), factor="second", running=user.wrong_factors)
        _tell(user)
        if login_attempts.is_locked(user):
            audit.record(None, "session.locked", sessions.person(user), until="link")
            raise _locked_for_good()
        raise AccountRefused(WRONG_CODE if credential is None else NO_PASSKEY, "code" if credential is None else "")
    login_attempts.forget(counters)
    login_attempts.right_factor(user)
    if kind == "recovery_codes":
        audit.record(user, "factor.recovery", sessions.person(user), left=second_factors.recovery_left(user))
    return kind


def factor_form(user: User, lang: Lang, refused: AccountRefused | None) -> dict[str, Any]:
    """What the form for a second factor needs."""
    has_passkey = any(authenticator.type == second_factors.PASSKEY for authenticator in second_factors.strong(user))
    hint = Label(
        "شش رقمی که برنامهٔ کدساز نشان می‌دهد، یا یکی از کدهای بازیابی",
        "The six digits that your authenticator app shows, or a recovery code",
    )
    box: FormBox = Boxes(lang, {}, refused).box("code", Label("کد", "Code"), hint, numeric=True, fill="one-time-code")
    options = json.dumps(second_factors.ask_to_show(user)) if has_passkey else ""
    return {"boxes": [box], "problems": problems(refused, lang), "passkey": options}


def _known(request: HttpRequest) -> User:
    """The person whose password was typed; AccountRefused with one and the same sentence for every reason."""
    name = request.POST.get("username", "").strip().lower()
    counters = login_attempts.names(request, "password", name)
    known = User.objects.filter(username=name, is_active=True).first()
    if not login_attempts.take(counters):
        if known:
            _record_lock(known)
        raise _locked(request, counters)
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if not isinstance(user, User) or not second_factors.strong(user):
        # Of names that do not exist nothing is recorded: what was typed there may be a password.
        if known:
            audit.record(None, "session.failed", sessions.person(known), factor="password")
        raise AccountRefused(WRONG, "username")
    login_attempts.forget(counters)
    return user


def _locked(request: HttpRequest, counters: dict[str, int]) -> AccountRefused:
    until = login_attempts.locked_until(counters)
    minutes = ceil((until - city.current().clock.now()).total_seconds() / 60) if until else 15
    request.session.pop("pending", None)
    return TooManyAttempts(
        Label(
            "بارها نادرست نوشته شد. پس از {minutes} دقیقه دوباره بکوشید.",
            "Too many wrong attempts. Try again in {minutes} minutes.",
        ).filled(lambda lang: {"minutes": plain_number(minutes, lang)})
    )


def _locked_for_good() -> AccountRefused:
    return AccountRefused(
        Label(
            "این حساب قفل است، چون بارها کد نادرست نوشته شد. از مدیر سامانه پیوند تازه بخواهید.",
            "This account is locked, because wrong codes were typed many times. Ask the administrator for a new link.",
        )
    )


def _tell(user: User) -> None:
    """Tell the owner, once on the way and once at the lock."""
    if user.wrong_factors == LEAST_WRONG_TOLD:
        messages.warn(user, messages.WRONG_FACTORS)
    if login_attempts.is_locked(user):
        messages.warn(user, messages.LOCKED)


def _record_lock(user: User) -> None:
    """Once in a quarter of an hour for a person, however often somebody knocks."""
    since = city.current().clock.now() - ATTEMPTS_WINDOW
    about = sessions.person(user)
    if not Act.objects.filter(verb="session.locked", subject=str(about), at__gt=since).exists():
        audit.record(None, "session.locked", about)


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return {}


# --- joining by an invitation: a password and an app that makes codes, both on one page, in one step ------------------


@unguarded
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind an invitation. Opening it uses nothing up; it is used when both factors are there."""
    lang = language.of(request)
    invitation = actions.invitation(secret)
    if invitation is None:
        return desk_layout.page(request, "accounts/no_invitation.html", status=410)
    # For this invitation alone: whoever opened another one in this browser knows that one's secret.
    kept = request.session.get(_KEPT) or {}
    app_secret = kept.get(invitation.digest) or second_factors.new_secret()
    request.session[_KEPT] = {invitation.digest: app_secret}
    refused = None
    if request.method == "POST":
        try:
            return _joined(request, invitation, app_secret)
        except AccountRefused as wrong:
            refused = wrong
    hint = Label("دست‌کم ۱۲ نویسه؛ چند واژهٔ بی‌ربط به یاد ماندنی است", "At least 12 characters; a few unrelated words")
    scan = Label("شش رقمی که برنامه پس از خواندن تصویر نشان می‌دهد", "The six digits that the app shows after scanning")
    boxes = Boxes(lang, {}, refused)
    context = {
        "who": invitation.user,
        "problems": problems(refused, lang),
        "passwords": [
            boxes.box("password", Label("گذرواژهٔ تازه", "New password"), hint, secret=True, fill="new-password"),
            boxes.box("again", Label("همان گذرواژه بار دیگر", "The same once more"), secret=True, fill="new-password"),
        ],
        "codes": [boxes.box("code", Label("کد", "Code"), scan, numeric=True, fill="one-time-code")],
        "picture": qr_code(second_factors.address(invitation.user, app_secret)),
        "app_secret": spaced(app_secret),
        "secret": secret,
        "provider": declared.name if (declared := provider.configured()) else None,
    }
    return desk_layout.page(request, "accounts/join.html", context, refusal=refused)


def spaced(secret: str) -> str:
    """A secret in groups of four, as it is typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _joined(request: HttpRequest, invitation: Invitation, app_secret: str) -> HttpResponse:
    counters = login_attempts.names(request, "join", invitation.digest)
    if not login_attempts.take(counters):
        raise TooManyAttempts(
            Label("بارها نادرست نوشته شد. کمی بعد دوباره بکوشید.", "Too many wrong attempts. Try later.")
        )
    password, again = request.POST.get("password", ""), request.POST.get("again", "")
    actions.check_password(password, again, invitation.user)
    user = actions.join(invitation, password, app_secret, request.POST.get("code", ""))
    login_attempts.forget(counters)
    second_factors.renew_recovery(user)
    sessions.begin(request, user, "totp")
    request.session["show_codes"] = True
    response = HttpResponseRedirect(reverse(f"{language.of(request)}:recovery_codes"))
    login_attempts.remember(request, response, user)
    return response
