"""The folder of a mirror: a state that stands whole, and beside it what came for the next and was checked already.

``current`` is a link to the state that stands, a folder laid out as a portal is served. The next one is put together
beside it, of the same files where these are the same, and takes its place in one step: whoever reads, and whoever is
killed, finds the old state whole or the new one.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ayan.core.harvest.mirror_refusal import MirrorRefused
from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from ayan.core.ledger.log import CHECKPOINT
from ayan.core.ledger.note import BadNote, parse_note
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tile_folder import in_folder
from ayan.core.ledger.tiles import WIDTH, LogReader
from ayan.core.ledger.tree import leaf_hash
from ayan.core.system.files import (
    DRAFTS,
    PRIVATE_FOLDER,
    PUBLIC_FOLDER,
    flush_all,
    link,
    locked,
    make_folder,
    open_to_readers,
    point,
    remove,
    rename,
    sweep,
    write,
)
from ayan.core.transparency.evidence import DATASETS
from ayan.core.values.canonical import sha256_hex

ABOUT: Final = "mirror.json"
CURRENT: Final = "current"
FORMAT: Final = 1
_STATES: Final = "states"
_COMING: Final = "coming"
_FETCHED: Final = "fetched"
_TEXTS: Final = "texts"
_EVIDENCE: Final = "evidence"
_LOCK: Final = "lock"
_SEEN: Final = "seen"


class StandingState:
    """The state that a mirror shows: its folder, the signed checkpoint, and the entries that lead to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        log = folder / "log"
        try:
            self.signed = (log / CHECKPOINT).read_bytes()
            self.checkpoint: Checkpoint = parse_checkpoint(parse_note(self.signed).text)
            size = self.checkpoint.size
            stored = LogReader(in_folder(log))
            self.leaves = [leaf for index in range(-(-size // WIDTH)) for leaf in stored.entries(index, size)]
        except (OSError, BadNote, LogDamaged, UnicodeDecodeError) as fault:
            raise MirrorRefused.because("own-damage", fault=fault) from None
        if tree.root_of([leaf_hash(leaf) for leaf in self.leaves]) != self.checkpoint.root:
            raise MirrorRefused.because("own-damage", fault=f"{log}")


class MirrorFolder:
    """A mirror at ``root``; a new one is made where nothing stands."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other run away; BlockingIOError where one is at work. Removes what a killed one left half-done.

        Raises MirrorRefused (``not-a-mirror``) where something else stands in the folder.
        """
        make_folder(self.root, mode=PUBLIC_FOLDER)
        known = {ABOUT, CURRENT, _STATES, _COMING, _FETCHED, _TEXTS, _EVIDENCE, _LOCK, _SEEN}
        strange = [path for path in self.root.iterdir() if path.name not in known and not path.match(DRAFTS)]
        if strange:
            raise MirrorRefused.because("not-a-mirror", path=strange[0])
        with locked(self.root / _LOCK, wait=0):
            remove(path for path in self.root.glob(DRAFTS) if path.is_symlink())
            sweep(self.root.glob(DRAFTS))
            make_folder(self.root / _STATES, mode=PUBLIC_FOLDER)
            for name in (_COMING, _FETCHED, _TEXTS):
                make_folder(self.root / name, mode=PRIVATE_FOLDER)
            self._keep_state()
            yield

    def about(self) -> dict[str, Any]:
        """What was noted of the last run: the ``address``, and the ``tag`` of the checkpoint that was taken there."""
        try:
            facts = json.loads((self.root / ABOUT).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return facts if isinstance(facts, dict) and facts.get("format") == FORMAT else {}

    def note(self, address: str, tag: str) -> None:
        """Note where the state that stands came from."""
        facts = {"format": FORMAT, "address": address, "tag": tag}
        write(self.root / ABOUT, (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode())

    def seen(self) -> bytes | None:
        """The newest signed checkpoint that was accepted, also where its state could not be taken."""
        try:
            return (self.root / _SEEN).read_bytes()
        except FileNotFoundError:
            return None

    def see(self, signed: bytes) -> None:
        """Keep the signed checkpoint of a log that was accepted, durably."""
        write(self.root / _SEEN, signed)

    def standing(self) -> StandingState | None:
        """The state that stands; None in a new mirror. Raises MirrorRefused where it does not fit itself."""
        current = self.root / CURRENT
        return StandingState(current.resolve()) if current.is_symlink() else None

    def held(self) -> int:
        """Bytes of everything that the mirror has, each file once."""
        sizes: dict[tuple[int, int], int] = {}
        for at, _, names in os.walk(self.root):
            for name in names:
                facts = os.lstat(f"{at}/{name}")
                sizes[facts.st_dev, facts.st_ino] = facts.st_size
        return sum(sizes.values())

    def releases(self) -> Iterator[Path]:
        """The folders of releases that are here: those that came for the next state, then those of the standing one."""
        for name in (_FETCHED, _COMING):
            yield from sorted((self.root / name).iterdir())
        standing = (self.root / CURRENT).resolve().glob(f"{DATASETS}/*/releases/*/*")
        yield from sorted(standing, key=lambda path: (path.parent.name, len(path.name), path.name), reverse=True)

    # --- what came and was checked ------------------------------------------------------------------------------------

    def fetched(self, digest: str) -> Path:
        """Where a release of this manifest stands once it was checked."""
        return self.root / _FETCHED / digest

    def coming(self, digest: str) -> Path:
        """The folder into which a release is fetched; what came of it before is still there."""
        folder = self.root / _COMING / digest
        make_folder(folder, mode=PRIVATE_FOLDER)
        return folder

    def take(self, digest: str) -> None:
        """A release that was fetched holds: it stands from now on, durably."""
        folder = self.root / _COMING / digest
        flush_all(folder)
        rename(folder, self.fetched(digest))

    def drop(self, digest: str) -> None:
        """A release that was fetched does not hold: nothing of it is kept."""
        remove([self.root / _COMING / digest])

    def text(self, digest: str) -> bytes | None:
        """A text of this digest that was fetched before; None where there is none."""
        try:
            body = (self.root / _TEXTS / digest).read_bytes()
        except FileNotFoundError:
            return None
        return body if sha256_hex(body) == digest else None

    def take_text(self, digest: str, body: bytes) -> None:
        """Keep a text that was fetched and is of this digest; cheap to fetch again, so nothing waits for the disk."""
        write(self.root / _TEXTS / digest, body, durable=False)

    def drop_texts(self) -> None:
        """The texts stand in the state by now."""
        remove((self.root / _TEXTS).iterdir())

    def drop_others(self, wanted: Collection[str]) -> None:
        """Keep of what came before only the releases of these manifests."""
        for name in (_COMING, _FETCHED):
            remove(path for path in (self.root / name).iterdir() if path.name not in wanted)

    # --- the next state -----------------------------------------------------------------------------------------------

    def put(self, name: str, fill: Callable[[Path], None]) -> None:
        """Let ``fill`` put the next state together in a folder, and let that take the place of the one that stands."""
        draft = self.root / _STATES / f".{name}.{secrets.token_hex(4)}.draft"
        draft.mkdir(mode=PUBLIC_FOLDER)
        fill(draft)
        open_to_readers(draft)
        flush_all(draft)
        final = self.root / _STATES / f"{name}-{secrets.token_hex(4)}"
        rename(draft, final)
        point(self.root / CURRENT, f"{_STATES}/{final.name}")
        self._keep_state()

    def _keep_state(self) -> None:
        """Remove every state but the one that stands."""
        current = self.root / CURRENT
        standing = current.readlink().name if current.is_symlink() else ""
        remove(path for path in (self.root / _STATES).iterdir() if path.name != standing)

    # --- what shows why nothing was taken -----------------------------------------------------------------------------

    def keep_evidence(self, refusal: MirrorRefused) -> Path | None:
        """Keep what shows a refusal, once for the same; where it stands, None where nothing shows it."""
        if not refusal.evidence:
            return None
        digest = sha256_hex(b"".join(name.encode() + body for name, body in sorted(refusal.evidence.items())))
        folder = self.root / _EVIDENCE / f"{refusal.code}-{digest[:16]}"
        make_folder(folder)
        files: Mapping[str, bytes] = {**refusal.evidence, "why": f"{refusal.fa}\n{refusal.en}\n".encode()}
        for name, body in files.items():
            write(folder / name, body)
        return folder


def link_all(source: Path, target: Path, without: Collection[Path] = ()) -> None:
    """Let every file of a folder stand in another one too; hidden ones are left out, and some folders."""
    make_folder_plain(target)
    for path in source.iterdir():
        if path.name.startswith(".") or path in without:
            continue
        if path.is_dir():
            link_all(path, target / path.name, without)
        else:
            link(path, target / path.name)


def make_folder_plain(folder: Path) -> None:
    """A folder of a draft, which is flushed when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
