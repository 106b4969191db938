"""A question put to cities of an installation: some at a time, each for itself, and none waits for a slow one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Final, TypeVar

from ayan.apps.national.city_cells import CityMissing
from ayan.apps.national.limits import ASKED_AT_ONCE, CITIES_SECONDS
from ayan.apps.national.national_standing import CityOutOfReach, NationalStanding
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.store.damage import UNREADABLE, DatasetDamaged
from ayan.core.system import processor_budget
from ayan.wiring.city import City

Result = TypeVar("Result")
_LOG: Final = logging.getLogger(__name__)
_LOCK: Final = threading.Lock()
_POOL: list[ThreadPoolExecutor] = []


def ask_each(
    national: NationalStanding, codes: Sequence[str], act: Callable[[City], Result]
) -> tuple[Mapping[str, Result], Mapping[str, str]]:
    """What each city says, by code in their order; and of those that say nothing, why (`CityMissing.why`).

    ``slow`` are those that had not answered within `CITIES_SECONDS`. Raises BadQuestion as soon as one does: what is no
    question for one city is none for all.
    """
    budget = processor_budget.current()
    futures = {code: _pool().submit(copy_context().run, _asked, national, code, act) for code in codes}
    wait(futures.values(), CITIES_SECONDS)
    said: dict[str, Result] = {}
    missing: dict[str, str] = {}
    for code, future in futures.items():
        if not future.done():
            future.cancel()
            missing[code] = "slow"
            continue
        outcome, seconds = future.result()
        if budget is not None:
            budget.charge(seconds)
        if isinstance(outcome, BadQuestion):
            for waiting in futures.values():
                waiting.cancel()
            raise outcome
        if isinstance(outcome, CityMissing):
            missing[code] = outcome.why
        else:
            said[code] = outcome
    return said, missing


def _asked(
    national: NationalStanding, code: str, act: Callable[[City], Result]
) -> tuple[Result | CityMissing | BadQuestion, float]:
    """What a city says or why it says nothing, and the processor seconds of this thread that it took."""
    began = time.thread_time()
    outcome: Result | CityMissing | BadQuestion
    try:
        with national.reach(code) as city:
            outcome = act(city)
    except (CityMissing, BadQuestion) as none:
        outcome = none
    except Unanswered:
        outcome = CityMissing("slow")
    except (CityOutOfReach, DatasetDamaged, BucketFault, *UNREADABLE):
        outcome = CityMissing("unreadable")
    except Exception:  # noqa: BLE001 - whatever is wrong with one city, the others answer
        _LOG.exception("the city %s cannot be asked", code)
        outcome = CityMissing("unreadable")
    return outcome, time.thread_time() - began


def _pool() -> ThreadPoolExecutor:
    """The threads of this process that ask cities; begun with the first question."""
    with _LOCK:
        if not _POOL:
            _POOL.append(ThreadPoolExecutor(ASKED_AT_ONCE, "cities"))
        return _POOL[0]
