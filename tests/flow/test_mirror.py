"""ayan mirror against a city that is really served: what it takes, what it refuses, and what a kill leaves behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import duckdb
import pytest
from django.core.wsgi import get_wsgi_application
from tests.apps.small_city import build, publish, sheet
from tests.conftest import ROOT

from ayan.cli import main
from ayan.core.harvest import mirror_source
from ayan.core.publish.sealing import withdraw
from ayan.wiring import city
from ayan.wiring.city import City

VERIFIER = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"
DATA = "api/v1/datasets/works/releases"
Mirror = Callable[..., tuple[int, dict[str, object]]]


ASKED: list[tuple[str, str]] = []
"""What the portal was asked for, and the status of each answer."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


def counting(environ: dict[str, Any], start: Any) -> Any:
    """The whole site, which writes down what it is asked for."""

    def starting(status: str, headers: Any, fault: Any = None) -> Any:
        ASKED.append((environ["PATH_INFO"], status[:3]))
        return start(status, headers, fault)

    return get_wsgi_application()(environ, starting)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    monkeypatch.setattr(mirror_source, "PAUSES", ())
    return test_city


@pytest.fixture
def portal(town: City) -> Iterator[str]:
    with make_server("127.0.0.1", 0, counting, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def key(town: City, tmp_path: Path) -> Path:
    return shutil.copy(town.home / "ledger" / "vkey", tmp_path / "vkey")


@pytest.fixture
def mirror(key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Mirror:
    """One run: how it ended, and what it said."""

    def run(source: object, *more: str) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        ASKED.clear()
        words = ["mirror", str(source), str(tmp_path / "mirror"), "--key", str(key), "--format", "json", *more]
        code = main.run(words)
        return code, json.loads(capsys.readouterr().out)

    return run


def verified(folder: Path, key: Path) -> int:
    """What the one file says of a folder: 0 or 3 where all of it holds."""
    done = subprocess.run(
        [sys.executable, str(VERIFIER), str(folder), "--key", str(key)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return done.returncode


def asked(part: str) -> list[str]:
    return [path for path, _ in ASKED if part in path]


def test_a_city_is_followed_from_nothing_and_then_from_where_it_was(
    town: City, portal: str, mirror: Mirror, key: Path, tmp_path: Path
) -> None:
    current = tmp_path / "mirror" / "current"
    code, said = mirror(portal)
    assert (code, said["came"], said["went"]) == (0, ["works/1403/1", "works/1403/2"], [])
    verified(current, key)
    assert json.loads((current / DATA / "1402/1/tombstone.json").read_text())["code"] == "wrong-data"
    # Nothing new costs one question.
    code, said = mirror(portal)
    assert (code, said["changed"], ASKED) == (0, False, [("/log/checkpoint", "304")])
    release = publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    code, said = mirror(portal)
    assert (code, said["came"]) == (0, ["works/1405/1"])
    assert {path.partition("/releases/")[2].split("/")[0] for path in asked("/releases/")} == {"1405"}
    verified(current, key)
    withdraw(town.publish_context, release, "wrong-data", "ناظر ساختگی")
    code, said = mirror(portal)
    assert (code, said["went"]) == (0, ["works/1405/1"])
    assert [path.name for path in (current / DATA / "1405/1").iterdir()] == ["tombstone.json"]
    verified(current, key)
    left = [path for path in (tmp_path / "mirror").rglob("*.parquet") if "1405" in path.as_posix()]
    assert not left, "the bytes of what was withdrawn are nowhere in the mirror"


def test_plain_duckdb_reads_it(portal: str, mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mirror(portal)[0] == 0
    monkeypatch.chdir(tmp_path / "mirror" / "current")
    with duckdb.connect() as connection:
        connection.execute(Path("tables.sql").read_text(encoding="utf-8"))
        assert connection.execute("SELECT count(*), sum(amount) FROM works").fetchone() == (60, 1_830_000_000)
