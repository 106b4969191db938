"""Every safeguard stands once: connections, replaced files, locks and quoting each have one home, and no copies."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.architecture.project_tree import modules, shown, tree, walked
from tests.conftest import ROOT

DUCKDB = "src/ayan/core/system/duckdb.py"
FILES = "src/ayan/core/system/files.py"
COURIER = "src/ayan/apps/outbox/courier.py"
DELIVERY = "src/ayan/apps/outbox/delivery.py"
# The command that watches other cities has no database and so no outbox.
MONITOR = "src/ayan/cli/monitor_message.py"
QUOTING = "src/ayan/core/values/sql.py"
SERVING = "tests/http_servers.py"

Looks = Callable[[ast.AST], bool]


def _attribute(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names


def _of(node: ast.AST, module: str, *names: str) -> bool:
    """Whether a node is ``module.name``, or imports such a name from there."""
    if isinstance(node, ast.ImportFrom):
        return node.module == module and any(alias.name in names for alias in node.names)
    return _attribute(node, *names) and isinstance(node.value, ast.Name) and node.value.id == module  # type: ignore[attr-defined]  # it is an attribute


def connects(node: ast.AST) -> bool:
    """``duckdb.connect``, by whatever way the name came."""
    return _of(node, "duckdb", "connect", "DuckDBPyConnection.connect", "default_connection")


def replaces(node: ast.AST) -> bool:
    """``os.replace``, ``shutil.move``, ``Path.rename``, and ``Path.replace``: text and records take more, or names."""
    if _of(node, "os", "replace", "rename", "renames") or _of(node, "shutil", "move"):
        return True
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return False
    return _attribute(node.func, "rename", "replace")


def locks(node: ast.AST) -> bool:
    """Anything of ``fcntl``."""
    if isinstance(node, ast.Import):
        return any(alias.name == "fcntl" for alias in node.names)
    return (isinstance(node, ast.ImportFrom) and node.module == "fcntl") or _attribute(node, "flock", "lockf")


def quotes(node: ast.AST) -> bool:
    """``.replace("'", "''")`` and its like for double quotes."""
    if not isinstance(node, ast.Call) or not _attribute(node.func, "replace") or len(node.args) != 2:
        return False
    old, new = (part.value if isinstance(part, ast.Constant) else None for part in node.args)
    return old in ("'", '"') and new == f"{old}{old}"


def sends(node: ast.AST) -> bool:
    """Mail by Django or by ``smtplib``, and the SMS gateway of a city."""
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] == "smtplib" for alias in node.names)
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return False
    gateway = node.module.endswith("sms_gateway") and any(alias.name == "gateway" for alias in node.names)
    return gateway or node.module == "smtplib" or node.module.startswith("django.core.mail")


def serves(node: ast.AST) -> bool:
    """A server of Python's own, told to answer."""
    return _attribute(node, "serve_forever")


def alters(node: ast.AST) -> bool:
    """What an object holds, changed from outside: ``.__dict__[…] = …``, ``.__dict__.update(…)`` and their like."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _attribute(node.value, "__dict__")
    return _attribute(node, "update", "pop", "setdefault", "clear") and _attribute(node.value, "__dict__")  # type: ignore[attr-defined]  # it is an attribute


def places(looks: Looks, paths: list[Path]) -> Iterator[str]:
    """Where in the modules something stands that looks so."""
    for path in paths:
        yield from (f"{shown(path)}:{node.lineno}" for node in walked(tree(path)) if looks(node))  # type: ignore[attr-defined]  # what looks so has a line


@pytest.mark.parametrize(
    ("looks", "homes"),
    [
        (connects, {DUCKDB}),
        (replaces, {FILES}),
        (locks, {FILES}),
        (quotes, {QUOTING}),
        (sends, {COURIER, DELIVERY, MONITOR}),
    ],
    ids=["connections", "replaced files", "locks", "quoting", "messages"],
)
def test_a_safeguard_stands_in_its_home_and_nowhere_else(looks: Looks, homes: set[str]) -> None:
    paths = modules("src", "demo/ayan_demo") if looks in (connects, quotes) else modules("src")
    assert set(places(looks, [ROOT / home for home in homes])), "the home itself is looked for in the right way"
    elsewhere = [spot for spot in places(looks, paths) if spot.rpartition(":")[0] not in homes]
    assert not elsewhere, f"use what stands in {', '.join(homes)}: {elsewhere}"


def test_servers_of_tests_end_with_their_threads() -> None:
    """One that is closed and not ended takes a processor from every test that follows."""
    assert set(places(serves, [ROOT / SERVING])), "the home itself is looked for in the right way"
    assert [spot for spot in places(serves, modules("tests")) if not spot.startswith(SERVING)] == []


def test_no_object_is_changed_behind_its_back() -> None:
    assert list(places(alters, modules("src"))) == []


@pytest.mark.parametrize(
    ("looks", "code"),
    [
        (alters, "preview.__dict__['store'] = store"),
        (alters, "del city.__dict__['store']"),
        (alters, "preview.__dict__.pop(room, None)"),
        (connects, "con = duckdb.connect(config={})"),
        (connects, "from duckdb import connect"),
        (replaces, "os.replace(draft, path)"),
        (replaces, "from shutil import move"),
        (replaces, "shutil.move(draft, path)"),
        (replaces, "os.rename(a, b, src_dir_fd=1)"),
        (replaces, "draft.replace(path)"),
        (replaces, "Path(name).rename(folder / 'x')"),
        (sends, "from django.core.mail import send_mail"),
        (sends, "from django.core.mail.message import EmailMessage"),
        (sends, "import smtplib"),
        (sends, "from smtplib import SMTP"),
        (sends, "from ayan.apps.outbox.sms_gateway import gateway"),
        (locks, "import fcntl"),
        (locks, "from fcntl import flock"),
        (quotes, """x = "'" + text.replace("'", "''") + "'" """),
        (quotes, """x = name.replace('"', '""')"""),
    ],
)
def test_every_way_round_a_safeguard_is_seen(looks: Looks, code: str) -> None:
    assert any(map(looks, ast.walk(ast.parse(code))))


@pytest.mark.parametrize(
    ("looks", "code"),
    [
        (replaces, "text.replace('a', 'b')"),
        (replaces, "replace(release, rows=1)"),
        (replaces, "moment.replace(tzinfo=UTC)"),
        (quotes, """text.replace("'", "’")"""),
        (connects, "signal.connect(receiver)"),
        (alters, "'_con' in self.__dict__"),
    ],
)
def test_nothing_else_is_taken_for_one(looks: Looks, code: str) -> None:
    assert not any(map(looks, ast.walk(ast.parse(code))))
