"""A writer that is killed: at every step of an append in turn, at moments of chance, or beside another writer.

Run as a process of its own, without threads, so that it may fork: each child dies, and the parent looks at what is left.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tree import check_consistency, leaf_hash

if TYPE_CHECKING:
    from _typeshed import HasFileno

SIGNER = Signer("log.shahr.example", bytes(range(32)))
STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir")


def opened(folder: Path) -> Log:
    return Log(folder / "log", SIGNER.name, SIGNER, memory=folder / "key.last")


def published(folder: Path) -> Checkpoint:
    return open_checkpoint((folder / "log" / "checkpoint").read_bytes(), SIGNER.verifier)


def dying_at(step: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a child that ends, as if killed, before its ``step``-th call to the system; False if it got through."""
    child = os.fork()
    if child == 0:
        counted = [0]

        def count(event: str = "fsync", _arguments: object = ()) -> None:
            counted[0] += event in ("fsync", *STEPS)
            if counted[0] > step:
                os._exit(9)

        flush = os.fsync
        sys.addaudithook(count)

        def flush_counted(fd: int | HasFileno) -> None:
            count()
            flush(fd)

        os.fsync = flush_counted
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder / "log" / "tile").rglob("*") if path.is_file()}


def append_one(folder: Path) -> None:
    """What publishing does to the log: a word of what comes, and then the leaf."""
    log = opened(folder)
    log.fulfil(log.intend("x/all/1", b"coming", b"staged"))


def every_step(folder: Path, size: int) -> int:
    """Kill an append to a log of ``size`` leaves before each of its steps; returns how many steps there were."""
    leaves = [b"leaf %d" % number for number in range(size)]
    start = folder / "start"
    log = opened(start)
    if leaves:
        log.append_all(leaves)
    before, step = published(start), 0
    while True:
        tried = folder / f"tried-{step}"
        shutil.copytree(start, tried)
        died = dying_at(step, partial(append_one, tried))
        left, known = files_of(tried), published(tried)
        assert known.size in (size, size + 1)
        again = opened(tried)
        assert again.size >= known.size
        if known.size:
            check_consistency(known.size, known.root, again.size, again.root(), again.consistency(known.size))
        if before.size:
            check_consistency(before.size, before.root, again.size, again.root(), again.consistency(before.size))
        expected = [*leaves, *([b"coming"] if again.size > size else [])]
        assert again.root() == tree.root_of([leaf_hash(entry) for entry in expected]) or not expected
        intents = again.intents()
        if step % 2:
            # Another act may come before the repair, and must not take the place of what stands half-written.
            again.append(b"something else")
        for intent in intents:
            assert (intent.leaf, intent.payload) == (b"coming", b"staged")
            entered = again.find(intent.leaf, intent.since)
            assert (entered is not None) == (len(expected) > size)
            assert again.fulfil(intent).index == (again.size - 1 if entered is None else entered)
            again.forget(intent)
        again.append(b"something else")
        changed = [path for path, data in left.items() if path.exists() and path.read_bytes() != data]
        assert not changed, f"a tile that stood was written anew: {changed}"
        again.audit()
        assert [path.name for path in (tried / "log" / ".private").iterdir() if path.name.startswith("draft")] == []
        shutil.rmtree(tried)
        if not died:
            return step
        step += 1


