"""The topics that datasets are grouped under: those that come with Ayan, then the city's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from ayan.core.values.label import Label
from ayan.core.values.locale import codes


def read_topics(*files: Path) -> Mapping[str, Label]:
    """Topic → title, in the order of the files; a later file renames or adds topics. ValueError for a broken one."""
    topics: dict[str, Label] = {}
    for path in files:
        if not path.is_file():
            continue
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            topics |= {name: _title(topic["title"]) for name, topic in table.items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as fault:
            raise ValueError(f"{path}: each topic needs title.fa and title.en ({fault})") from fault
    return topics


def _title(words: Mapping[str, object]) -> Label:
    further = tuple((code, str(words[code])) for code in codes()[2:] if code in words)
    return Label(str(words["fa"]), str(words["en"]), further)
