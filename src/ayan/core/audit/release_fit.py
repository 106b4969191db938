"""What a declaration that is about to change means for the rows of existing releases: refused, worded anew, or unread.

Releases stay as they were sealed. Told is what would become of their rows if they were sent once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import duckdb

from ayan.core.audit.limits import FIT_MEMORY, FIT_SECONDS, MOST_VALUES_NAMED
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreBroken
from ayan.core.store.parquet import columns_of
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.system.duckdb import TimeLimit, confined
from ayan.core.values import sql

MisfitCode: TypeAlias = Literal[
    "not-in-list", "reworded", "retired", "empty", "bounds", "pattern", "long", "kind", "gone", "added", "key",
]  # fmt: skip
REFUSED: Final = frozenset({"not-in-list", "empty", "bounds", "pattern", "long", "kind", "key"})
"""The codes of rows that would not be taken as they are; the others are read otherwise."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """How many rows of which releases (``period/number``) one part of the change is about.

    ``values`` are some of them, where the field has a list; ``field`` is empty where it is about the key.
    """

    code: MisfitCode
    field: str
    rows: int
    releases: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the rows would be refused if they were sent once more."""
        return self.code in REFUSED


@dataclass(frozen=True, slots=True)
class ReleaseFit:
    """What was found in the releases that were looked through, out of all that stand."""

    looked: int
    releases: int
    rows: int
    misfits: tuple[Misfit, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """One condition over the rows of a release, or a count of its own; with ``named`` some values are named."""

    code: MisfitCode
    field: str
    condition: str
    count: str = ""
    named: bool = False

    @property
    def wanted(self) -> str:
        """The number of rows that it is about, in SQL."""
        return self.count or f"count(*) FILTER ({self.condition})"


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    releases: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def add(self, release: Release, count: int, values: Sequence[str]) -> None:
        """Rows of one more release."""
        self.rows += count
        self.releases.append(f"{release.period}/{release.number}")
        self.values = list(dict.fromkeys([*self.values, *values]))[:MOST_VALUES_NAMED]


def release_fit(snapshot: DatasetSnapshot, before: Dataset, after: Dataset, seconds: float = FIT_SECONDS) -> ReleaseFit:
    """Hold the present releases of a dataset against its next declaration, the newest first, for so many seconds.

    Raises what the store raises of a release that cannot be read, or not as it is declared.
    """
    tallies: dict[_Question, _Tally] = {}
    looked = rows = 0
    releases = sorted(snapshot.releases, key=lambda each: each.sealed_at, reverse=True)
    parts = {release.ref: release.parts() for release in releases}
    questions = list(_questions(before, after))
    if not questions:
        return ReleaseFit(len(releases), len(releases), snapshot.rows, ())
    with confined(paths=[path for paths in parts.values() for path in paths], memory=FIT_MEMORY) as con:
        limit = TimeLimit(con, seconds)
        try:
            with limit.running():
                for release in releases:
                    for asked, count, values in _look(con, parts[release.ref], questions):
                        tallies.setdefault(asked, _Tally()).add(release, count, values)
                    looked, rows = looked + 1, rows + release.rows
        except duckdb.InterruptException:
            pass
        except duckdb.Error as fault:
            # A column is of another kind than it is declared, or a file is damaged.
            raise StoreBroken(f"{snapshot.slug}: its releases cannot be held against the declaration") from fault
        finally:
            limit.close()
    misfits = [
        Misfit(asked.code, asked.field, tally.rows, tuple(tally.releases), tuple(tally.values))
        for asked in questions
        if (tally := tallies.get(asked)) is not None
    ]
    return ReleaseFit(looked, len(releases), rows, tuple(sorted(misfits, key=lambda each: not each.refused)))


def _look(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], questions: Sequence[_Question]
) -> list[tuple[_Question, int, list[str]]]:
    """What the rows of one release answer, where it is anything: how many rows are meant, and some of their values."""
    there = {name for path in paths for name in columns_of(path)}
    listed = ", ".join(sql.literal(str(path)) for path in paths)
    relation = f"read_parquet([{listed}], union_by_name = true)"
    asked = [_within(each, there) for each in questions]
    wanted = ", ".join(f"CAST({each.wanted} AS BIGINT)" for each in asked)
    counts = con.execute(f"SELECT {wanted} FROM {relation}").fetchone() or ()
    answers = []
    for question, each, count in zip(questions, asked, counts, strict=True):
        if count:
            answers.append((question, int(count), _values(con, each, relation) if each.named else []))
    return answers


