"""ayan mirror against a city that is really served: what it takes, what it refuses, and what a kill leaves behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import duckdb
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from tests.apps.small_city import build, publish, sheet
from tests.conftest import ROOT
from tests.http_servers import answering

from ayan.cli import main
from ayan.core.harvest import mirror_source
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, Signer, parse_note
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.values.canonical import sha256_file
from ayan.wiring import city, key_change, ledger
from ayan.wiring.city import City

VERIFIER = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"
DATA = "api/v1/datasets/works/releases"
Mirror = Callable[..., tuple[int, dict[str, object]]]


ASKED: list[tuple[str, str]] = []
"""What the portal was asked for, and the status of each answer."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


LIES: dict[str, Callable[[str], bytes | None]] = {}
"""What is said in the place of the truth, by how paths begin; None where the portal says that there is nothing."""


def lying(environ: dict[str, Any], start: Any) -> Any:
    """The whole site, which writes down what it is asked for and lies where it was told to."""

    def starting(status: str, headers: Any, fault: Any = None) -> Any:
        ASKED.append((environ["PATH_INFO"], status[:3]))
        return start(status, headers, fault)

    path = environ["PATH_INFO"]
    lie = next((each for beginning, each in LIES.items() if path.startswith(beginning)), None)
    if lie is None:
        return get_wsgi_application()(environ, starting)
    body = lie(path)
    starting("404 Not Found" if body is None else "200 OK", [("Content-Type", "application/octet-stream")])
    return slow(body) if path.startswith("/log/tile/") and body == b"x" * 60 else [body or b""]


def slow(body: bytes) -> Iterator[bytes]:
    """A byte at a time."""
    for byte in body:
        yield bytes([byte])
        time.sleep(0.25)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    monkeypatch.setattr(mirror_source, "PAUSES", ())
    return test_city


