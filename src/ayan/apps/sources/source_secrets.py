"""Secrets that administrators enter at the desk: encrypted, shown to nobody again, bound to one server."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings

from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.limits import LONGEST_SECRET
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.intake.special_addresses import is_open
from ayan.ui import text_encryption

if TYPE_CHECKING:
    from ayan.apps.sources.models import Source

_PURPOSE: Final = b"ayan source secrets 1"
# Which port an address has that names none.
_PORTS: Final = {"https": 443, "http": 80}
_SERVERS: Final = frozenset({"postgres", "postgresql", "mssql", "oracle"})


@dataclass(frozen=True, slots=True)
class EnteredSecret:
    """What was entered, and the address that it was entered for; empty for that of a database, which names its own."""

    text: str
    origin: str = ""

    def locked(self) -> str:
        """As it is kept."""
        return text_encryption.lock(json.dumps([self.text, self.origin]), _PURPOSE)


def entered(source: Source) -> EnteredSecret | None:
    """The secret that was entered for a source; None where none was. Raises FetchOutcome where no key opens it."""
    if not source.locked:
        return None
    try:
        text, origin = json.loads(text_encryption.unlock(source.locked, _PURPOSE))
    except InvalidToken:
        raise FetchOutcome("secret-unopened") from None
    return EnteredSecret(text, origin)


def origin(address: str) -> tuple[str, str, int]:
    """The server that an address speaks to; a bare host means https."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    try:
        return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0


def header_for(source: Source) -> str:
    """The header that was entered, for the very server it was entered for; else FetchOutcome. Empty where none was."""
    secret = entered(source)
    if secret is None:
        return ""
    if origin(secret.origin) != origin(source.where):
        raise FetchOutcome("secret-host")
    return secret.text


def check_header(text: str, field: str) -> None:
    """Raise DeskRefused for what is no header."""
    if len(text) > LONGEST_SECRET or "://" in text or not (text.isascii() and text.isprintable()):
        raise DeskRefused(
            "این سرآیند Authorization نیست. آن را مانند «Bearer …» بنویسید.",
            "This is no Authorization header. Write it like “Bearer …”.",
            field,
        )


def check_database(address: str, field: str) -> None:
    """Raise DeskRefused unless an address is of a database on a server, with nothing else in it.

    What the operator sets in the environment may be anything; what is entered at the desk leads to no file and no
    socket of this machine.
    """
    parts = urlsplit(address)
    scheme = parts.scheme.partition("+")[0]
    if len(address) > LONGEST_SECRET or scheme != parts.scheme or scheme not in _SERVERS:
        raise DeskRefused(
            "نشانی را کامل بنویسید، مانند postgresql://نام:گذرواژه@میزبان/پایگاه.",
            "Write the whole address, like postgresql://name:password@host/database.",
            field,
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise DeskRefused(
            "نشانی باید میزبان داشته باشد و پس از نام پایگاه چیزی نیاید.",
            "The address has to name a host, and nothing follows the name of the database.",
            field,
        )


def check_reachable(address: str) -> None:
    """Raise FetchOutcome where the host of an entered address is unknown or none that pulls may reach."""
    host = urlsplit(address).hostname or ""
    try:
        addresses = {str(endpoint[0]) for *_, endpoint in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise FetchOutcome("host-unknown") from None
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    if not addresses or not all(is_open(each, networks) for each in addresses):
        raise FetchOutcome("address-refused")
