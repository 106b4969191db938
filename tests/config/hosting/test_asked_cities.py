"""Cities that are asked together: nobody waits for one that is late, and the fault of one is no other's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.patience import PATIENCE

from ayan.apps.national import asked_cities
from ayan.apps.national.asked_cities import ask_each
from ayan.apps.national.city_cells import CityMissing
from ayan.apps.national.national_register import NationalRegister
from ayan.apps.national.national_standing import CityOutOfReach, NationalStanding
from ayan.core.query.answer import TooSlow
from ayan.core.query.problem import BadQuestion, problem

over = threading.Event()
"""Until it is set, the late city says nothing."""


@contextmanager
def reach(code: str) -> Iterator[Any]:
    if code == "closed":
        raise CityOutOfReach
    yield code


def act(code: Any) -> str:
    faults: dict[str, Exception] = {
        "damaged": OSError("a file"),
        "heavy": TooSlow(),
        "odd": ZeroDivisionError(),
        "without": CityMissing("not-published"),
        "bad": BadQuestion([problem("needed", "by")]),
    }
    if code == "late":
        over.wait(PATIENCE)
    if code in faults:
        raise faults[code]
    return f"said by {code}"


def test_each_city_answers_for_itself_and_nobody_waits_for_a_late_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_cities, "CITIES_SECONDS", 3.0)
    national = NationalStanding(NationalRegister(tmp_path / "register"), lambda: (), reach=reach)
    codes = ["late", "first", "closed", "damaged", "heavy", "odd", "without", "last"]
    over.clear()
    said, missing = ask_each(national, codes, act)
    assert not over.is_set(), "the late one has not come to its end"
    over.set()
    assert said == {"first": "said by first", "last": "said by last"}
    assert missing == {
        "late": "slow",
        "closed": "unreadable",
        "damaged": "unreadable",
        "heavy": "slow",
        "odd": "unreadable",
        "without": "not-published",
    }
    with pytest.raises(BadQuestion):
        ask_each(national, ["first", "bad"], act)
