"""Many cities in one installation: what each takes in a process, and readers of all of them while some publish.

``python -m benchmarks.cities cost [--cities N] [--home DIR]``: one process, every city asked for its home page, a
search and a question; its anonymous memory before and after.

``python -m benchmarks.cities trial [--cities N] [--home DIR] [--processes P] [--seconds S]``: two servers over one
installation with half of the processes each, as nginx would have them; every city is asked for by each server, then
readers ask any city for anything while ten cities publish, each of which must be seen at both servers. A third server
has one of the cities by itself; it is asked the same in turn, a few seconds each, so that both meet the same load.

The cities are copies of one home under host names, folders, databases and signing keys of their own; what never changes
(parts, index files) is hard-linked. They keep the key of the home's log.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from benchmarks import data_api, pipeline

ROWS: Final = 2_000
PUBLISHING: Final = 10
READERS: Final = 4
SWEEPING: Final = 2
SERVERS: Final = 2
FIRST_PORT: Final = 8721
ALONE_PROCESSES: Final = 2
FURTHER: Final = 1402
RELEASE: Final = f"/en/data/bench-payments/releases/{FURTHER}/1"
# Seconds of one crowd before the next one has its turn, and for which a publication is waited for.
TURN_SECONDS: Final = 3.0
SEEN_PATIENCE: Final = 30.0
PATIENCE: Final = 300.0
SECRET: Final = "of-the-benchmark-" * 4
NEVER_CHANGED: Final = ("store/releases", "index", "originals")
SWEEP: Final = ("/en/", "/en/search?q=park")
WORDS: Final = ("park", "street", "bridge", "water", "school", "lamp", "tree", "bus", "paving", "canal")


def code_of(number: int) -> str:
    """The code of a copy."""
    return f"c{number:03}"


def host_of(code: str) -> str:
    """The host name of a copy."""
    return f"{code}.example"


def made_home(folder: Path) -> Path:
    """A small city: what is declared with Ayan, and one table of its own with `ROWS` rows."""
    home = folder / "home"
    if not (home / "ayan.toml").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        data_api.publish(home, ROWS)
    subprocess.run([*data_api.AYAN, "migrate"], env=data_api.environment(home), check=True, stdout=subprocess.DEVNULL)
    return home


def installation(home: Path, folder: Path, cities: int) -> Path:
    """An installation of so many copies of a home; those that stand there already stay."""
    root = folder / f"installation-{home.name}"
    root.mkdir(parents=True, exist_ok=True)
    lines = []
    for code in map(code_of, range(cities)):
        if not (root / code / "ayan.toml").exists():
            shutil.rmtree(root / code, ignore_errors=True)
            copied(home, root / code)
        lines.append(f'[{code}]\nhosts = ["{host_of(code)}"]\norigin = "http://{host_of(code)}"\n')
    (root / "cities.toml").write_text("\n".join(lines), encoding="utf-8")
    return root


def copied(home: Path, target: Path) -> None:
    """A copy of a home, of which what never changes takes no room."""

    def copy(source: str, to: str) -> str:
        name = Path(source).relative_to(home).as_posix()
        if name.startswith(NEVER_CHANGED) and Path(source).stat().st_size > 1024:
            os.link(source, to)
        else:
            shutil.copy2(source, to)
        return to

    shutil.copytree(home, target, copy_function=copy, symlinks=True, ignore=shutil.ignore_patterns(".spill", "*.lock"))


def variables(root: Path, **more: str) -> dict[str, str]:
    """The environment of an installation's processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AYAN_", "DATABASE_URL"))}
    own = {"AYAN_CITIES": str(root), "AYAN_SECRET_KEY": SECRET, "AYAN_ALLOW_CLI_APPROVAL": "1", "AYAN_WORKER": "apart"}
    return kept | own | more


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(port: int, host: str, path: str) -> tuple[int, float]:
    """The status of an answer and the seconds until its last byte."""
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        line.request("GET", path, headers={"Host": host})
        answer = line.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - began
    finally:
        line.close()


def addresses(chance: random.Random) -> Iterator[str]:
    """What readers ask for, without end: few of these are kept answers."""
    slug = "bench-payments"
    while True:
        word, number = chance.choice(WORDS), chance.randrange(10_000)
        yield chance.choice(
            (
                "/en/",
                f"/en/data/{slug}?_search={word}{number}",
                f"/api/v1/datasets/{slug}/rows?_size=20&amount__gte={number}",
                f"/en/search?q={word}+{number}",
                "/data/",
                "/en/log/",
            )
        )


