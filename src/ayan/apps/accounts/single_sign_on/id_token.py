"""Reading an ID token: its signature by a key of the provider, and each claim that ties it to this very sign-in.

OpenID Connect Core 1.0, section 3.1.3.7; signatures are `joserfc`'s, with the algorithms below and no other.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey

from ayan.apps.accounts.limits import CLOCK_DIFFERENCE, LARGEST_ID_TOKEN, LONGEST_SUBJECT

_KEY_BITS: Final = range(2048, 8193)
_KEY_SIGNS: Final = range(342, 1367)  # the same, in the signs in which a key states its modulus
_KINDS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
# Providers add fields of their own to a header; one that must be understood (`crit`) is refused all the same.
_SIGNATURES: Final = jws.JWSRegistry(algorithms=list(_KINDS), strict_check_header=False)


class BadToken(ValueError):
    """An ID token that proves nothing; the message is a code for the operator's log, and never holds what was in it."""


class UnknownKey(BadToken):
    """Signed by a key that is not among those at hand: the provider may have changed it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of whoever signed in. ``authenticated_at`` is in seconds, 0 where it does not say."""

    subject: str
    email: str = ""
    email_verified: bool = False
    shown_name: str = ""
    acr: str = ""
    amr: frozenset[str] = frozenset()
    authenticated_at: float = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to agree with: who issued it, for whom, which sign-in, and the moment (seconds)."""

    issuer: str
    client_id: str
    nonce: str
    now: float


def read(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> dict[str, Any]:
    """The claims of a token that is whole, signed by one of ``keys`` (JWK), for us, now. Raises BadToken."""
    if len(token) > LARGEST_ID_TOKEN or not token.isascii():
        raise BadToken("shape")
    try:
        signed = jws.deserialize_compact(token, partial(_key, keys), registry=_SIGNATURES)
    except BadSignatureError:
        raise BadToken("signature") from None
    except BadToken:
        raise
    except (JoseError, ValueError):
        raise BadToken("shape") from None
    claims = _object(signed.payload)
    _check(claims, expected)
    return claims


def person_of(claims: Mapping[str, Any]) -> Claims:
    """The claims that count here; what is of another kind than it should be counts as not said."""
    methods = claims.get("amr")
    listed = methods if isinstance(methods, list) else []
    at = claims.get("auth_time")
    shown = next(
        (str(claims[name]) for name in ("name", "preferred_username") if isinstance(claims.get(name), str)), ""
    )
    return Claims(
        subject=str(claims["sub"]),
        email=_text(claims, "email"),
        email_verified=claims.get("email_verified") is True,
        shown_name=shown[:100],
        acr=_text(claims, "acr"),
        amr=frozenset(each for each in listed if isinstance(each, str)),
        authenticated_at=float(at) if at is not None and _is_number(at) else 0,
    )


def _check(claims: Mapping[str, Any], expected: Expected) -> None:
    leeway = CLOCK_DIFFERENCE.total_seconds()
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    subject = claims.get("sub")
    if claims.get("iss") != expected.issuer:
        raise BadToken("issuer")
    if not isinstance(audiences, list) or expected.client_id not in audiences:
        raise BadToken("audience")
    authorised = claims.get("azp", expected.client_id if len(audiences) == 1 else None)
    if authorised != expected.client_id:
        raise BadToken("authorised-party")
    if not _is_number(claims.get("exp")) or claims["exp"] + leeway < expected.now:
        raise BadToken("expired")
    if not _is_number(claims.get("iat")) or claims["iat"] - leeway > expected.now:
        raise BadToken("issued-later")
    if "nbf" in claims and (not _is_number(claims["nbf"]) or claims["nbf"] - leeway > expected.now):
        raise BadToken("not-yet")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise BadToken("nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise BadToken("subject")


def _key(keys: Sequence[Mapping[str, Any]], signed: GuestProtocol) -> RSAKey | ECKey:
    header = signed.headers()
    algorithm, name = header.get("alg"), header.get("kid")
    # "none" and shared secrets are no signatures of a provider.
    if algorithm not in _KINDS:
        raise BadToken("algorithm")
    fitting = [
        key
        for key in keys
        if key.get("kty") == _KINDS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ]
    if len(fitting) != 1:
        raise UnknownKey("key")
    return _imported(dict(fitting[0]))


def _imported(key: dict[str, Any]) -> RSAKey | ECKey:
    # Before anything is computed with it.
    if key["kty"] == "RSA" and len(str(key.get("n", ""))) not in _KEY_SIGNS:
        raise BadToken("key-size")
    try:
        if key["kty"] == "EC":
            return ECKey.import_key(key)
        rsa = RSAKey.import_key(key)
    except (JoseError, ValueError):
        raise BadToken("key") from None
    if rsa.raw_value.key_size not in _KEY_BITS:
        raise BadToken("key-size")
    return rsa


def _object(text: bytes) -> dict[str, Any]:
    try:
        read_object = json.loads(text)
    except (ValueError, RecursionError):
        raise BadToken("shape") from None
    if not isinstance(read_object, dict):
        raise BadToken("shape")
    return read_object


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
