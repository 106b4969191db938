"""What the doctor sees of the city's log: its key, its tree, acts that were begun, and its witnesses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ayan.cli.doctor.report import DoctorFinding
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.keys import is_demo
from ayan.core.ledger.log import Log
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City


def examine_ledger(home: City, deep: bool) -> Iterator[DoctorFinding]:
    """The log of public acts; with ``deep`` every entry is read and every hash computed again."""
    try:
        log = ledger.reading(home.home)
        if log is None:
            yield DoctorFinding("ok", Label("دفتر هنوز آغاز نشده است.", "The log has not been begun yet."))
            return
        yield from _key(home, log)
        if deep:
            log.audit()
        how = Label("از نو خوانده و سنجیده شد", "read again and compared") if deep else Label("در جای خود", "in place")
        yield DoctorFinding(
            "ok",
            Label("دفتر {origin}: {size} برگ، {how}.", "The log {origin}: {size} leaves, {how}.").format(
                origin=log.origin, size=log.size, how=how
            ),
        )
        yield from _rules(home)
        yield from _intents(log)
        yield from _witnesses(home, log)
    except (LedgerError, ValueError, OSError) as fault:
        yield DoctorFinding(
            "error", Label("دفتر آسیب دیده است: {fault}", "The log is damaged: {fault}").format(fault=fault)
        )


def _key(home: City, log: Log) -> Iterator[DoctorFinding]:
    if log.verifier is None or not is_demo(log.verifier):
        return
    if home.profile.demo:
        yield DoctorFinding(
            "warning",
            Label(
                "دفتر با کلید نمایشی امضا می‌شود که همه آن را دارند؛ برای شهر واقعی به کار نمی‌آید.",
                "The log is signed with the demo key, which everybody has; it is no use to a real city.",
            ),
        )
    else:
        yield DoctorFinding(
            "error",
            Label(
                "دفتر شهری واقعی با کلید نمایشی امضا شده است که همه آن را دارند: امضایش چیزی را ثابت نمی‌کند.",
                "A real city's log is signed with the demo key, which everybody has: its signature proves nothing.",
            ),
        )


def _rules(home: City) -> Iterator[DoctorFinding]:
    """Whether every entry may stand where it stands."""
    history = home.log_replay.now()
    for broken in history.violations:
        yield DoctorFinding(
            "error",
            Label("برگ {index} ({code}): {what}", "Leaf {index} ({code}): {what}").format(
                index=broken.index, code=broken.code, what=broken.what
            ),
        )
    if not history.violations:
        yield DoctorFinding(
            "ok", Label("همهٔ برگ‌ها با قاعده‌های دفتر می‌خوانند.", "All leaves keep the rules of the log.")
        )


def _intents(log: Log) -> Iterator[DoctorFinding]:
    for intent in log.intents():
        yield DoctorFinding(
            "warning",
            Label(
                "{name} آغاز شد و به پایان نرسید؛ انتشار بعدی همین داده آن را روشن می‌کند.",
                "{name} was begun and not finished; the next publication of this dataset settles it.",
            ).format(name=intent.name.partition(" ")[0]),
        )


def _witnesses(home: City, log: Log) -> Iterator[DoctorFinding]:
    try:
        asked = ledger.witnesses(home.home)
    except BadPolicy as fault:
        yield DoctorFinding(
            "error",
            Label("{policy} درست نیست: {fault}", "{policy} is not right: {fault}").format(
                policy=ledger.POLICY, fault=fault
            ),
        )
        return
    if not asked:
        yield DoctorFinding(
            "ok",
            Label(
                "گواهی برای دفتر نام برده نشده است ({policy}).",
                "No witness is named for the log ({policy}).",
            ).format(policy=ledger.POLICY),
        )
        return
    times = cosigned(log.checkpoint(), [witness.key for witness in asked])
    for witness in asked:
        if witness.key in times:
            at = datetime.fromtimestamp(times[witness.key], UTC).isoformat()
            yield DoctorFinding(
                "ok",
                Label("گواه {name}: {at}", "The witness {name} cosigned at {at}.").format(name=witness.name, at=at),
            )
        else:
            yield DoctorFinding(
                "warning",
                Label(
                    "گواه {name} آخرین وضع دفتر را امضا نکرده است.",
                    "The witness {name} has not cosigned the log as it is now.",
                ).format(name=witness.name),
            )
