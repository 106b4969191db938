"""ayan backup and restore: a city put away, and set up again."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.database import LoadedTrail
from ayan.cli.log import newest, seen_arguments
from ayan.cli.new_city import PRIVATE
from ayan.cli.report_text import bars, say
from ayan.cli.verb import Verb, local
from ayan.config import env
from ayan.config.diagnosis.marks import keep_backup_time
from ayan.core.continuity.backup import BackupDamaged, LivingCity, back_up
from ayan.core.continuity.snapshot import BackupSnapshot, NewerBackup, NoBackup, NotEmpty, RestoreRefused, find, restore
from ayan.core.ledger.refusal import LedgerError
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label
from ayan.wiring import city, ledger
from ayan.wiring.city import City

LOG = "log/"


def backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan backup``."""
    parser.add_argument("dir", type=local, metavar="DIR", help="where the backups stand, each in a folder of its own")


def run_backup(args: argparse.Namespace) -> int:
    """Exit 1 when there is no city, or when what was read or written is not what it should be."""
    current_city = city.current()
    if not (current_city.home / "ayan.toml").is_file():
        say(Label("در {home} شهری نیست.", "There is no city in {home}.").format(home=current_city.home), error=True)
        return 1
    living = LivingCity(
        home=current_city.home,
        store=current_city.store,
        release_store=current_city.release_store,
        clock=current_city.clock,
        database=lambda folder: database.dump(current_city.home, folder),
        log=ledger.reading,
        apart=database.files(current_city.home),
    )
    try:
        with bars() as tell:
            snapshot = back_up(living, args.dir.expanduser().absolute(), tell)
    except (BackupDamaged, LedgerError) as fault:
        say(Label("پشتیبان گرفته نشد: {fault}", "No backup was made: {fault}").format(fault=fault), error=True)
        return 1
    # A city whose disk is full or read-only has a backup all the same.
    with suppress(OSError):
        keep_backup_time(current_city.home, snapshot.made_at)
    count, size = len(snapshot.files), snapshot.bytes / 1e6
    say(
        Label(
            "پشتیبان گرفته و از نو خوانده شد: {count} پرونده، {size:,.1f} مگابایت.",
            "The backup is made and was read again: {count} files, {size:,.1f} MB.",
        ).format(count=count, size=size)
    )
    if current_city.log is not None and not current_city.profile.demo:
        say(
            Label(
                "کلید ثبت عمومی در پشتیبان نیست؛ نسخه‌ای از آن را جدا نگه دارید.",
                "The key of the log is not in it; keep a copy of that elsewhere.",
            )
        )
    print(snapshot.root)
    return 0


# --- ayan restore -----------------------------------------------------------------------------------------------------


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan restore``."""
    parser.add_argument("dir", type=local, metavar="DIR", help="a backup, or the folder of several: then the newest")
    seen_arguments(parser)


def run_restore(args: argparse.Namespace) -> int:
    """Exit 1 when nothing was restored.

    Exit 3 when it was, but others have seen more of the log than is in it, nobody could say whether they had, its
    audit trail does not hold, or the log breaks one of its rules.
    """
    home = env.home()
    store = env.folder("AYAN_STORE", home / "store")
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
        database.close_home(home)
        trail = database.load_records(snapshot.root / "database")
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
        say(fault, error=True)
        return 1
    except RestoreRefused as fault:
        say(Label("پشتیبان همان نیست که نوشته شد:", "The backup is not what was written:"), error=True)
        for problem in fault.problems:
            say(Label(problem, problem), error=True)
        return 1
    _report_restored(snapshot, home)
    holds = trail is None or _report_trail(trail)
    restored = City(home, store, clock=SystemClock())
    settled = newest(restored, args.seen, portal=True, nobody=args.nobody_can_tell, clock=args.clock_is_right)
    keeps = _report_rules(restored)
    return settled or (0 if holds and keeps else 3)


def _prepare(home: Path, store: Path) -> None:
    """Make the folders that are no part of a backup and build what is derived, where the city is being put together."""
    for name in PRIVATE:
        (home / name).mkdir(exist_ok=True)
        (home / name).chmod(0o700)
    city = City(home, store, clock=SystemClock())
    for slug in city.release_store.datasets():
        city.index_store.ensure(slug)
    if city.log is not None:
        city.log.audit()


def _report_restored(snapshot: BackupSnapshot, home: Path) -> None:
    count, moment = len(snapshot.files), snapshot.made_at.isoformat(timespec="seconds")
    say(
        Label(
            "پشتیبان {moment} در {home} برپا شد: {count} پرونده، همه سنجیده.",
            "The backup of {moment} stands in {home}: {count} files, all checked.",
        ).format(moment=moment, home=home, count=count)
    )


def _report_trail(trail: LoadedTrail) -> bool:
    """Say what became of the audit trail; whether it holds."""
    if trail.completed:
        say(
            Label(
                "این پشتیبان را نسخه‌ای پیشین گرفته است که زمان‌ها را تا هزارم ثانیه می‌برید. زمان کامل {count} کار از رد "
                "کارها، چنان‌که چکیدهٔ هر یک ثابت می‌کند، بازگشت.",
                "An earlier version made this backup and cut times to milliseconds. The whole times of {count} acts of "
                "the audit trail are back, as the digest of each proves.",
            ).format(count=trail.completed)
        )
    if trail.broken is None:
        say(Label("زنجیرهٔ رد کارها درست است.", "The chain of the audit trail holds."))
        return True
    say(
        Label(
            "رد کارها در این پشتیبان از شمارهٔ {number} درست نیست. آن را با پشتیبانی دیگر و با مهر روزها در "
            "ثبت عمومی بسنجید.",
            "The audit trail in this backup does not hold from number {number} on. Compare it with another backup and "
            "with the seals of its days in the log.",
        ).format(number=trail.broken),
        error=True,
    )
    return False


def _report_rules(city: City) -> bool:
    """Name every leaf of the log, as it stands now, that breaks a rule; whether none does."""
    violations = city.log_replay.now().violations
    for broken in violations:
        say(
            Label("ثبت عمومی، برگ {index}: {what}", "The log, leaf {index}: {what}").format(
                index=broken.index, what=broken.what
            ),
            error=True,
        )
    return not violations


VERBS: Final = (
    Verb("backup", "back the city up, also while it is at work", run_backup, backup_arguments),
    Verb("restore", "put a backup into an empty folder", run_restore, restore_arguments),
)