def crowd(
    ports: Sequence[int], hosts: Sequence[str], seconds: float, readers: int, first: int = 0
) -> tuple[list[float], Counter[int]]:
    """Readers who ask for ``seconds``; the seconds of every answer, and how many there were of each status."""
    until, taken, statuses, lock = time.monotonic() + seconds, list[float](), Counter[int](), threading.Lock()

    def read(number: int) -> None:
        chance = random.Random(number)
        for path in addresses(chance):
            if time.monotonic() > until:
                return
            status, spent = ask(chance.choice(ports), chance.choice(hosts), path)
            with lock:
                statuses[status] += 1
                taken.append(spent)

    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(read, range(first, first + readers)))
    return taken, statuses


def said(what: str, taken: Sequence[float], statuses: Counter[int]) -> None:
    """Print what readers met with."""
    ordered = sorted(taken)
    middle, late = statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000
    print(f"{what}: {len(taken)} answers, median {middle:.0f} ms, p95 {late:.0f} ms, {dict(statuses)}", flush=True)


# --- one process ------------------------------------------------------------------------------------------------------


@contextmanager
def servers(command: Sequence[str], env: dict[str, str], ports: Sequence[int], each: int) -> Iterator[list[int]]:
    """Servers with so many processes each; their process ids."""
    with ExitStack() as stack:
        commands = [(port, [*data_api.AYAN, *command, "--port", str(port), "--workers", str(each)]) for port in ports]
        yield [stack.enter_context(data_api.served(words, port, env, PATIENCE)) for port, words in commands]


def sweep(ports: Sequence[int], hosts: Sequence[str]) -> tuple[list[float], Counter[int]]:
    """Ask each server for every city once."""
    every = [(port, host, path) for host in hosts for port in ports for path in SWEEP]
    # Two at a time, as many as this machine has cores: more would wait for each other and for the readers' queue.
    with ThreadPoolExecutor(SWEEPING) as pool:
        answers = list(pool.map(lambda asked: ask(*asked), every))
    return [spent for _, spent in answers], Counter(status for status, _ in answers)


def cost(root: Path, cities: int, memory: int, port: int) -> None:
    """One process that is asked for every city."""
    hosts = [host_of(code_of(number)) for number in range(cities)]
    asked = (*SWEEP, "/en/search?q=how+much+was+paid")
    with servers(["serve"], variables(root, AYAN_MEMORY_MB=str(memory)), [port], 1) as (pid,):
        print(f"before any city: {data_api.memory(pid)[0]} MiB anonymous")
        for path in asked:
            ask(port, hosts[0], path)
        first = data_api.memory(pid)[0]
        print(f"after the first: {first}")
        before = first
        began = time.monotonic()
        for path in asked:
            for host in hosts[1:]:
                ask(port, host, path)
            now = data_api.memory(pid)[0]
            print(f"{path} of {cities - 1} more: {now} MiB, {(now - before) / (cities - 1):.2f} MiB each")
            before = now
        time.sleep(10.0)
        print(f"at rest: {data_api.memory(pid)[0]}")
        print(f"all: {(before - first) / (cities - 1):.2f} MiB a further city, {time.monotonic() - began:.0f} s")


# --- the trial --------------------------------------------------------------------------------------------------------


