"""Refusals: each one states its code, both wordings and its status on itself, and nothing else maps them."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections import Counter
from functools import cache
from importlib import import_module
from typing import TypeGuard

import pytest
from tests.architecture.project_tree import modules, shown, tree, walked

import ayan
from ayan.core.values.refusal import Refusal

STATUSES = frozenset({400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 416, 421, 422, 429, 500, 502, 503})
"""What a refusal may answer with: RFC 9110, and 429 of RFC 6585."""

WORDS = frozenset({"fa", "en", "label", "wording"})
# These read their settings as they are imported.
NOT_IMPORTED = re.compile(r"\.(migrations|settings|__main__)\b|\.wsgi$")


@cache
def classes() -> tuple[type, ...]:
    """Every class that a module of the project defines."""
    classes_found = []
    for info in pkgutil.walk_packages(ayan.__path__, "ayan."):
        if not NOT_IMPORTED.search(info.name):
            module = import_module(info.name)
            classes_found += [
                kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == module.__name__
            ]
    return tuple(classes_found)


@cache
def refusals() -> tuple[type[Refusal], ...]:
    """Every refusal of the project, below the base that all of them have."""
    return tuple(kind for kind in classes() if issubclass(kind, Refusal) and kind is not Refusal)


def by_status(module: ast.Module) -> list[int]:
    """The lines of tables that lead from a text to a status of HTTP, alone or as the first of several things."""
    return [
        node.lineno
        for node in walked(module)
        if isinstance(node, ast.Dict)
        and node.values
        and all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
        and all(_is_status(value) for value in node.values)
    ]


def _is_status(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple) and node.elts:
        node = node.elts[0]
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and 400 <= node.value < 600


def words_of(node: ast.ClassDef) -> set[str]:
    """The wordings that a class has: as its own, given to it, or set on itself."""
    assigned = [child.targets for child in node.body if isinstance(child, ast.Assign)]
    held = {name.id for targets in assigned for name in targets if _is_name(name)}
    held |= {child.target.id for child in node.body if isinstance(child, ast.AnnAssign) and _is_name(child.target)}
    for child in ast.walk(node):
        match child:
            case ast.arg(arg=name):
                held.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                held.add(name)
    return held & WORDS


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def test_there_are_refusals_in_every_room() -> None:
    rooms = {kind.__module__.rpartition(".")[0] for kind in refusals()}
    assert rooms >= {"ayan.core.query", "ayan.core.publish", "ayan.core.harvest", "ayan.apps.desk", "ayan.apps.sources"}
    assert len(refusals()) > 40


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_a_refusal_states_everything_on_itself(kind: type[Refusal]) -> None:
    own = vars(kind)
    assert {"code", "fa", "en", "status"} <= set(own), "stated anew by each class, so that nothing is inherited unseen"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
    assert re.search(r"[\u0600-\u06ff]", kind.fa)
    assert re.search(r"[A-Za-z]", kind.en)
    assert not re.search(r"[\u0600-\u06ff]", kind.en)
    assert "{" not in kind.fa + kind.en
    assert kind.status in STATUSES
    assert inspect.getdoc(kind)


def test_no_two_refusals_share_a_code_or_a_name() -> None:
    codes = Counter(kind.code for kind in refusals())
    names = Counter(kind.__name__ for kind in refusals())
    assert [code for code, count in codes.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []
    assert "Refused" not in names
    assert "Refusal" not in names


def test_waiting_is_promised_where_it_helps() -> None:
    patient = {kind.code for kind in refusals() if kind.retry_after is not None}
    assert {"too-slow", "too-heavy"} <= patient
    assert patient >= {kind.code for kind in refusals() if kind.status == 429}
    assert {kind.status for kind in refusals() if kind.code in patient} <= {429, 503}


def test_whoever_speaks_to_people_is_a_refusal() -> None:
    others = {
        (kind.__module__, kind.__name__)
        for kind in classes()
        if issubclass(kind, BaseException) and not issubclass(kind, Refusal)
    }
    assert others
    speaking = []
    for module, name in sorted(others):
        source = ast.parse(inspect.getsource(import_module(module)))
        speaking += [
            f"{module}.{name}"
            for node in ast.walk(source)
            if isinstance(node, ast.ClassDef) and node.name == name and words_of(node)
        ]
    assert not speaking, f"an exception with words for people derives from Refusal: {speaking}"


def test_no_table_leads_from_a_code_to_a_status() -> None:
    classes_found = [f"{shown(path)}:{line}" for path in modules("src/ayan") for line in by_status(tree(path))]
    assert not classes_found, f"the status stands on the refusal itself: {classes_found}"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('STATUS = {"withdrawn": 410, "erased": 410}', True),
        ('x = {"withdrawn": 410}.get(code, 503)', True),
        ('REFUSALS = {"token": (401, Label("", ""))}', True),
        ('TITLES = {400: "The question is not valid"}', False),
        ('PORTS = {"https": 443, "http": 80}', False),
        ("out = {}", False),
    ],
)
def test_the_search_sees_a_table_however_it_is_written(code: str, seen: bool) -> None:
    assert bool(by_status(ast.parse(code))) is seen


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('class Odd(Exception):\n    fa = "نه"', True),
        ("class Odd(Exception):\n    def __init__(self, fa, en): ...", True),
        ("class Odd(Exception):\n    def __init__(self, x):\n        self.wording = x", True),
        ("class Odd(Exception):\n    en: str", True),
        ("class Odd(Exception):\n    def __init__(self, reason): self.reason = reason", False),
    ],
)
def test_the_search_sees_words_however_they_are_held(code: str, seen: bool) -> None:
    (node,) = ast.parse(code).body
    assert isinstance(node, ast.ClassDef)
    assert bool(words_of(node)) is seen
