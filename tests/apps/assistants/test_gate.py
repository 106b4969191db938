"""The door of assistants bears so many requests at once, and each for so long; whoever is turned away is told to come again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import anyio
import pytest
from tests import event_loop
from tests.apps.assistants.assistant import ADDRESS, knocking
from tests.patience import PATIENCE

from ayan.apps.assistants import gate
from ayan.apps.assistants.limits import MOST_AT_ONCE

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "missing", "arguments": {}}}
ACCEPTED = {"Accept": "application/json, text/event-stream"}


class HeldSite:
    """A site that answers nobody before it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        del environ
        assert self.let_go.wait(PATIENCE)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"missing": []}).encode()]


def test_so_many_are_answered_at_once_and_the_next_is_told_to_come_again() -> None:
    site, statuses = HeldSite(), list[int]()

    async def crowd() -> None:
        async with knocking(site) as web, anyio.create_task_group() as group:

            async def ask() -> None:
                answer = await web.post(ADDRESS, json=CALL, headers=ACCEPTED, timeout=PATIENCE)
                statuses.append(answer.status_code)
                if answer.status_code != 200:
                    assert answer.json()["error"]["data"]["code"] == "assistants-busy"
                    assert int(answer.headers["retry-after"]) > 0
                    site.let_go.set()

            for _ in range(MOST_AT_ONCE + 1):
                group.start_soon(ask)
        statuses.append(-1)
        async with knocking(site) as web:
            statuses.append((await web.post(ADDRESS, json=CALL, headers=ACCEPTED)).status_code)

    event_loop.run(crowd)
    assert statuses == [503, *[200] * MOST_AT_ONCE, -1, 200]


def test_whom_the_site_keeps_waiting_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "REQUEST_SECONDS", 0.2)
    site = HeldSite()

    async def wait() -> None:
        async with knocking(site) as web:
            try:
                answer = await web.post(ADDRESS, json=CALL, headers=ACCEPTED, timeout=PATIENCE)
                assert not site.let_go.is_set()
                assert (answer.status_code, answer.json()["error"]["data"]["code"]) == (503, "assistants-busy")
            finally:
                site.let_go.set()

    event_loop.run(wait)
