"""Files of tiles for the map in the browser: their head within what names them, and parts under addresses to keep."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any, Final

from django.urls import reverse

from ayan.apps.planning.limits import LONGEST_HEAD, LONGEST_PART
from ayan.core.publish.map_tiles import tile_names
from ayan.core.store.manifest import file_name
from ayan.core.store.release import Release
from ayan.core.values.locale import Lang

_HEAD: Final = 127
_ROOT: Final = 8
"""Where the head of an archive (PMTiles 3) states at which byte its first directory begins, and how long it is."""
_TAG: Final = 16
"""Letters of the SHA-256 of a file in the addresses of its parts."""


def tile_facts(release: Release, lang: Lang) -> Iterator[dict[str, Any]]:
    """The files of tiles of a release: where they are whole, where their parts are, and their head in base64.

    With the head and the first directory at hand, the first request for a file is one for what is seen.
    """
    tags = _tags(release)
    for name, size in tile_names(release.manifest):
        place = (release.slug, release.period, release.number)
        parts = reverse(f"{lang}:map_tiles", args=(*place, tags[name], 0, 1))
        yield {
            "url": reverse("api:release_file", args=(*place, name)),
            "parts": parts.removesuffix("0-1"),
            "head": base64.b64encode(_head(release, name)).decode(),
            "bytes": size,
            "layer": release.slug,
        }


def tile_part(release: Release, tag: str, first: int, length: int) -> bytes | None:
    """So many bytes of the file of a tag; None where no file has it, or not so many bytes there."""
    name = next((name for name, each in _tags(release).items() if each == tag), None)
    if name is None or not 0 < length <= LONGEST_PART:
        return None
    with release.local(name).open("rb") as archive:
        archive.seek(first)
        part = archive.read(length)
    return part if len(part) == length else None


def _tags(release: Release) -> dict[str, str]:
    return {
        file_name(stated): str(stated["hash"]).removeprefix("sha256:")[:_TAG]
        for stated in release.manifest["ayan"].get("tiles", ())
    }


def _head(release: Release, name: str) -> bytes:
    """From the first byte to the end of the first directory; nothing of a file whose directory is elsewhere."""
    with release.local(name).open("rb") as archive:
        head = archive.read(_HEAD)
        begin, length = struct.unpack_from("<2Q", head, _ROOT)
        if begin + length > LONGEST_HEAD:
            return b""
        return head + archive.read(begin + length - _HEAD)
