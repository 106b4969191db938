"""The private files of a city: originals and letters as they were sent, under lock, and scratch space for work."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ayan.core.custody.limits import COMING_SECONDS
from ayan.core.custody.original_bodies import BodyLost, OriginalBodies, OriginalStub
from ayan.core.custody.private_files import PIECE, FilePieces, NotOpened, OriginalEncryption, PrivateFiles, name_of
from ayan.core.system.files import DRAFTS, PRIVATE, PRIVATE_FOLDER, locked, make_folder, own_folder, replacing, sweep

if TYPE_CHECKING:
    from ayan.core.bucket.bucket import Bucket


LETTERS: Final = "letters"
ISSUES: Final = "issues"
# What 0.2.0 called the folder of issues; it is brought along when its submission is opened.
EARLIER_ISSUES: Final = "found"
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


class OriginalChanged(ValueError):
    """The submitted file is no longer the one that was read; the text is its name."""


@dataclass(frozen=True, slots=True)
class Original:
    """The submitted file, its SHA-256 (hex), and the salt under which a release commits itself to that digest."""

    file: Path
    sha256: str
    salt: str

    @property
    def commitment(self) -> str:
        """HMAC-SHA-256 (RFC 2104, hex) of the digest under the salt: who is shown file and salt can check it."""
        return hmac.new(self.salt.encode(), self.sha256.encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class PrivateStore:
    """What a city keeps that is nobody else's business.

    ``originals`` holds the files as they were sent, by digest, and letters; ``scratch`` is emptied after every piece of
    work. ``lock`` gives the keys under which originals are encrypted; without it they are kept as they came. With a
    ``bucket`` the bodies of originals that are locked stand there, and in ``originals`` a stub of each.
    """

    originals: Path
    scratch: Path
    lock: Callable[[], OriginalEncryption] | None = None
    bucket: Callable[[], Bucket] | None = None

    @contextmanager
    def scratch_folder(self) -> Iterator[Path]:
        """A private folder for one piece of work, removed with everything in it.

        What work that was killed left behind, which may be personal, is removed by the next.
        """
        make_folder(self.scratch, mode=PRIVATE_FOLDER)
        sweep(self.scratch.glob("scratch-*"))
        with own_folder(self.scratch, "scratch-") as folder:
            yield folder

    @contextmanager
    def originals_alone(self) -> Iterator[None]:
        """Let nobody else keep, lock anew or delete an original for a while."""
        make_folder(self.originals, mode=PRIVATE_FOLDER)
        self.originals.chmod(PRIVATE_FOLDER)
        with locked(self.originals / "lock"):
            yield

    def keep_original(self, original: Original) -> Path:
        """Keep the submitted file, readable by its owner only, under its digest, and the salt of its commitment.

        The same file is kept once; every release made from it has its own salt beside it, in a file named after the
        commitment. Durable before it returns. Raises OSError when it cannot be kept, BadOriginalKey when the key it is
        to be locked with is none, BucketFault when the object store is in the way, and OriginalChanged when the file
        changed since it was read.
        """
        kept = self.originals / original.sha256[:2] / original.sha256
        # Alone, so that nobody deletes the same file, sent once before, between these two steps.
        with self.originals_alone():
            make_folder(kept.parent, mode=PRIVATE_FOLDER)
            sweep(self.originals.glob(f"*/{DRAFTS}"))
            if not kept.exists():
                self._keep_whole(FilePieces(self.locker.pieces(original.file)), kept, original)
            _keep(io.BytesIO(original.salt.encode()), kept.with_name(f"{kept.name}.{original.commitment}.salt"))
        return kept

    def original_of(self, manifest: Mapping[str, Any]) -> Path | None:
        """Where the submitted file stands that a release commits itself to; None when it is no longer kept.

        It may be locked; `read_original` gives its bytes.
        """
        commitment = str(manifest["ayan"].get("source", {}).get("commitment", ""))
        if not _COMMITMENT.fullmatch(commitment):
            return None
        for salt in self.originals.glob(f"*/*.{commitment}.salt"):
            kept = salt.with_name(salt.name.split(".", 1)[0])
            if kept.is_file():
                return kept
        return None

    @property
    def locker(self) -> PrivateFiles:
        """Puts private files down under the lock, and reads them."""
        return PrivateFiles(self.lock)

    @property
    def letters(self) -> Path:
        """Where the letters stand that senders add for the approver, each under its digest and extension."""
        return self.originals / LETTERS

    @property
    def bodies(self) -> OriginalBodies:
        """What stands of originals in the bucket."""
        return OriginalBodies(self.scratch, self.bucket)

    def read_original(self, kept: Path) -> Iterator[bytes]:
        """The bytes of a kept file as it was sent, piece by piece; NotOpened where it is locked and no key fits.

        Raises BodyLost and BucketFault of one whose body stands in a bucket.
        """
        stub = OriginalStub.read(kept)
        if stub is None:
            yield from self.locker.pieces(kept)
        elif self.lock is None:
            raise NotOpened("there is no key here")
        else:
            try:
                yield from self.bodies.pieces(stub, self.lock())
            except BodyLost:
                # Nothing was given out yet; it may have been locked anew, or deleted, since it was looked up.
                if OriginalStub.read(kept) == stub:
                    raise
                yield from self.read_original(kept)

    def send_original(self, kept: Path) -> bool:
        """Bring the body of a kept file into the bucket, if it stands here; whether it did.

        It is read again there, and held against the digest of its name, before it goes from here. Raises as `relock`.
        """
        with self.originals_alone():
            if not kept.exists() or OriginalStub.read(kept) is not None:
                return False
            self._keep_whole(FilePieces(self.read_original(kept)), kept, Original(kept, kept.name, ""))
        return True

    def bring_original(self, kept: Path) -> bool:
        """Bring the body of a kept file back from the bucket, if it stands there; whether it did."""
        with self.originals_alone():
            stub = OriginalStub.read(kept) if kept.exists() else None
            if stub is not None:
                self.bodies.bring_back(stub, kept)
        return stub is not None

    def _keep_whole(self, source: FilePieces, kept: Path, original: Original) -> None:
        lock = self._lock()
        if self.bucket is None or lock is None:
            _keep(source, kept, original, lock)
        elif not self.bodies.send(source, kept, original.sha256, lock):
            raise OriginalChanged(original.file.name)

    def keep_letter(self, source: Path, name: str) -> Path:
        """Keep a letter under ``name``, which begins with the SHA-256 (hex) of its bytes; the same is kept once."""
        kept = self.letters / name
        with self.originals_alone():
            make_folder(self.letters, mode=PRIVATE_FOLDER)
            if kept.exists():
                # Whoever removes those that nobody asks for takes it for a new one.
                os.utime(kept)
            else:
                _keep(
                    FilePieces(self.locker.pieces(source)), kept, Original(source, _digest_in(name), ""), self._lock()
                )
        return kept

    def drop_letters(self, wanted: Collection[str]) -> int:
        """Remove the letters that are not among the names ``wanted``; a new one may be about to be asked for."""
        gone = 0
        with self.originals_alone():
            for kept in self.kept_letters():
                if kept.name not in wanted and kept.stat().st_mtime < time.time() - COMING_SECONDS:
                    kept.unlink()
                    gone += 1
        return gone

    def kept_letters(self) -> Iterator[Path]:
        """Every letter, in a fixed order."""
        for path in sorted(self.letters.glob("*")):
            if _COMMITMENT.fullmatch(_digest_in(path.name)):
                yield path

    def under_way(self) -> Iterator[Path]:
        """The private files of submissions, drafts and documents that are locked while nobody works at them."""
        for pattern in (
            "submissions/*/file/*",
            "submissions/*/table/*",
            f"submissions/*/{ISSUES}/*",
            f"submissions/*/{EARLIER_ISSUES}/*",
            "waiting/*/original/*",
            "documents/*/*",
        ):
            for path in sorted(self.scratch.glob(pattern)):
                if not path.name.startswith("."):
                    yield path
        yield from sorted(self.originals.glob("documents/*/original"))

    def _lock(self) -> OriginalEncryption | None:
        return self.lock() if self.lock else None

    def kept_originals(self) -> Iterator[Path]:
        """Every file that is kept as it was sent, in a fixed order."""
        for path in sorted(self.originals.glob("[0-9a-f][0-9a-f]/*")):
            if _COMMITMENT.fullmatch(path.name):
                yield path

    def relock(self, kept: Path) -> bool:
        """Put a kept file or letter under the first key, whatever it was under; False when it is already.

        The bytes are compared with the digest the file is named by before they take the place of the older ones. Raises
        NotOpened when no key here opens it, Changed when it is not the file of its name.
        """
        if self.lock is None:
            raise NotOpened("there is no key here")
        lock = self.lock()
        with self.originals_alone():
            if not kept.exists() or name_of(kept) == lock.name:
                return False
            original = Original(kept, _digest_in(kept.name), "")
            # Piece by piece, so that nothing of it touches the disk in the open.
            if kept.parent == self.letters:
                _keep(FilePieces(self.locker.pieces(kept)), kept, original, lock)
            else:
                self._keep_whole(FilePieces(self.read_original(kept)), kept, original)
        return True


def _digest_in(name: str) -> str:
    """The digest that the name of a kept file or letter begins with."""
    return name.partition(".")[0]


def _keep(
    source: BinaryIO | FilePieces, kept: Path, original: Original | None = None, lock: OriginalEncryption | None = None
) -> None:
    """Write ``kept`` whole or not at all; with ``original``, only if its bytes still have the digest they had."""
    with replacing(kept, mode=PRIVATE) as out:
        digest = _copied(source, out) if lock is None else lock.close(source, out)
        if original is not None and digest != original.sha256:
            raise OriginalChanged(original.file.name)


def _copied(source: BinaryIO | FilePieces, out: BinaryIO) -> str:
    """Copy bytes as they are; their SHA-256 (hex)."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        out.write(piece)
    return digest.hexdigest()
