"""Joining by an invitation: a password and an app that makes codes, both on one page, in one step."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import actions, desk_layout, login_attempts, second_factors, sessions
from ayan.apps.accounts.labels import Boxes, problems
from ayan.apps.accounts.models import Invitation
from ayan.apps.accounts.qr_code import scannable
from ayan.apps.accounts.refusals import AccountRefused, TooManyAttempts
from ayan.apps.accounts.staff_middleware import unguarded
from ayan.core.values.label import Label
from ayan.ui import language

_KEPT = "app_keys"  # the name under which the session keeps the secret


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
        "picture": scannable(second_factors.address(invitation.user, app_secret)),
        "app_secret": spaced(app_secret),
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
    return HttpResponseRedirect(reverse(f"{language.of(request)}:recovery_codes"))
