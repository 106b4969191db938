"""Every safeguard stands once: connections, replaced files, locks and quoting each have one home, and no copies."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.architecture.project_tree import modules, shown, tree, walked
from tests.architecture.true_names import TrueNames, is_true_name, true_names
from tests.conftest import ROOT

DUCKDB = "src/ayan/core/system/duckdb.py"
FILES = "src/ayan/core/system/files.py"
COURIER = "src/ayan/apps/outbox/courier.py"
DELIVERY = "src/ayan/apps/outbox/delivery.py"
# The command that watches other cities has no database and so no outbox.
MONITOR = "src/ayan/cli/monitor_message.py"
QUOTING = "src/ayan/core/values/sql.py"
# Formulas of a workbook name a sheet between such marks.
WORKBOOK = "src/ayan/core/refine/template.py"
SERVING = "tests/http_servers.py"

# A backup says by itself which of its files share their bytes, and which had to be copied.
SHARED_FILES = "src/ayan/core/continuity/folder_backup.py"
# What stands in the folder of the system for temporary files, which nobody sweeps, and why it may.
TEMPORARY = {
    "src/ayan/ui/assets.py": "built before there is a city",
    "src/ayan/config/settings/test.py": "a city of the tests",
    "src/ayan/cli/proposal.py": "whoever proposes a declaration need not have a city",
    "src/ayan/core/proposal/proposal.py": "the same",
    "src/ayan/core/transparency/monitor.py": "run by outsiders, who have no city",
    "src/ayan/core/transparency/verification.py": "the same",
}
# Who asks whether a process lives, which a process in another container cannot be asked.
PROCESSES = {
    "src/ayan/core/bucket/lease.py": "only of its own machine and its own numbers, which it tells apart",
    "src/ayan/config/worker_lease.py": "names a process by when it began, in a session of the database",
    "src/ayan/config/metrics.py": "the library names its files by processes and holds no lock of them",
}

Looks = Callable[[ast.AST, TrueNames], bool]


def _attribute(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names


def _says(node: ast.AST, names: TrueNames, *wanted: str) -> bool:
    """Whether a node is one of the wanted dotted names, or imports it, under whatever other name."""
    return any(is_true_name(name, frozenset(wanted)) for name in names.are(node))


def connects(node: ast.AST, names: TrueNames) -> bool:
    """``duckdb.connect``, and whatever else of DuckDB works: all but its types and errors, which begin with capitals."""
    for name in names.are(node):
        whole = name.removeprefix("ayan.core.system.duckdb.")
        if is_true_name(whole, frozenset({"duckdb.DuckDBPyConnection.connect", "duckdb.DuckDBPyConnection.__init__"})):
            return True
        if is_true_name(whole, frozenset({"duckdb.*", "_duckdb.*"})):
            rest = whole.rpartition("duckdb")[2].removeprefix(".").partition(".")[0]
            if rest == "*" or rest[:1].islower() or "_duckdb" in whole:
                return True
    return isinstance(node, ast.Call) and _says(node.func, names, "duckdb.DuckDBPyConnection")


def replaces(node: ast.AST, names: TrueNames) -> bool:
    """``os.replace``, ``shutil.move``, ``Path.rename``, and ``.replace(path)``: text and records take more, or names."""
    paths = [f"pathlib.{each}.{act}" for each in ("Path", "PosixPath") for act in ("rename", "replace")]
    if _says(node, names, "os.replace", "os.rename", "os.renames", "shutil.move", *paths):
        return True
    if not isinstance(node, ast.Call) or not _attribute(node.func, "rename", "replace"):
        return False
    given = [keyword.arg for keyword in node.keywords]
    return (len(node.args) == 1 and not given) or (not node.args and given == ["target"])


def locks(node: ast.AST, names: TrueNames) -> bool:
    """Anything of ``fcntl``."""
    return _says(node, names, "fcntl.*", "os.lockf") or _attribute(node, "flock", "lockf")


def flushes(node: ast.AST, names: TrueNames) -> bool:
    """A flush to the disk."""
    return _says(node, names, "os.fsync", "os.fdatasync", "os.sync", "os.open_sync")


def links(node: ast.AST, names: TrueNames) -> bool:
    """A second name for a file, or a name that leads to one."""
    return _says(node, names, "os.link", "os.symlink") or _attribute(node, "hardlink_to", "symlink_to")


def borrows(node: ast.AST, names: TrueNames) -> bool:
    """A file or folder of ``tempfile``, which nobody sweeps when its owner is killed."""
    return _says(node, names, "tempfile.*")


def watches(node: ast.AST, names: TrueNames) -> bool:
    """Whether a process of some number lives: ``/proc/<pid>``, ``os.kill(pid, 0)``, ``psutil``."""
    match node:
        case ast.Constant(value=str(text)) if text.startswith("/proc"):
            return not text.startswith(("/proc/self", "/proc/sys"))
        case ast.Call(func=called, args=[_, ast.Constant(value=0)]):
            return _says(called, names, "os.kill", "os.killpg")
    return _says(node, names, "psutil.*", "os.pidfd_open")


def numbers(node: ast.AST, names: TrueNames) -> bool:
    """A file called by the process or thread that writes it: processes in two containers have the same number."""
    inside: list[ast.AST] = []
    if isinstance(node, ast.JoinedStr):
        inside = [node]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add | ast.Mod):
        inside = [node.right]
    elif isinstance(node, ast.Call) and _attribute(node.func, "with_name", "with_suffix", "joinpath", "format"):
        inside = list(node.args)
    own = ("os.getpid", "threading.get_ident", "threading.get_native_id", "multiprocessing.current_process")
    return any(_says(below, names, *own) for each in inside for below in ast.walk(each))


def fills(node: ast.AST, _: TrueNames) -> bool:
    """A value put between two marks of SQL by hand. Constants are our own words, and days hold no mark."""
    if not isinstance(node, ast.JoinedStr):
        return False
    for before, value, after in zip(node.values, node.values[1:], node.values[2:], strict=False):
        match before, value, after:
            case ast.Constant(value=str(left)), ast.FormattedValue(value=filled), ast.Constant(value=str(right)):
                own = isinstance(filled, ast.Name | ast.Attribute) and _last(filled).strip("_").isupper()
                if left.endswith("'") and right.startswith("'") and not own and not left.endswith("DATE '"):
                    return True
    return False


def _last(name: ast.Name | ast.Attribute) -> str:
    return name.id if isinstance(name, ast.Name) else name.attr


def quotes(node: ast.AST, _: TrueNames) -> bool:
    """``.replace("'", "''")`` and its like for double quotes."""
    if not isinstance(node, ast.Call) or not _attribute(node.func, "replace") or len(node.args) != 2:
        return False
    old, new = (part.value if isinstance(part, ast.Constant) else None for part in node.args)
    return old in ("'", '"') and new == f"{old}{old}"


def sends(node: ast.AST, names: TrueNames) -> bool:
    """Mail by Django or by ``smtplib``, and the SMS gateway of a city."""
    gateway = "ayan.apps.outbox.sms_gateway.gateway"
    return _says(node, names, "smtplib.*", "django.core.mail.*", gateway)


def serves(node: ast.AST, _: TrueNames) -> bool:
    """A server of Python's own, told to answer."""
    return _attribute(node, "serve_forever")


