"""What the log says of a public act: a release sealed, withdrawn or erased from, or one that never came about."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone, instant
from ayan.core.values.canonical import canonical_json

Act: TypeAlias = Literal["sealed", "withdrawn", "erased", "void"]

_ACTS: Final = frozenset(get_args(Act))


class BadStatement(ValueError):
    """An entry of the log that is no statement of this kind."""


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

    act: Act
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
        return canonical_json(asdict(self))

    @classmethod
    def parse(cls, leaf: bytes) -> Statement:
        """The statement that an entry holds; BadStatement for anything that `leaf` would not write."""
        try:
            facts = json.loads(leaf)
            statement = cls(**facts)
        except (ValueError, TypeError) as error:
            raise BadStatement("the entry is not a statement about a release") from error
        if statement.act not in _ACTS or statement.leaf != leaf:
            raise BadStatement("the entry is not written as a statement is")
        return statement


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


def _about(release: Release, act: Act, at: str, **more: Any) -> Statement:
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
