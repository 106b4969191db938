"""Lays two captures beside each other: what stands in one alone, what differs and where, and what of it is explained."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.parity.capture_files import Entry, read

SHOWN: Final = 6
"""Differing lines of a document that are shown."""

EXAMPLES: Final = 3
"""Documents of one sort that are shown; of the others only the addresses are in the JSON."""

WIDE: Final = 220
LONG: Final = 3_000
"""Lines up to which two documents are aligned; longer ones are compared line by line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An expected difference and why: for addresses that match ``address``, lines that match ``line`` may differ.

    With ``becomes`` what ``line`` matches in the first capture is replaced by it before anything is compared.
    """

    reason: str
    address: re.Pattern[str]
    line: re.Pattern[str]
    becomes: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that differs: ``state`` is `changed`, `gone` or `new`; with the reasons that explain all of it."""

    address: str
    kind: str
    state: str
    lines: list[str]
    reasons: list[str] = field(default_factory=list)

    @property
    def explained(self) -> bool:
        """Whether nothing of it is left to explain."""
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of two captures, and how many documents are the same."""

    same: int
    differences: list[Difference]

    @property
    def unexplained(self) -> list[Difference]:
        """The differences that no rule explains."""
        return [difference for difference in self.differences if not difference.explained]

    def document(self) -> dict[str, Any]:
        """For a program: counts, and every difference with its first lines."""
        listed = [
            {
                "address": item.address,
                "kind": item.kind,
                "state": item.state,
                "lines": item.lines,
                "reasons": item.reasons,
            }
            for item in self.differences
        ]
        counts = {"same": self.same, "different": len(self.differences), "unexplained": len(self.unexplained)}
        return {"counts": counts, "differences": listed}

    def text(self) -> str:
        """For people: counts, then for each sort of address how many differ and the first of them."""
        counts = Counter(difference.state for difference in self.differences)
        states = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        lines = [
            f"{self.same} documents are the same, {len(self.differences)} differ{f' ({states})' if states else ''}."
        ]
        explained = Counter(reason for item in self.differences for reason in item.reasons)
        lines += [f"  explained, {count} documents: {reason}" for reason, count in explained.most_common()]
        if self.unexplained:
            lines += [f"{len(self.unexplained)} are not explained:", ""]
            for kind, several in Counter(item.kind for item in self.unexplained).most_common():
                lines.append(f"{several} × {kind}")
                for item in [item for item in self.unexplained if item.kind == kind][:EXAMPLES]:
                    lines += [f"    {item.address} ({item.state})", *(f"      {line}" for line in item.lines)]
        return "\n".join(lines) + "\n"


def rules(file: Path | None) -> list[Rule]:
    """Read the file of explained differences: TOML with ``[[explained]]`` tables of reason, address, line, becomes."""
    if file is None:
        return []
    tables = tomllib.loads(file.read_text(encoding="utf-8")).get("explained", [])
    return [
        Rule(
            reason=table["reason"],
            address=re.compile(table.get("address", "")),
            line=re.compile(table.get("line", "")),
            becomes=table.get("becomes"),
        )
        for table in tables
    ]


def compare(before: Path, after: Path, explained: Sequence[Rule] = ()) -> Comparison:
    """Compare two captures. Raises ValueError for a folder that holds none."""
    old, new = read(before), read(after)
    differences: list[Difference] = []
    same = 0
    for address in sorted(old.keys() | new.keys()):
        left_entry, right_entry = old.get(address), new.get(address)
        applying = [rule for rule in explained if rule.address.search(address)]
        if left_entry is None or right_entry is None:
            differences.append(_alone(left_entry, right_entry, applying))
            continue
        left, right = _lines(before, left_entry), _lines(after, right_entry)
        if left == right:
            same += 1
        elif item := _changed(left_entry, left, right, applying):
            differences.append(item)
        else:
            same += 1
    return Comparison(same, differences)


def _alone(old: Entry | None, new: Entry | None, applying: Sequence[Rule]) -> Difference:
    entry = old or new
    assert entry is not None
    state = "gone" if new is None else "new"
    reasons = [rule.reason for rule in applying if not rule.line.pattern and rule.becomes is None]
    return Difference(entry.address, entry.kind, state, [], reasons)


def _changed(entry: Entry, left: list[str], right: list[str], applying: Sequence[Rule]) -> Difference | None:
    reasons: list[str] = []
    for rule in applying:
        if rule.becomes is not None:
            replaced = [rule.line.sub(rule.becomes, line) for line in left]
            if replaced != left:
                left, reasons = replaced, [*reasons, rule.reason]
    pairs = list(_differing(left, right))
    if not pairs:
        return Difference(entry.address, entry.kind, "changed", [], reasons)
    allowed = [rule for rule in applying if rule.becomes is None]
    covering = [next((rule.reason for rule in allowed if rule.line.search(line)), None) for _, line in pairs]
    whole = list(dict.fromkeys([*reasons, *(reason for reason in covering if reason)])) if all(covering) else []
    unexplained = [f"{sign} {line[:WIDE]}" for (sign, line), reason in zip(pairs, covering, strict=True) if not reason]
    return Difference(entry.address, entry.kind, "changed", unexplained[:SHOWN], whole)


def _differing(left: list[str], right: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of one side (``-``) and of the other (``+``) that have no equal on the other side."""
    if max(len(left), len(right)) <= LONG:
        for line in difflib.ndiff(left, right) if len(left) + len(right) < 40 else _unified(left, right):
            if line[:1] in "-+":
                yield line[0], line[1:].strip("\n")
        return
    for number in range(max(len(left), len(right))):
        left_line = left[number] if number < len(left) else ""
        right_line = right[number] if number < len(right) else ""
        if left_line != right_line:
            yield "-", left_line
            yield "+", right_line


def _unified(left: list[str], right: list[str]) -> Iterator[str]:
    lines = difflib.unified_diff(left, right, n=0, lineterm="")
    return (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _lines(folder: Path, entry: Entry) -> list[str]:
    return (folder / entry.file).read_text(encoding="utf-8", errors="surrogateescape").split("\n")


def report(comparison: Comparison, file: Path) -> None:
    """Write a comparison for programs."""
    file.write_text(json.dumps(comparison.document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
