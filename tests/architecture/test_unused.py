"""Nothing of the product stands there that the product does not use: what only tests call proves what nobody runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.reading import walked
from tests.conftest import ROOT

# A decorator of one of these names hands the function on to whoever calls it.
HANDS_ON = frozenset({"register", "receiver", "task"})
# Names by which Django, the server or Python itself finds something in a module.
FOUND_BY_NAME = frozenset({"urlpatterns", "app_name", "application", "Command", "main"})
DOTTED = re.compile(r"(ayan(?:\.\w+)+)[.:](\w+)")


def module_name(path: Path) -> str:
    """The name by which a module is imported."""
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")


def names(module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The functions, classes and constants at the top of a module."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not any(HANDS_ON & set(re.findall(r"\w+", ast.unparse(each))) for each in node.decorator_list):
                yield node.name, node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))


def imported(module: ast.Module) -> Iterator[tuple[str, str, str]]:
    """What is imported from where, and how it is called here."""
    for node in walked(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (("", alias.name, alias.asname or alias.name) for alias in node.names)


def used_elsewhere(module: ast.Module) -> set[tuple[str, str]]:
    """The names that a module uses of others, each with the module that it is of."""
    used, called = set(), {}
    for source, name, here in imported(module):
        used.add((source, name))
        called[here] = f"{source}.{name}".strip(".")
    for node in walked(module):
        if isinstance(node, ast.Attribute):
            of = ast.unparse(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else ""
            used.add((called.get(of, of), node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (path := DOTTED.fullmatch(node.value)):
            used.add((path[1], path[2]))
    return used


def used_within(module: ast.Module) -> set[str]:
    """The names that a module uses of its own, each outside of what it is the name of."""
    used = set()
    for part in module.body:
        own = {name for name, node in names(module) if node is part}
        used |= {
            node.id for node in walked(part) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        } - own
        # An annotation that is written as a text, for what only the type checker imports.
        used |= {
            node.value for node in walked(part) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        } - own
    return used


def unused(sources: dict[str, ast.Module]) -> Iterator[tuple[str, str, int]]:
    """The module, the name and the line of what none of the modules uses."""
    elsewhere = set().union(*(used_elsewhere(module) for module in sources.values()))
    for source, module in sources.items():
        within = used_within(module)
        for name, node in names(module):
            if name not in within and name not in FOUND_BY_NAME and (source, name) not in elsewhere:
                yield source, name, node.lineno
