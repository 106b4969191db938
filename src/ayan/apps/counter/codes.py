"""The codes of the counter: long, random, easy to type, kept as keyed digests alone; and why one is refused."""

from __future__ import annotations

import re
import secrets
from typing import Final
from unicodedata import category

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.digits import to_latin
from ayan.core.values.refusal import Refusal
from ayan.ui.text_encryption import fingerprint

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's thirty-two: none is taken for another."""

LENGTH: Final = 20
GROUP: Final = 5
_MISREAD: Final = str.maketrans("OIL", "011")


def new_code() -> str:
    """A hundred bits of chance in four groups of five signs."""
    return grouped("".join(secrets.choice(SIGNS) for _ in range(LENGTH)))


def written(typed: str) -> str:
    """A code as it is printed, whatever spaces, dashes and letters it was typed with; empty for what is none."""
    return grouped(_signs(typed))


def digest_of(kind: str, typed: str) -> str:
    """The keyed digest under which a code is kept; empty for what is none.

    Looked up by this, a guess learns nothing from the time it takes: without the key nobody knows which digest it has.
    Spaces, dashes, small letters and Persian digits make no difference.
    """
    signs = _signs(typed)
    return fingerprint("counter", kind, signs) if signs else ""


def _signs(typed: str) -> str:
    seen = "".join(sign for sign in to_latin(typed[:200]) if category(sign) != "Cf")
    signs = re.sub(r"[\s\-‐-―_]", "", seen)[: LENGTH + 1].upper().translate(_MISREAD)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else ""


def grouped(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


# --- why a code is refused --------------------------------------------------------------------------------------------


class LetterCodeUnknown(Refusal):
    """What was typed is the code of no letter that still holds."""

    code = "letter-code-unknown"
    fa = "این رمز چیزی را باز نمی‌کند: نادرست است، نامهٔ تازه‌تری جایش را گرفته، یا یافته پایان یافته است."
    en = "This code opens nothing: it is mistyped, a later letter took its place, or the finding has ended."
    status = 422
    field = "code"


class NotInLetter(Refusal):
    """The reply is to a finding that the letter does not show, or no longer: it ended while the reply was written."""

    code = "not-in-letter"
    fa = "این نامه آن یافته را نشان نمی‌دهد، یا آن یافته پایان یافته است؛ پاسخی ثبت نشد."
    en = "The letter does not show that finding, or the finding has ended; no reply was taken."
    status = 422


class CaseCodeUnknown(Refusal):
    """What was typed is the code of no case."""

    code = "case-code-unknown"
    fa = "موردی با این کد نیست."
    en = "There is no case with this code."
    status = 422
    field = "code"


class NoSuchCase(Refusal):
    """The address is of no case."""

    code = "no-such-case"
    fa = "موردی با این کد نیست."
    en = "There is no case with this code."
    status = 404
    field = "code"


class TooManyCodes(Refusal):
    """From one place too many codes were tried in the last quarter of an hour, right or wrong."""

    code = "too-many-codes"
    fa = "از این نشانی بارها رمز نوشته شده است. یک ربع بعد دوباره بکوشید."
    en = "Codes were tried many times from here. Try again in a quarter of an hour."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())
    field = "code"
