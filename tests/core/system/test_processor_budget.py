"""A budget counts what work costs, not how long it takes; what is within it draws on it, and it can be stopped."""

from __future__ import annotations

import threading
import time

from ayan.core.system import processor_budget
from ayan.core.system.processor_budget import once, spending


def work(seconds: float) -> None:
    """Keep the processor busy for so long, by the clock of this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_waiting_costs_nothing_and_work_does() -> None:
    with spending(0.05) as budget:
        time.sleep(0.1)
        assert budget.left > 0.03
        work(0.06)
        assert budget.left <= 0
        assert budget.spent >= 0.06


def test_what_is_opened_within_ends_no_later() -> None:
    with spending(0.02) as outer:
        with spending(10) as inner:
            assert processor_budget.current() is inner
            work(0.03)
            assert inner.left <= 0
        assert processor_budget.current() is outer
    assert processor_budget.current() is None


def test_another_thread_reads_it_and_stops_all_that_is_under_way() -> None:
    interrupted: list[str] = []
    with spending(10) as outer, spending(5) as inner:
        inner.begin(lambda: interrupted.append("first"))
        done = [lambda: interrupted.append("over")]
        outer.begin(done[0])
        outer.end(done[0])
        thread = threading.Thread(target=outer.stop)
        thread.start()
        thread.join()
        assert (interrupted, inner.left, outer.left, inner.stopped) == (["first"], 0, 0, True)
        inner.begin(lambda: interrupted.append("later"))
    assert interrupted == ["first", "later"]


def test_the_work_of_other_threads_is_not_counted() -> None:
    with spending(1) as budget:
        thread = threading.Thread(target=work, args=(0.05,))
        thread.start()
        thread.join()
        assert budget.spent < 0.04


def test_what_another_process_took_is_counted_here_and_around() -> None:
    with spending(5) as outer:
        with spending(4) as inner:
            inner.charge(3)
            assert (inner.charged, inner.left <= 1) == (3, True)
        assert 1.5 < outer.left <= 2


def test_what_is_done_once_for_all_costs_nobody() -> None:
    with spending(0.05) as outer, spending(0.04) as inner:
        with once():
            work(0.08)
            with spending(0.02) as own:
                work(0.03)
                assert own.left <= 0
            with once():
                work(0.01)
            work(0.01)
        assert inner.left > 0.02
        assert outer.left > 0.03
        work(0.05)
        assert inner.left <= 0
        assert outer.left <= 0


def test_what_is_late_before_stays_late() -> None:
    with spending(0.01) as budget:
        work(0.02)
        with once():
            assert budget.left <= 0


def test_without_a_budget_nothing_is_paused() -> None:
    with once():
        assert processor_budget.current() is None