def alters(node: ast.AST, _: TrueNames) -> bool:
    """What an object holds, changed from outside: ``.__dict__[…] = …``, ``.__dict__.update(…)`` and their like."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _attribute(node.value, "__dict__")
    return _attribute(node, "update", "pop", "setdefault", "clear") and _attribute(node.value, "__dict__")  # type: ignore[attr-defined]  # it is an attribute


def places(looks: Looks, paths: list[Path]) -> Iterator[str]:
    """Where in the modules something stands that looks so."""
    for path in paths:
        names = true_names(tree(path))
        yield from (f"{shown(path)}:{node.lineno}" for node in walked(tree(path)) if looks(node, names))  # type: ignore[attr-defined]  # what looks so has a line


def seen(looks: Looks, code: str) -> bool:
    """Whether something in a small module looks so."""
    module = ast.parse(code)
    names = TrueNames(module)
    return any(looks(node, names) for node in ast.walk(module))


HOMES: Mapping[Looks, set[str]] = {
    connects: {DUCKDB},
    replaces: {FILES},
    locks: {FILES},
    flushes: {FILES},
    links: {FILES, SHARED_FILES},
    borrows: set(TEMPORARY),
    watches: set(PROCESSES),
    quotes: {QUOTING},
    fills: {QUOTING, WORKBOOK},
    sends: {COURIER, DELIVERY, MONITOR},
}
NOWHERE: tuple[Looks, ...] = (numbers,)
# What the sample city is made with may replace and link what it made itself.
ALSO_IN_THE_SAMPLE: frozenset[Looks] = frozenset({connects, quotes})


@pytest.mark.parametrize("looks", [*HOMES, *NOWHERE], ids=lambda looks: looks.__name__)
def test_a_safeguard_stands_in_its_home_and_nowhere_else(looks: Looks) -> None:
    paths = modules("src", "demo/ayan_demo") if looks in ALSO_IN_THE_SAMPLE else modules("src")
    homes = HOMES.get(looks, set())
    spots = list(places(looks, paths))
    assert homes <= {spot.rpartition(":")[0] for spot in spots}, "each home is one, looked for in the right way"
    elsewhere = [spot for spot in spots if spot.rpartition(":")[0] not in homes]
    assert not elsewhere, f"use what stands in {', '.join(sorted(homes))}: {elsewhere}"


def test_servers_of_tests_end_with_their_threads() -> None:
    """One that is closed and not ended takes a processor from every test that follows."""
    assert set(places(serves, [ROOT / SERVING])), "the home itself is looked for in the right way"
    assert [spot for spot in places(serves, modules("tests")) if not spot.startswith(SERVING)] == []


def test_no_object_is_changed_behind_its_back() -> None:
    assert list(places(alters, modules("src"))) == []


WAYS_ROUND: tuple[tuple[Looks, str], ...] = (
    (alters, "preview.__dict__['store'] = store"),
    (alters, "del city.__dict__['store']"),
    (alters, "preview.__dict__.pop(room, None)"),
    (connects, "import duckdb\ncon = duckdb.connect(config={})"),
    (connects, "import duckdb as d\ncon = d.connect()"),
    (connects, "from duckdb import connect"),
    (connects, "from duckdb import connect as c"),
    (connects, "from duckdb import *"),
    (connects, "import duckdb as d\nd.sql('SELECT 1')"),
    (connects, "import duckdb\nduckdb.read_parquet(path)"),
    (connects, "import duckdb\nduckdb.DuckDBPyConnection()"),
    (connects, "from ayan.core.system.duckdb import duckdb as q\nq.connect()"),
    (connects, "from ayan.core.system import duckdb as own\nown.duckdb.connect()"),
    (connects, "import importlib\nd = importlib.import_module('duckdb')\nd.connect()"),
    (connects, "import duckdb\ngetattr(duckdb, 'connect')()"),
    (connects, "import duckdb\nopened = duckdb\nagain = opened.connect\nagain()"),
    (connects, "import _duckdb"),
    (replaces, "import os\nos.replace(draft, path)"),
    (replaces, "import os as o\no.replace(draft, path)"),
    (replaces, "from os import replace as put\nput(draft, path)"),
    (replaces, "from ayan.core.system.files import os\nos.rename(a, b)"),
    (replaces, "from shutil import move"),
    (replaces, "import shutil as s\ns.move(draft, path)"),
    (replaces, "import os\nos.rename(a, b, src_dir_fd=1)"),
    (replaces, "draft.replace(path)"),
    (replaces, "Path(draft).replace(target=path)"),
    (replaces, "from pathlib import Path\nPath.rename(a, b)"),
    (replaces, "from pathlib import Path as P\nlist(map(P.replace, drafts, paths))"),
    (replaces, "import pathlib as p\np.Path.rename(a, b)"),
    (replaces, "Path(name).rename(folder / 'x')"),
    (sends, "from django.core.mail import send_mail"),
    (sends, "from django.core import mail as m\nm.send_mail()"),
    (sends, "from django.core.mail.message import EmailMessage"),
    (sends, "import smtplib as s"),
    (sends, "from smtplib import SMTP"),
    (sends, "from ayan.apps.outbox.sms_gateway import gateway as g"),
    (sends, "from ayan.apps.outbox import sms_gateway as s\ns.gateway()"),
    (locks, "import fcntl as f"),
    (locks, "from fcntl import flock"),
    (locks, "from ayan.core.system.files import fcntl"),
    (flushes, "import os as o\no.fsync(handle)"),
    (flushes, "from os import fdatasync"),
    (flushes, "import os\nkeep = os.sync\nkeep()"),
    (links, "path.hardlink_to(draft)"),
    (links, "from os import link as second"),
    (links, "name.symlink_to(target)"),
    (borrows, "import tempfile as t\nt.mkstemp(dir=folder)"),
    (borrows, "from tempfile import TemporaryDirectory as T"),
    (borrows, "import importlib\nimportlib.import_module('tempfile').mkdtemp()"),
    (watches, "from pathlib import Path\nPath('/proc', name).exists()"),
    (watches, "stat = f'/proc/{pid}/stat'"),
    (watches, "from os import kill as k\nk(pid, 0)"),
    (watches, "import psutil"),
    (numbers, "import os\ndraft = folder / f'secret_key.{os.getpid()}'"),
    (numbers, "from os import getpid as me\nspill = folder / str(me())"),
    (numbers, "import threading as t\ndraft = path.with_name('.x.%d.draft' % t.get_ident())"),
    (numbers, "import os\ndraft = path.with_suffix(str(os.getpid()))"),
    (quotes, """x = "'" + text.replace("'", "''") + "'" """),
    (fills, """f"WHERE code = '{code}'\""""),
    (fills, """f"SELECT '{number}' AS _cause, '{KIND}' AS kind\""""),
    (quotes, """x = name.replace('"', '""')"""),
)
NO_WAYS_ROUND: tuple[tuple[Looks, str], ...] = (
    (replaces, "text.replace('a', 'b')"),
    (replaces, "from dataclasses import replace\nreplace(release, rows=1)"),
    (replaces, "moment.replace(tzinfo=UTC)"),
    (replaces, "from ayan.core.system.files import rename\nrename(draft, path)"),
    (quotes, """text.replace("'", "’")"""),
    (connects, "signal.connect(receiver)"),
    (connects, "import duckdb\ntry: f()\nexcept duckdb.Error: pass"),
    (connects, "from ayan.core.system.duckdb import confined\nconfined()"),
    (connects, "from ayan.core.system import duckdb\nduckdb.confined()"),
    (connects, "from ayan.core.query.engines.duckdb import DuckDBEngine"),
    (flushes, "from ayan.core.system.files import flush\nflush(path)"),
    (links, "from ayan.core.system.files import link\nlink(a, b)"),
    (watches, "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)"),
    (watches, "open('/proc/self/statm')"),
    (numbers, "import os\nwords = ['--parent', str(os.getpid())]"),
    (fills, """f"WHERE code = {literal(code)} AND '{_OWN_WORD}' <> '' AND day > DATE '{day}'\""""),
    (fills, """f"no such file: {path}\""""),
    (alters, "'_con' in self.__dict__"),
)


@pytest.mark.parametrize(("looks", "code"), WAYS_ROUND)
def test_every_way_round_a_safeguard_is_seen(looks: Looks, code: str) -> None:
    assert seen(looks, code)


@pytest.mark.parametrize(("looks", "code"), NO_WAYS_ROUND)
def test_nothing_else_is_taken_for_one(looks: Looks, code: str) -> None:
    assert not seen(looks, code)


def test_every_safeguard_is_tried_on_a_small_module() -> None:
    assert {*HOMES, *NOWHERE} <= {looks for looks, _ in WAYS_ROUND}
