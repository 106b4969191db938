"""Two versions of Ayan side by side: processor seconds of checking, publishing and answering, in interleaved rounds.

``python -m benchmarks.versions CHECKOUT_A CHECKOUT_B [--rows N] [--rounds N] [--turns N]``. Each has a ``.venv``
of its own. Both go through doors alone (commands, and addresses of the API and of the explorer), so that versions whose
modules have other names can be compared. Processor seconds are those of the command with its children, and of the
server's processes while they answer; medians with their range, and the ratio of the medians (B over A).
"""

from __future__ import annotations

import argparse
import ast
import http.client
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from benchmarks import data_api, pipeline
from benchmarks.questions import API, PAGE, QUERIES, YEAR, explorer_pages

TICKS: Final = os.sysconf("SC_CLK_TCK")
PORT: Final = 18_840
REQUESTS: Final = 200
"""Requests for each kind of question in a round; each with values of its own."""
NEXT_TO_IDLE: Final = 0.06
"""Processor seconds in a second of a server that nobody asks: its worker looks for work."""
SETTLED_WITHIN: Final = 60


def command(checkout: Path, *words: str) -> list[str]:
    """``ayan WORDS`` of a checkout."""
    return [str(checkout / ".venv/bin/python"), "-m", "ayan.cli.main", *words]


def spent(words: Sequence[str], environment: dict[str, str], checkout: Path) -> float:
    """Processor seconds of a command and of all that it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=environment, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def server_seconds(pid: int) -> float:
    """Processor seconds so far of a process and those below it."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    own = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(own[11]) + int(own[12])) / TICKS + sum(server_seconds(int(child)) for child in below)


def settle(pid: int) -> None:
    """Wait until the server has begun all its processes: the first second in which they are next to idle."""
    before = server_seconds(pid)
    for _ in range(SETTLED_WITHIN):
        time.sleep(1)
        now = server_seconds(pid)
        if now - before < NEXT_TO_IDLE:
            return
        before = now
    raise SystemExit("the server is still busy with itself")


def questions(seed: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each kind of question with what asks it; the same values for both sides."""
    r = random.Random(seed)
    for query in QUERIES:
        addresses = [query.ayan.format(v=quote(query.values(r))) for _ in range(REQUESTS)]
        yield query.name, lambda addresses=addresses: ask(addresses)  # type: ignore[misc]  # bound at once
    yield "explorer pages", lambda: ask(explorer_pages(seed, REQUESTS))


def ask(addresses: Sequence[str]) -> None:
    """Ask one after another over one connection; every answer must be one."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    for address in addresses:
        line.request("GET", address)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {body[:200]!r}")
    line.close()


def declaration(checkout: Path) -> str:
    """How a checkout itself declares the dataset of the benchmark: versions differ in the keys that they know."""
    source = ast.parse((checkout / "benchmarks" / "pipeline.py").read_text(encoding="utf-8"))
    for statement in source.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == "DECLARATION":
            assert statement.value is not None
            return str(ast.literal_eval(statement.value))
    raise SystemExit(f"{checkout}: its benchmark declares nothing")


@contextmanager
def published(checkout: Path, file: Path) -> Iterator[tuple[dict[str, str], dict[str, float]]]:
    """The environment of a home in which a checkout has published the file, and the processor seconds of its steps."""
    home = Path(tempfile.mkdtemp(prefix="ayan-between-", dir=file.parent))
    try:
        data_api.declare(home, declaration(checkout))
        environment = {**data_api.environment(home, AYAN_CACHE_MB="0"), "PYTHONPATH": str(checkout / "src")}
        about = ("--dataset", "bench-payments", "--period", str(YEAR))
        figures = {"check": spent(command(checkout, "check", str(file), *about), environment, checkout)}
        people = ("--by", pipeline.CLERK, "--approve", pipeline.APPROVER)
        figures["publish"] = spent(command(checkout, "publish", str(file), *about, *people), environment, checkout)
        yield environment, figures
    finally:
        shutil.rmtree(home, ignore_errors=True)


def answered(checkout: Path, environment: dict[str, str], seed: int) -> dict[str, float]:
    """Processor seconds of a server that a checkout starts for this, by kind of question."""
    figures: dict[str, float] = {}
    with data_api.served(command(checkout, "serve", "--port", str(PORT)), PORT, environment) as pid:
        # What is opened once, in every process: not part of any question.
        ask([f"{API}/rows?_size=1", PAGE] * 8)
        settle(pid)
        for name, asked in questions(seed):
            before = server_seconds(pid)
            asked()
            figures[name] = server_seconds(pid) - before
    return figures


Figures = dict[str, tuple[list[float], list[float]]]
"""Processor seconds by what took them, of A and of B."""


def one_round(checkouts: Sequence[Path], file: Path, number: int, turns: int, figures: Figures) -> None:
    """Publish the file with both sides and ask both; what it took is added to the figures once all of it is over."""
    measured: list[tuple[int, dict[str, float]]] = []
    with ExitStack() as homes:
        environments: dict[int, dict[str, str]] = {}
        for side in in_turn(number):
            environments[side], steps = homes.enter_context(published(checkouts[side], file))
            measured.append((side, steps))
        for turn in range(turns):
            measured += [(side, answered(checkouts[side], environments[side], 7 + turn)) for side in in_turn(turn)]
    for side, steps in measured:
        for name, seconds in steps.items():
            figures[name][side].append(seconds)


def in_turn(number: int) -> tuple[int, int]:
    """Which side is first: each as often as the other."""
    return (0, 1) if number % 2 == 0 else (1, 0)


def main() -> None:
    """Run the rounds, A and B in turn, and print medians with ranges and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path, nargs=2)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=1, help="how often each side is asked in a round")
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    file = args.folder.resolve() / "between.csv"
    pipeline.make_input(file, args.rows, 0, YEAR)
    figures: Figures = defaultdict(lambda: ([], []))
    checkouts = [checkout.resolve() for checkout in args.checkout]
    ended = 0
    # Interrupted, it still tells what the rounds that are over have measured.
    with suppress(KeyboardInterrupt):
        for number in range(args.rounds):
            one_round(checkouts, file, number, args.turns, figures)
            ended += 1
    print(
        f"{args.rows:,} rows, {ended} rounds with {args.turns} turns of questions, processor seconds; "
        f"questions: {REQUESTS} requests each"
    )
    print("| what | A | B | B / A |\n|---|---|---|---|")
    for name, sides in figures.items():
        a, b = (f"{statistics.median(side):.2f} ({min(side):.2f}-{max(side):.2f})" for side in sides)
        print(f"| {name} | {a} | {b} | {statistics.median(sides[1]) / statistics.median(sides[0]):.2f} |")


if __name__ == "__main__":
    main()
