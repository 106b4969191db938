"""What comes with Ayan is read by one process and kept for the next, which believes it only as long as it is true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from tests.conftest import ROOT
from tests.sampling import chance

from ayan.core.schema.loader import declaration_stamp, load_dataset
from ayan.core.schema.problem import DeclarationError
from ayan.datasets import declaration_cache
from ayan.datasets.declaration_cache import ReadDeclaration
from ayan.datasets.registry import BUILTIN, Registry

SOME = ("bids", "contracts", "vendors")

# A process says how many declarations it knows, and in how many databases it tried what they say.
ASK = """
import sys
from ayan.core.schema import expression_trial
tried = []
begin = expression_trial.ExpressionTrial.__enter__
expression_trial.ExpressionTrial.__enter__ = lambda self: tried.append(self) or begin(self)
from ayan.datasets.registry import Registry
registry = Registry()
titles = {dataset.slug: dataset.title.en for dataset in registry.all()}
print(len(titles), len(tried), titles["contracts"])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of a few declarations of ours."""
    for slug in SOME:
        shutil.copytree(BUILTIN / slug, tmp_path / slug)
    return tmp_path


@pytest.fixture(autouse=True)
def may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def read(root: Path) -> dict[Path, ReadDeclaration]:
    known = {}
    for folder in (path.parent for path in root.glob("*/dataset.toml")):
        try:
            known[folder] = ReadDeclaration(declaration_stamp(folder), load_dataset(folder), monotonic())
        except DeclarationError as refused:
            known[folder] = ReadDeclaration(declaration_stamp(folder), refused, monotonic())
    return known


def test_what_was_kept_is_what_was_read(root: Path) -> None:
    assert declaration_cache.kept(root) == {}
    known = read(root)
    declaration_cache.keep(root, known)
    kept = declaration_cache.kept(root)
    assert {folder: (each.stamp, each.result) for folder, each in kept.items()} == {
        folder: (each.stamp, each.result) for folder, each in known.items()
    }
    # Whoever uses it first looks at the files, however short ago that was.
    assert all(monotonic() - each.at > 1e6 for each in kept.values())


def test_a_damaged_file_is_none(root: Path) -> None:
    declaration_cache.keep(root, read(root))
    file = declaration_cache.cache_file(root)
    data, draw = file.read_bytes(), chance("damaged declarations")
    for at in (0, 31, 32, 63, 64, len(data) - 1, *draw.sample(range(len(data)), 20)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert declaration_cache.kept(root) == {}, at
        file.write_bytes(data[:at])
        assert declaration_cache.kept(root) == {}, at


def test_what_is_broken_is_not_kept(root: Path) -> None:
    (root / "bids" / "dataset.toml").write_text("slug = 7", encoding="utf-8")
    declaration_cache.keep(root, read(root))
    assert {folder.name for folder in declaration_cache.kept(root)} == {"contracts", "vendors"}


def test_nothing_is_written_where_python_writes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    declaration_cache.keep(root, read(root))
    assert not declaration_cache.cache_file(root).exists()


def test_a_folder_that_is_none_of_ours_to_write_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(root / "bids" / "dataset.toml"))
    declaration_cache.keep(root, read(root))
    assert declaration_cache.kept(root) == {}


def test_the_next_process_tries_nothing_until_a_declaration_or_the_code_changes(tmp_path: Path) -> None:
    source = shutil.copytree(
        ROOT / "src" / "ayan", tmp_path / "ayan", ignore=shutil.ignore_patterns("__pycache__", "ui")
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def asked() -> tuple[int, int, str]:
        words = [sys.executable, "-c", ASK]
        said = subprocess.run(
            words, env=environment | {"PYTHONPATH": str(tmp_path)}, check=True, capture_output=True, text=True
        ).stdout
        known, tried, title = said.split(maxsplit=2)
        return int(known), int(tried), title.strip()

    every = len(Registry().all())
    assert asked() == (every, every, "Contracts")
    assert asked() == (every, 0, "Contracts")
    declaration = source / "datasets" / "contracts" / "dataset.toml"
    declaration.write_text(
        declaration.read_text(encoding="utf-8").replace("Contracts", "Agreements", 1), encoding="utf-8"
    )
    assert asked() == (every, 1, "Agreements")
    assert asked() == (every, 0, "Agreements")
    code = source / "core" / "schema" / "rules.py"
    code.write_text(code.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert asked() == (every, every, "Agreements")
