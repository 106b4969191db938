"""A balance held against a draft: as if it were published in place of the current release of its period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.audit.balance import ROW, Balance
from ayan.core.audit.limits import MOST_GROUPS_TRIED
from ayan.core.audit.reconciliation import (
    BalanceGroup,
    BalanceOutcome,
    closed_room,
    failing,
    keys_of,
    outcome_in,
    statement,
    table_of,
)
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import aggregate_expression, bare_row_expression
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values import sql
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.digits import ExactNumber

_NOW: Final = "@now"
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class OutcomeShift:
    """A group that fails with the draft, and by how much it differs on what is published (None where it is not)."""

    group: BalanceGroup
    before: ExactNumber | None
    worse: bool


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """What holding a balance against a draft found.

    ``outcome`` is that with the draft in place. Of its failing groups ``worse`` do not fail on what is published, or
    differ by less there; ``failed_before`` and ``off_before`` are what fails there now. ``shifts`` lists those that are
    made worse first.
    """

    outcome: BalanceOutcome
    worse: int = 0
    failed_before: int = 0
    off_before: ExactNumber = 0
    shifts: tuple[OutcomeShift, ...] = ()

    @property
    def balance(self) -> Balance:
        """The balance that was held."""
        return self.outcome.balance

    @property
    def blocks(self) -> bool:
        """Whether the draft may not be published as it is; what fails already and gets no worse stops nothing."""
        return bool(self.worse) and self.balance.on_draft == "block"


@dataclass(frozen=True, slots=True)
class Reconciler:
    """The balances that read one dataset, and the store that its drafts are held against."""

    release_store: ReleaseStore
    slug: str
    balances: tuple[Balance, ...]
    datasets: Mapping[str, Dataset]

    def mark(self) -> str:
        """What trials are made of besides the draft, as one digest: the balances, and what is published now."""
        read = sorted({slug for balance in self.balances for slug in balance.datasets})
        return sha256_hex(
            repr((_FORM, self.balances, [(slug, self.release_store.snapshot(slug).digest) for slug in read])).encode()
        )

    def columns(self) -> frozenset[str]:
        """The fields of the dataset that the balances look at: a draft needs no others to be held."""
        names = tuple(field.name for field in self.datasets[self.slug].published) if self.balances else ()
        terms = [term for balance in self.balances for term in balance.terms if term.dataset == self.slug]
        read = {key.field for term in terms for key in term.by if key.field != ROW}
        for term in terms:
            read |= aggregate_expression(term.value, names).names
            read |= bare_row_expression(term.where, names).names if term.where else set()
        return frozenset(read)

    def hold(self, period: str, files: Sequence[Path]) -> tuple[DraftTrial, ...]:
        """Each balance with ``files`` in place of what stands for ``period``; nothing is done where there is none.

        Raises duckdb.Error where a file cannot be read.
        """
        return tuple(self._trial(balance, period, files) for balance in self.balances)

    def _trial(self, balance: Balance, period: str, files: Sequence[Path]) -> DraftTrial:
        standing = {slug: self.release_store.snapshot(slug).releases for slug in sorted(balance.datasets)}
        rest = [release for release in standing[self.slug] if release.period != period]
        now = {slug: [path for release in releases for path in release.parts()] for slug, releases in standing.items()}
        then = now | {self.slug: [*(path for release in rest for path in release.parts()), *files]}
        # The draft's rows are told from others by the name of what it replaces, so that they meet their older selves.
        names = {
            path: _named(release) for releases in standing.values() for release in releases for path in release.parts()
        }
        replaced = next((_named(release) for release in standing[self.slug] if release.period == period), f"{period}~1")
        names |= dict.fromkeys(files, replaced)
        tables = {slug: table_of(balance, self.datasets[slug], then[slug], names) for slug in then}
        with closed_room(tables, then, now[self.slug]) as con:
            con.execute(f"CREATE TEMP TABLE weighed AS {statement(balance, self.datasets)}")
            outcome = outcome_in(con, balance, 0)
            if outcome.holds:
                return DraftTrial(outcome)
            for slug in now:
                table = table_of(balance, self.datasets[slug], now[slug], names)
                con.execute(f"CREATE VIEW {sql.identifier(slug + _NOW)} AS {table}")
            con.execute(f"CREATE TEMP TABLE stood AS {statement(balance, self.datasets, _NOW)}")
            stood = con.execute(
                f"SELECT count(*), coalesce(sum(abs(difference)), 0) FROM stood WHERE {failing(balance)}"
            ).fetchone()
            rows = con.execute(f"{_beside(balance)} LIMIT {MOST_GROUPS_TRIED}").fetchall()
            worse = con.execute(f"SELECT count(*) FROM ({_beside(balance)}) WHERE worse").fetchone()
        shown = tuple(
            OutcomeShift(BalanceGroup(tuple(map(str, row[:-5])), *row[-5:-2]), row[-2], row[-1]) for row in rows
        )
        failed, off = stood or (0, 0)
        return DraftTrial(outcome, worse[0] if worse else 0, failed, off, shown)


def _named(release: Release) -> str:
    return f"{release.period}~{release.number}"


def _beside(balance: Balance) -> str:
    """The failing groups with what each differs by now, those that the draft makes worse first."""
    keys = keys_of(balance)
    joined = f"USING ({', '.join(keys)})" if keys else "ON TRUE"
    columns = ", ".join([*keys, "w.left_sum", "w.right_sum", "w.difference"])
    stood = failing(balance, "s.difference")
    return (
        f"SELECT {columns}, s.difference AS before, "
        f"({stood}) IS NOT TRUE OR abs(w.difference) > abs(s.difference) AS worse "
        f"FROM weighed w LEFT JOIN stood s {joined} WHERE {failing(balance, 'w.difference')} "
        f"ORDER BY {', '.join(['worse DESC', 'abs(w.difference) DESC', *keys])}"
    )
