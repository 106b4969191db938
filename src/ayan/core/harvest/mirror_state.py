"""The next state of a mirror, put together as a folder that can be served, verified and queried by itself."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ayan.core.harvest.mirror_folder import MirrorFolder, StandingState, link_all, make_folder_plain
from ayan.core.harvest.mirror_refusal import MirrorRefused
from ayan.core.intake.table import printable_name
from ayan.core.ledger.checkpoint import open_checkpoint
from ayan.core.ledger.log import CHECKPOINT
from ayan.core.ledger.note import NotSigned, Verifier
from ayan.core.ledger.tiles import WIDTH, HashTile, encode_bundle, tiles_of
from ayan.core.ledger.trust_policy import Policy
from ayan.core.store.manifest import file_name
from ayan.core.store.objects import TOMBSTONE
from ayan.core.system.files import link
from ayan.core.transparency.accountability_verification import check_published
from ayan.core.transparency.evidence import DATASETS, MANIFEST, Folder
from ayan.core.transparency.interrupted_acts import UNKNOWN, tombstone_of
from ayan.core.transparency.log_rules import LogHistory, ReleaseHistory, replay
from ayan.core.transparency.log_verification import LOG
from ayan.core.transparency.published_texts import published
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.transparency.verification import present
from ayan.core.values.sql import identifier, literal

TABLES: Final = "tables.sql"
"""The file that tells DuckDB of every dataset: the rows that hold now, as a view of its name."""


@dataclass
class MirrorState:
    """What the log says, and where what it names was fetched to; `fill` makes a folder of it.

    ``leaves`` are all entries, ``tiles`` those hash tiles that are new since ``standing``. ``texts`` are new, by their
    path under the log's address; ``by`` says who withdrew a release, where the portal says it.
    """

    folder: MirrorFolder
    standing: StandingState | None
    policy: Policy
    signed: bytes
    leaves: Sequence[bytes]
    tiles: Mapping[HashTile, bytes]
    history: LogHistory
    texts: Mapping[str, bytes] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return len(self.leaves)

    @staticmethod
    def release_at(folder: Path, ref: str) -> Path:
        """Where a release stands in the folder of a state."""
        slug, period, number = ref.split("/")
        return folder / DATASETS / slug / "releases" / period / number

    @classmethod
    def tombstone_at(cls, folder: Path, ref: str) -> Path:
        """Where the tombstone of a withdrawn release stands."""
        return cls.release_at(folder, ref) / TOMBSTONE

    def fill(self, draft: Path) -> None:
        """Put the whole state into an empty folder. Raises MirrorRefused where a text is not as its leaf says."""
        self._fill_log(draft / LOG)
        for release in self.history.releases.values():
            self._fill_release(draft, release)
        report = VerificationReport()
        check_published(Folder(draft), self.history, report, set(self.texts))
        for finding in report.findings:
            if finding.level == "broken":
                raise MirrorRefused.because("text", where=finding.where, what=finding.what)
        self._write_tables(draft, self.history)

    def fill_without(self, draft: Path, gone: Collection[str]) -> None:
        """Put the state that stands into an empty folder without some of its releases, under the log that it has.

        Whoever verifies it is told that these are missing, until the mirror can go on.
        """
        if self.standing is None:
            return
        link_all(self.standing.folder, draft, {self.release_at(self.standing.folder, ref) for ref in gone})
        for ref in gone:
            release = self.history.releases.get(ref)
            if release is not None and release.withdrawn:
                self._bury(draft, release)
        # A new file: the one that was linked is that of the state before.
        (draft / TABLES).unlink()
        self._write_tables(draft, replay(self.standing.leaves))

    def _fill_log(self, log: Path) -> None:
        known = len(self.standing.leaves) if self.standing else 0
        for tile in tiles_of(self.size):
            target = log / tile.path
            make_folder_plain(target.parent)
            if tile.level == "entries" and (tile.index + 1) * WIDTH > known:
                target.write_bytes(encode_bundle(self.leaves[tile.index * WIDTH : (tile.index + 1) * WIDTH]))
            elif tile in self.tiles:
                target.write_bytes(self.tiles[tile])
            else:
                self._link_old(f"{LOG}/{tile.path}", target)
        for path in published(self.history):
            target = log / path
            make_folder_plain(target.parent)
            if path in self.texts:
                target.write_bytes(self.texts[path])
            else:
                self._link_old(f"{LOG}/{path}", target)
        make_folder_plain(log)
        (log / CHECKPOINT).write_bytes(self.signed)
        (log / "vkey").write_text(f"{self._key()}\n", encoding="ascii")

    def _fill_release(self, draft: Path, release: ReleaseHistory) -> None:
        ref = release.last.ref
        target = self.release_at(draft, ref)
        old = self.release_at(self.standing.folder, ref) if self.standing else None
        make_folder_plain(target)
        if not release.withdrawn:
            fetched = self.folder.fetched(release.last.manifest)
            source = fetched if fetched.exists() else old
            if source is None or not (source / MANIFEST).exists():
                raise MirrorRefused.because("own-damage", fault=target.name)
            link_all(source, target)
        elif old is not None and (old / TOMBSTONE).exists():
            link(old / TOMBSTONE, target / TOMBSTONE)
        else:
            self._bury(draft, release)

    def _bury(self, draft: Path, release: ReleaseHistory) -> None:
        ref = release.last.ref
        tombstone = tombstone_of(release.last, release.sealed.rows, printable_name(self.by.get(ref, "")) or UNKNOWN)
        target = self.tombstone_at(draft, ref)
        make_folder_plain(target.parent)
        text = json.dumps(tombstone.as_json(), ensure_ascii=False, indent=1) + "\n"
        target.write_text(text, encoding="utf-8")

    def _link_old(self, path: str, target: Path) -> None:
        source = self.standing.folder / path if self.standing else None
        if source is None or not source.exists():
            raise MirrorRefused.because("own-damage", fault=path)
        link(source, target)

    def _key(self) -> Verifier:
        for key in self.policy.logs:
            try:
                open_checkpoint(self.signed, key)
            except NotSigned:
                continue
            return key
        raise AssertionError("the policy has accepted the checkpoint")

    def _write_tables(self, draft: Path, history: LogHistory) -> None:
        (draft / TABLES).write_text("\n".join(self._tables(draft, history)) + "\n", encoding="utf-8")

    def _tables(self, draft: Path, history: LogHistory) -> Iterator[str]:
        """A view for each dataset, over the parts of the releases that hold now."""
        yield "-- cd to this folder, then: duckdb -init tables.sql"
        datasets = defaultdict[str, list[ReleaseHistory]](list)
        for release in history.releases.values():
            datasets[release.last.dataset].append(release)
        for slug, releases in sorted(datasets.items()):
            parts = []
            for release in present(releases):
                folder = self.release_at(draft, release.last.ref)
                if not (folder / MANIFEST).exists():
                    continue
                manifest = json.loads((folder / MANIFEST).read_bytes())
                own = folder.relative_to(draft).as_posix()
                parts += [literal(f"{own}/{file_name(part)}") for part in manifest["resources"]]
            if parts:
                files = f"read_parquet([{', '.join(parts)}], union_by_name = true, filename = true)"
                yield f"CREATE OR REPLACE VIEW {identifier(slug)} AS SELECT * FROM {files};"
