"""Two machines answer for one city: what one publishes the other shows, and either may be killed or begin anew."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import template_database
from tests.cli.city import GOOD, Town
from tests.cli.machines import NGINX, Load, Machine, nginx, two_machines
from tests.conftest import ROOT
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import publish_words, until
from tests.patience import PATIENCE

from ayan.config.limits import BEAT_SECONDS, SILENT_SECONDS

ROWS = "/api/v1/datasets/trees/rows"
COUNTED = f"{ROWS}?_count=1"
PATHS = ("/", "/data/trees", ROWS, "/en/data/trees")
SEEN_SECONDS = 2.0
"""In which one machine shows what another published, beside the time that its answers take at that moment."""
LOOKS = 3
"""Answers that may lie on the way: the one under way as it comes, the one in which it is noticed, and the one that is read."""
ROUNDS = 12

pytestmark = pytest.mark.skipif(not template_database.server(), reason="one file is one machine's (make test-postgres)")


def queue(machine: Machine, path: Path, first: int, count: int, seconds: float) -> None:
    words = [sys.executable, "-m", "tests.cli.queued_work", str(path), str(first), str(count), str(seconds)]
    subprocess.run(words, env=machine.environment, cwd=ROOT, check=True)


def counted(path: Path, word: str) -> Counter[str]:
    """How often each piece of work said so."""
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return Counter(line.split()[1] for line in lines if line.startswith(f"{word} "))


def ended_by(machine: Machine) -> list[str]:
    """By whom each piece of work was begun that has counted as done, in the order of the queue."""
    with psycopg.connect(machine.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT worker_ids ->> -1 FROM django_tasks_database_dbtaskresult "
            "WHERE task_path LIKE '%queued_work%' AND status = 'SUCCESSFUL' ORDER BY enqueued_at"
        )
        return [row[0] for row in rows]


def total(machine: Machine) -> int | None:
    status, body = machine.ask(COUNTED)
    return json.loads(body)["total"] if status == 200 else None


def seconds_until(machine: Machine, wanted: int | None) -> tuple[float, float]:
    """After how many seconds from now a machine is asked last that does not say yet that a dataset has so many rows.

    How long it takes with an answer, as with its first one, says nothing about what it knew when it was asked. With it,
    how long the slowest answer until then took: one in which a look for news was given up makes the next look wait.
    """
    began = asked = time.monotonic()
    last = slowest = 0.0
    while total(machine) != wanted:
        last, slowest = asked - began, max(slowest, time.monotonic() - asked)
        assert last < PATIENCE, f"waited in vain until {wanted} rows are seen"
        time.sleep(0.05)
        asked = time.monotonic()
    return last, slowest


def is_seen_in_time(machine: Machine, wanted: int | None) -> bool:
    """Whether a machine shows so many rows in time: in `SEEN_SECONDS`, and for the load that this machine has now.

    That load is measured by questions that nobody asked before and that wait for no news.
    """
    taken, slowest = seconds_until(machine, wanted)
    answers = []
    for number in range(LOOKS):
        began = time.monotonic()
        machine.ask(f"{COUNTED}&cost__gt={number + time.time_ns() % 1_000_000_000}")
        answers.append(time.monotonic() - began)
    allowed = SEEN_SECONDS + LOOKS * max(answers) + 2 * slowest
    assert taken < allowed, f"seen after {taken:.2f} s, allowed {allowed:.2f}: an answer takes {max(answers):.2f} s"
    return True


def indexed(machine: Machine) -> set[str]:
    """The index files of the dataset on a machine."""
    return {path.name for path in (machine.folder / "index" / "trees").glob("*.duckdb")}


@pytest.mark.database
def test_what_one_publishes_the_other_shows_and_work_goes_on_when_a_machine_is_gone(
    town: Town, database: None, tmp_path: Path
) -> None:
    work = tmp_path / "work.txt"
    with two_machines(town, {"DATABASE_URL": os.environ["DATABASE_URL"]}) as (first, second):
        for machine in (first, second):
            machine.start_site()
            machine.start_worker()
        until(lambda: "ready to take its place" in first.said() + second.said(), "one of two workers waits")
        holder, other = (first, second) if "ready to take its place" in second.said() else (second, first)
        assert total(other) == 0
        published = holder.ayan(*publish_words(town.file(GOOD)))
        assert published.code == 0, published.words
        assert is_seen_in_time(other, 3)
        # The worker that waits builds what its machine answers from.
        until(lambda: indexed(other), "the other machine has its index")
        held = indexed(other)
        assert not (town.home / "index" / "trees").exists()
        queue(first, work, 0, 4, 0.5)
        until(lambda: counted(work, "begun"), "the work begins")
        with Load((first, second), PATHS, readers=2, pause=0.02) as load:
            holder.kill(holder.worker)
            until(lambda: len(counted(work, "done")) == 4, "the other machine has done the rest")
            other.restart_site()
        assert load.statuses
        assert not load.failed
        assert max(counted(work, "done").values()) == 1, "nothing is done twice"
        gone = holder.ayan("withdraw", "trees/1403-05/1", "--code", "wrong-data", "--by", "متصدی (ساختگی)")
        assert gone.code == 0, gone.words
        assert all(is_seen_in_time(machine, 0) for machine in (first, second))
        until(lambda: not held & indexed(other), "what held the withdrawn rows is gone from the other machine")


def sent(machine: Machine, token: str) -> tuple[int, dict[str, Any]]:
    """What the door for systems says of a file that is sent under its key: status and words."""
    connection = http.client.HTTPConnection("127.0.0.1", machine.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "trees-1403-05", "X-Forwarded-Proto": "https"}
    address = "/desk/api/submissions?dataset=trees&period=1403-05&name=trees.csv"
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("POST", address, GOOD.encode(), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    return 0, {}


@pytest.mark.database
def test_the_key_of_a_file_is_free_as_soon_as_the_machine_that_took_it_is_killed(town: Town, database: None) -> None:
    with (
        two_machines(town, {"DATABASE_URL": os.environ["DATABASE_URL"]}) as (killed, other),
        ThreadPoolExecutor() as pool,
    ):
        for machine in (killed, other):
            machine.start_site()
        words = [sys.executable, "-m", "tests.cli.sending_token"]
        token = subprocess.run(
            words, env=killed.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()
        with psycopg.connect(os.environ["DATABASE_URL"]) as lock, psycopg.connect(os.environ["DATABASE_URL"]) as look:
            # The first request comes as far as its submission, and stands there.
            lock.execute("LOCK TABLE desk_submission IN EXCLUSIVE MODE")
            first = pool.submit(sent, killed, token)
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'desk_submission'::regclass"
            until(lambda: look.execute(waits).fetchone() == (1,), "the first one has its key")
            status, said = sent(other, token)
            assert (status, said["code"]) == (409, "in-progress")
            killed.kill(killed.site)
            assert first.result()[0] == 0
        # A session of the database ends when it next speaks to whoever is gone: here, as it gets its lock.
        until(lambda: sent(other, token)[0] in (200, 201), "another machine takes it")
        status, said = sent(other, token)
        assert (status, said["again"]) == (200, True)
        with psycopg.connect(os.environ["DATABASE_URL"]) as look:
            assert look.execute("SELECT count(*), count(submission) FROM sources_arrival").fetchone() == (1, 1)


@pytest.mark.soak
@pytest.mark.database
def test_a_worker_that_sleeps_loses_its_place_and_does_nothing_when_it_wakes(
    town: Town, database: None, tmp_path: Path
) -> None:
    work = tmp_path / "work.txt"
    with two_machines(town, {"DATABASE_URL": os.environ["DATABASE_URL"]}) as (sleeping, other):
        sleeping.start_worker()
        queue(sleeping, work, 0, 1, 0.1)
        until(lambda: counted(work, "done"), "the first worker works")
        other.start_worker()
        until(lambda: "ready to take its place" in other.said(), "the second waits")
        queue(sleeping, work, 1, 3, 2.0)
        until(lambda: counted(work, "begun")["1"], "the first has begun more")
        assert sleeping.worker is not None
        sleeping.worker.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        until(lambda: len(counted(work, "done")) == 4, "the second has done all of it")
        assert time.monotonic() - began > SILENT_SECONDS - BEAT_SECONDS
        sleeping.worker.send_signal(signal.SIGCONT)
        until(lambda: "begins anew" in sleeping.said(), "the first notices")
        until(lambda: "ready to take its place" in sleeping.said(), "it waits now")
        # It may have come to the end of the piece in which it slept, and that counts for nothing.
        assert [counted(work, "done")[name] for name in "023"] == [1, 1, 1]
        assert {name.split(".")[1] for name in ended_by(sleeping)[1:]} == {"2"}
        other.kill(other.worker)
        queue(sleeping, work, 10, 1, 0.1)
        until(lambda: counted(work, "done")["10"], "the first has the place again")


@pytest.mark.soak
@pytest.mark.database
def test_processes_are_killed_again_and_again_and_nobody_notices(town: Town, database: None, tmp_path: Path) -> None:
    work, pieces = tmp_path / "work.txt", 0
    chance = random.Random(26)
    with two_machines(town, {"DATABASE_URL": os.environ["DATABASE_URL"]}) as machines:
        for machine in machines:
            machine.start_site()
            machine.start_worker()
        with Load(machines, PATHS, readers=4, pause=0.01) as load:
            for number in range(ROUNDS):
                queue(machines[0], work, pieces, 3, 0.3)
                pieces += 3
                rows = number + 1
                seller, reader = chance.sample(machines, 2)
                published = seller.ayan(*publish_words(trees(town, rows), "1403-05"))
                assert published.code == 0, published.words
                assert is_seen_in_time(reader, rows)
                victim, other = chance.sample(machines, 2)
                match number % 3:
                    case 0:
                        victim.kill(victim.worker)
                        victim.start_worker()
                    case 1:
                        victim.kill(victim.site)
                        victim.start_site()
                    case _:
                        for machine in (victim, other):
                            machine.restart_site()
            until(lambda: len(counted(work, "done")) == pieces, "all work is done")
        assert load.statuses
        assert not load.failed
        assert max(counted(work, "done").values()) == 1
    assert len(checked_releases(town.city)) == ROUNDS


@pytest.mark.soak
@pytest.mark.database
@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine: install the package nginx")
def test_behind_nginx_one_machine_after_the_other_begins_anew_and_no_request_fails(
    town: Town, database: None, tmp_path: Path
) -> None:
    with two_machines(town, {"DATABASE_URL": os.environ["DATABASE_URL"]}) as machines:
        for machine in machines:
            machine.start_site()
        assert machines[0].ayan(*publish_words(town.file(GOOD))).code == 0
        with nginx(machines, tmp_path / "nginx") as door, Load((door,), PATHS, readers=4, pause=0.01) as load:
            for machine in (*machines, *machines):
                machine.restart_site()
            for machine in machines:
                machine.kill(machine.site)
                machine.start_site()
        assert load.statuses
        assert not load.failed
