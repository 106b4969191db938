"""Bodies of originals in a bucket: of each the city's folder keeps the head alone, without which no key opens it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.custody.limits import LONGEST_STUB
from ayan.core.custody.private_files import HEAD, PIECE, FilePieces, NotOpened, OriginalEncryption
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, flush, make_folder, own_folder, replacing, write
from ayan.core.values.refusal import Refusal

if TYPE_CHECKING:
    # The client is loaded only where it is of use.
    from ayan.core.bucket.bucket import Bucket

PREFIX: Final = "originals"
"""Where bodies stand in the bucket, each under a random word."""
SENT: Final = "sent-originals"
"""The folder, in the scratch space, of notes: one for each body that may stand in the bucket and be nobody's."""

_MARK: Final = b"AYAN-IN-BUCKET-"
_STUB: Final = _MARK + b"1\n"


class BodyLost(Refusal):
    """The body of an original is not in the bucket, or not what was put there."""

    code = "original-body"
    fa = "این پرونده در انبار شیئی (S3) نیست یا همان نیست که آنجا گذاشته شد. به گردانندهٔ سامانه بگویید."
    en = "This file is not in the object store (S3), or is not what was put there. Tell the operator of this portal."
    status = 500


@dataclass(frozen=True, slots=True)
class OriginalStub:
    """What stands in the folder for an original whose body is elsewhere.

    ``head`` is the beginning of the locked file and ``key`` where the rest stands, with its SHA-256 (hex) ``body``;
    ``size`` and ``whole`` are bytes and SHA-256 (hex) of the locked file as one.
    """

    head: bytes
    key: str
    body: str
    whole: str
    size: int

    @classmethod
    def read(cls, path: Path) -> OriginalStub | None:
        """The stub at ``path``; None where another kind of file stands there. Raises NotOpened where it is no use."""
        with path.open("rb") as file:
            data = file.read(LONGEST_STUB)
        head, rest = data[:HEAD], data[HEAD:]
        if not rest.startswith(_MARK):
            return None
        if not rest.startswith(_STUB):
            raise NotOpened("the file stands in an object store in a form that a later version of Ayan reads")
        try:
            facts = json.loads(rest[len(_STUB) :])
            return cls(head, str(facts["key"]), str(facts["body"]), str(facts["whole"]), int(facts["size"]))
        except (ValueError, KeyError, TypeError):
            raise NotOpened("what stands for the file is not what was written") from None

    @property
    def data(self) -> bytes:
        """The stub as its file holds it: it begins as the locked file does, so that the key's name is read alike."""
        facts = {"key": self.key, "body": self.body, "whole": self.whole, "size": self.size}
        return self.head + _STUB + json.dumps(facts).encode("ascii")


def size_of(path: Path) -> int:
    """The bytes of a kept original, locked or not, wherever its body stands."""
    with suppress(NotOpened):
        if (stub := OriginalStub.read(path)) is not None:
            return stub.size
    return path.stat().st_size


