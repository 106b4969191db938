"""What is built of the client: its files, what it needs, and that it needs nothing of the program."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from shutil import which

import pytest
from ayan_client import Dataset, in_box, where
from ayan_client.conditions import Where
from ayan_client.limits import PAGE_ROWS
from tests.architecture.reading import functions, tree
from tests.architecture.test_modules import JUNK_DRAWERS, LONGEST_FUNCTION, LONGEST_MODULE, VERB_FORMS
from tests.conftest import ROOT

import ayan
from ayan.core.query.grouping import FUNCTIONS
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.operators import OPERATORS

PACKAGE = ROOT / "packages" / "ayan-client"
MODULES = sorted((PACKAGE / "src" / "ayan_client").glob("*.py"))
PROJECT = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
UV = which("uv") or next((str(path) for path in [ROOT / ".tools" / "bin" / "uv"] if path.exists()), None)
ALLOWED = {"ayan_client", "ayan_verify", "httpx2", "jdatetime", "pandas", "polars", "pyarrow"}
BY_NAME = re.compile(r"\b(?:install|add|download|--with)\b[^\n]*?(?<![\w/.-])[\"'`]?ayan-(?:client|verify)\b")

needs_uv = pytest.mark.skipif(UV is None, reason="uv is not on this machine: `make setup` puts it into .tools")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and source of the client, and the wheel of the verifier."""
    folder = tmp_path_factory.mktemp("dist")
    for name in ("ayan-client", "ayan-verify"):
        command = [str(UV), "build", "--quiet", "--out-dir", str(folder), str(ROOT / "packages" / name)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
    return folder


def imported(path: Path) -> set[str]:
    found = set[str]()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names


def test_it_imports_nothing_of_the_program_and_the_program_nothing_of_it() -> None:
    assert MODULES
    assert {name for path in MODULES for name in imported(path)} <= ALLOWED
    ours = [
        path
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"^\s*(?:from|import) ayan_", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert not [path for path in ours if "ayan_demo" not in path.read_text("utf-8")]


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
    told = [
        *ROOT.glob("docs/**/*.md"),
        *PACKAGE.rglob("*.md"),
        *PACKAGE.rglob("*.ipynb"),
        *ROOT.glob("src/**/developers.*.html"),
    ]
    assert len(told) > 100
    assert not {
        path.name: BY_NAME.search(path.read_text("utf-8")) for path in told if BY_NAME.search(path.read_text("utf-8"))
    }
    assert BY_NAME.search("pip install ayan-client[arrow]")


@needs_uv
def test_wheel_and_source_hold_the_package_and_nothing_else(dist: Path) -> None:
    (wheel,), (source,) = dist.glob("ayan_client-*.whl"), dist.glob("ayan_client-*.tar.gz")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"ayan_client/{path.name}" for path in MODULES} | {"ayan_client/py.typed"}
    with tarfile.open(source) as packed:
        held = {name.partition("/")[2] for name in packed.getnames()}
    assert held >= {"pyproject.toml", "README.md", *(f"src/ayan_client/{path.name}" for path in MODULES)}
    assert not [name for name in held if "ayan_verify" in name], "there is one home of the verifier"
    with zipfile.ZipFile(next(dist.glob("ayan_verify-*.whl"))) as packed_verifier:
        own = (ROOT / "packages" / "ayan-verify" / "ayan_verify.py").read_bytes()
        assert packed_verifier.read("ayan_verify.py") == own


@needs_uv
@pytest.mark.soak
def test_it_installs_where_nothing_is_and_reads_without_the_program(dist: Path, tmp_path: Path) -> None:
    """From the package index for what others wrote: so it is not passed every day."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    wheels = [str(path) for path in dist.glob("*.whl")]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wheels], check=True)
    told = "import sys, ayan_client; print(ayan_client.__version__, 'ayan' in sys.modules, 'django' in sys.modules)"
    said = subprocess.run([python, "-W", "error", "-c", told], capture_output=True, text=True, check=True, cwd="/")
    assert said.stdout.split() == [PROJECT["version"], "False", "False"]
