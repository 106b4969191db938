"""ayan demo: an invented city, published through the real pipeline and served, with the officers who work in it."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ayan.cli import database, demo_cases, serve
from ayan.cli.demo_play import Play
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, local
from ayan.core.store.release import Release
from ayan.core.values import jalali
from ayan.core.values.clock import TEHRAN, SystemClock, today
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.open_cities import DEFAULT_HOME
from ayan_demo import build as builder
from ayan_demo import contract_documents, hasty, neighbour, witness
from ayan_demo.build import CityInTheMaking
from ayan_demo.cases import past_cases
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.timeline import NOON, CityClock, at

if TYPE_CHECKING:
    from ayan.apps.accounts.models import User
    from ayan.apps.counter.models import LetterReply
    from ayan.apps.flags.models import FindingCase

SPOKEN_EVERY: Final = 10
"""Where there is no terminal, one line after so many files."""
PEOPLE: Final = (
    ("clerk", "نسرین کارشناس (ساختگی)", "clerk"),
    ("approver-1", "بهرام مدیر (ساختگی)", "approver"),
    ("approver-2", "شیرین معاون (ساختگی)", "approver"),
    ("privacy", "پروین نگهبان (ساختگی)", "privacy_officer"),
    ("answerer", "مهری پاسخ‌گو (ساختگی)", "request_officer"),
    ("auditor", "کاوه حسابرس (ساختگی)", "auditor"),
    ("admin", "سیمین سرپرست (ساختگی)", "administrator"),
)
"""User name, name, role: for the whole city, so that anybody can try any dataset."""
FIRST: Final = timedelta(days=32)
"""How long ago the flags were computed first: long enough for the time of a reply, over any holidays."""
LATELY: Final = timedelta(days=4)
SETTLING: Final = timedelta(days=3)
"""How long after the last release the officers begin, and after a letter the first reply comes."""
ANSWERING: Final = timedelta(days=8)
"""Within so many days the replies come, one after the other."""
LATER: Final = timedelta(hours=2)
MINUTES: Final = timedelta(minutes=3)
FIRST_TOLD: Final = 12
LATELY_TOLD: Final = 3
"""Findings of each flag that somebody was told of then; the others wait, as in a city with a busy officer."""
LATELY_BROUGHT: Final = 3
"""Replies that came to the counter lately: one was returned, the others wait to be confirmed."""

REPLIES: Final = (
    ("party", "پاسخ ساختگی: کار تخصصی بود و ما تنها شرکت دارای این ماشین‌آلات در استان هستیم."),
    ("unit", "پاسخ ساختگی: همهٔ مدرک‌ها در پروندهٔ قرارداد است و در دسترس حسابرس گذاشته شده است."),
    ("party", "پاسخ ساختگی: این ردیف هنگام ثبت اشتباه نوشته شده و اصلاح آن فرستاده شده است."),
)
REASON: Final = "دلیل ساختگی: حسابرس مدرک‌ها را دید و توضیح را پذیرفت."


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan demo``."""
    parser.add_argument("--home", type=local, default=Path(DEFAULT_HOME), metavar="DIR", help="where the city stands")
    parser.add_argument("--scale", choices=tuple(SCALES), default="small", help="how many rows it has")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the day up to which the city has come, instead of today",
    )
    parser.add_argument("--no-serve", action="store_true", help="build it only")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument(
        "--officers",
        action="store_true",
        help="add invented officers and print a one-time link for each",
    )


def run_demo(args: argparse.Namespace) -> int:
    """Build the city unless it stands already, then serve it; exit 1 when the folder holds something else."""
    home = args.home.expanduser().absolute()
    try:
        built = builder.is_built(home)
    except (builder.NotADemo, ValueError):
        say(
            Label(
                "در {home} چیز دیگری هست. نشانی دیگری با --home بدهید.",
                "Something else stands in {home}. Give another place with --home.",
            ).format(home=home),
            error=True,
        )
        return 1
    os.environ["AYAN_HOME"] = str(home)
    # The city's own releases, wherever else the environment may point.
    os.environ.pop("AYAN_STORE", None)
    if built:
        say(
            Label(
                "شهر نمونه از پیش در {home} هست. برای ساختن دوباره، این پوشه را پاک کنید.",
                "The sample city stands in {home} already. To build it anew, delete that folder.",
            ).format(home=home)
        )
    else:
        home.parent.mkdir(parents=True, exist_ok=True)
        # The present of the city, to which its clock comes in the end.
        present = SystemClock()
        now = at(args.until, NOON) if args.until else present.now()
        if now > present.now() or not SCALES[args.scale].is_closed(args.until or today(present)):
            say(
                Label(
                    "شهر نمونه تا {day} ساخته نمی‌شود: روزی تا امروز و پس از بسته‌شدن سال {year} بدهید.",
                    "The sample city cannot come up to {day}: give a day up to today, after the year {year} closed.",
                ).format(day=args.until or today(present), year=SCALES[args.scale].closed),
                error=True,
            )
            return 1
        _make(home, args.scale, now)
    if args.officers:
        invite(args.port)
    if args.no_serve:
        return 0
    witness.settle_in(city.current())
    with witness.standing(city.current()) as stands:
        if stands:
            say(
                Label("گواه نمونه کنار شهر کار می‌کند: {at}", "A sample witness works beside the city: {at}").format(
                    at=f"http://{witness.HOST}:{witness.PORT}/"
                )
            )
        return serve.run_serve(argparse.Namespace(host="127.0.0.1", port=args.port, workers=None))


