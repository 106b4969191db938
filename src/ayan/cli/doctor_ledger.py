"""What the doctor looks at in the city's log: its key, its tree, acts that were begun, and its witnesses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ayan.cli.finding import Finding
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.keys import is_demo
from ayan.core.ledger.log import Log
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City


def examine_ledger(home: City, deep: bool) -> Iterator[Finding]:
    """The log of public acts; with ``deep`` every entry is read and every hash computed again."""
    try:
        log = ledger.reading(home.home)
        if log is None:
            yield Finding("ok", Label("دفتر هنوز آغاز نشده است.", "The log has not been begun yet."))
            return
        yield from _key(home, log)
        if deep:
            log.audit()
        how = Label("از نو خوانده و سنجیده شد", "read again and compared") if deep else Label("در جای خود", "in place")
        yield Finding("ok", Label(f"دفتر {log.origin}: {log.size} برگ، {how.fa}.", _log(log, how.en)))
        yield from _intents(log)
        yield from _witnesses(home, log)
    except (LedgerError, ValueError, OSError) as fault:
        yield Finding("error", Label(f"دفتر آسیب دیده است: {fault}", f"The log is damaged: {fault}"))


def _log(log: Log, how: str) -> str:
    return f"The log {log.origin}: {log.size} leaves, {how}."


def _key(home: City, log: Log) -> Iterator[Finding]:
    if log.verifier is None or not is_demo(log.verifier):
        return
    if home.profile.demo:
        yield Finding(
            "warning",
            Label(
                "دفتر با کلید نمایشی امضا می‌شود که همه آن را دارند؛ برای شهر واقعی به کار نمی‌آید.",
                "The log is signed with the demo key, which everybody has; it is no use to a real city.",
            ),
        )
    else:
        yield Finding(
            "error",
            Label(
                "دفتر شهری واقعی با کلید نمایشی امضا شده است که همه آن را دارند: امضایش چیزی را ثابت نمی‌کند.",
                "A real city's log is signed with the demo key, which everybody has: its signature proves nothing.",
            ),
        )


def _intents(log: Log) -> Iterator[Finding]:
    for intent in log.intents():
        yield Finding(
            "warning",
            Label(
                f"{intent.name} آغاز شد و به پایان نرسید؛ انتشار بعدی همین داده آن را روشن می‌کند.",
                f"{intent.name} was begun and not finished; the next publication of this dataset settles it.",
            ),
        )


def _witnesses(home: City, log: Log) -> Iterator[Finding]:
    try:
        asked = ledger.witnesses(home.home)
    except BadPolicy as fault:
        yield Finding("error", Label(f"{ledger.POLICY} درست نیست: {fault}", f"{ledger.POLICY} is not right: {fault}"))
        return
    if not asked:
        yield Finding(
            "ok",
            Label(
                f"گواهی برای دفتر نام برده نشده است ({ledger.POLICY}).",
                f"No witness is named for the log ({ledger.POLICY}).",
            ),
        )
        return
    times = cosigned(log.checkpoint(), [one.key for one in asked])
    for one in asked:
        if one.key in times:
            at = datetime.fromtimestamp(times[one.key], UTC).isoformat()
            yield Finding("ok", Label(f"گواه {one.name}: {at}", f"The witness {one.name} cosigned at {at}."))
        else:
            yield Finding(
                "warning",
                Label(
                    f"گواه {one.name} آخرین وضع دفتر را امضا نکرده است.",
                    f"The witness {one.name} has not cosigned the log as it is now.",
                ),
            )
