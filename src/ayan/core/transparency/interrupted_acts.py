"""Acts that the log tells of and that never took effect, because whoever performed them was stopped in between.

Within some time an act is taken back in words together with the next one of its dataset (`log_rules`). A
withdrawal is always carried out, and a seal that nobody tried again in time is withdrawn, though nobody saw it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ayan.core.ledger.journal import Intent
from ayan.core.ledger.log import Log
from ayan.core.ledger.refusal import LedgerError
from ayan.core.store.manifest import RELEASE_FORMAT, file_bytes
from ayan.core.store.objects import MANIFEST, NotInStore, ReleaseAddress
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import Tombstone
from ayan.core.transparency.entries.statement import INTERRUPTED, Statement
from ayan.core.transparency.limits import TAKEN_BACK
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

UNKNOWN: Final = "نامعلوم (not known)"
"""Who performed an act, where nobody wrote it down."""


class UnfinishedAct(Refusal, LedgerError):
    """Something else must be done first about an act that was begun and broke off."""

    code = "act-unfinished"
    fa = "کاری روی این داده ناتمام مانده است. نخست آن را به پایان ببرید."
    en = "An act on this dataset broke off. Bring it to its end first."
    status = 500


REPEAT: Final = Label(
    "پاک‌کردن ردیف از {ref} ناتمام مانده است. نخست همان را دوباره انجام دهید یا این انتشار را بردارید.",
    "An erasure of rows of {ref} broke off. Repeat it first, or withdraw the release.",
)
TOO_LATE: Final = Label(
    "پاک‌کردن ردیف از {ref} مدتی پیش ناتمام ماند و ثبت عمومی آن را پاک‌شده می‌خواند. این انتشار "
    "را بردارید و درستش را بفرستید.",
    "An erasure of rows of {ref} broke off long ago, and the log says that it was done. Withdraw the release, and send "
    "the right one.",
)


@dataclass(frozen=True, slots=True)
class InterruptedAct:
    """What the log says at ``index`` and the store does not, and what was written down before it began."""

    index: int
    statement: Statement
    intent: Intent

    def is_late(self, now: str) -> bool:
        """Whether it can no longer be taken back in words at that moment (ISO 8601)."""
        return datetime.fromisoformat(now) - datetime.fromisoformat(self.statement.at) > TAKEN_BACK


def took_effect(store: ReleaseStore, statement: Statement) -> bool:
    """Whether the store is as a statement says it is since that act."""
    try:
        release = store.release(statement.dataset, statement.period, statement.number)
    except NotInStore:
        return False
    if statement.act == "withdrawn":
        return release.withdrawn
    return release.digest == statement.manifest


def begun(log: Log, slug: str) -> list[tuple[Intent, Statement]]:
    """The acts of a dataset that were begun and not finished, by what was written down before each."""
    noted = [(intent, Statement.parse(intent.leaf)) for intent in log.intents()]
    return [(intent, statement) for intent, statement in noted if statement.dataset == slug]


def interrupted(log: Log, history: LogHistory, store: ReleaseStore, slug: str) -> Iterator[InterruptedAct]:
    """Those of them that the log tells of, and that never took effect nor were taken back.

    The dataset's lock must be held, for an act that is under way looks the same.
    """
    for intent, statement in begun(log, slug):
        entered, said = log.find(intent.leaf, intent.since), history.releases.get(statement.ref)
        if entered is None or said is None or took_effect(store, said.last):
            continue
        # Of a seal that was withdrawn in the log alone, the tombstone is still missing.
        if said.last == statement or said.last.code == INTERRUPTED:
            yield InterruptedAct(entered, statement, intent)


def withdrawal(lost: Statement, at: str) -> Statement:
    """The statement that a release that nobody saw is withdrawn."""
    return replace(lost, act="withdrawn", at=at, rows=0, supersedes=None, code=INTERRUPTED)


def bury(store: ReleaseStore, withdrawn: Statement, sealed: Statement, noted: bytes = b"") -> None:
    """Carry a withdrawal out that the log tells of; ``noted`` is its tombstone where that was written down before."""
    address = ReleaseAddress(withdrawn.dataset, withdrawn.period, withdrawn.number)
    tombstone = Tombstone.from_json(json.loads(noted)) if noted else tombstone_of(withdrawn, sealed.rows, UNKNOWN)
    staged = store.stage(brief=True)
    (staged / MANIFEST).write_bytes(stand_in(withdrawn, sealed))
    store.put_back(address, staged, tombstone)


def tombstone_of(withdrawn: Statement, rows: int, by: str, parts: tuple[str, ...] = ()) -> Tombstone:
    """The tombstone of a withdrawn release as far as the log tells of it."""
    return Tombstone(
        ref=withdrawn.ref,
        code=str(withdrawn.code),
        by=by,
        at=datetime.fromisoformat(withdrawn.at),
        manifest=withdrawn.manifest,
        parts=parts,
        rows=rows,
        reason_digest=withdrawn.reason_digest,
    )


def stand_in(last: Statement, sealed: Statement) -> bytes:
    """What takes the place of a withdrawn release's manifest, which is not at hand: what the log says of it."""
    facts = {
        "format": RELEASE_FORMAT,
        "dataset": last.dataset,
        "period": last.period,
        "number": last.number,
        "rows": sealed.rows,
        "sealed_at": sealed.at,
        "supersedes": sealed.supersedes,
        "commitments": {"rows_root": last.rows_root, "files": []} if last.rows_root else None,
        "stand_in_for": f"sha256:{last.manifest}",
    }
    return file_bytes({"resources": [], "ayan": facts})
