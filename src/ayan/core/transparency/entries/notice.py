"""Notices: an operator's own word in the log, given where nobody and nothing else could tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ayan.core.ledger.limits import MOST_ENTRIES
from ayan.core.ledger.note import ED25519, BadNoteKey, Verifier
from ayan.core.transparency.entries.parsing import is_count, is_moment, parsed
from ayan.core.values.canonical import canonical_json
from ayan.core.values.label import Label

NOTICE: Final = "notice"

NoticeCode: TypeAlias = Literal["clock-is-right", "restored-unseen", "key-lost", "acts-lost"]

NOTICES: Final[Mapping[NoticeCode, Label]] = {
    "clock-is-right": Label(
        "متصدی گفت ساعت ماشین درست است، و کسی نبود که آن را بسنجد",
        "The operator said that the clock is right, and nobody could confirm it",
    ),
    "restored-unseen": Label(
        "شهر از پشتیبان برپا شد و متصدی گفت هیچ‌کس نمی‌تواند بگوید ثبت عمومی بیشتر شده بود یا نه",
        "The city was restored from a backup, and the operator said that nobody can tell whether the log had grown",
    ),
    "key-lost": Label(
        "متصدی گفت کلید پیشین گم شده است؛ کلید تازه را کلید پیشین امضا نکرد",
        "The operator said that the key before is lost; it did not sign the new one",
    ),
    "acts-lost": Label(
        "پایگاه داده از پشتیبانی کهنه‌تر از ثبت عمومی برگشت؛ متصدی گفت کارها و یافته‌های پس از آن گم شده است",
        "The database came back from a backup older than the log; the operator said that acts and findings since are "
        "lost",
    ),
}
"""Every code that a notice may have, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice, in the words that everybody may read; who gave it is not told.

    ``at`` is the moment by the city's clock (ISO 8601, UTC). ``facts`` are what it is about: of ``clock-is-right`` the
    ``latest`` time in the log by then; of ``restored-unseen`` the ``size`` of the log that was restored; of
    ``key-lost`` the public keys ``old`` and ``new``; of ``acts-lost`` the number of the act ``since`` which sealed acts
    are lost (0 for all), that of the ``last`` one that was sealed, and how many ``findings`` are lost.
    """

    at: str
    code: NoticeCode
    facts: Mapping[str, str | int]
    kind: str = NOTICE

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json({"at": self.at, "code": self.code, "facts": dict(self.facts), "kind": self.kind})

    @classmethod
    def parse(cls, leaf: bytes) -> Notice:
        """The notice that an entry is; BadStatement for anything that `leaf` would not write."""
        return parsed(leaf, cls, _is_sound)


def is_log_key(value: object) -> bool:
    """Whether a member is the public key of a log, in its one spelling."""
    try:
        return isinstance(value, str) and str(key := Verifier.parse(value)) == value and key.algorithm == ED25519
    except BadNoteKey:
        return False


_FACTS: Final[Mapping[str, Mapping[str, Callable[[object], bool]]]] = {
    "clock-is-right": {"latest": is_moment},
    "restored-unseen": {"size": lambda value: is_count(value, MOST_ENTRIES)},
    "key-lost": {"new": is_log_key, "old": is_log_key},
    "acts-lost": dict.fromkeys(("findings", "last", "since"), lambda value: is_count(value, MOST_ENTRIES)),
}


def _is_sound(notice: Notice) -> bool:
    checks = _FACTS.get(notice.code)
    return (
        notice.kind == NOTICE
        and is_moment(notice.at)
        and checks is not None
        and isinstance(notice.facts, dict)
        and notice.facts.keys() == checks.keys()
        and all(check(notice.facts[name]) for name, check in checks.items())
    )
