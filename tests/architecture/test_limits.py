"""The limits of a room stand in one place, each with its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.project_tree import docstring_nodes, modules, shown, tree, walked

HOME = "limits.py"
# By its name a limit is a bound …
BOUND = re.compile(
    r"_?(MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST|FEWEST|DEEPEST|WIDEST|FURTHEST|HIGHEST|LOWEST|MAX|MAXIMUM|MIN|MINIMUM)"
    r"(_\w+)?"
)
# … or an amount of something that a machine has, or a person waits for …
AMOUNT = re.compile(
    r"_?(\w+_)?(SECONDS|MINUTES|HOURS|DAYS|BYTES|MS|MB|MEMORY|SPILL|DISK|THREADS|STREAMS|RATIO)(_FROM|_OF_ONE)?"
)
# … or how much of something is shown at once, which is a whole number: an 8.5 of this name is a length of a drawing.
SHOWN = re.compile(r"_?(\w+_)?(PAGE|PER_PAGE|SIZE|PAGE_SIZE|SHOWN|LISTED|NAMED)")
# By its value it is a size as DuckDB writes it, wherever it stands, or a length of time.
SIZE = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B")
# A unit of time, such as the least by which two stamps differ, is no limit.
UNITS = frozenset({"milliseconds", "microseconds"})

# Modules whose numbers are no limits of a room: the story of the invented city, and what Django asks for by its name.
NO_LIMITS = re.compile(r"src/ayan/(cli/demo\w*|config/settings/\w+)\.py")
# A time that stands beside the rule which it is a part of.
BESIDE_ITS_RULE = frozenset({("src/ayan/core/publish/pending_draft.py", "TAKE_BACK")})


def constants(module: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """The names that a module gives a value at its top, with the value and its line."""
    for node in module.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value, node.lineno
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node.value, node.lineno) for target in node.targets if isinstance(target, ast.Name))


def called(value: ast.expr) -> str:
    """The last name of what a value is made by, '' where nothing is called."""
    return ast.unparse(value.func).rsplit(".", 1)[-1] if isinstance(value, ast.Call) else ""


def numeric(value: ast.expr) -> bool:
    """Whether a value is a number, a sum of numbers, or a time or an exact decimal made of some."""
    return called(value) in ("timedelta", "Decimal") or all(
        isinstance(node, ast.Name | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.expr_context)
        or (isinstance(node, ast.Constant) and isinstance(node.value, int | float))
        for node in ast.walk(value)
    )


def size(node: ast.AST) -> bool:
    """Whether a node is a text such as "512MB"."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SIZE.fullmatch(node.value))


def duration(value: ast.expr) -> bool:
    """Whether a value is a length of time that is no unit."""
    return (
        isinstance(value, ast.Call) and called(value) == "timedelta" and not {kw.arg for kw in value.keywords} <= UNITS
    )


def whole(value: ast.expr) -> bool:
    """Whether a value is written in whole numbers."""
    numbers = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)]
    return bool(numbers) and all(type(number) is int for number in numbers)


def written(value: ast.expr) -> bool:
    """Whether a number or a size is written here, and not made of what has a name; 0 and 1 are no amounts."""
    if size(value):
        return True
    parts = list(ast.walk(value))
    numbers = [node.value for node in parts if isinstance(node, ast.Constant)]
    named = any(isinstance(node, ast.Name) for node in parts)
    counts = any(type(number) in (int, float) for number in numbers) and numbers not in ([0], [1])
    return counts and not named and numeric(value)


def limit(name: str, value: ast.expr) -> bool:
    """Whether a constant is a limit, by its name or by its value."""
    if duration(value) or size(value):
        return True
    if not numeric(value):
        return False
    # A limit under another name is one, too, which hides the first.
    return bool(BOUND.fullmatch(name)) or (
        written(value) and bool(AMOUNT.fullmatch(name) or (SHOWN.fullmatch(name) and whole(value)))
    )


