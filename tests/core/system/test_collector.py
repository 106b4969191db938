"""The collector of cycles waits for the last block that put it off, and is left alone where it was off before."""

from __future__ import annotations

import gc
import threading

import pytest
from tests.patience import PATIENCE

from ayan.core.system import collector


def test_it_waits_for_the_last_of_overlapping_blocks() -> None:
    """Two threads whose blocks overlap: the first to end does not switch it on under the other."""
    ended, go_on = threading.Event(), threading.Event()

    def other() -> None:
        with collector.paused():
            ended.set()
            go_on.wait(PATIENCE)

    assert gc.isenabled()
    thread = threading.Thread(target=other)
    with collector.paused():
        thread.start()
        assert ended.wait(PATIENCE)
    assert not gc.isenabled()
    go_on.set()
    thread.join()
    assert gc.isenabled()


def test_it_is_switched_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="within"), collector.paused():
        raise ValueError("within")
    assert gc.isenabled()


def test_who_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with collector.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
