"""The manifests of releases as trees: the ones read last are at hand, the others stay packed.

A tree takes three times the bytes of its text, packed it takes a fifth of them, and a process that works for many
cities reads the releases of all of them. The bound is one of the process, whichever cities the releases are of.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from ayan.core.store.limits import MANIFEST_TREE_BYTES

_LEVEL: Final = 6


class PackedManifest:
    """The text of one manifest that was found to be the sealed one, packed; ``digest`` (hex) is that of the text."""

    __slots__ = ("_packed", "digest", "size")

    def __init__(self, text: bytes, digest: str) -> None:
        self.digest = digest
        self.size = len(text)
        self._packed = zlib.compress(text, _LEVEL)

    def tree(self) -> dict[str, Any]:
        """What it says."""
        table: dict[str, Any] = json.loads(zlib.decompress(self._packed))
        return table


class ManifestTrees:
    """Trees by the digests of their texts, the last ones asked for; equal digests mean equal texts, of any city.

    ``most`` are the bytes of the texts of all that are held. Safe to share between threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[int, dict[str, Any]]] = OrderedDict()
        self._size = 0

    def of(self, packed: PackedManifest) -> dict[str, Any]:
        """The tree of a manifest, which nobody changes."""
        with self._lock:
            held = self._held.get(packed.digest)
            if held is not None:
                self._held.move_to_end(packed.digest)
                return held[1]
        tree = packed.tree()
        self.hold(packed, tree)
        return tree

    def hold(self, packed: PackedManifest, tree: dict[str, Any]) -> None:
        """Keep a tree that was just read; those asked for longest ago go."""
        with self._lock:
            if packed.digest not in self._held:
                self._held[packed.digest] = packed.size, tree
                self._size += packed.size
            self._trim()

    def bound(self, most: int) -> None:
        """Hold so many bytes of texts from now on."""
        with self._lock:
            self._most = most
            self._trim()

    def _trim(self) -> None:
        while self._size > self._most:
            self._size -= self._held.popitem(last=False)[1][0]

    @property
    def size(self) -> int:
        """The bytes of the texts of all that are held."""
        return self._size


TREES: Final = ManifestTrees(MANIFEST_TREE_BYTES)
"""Those of this process."""
