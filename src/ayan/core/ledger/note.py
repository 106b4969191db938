"""Signed notes (C2SP signed-note, tlog-cosignature): short texts under Ed25519 signatures, and the keys for them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ayan.core.ledger.limits import LARGEST_NOTE, MOST_SIGNATURES

ED25519: Final = 1
"""The signature type of a plain Ed25519 signature over the text."""

COSIGNATURE: Final = 4
"""The signature type of a witness: Ed25519 over a time and the text (``cosignature/v1``)."""


Algorithm: TypeAlias = Literal[1, 4]

_KEY: Final = 32
_SIGNATURE: Final = 64
_STAMP: Final = 8
_LINE: Final = re.compile(r"— (\S+) (\S+)")
_VERIFIER: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """Bytes that are not a signed note, or a text that may not be one."""


class BadNoteKey(ValueError):
    """A text that is not a key, or a name that no key may have."""


class NotSigned(ValueError):
    """No known key signed the note, or a known key's signature does not fit it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the name of the key, its four-byte id, and the bytes after it."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line end."""
        return f"— {self.name} {to_base64(self.key_id + self.value)}\n"

    @property
    def time(self) -> int | None:
        """The POSIX time that a cosignature states, in seconds; None for a signature of another length."""
        return int.from_bytes(self.value[:_STAMP], "big") if len(self.value) == _STAMP + _SIGNATURE else None


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text, ending in a line end, and the signatures under it."""

    text: bytes
    signatures: tuple[Signature, ...] = ()

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join([signature.line for signature in self.signatures]).encode()

    def adding(self, signatures: Iterable[Signature]) -> SignedNote:
        """The note with more signatures; one by the same key takes the place of the older one."""
        merged = {(signature.name, signature.key_id): signature for signature in (*self.signatures, *signatures)}
        return SignedNote(self.text, tuple(merged.values()))


@dataclass(frozen=True)
class Verifier:
    """A public key with its name; ``algorithm`` is `ED25519` or `COSIGNATURE`."""

    name: str
    public: bytes = field(repr=False)
    algorithm: Algorithm = ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != _KEY or self.algorithm not in (ED25519, COSIGNATURE):
            raise BadNoteKey("not an Ed25519 key of a known signature type")

    def __str__(self) -> str:
        """The key as text (a *vkey*): ``name+id+base64``."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.algorithm]) + self.public)}"

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of the SHA-256 over name, line end, signature type and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """The key that a *vkey* spells out; BadNoteKey for anything else, a wrong id among it."""
        name, key_id, (algorithm, public) = _parsed(_VERIFIER.fullmatch(text.strip()))
        verifier = cls(name, public, algorithm)
        if verifier.key_id != key_id:
            raise BadNoteKey("the id in the key is not the one its name and bytes give")
        return verifier

    def accepts(self, text: bytes, signature: Signature) -> bool:
        """Whether this key made the signature over the text; a signature by another name or id is not accepted."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        message, value = text, signature.value
        if self.algorithm == COSIGNATURE:
            if signature.time is None or signature.time >> 63:
                return False
            message, value = _timed(text, signature.time), value[_STAMP:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key with its name. ``seed`` is the 32 bytes of RFC 8032; it is never shown."""

    name: str
    seed: bytes = field(repr=False)
    algorithm: Algorithm = ED25519

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw(), self.algorithm)

    @classmethod
    def generate(cls, name: str, algorithm: Algorithm = ED25519) -> Signer:
        """A new key from the system's source of chance."""
        return cls(check_name(name), Ed25519PrivateKey.generate().private_bytes_raw(), algorithm)

    @classmethod
    def parse(cls, text: str) -> Signer:
        """The key in the form that `secret` writes; BadNoteKey, without repeating the text, for anything else."""
        head, _, rest = text.strip().partition("+KEY+")
        name, key_id, (algorithm, seed) = _parsed(_VERIFIER.fullmatch(rest) if head == "PRIVATE" else None)
        signer = cls(name, seed, algorithm)
        if signer.verifier.key_id != key_id:
            raise BadNoteKey("the id in the key is not the one its name and bytes give")
        return signer

    @property
    def secret(self) -> str:
        """The key as text, ``PRIVATE+KEY+name+id+base64``, the form that Go's ``note`` package reads too."""
        value = to_base64(bytes([self.algorithm]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{value}"

    def sign(self, text: bytes, time: int | None = None) -> Signature:
        """The signature over a text; a witness's key needs ``time``, POSIX seconds."""
        if self.algorithm == ED25519:
            return Signature(self.name, self.verifier.key_id, self._key.sign(text))
        if time is None:
            raise ValueError("a cosignature states a time")
        value = time.to_bytes(_STAMP, "big") + self._key.sign(_timed(text, time))
        return Signature(self.name, self.verifier.key_id, value)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def parse_note(data: bytes) -> SignedNote:
    """The note that the bytes hold; BadNote for anything that the specification does not allow."""
    if len(data) > LARGEST_NOTE:
        raise BadNote("a note of more than a mebibyte")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise BadNote("a note that is not UTF-8") from None
    text, gap, rest = whole.rpartition("\n\n")
    if not gap or not rest.endswith("\n") or _CONTROL.search(whole):
        raise BadNote("not a text, an empty line, and signatures")
    return SignedNote((text + "\n").encode(), parse_signatures(rest))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, each with its line end; BadNote when one of them is none."""
    signatures: list[Signature] = []
    for line in lines.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadNote("a line that should be a signature is none")
        try:
            check_name(match[1])
            value = from_base64(match[2])
        except ValueError:
            raise BadNote("a signature that cannot be read") from None
        if len(value) < 5:
            raise BadNote("a signature without a key id")
        signatures.append(Signature(match[1], value[:4], value[4:]))
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote("a note with too many signatures")
    return tuple(signatures)


def signed_by(note: SignedNote, verifiers: Sequence[Verifier]) -> list[tuple[Verifier, Signature]]:
    """The known keys that signed the note; signatures of unknown keys are passed over.

    Raises NotSigned when a known key's signature does not fit. An empty answer is the caller's to refuse.
    """
    known = {(key.name, key.key_id): key for key in verifiers}
    by_verifier: dict[Verifier, Signature] = {}
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or verifier in by_verifier:
            continue
        if not verifier.accepts(note.text, signature):
            raise NotSigned(f"the signature by {verifier.name} does not fit the text")
        by_verifier[verifier] = signature
    return list(by_verifier.items())


def check_name(name: str) -> str:
    """``name`` itself, or BadNoteKey when no key may have it: empty, with a space, a plus or a control character."""
    if not name or "+" in name or len(name.split()) != 1 or name != name.strip() or not name.isprintable():
        raise BadNoteKey(f"not the name of a key: {name[:80]!r}")
    return name


def to_base64(data: bytes) -> str:
    """Standard base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of standard base64; ValueError unless the text is exactly what `to_base64` gives for them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if to_base64(data) != text:
        raise ValueError("not base64 in its one spelling")
    return data


def _timed(text: bytes, time: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text


def _parsed(match: re.Match[str] | None) -> tuple[str, bytes, tuple[Algorithm, bytes]]:
    if match is None:
        raise BadNoteKey("not a key in the form name+id+base64")
    try:
        value = from_base64(match[3])
    except ValueError:
        raise BadNoteKey("a key whose bytes are not base64") from None
    if len(value) != 1 + _KEY or value[0] not in (ED25519, COSIGNATURE):
        raise BadNoteKey("not an Ed25519 key of a known signature type")
    return match[1], bytes.fromhex(match[2]), (ED25519 if value[0] == ED25519 else COSIGNATURE, value[1:])
