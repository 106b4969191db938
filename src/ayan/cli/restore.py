"""ayan restore DIR: put a backup into an empty city's folder, and ask others whether it is the newest there is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ayan.cli import database
from ayan.cli.init import PRIVATE
from ayan.cli.replay import LOG, caught_up, opened
from ayan.cli.report_text import bars, plain, say
from ayan.config import env
from ayan.core.continuity.snapshot import BackupSnapshot, NewerBackup, NoBackup, NotEmpty, RestoreRefused, find, restore
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNote, NotSigned
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError
from ayan.core.ledger.remote_checkpoints import RemoteCheckpoint, RemoteSilence, ask, checkpoint_of_copy, compare
from ayan.core.ledger.witness_requests import post
from ayan.core.transparency.evidence import Unreachable
from ayan.core.transparency.statement import BadStatement, Statement
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
        say(Label("پشتیبانی نیست: {fault}", "There is no backup: {fault}").format(fault=fault), error=True)
        return 1
    except NotEmpty as fault:
        say(Label("{fault} خالی نیست.", "{fault} is not empty.").format(fault=fault), error=True)
        return 1
    except database.OtherDatabase as fault:
        say(
            Label("پایگاه داده جور نیست: {fault}", "The database does not fit: {fault}").format(fault=fault), error=True
        )
        return 1
    except RestoreRefused as fault:
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
    city = City(home, store, clock=SystemClock())
    for slug in city.release_store.datasets():
        city.index_store.path(slug)
    if city.log is not None:
        city.log.audit()


def _report(snapshot: BackupSnapshot, home: Path) -> None:
    count, moment = len(snapshot.files), snapshot.made_at.isoformat(timespec="seconds")
    say(
        Label(
            "پشتیبان {moment} در {home} برپا شد: {count} پرونده، همه سنجیده.",
            "The backup of {moment} stands in {home}: {count} files, all checked.",
        ).format(moment=moment, home=home, count=count)
    )


def _newest(city: City, sources: Sequence[str]) -> int:
    """Ask others for the newest checkpoint, and take from a copy what is missing, or else let nothing be signed."""
    home = city.home
    log = ledger.reading(home)
    if log is None:
        return 0
    answers = list(_answers(home, log, sources))
    for answer in answers:
        if isinstance(answer, RemoteSilence):
            say(Label("{by} پاسخ نداد: {why}", "{by} did not tell: {why}").format(by=answer.by, why=answer.why))
    seen = [answer for answer in answers if isinstance(answer, RemoteCheckpoint)]
    apart = [checkpoint for checkpoint in seen if checkpoint.apart]
    if not apart:
        names = "، ".join(checkpoint.by for checkpoint in seen)
        size = log.size
        if seen:
            say(
                Label(
                    "دفتر {size} برگ دارد و {names} بیش از آن ندیده است.",
                    "The log has {size} leaves; {names} saw no more.",
                ).format(size=size, names=names)
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
    for checkpoint in apart:
        _missing(checkpoint, log)
    # The copy that has most; those after it are asked when it does not give everything. Two histories are for people.
    copies = (
        []
        if any(checkpoint.differs for checkpoint in apart)
        else [checkpoint for checkpoint in apart if checkpoint.entries]
    )
    for remote in sorted(copies, key=lambda checkpoint: checkpoint.size, reverse=True):
        if caught_up(city, opened(remote.by), remote) == 0:
            return 0
    say(
        Label(
            "تا این برگ‌ها بازنگردد چیزی امضا و منتشر نمی‌شود.",
            "Until these leaves are back, nothing is signed and nothing published.",
        ),
        error=True,
    )
    return 3


def _answers(home: Path, log: Log, sources: Sequence[str]) -> Iterator[RemoteCheckpoint | RemoteSilence]:
    try:
        yield from ask(log, ledger.witnesses(home), post)
    except BadPolicy as fault:
        yield RemoteSilence(ledger.POLICY, str(fault))
    for source in (*sources, *(origin for origin in (env.read("AYAN_ORIGIN"),) if origin)):
        try:
            yield _remote_checkpoint(home, log, source)
        except (OSError, Unreachable, BadNote, NotSigned, LedgerError, ValueError) as fault:
            yield RemoteSilence(source, str(fault))


def _remote_checkpoint(home: Path, log: Log, source: str) -> RemoteCheckpoint:
    keys, path = ledger.all_keys(home), Path(source)
    if path.is_file():
        return compare(log, keys, source, path.read_bytes())
    evidence = opened(source)
    return checkpoint_of_copy(log, keys, source, lambda name: evidence.get(LOG + name))


def _missing(checkpoint: RemoteCheckpoint, log: Log) -> None:
    if checkpoint.differs:
        say(
            Label(
                "{by} دفتر دیگری دیده است که دنبالهٔ این نیست ({size} برگ).",
                "{by} saw another log, which does not continue this one ({size} leaves).",
            ).format(by=checkpoint.by, size=checkpoint.size),
            error=True,
        )
        return
    count = checkpoint.size - log.size
    say(
        Label(
            "{by} {size} برگ دیده است؛ {count} برگ در این پشتیبان نیست.",
            "{by} saw {size} leaves; {count} of them are not in this backup.",
        ).format(by=checkpoint.by, size=checkpoint.size, count=count),
        error=True,
    )
    for entry in checkpoint.entries:
        try:
            statement = Statement.parse(entry)
        except BadStatement:
            continue
        print(f"  {plain(statement.ref)} {statement.act} {plain(statement.at)}")
