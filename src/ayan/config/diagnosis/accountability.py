"""What is seen of what holds the city to account: its declarations and its diary, held against the log."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.config.diagnosis.database import has_table
from ayan.config.diagnosis.health_finding import HealthFinding, number_of
from ayan.config.limits import MOST_NAMED
from ayan.core.ledger.refusal import LedgerError
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values.label import Label
from ayan.wiring import accountability, ledger
from ayan.wiring.city import City


def examine_accountability(home: City) -> Iterator[HealthFinding]:
    """Nothing while the city has no log, or one that cannot be read, which has been told already."""
    try:
        if home.log is None:
            return
        history = home.log_replay.now()
    except (LedgerError, ValueError):
        return
    yield from _declarations(home, history)
    yield from _diary(home, history)
    for path in accountability.damaged(home, history):
        yield HealthFinding("log-published", "error", accountability.DAMAGED.format(path=f"{ledger.FOLDER}/{path}"))


def examine_findings(home: City) -> Iterator[HealthFinding]:
    """Findings and replies that the last sealed day tells of; nothing where the database is not there yet."""
    if not has_table("flags_findingreply"):
        return
    from ayan.apps.flags import finding_days

    missing = finding_days.lost(home)
    if missing is not None:
        yield HealthFinding(
            "findings",
            "error",
            missing.words,
            Label(
                "پایگاه داده را از پشتیبانِ آن روز برگردانید. اگر چنین پشتیبانی نیست: ayan log trail",
                "Bring the database back from a backup of that day. If there is none: ayan log trail",
            ),
        )


def _declarations(home: City, history: LogHistory) -> Iterator[HealthFinding]:
    """A change that the log does not tell of yet is entered by the next round of the worker."""
    waiting = accountability.undeclared(home, history)
    changed = [entry.path for entry in waiting if entry.path in history.declarations]
    if changed:
        named = ", ".join(changed[:MOST_NAMED]) + (" …" if len(changed) > MOST_NAMED else "")
        yield HealthFinding(
            "declarations",
            "warning",
            Label(
                "{count} اعلام شهر عوض شده است و ثبت عمومی هنوز از آن نمی‌گوید: {named}.",
                "{count} declarations were changed, and the log does not say so yet: {named}.",
            ).format(count=number_of(len(changed)), named=named),
            Label("ayan daily یا ayan serve آن‌ها را در ثبت عمومی می‌نویسد.", "ayan daily and ayan serve enter them."),
        )
        return
    entered, new = sum(entry.digest is not None for entry in history.declarations.values()), len(waiting)
    yield HealthFinding(
        "declarations",
        "ok",
        Label(
            "{entered} اعلام شهر همان است که ثبت عمومی می‌گوید؛ {new} اعلام هنوز در ثبت عمومی نیامده است.",
            "{entered} declarations are what the log says; {new} are still to be entered.",
        ).format(entered=number_of(entered), new=number_of(new)),
    )


def _diary(home: City, history: LogHistory) -> Iterator[HealthFinding]:
    broken = list(accountability.rewritten(home, history))
    for each in broken:
        yield HealthFinding("diary", "error", each.words)
    if history.diary and not broken:
        yield HealthFinding(
            "diary",
            "ok",
            Label(
                "گزارش روزانهٔ {count} روز همان است که مهر شد.", "The diary of {count} days is what was sealed."
            ).format(count=number_of(len(history.diary))),
        )
