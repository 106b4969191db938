"""The ground that the operator gives to the map: one file of tiles (PMTiles), served as it is, in ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from ayan.core.values.locale import Lang


def base_file() -> Path | None:
    """The file, where one is named and stands."""
    path = Path(settings.BASE_MAP) if settings.BASE_MAP else None
    return path if path is not None and path.is_file() else None


def base_tag(path: Path) -> str:
    """Its entity tag: by size and time, for it may be gigabytes."""
    stat = path.stat()
    return f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'


def base_facts(lang: Lang) -> dict[str, Any] | None:
    """Where the browser finds it, and how large it is in bytes; None where there is none."""
    path = base_file()
    return {"url": reverse(f"{lang}:map_base"), "bytes": path.stat().st_size} if path else None
