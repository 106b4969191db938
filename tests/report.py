"""`make test-report`: which share of each room's lines the tests reach, the thinnest first, and where their time goes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

LEAST: Final = {"core": 95.0, "all": 90.0}
"""Percent of the lines that must be reached."""

SLOWEST: Final = 20
DEEP: Final = ("core", "apps")
"""What is told room by room: `core/query` and not `core`."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Lines of a room that can run, and those of them that did."""

    lines: int
    reached: int

    @property
    def percent(self) -> float:
        return 100 * self.reached / self.lines if self.lines else 100.0


def room_of(path: str) -> str:
    """The room of a module by its path: `core/query`, `apps/desk`, `cli`."""
    parts = Path(path).parts
    inside = parts[parts.index("ayan") + 1 :]
    depth = 2 if inside[0] in DEEP and len(inside) > 2 else 1
    return "/".join(inside[:depth]) if len(inside) > 1 else "ayan"


def reach_of(coverage: Path) -> dict[str, Reach]:
    """Every room's reach from coverage's JSON, the thinnest first."""
    lines: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for path, facts in json.loads(coverage.read_text(encoding="utf-8"))["files"].items():
        lines[room_of(path)] += facts["summary"]["num_statements"]
        reached[room_of(path)] += facts["summary"]["covered_lines"]
    rooms = {room: Reach(lines[room], reached[room]) for room in lines if lines[room]}
    return dict(sorted(rooms.items(), key=lambda item: item[1].percent))


def total(rooms: dict[str, Reach], prefix: str = "") -> Reach:
    """The reach of all rooms that begin so."""
    some = [reach for room, reach in rooms.items() if room.startswith(prefix)]
    return Reach(sum(reach.lines for reach in some), sum(reach.reached for reach in some))


def seconds_of(tests: Path) -> Counter[str]:
    """Seconds of the tests of each file, from pytest's JUnit file."""
    seconds: Counter[str] = Counter()
    for case in ElementTree.parse(tests).iter("testcase"):
        seconds[case.attrib["classname"]] += float(case.attrib["time"])  # type: ignore[assignment]  # parts of a second
    return seconds


def tables(rooms: dict[str, Reach], seconds: Counter[str]) -> list[str]:
    """Both tables, as lines."""
    lines = [f"{'room':24}{'lines':>8}{'reached':>9}{'%':>8}"]
    lines += [_row(room, reach) for room, reach in rooms.items()]
    lines.append("")
    lines += [_row(name, reach) + f"   {_verdict(name, reach)}" for name, reach in totals(rooms).items()]
    lines += ["", f"{'seconds':>8}  file (of {sum(seconds.values()):.0f} seconds)"]
    lines += [f"{spent:8.1f}  {name}" for name, spent in seconds.most_common(SLOWEST)]
    return lines


def totals(rooms: dict[str, Reach]) -> dict[str, Reach]:
    """The reach of what must be reached by a given share."""
    return {"core": total(rooms, "core"), "all": total(rooms)}


def _row(name: str, reach: Reach) -> str:
    return f"{name:24}{reach.lines:8}{reach.reached:9}{reach.percent:8.1f}"


def _verdict(name: str, reach: Reach) -> str:
    return f"at least {LEAST[name]:.0f}: {'holds' if reach.percent >= LEAST[name] else 'TOO FEW'}"


def main(folder: Path) -> int:
    """Print both tables; 1 where too few lines are reached."""
    rooms = reach_of(folder / "coverage.json")
    lines = tables(rooms, seconds_of(folder / "tests.xml"))
    sys.stdout.write("\n".join([*lines, "", f"Every line: {folder}/html/index.html", ""]))
    return int(any(reach.percent < LEAST[name] for name, reach in totals(rooms).items()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
