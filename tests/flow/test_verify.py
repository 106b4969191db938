"""ayan verify against a live portal and a folder: what stands holds, and each thing that is changed is named."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Lock
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.wsgi import get_wsgi_application
from tests.apps.small_city import build, publish, sheet
from tests.core.ledger.signing_again import sign_again
from tests.http_servers import answering

from ayan.cli import main
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.proof import parse_proof
from ayan.core.publish.erasure import erase
from ayan.core.transparency.entries.original_deletion import OriginalDeleted, commitment_of
from ayan.core.transparency.limits import ASKED_AT_ONCE
from ayan.wiring import city, ledger
from ayan.wiring.city import City


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


def put_back(kept: bytes, _: bytes) -> bytes:
    return kept


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


@pytest.fixture
def portal(town: City) -> Iterator[str]:
    with answering(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def verify(town: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, str]]]:
    key = tmp_path / "vkey"
    shutil.copy(town.home / "ledger" / "vkey", key)

    def run(source: str | Path, *more: str | Path) -> tuple[int, dict[str, str]]:
        capsys.readouterr()
        code = main.run(["verify", str(source), "--key", str(key), "--format", "json", *map(str, more)])
        said = capsys.readouterr()
        assert code != 2, said.err
        report = json.loads(said.out)
        return code, {finding["where"]: finding["en"] for finding in report["findings"] if finding["level"] == "broken"}

    return run


def change(path: Path, alter: Callable[[bytes], bytes]) -> None:
    mode = path.stat().st_mode
    path.chmod(0o644)
    path.write_bytes(alter(path.read_bytes()))
    path.chmod(mode)


def flip(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_what_stands_holds(verify: Callable[..., tuple[int, dict[str, str]]], portal: str) -> None:
    assert verify(portal) == (0, {})


def test_several_addresses_are_asked_for_at_once_and_told_in_order(
    portal: str, town: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a portal that takes its time for each answer, the first longest, as if it answered at once."""
    for year in range(1397, 1402):
        publish(town, sheet(3, year=year), str(year), f"works-{year}.csv")
    for period in ("1397", "1400"):
        change(town.release_store.release("works", period, 1).parts()[0], flip)
    key = tmp_path / "vkey"
    shutil.copy(town.home / "ledger" / "vkey", key)

    def findings_of(address: str) -> list[dict[str, str]]:
        capsys.readouterr()
        assert main.run(["verify", address, "--key", str(key), "--format", "json", "--seed", "5"]) == 1
        findings: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"]
        return findings

    at_once = findings_of(portal)
    with _slow_server() as slow:
        assert findings_of(slow.address) == at_once
    assert 1 < slow.most <= ASKED_AT_ONCE
    assert slow.kept_waiting < slow.slept * 0.6, "the waiting was shared"


@contextmanager
def _slow_server() -> Iterator[_SlowSite]:
    site = _SlowSite()
    with answering(make_server("127.0.0.1", 0, site, server_class=_Threads, handler_class=_Quiet)) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        yield site


class _Threads(ThreadingMixIn, WSGIServer):
    """A thread for each connection."""


class _SlowSite:
    """The site, which waits before each answer, and counts how many wait at the same time.

    ``slept`` are the seconds that all answers waited together, ``kept_waiting`` those in which any waited.
    """

    def __init__(self) -> None:
        self.address = ""
        self.slept = self.kept_waiting = 0.0
        self.most = 0
        self._waiting = 0
        self._since = self._took = 0.0
        self._lock = Lock()
        self._site = get_wsgi_application()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        began = time.monotonic()
        with self._lock:
            self._since = self._since if self._waiting else began
            self._waiting += 1
            self.most = max(self.most, self._waiting)
            # Longer than a few answers take on however busy a machine: else one would wait after the other.
            pause = max(0.2 if self.slept < 4 else 0.05, 4 * self._took)
        time.sleep(pause)
        with self._lock:
            now = time.monotonic()
            self.slept += now - began
            self._waiting -= 1
            self.kept_waiting += 0.0 if self._waiting else now - self._since
            # The site itself answers one at a time, as its queue has it.
            answer = [b"".join(self._site(environ, start))]
            self._took = time.monotonic() - now
            return answer


