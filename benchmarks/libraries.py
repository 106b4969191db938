"""Libraries beside our own: canonical JSON by ``rfc8785``, and originals under lock in the age format by ``pyrage``.

Run with `uv run --with rfc8785 --with pyrage python -m benchmarks.libraries [--rounds N]`; neither is a dependency.
First it is asked whether the answers are equal, then what they cost in processor seconds, which a busy machine disturbs
less than the clock: the least of some rounds. What was decided with the figures is in decision record 0151.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType, ModuleType
from typing import Any, Final

from ayan.core.custody.private_files import OriginalEncryption
from ayan.core.values.canonical import NotCanonical, canonical_json

MEBIBYTE: Final = 1 << 20
SIZES: Final = (1, 64, 256)
CHARACTERS: Final = 'aZ0 "\\/\x7f\b\t\n\f\r\x00\x1fآیـ۱\u200c\u2028é\ufb33\uffff\U0001f600\U00010000'
REFUSED: Final[dict[str, Any]] = {
    "a fraction": 0.5,
    "a whole number as a fraction": 1.0,
    "2^53": 2**53,
    "2^53 + 1": 2**53 + 1,
    "bytes": b"x",
    "a key that is no text": {1: 2},
    "half a surrogate pair": "\ud800",
    "half a pair in a key": {"\ud800": 1},
    "a mapping that is no dict": MappingProxyType({"a": 1}),
    "900 lists in each other": json.loads("[" * 900 + "]" * 900),
}


def least(rounds: int, work: Callable[[], object]) -> float:
    """Processor seconds of the quickest round."""
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def every(write: Callable[[Any], bytes], values: list[Any]) -> None:
    for value in values:
        write(value)


def text(chance: Random, most: int) -> str:
    return "".join(chance.choices(CHARACTERS, k=chance.randrange(most)))


def document(chance: Random, depth: int = 4) -> Any:
    """Any document that canonical JSON has, drawn with what is hard in it."""
    kind = chance.randrange(6 if depth else 4)
    if kind < 2:
        return text(chance, 9)
    if kind == 2:
        return chance.randrange(-(2**53) + 1, 2**53)
    if kind == 3:
        return chance.choice([None, True, False, 0, -1, ""])
    if kind == 4:
        return [document(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {text(chance, 5): document(chance, depth - 1) for _ in range(chance.randrange(5))}


def samples(chance: Random) -> dict[str, list[Any]]:
    """What our own code writes: rows as they are hashed, statements of the log, and the names of a long snapshot."""
    row = {
        "_row": "17", "amount": "1050000", "contract": "1403-118", "date": "2024-05-01", "note": None,
        "payee": "شرکت راه‌سازی دشت", "payee_id": "10101234567", "period": "1403-02", "status": "paid",
        "title": "پرداخت صورت‌وضعیت شمارهٔ ۳ «خیابان»", "unit": "finance",
    }  # fmt: skip
    statement = {
        "act": "release", "at": "2024-05-01T08:30:00Z", "dataset": "payments", "manifest": "ab" * 32, "number": 1,
        "origin": "log.example", "period": "1403-02", "rows": 120_000, "rows_root": "cd" * 32, "v": 1,
    }  # fmt: skip
    snapshot = {"dataset": "payments", "releases": [[f"14{n:02}-01", n, "ef" * 32] for n in range(500)]}
    return {
        "rows": [{**row, "_row": str(n), "amount": str(chance.randrange(10**12))} for n in range(20_000)],
        "statements": [{**statement, "number": n} for n in range(20_000)],
        "snapshots": [snapshot] * 40,
    }


def outcome(write: Callable[[Any], bytes], value: Any) -> str:
    """What becomes of a document: its bytes, or the name of what is raised."""
    try:
        written = write(value)
    except (NotCanonical, ValueError, TypeError, RecursionError) as fault:
        return f"{type(fault).__name__}: {fault}"[:60]
    return f"written, {len(written)} bytes"


def canonical(library: ModuleType, rounds: int) -> None:
    chance = Random(8785)
    apart = 0
    for _ in range(30_000):
        drawn = document(chance)
        apart += canonical_json(drawn) != library.dumps(drawn)
    print(f"30,000 drawn documents: {apart} of them written otherwise")
    for name, value in REFUSED.items():
        print(f"  {name}: ours {outcome(canonical_json, value)} | rfc8785 {outcome(library.dumps, value)}")
    for name, values in samples(chance).items():
        apart = sum(canonical_json(value) != library.dumps(value) for value in values)
        ours = least(rounds, partial(every, canonical_json, values))
        theirs = least(rounds, partial(every, library.dumps, values))
        each = 1e6 / len(values)
        print(
            f"{name}: {apart} apart, ours {ours * each:,.1f} us, rfc8785 {theirs * each:,.1f} us, {theirs / ours:.2f}x"
        )


def age(library: ModuleType, rounds: int) -> None:
    lock = OriginalEncryption((bytes(range(32)),))
    identity = library.x25519.Identity.generate()
    chance = Random(1)
    with TemporaryDirectory() as folder:
        for size in SIZES:
            plain, locked, aged, back = (Path(folder) / name for name in ("plain", "locked", "aged", "back"))
            plain.write_bytes(chance.randbytes(MEBIBYTE) * size)

            def close(plain: Path = plain, locked: Path = locked) -> None:
                with plain.open("rb") as source, locked.open("wb") as target:
                    lock.close(source, target)

            def open_ours(locked: Path = locked, back: Path = back) -> None:
                with locked.open("rb") as source, back.open("wb") as target:
                    target.writelines(lock.open(source))

            def encrypt(plain: Path = plain, aged: Path = aged) -> None:
                with plain.open("rb") as source, aged.open("wb") as target:
                    library.encrypt_io(source, target, [identity.to_public()])

            def decrypt(aged: Path = aged, back: Path = back) -> None:
                with aged.open("rb") as source, back.open("wb") as target:
                    library.decrypt_io(source, target, [identity])

            closing, opening = least(rounds, close), least(rounds, open_ours)
            same = back.read_bytes() == plain.read_bytes()
            encrypting, decrypting = least(rounds, encrypt), least(rounds, decrypt)
            same = same and back.read_bytes() == plain.read_bytes()
            more = [path.stat().st_size - plain.stat().st_size for path in (locked, aged)]
            print(f"{size} MiB: back as it was: {same}; bytes more: ours {more[0]:,}, age {more[1]:,}")
            print(f"  closing: ours {closing:.3f} s with its digest, age {encrypting:.3f} s")
            print(f"  opening: ours {opening:.3f} s, age {decrypting:.3f} s")
    cut = io.BytesIO()
    library.encrypt_io(io.BytesIO(bytes(3 * 65_536)), cut, [identity.to_public()])
    given = io.BytesIO()
    try:
        library.decrypt_io(io.BytesIO(cut.getvalue()[:-65_552]), given, [identity])
        print("age: a file that lacks its last chunk is given out whole")
    except (library.DecryptError, OSError) as fault:
        print(f"age: a file that lacks its last chunk ends with {fault!r} after {len(given.getvalue()):,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    canonical(import_module("rfc8785"), args.rounds)
    age(import_module("pyrage"), args.rounds)


if __name__ == "__main__":
    main()
