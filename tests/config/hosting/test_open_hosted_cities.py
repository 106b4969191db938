"""The cities that a process has open: closed in the order in which nobody asks for them, and never under an answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.patience import PATIENCE

from ayan.config.hosting.city_hosts import HostedCity
from ayan.config.hosting.city_memory import CityMemory
from ayan.config.hosting.open_hosted_cities import CityClosed, OpenCity, OpenHostedCities
from ayan.wiring.city import City

ROUNDS = 500
"""How many questions each of several readers asks."""

ENTRIES = {code: HostedCity(code, (f"{code}.example",), Path("/nowhere", code), "") for code in "abcdefgh"}


class Opened:
    """Opens cities and writes down what becomes of them."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self.rested: list[str] = []
        self.times = 0
        self.lock = threading.Lock()

    def __call__(self, entry: HostedCity) -> OpenCity:
        with self.lock:
            self.times += 1
            self.open[entry.code] = self.open.get(entry.code, 0) + 1

        def forget() -> None:
            with self.lock:
                self.open[entry.code] -= 1

        city = City(entry.home, entry.home / "store")
        return OpenCity(
            entry, lambda: city, lambda _environ, _start: [], lambda: self.rested.append(entry.code), forget
        )

    @property
    def codes(self) -> set[str]:
        return {code for code, times in self.open.items() if times}


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.sampled_from("abcdefgh")),
        st.tuples(st.just("end"), st.sampled_from("abcdefgh")),
        st.tuples(st.just("close"), st.integers(1, 4)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(ACTS, st.integers(1, 5))
def test_what_is_being_answered_stays_open_and_the_longest_unasked_goes_first(
    acts: list[tuple[str, str | int]], most: int
) -> None:
    opened = Opened()
    cities = OpenHostedCities(opened, most)
    busy: list[str] = []
    order: list[str] = []
    for act, what in acts:
        if act == "begin":
            code = str(what)
            cities.begin(ENTRIES[code])
            busy.append(code)
            order = [*(each for each in order if each != code), code]
        elif act == "end" and what in busy:
            busy.remove(str(what))
            cities.end(ENTRIES[str(what)])
        elif act == "close":
            before = [each.entry.code for each in cities.all()]
            closed = cities.close_oldest(int(what))
            after = [each.entry.code for each in cities.all()]
            gone = [code for code in before if code not in after]
            assert len(gone) == closed
            assert gone == [code for code in before if code not in busy][:closed]
        held = [each.entry.code for each in cities.all()]
        assert set(busy) <= set(held)
        assert held == [code for code in order if code in held]
        assert len(held) <= max(most, len(set(busy)) + 1)
        # What was closed was let go of once, and what is open was not.
        assert opened.codes == set(held)


def test_cities_that_take_too_much_together_are_closed_while_others_ask() -> None:
    opened = Opened()
    cities = OpenHostedCities(opened, 100)
    memory = CityMemory(cities, lambda: 10 * len(cities.all()), 40, lambda: None)
    asking = threading.Barrier(4)
    over = threading.Event()
    faults: list[str] = []

    def ask(first: int) -> None:
        asking.wait(PATIENCE)
        for asked in range(ROUNDS):
            code = "abcdefgh"[(first + asked) % 8]
            held = cities.begin(ENTRIES[code])
            if held.entry.code != code or code not in opened.codes:
                faults.append(code)
            cities.end(ENTRIES[code])

    def look() -> None:
        while not over.is_set():
            memory.look()

    with ThreadPoolExecutor(5) as readers:
        looking = readers.submit(look)
        try:
            list(readers.map(ask, range(4)))
        finally:
            over.set()
        looking.result()
    memory.look()
    memory.look()
    assert not faults
    assert len(opened.codes) <= 4
    assert all(times in (0, 1) for times in opened.open.values())


def test_an_idle_engine_rests_once_and_one_that_is_asked_does_not() -> None:
    now = [0.0]
    opened = Opened()
    cities = OpenHostedCities(opened, 10, lambda: now[0])
    for code in "abc":
        cities.begin(ENTRIES[code])
    cities.end(ENTRIES["a"])
    cities.end(ENTRIES["b"])
    now[0] = 100.0
    cities.of(ENTRIES["b"])
    now[0] = 350.0
    assert (cities.rest(300.0, 9), cities.rest(300.0, 9)) == (1, 0)
    assert opened.rested == ["a"]
    now[0] = 500.0
    assert cities.rest(300.0, 9) == 1
    assert opened.rested == ["a", "b"]
    # However lately they were asked: all but the last one, and none that is being answered.
    for code in "ab":
        cities.of(ENTRIES[code])
    assert cities.rest(300.0, 1) == 1
    assert opened.rested == ["a", "b", "a"]
    assert opened.times == 3


def test_a_city_that_cannot_be_opened_is_no_longer_being_answered() -> None:
    now, full, opened = [100.0], [True], Opened()

    def opener(entry: HostedCity) -> OpenCity:
        if full[0]:
            raise OSError(28, "No space left on device", str(entry.home))
        return opened(entry)

    cities = OpenHostedCities(opener, 10, lambda: now[0])
    for _ in range(2):
        with pytest.raises(CityClosed):
            cities.begin(ENTRIES["a"])
    full[0] = False
    now[0] += 60.0
    cities.begin(ENTRIES["a"])
    assert cities.close_oldest(1) == 0
    cities.end(ENTRIES["a"])
    assert cities.close_oldest(1) == 1
