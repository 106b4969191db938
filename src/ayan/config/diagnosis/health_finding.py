"""What a check finds: a code, how it is, what was found in both languages, and what is to be done about it."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa

from ayan.core.ledger.note import BadNoteKey
from ayan.core.ledger.refusal import Forked, LedgerError
from ayan.core.store.objects import NotInStore, StoreError
from ayan.core.system.trace import kind_of
from ayan.core.values.label import Label, in_each
from ayan.core.values.refusal import Refusal
from ayan.ui.value_html import plain_number, plain_short_day

HealthState = Literal["ok", "warning", "error"]
RANK: Final[dict[HealthState, int]] = {"ok": 0, "warning": 1, "error": 2}
_MARKS: Final = {"ok": "✓", "warning": "!", "error": "✗"}


def day_of(day: date | str) -> Label:
    """A day, or one in ISO 8601, as readers of each language write it in digits."""
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return in_each(lambda lang: plain_short_day(known, lang))


def number_of(number: int) -> Label:
    """A whole number, as readers of each language write it."""
    return in_each(lambda lang: plain_number(number, lang))


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """One thing looked at.

    ``code`` names the check for programs and stays what it is, whatever the ``state``; ``words`` say what was found,
    ``remedy`` what to do, where something is to be done.
    """

    code: str
    state: HealthState
    words: Label
    remedy: Label | None = None

    @property
    def advice(self) -> Label | None:
        """What to do; where it goes without saying, where to read of it."""
        return self.remedy or (None if self.state == "ok" else _READ)

    @property
    def lines(self) -> str:
        """The finding as it is printed, a line in each language, and what to do behind it."""
        fa, en = self.words.fa, self.words.en
        if self.remedy is not None:
            fa, en = f"{fa} {self.remedy.fa}", f"{en} {self.remedy.en}"
        return f"{_MARKS[self.state]} {fa}\n  {en}"

    def as_json(self) -> dict[str, Any]:
        """The finding for programs."""
        return {
            "code": self.code,
            "state": self.state,
            "fa": self.words.fa,
            "en": self.words.en,
            "remedy_fa": self.advice.fa if self.advice else None,
            "remedy_en": self.advice.en if self.advice else None,
        }


def worst(findings: Iterable[HealthFinding]) -> HealthState:
    """The worst state among findings."""
    return max((finding.state for finding in findings), key=RANK.__getitem__, default="ok")


_READ: Final = Label(
    "راهنمای راهبری می‌گوید چه باید کرد (docs/guides/operator.md).",
    "See the operator's guide (docs/guides/operator.md).",
)
_SYSTEM: Final = {
    errno.ENOENT: Label("پرونده‌ای نیست", "a file is missing"),
    errno.EACCES: Label("اجازهٔ دسترسی نیست", "access is not permitted"),
    errno.EPERM: Label("اجازهٔ دسترسی نیست", "access is not permitted"),
    errno.EROFS: Label("دیسک فقط خواندنی است", "the disk is read-only"),
    errno.ENOSPC: Label("دیسک پر است", "the disk is full"),
    errno.EDQUOT: Label("سهم دیسک پر است", "the quota of the disk is used up"),
    errno.EIO: Label("دیسک خوانده نمی‌شود", "the disk cannot be read"),
}


def reason(fault: BaseException) -> Label:
    """Why something failed, for people: no words of a library, no values of the program, nothing from a cell."""
    if isinstance(fault, Refusal):
        return fault.label
    if isinstance(fault, OSError):
        return _SYSTEM.get(fault.errno or 0) or Label("سیستم نپذیرفت ({code})", "the system refused ({code})").format(
            code=errno.errorcode.get(fault.errno or 0, type(fault).__name__)
        )
    if isinstance(fault, NotInStore):
        return Label("انتشار در انبار نیست", "the release is not in the store")
    if isinstance(fault, Forked):
        return Label(
            "درخت ثبت عمومی آنی نیست که پیش‌تر امضا شده است", "the tree of the log is not the one that was signed before"
        )
    if isinstance(fault, BadNoteKey):
        return Label("کلید پذیرفته نشد", "the key is not accepted")
    if isinstance(fault, LedgerError):
        return Label(
            "پرونده‌های ثبت عمومی کم‌اند یا با هم سازگار نیستند", "files of the log are missing or do not fit together"
        )
    if isinstance(fault, StoreError | duckdb.Error | pa.ArrowException):
        return Label("پرونده آنی نیست که گذاشته شد", "a file is not what was put there")
    return Label("خطای {kind}", "a fault of the kind {kind}").format(kind=kind_of(fault))
