"""ayan restore DIR: put a backup into an empty city's folder, and ask others whether it is the newest there is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ayan.cli import database
from ayan.cli.init import PRIVATE
from ayan.cli.replay import LOG, caught_up, opened
from ayan.cli.wording import bars, plain, say
from ayan.config import env
from ayan.core.ledger.asking import post
from ayan.core.ledger.log import Log
from ayan.core.ledger.newest import Seen, Silent, ask, compare, look
from ayan.core.ledger.note import BadNote, NotSigned
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError
from ayan.core.release.evidence import Unreachable
from ayan.core.release.restore import NotEmpty, Wrong, restore
from ayan.core.release.snapshot import NewerBackup, NoBackup, Snapshot, find
from ayan.core.release.statement import BadStatement, Statement
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan restore``."""
    parser = verbs.add_parser("restore", help="put a backup into an empty folder")
    parser.add_argument("dir", type=Path, metavar="DIR", help="a backup, or the folder of several: then the newest")
    parser.add_argument(
        "--seen",
        action="append",
        default=[],
        metavar="SOURCE",
        help="where the log may be newer: a mirror's address, a static copy's folder, or a kept checkpoint",
    )


def run(args: argparse.Namespace) -> int:
    """Exit 1 when nothing was restored, 3 when it was, but others have seen more of the log than is in it."""
    home = env.home()
    store = Path(env.read("AYAN_STORE") or home / "store").expanduser().absolute()
    try:
        snapshot = find(args.dir.expanduser().absolute())
        database.check(snapshot.database, home)
        with bars() as tell:
            restore(
                snapshot,
                home,
                store,
                database=lambda folder, new: database.load_file(folder, home, new),
                prepare=_prepare,
                tell=tell,
            )
        database.load_records(snapshot.root / "database")
    except NewerBackup as fault:
        say(fault.label, error=True)
        return 1
    except NoBackup as fault:
        say(Label(f"پشتیبانی نیست: {fault}", f"There is no backup: {fault}"), error=True)
        return 1
    except NotEmpty as fault:
        say(Label(f"{fault} خالی نیست.", f"{fault} is not empty."), error=True)
        return 1
    except database.OtherDatabase as fault:
        say(Label(f"پایگاه داده جور نیست: {fault}", f"The database does not fit: {fault}"), error=True)
        return 1
    except Wrong as fault:
        say(Label("پشتیبان همان نیست که نوشته شد:", "The backup is not what was written:"), error=True)
        for problem in fault.problems:
            say(Label(problem, problem), error=True)
        return 1
    _report(snapshot, home)
    return _newest(City(home, store, clock=SystemClock()), args.seen)


def _prepare(home: Path, store: Path) -> None:
    """Make the folders that are no part of a backup and build what is derived, where the city is being put together."""
    for name in PRIVATE:
        (home / name).mkdir(exist_ok=True)
        (home / name).chmod(0o700)
    here = City(home, store, clock=SystemClock())
    for slug in here.shelf.datasets():
        here.serving.path(slug)
    if here.log is not None:
        here.log.audit()


def _report(snapshot: Snapshot, home: Path) -> None:
    count, made = len(snapshot.files), snapshot.made_at.isoformat(timespec="seconds")
    say(
        Label(
            f"پشتیبان {made} در {home} برپا شد: {count} پرونده، همه سنجیده.",
            f"The backup of {made} stands in {home}: {count} files, all checked.",
        )
    )


def _newest(here: City, sources: Sequence[str]) -> int:
    """Ask others for the newest checkpoint, and take from a copy what is missing, or else let nothing be signed."""
    home = here.home
    log = ledger.reading(home)
    if log is None:
        return 0
    answers = list(_answers(home, log, sources))
    for one in answers:
        if isinstance(one, Silent):
            say(Label(f"{one.by} پاسخ نداد: {one.why}", f"{one.by} did not tell: {one.why}"))
    seen = [one for one in answers if isinstance(one, Seen)]
    apart = [one for one in seen if one.apart]
    if not apart:
        told = "، ".join(one.by for one in seen)
        size = log.size
        if seen:
            say(
                Label(
                    f"دفتر {size} برگ دارد و {told} بیش از آن ندیده است.",
                    f"The log has {size} leaves; {told} saw no more.",
                )
            )
        else:
            say(
                Label(
                    "کسی نبود که بگوید دفتر از این تازه‌تر بوده است یا نه. با --seen نسخه‌ای دیگر را نشان دهید.",
                    "Nobody could say whether the log had grown since. Name another copy of it with --seen.",
                )
            )
        return 0
    ledger.remember(home, apart)
    for one in apart:
        _missing(one, log)
    # The copy that has most; those after it are asked when it does not give everything. Two histories are for people.
    copies = [] if any(one.differs for one in apart) else [one for one in apart if one.entries]
    for one in sorted(copies, key=lambda one: one.size, reverse=True):
        if caught_up(here, opened(one.by), one) == 0:
            return 0
    say(
        Label(
            "تا این برگ‌ها بازنگردد چیزی امضا و منتشر نمی‌شود.",
            "Until these leaves are back, nothing is signed and nothing published.",
        ),
        error=True,
    )
    return 3


def _answers(home: Path, log: Log, sources: Sequence[str]) -> Iterator[Seen | Silent]:
    try:
        yield from ask(log, ledger.witnesses(home), post)
    except BadPolicy as fault:
        yield Silent(ledger.POLICY, str(fault))
    for source in (*sources, *(one for one in (env.read("AYAN_ORIGIN"),) if one)):
        try:
            yield _looked(home, log, source)
        except (OSError, Unreachable, BadNote, NotSigned, LedgerError, ValueError) as fault:
            yield Silent(source, str(fault))


def _looked(home: Path, log: Log, source: str) -> Seen:
    keys, path = ledger.all_keys(home), Path(source)
    if path.is_file():
        return compare(log, keys, source, path.read_bytes())
    evidence = opened(source)
    return look(log, keys, source, lambda name: evidence.get(LOG + name))


def _missing(one: Seen, log: Log) -> None:
    if one.differs:
        say(
            Label(
                f"{one.by} دفتر دیگری دیده است که دنبالهٔ این نیست ({one.size} برگ).",
                f"{one.by} saw another log, which does not continue this one ({one.size} leaves).",
            ),
            error=True,
        )
        return
    count = one.size - log.size
    say(
        Label(
            f"{one.by} {one.size} برگ دیده است؛ {count} برگ در این پشتیبان نیست.",
            f"{one.by} saw {one.size} leaves; {count} of them are not in this backup.",
        ),
        error=True,
    )
    for entry in one.entries:
        try:
            statement = Statement.parse(entry)
        except BadStatement:
            continue
        print(f"  {plain(statement.ref)} {statement.act} {plain(statement.at)}")
