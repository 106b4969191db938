"""Private files under the city's lock: encrypted with AES-256-GCM piece by piece, put down, and read."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ayan.core.system.files import PRIVATE, creating, flush, link, replacing


class FilePieces(io.RawIOBase):
    """Pieces of any size, to be read as a file is; at most so many bytes are given as are asked for."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        """The next ``size`` bytes, fewer only at the end; -1 for all that is left."""
        parts, wanted = [self._left], size - len(self._left)
        while (size < 0 or wanted > 0) and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            wanted -= len(piece)
        whole = b"".join(parts)
        self._left = b"" if size < 0 else whole[size:]
        return whole if size < 0 else whole[:size]


@dataclass(frozen=True, slots=True)
class PrivateFiles:
    """The lock of a city's private files; without one, files are put down as they come.

    Whatever was put down before there was a lock, or under an older key that still stands among the keys, is read.
    """

    lock: Callable[[], OriginalEncryption] | None = None

    def put(self, source: Path | Iterable[bytes], target: Path) -> None:
        """Put bytes down, for their owner only, durably; the file must not be there. A locked file is locked anew."""
        with creating(target) as out:
            self._lay(self.pieces(source) if isinstance(source, Path) else source, out)

    def pieces(self, path: Path) -> Iterator[bytes]:
        """The bytes as they were put down; NotOpened where no key fits, or the file is not what was written."""
        with path.open("rb") as file:
            if not is_locked(path):
                while piece := file.read(PIECE):
                    yield piece
                return
            if self.lock is None:
                raise NotOpened("there is no key here")
            yield from self.lock().open(file)

    def read(self, path: Path) -> bytes:
        """All of a small file."""
        return b"".join(self.pieces(path))

    def open_into(self, path: Path, folder: Path) -> Path:
        """A copy that anybody who may see ``folder`` can read, under the name it has; a plain file is linked."""
        target = folder / path.name
        if not is_locked(path):
            link(path, target)
            return target
        with target.open("xb") as out:
            target.chmod(0o600)
            for piece in self.pieces(path):
                out.write(piece)
        return target

    def put_folder(self, plain: Path, target: Path) -> None:
        """Put every file of a folder down in another one, which is there and empty; durable before it returns."""
        for path in sorted(plain.iterdir()):
            if path.is_file():
                self.put(path, target / path.name)
        flush(target)

    def relock(self, path: Path) -> bool:
        """Put a file under the first key, whatever it was under, in one step; False where it is so, or gone."""
        if self.lock is None:
            raise NotOpened("there is no key here")
        try:
            if name_of(path) == self.lock().name:
                return False
            with replacing(path, mode=PRIVATE) as out:
                self._lay(self.pieces(path), out)
        except FileNotFoundError:
            # Work under way puts another file in its place, which is locked.
            return False
        return True

    def _lay(self, pieces: Iterable[bytes], out: BinaryIO) -> None:
        if self.lock is not None:
            self.lock().close(FilePieces(pieces), out)
        else:
            out.writelines(pieces)


LOCK_FORMAT: Final = 1
_MARK: Final = b"AYAN-LOCKED-"
MAGIC: Final = _MARK + b"%d\n" % LOCK_FORMAT
PIECE: Final = 1024 * 1024
"""Bytes of the file in each piece that is encrypted by itself; the last one may be shorter, and empty."""

_NAME_LENGTH: Final = 8
_SALT_LENGTH: Final = 32
HEAD: Final = len(MAGIC) + _NAME_LENGTH + _SALT_LENGTH
"""Bytes at the beginning of a locked file without which no key opens it."""

_TAG: Final = 16
_NUMBERED: Final = re.compile(re.escape(_MARK) + rb"([0-9]{1,4})\n")
_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")


class DecryptedFile(Protocol):
    """What gives its bytes in pieces of the size asked for, but for the last."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, empty at the end."""


class WrittenFile(Protocol):
    """What takes bytes one after the other."""

    def write(self, data: bytes, /) -> int:
        """Take all of them."""


class BadOriginalKey(ValueError):
    """What was given as a key of the originals is none: 64 hexadecimal digits are."""


class NotOpened(Exception):
    """A locked file cannot be opened: its key is not here, or the file is not what was written."""