def test_each_change_is_named(verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City) -> None:
    release = town.release_store.release("works", "1403", 2)
    (part,) = release.parts()
    kept = part.read_bytes()

    def one_cell(_: bytes) -> bytes:
        table = pq.read_table(part)
        amounts: list[Any] = table["amount"].to_pylist()
        amounts[3] += 1
        at = table.schema.get_field_index("amount")
        out = pa.BufferOutputStream()
        pq.write_table(table.set_column(at, table.schema.field(at), pa.array(amounts, table["amount"].type)), out)
        return out.getvalue().to_pybytes()

    change(part, one_cell)
    code, wrong = verify(portal)
    assert code == 1
    assert "works/1403/2/data-0000.parquet" in wrong
    change(part, lambda _: kept)
    assert verify(portal) == (0, {})

    manifest = release.folder / "datapackage.json"
    kept = manifest.read_bytes()
    change(manifest, lambda data: data.replace(b'"sent_by"', b'"sent_bY"'))
    code, wrong = verify(portal)
    assert code == 1
    assert any(where.startswith("works/1403/2") for where in wrong), wrong
    change(manifest, lambda _: kept)

    for name in ("tile/0/000.p/4", "tile/entries/000.p/4", "checkpoint"):
        piece = town.home / "ledger" / name
        kept = piece.read_bytes()
        change(piece, flip)
        code, wrong = verify(portal)
        assert code == 1, name
        assert all(where.startswith("log") for where in wrong)
        assert wrong
        change(piece, partial(put_back, kept))
    assert verify(portal) == (0, {})


def test_a_changed_index_is_named(verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City) -> None:
    (path,) = town.index_store.files(town.release_store.snapshot("works"))
    other = path.with_suffix(".copy")
    shutil.copy(path, other)
    with duckdb.connect(str(other)) as con:
        con.execute("UPDATE rows SET amount = amount + 1 WHERE number = 'C-002'")
        con.execute("CHECKPOINT")
    other.replace(path)
    code, wrong = verify(portal)
    assert code == 1
    apart = "2 rows that the portal answers with are not those of the releases."
    assert wrong["works/rows"] == wrong["api/v1/datasets/works/rows.csv"] == apart


