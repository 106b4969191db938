"""The page of the architecture names every app, every floor and every word, and each leads to what is there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path

import pytest
from tests.architecture.project_tree import SOURCE, modules, shown, tree
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


def public_names(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The public classes and capitalised aliases of a module, each with what it is: class, alias or type variable."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name):
                yield name, "class"
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name[0].isupper() and not name.isupper() and "_" not in name:
                is_variable = isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar"
                yield name, "type variable" if is_variable else "alias"


def shared_names(trees: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Public names that stand for more than one thing, with the modules they stand in. Type variables are placeholders:
    they may share a name with each other, and with nothing else.
    """
    named: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, module in trees.items():
        for name, what in public_names(module):
            if not name.startswith("_"):
                named[name].append((path, what))
    return {
        name: [path for path, _ in places]
        for name, places in named.items()
        if len(places) > 1 and any(what != "type variable" for _, what in places)
    }


def test_no_two_public_classes_or_aliases_share_a_name() -> None:
    trees = {shown(path): tree(path) for path in modules("src")}

    assert sum(what == "class" for module in trees.values() for _, what in public_names(module)) > 500
    assert sum(what == "alias" for module in trees.values() for _, what in public_names(module)) > 100
    assert shared_names(trees) == {}


def test_no_alias_takes_a_word_of_the_glossary_for_something_else() -> None:
    """Where a word leads, its alias may stand; anywhere else it would be a second meaning."""
    words = {"".join(part.capitalize() for part in re.split(r"\W+", word)): path for word, path, _ in glossary()}
    taken = [
        f"{shown(path)}: {name}"
        for path in modules("src")
        for name, what in public_names(tree(path))
        if what == "alias" and words.get(name, path) != path
    ]

    assert words["ColumnChoice"].name == "column_mapping.py"
    assert not taken, "the word has its meaning in docs/architecture.md: say what this is"


@pytest.mark.parametrize(
    "text",
    [
        "class Act: ...",
        "Act = Literal['late', 'came']",
        "Act: TypeAlias = int | str",
        "Act = TypeVar('Act')",
    ],
)
def test_a_second_meaning_of_a_name_is_seen_however_it_is_given(text: str) -> None:
    assert shared_names({"a.py": ast.parse("class Act: ..."), "b.py": ast.parse(text)}) == {"Act": ["a.py", "b.py"]}


@pytest.mark.parametrize("text", ["_Act = int | str", "ACT = 1", "act = 1", "Other = int | str", "x.Act = int"])
def test_what_is_private_or_no_type_may_be_called_as_a_class_is(text: str) -> None:
    assert shared_names({"a.py": ast.parse("class Act: ..."), "b.py": ast.parse(text)}) == {}


def test_type_variables_may_share_a_name() -> None:
    variable = ast.parse("Result = TypeVar('Result')")

    assert shared_names({"a.py": variable, "b.py": variable}) == {}
