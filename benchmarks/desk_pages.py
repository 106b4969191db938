"""Every page of the desk for every role, in a city of sixty units that has worked for five years.

Run with ``python -m benchmarks.desk_pages --home CITY [--turns N]`` over a copy of a city that was built (``ayan demo
--home CITY --no-serve``): its database is filled by sets with 60 units, 120 people, 12,600 submissions with their
steps, approvals and messages, and the audit trail of all that, and is no city's any more afterwards. Each page is then
asked for in this process, and its processor milliseconds, those of the clock and its queries are printed; the last line
names what is above the goal of 200 ms at the median.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

GOAL_MS: Final = 200.0
UNITS, PEOPLE, YEARS, DATASETS = 60, 120, 5, 42
OPEN_ONES: Final = 300
"""Submissions that are under way: five a unit."""
SENT_BACK: Final = 600
"""Submissions that were refused or taken back."""
_AT_ONCE: Final = 2_000


@dataclass
class Page:
    """What one page took, turn by turn: processor and clock in milliseconds, and its queries."""

    role: str
    path: str
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    queries: int = 0
    status: int = 0


def fill() -> dict[str, Any]:
    """Fill the database; one officer of each role, by the role's name."""
    from tests.apps.accounts.people import joined

    from ayan.apps.accounts.models import Grant, Unit, User
    from ayan.apps.accounts.verbs import WHOLE_CITY, Role

    units = Unit.objects.bulk_create(
        [Unit(slug=f"bench-{n}", name_fa=f"واحد شمارهٔ {n}", name_en=f"Unit {n}") for n in range(1, UNITS + 1)]
    )
    people = User.objects.bulk_create(
        [User(username=f"bench{n}", name=f"کارمند شمارهٔ {n}") for n in range(1, PEOPLE + 1)]
    )
    of_unit = [role for role in Role if role not in WHOLE_CITY]
    grants = [
        Grant(user=user, role=(Role.CLERK, Role.APPROVER)[n % 2], unit=units[n // 2], dataset="")
        for n, user in enumerate(people)
    ]
    officers: dict[str, Any] = {}
    for role in Role:
        officer = User.objects.create(username=f"bench-{role}", name=f"نمونهٔ {role}")
        joined(officer)
        officers[role.value] = officer
        # A clerk and an approver of one unit, as most are; and one of each for the whole city, who sees everything.
        grants.append(Grant(user=officer, role=role, unit=units[0] if role in of_unit else None, dataset=""))
        if role in of_unit:
            wide = User.objects.create(username=f"bench-{role}-all", name=f"نمونهٔ {role} همه")
            joined(wide)
            officers[f"{role.value}, all units"] = wide
            grants.append(Grant(user=wide, role=role, unit=None, dataset=""))
    Grant.objects.bulk_create(grants)
    _fill_work(units, people)
    return officers


def _fill_work(units: list[Any], people: list[Any]) -> None:
    from ayan.apps.accounts.models import Duty
    from ayan.apps.desk.models import (
        Remark,
        Submission,
        SubmissionApproval,
        SubmissionComment,
        SubmissionStep,
    )
    from ayan.apps.outbox.models import OutboxMessage
    from ayan.wiring import city

    now = city.current().clock.now()
    slugs = [dataset.slug for dataset in city.current().registry.all()][:DATASETS]
    Duty.objects.filter(dataset__in=slugs).delete()
    Duty.objects.bulk_create(
        Duty(dataset=slug, unit=units[n % UNITS], owner=people[n], deputy=people[n + 1]) for n, slug in enumerate(slugs)
    )
    submissions = list(_submissions(slugs, units, people, now))
    Submission.objects.bulk_create(submissions, batch_size=_AT_ONCE)
    # Somebody who changed or sent it, as the acts of the desk note it.
    through = Submission.contributors.through
    through.objects.bulk_create(
        [through(submission_id=each.pk, user_id=each.started_by_id) for each in submissions], batch_size=_AT_ONCE
    )
    SubmissionStep.objects.bulk_create(
        [
            SubmissionStep(
                submission=each,
                number=n,
                kind="sheet",
                payload={"sheet": "", "header_row": n},
                by_id=each.started_by_id,
                at=each.started_at,
            )
            for each in submissions
            for n in range(1, 5)
        ],
        batch_size=_AT_ONCE,
    )
    over = [each for each in submissions if each.state == "published"]
    SubmissionApproval.objects.bulk_create(
        [
            SubmissionApproval(submission=each, by=people[(n * 2 + 1) % PEOPLE], digest="a" * 64, at=each.changed_at)
            for n, each in enumerate(over)
        ],
        batch_size=_AT_ONCE,
    )
    Remark.objects.bulk_create(
        [Remark(submission=each, words="این عدد را ببینید.", by=people[1], at=now) for each in submissions[::9]],
        batch_size=_AT_ONCE,
    )
    SubmissionComment.objects.bulk_create(
        [SubmissionComment(submission=each, words="کی می‌رسد؟", by=people[2], at=now) for each in submissions[::7]],
        batch_size=_AT_ONCE,
    )
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=f"bench-{n}-{which}",
                kind="submission.sent",
                about=each.subject,
                user=people[(n + which) % PEOPLE],
                channel=("mail", "sms")[which],
                lang="fa",
                state="failed" if n % 500 == 0 else "sent",
                reason="refused" if n % 500 == 0 else "",
                created_at=each.changed_at,
                next_at=each.changed_at,
                sent_at=each.changed_at,
            )
            for n, each in enumerate(submissions)
            for which in (0, 1)
        ],
        batch_size=_AT_ONCE,
    )
    _fill_trail(submissions, people)