@dataclass(frozen=True, slots=True)
class OriginalEncryption:
    """Keys of 32 bytes. The first one locks; all of them open, so that an older key may still stand among them."""

    keys: tuple[bytes, ...]

    @classmethod
    def parse(cls, text: str) -> OriginalEncryption:
        """The keys in ``text``, parted by commas or blanks, each 64 hexadecimal digits; BadOriginalKey otherwise."""
        keys = text.replace(",", " ").split()
        if not keys or not all(_KEY.fullmatch(key_text) for key_text in keys):
            raise BadOriginalKey("a key of the originals is 64 hexadecimal digits")
        return cls(tuple(bytes.fromhex(key_text) for key_text in keys))

    @property
    def name(self) -> str:
        """The first key's name, as the head of a locked file gives it: it tells nothing of the key."""
        return _name(self.keys[0]).hex()

    @property
    def names(self) -> frozenset[str]:
        """The names of all keys, of which any opens the files that name it."""
        return frozenset(_name(key).hex() for key in self.keys)

    def first(self, name: str) -> OriginalEncryption:
        """The same keys, the one of this name before all others; NotOpened where it is not among them."""
        key = _named_key(self.keys, name)
        return OriginalEncryption((key, *(each for each in self.keys if each != key)))

    def pseudonym(self, text: str) -> str:
        """A name (hex) for ``text`` that tells nothing of it to whoever has not the first key; always the same."""
        derived = HKDF(SHA256(), 32, None, b"ayan pseudonyms 1").derive(self.keys[0])
        return hmac.new(derived, text.encode(), "sha256").hexdigest()

    def close(self, source: DecryptedFile, target: WrittenFile) -> str:
        """Write what ``source`` holds to ``target``, locked; the SHA-256 (hex) of what was read."""
        salt = secrets.token_bytes(_SALT_LENGTH)
        head = MAGIC + _name(self.keys[0]) + salt
        cipher = _cipher(self.keys[0], salt)
        digest = hashlib.sha256()
        target.write(head)
        number, piece = 0, source.read(PIECE)
        while True:
            digest.update(piece)
            following = source.read(PIECE)
            target.write(cipher.encrypt(_nonce(number, last=not following), piece, head))
            if not following:
                return digest.hexdigest()
            number, piece = number + 1, following

    def open(self, source: DecryptedFile) -> Iterator[bytes]:
        """The bytes that were locked, piece by piece, each proven before it is given out.

        Raises NotOpened where no key here opens the file, and where it was changed, cut or put together otherwise.
        """
        head = source.read(HEAD)
        key = _named(self.keys, head)
        cipher = _cipher(key, head[-_SALT_LENGTH:])
        number, piece = 0, source.read(PIECE + _TAG)
        while True:
            following = source.read(PIECE + _TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), piece, head)
            except InvalidTag:
                raise NotOpened("the file is not what was written") from None
            if not following:
                return
            number, piece = number + 1, following


def is_locked(path: Path) -> bool:
    """Whether the file at ``path`` begins as a locked one."""
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def spoil(path: Path) -> None:
    """Write over the head of a locked file that is about to be deleted; nothing where it is not locked or not there.

    Without its head no key opens what a disk, or a bucket with older versions, may keep of the rest.
    """
    with suppress(FileNotFoundError):
        if is_locked(path):
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(HEAD))
            flush(path)


def format_of(path: Path) -> int | None:
    """The number of the format in which the file at ``path`` is locked; None where it is not locked."""
    with path.open("rb") as file:
        return _format(file.read(HEAD))


def locked_size(size: int) -> int:
    """The bytes of a locked file that holds ``size`` bytes."""
    return HEAD + size + _TAG * max(1, -(-size // PIECE))


def name_of(path: Path) -> str:
    """The name of the key under which the file at ``path`` is locked; '' where it is not locked."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head[len(MAGIC) : len(MAGIC) + _NAME_LENGTH].hex() if head.startswith(MAGIC) else ""


def key_file(path: Path) -> str:
    """The keys in a file, which is made with a new one, for its owner's eyes only, where there is none."""
    key = secrets.token_hex(32)
    try:
        with creating(path) as file:
            file.write(f"{key}\n".encode("ascii"))
    except FileExistsError:
        return path.read_text("ascii")
    return key


def _named(keys: Sequence[bytes], head: bytes) -> bytes:
    if (stored := _format(head)) is not None and stored > LOCK_FORMAT:
        raise NotOpened(f"the file is locked in format {stored}, which a later version of Ayan reads")
    if len(head) < HEAD or not head.startswith(MAGIC):
        raise NotOpened("the file is not locked, or cut short")
    return _named_key(keys, head[len(MAGIC) : len(MAGIC) + _NAME_LENGTH].hex())


def _named_key(keys: Sequence[bytes], name: str) -> bytes:
    for key in keys:
        if _name(key).hex() == name:
            return key
    raise NotOpened(f"the key {name} is not here")


def _format(head: bytes) -> int | None:
    known = _NUMBERED.match(head)
    return int(known[1]) if known else None


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"ayan originals key " + key).digest()[:_NAME_LENGTH]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    """AES-256-GCM under a key of this file alone (HKDF, RFC 5869), so that no nonce is ever used twice under one."""
    return AESGCM(HKDF(SHA256(), 32, salt, b"ayan originals 1").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    """Pieces in their order, and the last one marked: none can be moved, left out or added (as in STREAM)."""
    return number.to_bytes(11, "big") + bytes([last])
