"""A kind of field is asked what it can do; outside its own class nobody tells it by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.architecture.project_tree import modules, project_files, shown, tree, walked
from tests.conftest import ROOT

from ayan.core.schema.field import Field, FieldRole
from ayan.core.schema.kinds import KINDS

NAMES: Final = frozenset(KINDS)
# Words that name a role or a part of an answer just as well; a table of these alone says nothing of kinds.
AMBIGUOUS: Final = frozenset(FieldRole.__args__) | {"text", "code", "link", "period", "ref", "integer", "boolean"}  # type: ignore[attr-defined]  # a Literal
HOME: Final = ROOT / "src/ayan/core/schema/kinds"
IN_TEMPLATE: Final = re.compile(r"\bkind\b[\w.]*\s*(?:==|!=|in)\s*[\"'](\w+)[\"']")


def names_in(node: ast.expr) -> frozenset[str]:
    """The names of kinds that an expression, or a collection written in it, holds."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return NAMES.intersection(texts)


def asks_a_kind(node: ast.expr) -> bool:
    """Whether an expression is a kind or its name: ``field.kind``, ``kind``, ``kind.name``, ``facts["ayan:kind"]``."""
    if "ayan:kind" in ast.unparse(node):
        return True
    if isinstance(node, ast.Attribute) and node.attr == "name":
        node = node.value
    return (isinstance(node, ast.Attribute) and node.attr == "kind") or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def comparisons(module: ast.Module) -> Iterator[int]:
    """The lines in which a kind is told by its name: compared, matched, or looked up in a table or a set of names."""
    for node in walked(module):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(names_in(side) for side in sides) and any(map(asks_a_kind, sides)):
                yield node.lineno
        elif isinstance(node, ast.Match) and asks_a_kind(node.subject):
            yield from (
                case.pattern.lineno for case in node.cases if NAMES & set(re.findall(r"\w+", ast.unparse(case.pattern)))
            )
        elif isinstance(node, ast.Dict | ast.Set | ast.Tuple | ast.List):
            entries = [entry for entry in (node.keys if isinstance(node, ast.Dict) else node.elts) if entry is not None]
            texts = [entry.value for entry in entries if isinstance(entry, ast.Constant)]
            if (
                len(texts) == len(entries) > 1
                and NAMES.issuperset(map(str, texts))
                and not AMBIGUOUS.issuperset(map(str, texts))
            ):
                yield node.lineno


def test_no_module_tells_a_kind_by_its_name() -> None:
    told_by_name = [
        f"{shown(path)}:{line}"
        for path in modules("src", "demo")
        if not path.is_relative_to(HOME)
        for line in comparisons(tree(path))
    ]
    assert told_by_name == [], (
        "ask the kind what it can do (ayan.core.schema.field.Kind), or give it a fact of that name"
    )


def test_no_template_tells_a_kind_by_its_name() -> None:
    told_by_name = [
        f"{shown(path)}: {name}"
        for path in project_files()
        if path.suffix == ".html" and path.is_relative_to(ROOT / "src")
        for name in IN_TEMPLATE.findall(Path(path).read_text(encoding="utf-8"))
        if name in NAMES
    ]
    assert told_by_name == []


@pytest.mark.parametrize(
    "code",
    [
        'field.kind == "rial"',
        '"rial" != self.field.kind',
        'field.kind in ("text", "place")',
        'field.kind.name not in {"geometry", "link"}',
        'kind == "date"',
        'column.get("ayan:kind") == "rial"',
        '{"rial": 1, "date": 2}[field.kind.name]',
        'MONEY = frozenset({"integer", "rial"})',
        'match field.kind.name:\n    case "rial" | "integer":\n        pass',
    ],
)
def test_the_comparison_is_seen_in_all_its_forms(code: str) -> None:
    assert list(comparisons(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "field.kind.is_money",
        'submission.kind == "withdrawal"',
        'period.kind == "month"',
        'SORTED_ROLES = ("date", "place")',
        '{"code": 1, "text": 2}',
        'unit in ("rial", "toman")',
    ],
)
def test_nothing_else_is_taken_for_one(code: str) -> None:
    assert not list(comparisons(ast.parse(code)))


def test_a_field_is_of_a_kind_and_not_of_its_name() -> None:
    assert all(Field(name="x", kind=kind, label=kind.label).kind.name == name for name, kind in KINDS.items())
