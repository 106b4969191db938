"""What may be done to that which stands beside the log, or in the city's folder: one function for each forgery."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.flow.forgeries.forged_city import as_city, built, key

from ayan.core.ledger.log import Log
from ayan.core.transparency.log_rules import LogHistory, replay
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.wiring import accountability, ledger

FORGERIES: Final[dict[str, Callable[[Path], object]]] = {}
CADENCE: Final = 'every = "yearly"'
DAY: Final = "2024-08-05"
KEPT: Final[dict[str, dict[str, Json]]] = {
    "missing": {"figures": {"unnamed-rials": 57}, "late": [["works", "1401", "2023-04-20"]]},
    "audits": {"at": "2024-08-05T01:00:00+00:00", "balances": {"works/sum": [3, 1, 0, "7"]}},
    "findings": {"findings": []},
}
"""What is kept of the one sealed day, by the folder that keeps it."""


def held(home: Path) -> None:
    """The honest city, with its declarations and a day of its diary entered."""
    built(home)
    for folder, said in KEPT.items():
        (home / folder).mkdir()
        (home / folder / f"{DAY}.json").write_bytes(canonical_json(said))
    city = as_city(home)
    own = [entry.path for entry in accountability.declare(city) if not entry.path.startswith("cases/")]
    assert own == ["ayan.toml", "datasets/works/codes/states.toml", "datasets/works/dataset.toml"]
    assert [day.day for day in accountability.seal_diary(city)] == [DAY]
    (home / "log").symlink_to(ledger.FOLDER)


def history_of(home: Path) -> LogHistory:
    log = ledger.reading(home)
    assert log is not None
    return replay(log.leaves(0, log.size))


def text_of(home: Path, path: str = "datasets/works/dataset.toml") -> Path:
    """Where a declaration is published."""
    return home / ledger.FOLDER / "declarations" / str(history_of(home).declarations[path].digest)


def forgery(make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Put a forgery on the list, under the name of its function."""
    FORGERIES[make.__name__.replace("_", "-")] = make
    return make


# --- what is published ------------------------------------------------------------------------------------------------


@forgery
def declaration_reads_otherwise(home: Path) -> None:
    text = text_of(home)
    text.write_bytes(text.read_bytes().replace(b"yearly", b"weekly"))


@forgery
def declaration_is_gone(home: Path) -> None:
    text_of(home).unlink()


@forgery
def declarations_change_places(home: Path) -> None:
    declaration, other = text_of(home), text_of(home, "datasets/works/codes/states.toml")
    first, second = declaration.read_bytes(), other.read_bytes()
    declaration.write_bytes(second)
    other.write_bytes(first)


@forgery
def declaration_of_another_size(home: Path) -> None:
    said = history_of(home).declarations["datasets/works/codes/states.toml"]
    leaf = json.loads(said.leaf) | {"path": "datasets/works/codes/other.toml", "size": 3}
    Log(home / ledger.FOLDER, key().name, key()).append(canonical_json(leaf))


@forgery
def declaration_that_is_no_json(home: Path) -> None:
    body = b"[[[[ bound by nothing"
    said = history_of(home).declarations["datasets/works/codes/states.toml"]
    leaf = json.loads(said.leaf) | {"digest": sha256_hex(body), "size": len(body)}
    (home / ledger.FOLDER / "declarations" / sha256_hex(body)).write_bytes(body)
    Log(home / ledger.FOLDER, key().name, key()).append(canonical_json(leaf))


@forgery
def sealed_day_reads_otherwise(home: Path) -> None:
    part = home / ledger.FOLDER / "diary" / DAY / "missing"
    part.write_bytes(part.read_bytes().replace(b"57", b"0"))


@forgery
def part_of_a_sealed_day_is_gone(home: Path) -> None:
    (home / ledger.FOLDER / "diary" / DAY / "balances").unlink()


# --- what the city keeps ----------------------------------------------------------------------------------------------


@forgery
def kept_day_rewritten(home: Path) -> None:
    (home / "missing" / f"{DAY}.json").write_bytes(canonical_json({"late": [], "figures": {}}))


@forgery
def kept_night_taken_away(home: Path) -> None:
    (home / "audits" / f"{DAY}.json").unlink()


@forgery
def day_kept_afterwards(home: Path) -> None:
    (home / "missing" / "2024-08-04.json").write_bytes(canonical_json({"late": [], "figures": {}}))


@forgery
def cadence_changed_without_a_word(home: Path) -> None:
    file = home / "datasets" / "works" / "dataset.toml"
    text = file.read_text("utf-8")
    assert CADENCE in text
    file.write_text(text.replace(CADENCE, 'every = "quarterly"'), "utf-8")


@forgery
def code_list_taken_away(home: Path) -> None:
    (home / "datasets" / "works" / "codes" / "states.toml").unlink()
