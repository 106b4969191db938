"""Acts on releases in the log, and those that never came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from ayan.core.ledger.limits import LARGEST_ROW_NUMBER, MOST_ENTRIES
from ayan.core.store.limits import LARGEST_NUMBER
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone, instant
from ayan.core.transparency.entries.parsing import (
    CODE,
    is_count,
    is_digest,
    is_moment,
    is_ref,
    matches,
    members,
    parsed,
)
from ayan.core.values.canonical import canonical_json
from ayan.core.values.label import Label

StatementAct: TypeAlias = Literal["sealed", "withdrawn", "erased", "void"]
REASONS: Final[dict[str, Label]] = {
    "wrong-data": Label("داده نادرست بود", "The data were wrong"),
    "personal-data": Label("دادهٔ شخصی در آن بود", "It held personal data"),
    "court-order": Label("به حکم مرجع قضایی", "By order of a court"),
    "wrong-dataset": Label("به جای دادهٔ دیگری منتشر شده بود", "It was published in the place of other data"),
    "taken-back": Label("فرستنده در مهلت مجاز پس گرفت", "The sender took it back within the allowed time"),
}
"""Why a release may be withdrawn or rows of it erased; the code is all that lasts (see `log_writer.Reasons`)."""
INTERRUPTED: Final = "interrupted"
"""The code of a release whose publication was interrupted and so late found out that its leaf cannot be taken back."""
REASON_LABELS: Final[Mapping[str, Label]] = {
    **REASONS,
    INTERRUPTED: Label("انتشارش ناتمام ماند و دیده نشد", "Its publication was interrupted, and nobody saw it"),
}
"""Every code that may stand in a leaf: those that people choose, and the one that the program sets by itself."""
_ACTS: Final = frozenset(get_args(StatementAct))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One entry of the log, in the words that everybody may read.

    ``manifest`` is the SHA-256 (hex) of the release's manifest after the act, ``rows_root`` the root (hex) over the
    commitments of its rows, ``rows`` how many they are (erased ones included, none after a withdrawal), ``at`` the
    time of the act (ISO 8601, UTC). ``supersedes`` is the number of the release that this one takes the place of.
    ``code`` is why something was withdrawn or erased, ``reason_digest`` a salted digest of the words, which are not
    kept here. ``voids`` is the index of an earlier entry whose act never took place, because whoever was to perform it
    was stopped.
    """

    act: StatementAct
    at: str
    dataset: str
    period: str
    number: int
    manifest: str
    rows: int
    rows_root: str | None = None
    supersedes: int | None = None
    code: str | None = None
    reason_digest: str | None = None
    voids: int | None = None

    @property
    def ref(self) -> str:
        """``slug/period/number``, as commands and pages name the release."""
        return f"{self.dataset}/{self.period}/{self.number}"

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785) with every member, absent ones as null."""
        return canonical_json(members(self))

    @classmethod
    def parse(cls, leaf: bytes) -> Statement:
        """The statement that an entry holds; BadStatement for anything that `leaf` would not write.

        Whoever holds a log's key can sign whatever he likes, so every member has the type and the shape that it has
        where a city publishes: names that may stand in a path, numbers within bounds, digests, moments.
        """
        return parsed(leaf, cls, _is_sound_statement)


def _is_sound_statement(statement: Statement) -> bool:
    return (
        statement.act in _ACTS
        and is_ref(statement.dataset, statement.period, statement.number)
        and is_moment(statement.at)
        and is_digest(statement.manifest)
        and is_count(statement.rows, LARGEST_ROW_NUMBER)
        and (statement.rows_root is None or is_digest(statement.rows_root))
        and (statement.supersedes is None or is_count(statement.supersedes, LARGEST_NUMBER))
        and (statement.code is None or matches(CODE, statement.code))
        and (statement.reason_digest is None or is_digest(statement.reason_digest))
        and (is_count(statement.voids, MOST_ENTRIES) if statement.act == "void" else statement.voids is None)
    )


def sealed(release: Release) -> Statement:
    """The statement that a release is sealed."""
    facts = release.manifest["ayan"]
    return _about(release, "sealed", facts["sealed_at"], supersedes=facts.get("supersedes"))


def withdrawn(release: Release, tombstone: Tombstone) -> Statement:
    """The statement that a release is withdrawn: its manifest is named, its rows are no more."""
    statement = _about(release, "withdrawn", instant(tombstone.at), code=tombstone.code)
    return _with(statement, manifest=tombstone.manifest, rows=0, reason_digest=tombstone.reason_digest)


def erased(release: Release) -> Statement:
    """The statement that rows were erased from a release, which since has a new manifest and the same rows root."""
    last = release.erasures[-1]
    statement = _about(release, "erased", instant(last.at), code=last.code, reason_digest=last.reason_digest)
    return _with(statement, rows=release.rows + sum(erasure.count for erasure in release.erasures))


def void(statement: Statement, index: int, at: str) -> Statement:
    """The statement that what the entry at ``index`` says never took place."""
    return _with(statement, act="void", at=at, voids=index)


def _about(release: Release, act: StatementAct, at: str, **more: Any) -> Statement:
    facts = release.manifest["ayan"]
    return Statement(
        act=act,
        at=at,
        dataset=release.slug,
        period=release.period,
        number=release.number,
        manifest=release.digest,
        rows=release.rows,
        rows_root=(facts.get("commitments") or {}).get("rows_root"),
        **more,
    )


def _with(statement: Statement, **changed: Any) -> Statement:
    return Statement(**(asdict(statement) | changed))
