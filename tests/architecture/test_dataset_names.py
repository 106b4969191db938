"""The engine knows no dataset by name: what is particular to a table stands in that table's folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.architecture.project_tree import SOURCE, docstring_nodes, modules, project_files, shown, tree, walked

ENGINE = ("core", "apps", "ui", "wiring", "config", "cli")

# Slugs that are also ordinary words of the engine, each with what it means there. The bare slug as a string is
# refused all the same: that is how code would speak of the dataset.
ALSO_WORDS = {
    "performance": "how fast the server answers",
    "requests": "what a browser sends to the server",
    "services": "a word of an example of a chart",
    "staff": "those who may sign in at the desk",
    "parcels": "files on their way to the desk",
    "activities": "what is counted in an example of a chart",
    "organisation-chart": "what the footer calls the page of the units",
    "budget": "a limit of memory or of time in the store and the query engines",
}


# What the site calls its own pages in their addresses, as readers were promised: the first part of a route of Django's
# may be such a word, and nothing else.
ALSO_PAGES = {"activities", "budget", "services"}


# The members and codes of a standard that these modules write are called as the standard calls them.
OF_A_STANDARD = frozenset(
    {
        "src/ayan/core/procurement/ocds.py",
        "src/ayan/core/procurement/stage.py",
        "src/ayan/apps/counter/georeport/operations.py",
        "src/ayan/apps/counter/georeport/output.py",
        "src/ayan/apps/counter/georeport/views.py",
    }
)


def slugs() -> list[str]:
    return sorted(path.parent.name for path in (SOURCE / "datasets").glob("*/dataset.toml"))


def routes(module: ast.Module) -> set[ast.Constant]:
    """The strings that are routes of pages of the site's own: `path("budget", …)`, `path("budget/<path:steps>", …)`."""
    return {
        node.args[0]
        for node in walked(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path" and node.args
        if isinstance(node.args[0], ast.Constant) and str(node.args[0].value).partition("/")[0] in ALSO_PAGES
    }


def names_of(dataset_slugs: list[str]) -> dict[tuple[str, ...], str]:
    """Each slug by the words it is made of: `city-budget` is (city, budget), and so is `city_budget` or `CityBudget`."""
    return {words(slug): slug for slug in dataset_slugs}


@cache
def words(text: str) -> tuple[str, ...]:
    """The lower-case words of an identifier or of a sentence, in order."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", text))


def written(module: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Every name and string of a module: line, text, is it a string. Docstrings are left out: they may give an example."""
    docstrings = docstring_nodes(module) | routes(module)
    for node in walked(module):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Constant(value=str(text)) if node not in docstrings:
                yield line, text, True
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text):
                yield line, text, False
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.ClassDef(name=text):
                yield line, text, False
            case ast.alias(name=text) | ast.keyword(arg=str(text)):
                yield line, text, False


def runs(text: str, lengths: set[int]) -> set[tuple[str, ...]]:
    """The words of a text that stand side by side, so many of them as the slugs have."""
    text_words = words(text)
    return {text_words[start : start + length] for length in lengths for start in range(len(text_words) - length + 1)}


def is_address_of(slug: str, text: str) -> bool:
    """Whether `text` is the slug, or an address or a subject that ends in it or goes on from it."""
    return re.search(rf"(?:^|dataset:|data/|datasets/){re.escape(slug)}(?:$|[/?])", text) is not None


def named_by(module: ast.Module, names: dict[tuple[str, ...], str]) -> Iterator[tuple[int, str]]:
    """Where a module names a dataset: line and slug."""
    also_words = [slug for slug in names.values() if slug in ALSO_WORDS]
    lengths = set(map(len, names))
    for line, text, is_string in written(module):
        for wanted in sorted(names.keys() & runs(text, lengths)):
            if names[wanted] not in ALSO_WORDS:
                yield line, names[wanted]
        for slug in also_words:
            if is_string and slug in text and is_address_of(slug, text):
                yield line, slug


def in_template(path: Path, names: dict[tuple[str, ...], str]) -> Iterator[str]:
    """A template or a script speaks of a dataset by its address or as a quoted value; prose may use the word."""
    text = path.read_text(encoding="utf-8")
    for slug in names.values():
        if slug not in text:
            continue
        for hit in re.finditer(rf"""["'/:]{re.escape(slug)}["'/?:]""", text):
            yield f"{shown(path)}:{text.count(chr(10), 0, hit.start()) + 1} names the dataset {slug}"


def test_the_engine_names_no_dataset() -> None:
    names = names_of(slugs())
    problems = [
        f"{shown(path)}:{line} names the dataset {slug}"
        for path in modules(*(f"src/ayan/{room}" for room in ENGINE))
        if shown(path) not in OF_A_STANDARD
        for line, slug in named_by(tree(path), names)
    ]
    for path in project_files():
        inside = any(path.is_relative_to(SOURCE / room) for room in ENGINE)
        if inside and path.suffix in {".html", ".js", ".txt", ".xml"}:
            problems += in_template(path, names)
    assert names
    assert not problems, "\n".join(problems)


def test_every_word_set_aside_is_a_dataset() -> None:
    assert set(ALSO_WORDS) <= set(slugs())


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ('slug = "city-roads"', True),
        ("def read_city_roads(): ...", True),
        ("class CityRoadsView: ...", True),
        ("x = rows.city_roads", True),
        ('url = "/data/city-roads/releases"', True),
        ("roads = city = 1", False),
        ('"""An example: city-roads."""', False),
        ("city_roadside = 1", False),
        ('slug = "budget"', True),
        ('path("budget/<path:steps>", view)', False),
        ('path("data/budget/", view)', True),
        ('path("x", view, name="budget")', True),
        ('subject = "dataset:budget"', True),
        ('url = "/data/budget/releases"', True),
        ("budget = 3", False),
        ('message = "out of its budget"', False),
    ],
)
def test_the_search_sees_a_name_however_it_is_written(code: str, named: bool) -> None:
    assert bool(list(named_by(ast.parse(code), names_of(["city-roads", "budget"])))) is named
