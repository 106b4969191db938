"""The queue before the site: addresses take turns, few may wait, and one that asks for much has what others leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Any

import duckdb
import pytest
from tests.core.system.test_processor_budget import work
from tests.patience import PATIENCE

from ayan.config.limits import LEAST_TURN, MOST_CREDIT, MOST_DEBT, SHARE
from ayan.config.readers_queue import ReadersQueue, SiteBusy, TooManyQuestions
from ayan.core.query.answer import TooSlow
from ayan.core.query.engines.deadline import Deadline, refusing
from ayan.core.system import processor_budget
from ayan.core.values.refusal import Refusal
from ayan.ui.reader_address import network, reader_address

RUDE, OTHER, THIRD = "192.0.2.1", "192.0.2.2", "192.0.2.3"
ENDLESS = "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3"


class Clock:
    """One that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Crowd:
    """Readers in threads, each of whom waits by the time the next one comes."""

    def __init__(self, queue: ReadersQueue) -> None:
        self.queue = queue
        self.threads: list[threading.Thread] = []
        self.came: list[str] = []
        self.refused: list[Refusal] = []

    def ask(self, address: str, name: str = "") -> None:
        depth = self.queue.depth
        thread = threading.Thread(target=self._wait, args=(address, name))
        self.threads.append(thread)
        thread.start()
        until(lambda: self.queue.depth > depth or not thread.is_alive())

    def _wait(self, address: str, name: str) -> None:
        try:
            with self.queue.turn(address):
                self.came.append(name)
        except Refusal as refusal:
            self.refused.append(refusal)

    def leave(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def draw(queue: ReadersQueue, address: str, seconds: float) -> None:
    """Let an address take so much of the processor."""
    with queue.turn(address):
        work(seconds)


def test_addresses_take_turns_and_each_asks_in_its_order() -> None:
    queue = ReadersQueue()
    crowd = Crowd(queue)
    with queue.turn(THIRD):
        for address, name in ((RUDE, "a1"), (RUDE, "a2"), (RUDE, "a3"), (OTHER, "b1"), (OTHER, "b2")):
            crowd.ask(address, name)
        assert queue.depth == 5
        assert queue.age > 0
    crowd.leave()
    assert crowd.came == ["a1", "b1", "a2", "b2", "a3"]
    assert (queue.depth, queue.age) == (0, 0)


def test_few_wait_and_fewer_from_one_address_and_the_rest_hear_it_at_once() -> None:
    queue = ReadersQueue(waiting=3, of_one=2)
    crowd = Crowd(queue)
    with queue.turn(RUDE):
        for address in (RUDE, RUDE, RUDE, OTHER, THIRD):
            crowd.ask(address)
        assert [type(refusal) for refusal in crowd.refused] == [TooManyQuestions, SiteBusy]
        assert [(refusal.status, refusal.retry_after) for refusal in crowd.refused] == [(429, 1), (503, 10)]
    crowd.leave()
    assert len(crowd.came) == 3


def test_an_address_that_nobody_knows_is_held_to_no_share() -> None:
    queue = ReadersQueue(waiting=3, of_one=1)
    crowd = Crowd(queue)
    with queue.turn(""):
        for _ in range(4):
            crowd.ask("")
        assert [type(refusal) for refusal in crowd.refused] == [SiteBusy]
    crowd.leave()


def test_nobody_waits_without_end() -> None:
    queue = ReadersQueue(patience=0.02)
    crowd = Crowd(queue)
    with queue.turn(RUDE):
        crowd.ask(OTHER)
        crowd.leave()
    assert [type(refusal) for refusal in crowd.refused] == [SiteBusy]
    assert queue.depth == 0
    with queue.turn(THIRD):
        pass


def test_who_owes_comes_last_and_is_forgiven_in_time() -> None:
    clock = Clock()
    queue = ReadersQueue(clock=clock)
    crowd = Crowd(queue)
    queue.draw(RUDE, MOST_CREDIT + 100)
    with queue.turn(THIRD):
        for address, name in ((RUDE, "a"), (OTHER, "b1"), (OTHER, "b2")):
            crowd.ask(address, name)
    crowd.leave()
    assert crowd.came == ["b1", "b2", "a"]
    assert queue.refusal(RUDE).retry_after == pytest.approx((MOST_CREDIT / 2 + MOST_DEBT) / SHARE, abs=1)
    clock.now += (MOST_DEBT + 0.1) / SHARE
    with queue.turn(THIRD):
        for address, name in ((RUDE, "a"), (OTHER, "b")):
            crowd.ask(address, name)
    crowd.leave()
    assert crowd.came[-2:] == ["a", "b"]


def test_a_turn_of_an_address_that_owes_is_cut_short_for_another_reader_and_not_for_itself() -> None:
    queue = ReadersQueue()
    crowd = Crowd(queue)
    queue.draw(RUDE, MOST_CREDIT + 1)
    with duckdb.connect(config={"threads": 1}) as connection, queue.turn(RUDE) as turn:
        crowd.ask(RUDE, "rude again")
        work(2 * LEAST_TURN)
        time.sleep(0.2)
        assert [turn.cut] == [False]
        deadline = Deadline(connection, 60)
        crowd_comes = threading.Timer(0.05, crowd.ask, (OTHER, "other"))
        crowd_comes.start()
        with pytest.raises(TooSlow), refusing():
            connection.execute(ENDLESS)
        deadline.cancel()
        assert turn.cut
        assert turn.refusal.status == 429
        with pytest.raises(TooSlow):
            Deadline(connection, 60).check()
        crowd_comes.join()
    crowd.leave()
    assert crowd.came == ["other", "rude again"]


def test_an_address_owes_what_another_process_did_for_it() -> None:
    queue = ReadersQueue()
    with queue.turn(RUDE):
        budget = processor_budget.current()
        assert budget is not None
        budget.charge(MOST_CREDIT + 1)
    assert (queue.refusal(RUDE).retry_after or 0) > (queue.refusal(OTHER).retry_after or 0)


def test_who_owes_nothing_is_not_cut_short() -> None:
    queue = ReadersQueue()
    crowd = Crowd(queue)
    with queue.turn(RUDE) as turn:
        crowd.ask(OTHER)
        work(2 * LEAST_TURN)
        time.sleep(0.15)
        assert not turn.cut
    crowd.leave()


def test_the_turn_goes_round_between_two_pieces_of_a_file() -> None:
    queue, seen = ReadersQueue(waiting=0), list[Any]()

    def source() -> Any:
        for number in range(3):
            seen.append(number)
            yield b"x" * 10

    for piece in queue.pieces(source(), RUDE):
        assert len(piece) == 10
        with queue.turn(OTHER):
            seen.append("other")
    assert seen == [0, "other", 1, "other", 2, "other"]


def test_what_is_remembered_of_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan.config.readers_queue.MOST_ACCOUNTS", 3)
    queue, owing = ReadersQueue(clock=Clock()), ceil((MOST_CREDIT / 2 + 1) / SHARE)
    for last in range(5):
        queue.draw(f"192.0.2.{last}", MOST_CREDIT + 1)
    assert [queue.refusal(f"192.0.2.{last}").retry_after for last in range(5)] == [1, 1, owing, owing, owing]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("no address, 192.0.2.1", ""),
    ],
)
def test_an_address_is_a_line_and_not_one_of_its_many_names(address: str, expected: str) -> None:
    assert network(address) == expected


@pytest.mark.parametrize("fronted", [True, False])
def test_a_strangers_header_says_nothing(fronted: bool) -> None:
    environ = {"REMOTE_ADDR": "198.51.100.4", "HTTP_X_REAL_IP": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "192.0.2.9"}
    assert reader_address(environ, fronted=fronted) == ("192.0.2.1" if fronted else "198.51.100.4")
    assert reader_address({"REMOTE_ADDR": "127.0.0.1"}, fronted=fronted) == ""