def of_limits(module: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """What is written as a default of a class of limits, or where one is made: ``EngineLimits(seconds=10.0)``."""
    for node in walked(module):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Limits"):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and field.value is not None:
                    yield f"{node.name}.{ast.unparse(field.target)}", field.value, field.lineno
        elif isinstance(node, ast.Call) and called(node).endswith("Limits"):
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield f"{called(node)}(…)", value, value.lineno


def scattered(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and the name of each limit that a module holds."""
    yield from ((line, name) for name, value, line in constants(module) if limit(name, value))
    yield from ((line, name) for name, value, line in of_limits(module) if written(value))
    said = docstring_nodes(module)
    yield from ((node.lineno, ast.unparse(node)) for node in walked(module) if size(node) and node not in said)  # type: ignore[attr-defined]  # it is a constant


def limits() -> list[Path]:
    return [path for path in modules("src") if path.name == HOME]


def test_a_limit_stands_in_the_one_place_of_its_room() -> None:
    elsewhere = [
        f"{shown(path)}:{line} {name}"
        for path in modules("src")
        if path.name != HOME and not NO_LIMITS.fullmatch(shown(path))
        for line, name in scattered(tree(path))
        if (shown(path), name) not in BESIDE_ITS_RULE
    ]
    assert not elsewhere, f"limits of a room stand in its {HOME}: {elsewhere}"


def test_each_limit_says_why() -> None:
    bare = []
    for path in limits():
        lines = path.read_text(encoding="utf-8").splitlines()
        bare += [
            f"{shown(path)}:{line} {name}"
            for name, _, line in constants(tree(path))
            if not lines[line - 2].startswith("# ") or lines[line - 2].startswith("# ---")
        ]
    assert not bare, f"a limit without its unit and its reason above it: {bare}"


def test_the_place_of_limits_holds_limits_and_nothing_else() -> None:
    other = [
        f"{shown(path)}:{line} {name}"
        for path in limits()
        for name, value, line in constants(tree(path))
        if not numeric(value) and not size(value)
    ]
    assert not other
    assert len(limits()) > 20, "the rooms were not found"


@pytest.mark.parametrize(
    "text",
    [
        "MOST_ROWS: Final = 500",
        "_LONGEST = 2 * 1024",
        "MOST_ROWS = OTHER",
        "LOOK_SECONDS: Final = 5.0",
        "SEARCH_BYTES = 256 * 1024**2",
        "THREADS: Final = 32",
        "STREAMS_OF_ONE: Final = 3",
        "RATIO_FROM: Final = 64 * 1024**2",
        "PAGE: Final = 50",
        "_SHOWN = 3",
        "RELEASES_LISTED: Final = 100",
        "QUIET: Final = timedelta(days=7)",
        "QUIET = datetime.timedelta(minutes=3)",
        'MEMORY: Final = "512MB"',
        'ROOM = "4 GiB"',
        'def opened():\n    return confined(memory="64MB")',
        'class BuildLimits:\n    memory: str = "1GB"',
        "class BuildLimits:\n    threads: int = 2",
        "BUDGET = ComparisonLimits(seconds=120.0)",
        "def budget():\n    return engines.EngineLimits(OTHER, 3)",
    ],
)
def test_each_kind_of_limit_is_seen(text: str) -> None:
    assert list(scattered(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "TICK = timedelta(milliseconds=1)",
        "SIZE: Final = 13.0",
        'PAGE: Final = "budget"',
        "CODES = ('a', 'b')",
        "STATUS = 503",
        '"""1GB"""',
        'SAID = "up to 512MB of memory"',
        "class BuildLimits:\n    memory: str = BUILD_MEMORY\n    quick: bool = False",
        "BUDGET = ComparisonLimits(memory=DRAFT_MEMORY, strict=True)",
        "BUDGET = ResourceLimits(threads=1, memory=given // 2)",
        "class Page:\n    size: int = 3",
    ],
)
def test_what_is_no_limit_is_let_be(text: str) -> None:
    assert not list(scattered(ast.parse(text)))
