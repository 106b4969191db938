"""The counter with a hundred thousand cases: queue, tracking, public list, statistics, and filing.

Run with ``python -m benchmarks.counter [--home CITY] [--cases N] [--turns N]``, over an empty city, or over a copy of
one that was built (``ayan demo --home CITY --no-serve``): its database is filled by sets with cases of every kind over
three years, each with its values and steps, and is no city's any more afterwards. Each page is asked for in this
process, its processor milliseconds, those of the clock and its queries are printed; the last lines name what is above
the goals: 150 ms at the median for pages, 300 ms for filing.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final

PAGE_GOAL_MS: Final = 150.0
FILING_GOAL_MS: Final = 300.0
UNITS: Final = 60
YEARS: Final = 3
_AT_ONCE: Final = 2_000
_OWN: Final = 10_000
"""Numbers of cases that a built city may have of its own; ours come after them."""
_HIDDEN: Final = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE: Final = re.compile(r'(name|value)="([^"]*)"')


@dataclass
class Taken:
    """What one address took, turn by turn: processor and clock in milliseconds, and its queries."""

    who: str
    path: str
    goal: float = PAGE_GOAL_MS
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    queries: int = 0
    status: int = 0


def fill(count: int) -> tuple[Any, str, str]:
    """Fill the database: an officer who sees all, the number of a case to be looked at, and its code."""
    from tests.apps.accounts.people import joined

    from ayan.apps.accounts.models import Grant, Unit, User
    from ayan.apps.accounts.roles import Role
    from ayan.apps.counter import filing
    from ayan.apps.counter.models import Case, CaseEntry, CaseNumberSeries, CaseValue

    officer = User.objects.create(username="bench-answerer", name="پاسخ‌گوی نمونه")
    joined(officer)
    for role in (Role.REQUESTS, Role.APPROVER):
        Grant.objects.create(user=officer, role=role, unit=None, dataset="")
    Unit.objects.bulk_create(
        [Unit(slug=f"bench-{n}", name_fa=f"واحد شمارهٔ {n}", name_en=f"Unit {n}") for n in range(1, UNITS + 1)]
    )
    receipt = filing.file(
        filing.Filing(kind="access", said={"summary": "فهرست قراردادهای روشنایی"}, key=filing.new_key())
    )
    cases = Case.objects.bulk_create(_cases(count, officer), batch_size=_AT_ONCE)
    CaseValue.objects.bulk_create(
        [CaseValue(case=case, field="summary", privacy="public", public=case.summary, checked=True) for case in cases],
        batch_size=_AT_ONCE,
    )
    CaseEntry.objects.bulk_create(_entries(cases, officer), batch_size=_AT_ONCE)
    for letter in {case.number[0] for case in cases}:
        for year in range(1400, 1408):
            CaseNumberSeries.objects.update_or_create(series=f"{letter}-{year}", defaults={"last": count + 1 + _OWN})
    return officer, receipt.case.number, receipt.code


def _cases(count: int, officer: Any) -> Iterator[Any]:
    """Three in a hundred are open; a tenth of all came or comes too late, a twentieth was served out of order."""
    from ayan.apps.counter import rules
    from ayan.apps.counter.models import Case
    from ayan.core.values.jalali import from_gregorian

    kinds = [kind for kind in rules.kinds().sound.values() if kind.filed_by == "anybody"]
    now = datetime.now(UTC)
    streets = ("سرو", "چنار", "بید", "نارنج", "نرگس", "یاس", "کاج")
    for n in range(count):
        kind = kinds[n % len(kinds)]
        came = now - timedelta(minutes=YEARS * 365 * 24 * 60 * (n + 1) // count)
        day = came.date()
        due = day + timedelta(days=kind.clock.days * 7 // 5 + 2)
        still = n < count * 3 // 100
        closed = None if still else came + timedelta(days=(n * 7) % (kind.clock.days + 4) + 1)
        public = kind.publication != "never"
        case = Case(
            number=f"{kind.letter}-{from_gregorian(day).year}-{n + 2 + _OWN:05}",
            kind=kind.code,
            kind_digest=kind.digest,
            digest=f"bench-{n}",
            filing_key=f"bench-{n}",
            about="dataset:contracts" if n % 11 == 0 else "",
            dataset="contracts" if n % 11 == 0 else "",
            place=f"خیابان {streets[n % 7]}",
            summary=f"چالهٔ شمارهٔ {n} در خیابان {streets[n % 7]}" if public else "",
            state=kind.begins.code if still else "closed",
            stage=kind.begins.stage if still else "closed",
            outcome="" if still else ("done", "answered", "refused", "partly")[n % 4],
            office=f"bench-{n % UNITS + 1}",
            holder=None if still else officer,
            held_since=came,
            received_at=came,
            receipt_on=day,
            due_on=due,
            first_due_on=due,
            closed_at=closed,
            closed_on=closed.date() if closed else None,
            checked_at=came if public else None,
            order_reason="simple" if n % 20 == 0 else "",
        )
        case.searched = case.searched_words()
        yield case


def _entries(cases: list[Any], officer: Any) -> list[Any]:
    from ayan.apps.counter.models import CaseEntry

    rows = []
    for case in cases:
        begins = case.received_at
        first = CaseEntry(
            case=case, number=1, at=begins, on=begins.date(), step="filed", party="person", after="received"
        )
        rows.append(first)
        if case.closed_at is not None:
            taken = begins + timedelta(hours=5)
            rows.append(
                CaseEntry(
                    case=case, number=2, at=taken, on=taken.date(), step="take", party="handler", user=officer,
                    before="received", after="working",
                )
            )  # fmt: skip
            rows.append(
                CaseEntry(
                    case=case, number=3, at=case.closed_at, on=case.closed_on, step="answer", party="handler",
                    user=officer, before="working", after="closed", facts={"outcome": case.outcome},
                )
            )  # fmt: skip
    return rows


def ask(browser: Any, who: str, paths: list[str], turns: int) -> Iterator[Taken]:
    """Ask for each address ``turns`` times after a first one that does not count."""
    for path in paths:
        taken = Taken(who, path)
        for turn in range(turns + 1):
            _measured(taken, bool(turn), lambda path=path: browser.get(path, follow=True))
        yield taken


def file_cases(browser: Any, turns: int) -> Taken:
    """Fill in the form of a report as somebody does, look at it, and send it."""
    address = "/counter/new/street"
    taken = Taken("anybody", f"{address} (sent)", FILING_GOAL_MS)
    for turn in range(turns + 1):
        typed = {"f-summary": f"چالهٔ آزمون {turn}", "f-what": "pothole", "f-place": f"خیابان شمارهٔ {turn}"}
        form = {**_hidden(browser.get(address)), **typed, "_do": "preview"}
        looked = {**typed, **_hidden(browser.post(address, form)), "_do": "send"}
        _measured(taken, bool(turn), lambda looked=looked: browser.post(address, looked, follow=True))
    return taken


def _hidden(response: Any) -> dict[str, str]:
    """What the form of a page sends along unseen."""
    inputs = [dict(_ATTRIBUTE.findall(each)) for each in _HIDDEN.findall(response.content.decode())]
    return {unescape(each["name"]): unescape(each.get("value", "")) for each in inputs if "name" in each}


def _measured(taken: Taken, counts: bool, act: Any) -> None:
    from django.db import connection

    queries = [0]

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        queries[0] += 1
        return execute(sql, params, many, context)

    cpu, wall = time.process_time(), time.perf_counter()
    with connection.execute_wrapper(count):
        taken.status = act().status_code
    if counts:
        taken.cpu.append((time.process_time() - cpu) * 1000)
        taken.wall.append((time.perf_counter() - wall) * 1000)
    taken.queries = queries[0]


def main() -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, help="a copy of a city: its database is filled; without it an empty one")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=7)
    said = parser.parse_args()
    home = said.home.absolute() if said.home else Path(tempfile.mkdtemp(prefix="ayan-counter-")) / "city"
    if not said.home:
        from ayan.cli.main import run

        run(["init", str(home), "--name-fa", "شهر ساختگی", "--name-en", "Invented City", "--domain", "sample.example"])
    os.environ |= {"AYAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from tests.apps.accounts.people import signed_in

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    officer, number, code = fill(said.cases)
    took = time.monotonic() - began
    print(f"{said.cases:,} cases in {took:.0f} s; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    public = ["/counter", "/counter?kind=street", "/counter?stage=closed", "/counter?q=چاله", f"/counter/{code}"]
    public += ["/counter/units", "/counter/moderation", f"/counter/{_closed_number()}", "/counter/new"]
    # What nothing holds is the dearest search: all cases are read for it.
    public += ["/counter?q=نیست‌چنین"]
    mine = ["/desk/counter/", "/desk/counter/?late=1", "/desk/counter/?kind=street", "/desk/counter/?q=چاله"]
    mine += ["/desk/counter/?q=نیست‌چنین", "/desk/counter/?whose=nobody", "/desk/counter/?stage=closed"]
    mine += ["/desk/counter/late", "/desk/counter/check/", f"/desk/counter/case/{number}", "/desk/"]
    pages = [
        *ask(Client(), "anybody", public, said.turns),
        *ask(signed_in(officer), "officer", mine, said.turns),
        file_cases(Client(), said.turns),
    ]
    print(f"{'who':<10}{'page':<46}{'status':>7}{'cpu p50':>9}{'max':>7}{'wall p50':>10}{'queries':>9}")
    for page in sorted(pages, key=lambda page: -statistics.median(page.cpu)):
        middle, clock = statistics.median(page.cpu), statistics.median(page.wall)
        print(
            f"{page.who:<10}{page.path[:44]:<46}{page.status:>7}{middle:>9.0f}{max(page.cpu):>7.0f}{clock:>10.0f}"
            f"{page.queries:>9}"
        )
    above = [page for page in pages if statistics.median(page.cpu) > page.goal or page.status != 200]
    for page in above:
        print(f"  above the goal or broken: {page.who} {page.path} {page.status}")
    sys.exit(1 if above else 0)


def _closed_number() -> str:
    from ayan.apps.counter.models import Case

    return Case.objects.filter(stage="closed").exclude(checked_at=None).values_list("number", flat=True)[:1][0]


if __name__ == "__main__":
    main()
