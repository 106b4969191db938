"""The services that a city declares, read again only when a file of them has changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from ayan.core.services.service_file import ServiceCatalogue, read_services

FOLDER: Final = "public-services"
"""The folder of a city with its services. None come with Ayan: what a city does for people it says itself."""


def service_catalogue(home: Path) -> ServiceCatalogue:
    """The services that the city of this folder declares now."""
    folder = home / FOLDER
    if not folder.is_dir():
        return _read(folder, ())
    stats = [(path, path.stat()) for path in sorted(folder.glob("*.toml"))]
    return _read(folder, tuple((path.name, each.st_mtime_ns, each.st_size) for path, each in stats))


# Asked for with every page of a city: as many as are asked for at once in a process of many.
@lru_cache(maxsize=64)
def _read(folder: Path, _stamps: tuple[tuple[str, int, int], ...]) -> ServiceCatalogue:
    return read_services(folder)