def _values(con: duckdb.DuckDBPyConnection, question: _Question, relation: str) -> list[str]:
    values = con.execute(
        f"SELECT DISTINCT {sql.identifier(question.field)} FROM {relation} WHERE {question.condition} "
        f"ORDER BY 1 LIMIT {MOST_VALUES_NAMED}"
    ).fetchall()
    return [str(value) for (value,) in values]


def _within(question: _Question, there: set[str]) -> _Question:
    """The question of a release with these columns: of one that it has not, all rows are meant or none."""
    if question.code == "added":
        return replace(question, condition="FALSE" if question.field in there else "TRUE")
    if question.code == "key":
        names = question.field.split()
        return question if set(names) <= there else replace(question, count="count(*)")
    if question.field not in there:
        return replace(question, condition="TRUE" if question.code == "empty" else "FALSE")
    return question


# --- what is asked ----------------------------------------------------------------------------------------------------


def _questions(before: Dataset, after: Dataset) -> Iterator[_Question]:
    was = {each.name: each for each in before.fields if _is_open(each)}
    will = {each.name: each for each in after.fields if _is_open(each)}
    for name, old in was.items():
        if name not in will:
            yield _Question("gone", name, f"{sql.identifier(name)} IS NOT NULL")
        else:
            yield from _of_field(old, will[name])
    for name in will:
        if name not in was:
            yield _Question("added", name, "TRUE")
    if after.key and after.key != before.key:
        columns = ", ".join(map(sql.identifier, after.key))
        yield _Question("key", " ".join(after.key), "", f"count(*) - count(DISTINCT ({columns}))")


def _is_open(each: Field) -> bool:
    return each.published and each.shown == "public"


def _of_field(old: Field, new: Field) -> Iterator[_Question]:
    column = sql.identifier(new.name)
    if old.kind is not new.kind or old.storage != new.storage:
        yield _Question("kind", new.name, f"{column} IS NOT NULL")
        return
    asked = partial(_Question, field=new.name)
    if new.required and not old.required:
        yield asked("empty", condition=f"{column} IS NULL")
    yield from _of_list(old, new, column)
    for value, other, sign in ((new.minimum, old.minimum, "<"), (new.maximum, old.maximum, ">")):
        if value is not None and value != other:
            yield asked("bounds", condition=f"{column} {sign} {_bound(value)}")
    if new.max_length is not None and new.max_length != old.max_length:
        yield asked("long", condition=f"length({column}) > {int(new.max_length)}")
    if new.pattern is not None and new.pattern != old.pattern:
        yield asked("pattern", condition=f"NOT regexp_full_match({column}, {sql.literal(new.pattern)})")


def _of_list(old: Field, new: Field, column: str) -> Iterator[_Question]:
    if new.choices is None or new.choices == old.choices:
        return
    before = {entry.code: entry for entry in old.choices.entries} if old.choices else {}
    codes = {entry.code: entry for entry in new.choices.entries}
    reworded = [code for code in codes if code in before and before[code].label != codes[code].label]
    retired = [
        code for code, entry in codes.items() if entry.until and code in before and before[code].until != entry.until
    ]
    if set(before) - set(codes) or not before:
        yield _Question(
            "not-in-list", new.name, f"NOT {sql.is_among(column, codes)} AND {column} IS NOT NULL", named=True
        )
    if reworded:
        yield _Question("reworded", new.name, sql.is_among(column, reworded), named=True)
    if retired:
        yield _Question("retired", new.name, sql.is_among(column, retired), named=True)


def _bound(value: Decimal | date) -> str:
    return f"DATE {sql.literal(value.isoformat())}" if isinstance(value, date) else str(value)


def as_json(fit: ReleaseFit) -> dict[str, Any]:
    """The same to be kept beside what it was worked out for."""
    return {
        "looked": fit.looked,
        "releases": fit.releases,
        "rows": fit.rows,
        "misfits": [[each.code, each.field, each.rows, list(each.releases), list(each.values)] for each in fit.misfits],
    }


def from_json(said: dict[str, Any]) -> ReleaseFit:
    """What `as_json` wrote."""
    misfits = tuple(
        Misfit(code, name, rows, tuple(releases), tuple(values))
        for code, name, rows, releases, values in said["misfits"]
    )
    return ReleaseFit(said["looked"], said["releases"], said["rows"], misfits)
