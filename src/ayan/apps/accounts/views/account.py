"""One's own account: how one signs in, the codes for a bad day, and signing out everywhere."""

from __future__ import annotations

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import actions, audit, desk_layout, second_factors, sessions
from ayan.apps.accounts.forms import AccountRefused, Boxes, problems
from ayan.apps.accounts.single_sign_on import identities, provider, sign_in_flow
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.accounts.views.people import grants_of
from ayan.apps.accounts.views.sign_in import factor_form, shown_factor, spaced
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.qr_code import qr_code

_NEW_APP = "new_app"  # the session's name for the secret of an app that is being added


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, refused: AccountRefused | None = None) -> HttpResponse:
    """One's own account; ``refused`` is what of it could not be done."""
    lang = language.of(request)
    me = officer(request)
    held = second_factors.strong(me)
    fresh = sessions.fresh(request)
    context = {
        "problems": problems(refused, lang),
        "grants": grants_of(me, lang),
        "factors": [
            {
                "pk": authenticator.pk,
                "passkey": authenticator.type == second_factors.PASSKEY,
                "name": authenticator.data.get("name", ""),
                "at": authenticator.created_at,
            }
            for authenticator in held
        ],
        "has_app": any(authenticator.type == second_factors.TOTP for authenticator in held),
        "may_remove": len(held) > 1,
        "left": second_factors.recovery_left(me),
        "fresh": fresh,
        "provider": declared.name if (declared := provider.configured()) else None,
        "identity": identities.of(me),
        "alone": not me.has_usable_password() or not held,
        "making": json.dumps(second_factors.ask_to_make(me)) if fresh else "",
    }
    return desk_layout.page(request, "accounts/account.html", context, refusal=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """The second factor once more, before changing how one signs in."""
    lang = language.of(request)
    refused = sign_in_flow.problem_of(request)
    # Whoever joined by the provider alone shows themselves there; everybody else has a factor of ours.
    own = bool(second_factors.strong(officer(request)))
    declared = provider.configured()
    if not own and declared is not None:
        after = sessions.safe_next(request, request.GET.get("next", ""))
        context = {"provider": declared.name, "next": after, "problems": problems(refused, lang)}
        return desk_layout.page(request, "accounts/again_at_provider.html", context, refusal=refused)
    if request.method == "POST":
        try:
            factor = shown_factor(request, officer(request))
        except AccountRefused as wrong:
            refused = wrong
        else:
            sessions.begin(request, officer(request), factor)
            after = sessions.safe_next(request, request.GET.get("next", ""))
            return HttpResponseRedirect(after or reverse(f"{lang}:account"))
    context = factor_form(officer(request), lang, refused)
    return desk_layout.page(request, "accounts/again.html", context, refusal=refused)


@require_POST
def add_passkey(request: HttpRequest) -> HttpResponse:
    if not sessions.fresh(request):
        return _to(request, "again")
    me = officer(request)
    try:
        credential = json.loads(request.POST.get("credential", ""))
    except ValueError:
        credential = None
    with transaction.atomic():
        if credential and second_factors.add_passkey(me, request.POST.get("name", "").strip(), credential):
            audit.record(me, "factor.add", sessions.person(me), factor="webauthn")
    return _to(request, "account")


@require_POST
def remove_factor(request: HttpRequest, which: int) -> HttpResponse:
    if not sessions.fresh(request):
        return _to(request, "again")
    me = officer(request)
    with transaction.atomic():
        if second_factors.remove(me, which):
            audit.record(me, "factor.remove", sessions.person(me))
    return _to(request, "account")


@require_http_methods(["GET", "HEAD", "POST"])
def change_app(request: HttpRequest) -> HttpResponse:
    """Another app that makes codes, in the place of the one before."""
    if not sessions.fresh(request):
        return _to(request, "again")
    lang = language.of(request)
    me = officer(request)
    secret = request.session.get(_NEW_APP) or second_factors.new_secret()
    request.session[_NEW_APP] = secret
    refused = None
    if request.method == "POST":
        with transaction.atomic():
            if second_factors.add_app(me, secret, request.POST.get("code", "")):
                audit.record(me, "factor.add", sessions.person(me), factor="totp")
                del request.session[_NEW_APP]
                return _to(request, "account")
        refused = AccountRefused(Label("این کد درست نیست.", "This code is not right."), "code")
    context = {
        "has_app": any(authenticator.type == second_factors.TOTP for authenticator in second_factors.strong(me)),
        "picture": qr_code(second_factors.address(me, secret)),
        "app_secret": spaced(secret),
        "boxes": [Boxes(lang, {}, refused).box("code", Label("کد", "Code"), numeric=True, fill="one-time-code")],
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/change_app.html", context, refusal=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes: shown once, when they are made."""
    me = officer(request)
    if request.method == "POST" and request.POST.get("kept"):
        request.session.pop("show_codes", None)
        return _to(request, "desk")
    if request.method == "POST":
        if not sessions.fresh(request):
            return _to(request, "again")
        with transaction.atomic():
            second_factors.renew_recovery(me)
            audit.record(me, "factor.add", sessions.person(me), factor="recovery_codes")
        request.session["show_codes"] = True
        return _to(request, "recovery_codes")
    # A page that was never answered with "kept" is no way to the codes for whoever finds the desk open later.
    if not request.session.get("show_codes") or not sessions.fresh(request):
        return _to(request, "account")
    return desk_layout.page(request, "accounts/recovery_codes.html", {"codes": second_factors.recovery_codes(me)})


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    if not sessions.fresh(request):
        return _to(request, "again")
    lang = language.of(request)
    me = officer(request)
    refused = None
    if request.method == "POST":
        try:
            actions.change_password(me, request.POST.get("password", ""), request.POST.get("again", ""))
            # Every other session ends with the old password; this one goes on under a new name.
            sessions.carry_on(request, me)
            return _to(request, "account")
        except AccountRefused as wrong:
            refused = wrong
    boxes = Boxes(lang, {}, refused)
    context = {
        "boxes": [
            boxes.box("password", Label("گذرواژهٔ تازه", "New password"), secret=True, fill="new-password"),
            boxes.box("again", Label("همان گذرواژه بار دیگر", "The same once more"), secret=True, fill="new-password"),
        ],
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/change_password.html", context, refusal=refused)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    me = officer(request)
    sessions.end_all(me, me)
    return _to(request, "sign_in")


def _to(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{language.of(request)}:{name}"))