def _make(home: Path, scale: str, now: datetime) -> None:
    """Build it up to a moment; in its last weeks officers work beside the offices that send."""
    started = time.monotonic()
    with _watch() as tell:
        built = builder.build(home, scale, tell, until=now.astimezone(TEHRAN).date(), pause=now - FIRST)
    clock = CityClock(built.until)
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        visiting = beside.submit(neighbour.visit, home, now)
        making = CityInTheMaking(home, home / "store", clock)
        changing = {submission.dataset for submission in built.later}
        with city.in_use(making), ThreadPoolExecutor(1) as hand, hasty.kept_at_the_end():
            opening = hand.submit(making.open, sorted({*making.release_store.datasets()} - changing))
            releases = play_findings(clock, now, built.later)
            opening.result()
            documents = contract_documents.publish_documents(making)
            making.open(sorted({*changing, *([documents.slug] if documents else [])}))
            witness.settle_in(making)
        came = visiting.result()
    shutil.rmtree(home / builder.FILES)
    sealed = [release for release in (*releases, documents) if release is not None]
    say(
        Label(
            "شهر نمونه ساخته شد: {releases} انتشار، {rows:,} ردیف، {refused} پروندهٔ ردشده، {seconds:.0f} ثانیه.",
            "The sample city is built: {releases} releases, {rows:,} rows, {refused} files refused, "
            "{seconds:.0f} seconds.",
        ).format(
            releases=built.releases + len(sealed),
            rows=built.rows + sum(release.rows for release in sealed),
            refused=built.refused + sum(release is None for release in releases),
            seconds=time.monotonic() - started,
        )
    )
    _tell_of_the_neighbour(came)


def _tell_of_the_neighbour(came: int) -> None:
    """Another invented city was harvested, so that there is one to be compared with."""
    say(
        Label(
            "{came} انتشار از شهر همسایهٔ نمونه برداشته شد تا دو شهر را بتوان سنجید.",
            "{came} releases were harvested of a sample neighbour, so that two cities can be compared.",
        ).format(came=came)
    )


