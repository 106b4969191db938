"""What the documents and the tool files claim is so: reasons stand, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.architecture.project_tree import project_files, shown, text_files
from tests.conftest import ROOT

# A folder of one person's machine. In pieces, or this file would find itself.
MACHINE_PATH = re.compile(r"(?<![\w.%}*-])/(?:work|root|Users|home/\w+|tmp/brief)" + r"/\w")


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*?## ", text, re.MULTILINE))


def documents() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def test_every_lint_exception_has_its_reason_beside_it() -> None:
    path = ROOT / "pyproject.toml"
    lint = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    excepted = {*lint["ignore"], *(code for codes in lint["per-file-ignores"].values() for code in codes)}
    lines = path.read_text(encoding="utf-8").splitlines()
    exceptions = lines[lines.index("ignore = [") :]
    reasons = {
        code: reason for line in exceptions for code, reason in re.findall(r'^\s*"([A-Z]+\d*)",\s*#\s*(\S.*)$', line)
    }
    assert excepted
    assert excepted == set(reasons), "an exception without a reason, or on a line with others"


def test_no_text_names_a_folder_of_one_machine() -> None:
    problems = [
        f"{shown(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not problems


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{shown(path)} -> {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not broken


def test_commands_in_the_documents_exist() -> None:
    named = {
        (shown(path), command)
        for path in documents()
        for command in re.findall(r"\bmake ([a-z-]+)(?=[\s`]*(?:`|\n|$|[A-Z]+=|#))", path.read_text(encoding="utf-8"))
    }
    assert {command for _, command in named} >= {"demo", "test"}
    assert not {(document, command) for document, command in named if command not in make_targets()}


def test_help_lists_every_command() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared
    assert set(declared[1].split()) == make_targets()
