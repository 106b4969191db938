"""One sign-in on its way to the provider and back, kept in the session of the browser that began it.

OAuth 2.0 with PKCE (RFC 7636), a state and a nonce of this one sign-in, and one exact address to come back to
(RFC 9700). Each is used once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import CLOCK_DIFFERENCE, SECOND_FACTOR_LASTS, SIGN_IN_LASTS
from ayan.apps.accounts.models import Invitation
from ayan.apps.accounts.single_sign_on.id_token import Claims
from ayan.apps.accounts.single_sign_on.provider import ProviderMetadata
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.sign_in_provider import SignInProvider

_FLOW: Final = "provider_flow"
_IDENTITY: Final = "provider_identity"
_PROBLEM: Final = "provider_problem"


class Purpose(StrEnum):
    """What somebody goes to the provider for."""

    ENTER = "enter"
    JOIN = "join"
    BIND = "bind"
    AGAIN = "again"


class Problem(StrEnum):
    """Why a sign-in by the provider came to nothing."""

    DOWN = "down"
    CANCELLED = "cancelled"
    STALE = "stale"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NO_FACTOR = "no-factor"
    LOCKED = "locked"
    ANOTHER = "another"
    OFTEN = "often"


WORDS: Final = {
    Problem.DOWN: Label(
        "درگاه ورود یکپارچه پاسخ نمی‌دهد. کمی بعد دوباره بکوشید یا با گذرواژه وارد شوید.",
        "The single sign-on does not answer. Try again in a while, or sign in with your password.",
    ),
    Problem.CANCELLED: Label(
        "ورود در درگاه یکپارچه انجام نشد. دوباره بکوشید یا با گذرواژه وارد شوید.",
        "The sign-in at the provider was not completed. Try again, or sign in with your password.",
    ),
    Problem.STALE: Label(
        "این ورود در همین مرورگر آغاز نشده یا مهلتش گذشته است. از نو آغاز کنید.",
        "This sign-in was not begun in this browser, or took too long. Begin again.",
    ),
    Problem.REFUSED: Label(
        "پاسخ درگاه ورود یکپارچه پذیرفتنی نبود. اگر تکرار شد به مدیر سامانه خبر دهید.",
        "The answer of the single sign-on could not be accepted. If it happens again, tell the administrator.",
    ),
    Problem.UNKNOWN: Label(
        "این شناسه به حسابی در میز کار وصل نیست. با پیوند دعوت بپیوندید، یا با گذرواژه وارد شوید و در «حساب من» وصلش "
        "کنید.",
        "This identity is bound to no account of the desk. Join by your invitation, or sign in with your password and "
        "bind it under “My account”.",
    ),
    Problem.NO_FACTOR: Label(
        "درگاه عامل دوم را نشان نداد و این حساب عامل دوم خود را هم ندارد. با عامل دوم درگاه وارد شوید یا از مدیر "
        "سامانه پیوند تازه بخواهید.",
        "The provider did not show a second factor, and this account has none of its own. Sign in there with a second "
        "factor, or ask the administrator for a new link.",
    ),
    Problem.LOCKED: Label(
        "این حساب قفل است، چون بارها کد نادرست نوشته شد. از مدیر سامانه پیوند تازه بخواهید.",
        "This account is locked, because wrong codes were typed many times. Ask the administrator for a new link.",
    ),
    Problem.ANOTHER: Label(
        "در درگاه کسی دیگر وارد شد. با شناسهٔ خودتان وارد شوید.",
        "Somebody else signed in at the provider. Sign in with your own identity.",
    ),
    Problem.OFTEN: Label(
        "از این نشانی بارها کوشیده شد. کمی بعد دوباره بکوشید یا با گذرواژه وارد شوید.",
        "There were too many attempts from this address. Try later, or sign in with your password.",
    ),
}


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """A sign-in that is under way: its secrets, what it is for, since when (seconds), and where it leads.

    ``at`` is by the clock of the city, ``began`` by that of the machine, which a provider's moments are held against.
    """

    state: str
    nonce: str
    verifier: str
    purpose: str
    at: float
    began: float
    lang: str
    next: str = ""
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """An identity that has come back and waits for its owner's yes: for an invitation, or for a signed-in officer."""

    digest: str
    shown: str
    proven: bool
    lately: bool
    at: float
    next: str = ""
    invitation: int = 0
    user: int = 0


