"""The provider of OpenID Connect by which a city's officers may sign in, as ``[single_sign_on]`` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from ayan.core.values.label import Label

_KEYS: Final = frozenset({"issuer", "client_id", "name", "acr", "amr", "bind_by_email"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """Who vouches for officers, and what of its word counts.

    ``issuer`` is its address as it writes it itself; ``acr`` and ``amr`` are the values by which it says that a second
    factor was shown (none: ours is always asked). ``bind_by_email``: an invited person who has not joined yet may do so
    by an address that the provider has verified.
    """

    issuer: str
    client_id: str
    name: Label
    acr: frozenset[str] = frozenset()
    amr: frozenset[str] = frozenset()
    bind_by_email: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is spoken to without TLS: on this very machine alone."""
        return urlsplit(self.issuer).scheme == "http"

    @classmethod
    def read(cls, table: object) -> SignInProvider | None:
        """The table of a city's file; None where there is none. ValueError, in a sentence, for what is not right."""
        if table is None:
            return None
        if not isinstance(table, Mapping):
            raise ValueError("single_sign_on is a table")
        if unknown := set(table) - _KEYS:
            raise ValueError(f"single_sign_on has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(_KEYS))}")
        issuer, client = table.get("issuer", ""), table.get("client_id", "")
        if not isinstance(issuer, str) or not _is_issuer(issuer):
            raise ValueError("single_sign_on.issuer is an address with https, as the provider writes it")
        if not isinstance(client, str) or not client or not client.isascii() or not client.isprintable():
            raise ValueError("single_sign_on.client_id is what the provider calls this site")
        by_email = table.get("bind_by_email", False)
        if not isinstance(by_email, bool):
            raise ValueError("single_sign_on.bind_by_email is true or false")
        return cls(issuer, client, _name(table.get("name")), _texts(table, "acr"), _texts(table, "amr"), by_email)


def _is_issuer(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    known = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return bool(known and parts.hostname and "@" not in parts.netloc and not parts.query and not parts.fragment)


def _name(value: object) -> Label:
    if value is None:
        return Label("ورود یکپارچه", "single sign-on")
    if isinstance(value, str) and value:
        return Label(value, value)
    if isinstance(value, Mapping) and value.get("fa"):
        return Label(str(value["fa"]), str(value.get("en") or value["fa"]))
    raise ValueError("single_sign_on.name is a text, or a table with fa and en")


def _texts(table: Mapping[str, object], name: str) -> frozenset[str]:
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
        raise ValueError(f"single_sign_on.{name} is a list of texts")
    return frozenset(values)