def _submissions(slugs: list[str], units: list[Any], people: list[Any], now: datetime) -> Iterator[Any]:
    """One of each unit, dataset and year: the latest under way, some that came to nothing, the rest published."""
    from ayan.apps.desk.models import Submission

    many = UNITS * len(slugs) * YEARS
    for n in range(many):
        slug, unit = slugs[n % len(slugs)], n % UNITS
        year, month = 1405 - n * YEARS // many, n // len(slugs) % 12 + 1
        period, state = f"{year}-{month:02}", "published"
        if n < OPEN_ONES:
            # Each of a period of its own, for one may be open at a time.
            period, state = f"{1500 + n // len(slugs)}-01", ("draft", "sent", "sent", "returned", "approved")[n % 5]
        elif n < OPEN_ONES + SENT_BACK:
            state = ("refused", "taken_back", "set_aside")[n % 3]
        changed = now - timedelta(minutes=200 * (n + 1))
        yield Submission(
            dataset=slug,
            period=period,
            unit=units[unit].slug,
            state=state,
            started_by=people[unit * 2],
            sent_by=None if state == "draft" else people[unit * 2],
            started_at=changed - timedelta(days=1),
            changed_at=changed,
            sent_at=None if state == "draft" else changed,
            revision=7,
            inputs=4,
            computed=4,
            counts={"rows": 1_000, "clean": 1_000, "issues": {}},
            digest="a" * 64,
            release=f"{slug}/{period}/1" if state == "published" else "",
            sealed_at=changed if state == "published" else None,
            tidied=state in ("published", "refused", "taken_back", "set_aside"),
        )


def _fill_trail(submissions: list[Any], people: list[Any]) -> None:
    """Six acts a submission, each tied to the one before, and two sign-ins a person and week."""
    from django.db import connection, transaction

    from ayan.apps.accounts.audit import START, TABLE, digest_of
    from ayan.apps.accounts.models import Act, TrailHead

    head, _new = TrailHead.objects.get_or_create(pk=1, defaults={"digest": START})
    number, previous = head.number, head.digest
    verbs = ("submission.create", "submission.edit", "submission.edit", "submission.send", "submission.approve")
    rows: list[tuple[Any, ...]] = []
    for each in reversed(submissions):
        for n, verb in enumerate((*verbs, "session.begin")):
            person = people[(each.started_by_id + n) % PEOPLE]
            number += 1
            act = Act(
                number=number,
                at=each.changed_at,
                actor=person,
                verb=verb,
                subject=f"person:{person.pk}" if verb == "session.begin" else each.subject,
                unit=each.unit,
                dataset=each.dataset,
                facts='{"period":"%s"}' % each.period,  # noqa: UP031 - canonical JSON
                previous=previous,
            )
            act.digest = previous = digest_of(act)
            about = (verb, act.subject, act.unit, act.dataset, act.facts)
            rows.append((number, act.at, person.pk, *about, act.previous, act.digest))
    columns = "number, at, actor_id, verb, subject, unit, dataset, facts, previous, digest"
    with transaction.atomic(), connection.cursor() as cursor:
        for at in range(0, len(rows), _AT_ONCE):
            cursor.executemany(
                f"INSERT INTO {TABLE} ({columns}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
                rows[at : at + _AT_ONCE],
            )
        TrailHead.objects.filter(pk=1).update(number=number, digest=previous)


