"""What became of a release after the state that a proof shows: erasures, a withdrawal, newer releases of its period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ayan.core.transparency.entries.statement import REASON_LABELS, Statement
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.values.label import Label

_LATER: Final[Mapping[str, Label]] = {
    "sealed": Label(
        "پس از آن {ref} منتشر شد ({at})؛ آنچه اثبات می‌گوید دیگر دادهٔ جاری نیست.",
        "Since then {ref} was published ({at}); what the proof shows is not in force any more.",
    ),
    "erased": Label(
        "پس از آن ردیف‌هایی از {ref} پاک شد ({at}، {why}). اثبات وضعیت پیش از آن را نشان می‌دهد.",
        "Since then rows of {ref} were erased ({at}, {why}). The proof shows the state before that.",
    ),
    "withdrawn": Label("پس از آن {ref} برداشته شد ({at}، {why}).", "Since then {ref} was withdrawn ({at}, {why})."),
    "void": Label(
        "پس از آن این کار بی‌اثر خوانده شد ({at}): {ref} هرگز دیده نشد.",
        "Since then this act was taken back ({at}): {ref} was never seen.",
    ),
}
_NEWEST: Final = Label(
    "ثبت عمومی تا برگ {size} چیز تازه‌تری از {ref} نمی‌گوید.", "Up to leaf {size} the log says nothing newer of {ref}."
)
OF_THEN: Final = Label(
    "اثبات از وضعیت {size} برگی ثبت عمومی می‌گوید. اینکه پس از آن اصلاح، پاک یا برداشته شده باشد در پرونده نیست؛ "
    "با --now و نشانی سامانه پرسیده می‌شود.",
    "The proof is of the log when it had {size} leaves. Whether the release was corrected, erased or withdrawn since "
    "is not in the file: ask with --now and the portal’s address.",
)
"""What a proof by itself cannot say; ``size`` is that of its checkpoint."""


def later_acts(history: LogHistory, statement: Statement, index: int) -> Iterator[Statement]:
    """What the log says after the leaf at ``index``, a statement about a release, that makes it a state of then."""
    for at, later in history.statements.items():
        newer = later.act == "sealed" and later.number > statement.number
        if at > index and (later.ref == statement.ref or (newer and _period(later) == _period(statement))):
            yield later


def tell_later(history: LogHistory, statement: Statement, index: int, report: VerificationReport) -> None:
    """Say in a report what became of the release that a proved leaf speaks of."""
    later = list(later_acts(history, statement, index))
    for act in later:
        why = REASON_LABELS.get(act.code or "", Label(act.code or "–", act.code or "–"))
        words = _LATER[act.act].format(ref=act.ref, at=act.at, why=why)
        report.add("note", act.ref, words, "state-later")
    if not later:
        words = _NEWEST.format(size=history.size, ref=statement.ref)
        report.add("holds", statement.ref, words, "state-newest")


def _period(statement: Statement) -> tuple[str, str]:
    return statement.dataset, statement.period