@contextmanager
def _watch() -> Iterator[builder.Progress]:
    """Show which file is on its way: a bar on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def speak(done: int, total: int, submission: Submission) -> None:
            if done % SPOKEN_EVERY == 0:
                console.print(f"{done}/{total} {_named(submission)}", highlight=False)

        yield speak
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(done: int, total: int, submission: Submission) -> None:
            bars.update(task, description=_named(submission), completed=done, total=total)

        yield show


def _named(submission: Submission) -> str:
    return f"{submission.dataset} {submission.period or 'all'} ({submission.source})"


# --- the officers -----------------------------------------------------------------------------------------------------


def invite(port: int) -> None:
    """Make whoever is not there yet, and print a new one-time link for each; what was known of them before ends there.

    Nobody has a password until they open theirs and choose one, with a second factor.
    """
    database.set_up()
    from django.db import transaction

    from ayan.apps.accounts import actions

    say(
        Label(
            "کارکنان ساختگی؛ هر پیوند یک بار و تا سه روز کار می‌کند:",
            "Invented officers; each link works once, for three days:",
        )
    )
    for username, _, _ in PEOPLE:
        with transaction.atomic():
            secret = actions.invite(None, _person(username))
        print(f"{username:<12}http://127.0.0.1:{port}{actions.link(secret)}")


def play_findings(clock: CityClock, now: datetime, later: Iterable[Submission] = ()) -> list[Release | None]:
    """Let flags be computed, findings be shown to those they name and answered, up to ``now``.

    The days go by as in a city: what is told of a day is done on it, and in the night after it is sealed in the log.
    What came of ``later``, the files that are sent in these days.
    """
    database.set_up()
    from ayan.apps.counter.replies import actions as counter
    from ayan.apps.flags import actions

    play = Play(clock, now, later)
    play.wait(max(now - FIRST, clock.now() + SETTLING))
    asker, auditor = _actor("answerer"), _actor("auditor")
    objection = demo_cases.corrected_objection()
    cases = past_cases(today(clock), now.astimezone(TEHRAN).date(), *([objection] if objection else []))
    demo_cases.take_over(cases.before, asker)
    play.expect(demo_cases.happenings(cases.after, asker))
    play.go(clock.now() + LATER)
    _compute()
    play.go(clock.now() + LATER)
    findings = _waiting(FIRST_TOLD)
    actions.tell(asker, findings, "letter", f"{_year(clock)}/118")
    answered = findings[::3]
    for position, finding in enumerate(answered):
        by, text = REPLIES[position % len(REPLIES)]
        # A few days after the letter, one after the other.
        came = clock.now() if position else clock.now() + SETTLING
        play.go(came + ANSWERING / len(answered))
        if by == "party" and finding.names:
            case = _brought(asker, finding, text)
            play.go(clock.now() + ANSWERING / len(answered) / 2)
            counter.confirm(asker, case)
        else:
            actions.reply(asker, finding, "unit", text)
    play.go(max(now - LATELY, clock.now() + LATER))
    _compute()
    for asked_finding in _open(findings[::9]):
        play.go(clock.now() + MINUTES)
        actions.clear(auditor, asked_finding, REASON)
    findings = [finding for finding in _waiting(LATELY_TOLD) if finding.names]
    play.go(clock.now() + MINUTES)
    actions.tell(asker, findings, "portal", f"{_year(clock)}/204")
    waiting = []
    for brought_finding in findings[:LATELY_BROUGHT]:
        play.go(clock.now() + LATER)
        waiting.append(_brought(asker, brought_finding, REPLIES[0][1]))
    play.go(clock.now() + LATER)
    for case in waiting[:1]:
        counter.send_back(asker, case, "identity")
    play.go(now)
    _compute()
    _report_flags()
    return play.came


def _year(clock: CityClock) -> int:
    """The Jalali year by the city's clock, in which letters are numbered."""
    return jalali.from_gregorian(today(clock)).year


def _compute() -> None:
    """What the worker does every few minutes: flags as of what is published, and the day's findings kept."""
    from ayan.apps.flags import computation, finding_days

    computation.compute()
    finding_days.keep_today(city.current())


def _brought(asker: User, finding: FindingCase, text: str) -> LetterReply:
    """A reply that came to the counter with the code of a letter."""
    from ayan.apps.counter.replies import actions as counter

    notice, code = counter.make_notice(asker, [finding])
    counter.opened(code)
    case, _ = counter.receive(notice, finding, text)
    return case


def _person(username: str) -> User:
    """One of the invented officers, made if not there yet."""
    from ayan.apps.accounts import actions
    from ayan.apps.accounts.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        name, role = next((name, role) for login, name, role in PEOPLE if login == username)
        user = actions.add_person(None, username, name)
        actions.give(None, user, role, None, "")
    return user


def _actor(username: str) -> User:
    """One of the invented officers as who acts, for this play alone: never kept, so nobody can sign in as them."""
    user = _person(username)
    user.is_active = True
    return user


def _waiting(most: int) -> Sequence[FindingCase]:
    """Of each flag, the first findings that nobody has been told of."""
    from ayan.apps.flags.models import FindingCase

    names = [flag.name for flag in city.current().registry.flags().sound]
    waiting = FindingCase.objects.filter(state="waiting").order_by("key")
    return [finding for name in names for finding in waiting.filter(flag=name)[:most]]


def _open(findings: Sequence[FindingCase]) -> Sequence[FindingCase]:
    """Those of them that still hold: what was sent since may have ended some."""
    from ayan.apps.flags.models import OPEN, FindingCase

    standing = FindingCase.objects.filter(pk__in=[finding.pk for finding in findings], state__in=OPEN)
    return list(standing.order_by("key", "flag"))


def _report_flags() -> None:
    register = city.current().flag_register.now()
    flags = register.flags.values()
    fired, none, findings = (
        sum(bool(flag.fired) for flag in flags),
        sum(not flag.judged for flag in flags),
        register.findings,
    )
    say(
        Label(
            "هشدارها: {flags}، دارای مورد: {fired}، حساب‌نشدنی: {none}، یافتهٔ منتشرشده: {findings}.",
            "Flags: {flags}, fired: {fired}, not computable: {none}, published findings: {findings}.",
        ).format(flags=len(flags), fired=fired, none=none, findings=len(findings))
    )


VERBS: Final = (Verb("demo", "build an invented city and serve it", run_demo, demo_arguments),)
