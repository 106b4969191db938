"""Any process is killed at any moment: nothing is lost, nothing is half, and people are answered or told why not."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from tests import sampling
from tests.browser.desk_hands import Browser, ready, what_is_seen
from tests.browser.desk_site import running as running_desk
from tests.cli.city import Town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import RunningSite, lives, publish_words, running, started, until
from tests.patience import PATIENCE

from ayan.cli.limits import LONGEST_WAIT
from ayan.wiring.city import City

pytestmark = pytest.mark.soak

ANSWERS_UNDER_LOAD = 10


def test_a_web_worker_under_load(town: Town) -> None:
    """Whoever asks meanwhile is answered, or where the machine is slow told in words that the site is busy."""
    with running(town, workers=2) as site:
        until(lambda: len(site.web()) == 2, "both answer")
        statuses: Counter[int] = Counter()
        unexplained: list[str] = []
        ended = threading.Event()

        def reader(number: int) -> None:
            asked = 0
            while not ended.is_set():
                asked += 1
                status, text = site.ask(f"/data/trees?_search={number}{asked % 50}", PATIENCE)
                statuses[status] += 1
                if status == 503 and "سامانه شلوغ است" not in text:
                    unexplained.append(text)

        readers = [threading.Thread(target=reader, args=(number,)) for number in range(4)]
        for thread in readers:
            thread.start()
        try:
            until(lambda: statuses[200] >= ANSWERS_UNDER_LOAD, "readers are answered", LONGEST_WAIT + PATIENCE)
            before = site.web()
            os.kill(before[0], signal.SIGKILL)
            answered = statuses[200] + ANSWERS_UNDER_LOAD
            until(lambda: statuses[200] >= answered, "readers are answered again", LONGEST_WAIT + PATIENCE)
        finally:
            ended.set()
            for thread in readers:
                thread.join()
        # What the dead one held in its hands goes with it: at most one request of each reader.
        assert statuses[0] <= len(readers), statuses
        assert set(statuses) <= {0, 200, 503}, statuses
        assert not unexplained
        until(lambda: len(site.web()) == 2 and before[0] not in site.web(), "another has taken its place")
        assert site.ask("/data/trees")[0] == 200
        assert "worker" in site.log_text().lower(), "the log says that one ended"
    assert checked_releases(town.city) == ["trees/1403-05/1"]


def test_the_main_process(town: Town) -> None:
    with running(town, workers=2) as site:
        until(lambda: len(site.web()) == 2 and site.background(), "all are there")
        family = site.processes()
        os.kill(site.main.pid, signal.SIGKILL)
        site.main.wait(PATIENCE)
        until(lambda: not any(lives(pid) for pid in family), "no orphan is left")
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", site.port))
    with running(town, workers=1) as again:
        assert again.ask("/data/trees")[0] == 200
    assert checked_releases(town.city) == ["trees/1403-05/1"]


def test_the_background_worker_while_it_has_nothing_to_do(town: Town) -> None:
    with running(town) as site:
        until(site.background, "it is there")
        for _ in range(2):
            (before,) = site.background()
            os.kill(before, signal.SIGKILL)
            until(partial(another, site, before), "another has taken its place")
            assert site.ask("/data/trees")[0] == 200


def test_the_background_worker_while_it_seals(tmp_path: Path) -> None:
    draw = sampling.chance("killed while the desk seals")
    with running_desk(tmp_path / "desk") as site:
        clerk = Browser(site, "clerk")
        first, second = Browser(site, "first"), Browser(site, "second")
        took = 1.0
        for trial in range(8):
            period = str(1380 + trial)
            path, digest, revision = ready(clerk, period)
            sent = {"expected_revision": revision, "digest": digest, "note": ""}
            assert clerk.post(f"{path}/sent", sent)[0] == 302
            approving = path.replace("/u/", "/approve/") + "/yes"
            for approver in (first, second):
                assert approver.post(approving, what_is_seen(approver, path))[0] == 302
            began = time.monotonic()
            if trial:
                time.sleep(draw.random() * took)
                for pid in site.workers():
                    os.kill(pid, signal.SIGKILL)
            # Whoever is killed again and again is waited for longer and longer, until a pause is as long as it may be.
            until(partial(is_published, clerk, path), "it is published", LONGEST_WAIT + PATIENCE)
            took = took if trial else time.monotonic() - began
            sealed = checked_releases(City(site.home, site.home / "store"), "deals")
            assert [ref for ref in sealed if f"/{period}/" in ref] == [f"deals/{period}/1"]


def test_publishing_on_the_command_line(town: Town) -> None:
    draw = sampling.chance("killed while the command publishes")
    began = time.monotonic()
    whole = started(town, *publish_words(trees(town, 4_000, "06"), "1403-06"))
    whole.communicate(timeout=PATIENCE)
    assert whole.returncode == 0
    took = time.monotonic() - began
    said_done = 0
    for trial in range(20):
        child = started(town, *publish_words(trees(town, 4_000 + trial, "06"), "1403-06"))
        time.sleep(took * draw.random())
        child.kill()
        out, _ = child.communicate(timeout=PATIENCE)
        said_done += "trees/1403-06/" in out
        # The next command settles whatever the dead one began.
        assert town.publish(trees(town, 300 + trial)).code == 0
        assert sum("1403-06" in ref for ref in checked_releases(town.city)) >= said_done, (
            "what was said to be done is missing"
        )


def another(site: RunningSite, before: int) -> bool:
    """Whether a background worker other than ``before`` is there."""
    return site.background() not in ([], [before])


def is_published(clerk: Browser, path: str) -> bool:
    return "منتشر شد" in clerk.get(path)[1]
