"""Erasing rows: their bytes leave a release for good, which keeps its address and says how many went, when and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ayan.core.attachments.document_files import digest_in
from ayan.core.attachments.document_rows import document_files
from ayan.core.intake.table import printable_name
from ayan.core.ledger.commitments import BLOCKS, SALTS, erase_salts
from ayan.core.publish.map_tiles import write_tiles
from ayan.core.publish.publish_context import PublishContext
from ayan.core.publish.sealing import ReleaseRefused, check_reason
from ayan.core.publish.staged_part import commitments_of, control_totals
from ayan.core.schema.definition import Dataset
from ayan.core.store.manifest import Commitments, beside, without_rows
from ayan.core.store.objects import PartFacts, Withdrawn
from ayan.core.store.parquet import copy_without, facts_of, numbers_in
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Erasure, runs, whole_milliseconds
from ayan.core.system.duckdb import confined
from ayan.core.system.files import rename
from ayan.core.system.progress import Progress
from ayan.core.transparency.entries.statement import erased
from ayan.core.transparency.log_writer import Words
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier, literal

_GENERATION = re.compile(r"(?:\.e[0-9]+)?\.parquet$")
_NOTHING_LEFT = Label(
    "با این کار ردیفی نمی‌ماند. به جای آن انتشار را پس بگیرید: ayan withdraw",
    "No row would be left. Withdraw the release instead: ayan withdraw",
)


@dataclass(frozen=True, slots=True)
class EraseAgain:
    """A row of another release that says the same: the release's address and the row's number in it."""

    ref: str
    row: int


def erase(
    context: PublishContext,
    release: Release,
    rows: Collection[int],
    code: str,
    by: str,
    *,
    reason: str = "",
    dataset: Dataset | None = None,
    progress: Progress | None = None,
) -> Release:
    """Remove rows, by their number in the release, from its parts and from everything that serves them.

    ``reason`` is why, in words, as for `withdraw`. ``dataset`` is the declaration by which the totals are computed
    anew; without it none are stated. Raises ReleaseRefused for an unknown code, an empty name, a row that is not
    there, and when no row would be left; Withdrawn when there is nothing to erase from. After any error, or a crash,
    the release is as it was or as it is to be.
    """
    check_reason(code, by, reason)
    words = Words.of(reason)
    if release.withdrawn:
        raise Withdrawn(f"{release.ref} is withdrawn")
    wanted = set(rows)
    # What an attempt before this one left behind may hold what is to go.
    context.release_store.sweep()
    context.index_store.drop_stale(release.slug)
    hit = _among(release, wanted)
    if release.rows == len(wanted):
        raise ReleaseRefused("erases-all", _NOTHING_LEFT)
    log = context.transparency_log()
    log.settle(context.release_store, release.slug)
    staged = context.release_store.stage(brief=True)
    try:
        if progress:
            progress("write", None)
        parts = {path.name: _rewritten(path, staged, wanted, release) for path in hit}
        kept = [staged / part.name for part in parts.values() if part is not None]
        kept += [path for path in release.parts() if path.name not in parts]
        now, who = whole_milliseconds(context.clock.now()), printable_name(by)
        erasure = Erasure(now, who, code, runs(wanted), release.digest, words.digest if words else None)
        totals, opening = _totals(release, dataset, kept, staged), _unsalted(release, staged, wanted)
        # What a map showed of the rows goes with them; without the declaration there are no tiles any more.
        named = f"tiles.e{len(release.erasures) + 1}.pmtiles"
        tiles = write_tiles(dataset, kept, release.rows - len(wanted), staged, named) if dataset else {}
        # Documents of erased rows go with them, unless a row that stands has the same.
        manifest = without_rows(release.manifest, parts, totals, erasure, opening, tiles, document_files(kept))
        with context.release_store.erasing(release, staged, manifest) as coming:
            if progress:
                progress("index", None)
            context.index_store.build(release.slug, coming.snapshot)
            # Last of all, so that nothing but a crash can keep what the log says from coming true.
            intent = log.prepare(context.release_store, erased(coming.release), words)
    except BaseException:
        if staged.exists():
            context.release_store.discard(staged)
        raise
    log.commit(intent)
    context.index_store.drop_stale(release.slug)
    context.forget_outcomes()
    return coming.release


def again(
    context: PublishContext, release: Release, rows: Collection[int], dataset: Dataset | None
) -> list[EraseAgain]:
    """The rows of other standing releases of the dataset that repeat any of these.

    They are told by the dataset's key, or where it has none by all published columns; ask before erasing.
    """
    return [
        EraseAgain(other.ref, row)
        for other in context.release_store.releases(release.slug)
        if other.address != release.address and not other.withdrawn
        for row in _repeated(release.parts(), other.parts(), sorted(set(rows)), dataset.key if dataset else ())
    ]


def _among(release: Release, wanted: set[int]) -> list[Path]:
    """The parts that hold some of the rows; ReleaseRefused for rows that no part holds, and where none is asked for."""
    held = {path: numbers_in(path, wanted) for path in release.parts()}
    missing = wanted - set().union(*held.values())
    gone = sorted(row for row in missing if any(erasure.holds(row) for erasure in release.erasures))
    if gone:
        named = ", ".join(map(str, gone[:20]))
        raise ReleaseRefused(
            "row-erased",
            Label("این ردیف‌ها پیش‌تر پاک شده‌اند: {named}", "These rows have been erased before: {named}").format(
                named=named
            ),
        )
    if missing or not wanted:
        named = ", ".join(map(str, sorted(missing)[:20]))
        raise ReleaseRefused(
            "row-missing",
            Label("{ref} این ردیف‌ها را ندارد: {named}", "{ref} has no such rows: {named}").format(
                ref=release.ref, named=named
            ),
        )
    return [path for path, numbers in held.items() if numbers]


def _rewritten(path: Path, staged: Path, rows: set[int], release: Release) -> PartFacts | None:
    """The part without the rows, under a name that was never used; None when nothing is left of it."""
    target = staged / _renewed(path.name, release)
    if not copy_without(path, target, rows):
        target.unlink()
        return None
    return facts_of(target)


def _unsalted(release: Release, staged: Path, rows: set[int]) -> Commitments | None:
    """The commitments as the manifest will name them: the salts of the rows are gone, and the root stays as it is."""
    if release.salts is None:
        return None
    erase_salts(release.parts(), release.whole(), rows, staged, salts=release.salts)
    # The blocks stay what they are, and the file of the release stays with them.
    (staged / BLOCKS).unlink()
    salts = _renewed(SALTS, release)
    rename(staged / SALTS, staged / salts)
    said = release.manifest["ayan"]["commitments"]
    kept = {
        name: (int(file["bytes"]), str(file["hash"]).removeprefix("sha256:"))
        for name, file in beside(release.manifest).items()
        if name != release.salts and not name.endswith(".pmtiles") and digest_in(name) is None
    }
    fresh = commitments_of(staged, said["rows_root"], [salts])
    return Commitments(fresh.rows_root, {**fresh.files, **kept})


def _renewed(name: str, release: Release) -> str:
    """A name that no file of the release ever had."""
    return _GENERATION.sub(f".e{len(release.erasures) + 1}.parquet", name)


def _totals(release: Release, dataset: Dataset | None, parts: Sequence[Path], staged: Path) -> dict[str, str]:
    """The totals that the release states, over the rows that stand; without those that are no longer declared."""
    stated = release.manifest["ayan"].get("totals", {})
    if dataset is None or not stated:
        return {}
    return {code: total for code, total in control_totals(dataset, parts, staged).items() if code in stated}


def _repeated(mine: Sequence[Path], theirs: Sequence[Path], rows: list[int], key: Sequence[str]) -> Iterator[int]:
    with confined(paths=[*mine, *theirs]) as con:
        con.execute("CREATE TABLE wanted (_row BIGINT)")
        con.execute("INSERT INTO wanted SELECT unnest($1)", [rows])
        columns = [_columns(con, paths) for paths in (mine, theirs)]
        shared = [name for name in columns[0] if name in columns[1] and name not in ("_row", "_line")]
        if key and not set(key) <= set(shared):
            return
        same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in map(identifier, key or shared))
        answer = con.execute(
            f"SELECT _row FROM {_read(theirs)} b WHERE EXISTS "
            f"(SELECT 1 FROM {_read(mine)} a SEMI JOIN wanted USING (_row) WHERE {same or 'FALSE'}) ORDER BY _row"
        )
        yield from (int(row) for (row,) in answer.fetchall())


def _columns(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> list[str]:
    return [str(name) for name, *_ in con.execute(f"DESCRIBE SELECT * FROM {_read(paths)}").fetchall()]


def _read(paths: Sequence[Path]) -> str:
    return f"read_parquet({_list(paths)}, union_by_name = true)"


def _list(paths: Sequence[Path]) -> str:
    return f"[{', '.join(literal(str(path)) for path in paths)}]"
