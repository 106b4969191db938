"""Questions over all cities of an installation: what they take, by the clock and of the processor, for each city.

``python -m benchmarks.all_cities [--sizes 10,40,300] [--rounds N] [--folder DIR]``: for each size one process, told of
so many copies of a small city as `benchmarks.cities` makes them. It is asked through its door, one question after the
other: the first ones until every city has answered, which opens them all; then questions that nobody has asked yet, by
city and of all cities together; then the same once more. Every answer must hold every city and the same sums.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import cities

CHIEF: Final = "all"
SLUG: Final = "bench-payments"
ROOT: Final = f"/api/v1/cities/datasets/{SLUG}/groups"
# So many answers at most until all cities are open.
MOST_FIRST: Final = 40
QUESTIONS: Final = {
    "by city": "by=_city&sum=amount&count=1",
    "by city and kind": "by=_city,kind&sum=amount&count=1",
    "all together": "by=kind&sum=amount&count=1",
}


def listed(root: Path, home: Path, count: int) -> None:
    """Let the installation be of so many cities and the address of all of them."""
    if not (root / CHIEF / "ayan.toml").exists():
        cities.copied(home, root / CHIEF)
    lines = [
        f'[{code}]\nhosts = ["{cities.host_of(code)}"]\norigin = "http://{cities.host_of(code)}"\n'
        for code in map(cities.code_of, range(count))
    ]
    host = cities.host_of(CHIEF)
    chief = f'[{CHIEF}]\nhosts = ["{host}"]\norigin = "http://{host}"\nnational = true\n'
    (root / "cities.toml").write_text("\n".join([*lines, chief]), encoding="utf-8")


# --- within the process that is measured ------------------------------------------------------------------------------


def tell(root: Path) -> None:
    """Read every city for the pages over all of them, as the worker does."""
    from ayan.config.hosting import national_site
    from ayan.config.hosting.city_in_use import hosting
    from ayan.config.hosting.installation import Installation
    from ayan.wiring import city

    installation = Installation(root)
    for entry in installation.cities():
        current = city.of_many(entry.home, entry.own_variables())()
        with hosting(entry, current):
            national_site.tell(installation, entry, current)


def asked(application: Any, query: str) -> Any:
    """The answer of the address of all cities."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": ROOT,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": cities.host_of(CHIEF),
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": sys.stdin.buffer,
        "wsgi.errors": sys.stderr,
    }
    answer = application(environ, lambda status, _headers, *_: said.append(status))
    body = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    if not said[0].startswith("200"):
        raise SystemExit(f"{said[0]}: {body[:500].decode(errors='replace')}")
    return json.loads(body)


def measured(application: Any, query: str) -> tuple[float, float, Any]:
    """The seconds of the clock and of this process for an answer, and the answer."""
    began, spent = time.perf_counter(), time.process_time()
    answer = asked(application, query)
    return time.perf_counter() - began, time.process_time() - spent, answer


def within(root: Path, count: int, rounds: int) -> dict[str, Any]:
    """What one process of so many cities takes."""
    from ayan.config.wsgi import application

    began = time.perf_counter()
    tell(root)
    out: dict[str, Any] = {"reading": time.perf_counter() - began}
    clock = processor = 0.0
    answers = 0
    while answers < MOST_FIRST:
        seconds, own, answer = measured(application, QUESTIONS["by city"])
        clock, processor, answers = clock + seconds, processor + own, answers + 1
        if answer["whole"]:
            break
    if len(answer["cities"]) != count:
        raise SystemExit(f"{len(answer['cities'])} of {count} cities have answered: {answer['missing'][:3]}")
    out["first"] = (clock, processor, answers)
    for at, (name, query) in enumerate(QUESTIONS.items()):
        for kind in ("new", "known"):
            taken = []
            for each in range(rounds):
                # Each of its own: what a city has said to one question is remembered for another of the same groups.
                condition = f"amount__gte={1_000_000 + 1000 * at + 7 * each}"
                seconds, own, answer = measured(application, f"{query}&{condition}")
                judge(answer, count)
                taken.append((seconds, own))
            out[f"{name}, {kind}"] = tuple(statistics.median(of) for of in zip(*taken, strict=True))
    return out


def judge(answer: Any, count: int) -> None:
    """End the run where an answer does not hold every city, or where copies of one city do not say the same."""
    if not answer["whole"] or len(answer["cities"]) != count:
        raise SystemExit(f"{len(answer['cities'])} of {count} cities are in an answer")
    sums: dict[str, set[int]] = {}
    for group in answer["groups"]:
        key = str(group["values"].get("kind", ""))
        sums.setdefault(key, set()).add(group["values"]["sum_amount"])
    if not sums or any(len(each) != 1 for each in sums.values()):
        raise SystemExit("copies of one city have said different sums")


# --- the run ----------------------------------------------------------------------------------------------------------


def run(root: Path, count: int, rounds: int, memory: int) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.all_cities", "--within", str(root), str(count), "--rounds", str(rounds)]
    env = cities.variables(root, AYAN_MEMORY_MB=str(memory))
    done = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(base64.b64decode(done.stdout.splitlines()[-1]))
    return answer


def main(argv: Sequence[str] | None = None) -> None:
    """Make the cities where they are not there yet, then measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,40,300")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, default=1_900, help="MiB that the process may take (AYAN_MEMORY_MB)")
    parser.add_argument("--folder", type=Path, default=Path("var/bench/cities"))
    parser.add_argument("--within", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.within:
        figures = within(Path(args.within[0]), int(args.within[1]), args.rounds)
        print(base64.b64encode(json.dumps(figures).encode()).decode(), flush=True)
        return
    folder, sizes = args.folder.absolute(), sorted(map(int, args.sizes.split(",")))
    home = cities.made_home(folder)
    root = cities.installation(home, folder, sizes[-1])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}; seconds of the clock (of the processor), ms a city")
    for count in sizes:
        listed(root, home, count)
        figures = run(root, count, args.rounds, args.memory)
        print(f"{count} cities: read by the worker in {figures.pop('reading'):.1f} s", flush=True)
        clock, processor, answers = figures.pop("first")
        each = processor / count * 1000
        print(f"  until all have answered: {clock:.2f} s ({processor:.2f}), {each:.1f}, in {answers} answers")
        for name, (seconds, own) in figures.items():
            print(f"  {name}: {seconds:.3f} s ({own:.3f}), {own / count * 1000:.2f}", flush=True)


if __name__ == "__main__":
    main()
