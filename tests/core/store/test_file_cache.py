"""The files of a bucket that a machine keeps: within a bound, never with other bytes, the longest unused gone first."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ayan.core.store import file_cache
from ayan.core.store.file_cache import FileCache
from ayan.core.store.objects import StoreBroken
from ayan.core.values.canonical import sha256_hex

KIB = 1024


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path / "releases", 10 * KIB)


def fetching(data: bytes, fetched: list[bytes] | None = None) -> Callable[[Path], str]:
    def fetch(draft: Path) -> str:
        draft.write_bytes(data)
        if fetched is not None:
            fetched.append(data)
        return sha256_hex(data)

    return fetch


def bring(cache: FileCache, number: int, age: float = 0) -> Path:
    """One file of a KiB that was last used ``age`` seconds ago."""
    data = bytes([number]) * KIB
    path = cache.root / f"{number}"
    assert cache.file(path, sha256_hex(data), fetching(data))
    if age:
        os.utime(path, (time.time() - age, path.stat().st_mtime))
    return path


def test_a_file_is_fetched_once_and_held_against_its_digest_by_each_process(cache: FileCache) -> None:
    fetched: list[bytes] = []
    path = cache.root / "part"
    for _ in range(3):
        assert cache.file(path, sha256_hex(b"rows"), fetching(b"rows", fetched))
    other = FileCache(cache.root, 10 * KIB)
    assert other.file(path, sha256_hex(b"rows"), fetching(b"rows", fetched))
    assert fetched == [b"rows"]
    path.chmod(0o644)
    path.write_bytes(b"sors")
    for process in (cache, FileCache(cache.root, 10 * KIB)):
        assert process.file(path, sha256_hex(b"rows"), fetching(b"rows", fetched))
        assert path.read_bytes() == b"rows"


def test_other_bytes_are_refused_and_what_is_not_there_is_no_file(cache: FileCache) -> None:
    path = cache.root / "part"
    with pytest.raises(StoreBroken):
        cache.file(path, sha256_hex(b"rows"), fetching(b"others"))
    assert list(cache.root.iterdir()) == []
    assert not cache.file(path, sha256_hex(b"rows"), lambda _: None)
    assert not path.exists()


def test_beyond_the_bound_the_longest_unused_go_and_what_is_in_use_stays(cache: FileCache) -> None:
    old = [bring(cache, number, file_cache.IN_USE + 100 - number) for number in range(8)]
    recent = [bring(cache, number) for number in range(8, 12)]
    cache.tidy()
    assert [path.exists() for path in old] == [False, False, True, True, True, True, True, True]
    assert all(path.exists() for path in recent)
    # Where all of it is in use the bound gives way: somebody was given a path and has yet to open it.
    busy = [bring(cache, number) for number in range(12, 30)]
    cache.tidy()
    assert all(path.exists() for path in (*recent, *busy))
    assert not any(path.exists() for path in old)


def test_whoever_walks_through_everything_does_not_fill_the_disk(cache: FileCache) -> None:
    walked = [bring(cache, number, file_cache.IN_USE_PRESSED + 200 - number) for number in range(40)]
    busy = bring(cache, 40)
    cache.tidy()
    left = [path for path in walked if path.exists()]
    assert left == walked[-len(left) :], "those go first that were unused for longest"
    assert len(left) + 1 <= 10 * file_cache.PRESSED
    assert busy.exists()
