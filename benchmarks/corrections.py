"""A check after a fix, at the door that a clerk uses: from the form that writes cells anew to the page of problems.

``python -m benchmarks.corrections [--rows N] [--rounds N]``. It starts a real `ayan serve` with one worker over an
invented city, sends a workbook of contracts with the 23 columns of their declaration, in which as many sorts of
amounts as rounds cannot be read, and writes one sort anew each time while the others stand. It looks whether the
check is over as the page's script does, for that is part of what a clerk waits. Printed are seconds of a clock until
the page says so, and processor seconds of the worker: medians, with the least and the most.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

import xlsxwriter
from tests.browser.desk_hands import Browser, value_of
from tests.browser.desk_site import Site, running

import ayan
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.loader import load_dataset

PLANTED: Final = 20
SORT: Final = "نامعلوم {}"
EVERY: Final = 0.15
PATIENCE: Final = 120.0
TICKS: Final = os.sysconf("SC_CLK_TCK")


def write(path: Path, dataset: Dataset, rows: int, sorts: int) -> None:
    """A workbook of so many contracts; of each sort some amounts are none."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("قراردادها")
        sheet.write_row(0, 0, [field.label.fa for field in dataset.fields])
        for number in range(1, rows + 1):
            for column, field in enumerate(dataset.fields):
                sheet.write_string(number, column, _cell(field, number, rows))
        amount = [field.name for field in dataset.fields].index("amount")
        for sort in range(sorts):
            for number in range(PLANTED):
                # In constant memory a row that was left is not written again, so these stand below.
                row = rows + 1 + sort * PLANTED + number
                for column, field in enumerate(dataset.fields):
                    text = SORT.format(sort) if column == amount else _cell(field, row, rows)
                    sheet.write_string(row, column, text)


def _cell(field: Field, number: int, rows: int) -> str:
    if field.choices is not None:
        return field.choices.entries[number % len(field.choices.entries)].label.fa
    if field.kind.is_day:
        return f"1403/{1 + number % 12:02}/{1 + number % 29:02}"
    known = {
        "row": str(number),
        "number": f"ق-{number:06}",
        "subject": f"اجرای عملیات آسفالت معابر و لکه‌گیری شمارهٔ {number % (rows // 2)}",
        "contractor": f"شرکت ساختگی {number % 311}",
        "amount": f"{(number * 7919) % 900_000 * 1000 + 1_000_000:,}",
        "duration_days": str(30 + number % 300),
        "unit": ("معاونت عمران", "معاونت مالی")[number % 2],
    }
    return known.get(field.name, "")


def spent(processes: Sequence[int]) -> float:
    """Processor seconds of some processes, and of those that they have waited for."""
    seconds = 0.0
    for pid in processes:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds += sum(map(int, numbers[11:15])) / TICKS
    return seconds


def idle(browser: Browser, path: str) -> str:
    """The page of problems as a browser has it: opened, looked after as its script does, and opened again when done."""
    page = browser.get(f"{path}/fix")[1]
    until = time.monotonic() + PATIENCE
    while "data-busy" in page:
        if time.monotonic() > until:
            raise SystemExit("the check did not end")
        time.sleep(EVERY)
        status, text = browser.looks(f"{path}/fix")
        if status == HTTPStatus.NO_CONTENT or "data-busy" not in text:
            page = browser.get(f"{path}/fix")[1]
    return page


def checked(site: Site, data: bytes, dataset: Dataset) -> tuple[Browser, str]:
    """A clerk's browser, and the address of a submission that was checked once."""
    clerk = Browser(site, "clerk")
    status, text, where = clerk.post("/desk/u/new", {"dataset": dataset.slug, "period": "1403"})
    assert status == 302, text
    path = where.removesuffix("/file")
    clerk.give(path, data)
    clerk.idle(f"{path}/file")
    columns = {f"column:{field.name}": str(at) for at, field in enumerate(dataset.fields, 1)}
    clerk.post(f"{path}/columns", {"expected_revision": clerk.revision(f"{path}/columns"), **columns})
    idle(clerk, path)
    return clerk, path


def mended(clerk: Browser, path: str, text: str, new: str) -> None:
    """Write one text of the amounts anew, wherever it stands."""
    page = idle(clerk, path)
    mark = value_of(rf'name="old:([^"]+)" value="{text}"', page)
    of = value_of(rf'name="of:{re.escape(mark)}" value="([^"]+)"', page)
    fields = {"expected_revision": value_of(r'name="expected_revision" value="([0-9]+)"', page), "do": "write"}
    answer = clerk.post(f"{path}/fix/mend", {**fields, f"old:{mark}": text, f"of:{mark}": of, f"value:{mark}": new})
    assert answer[0] == 302, answer[1][:500]


def measure(site: Site, data: bytes, dataset: Dataset, rounds: int) -> list[tuple[float, float]]:
    """Of each fix the seconds of a clock and of the worker's processor until the page has what was found after it."""
    clerk, path = checked(site, data, dataset)
    taken: list[tuple[float, float]] = []
    for sort in range(rounds):
        text = SORT.format(sort)
        workers = site.workers()
        before, began = spent(workers), time.monotonic()
        mended(clerk, path, text, "1000000")
        if f'value="{text}"' in idle(clerk, path):
            raise SystemExit("the fix did nothing")
        taken.append((time.monotonic() - began, spent(workers) - before))
        print(f"  fix {sort + 1}: {taken[-1][0]:.2f} s, processor {taken[-1][1]:.2f} s", flush=True)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=19_000, help="besides the planted ones")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    dataset = load_dataset(Path(ayan.__file__).parent / "datasets" / "contracts")
    with tempfile.TemporaryDirectory(prefix="ayan-bench-") as folder:
        file = Path(folder) / "contracts.xlsx"
        write(file, dataset, args.rows, args.rounds + 1)
        rows = args.rows + PLANTED * (args.rounds + 1)
        print(f"{rows:,} rows, {len(dataset.fields)} columns, load {os.getloadavg()[0]:.1f}")
        with running(Path(folder) / "city", approvals=1, workers=1, owed=(dataset.slug,)) as site:
            taken = measure(site, file.read_bytes(), dataset, args.rounds)
    for what, of in (("seconds", 0), ("processor seconds", 1)):
        listed = [each[of] for each in taken]
        print(f"{what}: median {statistics.median(listed):.2f} ({min(listed):.2f}-{max(listed):.2f})")


if __name__ == "__main__":
    main()
