"""Locked originals give back what was locked, to who has the key, and nothing where a byte was changed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.custody import private_files
from ayan.core.custody.private_files import BadOriginalKey, NotOpened, OriginalEncryption, is_locked, key_file, name_of

OLD, NEW = "1" * 64, "2" * 64


def locked(data: bytes, keys: str = NEW) -> bytes:
    target = io.BytesIO()
    OriginalEncryption.parse(keys).close(io.BytesIO(data), target)
    return target.getvalue()


def opened(data: bytes, keys: str = NEW) -> bytes:
    return b"".join(OriginalEncryption.parse(keys).open(io.BytesIO(data)))


@given(size=st.integers(0, 50), piece=st.integers(1, 20))
@settings(max_examples=60)
def test_what_was_locked_comes_back_whatever_its_size(size: int, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private_files, "PIECE", piece)
        data = bytes(range(size))
        locked_data = locked(data)
        assert opened(locked_data) == data
        assert len(data) < 8 or data not in locked_data
        assert locked(data) != locked_data, "no two locked files are alike"


def test_a_changed_moved_or_missing_piece_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "PIECE", 10)
    locked_data = locked(b"0123456789" * 3)
    head, step = private_files.HEAD, 26
    first, second, third = (locked_data[head + at * step : head + (at + 1) * step] for at in range(3))
    for wrong in (
        locked_data[:-1],
        locked_data[: head + 2 * step],
        locked_data[:head],
        locked_data[: head - 1],
        b"",
        locked_data[:head] + second + first + third,
        locked_data[:head] + first + third,
        locked_data + third,
        locked_data[: head - 1] + bytes([locked_data[head - 1] ^ 1]) + locked_data[head:],
        locked_data[: head + 3] + bytes([locked_data[head + 3] ^ 1]) + locked_data[head + 4 :],
    ):
        with pytest.raises(NotOpened):
            opened(wrong)


def test_an_older_key_opens_and_the_first_one_locks(tmp_path: Path) -> None:
    before = locked(b"x", OLD)
    with pytest.raises(NotOpened, match="is not here"):
        opened(before, NEW)
    assert opened(before, f"{NEW}, {OLD}") == b"x"
    path = tmp_path / "a"
    path.write_bytes(locked(b"x", f"{NEW} {OLD}"))
    assert is_locked(path)
    assert name_of(path) == OriginalEncryption.parse(NEW).name != OriginalEncryption.parse(OLD).name
    path.write_bytes(b"x")
    assert (is_locked(path), name_of(path)) == (False, "")


@pytest.mark.parametrize("text", ["", " , ", "12", "g" * 64, f"{OLD};{NEW}"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadOriginalKey):
        OriginalEncryption.parse(text)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = key_file(tmp_path / "key")
    assert key_file(tmp_path / "key").strip() == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    OriginalEncryption.parse(key)