def at_moments_of_chance(folder: Path, times: int) -> None:
    """Kill a busy writer ``times`` times; whatever it said was appended must be there, and all it signed must agree."""
    chance = Random(6962)
    seen: list[Checkpoint] = []
    promised: list[bytes] = []
    for round_ in range(times):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            log, number = opened(folder), 0
            while True:
                entry = b"round %d number %d" % (round_, number)
                index = log.append(entry).index
                os.write(writing, b"%d %s\n" % (index, entry))
                number += 1
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            lines = [pipe.readline() for _ in range(chance.randint(0, 4))]
            time.sleep(chance.uniform(0, 0.01))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said = [line.strip().split(b" ", 1) for line in (*lines, *pipe.readlines())]
        seen += [published(folder)] if (folder / "log" / "checkpoint").exists() else []
        log = opened(folder)
        for position, entry in said:
            assert log.leaf(int(position)) == entry
            promised.append(entry)
        for checkpoint in seen[-5:]:
            if checkpoint.size:
                check_consistency(
                    checkpoint.size, checkpoint.root, log.size, log.root(), log.consistency(checkpoint.size)
                )
    log.audit()
    for head in seen:
        assert log.root(head.size) == head.root
    entries = log.leaves(0, log.size)
    assert len(entries) == len(set(entries))
    assert set(promised) <= set(entries)
    assert len(promised) > times


def beside_each_other(folder: Path, each: int) -> None:
    """Two writers and a reader at once: no leaf is lost or doubled, and no reader sees a tree that does not hold."""
    opened(folder)
    writers = []
    for name in (b"left", b"right"):
        child = os.fork()
        if child == 0:
            log = Log(folder / "log", SIGNER.name, SIGNER)
            for number in range(each):
                log.append(b"%s %d" % (name, number))
            os._exit(0)
        writers.append(child)
    reader = Log(folder / "log", SIGNER.name, None, verifier=SIGNER.verifier)
    running, last = set(writers), reader.size
    while running:
        size = reader.size
        assert size >= last
        if size:
            index = size // 2
            proof = reader.inclusion(index, size)
            tree.check_inclusion(leaf_hash(reader.leaf(index)), index, size, proof, reader.root(size))
        last = size
        running -= {child for child in running if os.waitpid(child, os.WNOHANG) == (child, 0)}
    assert sorted(reader.leaves(0, reader.size)) == sorted(
        b"%s %d" % (name, n) for name in (b"left", b"right") for n in range(each)
    )
    for name in (b"left", b"right"):
        own = [entry for entry in reader.leaves(0, reader.size) if entry.startswith(name)]
        assert own == [b"%s %d" % (name, number) for number in range(each)]
    reader.audit()


def flushed_before_published(folder: Path) -> None:
    """Watch one append: what is renamed was flushed, and its folder too, before the checkpoint takes its place."""
    log = opened(folder)
    log.append_all([b"leaf %d" % number for number in range(255)])
    flushed: set[str] = set()
    owed: set[str] = set()
    flush = os.fsync
    watching = True

    def on_flush(fd: int | HasFileno) -> None:
        path = str(Path(f"/proc/self/fd/{fd}").readlink())
        flushed.add(path)
        owed.discard(path)
        flush(fd)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "os.rename":
            source, target = os.fspath(arguments[0]), os.fspath(arguments[1])
            assert source in flushed, f"{source} was renamed before it was flushed"
            if target.endswith("/checkpoint"):
                assert not owed, f"published before {owed} were flushed"
                assert f"{folder}/log/.private/journal" in flushed
                assert f"{folder}/key.last" in renamed
            renamed.add(target)
            owed.add(str(Path(target).parent))

    renamed: set[str] = set()
    os.fsync = on_flush
    sys.addaudithook(watch)
    log.append(b"the leaf that fills the tile")
    watching = False
    assert {"000"} == {Path(path).name for path in renamed if "/tile/0/" in path}
    assert not owed


def steps(arguments: list[str]) -> Iterator[str]:
    kind, folder = arguments[0], Path(arguments[1])
    if kind == "steps":
        yield str(every_step(folder, int(arguments[2])))
    elif kind == "chance":
        at_moments_of_chance(folder, int(arguments[2]))
    elif kind == "two":
        beside_each_other(folder, int(arguments[2]))
    else:
        flushed_before_published(folder)
    yield "held"


if __name__ == "__main__":
    for line in steps(sys.argv[1:]):
        sys.stdout.write(f"{line}\n")
