"""The codes of the counter: long, random, easy to type, and kept as keyed digests alone."""

from __future__ import annotations

import re
import secrets
from typing import Final

from ayan.apps.accounts.secret_encryption import fingerprint
from ayan.core.values.digits import to_latin

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's thirty-two: none is taken for another."""

LENGTH: Final = 20
GROUP: Final = 5
_MISREAD: Final = str.maketrans("OIL", "011")


def new_code() -> str:
    """A hundred bits of chance in four groups of five signs."""
    return _grouped("".join(secrets.choice(SIGNS) for _ in range(LENGTH)))


def written(typed: str) -> str:
    """A code as it is printed, whatever spaces, dashes and letters it was typed with; empty for what is none."""
    return _grouped(_signs(typed))


def digest_of(kind: str, typed: str) -> str:
    """The keyed digest under which a code is kept; empty for what is none.

    Looked up by this, a guess learns nothing from the time it takes: without the key nobody knows which digest it has.
    Spaces, dashes, small letters and Persian digits make no difference.
    """
    signs = _signs(typed)
    return fingerprint("counter", kind, signs) if signs else ""


def _signs(typed: str) -> str:
    signs = re.sub(r"[\s\-‐-―_]", "", to_latin(typed[:200]))[: LENGTH + 1].upper().translate(_MISREAD)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else ""


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))
