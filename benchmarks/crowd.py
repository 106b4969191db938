"""A crowd before the site: ten ordinary readers, clerks at the desk, and a hundred costly questions from one address.

Run with `python -m benchmarks.crowd [--seconds 1200] [--home DIR] [--scale small]`. An invented city is built where
none stands, and served by `ayan serve` with its worker and two processes. This program plays the proxy: it says in
X-Real-IP who asks. It prints as time goes by what ordinary readers and clerks wait for and what memory the processes
take, and at the end what became of the costly questions. It ends with 1 when an ordinary reader met an error, or when
five of a hundred ordinary answers took longer than 300 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from benchmarks.data_api import AYAN, environment, memory, served
from tests.browser.desk_site import SEED
from tests.conftest import ROOT
from tests.ports import free_port

GOAL_MS: Final = 300
RUDE: Final = "192.0.2.66"
HOST: Final = "shafaf.example"
EVERY: Final = 10.0
"""Seconds between two lines."""
THINKING: Final = 1.5
"""Seconds that a reader looks at a page, in the mean."""
PAUSE: Final = 1.0
"""Seconds after which a costly question that was refused is asked again, whatever the refusal says."""

WORDS: Final = ("خیابان", "قرارداد", "پارک", "آسفالت", "درخت", "شورا", "بودجه", "فضای", "نوسازی", "مجتمع")
DATASETS: Final = ("payments", "contracts", "building-permits", "council-votes", "revenues")
DESK: Final = ("/desk/", "/desk/u/", "/desk/calendar", "/desk/account", "/desk/sign-in", "/en/desk/")


@dataclass
class Seen:
    """What one kind of asker met: seconds of answers, and how often each status; 0 is no answer at all."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    shapes: dict[str, list[float]] = field(default_factory=dict)

    def note(self, path: str, status: int, seconds: float) -> None:
        """Take in an answer."""
        self.statuses[status] += 1
        self.took.append(seconds)
        address, _, question = path.removeprefix("/en").partition("?")
        words = sorted(part.partition("=")[0] for part in question.split("&") if part)
        self.shapes.setdefault("?".join([address, *["&".join(words)][: len(words)]]), []).append(seconds)

    def slowest(self, count: int) -> str:
        """The addresses, without what they ask for, that were waited for longest, one a line."""
        waits = {shape: statistics.quantiles(took * 2, n=20) for shape, took in self.shapes.items()}
        latest = sorted(waits, key=lambda shape: -waits[shape][-1])[:count]
        return "\n".join(
            f"    p50 {waits[shape][9] * 1000:5.0f} ms  p95 {waits[shape][-1] * 1000:5.0f} ms"
            f"  {len(self.shapes[shape]):5,} x {shape}"
            for shape in latest
        )

    def line(self, name: str) -> str:
        """In one line."""
        ordered = sorted(self.took) or [0.0]
        middle, late = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        counts = ", ".join(f"{status or 'none'}: {count:,}" for status, count in sorted(self.statuses.items()))
        seconds = f"p50 {middle * 1000:7.0f} ms  p95 {late * 1000:7.0f} ms  worst {ordered[-1]:6.2f} s"
        return f"{name:<10} {seconds}  {counts}"

    @property
    def late(self) -> float:
        """Milliseconds that ninety-five of a hundred answers keep to."""
        ordered = sorted(self.took) or [0.0]
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000


def ordinary(chance: random.Random) -> str:
    """What somebody asks who wants to know something: mostly a page that nobody has asked for just now."""
    slug, prefix = chance.choice(DATASETS), chance.choice(("", "/en"))
    return chance.choice(
        (
            f"{prefix}/",
            f"{prefix}/data/",
            f"{prefix}/data/{slug}",
            f"{prefix}/data/{slug}?_size={chance.randrange(10, 60)}",
            f"{prefix}/data/{slug}?_search={quote(chance.choice(WORDS))}&_size={chance.randrange(10, 60)}",
            f"{prefix}/data/{slug}/releases",
            f"/api/v1/datasets/{slug}/rows?_size={chance.randrange(1, 100)}",
            f"{prefix}/budget",
            f"{prefix}/council",
            f"{prefix}/search?q={quote(chance.choice(WORDS))}",
        )
    )


def costly(chance: random.Random) -> str:
    """What somebody asks who wants the machine to be busy."""
    nothing = quote(" ".join("".join(chance.choices("ابپتثجچحخدذرز", k=7)) for _ in range(10)))
    slug, number = chance.choice(DATASETS), chance.randrange(10**9)
    return chance.choice(
        (
            f"/api/v1/search?q={nothing}",
            f"/search?q={nothing}",
            f"/search.atom?q={nothing}",
            f"/api/v1/datasets/payments/groups?by=number,payee,paid_on,subject&distinct=unit&_search={number}",
            f"/api/v1/datasets/payments/groups?by=payee&median=amount&distinct=number&amount__gt={number}",
            f"/api/v1/datasets/{slug}/changes.csv?from=1300-01-01&_lang={chance.choice(('fa', 'en'))}",
            f"/api/v1/datasets/{slug}/changes?from=1300-01-01&_size={chance.randrange(1, 1000)}",
            f"/api/v1/datasets/payments/rows.csv?_sort=subject&amount__gt={number}",
            f"/data/{slug}?_as_of=1404-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}&_search={number}",
            f"/compare?_data=payments&_measure=sum_amount&_by=payee&_over=paid_on:month&amount__gt={number}",
        )
    )


