"""The page of the architecture names every app, every floor and every word, and each leads to what is there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from configparser import ConfigParser
from pathlib import Path

from tests.architecture.reading import SOURCE, modules, shown, tree
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
FLOORS = re.compile(r"^```floors (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"^\* \[([^\]]+)\]\((\S+)\)(?: `(\w+)`)?: \S", re.MULTILINE)


def contracts() -> dict[str, list[set[str]]]:
    """The floors of each container as `.importlinter` has them, from above: the rooms of each."""
    linter = ConfigParser(comment_prefixes=(";",))
    linter.read(ROOT / ".importlinter", encoding="utf-8")
    return {
        linter[section]["containers"].strip(): [
            set(re.findall(r"\((\w+)\)", line)) for line in linter[section]["layers"].strip().splitlines()
        ]
        for section in linter.sections()
        if linter[section].get("type") == "layers"
    }


def glossary() -> list[tuple[str, Path, str]]:
    """The words of the page: word, module, and the name in it (or none)."""
    _, _, words = TEXT.partition("\n## Words, each with one meaning\n")
    return [(word, (PAGE.parent / target).resolve(), name) for word, target, name in WORD.findall(words)]


def test_the_page_has_the_floors_of_the_import_contract() -> None:
    drawn = {
        container: [{room.strip() for room in line.split("|")} for line in layers.strip().splitlines()]
        for container, layers in FLOORS.findall(TEXT)
    }
    assert set(contracts()) == {"ayan", "ayan.core", "ayan.core.answers", "ayan.apps"}
    assert drawn == contracts()


def test_the_page_says_of_every_room_what_it_is_for() -> None:
    before, _, _ = TEXT.partition("\n## The floors\n")
    described = set(re.findall(r"^\| ((?:`[\w/]+`(?:, )?)+) \|", before, re.MULTILINE))
    rows = {room for cell in described for room in re.findall(r"`([\w/]+)`", cell)}
    prose = set(re.findall(r"`(core/\w+)`", before))
    packages = {
        path.parent.relative_to(SOURCE).as_posix()
        for depth in ("*", "*/*")
        for path in SOURCE.glob(f"{depth}/__init__.py")
    }
    rooms = {room for room in packages if room.startswith(("apps/", "core/")) or "/" not in room} - {"apps", "core"}
    assert rooms - rows - prose == set(), "rooms that the page does not name"
    assert (rows | prose) - rooms - {"apps"} == set(), "rooms that are not there any more"


def test_every_word_leads_to_one_thing_that_is_there() -> None:
    words = glossary()
    missing = [
        f"{word}: {name or shown(path)}"
        for word, path, name in words
        if not path.is_file() or (name and name not in {getattr(node, "name", "") for node in tree(path).body})
    ]
    assert len(words) > 60
    assert not missing, missing
    assert len({word for word, _, _ in words}) == len(words), "a word stands twice"
    assert len({(path, name) for _, path, name in words}) == len(words), "two words lead to one thing"


def test_every_line_of_the_glossary_is_a_word() -> None:
    _, _, words = TEXT.partition("\n## Words, each with one meaning\n")
    assert len(re.findall(r"^\* ", words, re.MULTILINE)) == len(glossary())


def test_no_two_public_classes_share_a_name() -> None:
    named: dict[str, list[str]] = defaultdict(list)
    for path in modules("src"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].append(shown(path))
    assert len(named) > 500
    assert not {name: paths for name, paths in named.items() if len(paths) > 1}
