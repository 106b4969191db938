"""The rotation of a log's key: a leaf that the old key and the new one have both signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ayan.core.ledger.limits import MOST_ENTRIES
from ayan.core.ledger.note import Signature, Signer, Verifier, from_base64, to_base64
from ayan.core.transparency.entries.notice import is_log_key
from ayan.core.transparency.entries.parsing import is_count, is_moment, parsed
from ayan.core.values.canonical import Json, canonical_json

KEY_ROTATED: Final = "key-rotated"
_KEY_ID: Final = 4
_SIGNATURE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotation:
    """One rotation: from its leaf on the log is signed by ``new`` alone, and no longer by ``old`` (both *vkeys*).

    ``size`` is how many leaves stand before it, so that its signatures are of use nowhere else, and ``at`` the moment
    (ISO 8601, UTC). ``signatures`` holds under ``old`` and ``new`` what a signed note has behind the name: base64 of
    key id and Ed25519 signature, over `text`.
    """

    at: str
    old: str
    new: str
    size: int
    signatures: Mapping[str, str]
    kind: str = KEY_ROTATED

    @classmethod
    def signed(cls, old: Signer, new: Signer, *, at: str, size: int) -> KeyRotation:
        """The rotation from one key to the other, signed by both."""
        bare = cls(at=at, old=str(old.verifier), new=str(new.verifier), size=size, signatures={})
        lines = {
            name: to_base64(signature.key_id + signature.value)
            for name, signature in (("new", new.sign(bare.text)), ("old", old.sign(bare.text)))
        }
        return cls(at=bare.at, old=bare.old, new=bare.new, size=size, signatures=lines)

    @property
    def text(self) -> bytes:
        """What both keys sign, as the text of a signed note: the leaf without ``signatures``, and a line end."""
        return canonical_json(self._facts()) + b"\n"

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""
        return canonical_json({**self._facts(), "signatures": dict(self.signatures)})

    @classmethod
    def parse(cls, leaf: bytes) -> KeyRotation:
        """The rotation that an entry tells of, its signatures unchecked; BadStatement for any other entry."""
        return parsed(leaf, cls, _is_sound)

    def is_signed(self) -> bool:
        """Whether both keys signed it."""
        return self._is_signed_by("old", self.old) and self._is_signed_by("new", self.new)

    def _is_signed_by(self, role: Literal["old", "new"], vkey: str) -> bool:
        key, value = Verifier.parse(vkey), from_base64(self.signatures[role])
        return key.accepts(self.text, Signature(key.name, value[:_KEY_ID], value[_KEY_ID:]))

    def _facts(self) -> dict[str, Json]:
        return {"at": self.at, "kind": self.kind, "new": self.new, "old": self.old, "size": self.size}


def _is_sound(rotation: KeyRotation) -> bool:
    return (
        rotation.kind == KEY_ROTATED
        and is_moment(rotation.at)
        and is_log_key(rotation.old)
        and is_log_key(rotation.new)
        and is_count(rotation.size, MOST_ENTRIES)
        and isinstance(rotation.signatures, dict)
        and rotation.signatures.keys() == {"old", "new"}
        and all(_is_signature(value) for value in rotation.signatures.values())
    )


def _is_signature(value: object) -> bool:
    try:
        return isinstance(value, str) and len(from_base64(value)) == _KEY_ID + _SIGNATURE
    except ValueError:
        return False
