"""Nothing stands in the product that the product does not use: what only tests call proves what nobody runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.architecture.project_tree import modules, tree, walked
from tests.conftest import ROOT

# A decorator of one of these names hands a function on to whoever calls it; a class below one of these is found by it.
HANDS_ON = frozenset({"register", "receiver", "task"})
LOOKS_FOR_ITS_OWN = re.compile(r".*(AppContract|Model|SourceType)|Source")
# By these names Django, the commands and the API's description find something in a module.
LOOKED_UP_BY_NAME = re.compile(
    r"__all__|urlpatterns|app_name|application|Command|main|handler\d+|VERBS|OPERATIONS|(Des|S)erializer"
)
# Settings are Django's to read.
SETTINGS = re.compile(r"ayan\.config\.settings\.\w+")
DOTTED = re.compile(r"(ayan(?:\.\w+)+)[.:](\w+)")

Name = tuple[str, str]


def module_name(path: Path) -> str:
    """The name by which a module is imported."""
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")


def is_looked_up(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether whoever uses a function or class finds it otherwise than by its name."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(HANDS_ON & set(re.findall(r"\w+", ast.unparse(each))) for each in node.decorator_list) or any(
        LOOKS_FOR_ITS_OWN.fullmatch(ast.unparse(base)) for base in bases
    )


def named_at_top(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module makes; none of what is found otherwise."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [] if is_looked_up(node) else [node.name]
    if isinstance(node, ast.AnnAssign):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    return [each.id for each in node.targets if isinstance(each, ast.Name)] if isinstance(node, ast.Assign) else []


def path_of(node: ast.expr, called: Mapping[str, str]) -> str:
    """What ``a.b.c`` leads to, by how ``a`` is called here; '' for what is no path."""
    if isinstance(node, ast.Name):
        return called.get(node.id, "")
    start = path_of(node.value, called) if isinstance(node, ast.Attribute) else ""
    return f"{start}.{node.attr}" if start and isinstance(node, ast.Attribute) else ""


def used_elsewhere(module: ast.Module) -> Iterator[Name]:
    """The names that a module uses of others, each after the module that it is of."""
    called: dict[str, str] = {}
    for node in walked(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name
                called[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            called.update({alias.asname: alias.name for alias in node.names if alias.asname})
            called.update({(top := alias.name.partition(".")[0]): top for alias in node.names if not alias.asname})
    for node in walked(module):
        if isinstance(node, ast.Attribute):
            yield path_of(node.value, called), node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (path := DOTTED.fullmatch(node.value)):
            yield path[1], path[2]


def used_within(module: ast.Module) -> Iterator[str]:
    """The names that a module uses of its own, each outside of what it is the name of; texts may be annotations."""
    for part in module.body:
        own = named_at_top(part)
        for node in walked(part):
            said = node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None
            said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else said
            if said is not None and said not in own:
                yield said


def unused(sources: Mapping[str, ast.Module]) -> Iterator[str]:
    """What none of the modules uses: the module and the name."""
    elsewhere = {name for module in sources.values() for name in used_elsewhere(module)}
    for source, module in sources.items():
        within = set(used_within(module))
        for name in (name for node in module.body for name in named_at_top(node)):
            if name not in within and (source, name) not in elsewhere and not LOOKED_UP_BY_NAME.fullmatch(name):
                yield f"{source}.{name}"


def test_the_product_uses_what_stands_in_it() -> None:
    sources = {module_name(path): tree(path) for path in modules("src")}
    idle = [name for name in unused(sources) if not SETTINGS.match(name)]
    assert not idle, f"nothing of the product uses this; a test's own tools stand with the tests: {idle}"


@pytest.mark.parametrize(
    ("definition", "use"),
    [
        ("def asked(): ...", "from ayan import others"),
        ("def asked(): asked()", ""),
        ("LIMIT: Final = 5", "LIMIT = 5\nprint(LIMIT)"),
        ("class Kept: ...", "def kept(x): return x.Kept"),
        ("_LEFT = 3", ""),
    ],
)
def test_what_nobody_uses_is_seen(definition: str, use: str) -> None:
    assert list(unused({"ayan.there": ast.parse(definition), "ayan.here": ast.parse(use)}))


@pytest.mark.parametrize(
    ("definition", "use"),
    [
        ("def asked(): ...", "from ayan.there import asked"),
        ("def asked(): ...", "from ayan.there import asked as answered"),
        ("def asked(): ...", "from ayan import there\nthere.asked()"),
        ("def asked(): ...", "import ayan.there\nayan.there.asked()"),
        ("def asked(): ...", "from ayan import there as t\nprint(t.asked)"),
        ("def asked(): ...", 'VIEW = "ayan.there.asked"\nprint(VIEW)'),
        ('class Kept: ...\ndef keep(x: "Kept"): ...\nkeep(1)', ""),
        ("@register.filter\ndef asked(): ...", ""),
        ("class ThereConfig(AppContract): ...", ""),
        ("_LEFT = 3\nprint(_LEFT)", ""),
    ],
)
def test_what_somebody_uses_is_let_be(definition: str, use: str) -> None:
    assert not list(unused({"ayan.there": ast.parse(definition), "ayan.here": ast.parse(use)}))
