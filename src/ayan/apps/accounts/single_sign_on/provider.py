"""Speaking to the provider: what it says of itself, its keys, and a code exchanged for claims.

Every question goes through `ayan.core.intake.http_fetch`: within seconds and bytes, into inner networks only where
AYAN_PULL_NETWORKS names them, and after no redirect. No token outlives the request that fetched it.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from django.conf import settings

from ayan.apps.accounts.limits import PROVIDER_BYTES, PROVIDER_KEPT, PROVIDER_REST, PROVIDER_SECONDS
from ayan.apps.accounts.single_sign_on import id_token
from ayan.apps.accounts.single_sign_on.id_token import BadToken, Claims, Expected, UnknownKey
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, check_address, exchange
from ayan.wiring import city
from ayan.wiring.sign_in_provider import SignInProvider

_LOG: Final = logging.getLogger(__name__)
_BASIC, _POST = "client_secret_basic", "client_secret_post"


class ProviderDown(Exception):
    """The provider could not be asked, or said nothing that can be used."""


class ProviderRefused(Exception):
    """What the provider sent back proves nobody's sign-in."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """What the provider says of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    jwks_uri: str
    says_issuer: bool
    by_basic: bool


@dataclass(slots=True)
class _Known:
    """What this process knows of the provider, until it is too old."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    of: SignInProvider | None = None
    metadata: ProviderMetadata | None = None
    keys: tuple[Mapping[str, Any], ...] = ()
    until: float = 0
    silent_until: float = 0
    keys_since: float = 0


_known: Final = _Known()


def configured() -> SignInProvider | None:
    """The provider of the city; None without one, without its secret, or where the site does not know its address."""
    declared = city.current().profile.sign_in_provider
    return declared if declared and settings.SIGN_IN_SECRET and settings.ORIGIN else None


def metadata(provider: SignInProvider) -> ProviderMetadata:
    """What the provider says of itself, asked for once in a while. Raises ProviderDown."""
    with _known.lock:
        return _current(provider)


def redeem(provider: SignInProvider, code: str, verifier: str, nonce: str, redirect: str) -> Claims:
    """Exchange a code for what the provider says of a person. Raises ProviderDown and ProviderRefused."""
    about = metadata(provider)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if about.by_basic:
        headers["Authorization"] = _basic(provider.client_id, settings.SIGN_IN_SECRET)
    else:
        form |= {"client_id": provider.client_id, "client_secret": settings.SIGN_IN_SECRET}
    answer = _asked(provider, about.token_endpoint, headers, urlencode(form).encode())
    token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str):
        raise _refused("no-id-token")
    claims = _claims(provider, token, nonce)
    if "email" not in claims and provider.bind_by_email and isinstance(access, str) and about.userinfo_endpoint:
        claims = _completed(provider, about, claims, access)
    return id_token.person_of(claims)


def _claims(provider: SignInProvider, token: str, nonce: str) -> dict[str, Any]:
    # By the clock of the machine: a city of the past or the future still speaks to a provider of today.
    expected = Expected(provider.issuer, provider.client_id, nonce, time.time())
    try:
        try:
            return id_token.read(token, _keys(provider), expected)
        except UnknownKey:
            return id_token.read(token, _keys(provider, anew=True), expected)
    except BadToken as fault:
        raise _refused(str(fault)) from None


def _completed(
    provider: SignInProvider, about: ProviderMetadata, claims: dict[str, Any], access: str
) -> dict[str, Any]:
    """The claims with the address that only the page about the person says; it must speak of the same person."""
    if not (access.isascii() and access.isprintable() and " " not in access):
        return claims
    said = _asked(provider, about.userinfo_endpoint, {"Authorization": f"Bearer {access}"})
    if said.get("sub") != claims["sub"]:
        raise _refused("userinfo-subject")
    return {**{name: said[name] for name in ("email", "email_verified", "name") if name in said}, **claims}


def _keys(provider: SignInProvider, *, anew: bool = False) -> tuple[Mapping[str, Any], ...]:
    with _known.lock:
        about = _current(provider)
        recent = time.monotonic() - _known.keys_since < PROVIDER_REST.total_seconds()
        if not _known.keys or (anew and not recent):
            listed = _asked(provider, about.jwks_uri, {"Accept": "application/json"}).get("keys")
            _known.keys = tuple(key for key in listed if isinstance(key, dict)) if isinstance(listed, list) else ()
            _known.keys_since = time.monotonic()
        return _known.keys


def _current(provider: SignInProvider) -> ProviderMetadata:
    now = time.monotonic()
    if _known.of != provider:
        _known.of, _known.metadata, _known.keys, _known.silent_until = provider, None, (), 0
    if _known.metadata is not None and now < _known.until:
        return _known.metadata
    if now < _known.silent_until:
        raise ProviderDown
    try:
        address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        described = _read(provider, _asked(provider, address, {"Accept": "application/json"}))
    except ProviderDown:
        _known.silent_until = time.monotonic() + PROVIDER_REST.total_seconds()
        raise
    _known.metadata, _known.keys, _known.until = described, (), now + PROVIDER_KEPT.total_seconds()
    return described


def _read(provider: SignInProvider, said: Mapping[str, Any]) -> ProviderMetadata:
    # Another issuer than the one asked could speak in its name (Discovery 1.0, section 4.3).
    if said.get("issuer") != provider.issuer:
        raise _down("issuer")
    addresses = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"):
        address = said.get(name, "")
        needed = name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not address and not needed:
            addresses[name] = ""
            continue
        try:
            if not isinstance(address, str) or urlsplit(address).fragment:
                raise _down(name)
            check_address(address, plain=provider.plain)
        except FetchOutcome:
            raise _down(name) from None
        addresses[name] = address
    methods = said.get("token_endpoint_auth_methods_supported", [_BASIC])
    by_basic = not isinstance(methods, list) or _BASIC in methods or _POST not in methods
    says_issuer = said.get("authorization_response_iss_parameter_supported") is True
    return ProviderMetadata(**addresses, says_issuer=says_issuer, by_basic=by_basic)


def _asked(
    provider: SignInProvider, address: str, headers: Mapping[str, str], body: bytes | None = None
) -> dict[str, Any]:
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    try:
        got = exchange(address, FetchLimits(PROVIDER_BYTES, PROVIDER_SECONDS, networks, provider.plain), headers, body)
        answer = json.loads(got)
    except FetchOutcome as fault:
        if body is not None and fault.code == "status" and fault.about in ("400", "401"):
            raise _refused(f"token-endpoint-{fault.about}") from None
        raise _down(f"{fault.code} {fault.about}".strip()) from None
    except (ValueError, RecursionError):
        raise _down("no-json") from None
    if not isinstance(answer, dict):
        raise _down("no-object")
    return answer


def _basic(client: str, secret: str) -> str:
    """RFC 6749, section 2.3.1: both are form-encoded before they are joined."""
    return "Basic " + base64.b64encode(f"{quote_plus(client)}:{quote_plus(secret)}".encode()).decode()


def _down(why: str) -> ProviderDown:
    _LOG.warning("the provider of single sign-on cannot be used: %s", why)
    return ProviderDown(why)


def _refused(why: str) -> ProviderRefused:
    _LOG.warning("a sign-in by the provider is not taken: %s", why)
    return ProviderRefused(why)
