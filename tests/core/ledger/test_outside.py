"""What others wrote agrees with us: Go's sumdb packages, the spicy verifier, and the witness of Sigsum."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, Signer, Verifier, from_base64
from ayan.core.ledger.proof import prove_leaf
from ayan.core.ledger.remote_checkpoints import ask_witnesses
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.trust_policy import PolicyWitness
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice

ORIGIN = "log.shahr.example"
SIGNER = Signer(ORIGIN, bytes(range(32)))


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def asked(log: Log, inclusion: list[tuple[int, int]], consistency: list[tuple[int, int]]) -> dict[str, object]:
    return {
        "Folder": str(log.folder),
        "Key": str(SIGNER.verifier),
        "Inclusion": [
            {
                "Index": index,
                "Size": size,
                "Root": b64(log.root(size)),
                "Leaf": b64(leaf_hash(log.leaf(index))),
                "Proof": [b64(node) for node in log.inclusion(index, size)],
            }
            for index, size in inclusion
        ],
        "Consistency": [
            {
                "Old": old,
                "New": new,
                "OldRoot": b64(log.root(old)),
                "NewRoot": b64(log.root(new)),
                "Proof": [b64(node) for node in log.consistency(old, new)],
            }
            for old, new in consistency
        ],
    }


def judge(oracle: Path, question: dict[str, object]) -> tuple[str, str]:
    done = subprocess.run(
        [oracle], check=False, input=json.dumps(question), capture_output=True, text=True, timeout=PATIENCE
    )
    return done.stdout.strip(), done.stderr.strip()


def test_go_agrees_with_checkpoints_tiles_bundles_and_every_proof(oracle: Path, folder: Path) -> None:
    log = Log(folder / "log", ORIGIN, SIGNER)
    for size in (1, 2, 7, 255, 256, 257, 300):
        log.append_all([b"leaf %d" % number for number in range(log.size, size)])
        inclusion = [(index, size) for index in range(0, size, max(1, size // 20))]
        consistency = [(old, size) for old in range(1, size, max(1, size // 20))]
        assert judge(oracle, asked(log, inclusion, consistency)) == ("agreed", "")
    log.append_all([b"leaf %d" % number for number in range(300, 70_000)])
    inclusion = [(0, 1), (0, 70_000), (299, 300), (65_535, 65_536), (65_536, 69_000), (69_999, 70_000)]
    consistency = [(1, 70_000), (256, 65_536), (300, 70_000), (65_536, 70_000), (69_999, 70_000)]
    assert judge(oracle, asked(log, inclusion, consistency)) == ("agreed", "")


def test_go_takes_every_kind_of_leaf_and_the_log_after_a_change_of_keys(oracle: Path, folder: Path) -> None:
    at, old = "2026-01-01T00:00:00.000Z", Signer(ORIGIN, bytes(32))
    Log(folder / "log", ORIGIN, old).append(Notice(at=at, code="restored-unseen", facts={"size": 0}).leaf)
    log = Log(folder / "log", ORIGIN, SIGNER, former=[old.verifier])
    rotation = KeyRotation.signed(old, SIGNER, at=at, size=1)
    log.append_all([rotation.leaf, Notice(at=at, code="clock-is-right", facts={"latest": at}).leaf])
    assert judge(oracle, asked(log, [(0, 1), (1, 3), (2, 3)], [(1, 3), (2, 3)])) == ("agreed", "")


def test_go_finds_what_was_changed(oracle: Path, folder: Path) -> None:
    log = Log(folder / "log", ORIGIN, SIGNER)
    log.append_all([b"leaf %d" % number for number in range(300)])
    question = asked(log, [(5, 300)], [])
    bundle = log.tile_path("entries", 0)
    whole = bundle.read_bytes()
    bundle.write_bytes(whole.replace(b"leaf 7", b"leaf 8", 1))
    assert "entry" in judge(oracle, question)[1]
    bundle.write_bytes(whole)
    checkpoint = log.folder / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n300\n", b"\n299\n"))
    assert "invalid signature" in judge(oracle, question)[1]


def test_the_spicy_verifier_accepts_our_proof_files_and_refuses_spoiled_ones(spicy: str, folder: Path) -> None:
    log = Log(folder / "log", ORIGIN, SIGNER)
    log.append_all([b"leaf %d" % number for number in range(300)])
    entry = folder / "entry"
    entry.write_bytes(log.leaf(77))
    lines = prove_leaf(log, 77).split(b"\n", 2)
    # Its format is ours before the first line was standardised, and without anything beside the proof.
    (folder / "entry.spicy").write_bytes(lines[2])

    def verify() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([spicy, "-verify", str(SIGNER.verifier), entry], check=False, capture_output=True)

    assert verify().returncode == 0, verify().stderr
    entry.write_bytes(b"another leaf")
    assert b"could not verify inclusion" in verify().stderr


@contextmanager
def running(command: list[str | Path], port: int | None = None, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        until = time.monotonic() + PATIENCE
        while port is not None and process.poll() is None and time.monotonic() < until:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Watched:
    """A witness of others, and the key of the one log that it watches."""

    witness: PolicyWitness
    signer: Signer


@pytest.fixture
def watched(sigsum_witness: str, folder: Path) -> Iterator[Watched]:
    public = SIGNER.verifier.public
    origin = f"sigsum.org/v1/tree/{sha256(public).hexdigest()}"
    blob = b"".join([len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", public)])
    (folder / "log.pub").write_text(f"ssh-ed25519 {b64(blob)} log\n")
    subprocess.run(["sigsum-key", "generate", "-o", folder / "key"], check=True)
    own = from_base64((folder / "key.pub").read_text().split()[1])[-32:]
    port = free_port()
    command: list[str | Path] = [sigsum_witness, "-k", folder / "key", "--log-key", folder / "log.pub"]
    command += ["--state-file", folder / "state", f"127.0.0.1:{port}"]
    # Debian's build keeps the routes of Go before 1.22, under which the address it serves cannot be reached.
    with running(command, port, GODEBUG="httpmuxgo121=0"):
        key = Verifier(f"sigsum.org/v1/witness/{sha256(own).hexdigest()}", own, COSIGNATURE)
        yield Watched(PolicyWitness("w1", key, f"http://127.0.0.1:{port}/"), Signer(origin, SIGNER.seed))


def test_a_witness_of_others_cosigns_as_the_log_grows(watched: Watched, folder: Path) -> None:
    witness, signer = watched.witness, watched.signer
    log = Log(folder / "log", signer.name, signer)
    for grown in (1, 1, 5, 250, 3):
        log.append_all([b"leaf %d" % number for number in range(log.size, log.size + grown)])
        (answer,) = ask_witnesses(log, [witness], 20)
        assert answer.trouble == ""
        times = cosigned(log.checkpoint(), [witness.key])
        assert abs(times[witness.key] - time.time()) < 60
    # Once more over the same tree, and by another process that knows nothing of the witness.
    again = Log(log.folder, signer.name, signer)
    assert ask_witnesses(again, [witness], 20)[0].signature is not None


def test_a_witness_of_others_exposes_a_second_history(watched: Watched, folder: Path) -> None:
    witness, signer = watched.witness, watched.signer
    log = Log(folder / "log", signer.name, signer)
    log.append_all([b"a", b"b", b"c"])
    assert ask_witnesses(log, [witness], 20)[0].signature is not None
    smaller = Log(folder / "smaller", signer.name, signer)
    smaller.append(b"a")
    assert "it has seen 3 leaves" in ask_witnesses(smaller, [witness], 20)[0].trouble
    other = Log(folder / "other", signer.name, signer)
    other.append_all([b"a", b"b", b"changed", b"d"])
    assert "422" in ask_witnesses(other, [witness], 20)[0].trouble
    assert b"witness" not in other.checkpoint()