def test_an_older_log_is_named(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    newer.write_bytes((town.home / "ledger" / "checkpoint").read_bytes())
    assert verify(portal, "--since", newer) == (0, {})
    forked = tmp_path / "other"
    other = build(forked)
    other.transparency_log.log.append(b"{}")
    shutil.copy(forked / "ledger" / "checkpoint", newer)
    code, wrong = verify(portal, "--since", newer)
    assert code == 1
    assert "does not continue" in wrong["log"]


def test_a_log_that_was_put_back_is_named(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    folder, newer = town.home / "ledger", tmp_path / "newer"
    older = shutil.copytree(folder, tmp_path / "older")
    publish(town, sheet(4, year=1404), "1404", "works-1404.csv")
    newer.write_bytes((folder / "checkpoint").read_bytes())
    shutil.rmtree(folder)
    shutil.copytree(older, folder)
    code, wrong = verify(portal, "--since", newer)
    assert code == 1
    assert wrong["log"] == "The log does not continue what you saw before: a log of 5 leaves."
    assert wrong["works/1404/1"] == "It is shown, and the log does not have it."
    # The release taken away as well: only who kept the newer checkpoint can tell.
    shutil.rmtree(town.store / "releases" / "works" / "1404")
    assert verify(portal) == (0, {})
    assert verify(portal, "--since", newer)[1].keys() == {"log"}


def test_a_former_key_vouches_for_a_kept_checkpoint_and_for_nothing_else(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    kept, old, new = tmp_path / "kept", tmp_path / "old", tmp_path / "new"
    for name, target in (("checkpoint", kept), ("vkey", old)):
        shutil.copy(town.home / "ledger" / name, target)
    # As earlier versions changed keys, without a leaf that says so.
    log = ledger.reading(town.home)
    assert log is not None
    assert log.verifier is not None
    signer = Signer.generate(log.origin)
    sign_again(Log(log.folder, log.origin, signer, former=[log.verifier]))
    ledger.put_key(town.home, signer.verifier, [log.verifier])
    shutil.copy(town.home / "ledger" / "vkey", new)
    words = ["verify", portal, "--since", str(kept), "--key"]
    assert main.run([*words, str(new)]) == 1
    assert main.run([*words, str(new), "--former", str(old)]) == 0
    assert main.run([*words, str(old), "--former", str(old)]) == 1


def test_a_release_without_a_leaf_is_named(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City
) -> None:
    there = town.store / "releases" / "works" / "1403"
    shutil.copytree(there / "2", there / "3")
    manifest = there / "3" / "datapackage.json"
    change(manifest, lambda data: data.replace(b'"number": 2', b'"number": 3'))
    code, wrong = verify(portal)
    assert code == 1
    assert wrong["works/1403/3"] == "It is shown, and the log does not have it."


def test_a_proof_is_checked_without_the_portal(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    from urllib.request import urlopen

    file = tmp_path / "row.tlog-proof"
    with urlopen(f"{portal}/log/proof/works/1403/2/3") as answer:
        file.write_bytes(answer.read())
    assert verify(file) == (0, {})
    file.write_bytes(file.read_bytes().replace(b"index ", b"index 1"))
    code, wrong = verify(file)
    assert code == 1
    assert wrong


def test_a_downloaded_file_is_checked_by_the_proof_of_its_release(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    from urllib.request import urlopen

    of = f"{portal}/api/v1/datasets/works/releases/1403/2"
    for name in ("datapackage.json", "data-0000.parquet"):
        with urlopen(f"{of}/{name}") as answer:
            (tmp_path / name).write_bytes(answer.read())
    # Whatever name it was saved under.
    proof, file = tmp_path / "proof.txt", tmp_path / "data-0000.parquet"
    with urlopen(f"{portal}/log/proof/works/1403/2/3") as answer:
        proof.write_bytes(answer.read())
    assert verify(file, "--proof", str(proof)) == (0, {})
    assert verify(file.with_name("datapackage.json"), "--proof", str(proof)) == (0, {})
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert verify(file, "--proof", str(proof)) == (1, {file.name: "It is none of the release's files."})
    file.write_bytes(whole)
    manifest = file.with_name("datapackage.json")
    manifest.write_bytes(manifest.read_bytes().replace(b"sha256:", b"sha256:0", 1))
    assert verify(file, "--proof", str(proof)) == (1, {manifest.name: "The manifest is not the sealed one."})
    manifest.unlink()
    assert main.run(["verify", str(file), "--proof", str(proof), "--key", str(town.home / "ledger" / "vkey")]) == 2
    assert main.run(["verify", str(file)]) == 2


def test_what_cannot_be_reached_is_no_verdict(
    verify: Callable[..., tuple[int, dict[str, str]]], tmp_path: Path
) -> None:
    assert main.run(["verify", str(tmp_path / "nothing")]) == 2
    assert main.run(["verify", "http://127.0.0.1:9"]) == 2


def test_after_an_erasure_everything_else_still_holds(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City, tmp_path: Path
) -> None:
    from urllib.request import urlopen

    before = tmp_path / "before"
    before.write_bytes((town.home / "ledger" / "checkpoint").read_bytes())
    release = town.release_store.release("works", "1403", 2)
    erase(town.publish_context, release, {5}, "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    assert verify(portal, "--since", before) == (0, {})
    for row in (4, 5, 6):
        file = tmp_path / f"{row}.tlog-proof"
        with urlopen(f"{portal}/log/proof/works/1403/2/{row}") as answer:
            file.write_bytes(answer.read())
        code, wrong = verify(file)
        assert code == (row == 5), "without text and salt a row is not proved"
        assert all("Not proved" in words for words in wrong.values())
    shown = [
        str((parse_proof((tmp_path / f"{row}.tlog-proof").read_bytes()).extra or b"").count(b"C-00"))
        for row in (4, 5, 6)
    ]
    assert shown == ["1", "0", "1"], "an erased row shows nothing but its blinded hash"


def test_the_bytes_from_before_an_erasure_are_found_out(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City
) -> None:
    before = town.release_store.release("works", "1403", 2)
    (part,) = before.parts()
    kept = part.read_bytes()
    after = erase(town.publish_context, before, {5}, "court-order", "ناظر ساختگی", dataset=town.registry.get("works"))
    change(after.parts()[0], lambda _: kept)
    code, wrong = verify(portal)
    assert code == 1
    assert "works/1403/2/data-0000.e1.parquet" in wrong


def test_an_original_that_ended_as_declared_holds_and_a_false_end_is_named(
    verify: Callable[..., tuple[int, dict[str, str]]], portal: str, town: City
) -> None:
    releases = [release for release in town.release_store.releases("works") if release.period == "1403"]
    deletions = [
        OriginalDeleted(
            at="2029-09-01T00:00:00.000Z",
            dataset="works",
            period="1403",
            number=release.number,
            commitment=commitment_of(release.manifest),
            rule="city:P5Y",
        )
        for release in releases
    ]
    town.transparency_log.enter([deletion.leaf for deletion in deletions])
    assert verify(portal) == (0, {})
    false = replace(deletions[-1], commitment="ab" * 32)
    size = town.transparency_log.log.size
    town.transparency_log.log.append_all([false.leaf, replace(deletions[0], number=99).leaf])
    code, broken = verify(portal)
    assert code == 1
    assert {f"log/{size}", f"log/{size + 1}"} <= broken.keys()
