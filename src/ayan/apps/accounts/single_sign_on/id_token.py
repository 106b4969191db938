"""Reading an ID token: its signature by a key of the provider, and each claim that ties it to this very sign-in.

OpenID Connect Core 1.0, section 3.1.3.7; JSON Web Signature (RFC 7515) with the algorithms below and no other.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ayan.apps.accounts.limits import CLOCK_DIFFERENCE, LARGEST_ID_TOKEN, LONGEST_SUBJECT

_KEY_BITS: Final = range(2048, 8193)
_COORDINATE: Final = 32  # bytes of a number of the curve P-256
_KINDS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}


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
    if len(token) > LARGEST_ID_TOKEN or token.count(".") != 2 or not token.isascii():
        raise BadToken("shape")
    head, body, signature = token.split(".")
    header = _object(head)
    algorithm = header.get("alg")
    # An extension that must be understood is not; "none" and shared secrets are no signatures of a provider.
    if "crit" in header or algorithm not in _KINDS:
        raise BadToken("algorithm")
    _verify(str(algorithm), _key(keys, str(algorithm), header.get("kid")), f"{head}.{body}".encode(), _bytes(signature))
    claims = _object(body)
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


def _key(keys: Sequence[Mapping[str, Any]], algorithm: str, name: object) -> Mapping[str, Any]:
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
    return fitting[0]


def _verify(algorithm: str, key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    try:
        if algorithm == "ES256":
            _verify_curve(key, signed, signature)
            return
        modulus, exponent = _number(key, "n"), _number(key, "e")
        if modulus.bit_length() not in _KEY_BITS:
            raise BadToken("key-size")
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        digest = SHA256()
        if algorithm == "RS256":
            public.verify(signature, signed, padding.PKCS1v15(), digest)
        else:
            public.verify(signature, signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    except InvalidSignature:
        raise BadToken("signature") from None
    except BadToken:
        raise
    except ValueError:
        raise BadToken("key") from None


def _verify_curve(key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    if key.get("crv") != "P-256" or len(signature) != 2 * _COORDINATE:
        raise BadToken("key")
    public = ec.EllipticCurvePublicNumbers(_number(key, "x"), _number(key, "y"), ec.SECP256R1()).public_key()
    halves = (int.from_bytes(part) for part in (signature[:_COORDINATE], signature[_COORDINATE:]))
    public.verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))


def _number(key: Mapping[str, Any], name: str) -> int:
    text = key.get(name)
    if not isinstance(text, str):
        raise BadToken("key")
    return int.from_bytes(_bytes(text))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken("shape") from None


def _object(text: str) -> dict[str, Any]:
    try:
        read_object = json.loads(_bytes(text))
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
