"""The pages of signing in by the city's provider: going there, coming back, and saying yes to an identity."""

from __future__ import annotations

import hmac
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import actions, audit, desk_layout, login_attempts, second_factors, sessions
from ayan.apps.accounts.forms import AccountRefused, Boxes, TooManyAttempts, problems
from ayan.apps.accounts.limits import MOST_PROVIDER_SIGN_INS
from ayan.apps.accounts.models import Invitation, User
from ayan.apps.accounts.single_sign_on import identities, provider, sign_in_flow
from ayan.apps.accounts.single_sign_on.id_token import Claims
from ayan.apps.accounts.single_sign_on.provider import ProviderDown, ProviderRefused
from ayan.apps.accounts.single_sign_on.sign_in_flow import FoundIdentity, Problem, Purpose, SignInFlow
from ayan.apps.accounts.staff_middleware import officer, unguarded
from ayan.apps.accounts.views import account
from ayan.apps.accounts.views.sign_in import spaced
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.qr_code import qr_code
from ayan.wiring import city
from ayan.wiring.sign_in_provider import SignInProvider

_APP: Final = "provider_app"  # the session's name for the secret of an app that joins with an identity
BY: Final = "provider"


# --- going there ------------------------------------------------------------------------------------------------------


@unguarded
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """To the provider, to sign in."""
    return _go(request, Purpose.ENTER, next=sessions.safe_next(request, request.GET.get("next", "")))


@unguarded
@require_safe
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """To the provider, to join by an invitation; a link that does not hold leads to the page that says so."""
    invitation = actions.invitation(secret)
    if invitation is None:
        return HttpResponseRedirect(reverse(f"{language.of(request)}:join", args=(secret,)))
    return _go(request, Purpose.JOIN, invitation=invitation.digest)


@require_safe
def bind(request: HttpRequest) -> HttpResponse:
    """To the provider, to bind its identity to the account of whoever is signed in."""
    if not sessions.fresh(request):
        return HttpResponseRedirect(reverse(f"{language.of(request)}:again"))
    return _go(request, Purpose.BIND)


@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """To the provider once more, for an officer who has no second factor here."""
    return _go(request, Purpose.AGAIN, next=sessions.safe_next(request, request.GET.get("next", "")))


def _go(request: HttpRequest, purpose: Purpose, **more: str) -> HttpResponse:
    lang = language.of(request)
    declared = provider.configured()
    if declared is None:
        return HttpResponseRedirect(reverse(f"{lang}:sign_in"))
    if not login_attempts.take(login_attempts.of_address(request, "provider", MOST_PROVIDER_SIGN_INS)):
        return _failed(request, lang, Problem.OFTEN)
    try:
        about = provider.metadata(declared)
    except ProviderDown:
        return _failed(request, lang, Problem.DOWN)
    # A GET that only leads away: a form may lead to no other site (form-action of the policy of every page).
    return HttpResponseRedirect(sign_in_flow.begin(request, declared, about, purpose, lang, **more))


# --- coming back ------------------------------------------------------------------------------------------------------


