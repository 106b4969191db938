"""The size, the name and the sign of every module: what keeps a room readable."""

from __future__ import annotations

import ast
import re
import warnings

import pytest
from tests.architecture.reading import functions, modules, shown, tree
from tests.conftest import ROOT

LONGEST_MODULE = 500
LONG_MODULE = 400
LONGEST_FUNCTION = 60

JUNK_DRAWERS = frozenset(
    {"base", "common", "helper", "helpers", "lib", "manager", "misc", "shared", "stuff", "tools", "util", "utils"}
)
# Django's own word for the settings that the others start from.
ALLOWED = frozenset({"src/ayan/config/settings/base.py"})

EVERYWHERE = ("src", "tests", "benchmarks", "demo")


def test_no_module_is_a_junk_drawer() -> None:
    named = [
        shown(path)
        for path in modules(*EVERYWHERE)
        if shown(path) not in ALLOWED
        and JUNK_DRAWERS & {part.removesuffix(".py").strip("_") for part in path.relative_to(ROOT).parts}
    ]
    assert not named, f"a module is named after what it holds, not after where it was put: {named}"


def test_every_module_says_what_it_is() -> None:
    silent = [shown(path) for path in modules(*EVERYWHERE) if not ast.get_docstring(tree(path))]
    assert not silent, f"no sign on the door: {silent}"


@pytest.mark.filterwarnings("default::UserWarning")
def test_modules_stay_short() -> None:
    lengths = {shown(path): path.read_text(encoding="utf-8").count("\n") for path in modules(*EVERYWHERE)}
    growing = {name: lines for name, lines in lengths.items() if lines > LONG_MODULE}
    if growing:
        warnings.warn(f"over {LONG_MODULE} lines, soon too long: {growing}", stacklevel=1)
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}


def test_functions_stay_short() -> None:
    long = {
        f"{shown(path)}:{name}": lines
        for path in modules("src")
        for name, lines in functions(tree(path))
        if lines > LONGEST_FUNCTION
    }
    assert not long


def test_every_exception_to_a_rule_has_its_reason() -> None:
    """`# noqa: CODE - why` and `# type: ignore[code]  # why`: a rule is set aside for a reason or not at all."""
    marks = re.compile(r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])(?P<rest>.*)$")
    bare = [
        f"{shown(path)}:{number}"
        for path in modules(*EVERYWHERE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (mark := marks.search(line)) and len(mark["rest"].strip(" #:—-")) < 4
    ]
    assert not bare, f"set aside without a reason: {bare}"
