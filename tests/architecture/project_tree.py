"""How the architecture tests see the project: its Python modules, its text files, its syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "ayan"
BINARY = frozenset(
    {".woff2", ".png", ".webp", ".jpg", ".ico", ".xlsx", ".xls", ".ods", ".parquet", ".mo", ".gz", ".xz", ".zip"}
)


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that belongs to the project: what git holds or would hold, so built and ignored files are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted({ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def modules(*folders: str) -> list[Path]:
    """The Python modules under `folders` (of the project), migrations left out: Django writes those."""
    roots = [ROOT / folder for folder in folders]
    return [
        path
        for path in project_files()
        if path.suffix == ".py" and "migrations" not in path.parts and any(path.is_relative_to(root) for root in roots)
    ]


def text_files() -> list[Path]:
    """Every file of the project that people read."""
    return [path for path in project_files() if path.suffix not in BINARY]


def shown(path: Path) -> str:
    """The path as a failure message gives it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=shown(path))


@cache
def walked(node: ast.AST) -> tuple[ast.AST, ...]:
    """The node and all below it. To go through the trees of the project takes seconds, and many tests look at all of them."""
    return tuple(ast.walk(node))


def docstring_nodes(module: ast.Module) -> set[ast.Constant]:
    """The docstrings of a module, as the nodes that hold them."""
    docstrings = set()
    for node in walked(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings.add(first.value)
    return docstrings


def functions(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines, its docstring left out: a longer explanation is no fault."""
    for node in walked(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            explained = (first.end_lineno or first.lineno) - first.lineno + 1 if text else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - explained
