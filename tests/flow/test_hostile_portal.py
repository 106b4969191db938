"""ayan verify where whoever holds the log's key means ill: it says what is wrong, and does nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import ROOT

from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency import verification
from ayan.core.transparency.evidence import Folder
from ayan.core.values.canonical import canonical_json, sha256_file, sha256_hex

SIGNER = Signer("log.elsewhere.example", bytes(range(32)))
AT = "2026-03-01T08:00:00.000Z"
RELEASE = "api/v1/datasets/works/releases/1403/1"
HELD = 1_000_000_000
"""Bytes that no process of the command may reach: DuckDB and Python take a few hundred million by themselves."""

MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Portal:
    """A folder laid out as a portal is served, whose every word is signed by its own key."""

    root: Path

    def states(self, **changed: Any) -> None:
        """Enter a leaf about a release, with whatever members the test wants."""
        facts: dict[str, Any] = {
            "act": "sealed", "at": AT, "dataset": "works", "period": "1403", "number": 1, "manifest": "0" * 64,
            "rows": 1, "rows_root": "0" * 64, "supersedes": None, "code": None, "reason_digest": None, "voids": None,
        }  # fmt: skip
        self.enters(canonical_json(facts | changed))

    def enters(self, leaf: bytes) -> None:
        Log(self.root / "log", SIGNER.name, SIGNER).append(leaf)

    def seals(self, manifest: bytes, files: Mapping[str, bytes] = {}, **changed: Any) -> None:
        """Put a release in its place and state it, whatever its manifest is."""
        folder = self.root / RELEASE
        folder.mkdir(parents=True)
        (folder / "datapackage.json").write_bytes(manifest)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        self.states(manifest=sha256_hex(manifest), **changed)


@dataclass(frozen=True)
class Verdict:
    """How `ayan verify` ended: its exit code, what it found broken, the most memory one of its processes held."""

    code: int
    broken: Mapping[str, str]
    held: int


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path / "portal")


@pytest.fixture
def verify(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Verdict]:
    """The command in this process."""
    aside = tmp_path / "aside"
    monkeypatch.setattr(tempfile, "tempdir", str(aside))

    def run() -> Verdict:
        aside.mkdir()
        report = verification.verify(Folder(portal.root), Policy.of(SIGNER.verifier))
        assert not list(aside.iterdir()), "nothing stays behind"
        broken = {finding.where: finding.what.en for finding in report.findings if finding.level == "broken"}
        return Verdict(int(not report.holds), broken, 0)

    return run


@pytest.fixture
def measured(portal: Portal, tmp_path: Path) -> Callable[[], Verdict]:
    """The command as it is run, whose processes are watched."""

    def run() -> Verdict:
        key = tmp_path / "vkey"
        key.write_text(str(SIGNER.verifier))
        done = subprocess.run(
            [
                *(sys.executable, "-c", MEASURED, sys.executable, "-m", "ayan.cli.main"),
                *("verify", str(portal.root), "--key", str(key), "--format", "json"),
            ],
            cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in (0, 1), done.stderr
        findings = json.loads(done.stdout)["findings"]
        broken = {finding["where"]: finding["en"] for finding in findings if finding["level"] == "broken"}
        return Verdict(done.returncode, broken, int(done.stderr.splitlines()[-1]))

    return run


def manifest(rows: int = 1, **changed: Any) -> bytes:
    facts = {
        "dataset": "works", "period": "1403", "number": 1, "rows": rows, "totals": {}, "commitments": None,
        "sealed_at": AT, "supersedes": None, "approvals": [], "content": None, "sent_by": "x",
    }  # fmt: skip
    return json.dumps({"resources": [], "ayan": facts, "created": AT, "version": "1.0.0"} | changed).encode()


def named(path: Path, **changed: Any) -> dict[str, Any]:
    return {"path": path.name, "bytes": path.stat().st_size, "hash": f"sha256:{sha256_file(path)}"} | changed


@pytest.mark.parametrize(
    "changed",
    [
        {"period": "/{planted}/period"}, {"period": "../../{planted}"}, {"dataset": "../{planted}"}, {"dataset": "a/b"},
        {"number": "1/../../{planted}"}, {"number": True}, {"number": 0}, {"number": 10**9},
        {"rows": -1}, {"rows": "1"}, {"manifest": "0" * 63}, {"manifest": None}, {"rows_root": "x"}, {"at": "today"},
        {"at": "2026-03-01T08:00:00"}, {"code": "a\u001b[2J"}, {"voids": 0}, {"supersedes": "1"}, {"period": ["1403"]},
    ],
)  # fmt: skip
def test_a_leaf_that_no_city_writes_is_named_and_leads_nowhere(
    portal: Portal, verify: Callable[[], Verdict], tmp_path: Path, changed: dict[str, Any]
) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    named_so = {
        name: value.replace("{planted}", str(planted)[1:]) if isinstance(value, str) else value
        for name, value in changed.items()
    }
    portal.states(**named_so)
    verdict = verify()
    assert verdict.code == 1
    assert list(verdict.broken) == ["log/0"]
    assert not list(planted.iterdir())


@pytest.mark.parametrize(
    "leaf",
    [b"", b"[]", b"null", b"{}", b"[" * 60_000, b'{"kind":"trail"}', b'{"kind":"original-deleted"}', b"\xff\xfe"],
)
def test_an_entry_that_is_none_is_named(portal: Portal, verify: Callable[[], Verdict], leaf: bytes) -> None:
    portal.enters(leaf)
    verdict = verify()
    assert verdict.code == 1
    assert list(verdict.broken) == ["log/0"]


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"{}", b"[" * 1_000_000, manifest(resources=None), manifest(resources=[None]), manifest(ayan=None),
        manifest(resources=[{"path": "../../planted", "bytes": 1, "hash": "sha256:" + "0" * 64}]),
        manifest(resources=[{"path": "datapackage.json", "bytes": 1, "hash": "sha256:" + "0" * 64}]),
        manifest(resources=[{"path": "a.parquet", "bytes": 10**15, "hash": "sha256:" + "0" * 64}]),
        manifest(resources=[{"path": "a.parquet", "bytes": "1", "hash": "sha256:" + "0" * 64}]),
        manifest(resources=[{"path": "a.parquet", "bytes": 1, "hash": "0" * 64}]),
        manifest(rows=2),
    ],
)  # fmt: skip
def test_a_manifest_that_no_city_writes_is_named(portal: Portal, verify: Callable[[], Verdict], text: bytes) -> None:
    portal.seals(text)
    verdict = verify()
    assert verdict.code == 1
    assert "works/1403/1/datapackage.json" in verdict.broken


def test_a_part_that_is_no_table_is_named(portal: Portal, verify: Callable[[], Verdict], tmp_path: Path) -> None:
    part = tmp_path / "data-0000.parquet"
    part.write_bytes(b"PAR1 and nothing else PAR1")
    portal.seals(manifest(resources=[named(part)]), {part.name: part.read_bytes()})
    verdict = verify()
    assert verdict.code == 1
    assert "cannot be read" in verdict.broken["works/1403/1"]


def test_a_file_longer_than_stated_is_not_taken(portal: Portal, verify: Callable[[], Verdict], tmp_path: Path) -> None:
    part = tmp_path / "data-0000.parquet"
    pq.write_table(pa.table({"_row": [1]}), part)
    portal.seals(manifest(resources=[named(part)]), {part.name: part.read_bytes() + b"more"})
    verdict = verify()
    assert verdict.code == 1
    assert verdict.broken["works/1403/1/data-0000.parquet"] == "It is longer than the manifest says."


@pytest.mark.parametrize("where", ["salts", "rows", "both"])
def test_few_bytes_that_unpack_to_gigabytes_hold_nothing_up(
    portal: Portal, measured: Callable[[], Verdict], tmp_path: Path, where: str
) -> None:
    """A column of one value many times takes no room in a file, and all of it when it is read at once."""
    many = 10_000_000
    part, salts = tmp_path / "data-0000.parquet", tmp_path / "salts.parquet"
    # In a process of its own: what is measured is not what it takes to write them.
    words = [str(part), str(many if where != "salts" else 1), str(salts), str(many if where != "rows" else 1)]
    subprocess.run([sys.executable, "-m", "tests.flow.bomb", *words], cwd=ROOT, check=True)
    stated = 1 if where == "salts" else many
    text = json.loads(manifest(resources=[named(part)]))
    text["ayan"] |= {"rows": stated, "commitments": {"files": [named(salts)]}}
    files = {path.name: path.read_bytes() for path in (part, salts)}
    portal.seals(json.dumps(text).encode(), files, rows=stated, rows_root="0" * 64)
    verdict = measured()
    assert verdict.code == 1
    assert "works/1403/1" in verdict.broken
    assert verdict.held < HELD, verdict
