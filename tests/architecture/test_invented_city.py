"""The invented city is built once in a run: whoever reads it takes a copy of the hamlet."""

from __future__ import annotations

import ast

from tests.architecture.project_tree import modules, shown, tree, walked

BUILDERS = {
    "tests/flow/hamlet.py": "builds it, once a run",
    "tests/flow/test_demo_until.py": "builds it up to two days, in the long run alone",
    "tests/flow/test_demo_city.py": "tries what is refused before anything is built",
}
"""Tests that may name the function that builds a city, each with what for."""


def test_one_module_builds_it_for_all() -> None:
    named = {
        shown(path)
        for path in modules("tests")
        for node in walked(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "ayan_demo.build"
        if any(name.name in ("build", "*") for name in node.names)
    }
    assert named == set(BUILDERS)
