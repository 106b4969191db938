"""What the client is made of: its modules, its grammar, its version, and that it needs nothing of the program."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from pathlib import Path

from ayan_client import Dataset, in_box, where
from ayan_client.conditions import Where
from ayan_client.limits import PAGE_ROWS
from tests.architecture.project_tree import functions, tree
from tests.architecture.test_modules import JUNK_DRAWERS, LONGEST_FUNCTION, LONGEST_MODULE, VERB_FORMS
from tests.conftest import ROOT

import ayan
from ayan.core.query.grouping import FUNCTIONS
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.operators import OPERATORS

PACKAGE = ROOT / "packages" / "ayan-client"
MODULES = sorted((PACKAGE / "src" / "ayan_client").glob("*.py"))
PROJECT = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
ALLOWED = {"ayan_client", "ayan_verify", "httpx2", "jdatetime", "pandas", "polars", "pyarrow"}
BY_NAME = re.compile(
    r"\b(?:pip|uv|uvx|poetry)\b[^\n]*?\b(?:install|add|download|with)\b[^\n]*?(?<![\w/.-])[\"'`]?ayan-(?:client|verify)\b"
)


def imported(path: Path) -> set[str]:
    packages = set[str]()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            packages |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            packages.add(node.module.partition(".")[0])
    return packages - sys.stdlib_module_names


def test_it_imports_nothing_of_the_program_and_the_program_nothing_of_it() -> None:
    assert MODULES
    assert {name for path in MODULES for name in imported(path)} <= ALLOWED
    # That nothing of the program imports what stands in packages/ is a contract of the floors.
    assert "ayan_client\n    ayan_verify" in (ROOT / ".importlinter").read_text("utf-8")


def test_its_modules_are_as_readable_as_those_of_the_program() -> None:
    for path in MODULES:
        text = path.read_text("utf-8")
        assert ast.get_docstring(tree(path)), path
        assert text.count("\n") <= LONGEST_MODULE["src"], path
        assert not [name for name, lines in functions(tree(path)) if lines > LONGEST_FUNCTION], path
        assert path.stem not in JUNK_DRAWERS | VERB_FORMS, path


def test_its_version_is_that_of_the_program_and_of_the_verifier() -> None:
    verifier = tomllib.loads((ROOT / "packages" / "ayan-verify" / "pyproject.toml").read_text("utf-8"))["project"]
    assert PROJECT["version"] == verifier["version"] == ayan.version()
    assert f"ayan-verify=={verifier['version']}" in PROJECT["dependencies"]


def test_its_grammar_is_that_of_the_portal() -> None:
    """An operator, a function or a bound that the portal gains or loses is one of the client's, too."""
    stated = [
        where("f").equals("x"), where("f").differs("x"), where("f").is_one_of(["x"]), where("f").more_than(1),
        where("f").at_least(1), where("f").less_than(1), where("f").at_most(1), where("f").contains("x"),
        where("f").starts_with("x"), where("f").above("g"), where("f").below("g"), where("f").is_empty(),
        where("f").is_filled(), in_box("1", "2", "3", "4", "f"),
    ]  # fmt: skip
    methods = [name for name in vars(Where) if not name.startswith("_") and name != "field"]
    assert len(methods) == len(stated) - 1
    assert {each.parameter.partition("__")[2] or "eq" for each in stated} == set(OPERATORS)
    assert set(FUNCTIONS) <= set(inspect.signature(Dataset.groups).parameters)
    assert PAGE_ROWS == MAX_SIZE


def test_nothing_installs_it_by_a_name_that_somebody_else_may_have_taken() -> None:
    texts = [*ROOT.glob("docs/guides/*.md"), *PACKAGE.rglob("*.md"), *PACKAGE.rglob("*.ipynb")]
    texts += ROOT.glob("src/ayan/apps/catalog/templates/catalog/prose/developers.*.html")
    naming = {path.name: text for path in texts if "ayan-client" in (text := path.read_text("utf-8"))}
    assert {"python-client.md", "developers.fa.html", "developers.en.html"} <= naming.keys()
    assert [name for name, text in naming.items() if BY_NAME.search(text)] == []
    assert BY_NAME.search("pip install ayan-client[arrow]")