def publish(root: Path, codes: Sequence[str], ports: Sequence[int]) -> tuple[list[float], list[float]]:
    """Publish a further year to some cities, one after the other.

    The seconds of each, and after how many more each server showed it; `PATIENCE` where one never did.
    """
    file, taken, seen = root.parent / "further.csv", list[float](), list[float]()
    pipeline.make_input(file, ROWS, 10_000_000, FURTHER)
    words = ["publish", str(file), "--dataset", "bench-payments", "--period", str(FURTHER)]
    people = ["--by", pipeline.CLERK, "--approve", pipeline.APPROVER]
    for code in codes:
        if any(ask(port, host_of(code), RELEASE)[0] != 404 for port in ports):
            raise SystemExit(f"{code} has the year {FURTHER} already: remove {root} and begin anew")
        began = time.perf_counter()
        command = [*data_api.AYAN, "--city", code, *words, *people]
        subprocess.run(command, env=variables(root), check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
        began = time.perf_counter()
        for port in ports:
            while ask(port, host_of(code), RELEASE)[0] != 200 and time.perf_counter() - began < SEEN_PATIENCE:
                time.sleep(0.05)
            seen.append(time.perf_counter() - began)
    return taken, seen


def proportional(pids: Sequence[int]) -> int:
    """The proportional set sizes of some servers and the processes below them, in sum, MiB."""
    return sum(data_api.memory(pid)[1] for pid in pids)


def of_each(pids: Sequence[int]) -> list[int]:
    """The anonymous memory of every process below some servers, MiB."""
    out = []
    for pid in pids:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            text = Path(f"/proc/{child}/smaps_rollup").read_text(encoding="ascii")
            out.append(int(re.findall(r"Anonymous:\s+(\d+)", text)[0]) >> 10)
    return out


def trial(root: Path, args: argparse.Namespace) -> None:
    """All cities, ten of which publish, and one of them by itself beside them; readers ask these in turn."""
    codes = [code_of(number) for number in range(args.cities)]
    publishing = codes[-min(PUBLISHING, args.cities // 2) :]
    hosts, (*ports, alone) = [host_of(code) for code in codes], ports_from(args.port)
    each = args.processes // SERVERS
    by_itself = ["--city", codes[0], "serve"]
    began = time.monotonic()
    with (
        servers(["serve"], variables(root, AYAN_MEMORY_MB=str(args.memory)), ports, each) as pids,
        servers(by_itself, variables(root), [alone], ALONE_PROCESSES) as single,
    ):
        print(f"{SERVERS * each} processes for {args.cities} cities answer after {time.monotonic() - began:.1f} s")
        print(f"before any city: PSS {proportional(pids)} MiB", flush=True)
        began = time.monotonic()
        sweep([alone], hosts[:1])
        said("every city, from each server, for the first time", *sweep(ports, hosts))
        print(f"that took {time.monotonic() - began:.0f} s; PSS {proportional(pids)} MiB; {of_each(pids)}", flush=True)
        # Not in the sum: what the one city by itself takes is no part of the installation.
        over, most = threading.Event(), [0]

        def look() -> None:
            while not over.wait(5.0):
                most[0] = max(most[0], proportional(pids))

        with ThreadPoolExecutor(2) as beside:
            looking = beside.submit(look)
            published = beside.submit(publish, root, publishing, ports)
            of_one, of_all = in_turn(args.seconds, [([alone], hosts[:1]), (ports, hosts)], published.done)
            taken, seen = published.result()
            over.set()
            looking.result()
        said(f"readers of one city by itself, {ALONE_PROCESSES} processes", *of_one)
        said(f"readers of all cities while {len(publishing)} publish", *of_all)
        print(f"published to {len(taken)} cities, {statistics.median(taken):.1f} s each, load {os.getloadavg()[0]:.0f}")
        late = sum(seconds >= SEEN_PATIENCE for seconds in seen)
        print(f"seen at each server after {max(seen):.2f} s at most, {late} of {len(seen)} never")
        print(f"PSS {proportional(pids)} MiB, at most {max(most[0], proportional(pids))}; {of_each(pids)}")
        print(f"one city by itself: PSS {proportional(single)} MiB", flush=True)
        shown = Counter(ask(port, host_of(code), RELEASE)[0] for code in publishing for port in ports)
        silent = [code for code in codes if code not in publishing][:PUBLISHING]
        others = Counter(ask(port, host_of(code), RELEASE)[0] for code in silent for port in ports)
        print(f"what was published is there: {dict(shown)}; at cities that did not publish: {dict(others)}", flush=True)


def ports_from(first: int) -> list[int]:
    """The ports of the servers of all cities, and that of the one that has a city by itself."""
    return [first + number for number in range(SERVERS + 1)]


Asked = tuple[list[float], Counter[int]]


def in_turn(
    seconds: float, of: Sequence[tuple[Sequence[int], Sequence[str]]], done: Callable[[], bool]
) -> tuple[Asked, ...]:
    """Crowds of several servers, one after the other and again, so that all meet the same load.

    At least so many seconds in all, and until what is beside them is done.
    """
    until = time.monotonic() + seconds
    met: tuple[Asked, ...] = tuple(([], Counter()) for _ in of)
    turns = 0
    while time.monotonic() < until or not done():
        for (ports, hosts), (taken, statuses) in zip(of, met, strict=True):
            more, counted = crowd(ports, hosts, TURN_SECONDS, READERS, first=turns * READERS)
            taken.extend(more)
            statuses.update(counted)
        turns += 1
    return met


def main(argv: Sequence[str] | None = None) -> None:
    """Make the cities where they are not there yet, then measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("does", choices=("cost", "trial"))
    parser.add_argument("--cities", type=int, default=300)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--memory", type=int, default=1_900, help="MiB that a process may take (AYAN_MEMORY_MB)")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="the first of three ports")
    parser.add_argument("--home", type=Path, help="a city that is copied; by default a small one is made")
    parser.add_argument("--folder", type=Path, default=Path("var/bench/cities"))
    args = parser.parse_args(argv)
    folder = args.folder.absolute()
    began = time.monotonic()
    root = installation(args.home.absolute() if args.home else made_home(folder), folder, args.cities)
    spent = time.monotonic() - began
    print(f"{args.cities} cities in {spent:.1f} s, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}", flush=True)
    if args.does == "cost":
        cost(root, args.cities, args.memory, args.port)
    else:
        trial(root, args)


if __name__ == "__main__":
    main()