def paths(role: str) -> list[str]:
    """The pages of the desk that are looked at without doing anything; one of each sort."""
    from ayan.apps.accounts.models import Unit, User
    from ayan.apps.desk.models import Submission
    from ayan.wiring import city

    wide = "all units" in role or role not in ("clerk", "approver")
    mine = Submission.objects.all() if wide else Submission.objects.filter(unit="bench-1")
    listed = ["/desk/", "/desk/account", "/desk/calendar", "/desk/u/", "/desk/u/new", "/desk/messages"]
    listed += ["/desk/u/?list=over", "/desk/u/?list=over&page=200", "/desk/u/?q=1404", "/desk/u/?q=کارمند"]
    listed += ["/desk/u/?list=sent&page=2", "/desk/periods", "/desk/advance", "/desk/city/emblem"]
    listed += ["/desk/releases/", "/desk/originals/", "/desk/people/", "/desk/people/sheet", "/desk/units"]
    listed += ["/desk/units/bench-1", "/desk/access/", "/desk/health", "/desk/audit", "/desk/audit?page=500"]
    listed += ["/desk/audit?verb=session.begin", "/desk/sources/", "/desk/sources/new", "/desk/city"]
    listed += ["/desk/city/opens", "/desk/city/steps", "/desk/findings/", "/desk/counter/", "/desk/account/messages"]
    listed += [f"/desk/people/{User.objects.get(username='bench1').pk}", f"/desk/units/{Unit.objects.all()[5].slug}"]
    slug = city.current().registry.all()[0].slug
    listed += [f"/desk/calendar/{slug}", f"/desk/originals/{slug}", f"/desk/templates/{slug}.xlsx"]
    release = next(iter(city.current().release_store.releases("payments")), None)
    if release is not None:
        listed += [f"/desk/withdraw/{release.ref}", f"/desk/erase/{release.ref}", f"/desk/originals/{release.ref}"]
        listed += ["/desk/releases/?q=1404", f"/desk/correct?release={release.ref}"]
    for state in ("draft", "sent", "returned", "published"):
        submission = mine.filter(state=state).order_by("-changed_at").first()
        if submission is not None:
            listed += [f"/desk/u/{submission.pk}", f"/desk/u/{submission.pk}/talk"]
            listed += [f"/desk/approve/{submission.pk}"] if state == "sent" else []
    return listed


def ask(officers: Mapping[str, Any], turns: int) -> list[Page]:
    """Ask for each page as each officer, ``turns`` times after a first one that does not count."""
    from django.db import connection
    from tests.apps.accounts.people import signed_in

    pages: list[Page] = []
    counted = [0]

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        counted[0] += 1
        return execute(sql, params, many, context)

    for role, officer in officers.items():
        browser = signed_in(officer)
        browser.raise_request_exception = False
        for path in paths(role):
            page = Page(role, path)
            for turn in range(turns + 1):
                counted[0] = 0
                cpu, wall = time.process_time(), time.perf_counter()
                with connection.execute_wrapper(count):
                    page.status = browser.get(path).status_code
                if turn:
                    page.cpu.append((time.process_time() - cpu) * 1000)
                    page.wall.append((time.perf_counter() - wall) * 1000)
                page.queries = counted[0]
            pages.append(page)
    return pages


def main() -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True, help="a copy of a city: its database is filled")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--roles", default="", help="ask as these alone, separated by commas")
    parser.add_argument("--all", action="store_true", help="print every page, not only those above half the goal")
    said = parser.parse_args()
    os.environ |= {"AYAN_HOME": str(said.home.absolute()), "DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    officers = fill()
    took = time.monotonic() - began
    print(f"filled in {took:.0f} s; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    wanted = {role.strip() for role in said.roles.split(",") if role.strip()} or set(officers)
    pages = ask({role: each for role, each in officers.items() if role in wanted}, said.turns)
    shown = [page for page in pages if page.status == 200]
    print(f"{'role':<22}{'page':<60}{'cpu p50':>9}{'p95':>7}{'wall p50':>10}{'queries':>9}")
    for page in sorted(shown, key=lambda page: -statistics.median(page.cpu)):
        middle = statistics.median(page.cpu)
        if said.all or middle > GOAL_MS / 2:
            worst = sorted(page.cpu)[min(len(page.cpu) - 1, round(len(page.cpu) * 0.95))]
            clock = statistics.median(page.wall)
            print(f"{page.role:<22}{page.path[:58]:<60}{middle:>9.0f}{worst:>7.0f}{clock:>10.0f}{page.queries:>9}")
    medians = [statistics.median(page.cpu) for page in shown]
    above = [page for page in shown if statistics.median(page.cpu) > GOAL_MS]
    middle = statistics.median(medians)
    print(f"{len(shown)} pages; median {middle:.0f} ms, slowest {max(medians):.0f} ms (goal {GOAL_MS:.0f})")
    broken = [page for page in pages if page.status >= 500]
    for page in [*above, *broken]:
        print(f"  above the goal or broken: {page.role} {page.path} {page.status}")
    sys.exit(1 if above or broken else 0)


if __name__ == "__main__":
    main()
