"""What the names of a module stand for, by whatever way they came: imported, renamed, looked up by their text."""

from __future__ import annotations

import ast
from functools import cache

from tests.architecture.project_tree import walked

# The calls by which a module is imported, and those by which a name of something is looked up.
_IMPORTS = frozenset({"importlib.import_module", "__import__"})
_LOOKS_UP = frozenset({"getattr", "builtins.getattr"})


class TrueNames:
    """Dotted names as they were given where they stand first: of ``import os as o``, ``o.replace`` is ``os.replace``."""

    def __init__(self, module: ast.Module) -> None:
        # Of other names that no import gave nothing is known.
        self._known: dict[str, str] = {name: name for name in ("getattr", "__import__", "builtins")}
        self._said: dict[ast.AST, tuple[str, ...]] = {}
        for node in walked(module):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self._known[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self._known[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
        # In the order of the module, so that a name of a name of a name is followed, too.
        for node in walked(module):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._note(name, value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._note(name, value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    self._note(name, value)

    def _note(self, name: str, value: ast.expr) -> None:
        whole = self.of(value)
        if whole and whole.partition(".")[0] != name:
            self._known.setdefault(name, whole)

    def of(self, node: ast.AST) -> str:
        """The dotted name of an expression; empty where it has none."""
        match node:
            case ast.Name(id=name):
                return self._known.get(name, "")
            case ast.Attribute(value=value, attr=attribute):
                whole = self.of(value)
                return f"{whole}.{attribute}" if whole else ""
            case ast.Call(func=called, args=[value, ast.Constant(value=str(attribute)), *_]):
                whole = self.of(value) if self.of(called) in _LOOKS_UP else ""
                return f"{whole}.{attribute}" if whole else ""
            case ast.Call(func=called, args=[ast.Constant(value=str(module)), *_]):
                return module if self.of(called) in _IMPORTS else ""
        return ""

    def are(self, node: ast.AST) -> tuple[str, ...]:
        """The dotted names that a node says: one of an expression, each of an import, with ``module.*`` for all."""
        if node not in self._said:
            self._said[node] = self._are(node)
        return self._said[node]

    def _are(self, node: ast.AST) -> tuple[str, ...]:
        match node:
            case ast.Import(names=names):
                return tuple(alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                return tuple(f"{module}.{alias.name}" for alias in names)
        return (whole,) if (whole := self.of(node)) else ()


@cache
def true_names(module: ast.Module) -> TrueNames:
    """The names of a module, read once."""
    return TrueNames(module)


def is_true_name(name: str, wanted: frozenset[str]) -> bool:
    """Whether a dotted name is one of those wanted, also by way of a module of ours that imports it.

    A wanted ``module.*`` is the module, and whatever is in it.
    """
    for each in wanted:
        module = each.removesuffix(".*")
        inside = module != each
        for start in _starts(name, module):
            rest = name[start + len(module) :]
            if not rest or (inside and rest.startswith(".")):
                return True
        # All of a module takes what is wanted of it along.
        if name.endswith(".*") and module.rpartition(".")[0] == name.removesuffix(".*"):
            return True
    return False


def _starts(name: str, module: str) -> list[int]:
    """Where in a dotted name the wanted one begins: at its beginning, or behind what is ours."""
    if name.startswith(module):
        return [0]
    at = name.find(f".{module}")
    return [at + 1] if at >= 0 and name.startswith("ayan.") else []