@pytest.fixture
def portal(town: City) -> Iterator[str]:
    with answering(make_server("127.0.0.1", 0, lying, handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"
    LIES.clear()


@pytest.fixture
def key(town: City, tmp_path: Path) -> Path:
    return Path(shutil.copy(town.home / "ledger" / "vkey", tmp_path / "vkey"))


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


def state_of(folder: Path) -> dict[str, str]:
    """Every file of a state by its path, with its digest."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_file(path) for path in files}


def piece(log: Log, path: str) -> bytes:
    """What is served of a log."""
    return log.resource(path.removeprefix("/log/"))


def altered(original: bytes) -> bytes:
    """The same with one bit turned."""
    return original[:-9] + bytes([original[-9] ^ 1]) + original[-8:]


def truth(path: str) -> bytes:
    """What the portal says without a lie."""
    return b"".join(Client().get(path))


def test_one_byte_that_is_another_and_one_file_that_is_missing_are_refused(
    town: City, portal: str, mirror: Mirror, key: Path, tmp_path: Path
) -> None:
    current = tmp_path / "mirror" / "current"
    assert mirror(portal)[0] == 0
    before = state_of(current)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    own = f"/{DATA}/1405/1"
    manifest = json.loads(truth(f"{own}/datapackage.json"))
    names = [each["path"] for each in (*manifest["resources"], *manifest["ayan"]["commitments"]["files"])]
    size = int(truth("/log/checkpoint").split()[1])
    pieces = [f"/log/tile/entries/000.p/{size}", f"/log/tile/0/000.p/{size}"]
    for path in [f"{own}/datapackage.json", *(f"{own}/{name}" for name in names), *pieces, "/log/checkpoint"]:
        there = truth(path)
        for lie, words in (((lambda _, there=there: altered(there)), "altered"), ((lambda _: None), "missing")):
            LIES[path] = lie
            code, said = mirror(portal)
            LIES.clear()
            expected = 2 if path == "/log/checkpoint" and words == "missing" else 1
            assert (code, state_of(current)) == (expected, before), (path, words, said)
            assert said["fa"]
            assert said["en"]
    assert mirror(portal)[0] == 0
    verified(current, key)


def test_a_second_log_and_an_old_state_are_refused_and_kept(
    town: City, portal: str, mirror: Mirror, tmp_path: Path
) -> None:
    """Another tree as large, a larger one, a smaller one, and a state of then that was honestly signed."""
    current, ledger_folder = tmp_path / "mirror" / "current", town.home / "ledger"
    then = tmp_path / "then"
    shutil.copytree(ledger_folder, then)
    assert mirror(portal)[0] == 0
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert mirror(portal)[0] == 0
    before, kept = state_of(current), (current / "log" / "checkpoint").read_bytes()
    signer = ledger.signing(town.home, town.home / "store", demo=True)
    codes = []
    for number, leaves in enumerate(([], [b"{}"], [b"{}"] * 7)):
        other = tmp_path / f"other-{number}"
        shutil.copytree(then, other)
        second = Log(other, signer.name, signer)
        if leaves:
            second.append_all(leaves)
        LIES["/log/"] = partial(piece, second)
        code, said = mirror(portal)
        assert (code, state_of(current)) == (1, before)
        (evidence,) = (tmp_path / "mirror" / "evidence").glob(f"{said['code']}-*")
        assert (evidence / "kept").read_bytes() == kept
        assert (evidence / "shown").read_bytes() == second.checkpoint()
        codes.append(said["code"])
        shutil.rmtree(tmp_path / "mirror" / "evidence")
        assert mirror(portal, "--accept", "4")[1]["code"] == said["code"], "nobody can accept that"
        shutil.rmtree(tmp_path / "mirror" / "evidence")
    assert codes == ["rollback", "fork", "fork"]


def test_what_was_erased_goes_also_where_the_rest_cannot_be_taken(
    town: City, portal: str, mirror: Mirror, key: Path, tmp_path: Path
) -> None:
    current = tmp_path / "mirror" / "current"
    assert mirror(portal)[0] == 0
    old = sorted((current / DATA / "1403/2").glob("*.parquet"))
    digests = {sha256_file(path) for path in old}
    release = town.release_store.release("works", "1403", 2)
    erase(town.publish_context, release, {5}, "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    LIES[f"/{DATA}/1405/1/"] = lambda _: None
    code, said = mirror(portal)
    assert (code, said["code"]) == (1, "release")
    assert not digests & set(state_of(tmp_path / "mirror").values()), "what was erased is nowhere in the mirror"
    assert (current / DATA / "1403/1/datapackage.json").exists(), "the rest stands"
    LIES.clear()
    code, said = mirror(portal)
    assert (code, said["came"], said["erased"]) == (0, ["works/1405/1"], ["works/1403/2"])
    verified(current, key)


def test_a_log_that_was_accepted_binds_though_its_state_could_not_be_taken(
    town: City, portal: str, mirror: Mirror, tmp_path: Path
) -> None:
    then = tmp_path / "then"
    shutil.copytree(town.home / "ledger", then)
    assert mirror(portal)[0] == 0
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    LIES[f"/{DATA}/1405/1/"] = lambda _: None
    assert mirror(portal)[1]["code"] == "release"
    signer = ledger.signing(town.home, town.home / "store", demo=True)
    second = Log(then, signer.name, signer)
    LIES["/log/"] = partial(piece, second)
    assert mirror(portal)[1]["code"] == "rollback"
    second.append_all([b"{}"])
    assert mirror(portal, "--accept", "4")[1]["code"] == "fork"
    LIES.clear()
    assert mirror(portal)[0] == 0


def test_cosignatures_that_came_are_not_lost_to_an_older_note(
    town: City, portal: str, mirror: Mirror, tmp_path: Path
) -> None:
    assert mirror(portal)[0] == 0
    bare = (town.home / "ledger" / "checkpoint").read_bytes()
    witness = Signer.generate("witness.example", COSIGNATURE)
    log = ledger.writing(town.home, town.home / "store", demo=True)
    note = parse_note(log.checkpoint())
    log.cosign(note.text, [witness.sign(note.text, int(town.clock.now().timestamp()))])
    assert mirror(portal)[1]["changed"] is True
    kept = (tmp_path / "mirror" / "current" / "log" / "checkpoint").read_bytes()
    assert len(parse_note(kept).signatures) == 2
    LIES["/log/checkpoint"] = lambda _: bare
    assert mirror(portal)[1]["changed"] is False
    assert (tmp_path / "mirror" / "current" / "log" / "checkpoint").read_bytes() == kept


def test_a_change_of_the_key_is_followed_and_another_key_is_not(
    town: City, portal: str, mirror: Mirror, key: Path, tmp_path: Path
) -> None:
    assert mirror(portal)[0] == 0
    key_change.rotate(town, tmp_path / "new.key")
    code, said = mirror(portal)
    assert (code, said["changed"]) == (0, True)
    assert (tmp_path / "mirror" / "current" / "log" / "vkey").read_bytes() != key.read_bytes()
    assert mirror(portal)[1]["changed"] is False
    key.write_text(f"{Signer.generate('elsewhere.example').verifier}\n")
    code, said = mirror(portal)
    assert (code, said["code"]) == (1, "checkpoint"), "though nothing is new"


def test_who_sends_a_byte_at_a_time_is_hung_up_on(portal: str, mirror: Mirror) -> None:
    LIES["/log/tile/"] = lambda _: b"x" * 60
    began = time.monotonic()
    code, said = mirror(portal, "--time", "2")
    assert (code, said["code"]) == (3, "too-slow")
    assert time.monotonic() - began < 10


def test_limits_and_a_silent_portal_leave_the_mirror_as_it_was(
    town: City, portal: str, mirror: Mirror, tmp_path: Path
) -> None:
    code, said = mirror(portal, "--size", "9K")
    assert (code, said["code"]) == (3, "too-large")
    assert not (tmp_path / "mirror" / "current").exists()
    assert mirror(portal)[0] == 0
    before = state_of(tmp_path / "mirror" / "current")
    LIES["/log/checkpoint"] = lambda _: b"what is this?"
    assert mirror(portal)[1]["code"] == "checkpoint"
    assert mirror("http://127.0.0.1:9")[0] == 2
    (tmp_path / "mirror" / "notes.txt").write_text("mine")
    assert mirror(portal)[1]["code"] == "not-a-mirror"
    assert state_of(tmp_path / "mirror" / "current") == before


def test_a_mirror_is_a_portal_for_others_and_damage_of_its_own_is_named(
    portal: str, mirror: Mirror, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mirror(portal)[0] == 0
    current = tmp_path / "mirror" / "current"
    words = ["mirror", str(current), str(tmp_path / "second"), "--key", str(key), "--format", "json"]
    assert main.run(words) == 0
    assert state_of(tmp_path / "second" / "current") == state_of(current)
    assert main.run(["verify", str(current), "--key", str(key)]) == 0
    capsys.readouterr()
    (bundle,) = (current / "log" / "tile" / "entries").rglob("4")
    bundle.write_bytes(altered(bundle.read_bytes()))
    LIES["/log/checkpoint"] = lambda _: b""
    assert mirror(portal)[1]["code"] == "own-damage"


def test_plain_duckdb_reads_it(portal: str, mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mirror(portal)[0] == 0
    monkeypatch.chdir(tmp_path / "mirror" / "current")
    with duckdb.connect() as connection:
        connection.execute(Path("tables.sql").read_text(encoding="utf-8"))
        assert connection.execute("SELECT count(*), sum(amount) FROM works").fetchone() == (60, 1_830_000_000)
