"""The records of decisions: each has its parts and its status, and a superseded one says by what."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

from tests.architecture.project_tree import project_files, shown
from tests.conftest import ROOT

DECISIONS = ROOT / "docs" / "decisions"
INDEX = (DECISIONS / "README.md").read_text(encoding="utf-8")
PARTS = ("## Context", "## Decision", "## Alternatives rejected", "## Consequences")
ROW = re.compile(r"^\| \[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\) \| (.+) \| ([^|]+) \|$", re.MULTILINE)
STATUS = re.compile(
    r"(?:accepted|(?P<part>in part )?superseded by (?P<by>\[\d{4}\]\([\w-]+\.md\)(?:, \[\d{4}\]\([\w-]+\.md\))*))"
    r"(?: · (?P<partly>in part )?supersedes (?P<former>\[\d{4}\]\([\w-]+\.md\)(?:, \[\d{4}\]\([\w-]+\.md\))*))?"
)


def records() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def status(path: Path) -> re.Match[str]:
    """The status of a record, which stands in its third line, below the title."""
    line = path.read_text(encoding="utf-8").splitlines()[2]
    match = STATUS.fullmatch(line.removeprefix("Status: ")) if line.startswith("Status: ") else None
    assert match, f"{shown(path)} says {line!r} where its status should stand"
    return match


def numbers(links: str | None) -> set[str]:
    return set(re.findall(r"\[(\d{4})\]\(\1-", links or ""))


def test_every_record_is_in_the_index_once_with_its_status() -> None:
    rows = ROW.findall(INDEX)
    assert [file for _, file, _, _ in rows] == [path.name for path in records()]
    assert all(file.startswith(number) for number, file, _, _ in rows)
    assert len({number for number, _, _, _ in rows}) == len(rows)
    statuses = {file: word for _, file, _, word in rows}
    for path in records():
        match = status(path)
        by = ", ".join(sorted(numbers(match["by"])))
        assert statuses[path.name] == (f"{match['part'] or ''}superseded by {by}" if by else "accepted"), path.name


def test_every_record_says_what_was_rejected_and_what_follows() -> None:
    for path in records():
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}. "), shown(path)
        positions = [text.find(f"\n{part}\n") for part in PARTS]
        assert -1 not in positions, f"{shown(path)} lacks a part: {PARTS}"
        assert positions == sorted(positions), shown(path)


def test_who_supersedes_and_who_is_superseded_agree() -> None:
    earlier = {path.name[:4]: numbers(status(path)["former"]) for path in records()}
    later = {path.name[:4]: numbers(status(path)["by"]) for path in records()}
    assert any(earlier.values())
    assert {(old, new) for new, olds in earlier.items() for old in olds} == {
        (old, new) for old, news in later.items() for new in news
    }
    assert all(old < new for new, olds in earlier.items() for old in olds)


def test_a_record_does_not_supersede_in_its_prose_alone() -> None:
    """Whoever writes that a decision supersedes another one says so in the status, where both ends are compared."""
    for path in records():
        prose = path.read_text(encoding="utf-8").split("\n", 3)[3]
        claimed = {
            number
            for sentence in re.findall(r"[Ss]upersedes [^.]*", prose)
            for number in re.findall(r"\b(\d{4})\b", sentence)
        }
        assert claimed <= numbers(status(path)["former"]), shown(path)


def test_numbers_that_are_missing_are_explained() -> None:
    present = {int(path.name[:4]) for path in records()}
    missing = {f"{number:04}" for number in range(1, max(present))} - {f"{number:04}" for number in present}
    _, _, below = INDEX.partition("\n## Numbers without a record\n")
    assert set(re.findall(r"\b\d{4}\b", below)) == missing


def test_the_record_of_the_layers_of_apps_counts_those_there_are() -> None:
    """It is the newest whose title says how many; the contract is the file that the import linter holds the apps to."""
    linter = ConfigParser()
    linter.read(ROOT / ".importlinter", encoding="utf-8")
    layers = linter["importlinter:contract:apps"]["layers"].split()
    heights = sum(1 for word in layers if word != "|") - layers.count("|")
    words = ("Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    titles = [
        title
        for _, _, title, standing in ROW.findall(INDEX)
        if title.endswith(" layers of apps") and standing == "accepted"
    ]
    assert titles == [f"{words[heights - 5]} layers of apps"]


def test_records_name_modules_that_are_there() -> None:
    """Paths in a record follow the modules (0130); an address of the site begins with a stroke."""
    there = {f"/{shown(path)}" for path in project_files() if path.suffix == ".py"}
    gone = [
        f"{shown(path)}: {name}"
        for path in records()
        for name in re.findall(r"`([\w.-][\w/.-]*\.py)`", path.read_text(encoding="utf-8"))
        if not any(known.endswith(f"/{name}") for known in there)
    ]
    assert not gone, gone
