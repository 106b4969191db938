"""Calls keep their room: at no depth does a call map memory anew each time."""

import resource

import pytest

from ayan.core.system.call_stack import with_room

CALLS = 200


def leaf() -> None:
    """What is called again and again; its frame is larger than a step in depth, so that it meets each end of a chunk."""


leaf.__code__ = leaf.__code__.replace(co_stacksize=64)


def at_depth(depth: int) -> int:
    """How many pages the system hands out to this thread while ``leaf`` is called ``CALLS`` times so deep."""
    if depth:
        return at_depth(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        leaf()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def depths_that_map_memory(call: object) -> list[int]:
    assert callable(call)
    return [depth for depth in range(250) if call(depth) >= CALLS / 2]


def test_with_room_no_depth_maps_memory_at_each_call() -> None:
    assert not depths_that_map_memory(with_room(at_depth))


def test_without_it_some_depths_do() -> None:
    if not depths_that_map_memory(at_depth):
        pytest.skip("this Python keeps room by itself")


def test_what_is_called_gets_and_gives_the_same() -> None:
    def echo(*given: object, **named: object) -> tuple[object, object]:
        return given, named

    def fails() -> None:
        raise ValueError("as it was")

    assert with_room(echo)(1, 2, three=3) == ((1, 2), {"three": 3})
    with pytest.raises(ValueError, match="as it was"):
        with_room(fails)()