@unguarded
@sensitive_variables()
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the provider with a code, or with the reason why there is none."""
    declared, flow = provider.configured(), sign_in_flow.take(request)
    if declared is None or flow is None:
        return _failed(request, language.of(request), Problem.STALE)
    try:
        claims = _claims(request, declared, flow)
    except ProviderDown:
        return _failed(request, flow.lang, Problem.DOWN)
    except ProviderRefused:
        return _failed(request, flow.lang, Problem.REFUSED)
    if claims is None:
        return _failed(request, flow.lang, Problem.CANCELLED)
    proven = sign_in_flow.is_proven(declared, claims)
    digest = identities.digest_of(declared.issuer, claims.subject)
    if flow.purpose in (Purpose.BIND, Purpose.AGAIN):
        me = sessions.standing(request)
        if me is None:
            return HttpResponseRedirect(reverse(f"{flow.lang}:sign_in"))
        if flow.purpose == Purpose.AGAIN:
            return _shown_again(request, flow, me, claims, proven=proven, digest=digest)
        sign_in_flow.hold(request, digest, claims, proven=proven, user=me.pk)
        return HttpResponseRedirect(reverse(f"{flow.lang}:provider_connect"))
    if flow.purpose == Purpose.JOIN:
        now = city.current().clock.now()
        invitation = Invitation.objects.filter(digest=flow.invitation, used_at=None, until__gt=now).first()
        return _to_join(request, flow, invitation, digest, claims, proven=proven)
    return _entered(request, declared, flow, digest, claims, proven=proven)


def _claims(request: HttpRequest, declared: SignInProvider, flow: SignInFlow) -> Claims | None:
    """What the provider says of whoever came back; None where they did not sign in."""
    about = provider.metadata(declared)
    issuer = request.GET.get("iss")
    # RFC 9207: an answer of another provider is not taken for one of ours.
    if (about.says_issuer or issuer is not None) and issuer != declared.issuer:
        raise ProviderRefused("issuer")
    code = request.GET.get("code", "")
    if "error" in request.GET or not code:
        return None
    if not login_attempts.take(login_attempts.of_address(request, "provider", MOST_PROVIDER_SIGN_INS)):
        raise ProviderDown("often")
    return provider.redeem(declared, code, flow.verifier, flow.nonce, sign_in_flow.return_address())


def _entered(
    request: HttpRequest, declared: SignInProvider, flow: SignInFlow, digest: str, claims: Claims, *, proven: bool
) -> HttpResponse:
    user = identities.officer_of(digest)
    if user is None and declared.bind_by_email and claims.email_verified:
        invitation = identities.invited_by_email(claims.email)
        if invitation is not None:
            return _to_join(request, flow, invitation, digest, claims, proven=proven)
    if user is None or not user.is_active:
        if user is not None:
            audit.record(None, "session.failed", sessions.person(user), factor=BY)
        return _failed(request, flow.lang, Problem.UNKNOWN)
    if login_attempts.is_locked(user):
        return _failed(request, flow.lang, Problem.LOCKED)
    if proven:
        return _begun(request, flow.lang, user, flow.next, lately=sign_in_flow.is_of_now(flow, claims))
    if not second_factors.strong(user):
        audit.record(None, "session.failed", sessions.person(user), factor=BY)
        return _failed(request, flow.lang, Problem.NO_FACTOR)
    sessions.wait_for_factor(request, user, flow.next, BY)
    return HttpResponseRedirect(reverse(f"{flow.lang}:second_factor"))


def _begun(request: HttpRequest, lang: str, user: User, after: str, *, lately: bool) -> HttpResponse:
    sessions.begin(request, user, "provider", BY, lately=lately)
    kept = sessions.draft_of(request.session, user)
    response = HttpResponseRedirect(reverse(f"{lang}:kept") if kept else after or reverse(f"{lang}:desk"))
    login_attempts.remember(request, response, user)
    return response


def _shown_again(
    request: HttpRequest, flow: SignInFlow, me: User, claims: Claims, *, proven: bool, digest: str
) -> HttpResponse:
    own = identities.of(me)
    if own is None or not hmac.compare_digest(own.digest, digest):
        return _failed(request, flow.lang, Problem.ANOTHER)
    # What was shown an hour ago proves nothing about who sits here now.
    if not proven or not sign_in_flow.is_of_now(flow, claims):
        return _failed(request, flow.lang, Problem.NO_FACTOR if not proven else Problem.REFUSED)
    sessions.begin(request, me, "provider", BY)
    return HttpResponseRedirect(flow.next or reverse(f"{flow.lang}:account"))


def _to_join(
    request: HttpRequest,
    flow: SignInFlow,
    invitation: Invitation | None,
    digest: str,
    claims: Claims,
    *,
    proven: bool,
) -> HttpResponse:
    if invitation is None:
        return _failed(request, flow.lang, Problem.STALE)
    whose: dict[str, Any] = {"invitation": invitation.pk, "next": flow.next}
    sign_in_flow.hold(request, digest, claims, proven=proven, lately=sign_in_flow.is_of_now(flow, claims), **whose)
    return HttpResponseRedirect(reverse(f"{flow.lang}:provider_connect"))


def _failed(request: HttpRequest, lang: str, problem: Problem) -> HttpResponse:
    """To the page that the person is at, which says what came to nothing and what else there is."""
    sign_in_flow.fail(request, problem)
    page = "again" if sessions.standing(request) else "sign_in"
    return HttpResponseRedirect(reverse(f"{lang}:{page}"))


# --- saying yes to an identity ----------------------------------------------------------------------------------------


@unguarded
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Whether this identity is one's own, asked before it is bound: whoever was led here by others says no."""
    lang = language.of(request)
    identity = sign_in_flow.held(request)
    declared = provider.configured()
    invitation = sign_in_flow.invitation(identity.invitation) if identity and identity.invitation else None
    me = sessions.standing(request)
    own = identity is not None and me is not None and identity.user == me.pk
    if identity is None or declared is None or not (own or invitation):
        sign_in_flow.drop(request)
        return _failed(request, lang, Problem.STALE)
    refused = None
    if request.method == "POST":
        try:
            return _joined(request, lang, invitation, identity) if invitation else _bound(request, lang, identity)
        except AccountRefused as wrong:
            refused = wrong
    context: dict[str, Any] = {
        "who": invitation.user if invitation else me,
        "identity": identity.shown,
        "provider": declared.name,
        "joins": invitation is not None,
        "problems": problems(refused, lang),
    }
    if invitation is not None and not identity.proven:
        context |= _app(request, lang, invitation, refused)
    return desk_layout.page(request, "accounts/provider_connect.html", context, refusal=refused)