def return_address() -> str:
    """The one address that the provider sends people back to, as it is registered there."""
    return str(settings.ORIGIN) + reverse("fa:provider_return")


def begin(
    request: HttpRequest, provider: SignInProvider, about: ProviderMetadata, purpose: Purpose, lang: str, **more: str
) -> str:
    """Remember a sign-in and return the address of the provider that it goes to."""
    flow = SignInFlow(
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(48),
        purpose.value,
        _now(),
        time.time(),
        lang,
        **more,
    )
    request.session[_FLOW] = asdict(flow)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_address(),
        "scope": "openid profile email" if provider.bind_by_email else "openid profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if provider.acr:
        asked["acr_values"] = " ".join(sorted(provider.acr))
    if purpose is Purpose.AGAIN:
        # Both, since some know only one of them; what counts is the moment that comes back.
        asked |= {"max_age": "0", "prompt": "login"}
    return with_query(about.authorization_endpoint, asked)


def with_query(address: str, asked: Mapping[str, str]) -> str:
    """An address of the provider with what it is asked; it may have a query of its own."""
    return address + ("&" if urlsplit(address).query else "?") + urlencode(asked)


def take(request: HttpRequest) -> SignInFlow | None:
    """The sign-in that comes back to this browser, once; None where the state is not its own, or it took too long."""
    held: dict[str, Any] | None = request.session.pop(_FLOW, None)
    if not held:
        return None
    flow = SignInFlow(**held)
    state = request.GET.get("state", "")
    if not hmac.compare_digest(state.encode(), flow.state.encode()) or _over(flow.at, SIGN_IN_LASTS.total_seconds()):
        return None
    return flow


def is_proven(provider: SignInProvider, claims: Claims) -> bool:
    """Whether the provider says, by a value that the city trusts, that a second factor was shown."""
    return claims.acr in provider.acr or bool(claims.amr & provider.amr)


# --- an identity that waits for its owner's yes -----------------------------------------------------------------------


def is_of_now(flow: SignInFlow, claims: Claims) -> bool:
    """Whether the factors were shown to the provider on this very way there, and not to a session that it kept."""
    return claims.authenticated_at >= flow.began - CLOCK_DIFFERENCE.total_seconds()


def hold(
    request: HttpRequest, digest: str, claims: Claims, *, proven: bool, lately: bool = False, **whose: Any
) -> None:
    """Keep an identity in the session until its owner has said what it is for."""
    shown = " · ".join(text for text in (claims.shown_name, claims.email) if text)
    request.session[_IDENTITY] = asdict(FoundIdentity(digest, shown, proven, lately, _now(), **whose))


def held(request: HttpRequest) -> FoundIdentity | None:
    """The identity that waits in this session; None where none does, or no longer."""
    kept = request.session.get(_IDENTITY)
    identity = FoundIdentity(**kept) if kept else None
    return identity if identity and not _over(identity.at, SECOND_FACTOR_LASTS.total_seconds()) else None


def drop(request: HttpRequest) -> None:
    """Forget the identity that waits."""
    request.session.pop(_IDENTITY, None)


def invitation(which: int) -> Invitation | None:
    """The invitation with this number, while it holds."""
    now = city.current().clock.now()
    return Invitation.objects.select_related("user").filter(pk=which, used_at=None, until__gt=now).first()


# --- what went wrong, told on the next page ---------------------------------------------------------------------------


def fail(request: HttpRequest, problem: Problem) -> None:
    """Let the next page say what came to nothing."""
    request.session[_PROBLEM] = problem.value


def problem_of(request: HttpRequest) -> AccountRefused | None:
    """What is to be said on this page, once."""
    said = request.session.pop(_PROBLEM, None) if request.method == "GET" else None
    return AccountRefused(WORDS[Problem(said)]) if said else None


def _now() -> float:
    return city.current().clock.now().timestamp()


def _over(at: float, seconds: float) -> bool:
    return _now() - at > seconds
