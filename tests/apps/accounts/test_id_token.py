"""ID tokens: what is signed by the provider, for us and now is read, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ayan.apps.accounts.single_sign_on import id_token
from ayan.apps.accounts.single_sign_on.id_token import BadToken, Expected, UnknownKey

NOW = 1_800_000_000.0
EXPECTED = Expected("https://login.example", "ayan", "nonce-1", NOW)
CLAIMS: dict[str, Any] = {
    "iss": "https://login.example", "aud": "ayan", "sub": "m-17", "nonce": "nonce-1", "exp": NOW + 300, "iat": NOW,
}  # fmt: skip
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
CURVE = ec.generate_private_key(ec.SECP256R1())


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return packed(value.to_bytes((value.bit_length() + 7) // 8))


def rsa_key(of: rsa.RSAPrivateKey = RSA, kid: str = "r", **more: str) -> dict[str, str]:
    numbers = of.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e), **more}


def curve_key() -> dict[str, str]:
    numbers = CURVE.public_key().public_numbers()
    halves = (packed(value.to_bytes(32)) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "kid": "c", **dict(zip(("x", "y"), halves, strict=True))}


def signed(claims: object, header: dict[str, Any], by: rsa.RSAPrivateKey = RSA) -> str:
    said = f"{packed(json.dumps(header).encode())}.{packed(json.dumps(claims).encode())}"
    data = said.encode()
    match header.get("alg"):
        case "RS256":
            signature = by.sign(data, padding.PKCS1v15(), SHA256())
        case "PS256":
            signature = by.sign(data, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        case "ES256":
            halves = decode_dss_signature(CURVE.sign(data, ec.ECDSA(SHA256())))
            signature = b"".join(half.to_bytes(32) for half in halves)
        case "HS256":
            # The public key taken for a shared secret: the oldest trick there is.
            signature = hmac.digest(json.dumps(rsa_key()).encode(), data, hashlib.sha256)
        case _:
            signature = b""
    return f"{said}.{packed(signature)}"


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ({"alg": "RS256", "kid": "r"}, [rsa_key()]),
        ({"alg": "RS256"}, [rsa_key(), curve_key()]),
        ({"alg": "PS256", "kid": "r"}, [rsa_key(SMALL, "x"), rsa_key()]),
        ({"alg": "ES256", "kid": "c", "typ": "JWT"}, [rsa_key(), curve_key()]),
    ],
)
def test_a_token_of_the_provider_is_read(header: dict[str, Any], keys: list[dict[str, str]]) -> None:
    assert id_token.read(signed(CLAIMS, header), keys, EXPECTED)["sub"] == "m-17"


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ({"alg": "none"}, [rsa_key()]),
        ({"alg": "HS256", "kid": "r"}, [rsa_key()]),
        ({"alg": "RS256", "kid": "r", "crit": ["x"]}, [rsa_key()]),
        ({"alg": "ES256", "kid": "r"}, [rsa_key()]),
        ({"alg": "RS256", "kid": "other"}, [rsa_key()]),
        ({"alg": "RS256"}, [rsa_key(), rsa_key(kid="s")]),
        ({"alg": "RS256", "kid": "r"}, [rsa_key(use="enc")]),
        ({"alg": "RS256", "kid": "r"}, [rsa_key(alg="PS256")]),
        ({"alg": "RS256", "kid": "r"}, [{**rsa_key(), "n": "AQAB"}]),
        ({"alg": "RS256", "kid": "r"}, [{"kty": "RSA", "kid": "r"}]),
        ({"alg": "RS256", "kid": "r"}, []),
    ],
)
def test_another_algorithm_or_key_proves_nothing(header: dict[str, Any], keys: list[dict[str, str]]) -> None:
    with pytest.raises(BadToken):
        id_token.read(signed(CLAIMS, header), keys, EXPECTED)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.example/"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["ayan", "another"]},
        {"aud": ["ayan", "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": NOW - 600},
        {"exp": None},
        {"exp": "2999"},
        {"exp": True},
        {"iat": NOW + 600},
        {"iat": None},
        {"nbf": NOW + 600},
        {"nonce": "nonce-2"},
        {"nonce": None},
        {"nonce": ["nonce-1"]},
        {"sub": ""},
        {"sub": 17},
        {"sub": "x" * 256},
    ],
)
def test_a_claim_that_does_not_fit_this_sign_in_proves_nothing(changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    with pytest.raises(BadToken):
        id_token.read(signed(claims, {"alg": "RS256", "kid": "r"}), [rsa_key()], EXPECTED)


def test_a_token_for_many_is_taken_where_it_was_asked_for_by_us() -> None:
    claims = {**CLAIMS, "aud": ["another", "ayan"], "azp": "ayan", "exp": NOW - 60}
    assert id_token.read(signed(claims, {"alg": "RS256", "kid": "r"}), [rsa_key()], EXPECTED)


def test_what_was_changed_on_the_way_proves_nothing() -> None:
    good = signed(CLAIMS, {"alg": "RS256", "kid": "r"})
    head, _body, signature = good.split(".")
    other = packed(json.dumps({**CLAIMS, "sub": "admin"}).encode())
    bad = [f"{head}.{other}.{signature}", f"{good}x=", good[:-4], "", "a.b", "a.b.c", "..", f"{good}.x", "é.é.é"]
    bad += [f"{head}.{packed(b'[]')}.{signature}", "x" * 40_000, f"{packed(b'[' * 30_000)}.{other}.{signature}"]
    for token in bad:
        with pytest.raises(BadToken):
            id_token.read(token, [rsa_key()], EXPECTED)
    with pytest.raises(BadToken, match="key-size"):
        id_token.read(signed(CLAIMS, {"alg": "RS256", "kid": "s"}, SMALL), [rsa_key(SMALL, "s")], EXPECTED)
    # Where the key is not known yet, the provider is asked for its keys once more.
    with pytest.raises(UnknownKey):
        id_token.read(signed(CLAIMS, {"alg": "RS256", "kid": "new"}), [rsa_key()], EXPECTED)


def test_claims_of_another_kind_count_as_not_said() -> None:
    said = {**CLAIMS, "email": 1, "email_verified": "true", "acr": ["a"], "amr": "mfa", "auth_time": True, "name": {}}
    person = id_token.person_of(said)
    assert (person.email, person.email_verified, person.acr, person.amr) == ("", False, "", frozenset())
    assert (person.shown_name, person.authenticated_at) == ("", 0)
