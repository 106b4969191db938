"""A capture on the disk: one text file for every address, and a table of contents."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.parity.normal import Placeholders

CONTENTS: Final = "contents.json"
FORMAT: Final = 1
LONGEST_NAME: Final = 90

AFTER: Final = (
    "r",
    "c",
    "releases",
    "log",
    "rows",
    "proof",
    "tile",
    "member",
    "session",
    "resolution",
    "budget",
    "join",
)
"""Steps of a path after which the rest is one thing of many."""

SEVERAL: Final = ("data", "embed", "datasets", "flags", "audits", "calendar", "originals", "templates")
"""Steps after which one step is one thing of many."""


def kind(address: str) -> str:
    """What sort of address it is: its path without what names one thing, and the names of its parameters."""
    parts = urlsplit(address)
    steps: list[str] = []
    for step in unquote(parts.path).split("/"):
        last = steps[-1] if steps else ""
        if last in AFTER and step:
            steps.append("*")
            break
        general = last in SEVERAL and step and not step.startswith(("openapi", "."))
        steps.append("*" if general or step.isdigit() else step)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return "/".join(steps) + ("?" + "&".join(names) if names else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a capture: the address it answers, its sort, and its file."""

    address: str
    kind: str
    file: str


class Writer:
    """Writes a capture into a new folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=False)
        self._folder = folder
        self._entries: list[Entry] = []
        self._seen: Counter[str] = Counter()

    def add(self, address: str, text: str, sort: str | None = None) -> None:
        """Add a document under an address, in which digests and cursors become placeholders first.

        Where two addresses are then the same, the second is named by its number.
        """
        name = Placeholders().text(address)
        self._seen[name] += 1
        if self._seen[name] > 1:
            name = f"{name} #{self._seen[name]}"
        sort = sort or kind(address)
        file = Path(_safe(sort.partition("?")[0]), f"{_safe(name)[-LONGEST_NAME:]}-{_short(name)}.txt")
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n{text}", encoding="utf-8", errors="surrogateescape")
        self._entries.append(Entry(name, sort, str(file)))

    def close(self) -> None:
        """Write the table of contents."""
        _write_contents(self._folder, self._entries)


def merge(parts: Sequence[Path], out: Path) -> int:
    """Put captures of one city together in the new folder ``out``; how many documents there are.

    An address that stands in several of them is taken from the first.
    """
    entries: dict[str, Entry] = {}
    for part in parts:
        for address, entry in read(part).items():
            if address not in entries:
                entries[address] = entry
                (out / entry.file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(part / entry.file, out / entry.file)
    _write_contents(out, entries.values())
    return len(entries)


def _write_contents(folder: Path, entries: Iterable[Entry]) -> None:
    ordered = sorted(entries, key=lambda entry: entry.address)
    documents = [{"address": entry.address, "kind": entry.kind, "file": entry.file} for entry in ordered]
    text = json.dumps({"format": FORMAT, "documents": documents}, ensure_ascii=False, indent=1)
    (folder / CONTENTS).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Entry]:
    """The documents of a capture by address. Raises ValueError for a folder that holds none, or one of another format."""
    try:
        contents = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{folder} holds no capture") from None
    if contents["format"] != FORMAT:
        raise ValueError(f"{folder} is of format {contents['format']}, this reads {FORMAT}: capture it anew")
    return {entry["address"]: Entry(**entry) for entry in contents["documents"]}


def _safe(text: str) -> str:
    return re.sub(r"[^\w.=&?,~-]+", "_", unquote(text)).strip("_") or "root"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
