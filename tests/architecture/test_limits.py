"""The limits of a room stand in one place, each with its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project_tree import modules, shown, tree

HOME = "limits.py"
WORDS = re.compile(
    r"_?(MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST|FEWEST|DEEPEST|WIDEST|FURTHEST|HIGHEST|LOWEST|MAX|MAXIMUM|MIN|MINIMUM)"
    r"(_\w+)?"
)


def constants(path: Path) -> Iterator[tuple[str, ast.expr, int]]:
    """The names that a module gives a value at its top, with the value and its line."""
    for node in tree(path).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value, node.lineno
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node.value, node.lineno) for target in node.targets if isinstance(target, ast.Name))


def numeric(value: ast.expr) -> bool:
    """Whether a value is a number, a sum of numbers, or a time or an exact decimal made of some."""
    is_made = isinstance(value, ast.Call) and ast.unparse(value.func).rsplit(".", 1)[-1] in ("timedelta", "Decimal")
    return is_made or all(
        isinstance(node, ast.Name | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.expr_context)
        or (isinstance(node, ast.Constant) and isinstance(node.value, int | float))
        for node in ast.walk(value)
    )


def limits() -> list[Path]:
    return [path for path in modules("src") if path.name == HOME]


def test_a_limit_stands_in_the_one_place_of_its_room() -> None:
    elsewhere = [
        f"{shown(path)}:{line} {name}"
        for path in modules("src")
        if path.name != HOME
        for name, value, line in constants(path)
        if WORDS.fullmatch(name) and numeric(value)
    ]
    assert not elsewhere, f"limits of a room stand in its {HOME}: {elsewhere}"


def test_each_limit_says_why() -> None:
    bare = []
    for path in limits():
        lines = path.read_text(encoding="utf-8").splitlines()
        bare += [
            f"{shown(path)}:{line} {name}"
            for name, _, line in constants(path)
            if not lines[line - 2].startswith("# ") or lines[line - 2].startswith("# ---")
        ]
    assert not bare, f"a limit without its unit and its reason above it: {bare}"


def test_the_place_of_limits_holds_numbers_and_nothing_else() -> None:
    other = [
        f"{shown(path)}:{line} {name}"
        for path in limits()
        for name, value, line in constants(path)
        if not numeric(value)
    ]
    assert not other
    assert len(limits()) > 20, "the rooms were not found"
