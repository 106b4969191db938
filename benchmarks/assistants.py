"""Questions of assistants: sixteen clients at once put them to `ayan mcp`, in words and by the grammar.

Run with `make bench` or `python -m benchmarks.assistants [--city HOME] [--workers N] [--questions N]`. Each client
waits for its answer before it asks again, and is of another address, so that nobody uses up the share of others.
Every question is put for the first time (nothing of it is kept), then once more. With a pause a client reads for a
second between two questions, as those do for whom a model writes. Processor seconds are those of the server alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.data_api import AYAN, environment, served
from benchmarks.question_box import at, processor, questions

CLIENTS: Final = 16
REVISION: Final = "2026-07-28"
PAUSE: Final = 1.0
GOAL: Final = 0.15
# Exact questions: a dataset, conditions, a measure and a key.
BY_GRAMMAR: Final = (
    ("contracts", "signed_on", "count", "district"),
    ("payments", "paid_on", "sum_amount", "unit"),
    ("revenues", "month", "sum_amount", "month:year"),
    ("building-permits", "issued_on", "count", "district"),
    ("tenders", "published_on", "count", "kind"),
)
YEARS: Final = ("1400", "1401", "1402", "1403", "1404")

Call = tuple[str, dict[str, Any]]


class AssistantClient:
    """One client over one connection."""

    def __init__(self, port: int, number: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._address = f"203.0.113.{number + 1}"

    def seconds(self, call: Call) -> float:
        """How long a call takes. Raises RuntimeError where it is refused."""
        name, arguments = call
        meta = {
            "io.modelcontextprotocol/protocolVersion": REVISION,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {"name": name, "arguments": arguments, "_meta": meta}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": REVISION,
            "Mcp-Method": "tools/call",
            "Mcp-Name": name,
            "X-Real-IP": self._address,
        }
        began = time.perf_counter()
        self._line.request("POST", "/mcp", body, headers)
        answer = self._line.getresponse()
        content = answer.read()
        taken = time.perf_counter() - began
        result = json.loads(content)
        if answer.status != http.client.OK or result.get("result", {}).get("isError", True):
            raise RuntimeError(content[:400].decode())
        return taken


def calls(home: Path, number: int) -> list[Call]:
    """So many questions in words, drawn evenly from the kept ones, and the exact ones."""
    kept = questions(home)
    chosen = kept[:: max(len(kept) // number, 1)][:number]
    in_words: list[Call] = [("ask", {"question": text}) for text in chosen]
    exact: list[Call] = [
        ("query_dataset", {"dataset": slug, "where": {field: year}, "measures": [measure], "by": [key]})
        for slug, field, measure, key in BY_GRAMMAR
        for year in YEARS
    ]
    mixed = in_words + exact
    random.Random(28).shuffle(mixed)
    return mixed


def crowd(port: int, asked: Sequence[Call], pause: float) -> tuple[list[float], int]:
    """The seconds of every question, put by `CLIENTS` clients who share them out, and how many were refused."""
    rest, lock, taken, refused = list(asked), threading.Lock(), list[float](), 0

    def ask(number: int) -> None:
        nonlocal refused
        client = AssistantClient(port, number)
        # They do not begin in step.
        time.sleep(pause * number / CLIENTS)
        while True:
            with lock:
                if not rest:
                    return
                call = rest.pop()
            try:
                seconds = client.seconds(call)
            except RuntimeError as fault:
                with lock:
                    refused += 1
                    if refused == 1:
                        print(f"refused: {call} {fault}")
                continue
            with lock:
                taken.append(seconds)
            time.sleep(pause)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, refused


def measure(home: Path, asked: Sequence[Call], port: int, workers: int) -> None:
    """Put all of them, with a pause and without one, for the first time and once more."""
    env = environment(home, AYAN_PROXIES="1")
    command = [*AYAN, "mcp", "--port", str(port), "--workers", str(workers)]
    print(f"{len(asked)} questions, {CLIENTS} clients, {workers} processes, {os.cpu_count()} cores, in milliseconds")
    print("| | median | p95 | p99 | most | processor each | a second | refused |")
    print("|---|---|---|---|---|---|---|---|")
    for name, pause in (("a second's pause", PAUSE), ("no pause", 0.0)):
        with served(command, port, env) as pid:
            # Until a process has read what words mean it answers nothing: each gets a question of its own before.
            for number in range(CLIENTS):
                AssistantClient(port, number).seconds(("ask", {"question": f"how many contracts are there {number}"}))
            for turn in ("first time", "once more"):
                began, before = time.perf_counter(), processor(pid)
                taken, refused = crowd(port, asked, pause)
                rate = len(taken) / (time.perf_counter() - began)
                each_took = (processor(pid) - before) / max(len(taken), 1)
                cells = (at(0.5, taken), at(0.95, taken), at(0.99, taken), max(taken), each_took)
                figures = " | ".join(f"{1000 * each:.0f}" for each in cells)
                print(f"| {name}, {turn} | {figures} | {rate:.0f} | {refused} |", flush=True)
    print(f"the goal: p95 of {1000 * GOAL:.0f} ms")


def main() -> None:
    """Build what is to be asked of, if it is not there yet, then measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, help="a built demo city, which is only read; else a small one is built")
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--port", type=int, default=18820)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--questions", type=int, default=300, help="so many of the kept questions in words")
    args = parser.parse_args()
    home = args.city
    if home is None:
        home = args.folder.absolute() / "assistants" / "home"
        if not (home / "ayan.toml").exists():
            build = [*AYAN, "demo", "--home", str(home), "--no-serve", "--scale", "small"]
            subprocess.run(build, env=environment(home), check=True, stdout=subprocess.DEVNULL)
    measure(home, calls(home, args.questions), args.port, args.workers)


if __name__ == "__main__":
    main()
