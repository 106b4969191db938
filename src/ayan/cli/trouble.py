"""When the machine is in the way: what a full disk, a locked folder or a broken store is called, in both languages."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final

from ayan.core.ledger.note import BadKey
from ayan.core.ledger.refusal import LedgerError
from ayan.core.release.lock import BadKey as BadLockKey
from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.definition import Label
from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.objects import StoreError
from ayan.wiring.engine import NoSuchEngine

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# DuckDB and Arrow tell what the system refused in words only.
_FULL_WORDS: Final = ("No space left on device", "Disk quota exceeded", "File too large")
_INTERRUPTED: Final = "Query interrupted"


def interrupted(fault: BaseException) -> bool:
    """Whether somebody pressed Ctrl-C, which DuckDB tells in an error of its own while a query runs."""
    return isinstance(fault, KeyboardInterrupt) or (isinstance(fault, RuntimeError) and _INTERRUPTED in str(fault))


def trouble(fault: Exception) -> Label | None:
    """What to tell the operator about ``fault``; None when it is a fault of Ayan's own and must be seen whole."""
    kinds = {kind.__name__ for kind in type(fault).__mro__ if kind.__module__.partition(".")[0].lstrip("_") == "duckdb"}
    told = " ".join(str(fault).split())[:300]
    if any(_full(one) for one in _chain(fault)):
        return Label(
            f"دیسک پر است یا سهم آن تمام شده است. جا باز کنید و دوباره بفرستید. ({told})",
            f"The disk is full or its quota is used up. Make room and try again. ({told})",
        )
    if isinstance(fault, OSError):
        return _refused(fault)
    if isinstance(fault, NewerFormat | NoSuchEngine):
        return fault.label
    if isinstance(fault, StoreError):
        return Label(f"انبار انتشارها اشکال دارد: {told}", f"The store of releases is in trouble: {told}")
    if isinstance(fault, BadLockKey):
        return Label(
            "AYAN_ORIGINALS_KEY کلید نیست: هر کلید ۶۴ رقم شانزده‌شانزدهی است. چیزی منتشر نشد.",
            "AYAN_ORIGINALS_KEY is no key: each is 64 hexadecimal digits. Nothing was published.",
        )
    if isinstance(fault, BadKey):
        return Label(f"کلید دفتر پذیرفته نشد: {told}", f"The key of the log is not accepted: {told}")
    if isinstance(fault, LedgerError):
        return Label(
            f"دفتر اشکال دارد و چیزی امضا نشد: {told}", f"The log is in trouble, and nothing was signed: {told}"
        )
    if "OutOfMemoryException" in kinds:
        return Label(
            "حافظه برای این پرونده کم است. دوره به دوره بفرستید یا حافظه را بیشتر کنید.",
            "There is too little memory for this file. Send it period by period, or add memory.",
        )
    if "IOException" in kinds:
        return Label(f"خواندن یا نوشتن روی دیسک شکست خورد: {told}", f"Reading or writing the disk failed: {told}")
    if type(fault).__name__ == "TooSlow":
        label = CATALOGUE["file-too-slow"].wording
        return Label(label.fa.replace("{limit}", told), label.en.replace("{limit}", told))
    if type(fault).__name__ == "Changed":
        return Label(
            f"پرونده هنگام خواندن عوض شد. دوباره بفرستید. ({told})",
            f"The file changed while it was being read. Send it again. ({told})",
        )
    return None


def _refused(fault: OSError) -> Label:
    where = f"«{fault.filename}»" if fault.filename else ""
    why = fault.strerror or str(fault)
    if fault.errno in DENIED:
        return Label(
            f"اجازهٔ خواندن یا نوشتن {where} نیست. دسترسی‌ها را بررسی کنید. ({why})",
            f"{where} may not be read or written. Check its permissions. ({why})",
        )
    return Label(
        f"کار با {where} نشد: {why}. نشانی و پوشه‌ها را بررسی کنید.",
        f"{where} could not be used: {why}. Check the path and its folders.",
    )


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _full(fault: BaseException) -> bool:
    if isinstance(fault, OSError) and fault.errno in FULL:
        return True
    return any(words in str(fault) for words in _FULL_WORDS)