async def ask(port: int, path: str, address: str, cookie: str = "") -> int:
    """The status of one answer, read to its end; 0 where there is none."""
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Real-IP: {address}\r\nX-Forwarded-Proto: https\r\n"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(f"{head}Accept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
            status = await asyncio.wait_for(reader.readline(), 60)
            while await asyncio.wait_for(reader.read(1 << 18), 60):
                pass
            return int(status.split()[1])
        finally:
            writer.close()
    except (OSError, ValueError, IndexError, TimeoutError):
        return 0


async def asker(
    port: int, until: float, seen: Seen, pause: Callable[[int], float], path: Callable[[], str], who: tuple[str, str]
) -> None:
    """Ask again and again."""
    while time.monotonic() < until:
        began = time.monotonic()
        asked = path()
        status = await ask(port, asked, *who)
        seen.note(asked, status, time.monotonic() - began)
        await asyncio.sleep(pause(status))


def hostile(port: int, seconds: float, count: int, outcome: multiprocessing.Queue[Counter[int]]) -> None:
    """In a process of its own, which stands back behind what is measured: so many costly questions at any time."""
    os.nice(5)
    seen, until, chance = Seen(), time.monotonic() + seconds, random.Random(1)

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(count):
                tasks.create_task(
                    asker(
                        port,
                        until,
                        seen,
                        lambda status: 0.0 if status == 200 else PAUSE * chance.uniform(0.5, 1.5),
                        lambda: costly(chance),
                        (RUDE, ""),
                    )
                )

    asyncio.run(all_of_them())
    outcome.put(seen.statuses)


async def warm(port: int) -> None:
    """Ask for some of everything until every process has answered a good deal."""
    chance = random.Random(3)
    for _ in range(20):
        await asyncio.gather(*(ask(port, ordinary(chance), f"198.51.100.{place}") for place in range(100, 106)))


async def measure(args: argparse.Namespace, port: int, pid: int, sessions: Sequence[str]) -> tuple[Seen, Seen]:
    """Let readers and clerks ask, and print how they fare."""
    readers, clerks, until, chance = Seen(), Seen(), time.monotonic() + args.seconds, random.Random(2)
    began = time.monotonic()

    def thinking(_status: int) -> float:
        return chance.expovariate(1 / THINKING)

    async def tell() -> None:
        while time.monotonic() + EVERY < until:
            await asyncio.sleep(EVERY)
            anonymous, proportional = memory(pid)
            print(
                f"{time.monotonic() - began:6.0f} s  memory {anonymous:,} MiB ({proportional:,} with files)", flush=True
            )
            print(f"          {readers.line('readers')}\n          {clerks.line('clerks')}", flush=True)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(tell())
        for number in range(args.readers):
            who = (f"198.51.100.{number + 1}", "")
            tasks.create_task(asker(port, until, readers, thinking, lambda: ordinary(chance), who))
        for number, session in enumerate(sessions):
            who = (f"203.0.113.{number + 1}", f"ayan_desk={session}")
            tasks.create_task(asker(port, until, clerks, thinking, lambda: chance.choice(DESK), who))
    return readers, clerks


def main() -> int:
    """Build, serve, ask and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--home", type=Path, help="where the city stands or is to stand")
    parser.add_argument("--scale", default="small")
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--clerks", type=int, default=3)
    parser.add_argument("--hostile", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ayan-crowd-") as folder:
        return run(args, (args.home or Path(folder) / "city").absolute())


def run(args: argparse.Namespace, home: Path) -> int:
    """One trial over a city."""
    if not home.exists():
        build = [*AYAN, "demo", "--home", str(home), "--scale", args.scale, "--no-serve"]
        subprocess.run(build, check=True, stdout=sys.stderr)
    port = free_port()
    settings = {
        "DJANGO_SETTINGS_MODULE": "ayan.config.settings.production",
        "AYAN_HOSTS": HOST,
        "AYAN_SECRET_KEY": "s" * 60,
        "AYAN_PROXIES": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    surroundings = environment(home, **settings)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=surroundings, cwd=ROOT, check=True)
    seeded = subprocess.run(
        [sys.executable, "-c", SEED], env=surroundings, cwd=ROOT, check=True, capture_output=True, text=True
    )
    sessions = list(json.loads(seeded.stdout.splitlines()[-1]).values())[: args.clerks]
    outcome: multiprocessing.Queue[Counter[int]] = multiprocessing.Queue()
    with served([*AYAN, "serve", "--port", str(port), "--workers", str(args.workers)], port, surroundings) as pid:
        # A process opens files and templates with its first answers; a city is not under siege when it starts.
        asyncio.run(warm(port))
        print(f"{args.seconds:.0f} s, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} when it begins", flush=True)
        rude = multiprocessing.Process(target=hostile, args=(port, args.seconds, args.hostile, outcome))
        rude.start()
        readers, clerks = asyncio.run(measure(args, port, pid, sessions))
        costly_met = Seen(statuses=outcome.get(timeout=120))
        rude.join()
    wrong = sum(count for status, count in readers.statuses.items() if not 200 <= status < 400)
    print(f"{readers.line('readers')}\n{clerks.line('clerks')}\n{costly_met.line('costly')}")
    print(f"where readers waited longest:\n{readers.slowest(12)}")
    print(f"errors of ordinary readers: {wrong} (goal 0); p95 {readers.late:.0f} ms (goal {GOAL_MS})")
    return int(wrong > 0 or readers.late > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
