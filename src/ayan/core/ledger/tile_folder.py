"""Tiles in a folder that is laid out as the log is served: how they are fetched, and which of them nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.core.ledger.tiles import WIDTH, Fetch, HashTile, last_full, tiles_of

_PARTIAL: Final = ".p"
_LOOKS: Final = 4


def in_folder(folder: Path) -> Fetch:
    """Fetches from a folder that is laid out as the log is served.

    In the place of a partial tile that gave way to a wider one it gives that, which begins with the same bytes.
    """

    def fetch(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            pass
        # Each may give way to the next between the look for it and the reading, but the log grows by steps.
        for _ in range(_LOOKS):
            for wider in _wider(folder / path):
                with suppress(FileNotFoundError):
                    return wider.read_bytes()
        raise FileNotFoundError(path)

    return fetch


def superseded(folder: Path, tiles: Iterable[HashTile]) -> Iterator[Path]:
    """What stands beside ``tiles`` and is contained in them: narrower partial tiles, and beside a full one all of them.

    Logs may let go of them once a wider tile stands (C2SP tlog-tiles asks for the full one): whoever asks for such a
    one is given it, cut from the wider (`Log.resource`).
    """
    for tile in tiles:
        if tile.width == WIDTH:
            yield partial_folder(folder / tile.path)
        else:
            yield from (path for width, path in partial_tiles((folder / tile.path).parent) if width < tile.width)


def left_behind(folder: Path, size: int) -> Iterator[Path]:
    """What a crash may have kept from being removed of the tiles of a log of ``size`` leaves."""
    partial = (tile for tile in tiles_of(size, edge=True) if tile.width < WIDTH)
    yield from superseded(folder, (*last_full(size), *partial))


def partial_folder(full: Path) -> Path:
    """The folder of the partial tiles that came before a full one."""
    return full.with_name(full.name + _PARTIAL)


def partial_tiles(folder: Path) -> list[tuple[int, Path]]:
    """The partial tiles in such a folder with their widths, the narrowest first."""
    try:
        return sorted((int(path.name), path) for path in folder.iterdir() if path.name.isdecimal())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _wider(path: Path) -> Iterator[Path]:
    if path.parent.name.endswith(_PARTIAL) and path.name.isdecimal():
        yield from (wider for width, wider in partial_tiles(path.parent) if width > int(path.name))