@dataclass(frozen=True, slots=True)
class OriginalBodies:
    """The bodies in ``bucket``, with ``scratch`` for what is on its way; without a bucket, what is known of them.

    Whoever changes anything holds the lock of the originals. Whatever speaks to the bucket raises its BucketFault.
    """

    scratch: Path
    bucket: Callable[[], Bucket] | None

    def send(self, source: FilePieces, kept: Path, sha256: str, lock: OriginalEncryption) -> bool:
        """Lock a file, put its body into the bucket, read it again, and let a stub take the place of ``kept``.

        False, and nothing is changed, where the SHA-256 (hex) of what was read is not the one given.
        """
        bucket = self._bucket()
        before = OriginalStub.read(kept) if kept.exists() else None
        with self._scratch_folder() as folder:
            draft = folder / "body"
            with draft.open("xb") as out:
                draft.chmod(PRIVATE)
                apart = _HeadApart(out)
                if lock.close(source, apart) != sha256:
                    return False
            key = f"{PREFIX}/{secrets.token_hex(16)}"
            stub = OriginalStub(apart.head, key, apart.body.hexdigest(), apart.whole.hexdigest(), apart.size)
            # Before it goes up, so that what a killed process left there is found again.
            self._note(key, kept)
            if before is not None:
                self._note(before.key, kept)
            bucket.put_file(key, draft)
            if bucket.fetch(key, folder / "again") != stub.body:
                raise BodyLost
        write(kept, stub.data, mode=PRIVATE)
        self.settle()
        return True

    def pieces(self, stub: OriginalStub, lock: OriginalEncryption) -> Iterator[bytes]:
        """The bytes of an original as it was sent, none before the whole body was held against its digest."""
        with self._fetched(stub) as body:
            yield from lock.open(FilePieces(chain((stub.head,), _read(body))))

    @contextmanager
    def brought(self, stub: OriginalStub) -> Iterator[Path]:
        """The locked file as one, under a name of its own that goes with the block."""
        with self._fetched(stub) as body:
            whole = body.with_name("whole")
            with whole.open("xb") as out:
                whole.chmod(PRIVATE)
                out.writelines(chain((stub.head,), _read(body)))
            yield whole

    def bring_back(self, stub: OriginalStub, kept: Path) -> None:
        """Let the locked file itself take the place of its stub, and remove the body from the bucket."""
        with self._fetched(stub) as body:
            self._note(stub.key, kept)
            with replacing(kept, mode=PRIVATE) as out:
                out.writelines(chain((stub.head,), _read(body)))
        self.settle()

    def give_up(self, kept: Path) -> None:
        """Note that the body of ``kept`` is to go, before its stub does; `settle` removes it."""
        with suppress(FileNotFoundError, NotOpened):
            if (stub := OriginalStub.read(kept)) is not None:
                self._note(stub.key, kept)

    def settle(self) -> None:
        """Remove from the bucket every noted body that no stub names; those that one does are noted no longer.

        While the bucket is in the way, bodies and notes stay for the next time: what is left of them opens with no key.
        """
        with suppress(BucketFault):
            for note in self.notes():
                key = f"{PREFIX}/{note.name}"
                try:
                    named = _key_of(self.scratch.parent / json.loads(note.read_bytes())["kept"])
                except NotOpened:
                    # A stub that cannot be read may name this very body.
                    continue
                if named != key:
                    if self.bucket is None:
                        continue
                    self.bucket().delete([key])
                note.unlink()
        if self._sent.is_dir():
            flush(self._sent)

    def notes(self) -> list[Path]:
        """The notes of bodies that may stand in the bucket and be nobody's."""
        return sorted(path for path in self._sent.glob("*") if not path.name.startswith("."))

    def standing(self) -> dict[str, int]:
        """The bodies in the bucket: the bytes of each by its key."""
        return {each.key: each.size for each in self._bucket().listing(PREFIX)}

    @property
    def _sent(self) -> Path:
        return self.scratch / SENT

    def _bucket(self) -> Bucket:
        if self.bucket is None:
            raise NotOpened("it stands in an object store, and AYAN_STORE names none")
        return self.bucket()

    def _note(self, key: str, kept: Path) -> None:
        make_folder(self._sent, mode=PRIVATE_FOLDER)
        # By a path within the city's folder, which each machine may have mounted elsewhere.
        facts = {"kept": kept.relative_to(self.scratch.parent).as_posix()}
        write(self._sent / key.rpartition("/")[2], json.dumps(facts).encode(), mode=PRIVATE)

    @contextmanager
    def _scratch_folder(self) -> Iterator[Path]:
        make_folder(self.scratch, mode=PRIVATE_FOLDER)
        # Of a killed one it is swept away with other folders of this name.
        with own_folder(self.scratch, "scratch-") as folder:
            yield folder

    @contextmanager
    def _fetched(self, stub: OriginalStub) -> Iterator[Path]:
        bucket = self._bucket()
        with self._scratch_folder() as folder:
            body = folder / "body"
            if bucket.fetch(stub.key, body) != stub.body:
                raise BodyLost
            yield body


class _HeadApart:
    """A file to be written that holds the first bytes back, and knows the digests of the rest and of all."""

    def __init__(self, out: BinaryIO) -> None:
        self.head = b""
        self.size = 0
        self.body, self.whole = hashlib.sha256(), hashlib.sha256()
        self._out = out

    def write(self, data: bytes, /) -> int:
        taken = data[: HEAD - len(self.head)]
        self.head += taken
        rest = data[len(taken) :]
        self.whole.update(data)
        self.body.update(rest)
        self.size += len(data)
        self._out.write(rest)
        return len(data)


def _key_of(kept: Path) -> str:
    """The key that the stub at ``kept`` names; '' where there is none."""
    try:
        stub = OriginalStub.read(kept)
    except FileNotFoundError:
        return ""
    return stub.key if stub else ""


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
