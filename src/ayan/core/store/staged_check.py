"""Whether staged files are, byte for byte, what the manifest that comes with them says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import MANIFEST, PartFacts, StoreBroken
from ayan.core.store.parquet import facts_of, rises, rows_of
from ayan.core.values.canonical import sha256_file

Stamp = tuple[int, int, int, int]


def stamp_of(path: Path) -> Stamp:
    """What the file system says of a file that is another one after any write to it: where, how long, and when."""
    facts = path.stat()
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class MeasuredPart:
    """A part that was read to its end, and how the file stood by then; numbers rise through all that were measured."""

    facts: PartFacts
    stamp: Stamp


def check_parts(
    staged: Path,
    manifest: Mapping[str, Any],
    measured: Sequence[MeasuredPart] = (),
    standing: Callable[[str, str], Path | None] = lambda name, digest: None,
) -> None:
    """Raise StoreBroken unless the folder holds exactly the parts of a manifest that is about to be sealed.

    Parts that were ``measured`` are read again only where the file was written to since. Files beside them that are the
    very same as one of this name and hash that is ``standing`` in an earlier release were read before that was sealed.
    """
    named = {file_name(resource): resource for resource in manifest["resources"]}
    opening = beside(manifest)
    present = {path.name for path in staged.iterdir()} - {MANIFEST}
    if present != named.keys() | opening.keys():
        raise StoreBroken(f"the staged files {sorted(present)} are not those of the manifest {sorted(named)}")
    documents = {file_name(file) for file in manifest["ayan"].get("documents", ())}
    for name, file in opening.items():
        before = standing(name, str(file["hash"])) if name in documents else None
        if before is None or not before.exists() or not (staged / name).samefile(before):
            _compare(staged / name, file)
    paths = [staged / name for name in named]
    if [part.facts.name for part in measured] == [*named] and all(
        part.stamp == stamp_of(staged / part.facts.name) for part in measured
    ):
        for part in measured:
            _check_facts(part.facts, named[part.facts.name])
        _check_count(sum(part.facts.rows for part in measured), manifest)
        return
    _check_rows(paths, manifest, sum(_measured(path, named[path.name]) for path in paths))


def check_rewritten(
    staged: Path, manifest: Mapping[str, Any], before: Mapping[str, Any], local: Callable[[str], Path]
) -> None:
    """Raise StoreBroken unless the folder holds exactly the files that ``manifest`` names and ``before`` did not.

    The new files have new names; ``local`` says where the files of the release as it stands are.
    """
    old = {file_name(resource): resource for resource in before["resources"]} | beside(before)
    named = {file_name(resource): resource for resource in manifest["resources"]}
    opening = beside(manifest)
    fresh = {path.name for path in staged.iterdir()} - {MANIFEST}
    kept = {name for name, facts in (named | opening).items() if old.get(name) == facts}
    if fresh & set(old) or named.keys() | opening.keys() != fresh | kept:
        raise StoreBroken(f"the staged files {sorted(fresh)} are not the new ones of the manifest {sorted(named)}")
    for name in fresh:
        if name in named:
            _measured(staged / name, named[name])
        else:
            _compare(staged / name, opening[name])
    paths = [staged / name if name in fresh else local(name) for name in named]
    _check_rows(paths, manifest, sum(map(rows_of, paths)))


def _measured(path: Path, resource: Mapping[str, Any]) -> int:
    facts = facts_of(path)
    _check_facts(facts, resource)
    return facts.rows


def _check_facts(facts: PartFacts, resource: Mapping[str, Any]) -> None:
    if (facts.hash, facts.bytes) != (resource["hash"], resource["bytes"]):
        raise StoreBroken(f"the staged file {facts.name} is not the one that the manifest describes")


def _compare(path: Path, file: Mapping[str, Any]) -> None:
    if (f"sha256:{sha256_file(path)}", path.stat().st_size) != (file["hash"], file["bytes"]):
        raise StoreBroken(f"the staged file {path.name} is not the one that the manifest describes")


def _check_rows(paths: Sequence[Path], manifest: Mapping[str, Any], rows: int) -> None:
    _check_count(rows, manifest)
    if not rises(paths):
        raise StoreBroken("the staged files are not in the order of _row")


def _check_count(rows: int, manifest: Mapping[str, Any]) -> None:
    if rows != manifest["ayan"]["rows"]:
        raise StoreBroken(f"the staged files hold {rows} rows, not the {manifest['ayan']['rows']} of the manifest")
