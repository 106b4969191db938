"""The witness: it answers as the protocol says, remembers what it saw, and never delays the log that asks it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.patience import PATIENCE

from ayan.cli import witness as command
from ayan.core.ledger.checkpoint import Checkpoint, cosigned
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, BadNoteKey, Signature, SignedNote, Signer, parse_note, parse_signatures
from ayan.core.ledger.remote_checkpoints import ask_witnesses, post, request
from ayan.core.ledger.tree import EMPTY_ROOT
from ayan.core.ledger.trust_policy import PolicyWitness as Known
from ayan.core.ledger.witness import Witness
from ayan.core.values.clock import FixedClock

LOG = Signer("log.shahr.example", bytes(range(32)))
WITNESS = Signer("witness.example/w1", bytes([7]) * 32, COSIGNATURE)
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def log(folder: Path) -> Log:
    return Log(folder / "log", LOG.name, LOG)


@pytest.fixture
def witness(folder: Path) -> Witness:
    return Witness(folder / "seen", WITNESS, [LOG.verifier], FixedClock(NOON))


def grown(log: Log, size: int) -> bytes:
    log.append_all([b"leaf %d" % number for number in range(log.size, size)])
    return log.checkpoint()


def test_it_cosigns_what_follows_and_remembers_it(log: Log, witness: Witness, folder: Path) -> None:
    old = 0
    for size in (1, 5, 300):
        signed = grown(log, size)
        reply = witness.add_checkpoint(request(old, log.consistency(old), signed))
        assert (reply.status, reply.kind) == (200, "text/plain")
        (line,) = parse_signatures(reply.body.decode())
        assert WITNESS.verifier.accepts(parse_note(signed).text, line)
        assert line.time == int(NOON.timestamp())
        old = size
        witness = Witness(folder / "seen", WITNESS, [LOG.verifier], FixedClock(NOON))
    assert witness.last(LOG.name) == Checkpoint(LOG.name, 300, log.root())


def test_it_says_what_it_knows_when_asked_from_elsewhere(log: Log, witness: Witness) -> None:
    three = grown(log, 3)
    assert witness.add_checkpoint(request(0, [], three)).status == 200
    five = grown(log, 5)
    for old in (0, 2, 4):
        reply = witness.add_checkpoint(request(old, log.consistency(old), five))
        assert (reply.status, reply.kind, reply.body) == (409, "text/x.tlog.size", b"3\n")
    assert witness.add_checkpoint(request(3, log.consistency(3), five)).status == 200
    assert witness.add_checkpoint(request(5, [], five)).status == 200
    assert witness.add_checkpoint(request(0, [], three)).body == b"5\n"


def test_a_second_history_is_never_cosigned(log: Log, witness: Witness, folder: Path) -> None:
    assert witness.add_checkpoint(request(0, [], grown(log, 3))).status == 200
    other = Log(folder / "other", LOG.name, LOG)
    other.append_all([b"leaf 0", b"changed", b"leaf 2"])
    assert witness.add_checkpoint(request(3, [], other.checkpoint())).status == 409
    other.append(b"leaf 3")
    assert witness.add_checkpoint(request(3, other.consistency(3), other.checkpoint())).status == 422
    four = grown(log, 4)
    for proof in ([], [bytes(32)], [*log.consistency(3), bytes(32)]):
        assert witness.add_checkpoint(request(3, proof, four)).status == 422
    assert witness.last(LOG.name) == Checkpoint(LOG.name, 3, log.root(3))


def test_each_refusal_has_its_number(log: Log, witness: Witness) -> None:
    three = grown(log, 3)
    unknown = Signer("unknown.example", bytes(32))
    text = parse_note(three).text
    cases = [
        (404, request(0, [], bytes(Checkpoint(unknown.name, 3, bytes(32)).signed(unknown)))),
        (403, request(0, [], bytes(SignedNote(text, (Signer.generate(LOG.name).sign(text),))))),
        (403, request(0, [], bytes(SignedNote(text, (Signature(LOG.name, LOG.verifier.key_id, bytes(64)),))))),
        (400, request(4, [], three)),
        (422, request(0, [bytes(32)], three)),
        (409, request(0, [], bytes(Checkpoint(LOG.name, 0, bytes(32)).signed(LOG)))),
        (400, b""),
        (400, b"old 00\n\n" + three),
        (400, b"old 0\nnot base64\n\n" + three),
        (400, b"old 0\n" + b"AAAA\n" * 64 + b"\n" + three),
        (400, b"old 0\n\nno checkpoint\n"),
        (400, b"\xff\n\n" + three),
    ]
    for number, (status, body) in enumerate(cases):
        assert (number, witness.add_checkpoint(body).status) == (number, status)
    empty = bytes(Checkpoint(LOG.name, 0, EMPTY_ROOT).signed(LOG))
    assert witness.add_checkpoint(request(0, [], empty)).status == 200


def test_of_many_at_once_one_history_wins(log: Log, folder: Path) -> None:
    bodies = []
    for number in range(8):
        own_log = Log(folder / f"log{number}", LOG.name, LOG)
        own_log.append_all([b"%d" % number, b"x"])
        bodies.append(request(0, [], own_log.checkpoint()))
    witnesses = [Witness(folder / "seen", WITNESS, [LOG.verifier], FixedClock(NOON)) for _ in bodies]
    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda pair: pair[0].add_checkpoint(pair[1]).status, zip(witnesses, bodies, strict=True))
        )
    assert sorted(replies) == [200] + [409] * 7


def test_a_key_of_the_wrong_kind_is_no_witness(folder: Path) -> None:
    with pytest.raises(BadNoteKey):
        Witness(folder, LOG, [], FixedClock(NOON))


@pytest.fixture
def served(folder: Path) -> Iterator[Known]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", "witness", str(folder / "home"), "--name", "witness.example/w1",
         "--log", str(LOG.verifier), "--port", "0"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "The witness is up" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], lines
    match = re.search(r"http://\S+", lines[-1])
    assert match is not None
    signer = Signer.parse((folder / "home" / "key").read_text())
    assert lines[0].strip() == str(signer.verifier)
    yield Known("w1", signer.verifier, match[0].removesuffix("/add-checkpoint"))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)


def test_the_command_serves_a_witness_that_the_log_asks(log: Log, served: Known) -> None:
    for size in (1, 2, 300, 301):
        grown(log, size)
        (answer,) = ask_witnesses(log, [served], 20)
        assert answer.trouble == ""
        assert served.key in cosigned(log.checkpoint(), [served.key])
    assert post(f"{served.url}/elsewhere", b"", 5).status == 404
    assert post(f"{served.url}/add-checkpoint", bytes(1 << 17), 5).status == 413
    assert post(f"{served.url}/add-checkpoint", b"nonsense", 5).status == 400
    with socket.create_connection(("127.0.0.1", int(str(served.url).rsplit(":", 1)[1]))) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        page = b"".join(iter(lambda: line.recv(4096), b""))
    assert str(served.key).encode() in page
    assert b"log.shahr.example\n301\n" in page


def test_the_command_needs_a_name_once_and_keeps_its_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = folder / "home"
    assert command.open_witness(home, None, []) is None
    first = command.open_witness(home, "w.example", [LOG.verifier])
    again = command.open_witness(home, None, [LOG.verifier])
    assert first is not None
    assert again is not None
    assert (again.signer, again.logs) == (first.signer, (LOG.verifier,))
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadNoteKey):
        command.open_witness(home, "another.example", [])
    (home / "key").chmod(0o644)
    with pytest.raises(BadNoteKey):
        command.open_witness(home, None, [])


def test_a_witness_that_is_silent_or_gone_or_lies_delays_nothing_and_spoils_nothing(log: Log) -> None:
    grown(log, 2)
    before = log.checkpoint()
    with socket.socket() as silent, socket.socket() as gone:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        gone.bind(("127.0.0.1", 0))
        answers = [
            b"HTTP/1.0 200 OK\r\n\r\n" + body for body in (b"", b"\xff", "— witness.example/w1 AAAAAAAA\n".encode())
        ]
        answers += [
            b"HTTP/1.0 409 C\r\n\r\n9\n",
            b"HTTP/1.0 409 C\r\n\r\nx\n",
            b"HTTP/1.0 500 C\r\n\r\n",
            b"nonsense",
            b"",
        ]
        addresses = [silent.getsockname()[1], gone.getsockname()[1], *map(liar, answers)]
        known = [
            Known(f"w{number}", WITNESS.verifier, f"http://127.0.0.1:{port}") for number, port in enumerate(addresses)
        ]
        known += [Known("file", WITNESS.verifier, "file:///etc/passwd"), Known("none", WITNESS.verifier, None)]
        started = time.monotonic()
        replies = ask_witnesses(log, known, 4.0)
        # Who is silent would be so for ever.
        assert time.monotonic() - started < PATIENCE / 2
    assert [reply.witness.name for reply in replies if not reply.trouble] == []
    assert len(replies) == len(known) - 1
    assert "9 leaves" in {reply.witness.name: reply.trouble for reply in replies}["w5"]
    assert log.checkpoint() == before


def liar(answer: bytes) -> int:
    """A server that gives one fixed answer to a few callers."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with server:
            server.settimeout(PATIENCE)
            for _ in range(2):
                try:
                    line, _address = server.accept()
                except TimeoutError:
                    return
                with line:
                    line.settimeout(PATIENCE)
                    line.recv(65536)
                    line.sendall(answer)
                    line.shutdown(socket.SHUT_WR)
                    # Closing before all of the question is read would reset the line and lose the answer.
                    with suppress(OSError):
                        while line.recv(65536):
                            pass

    threading.Thread(target=run, daemon=True).start()
    return int(server.getsockname()[1])