def _app(request: HttpRequest, lang: Lang, invitation: Invitation, refused: AccountRefused | None) -> dict[str, Any]:
    """What the form needs for a second factor of ours."""
    secret = _app_secret(request)
    hint = Label("شش رقمی که برنامه پس از خواندن تصویر نشان می‌دهد", "The six digits that the app shows after scanning")
    box = Boxes(lang, {}, refused).box("code", Label("کد", "Code"), hint, numeric=True, fill="one-time-code")
    picture = qr_code(second_factors.address(invitation.user, secret))
    return {"boxes": [box], "picture": picture, "app_secret": spaced(secret)}


def _app_secret(request: HttpRequest) -> str:
    secret: str = request.session.get(_APP) or second_factors.new_secret()
    request.session[_APP] = secret
    return secret


def _joined(request: HttpRequest, lang: Lang, invitation: Invitation, identity: FoundIdentity) -> HttpResponse:
    counters = login_attempts.names(request, "join", invitation.digest)
    if not login_attempts.take(counters):
        raise TooManyAttempts(
            Label("بارها نادرست نوشته شد. کمی بعد دوباره بکوشید.", "Too many wrong attempts. Try later.")
        )
    code = request.POST.get("code", "")
    user = identities.join(
        invitation, identity.digest, proven=identity.proven, app_secret=_app_secret(request), code=code
    )
    login_attempts.forget(counters)
    if identity.proven:
        return _begun(request, lang, user, identity.next, lately=identity.lately)
    second_factors.renew_recovery(user)
    sessions.begin(request, user, "totp", BY)
    request.session["show_codes"] = True
    response = HttpResponseRedirect(reverse(f"{lang}:recovery_codes"))
    login_attempts.remember(request, response, user)
    return response


def _bound(request: HttpRequest, lang: Lang, identity: FoundIdentity) -> HttpResponse:
    if not sessions.fresh(request):
        return HttpResponseRedirect(reverse(f"{lang}:again"))
    identities.bind(officer(request), identity.digest)
    sign_in_flow.drop(request)
    return HttpResponseRedirect(reverse(f"{lang}:account"))


@require_POST
def unbind(request: HttpRequest) -> HttpResponse:
    """Forget the identity of whoever is signed in."""
    lang = language.of(request)
    if not sessions.fresh(request):
        return HttpResponseRedirect(reverse(f"{lang}:again"))
    try:
        identities.unbind(officer(request))
    except AccountRefused as wrong:
        return account.page(request, wrong)
    return HttpResponseRedirect(reverse(f"{lang}:account"))


# --- signing out there too --------------------------------------------------------------------------------------------


@unguarded
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider's own sign-out, after ours (OpenID Connect RP-Initiated Logout 1.0)."""
    sign_in_address = reverse(f"{language.of(request)}:sign_in")
    declared = provider.configured()
    try:
        address = provider.metadata(declared).end_session_endpoint if declared else ""
    except ProviderDown:
        address = ""
    if declared is None or not address:
        return HttpResponseRedirect(sign_in_address)
    asked = {"client_id": declared.client_id, "post_logout_redirect_uri": settings.ORIGIN + reverse("fa:sign_in")}
    return HttpResponseRedirect(sign_in_flow.with_query(address, asked))
