"""The desk with a large workbook: from upload to the page of problems, and from the last approval to the public page.

Run with `make bench` or `python -m benchmarks.desk [--rows N]`. It starts a real `ayan serve` with its worker over an
invented city in a temporary folder, and does what a clerk's and an approver's browser do. While the worker is busy,
other pages are asked for all the time: how long they take is printed too. Seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from tests.apps.desk.deals import HEADER
from tests.browser.desk_hands import COLUMNS, Browser, begun, until, value_of, what_is_seen
from tests.browser.desk_site import Site, running

PLANTED = 40
REVISION = r'name="expected_revision" value="([0-9]+)"'


def write(path: Path, rows: int) -> None:
    """A workbook as a clerk sends it, with some cells that cannot be read."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("قراردادها")
        for at, row in enumerate((HEADER, *((_row(n, rows)) for n in range(1, rows + 1)))):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)


def _row(n: int, rows: int) -> tuple[str, ...]:
    amount = "نامعلوم" if n % (rows // PLANTED) == 0 else f"{n * 1000:,}"
    return f"C-{n:07}", f"كار ساختگی شمارهٔ {n}", amount, f"1403/{1 + n % 12:02}/{1 + n % 29:02}", ""


def timed(label: str, act: Callable[[], object]) -> float:
    """Do something and print how long it took."""
    started = time.monotonic()
    act()
    took = time.monotonic() - started
    print(f"{label:<58}{took:8.1f} s", flush=True)
    return took


class Meanwhile:
    """Asks for a page again and again, and keeps how long each took."""

    def __init__(self, site: Site) -> None:
        self.took: list[float] = []
        self._browser, self._over = Browser(site, "colleague"), threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> Meanwhile:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.took.sort()
        middle, worst = statistics.median(self.took), self.took[-1]
        print(f"  another officer's page meanwhile: median {middle * 1000:.0f} ms, slowest {worst * 1000:.0f} ms")

    def _ask(self) -> None:
        while not self._over.wait(0.25):
            started = time.monotonic()
            self._browser.get("/desk/")
            self.took.append(time.monotonic() - started)


def measure(site: Site, file: Path) -> None:
    """The whole way of one large file, and then the difference of a correction with it."""
    clerk, approver = Browser(site, "clerk"), Browser(site, "first")
    data = file.read_bytes()
    path = begun(clerk, "1403")
    began = time.monotonic()
    with Meanwhile(site):
        timed("upload", lambda: clerk.give(path, data))
        timed("read, until the first rows are shown", lambda: clerk.idle(f"{path}/file"))
        timed("the page of columns", lambda: clerk.get(f"{path}/columns"))
        say_columns(clerk, path)
        timed("check, until the page of problems", lambda: clerk.idle(f"{path}/fix"))
    print(f"{'from upload to the page of problems':<58}{time.monotonic() - began:8.1f} s (goal 10)")
    mend(clerk, path)
    timed("one decision for all bad cells, until the difference", lambda: clerk.idle(f"{path}/fix"))
    page = clerk.get(f"{path}/send")[1]
    digest = value_of(r'name="digest" value="([0-9a-f]+)"', page)
    clerk.post(f"{path}/sent", {"expected_revision": value_of(REVISION, page), "digest": digest, "note": ""})
    approving = path.replace("/u/", "/approve/")
    timed("the approver's page", lambda: approver.get(approving))
    yes = what_is_seen(approver, path)

    def public() -> None:
        status, answer, _ = approver.post(f"{approving}/yes", yes)
        assert status == 302, answer
        # Until then the foot of every page says that nothing has been published.
        until(lambda: "هنوز چیزی منتشر نشده" not in clerk.get("/data/deals")[1], "public")

    with Meanwhile(site):
        timed("from the last approval to the public page (goal 10)", public)
    path = begun(clerk, "1403")
    clerk.give(path, data)
    clerk.idle(f"{path}/file")
    say_columns(clerk, path)
    clerk.idle(f"{path}/fix")
    mend(clerk, path, "2000")
    timed("a correction: one decision, until the difference", lambda: clerk.idle(f"{path}/fix"))
    timed("its page of differences, each row against the published", lambda: clerk.get(f"{path}/diff"))


def say_columns(clerk: Browser, path: str) -> None:
    """Say what the columns are."""
    clerk.post(f"{path}/columns", {"expected_revision": clerk.revision(f"{path}/columns"), **COLUMNS})


def mend(clerk: Browser, path: str, new: str = "1000") -> None:
    """Write one number for every cell that cannot be read."""
    page = clerk.get(f"{path}/fix")[1]
    mark = value_of(r'name="old:([^"]+)" value="نامعلوم"', page)
    fields = {"expected_revision": value_of(REVISION, page), "do": "write"}
    of = value_of(rf'name="of:{re.escape(mark)}" value="([^"]+)"', page)
    clerk.post(f"{path}/fix/mend", {**fields, f"old:{mark}": "نامعلوم", f"of:{mark}": of, f"value:{mark}": new})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="ayan-bench-") as folder:
        file = Path(folder) / "deals.xlsx"
        write(file, rows)
        print(
            f"{rows:,} rows, {file.stat().st_size / 1e6:.1f} MB, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
        with running(Path(folder) / "city", approvals=1, workers=1) as site:
            measure(site, file)


if __name__ == "__main__":
    main()
