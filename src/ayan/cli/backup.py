"""ayan backup and restore: a city put away, and set up again."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ayan.cli import database
from ayan.cli.database import LoadedTrail
from ayan.cli.log import newest, seen_arguments
from ayan.cli.new_city import PRIVATE
from ayan.cli.report_text import bars, say
from ayan.cli.verb import Verb, local
from ayan.config import env
from ayan.config.diagnosis.marks import keep_backup_time
from ayan.config.home_id import FILE as ID_FILE
from ayan.config.home_id import home_id
from ayan.core.continuity.backup import LivingCity, back_up
from ayan.core.continuity.backup_writer import BackupDamaged
from ayan.core.continuity.folder_backup import FolderBackups
from ayan.core.continuity.snapshot import (
    BackupSnapshot,
    NewerBackup,
    NoBackup,
    NotEmpty,
    OthersBackups,
    RestoreRefused,
    check_empty,
    fetching,
    find,
    restore,
)
from ayan.core.continuity.store_move import brought
from ayan.core.custody.private_files import NotOpened
from ayan.core.ledger.refusal import LedgerError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import move
from ayan.core.system.progress import Progress
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label
from ayan.wiring import city, ledger, original_keys
from ayan.wiring.city import City
from ayan.wiring.store_place import StorePlace, StoreUnclear, backup_bucket, overlap, store_place

if TYPE_CHECKING:
    from ayan.core.continuity.bucket_backup import BucketBackups

_WITHIN: Final = Label(
    "پشتیبان‌ها باید جایی جدا از انبار داده‌ها باشند: s3://سطل/پیشوند دیگری بنویسید، بی نام یک پشتیبان.",
    "Backups must stand apart from the releases: write another s3://bucket/prefix, without the name of one backup.",
)
_KEY_WANTED: Final = Label(
    "پشتیبان قفل است. کلید اصل پرونده‌ها را در AYAN_ORIGINALS_KEY بدهید و دوباره اجرا کنید.",
    "The backup is locked. Give the key of the originals in AYAN_ORIGINALS_KEY and run this again.",
)


def backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan backup``."""
    parser.add_argument(
        "dir",
        type=_place,
        metavar="DIR",
        help="where the backups stand: a folder, or s3://bucket/prefix, where all is locked by the originals' key",
    )
    parser.add_argument(
        "--keep", type=_count, metavar="N", help="remove older backups afterwards, all but the newest N"
    )


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
        bodies=current_city.private_store.bodies,
    )
    try:
        place = _backups(args.dir, current_city)
        with bars() as tell:
            snapshot = back_up(living, place, tell)
        # A city whose disk is full or read-only has a backup all the same.
        with suppress(OSError):
            keep_backup_time(current_city.home, snapshot.made_at)
        _report_made(snapshot, current_city, in_bucket=isinstance(args.dir, str))
        if args.keep:
            _report_pruned(*place.prune(args.keep))
    except (NewerBackup, OthersBackups) as fault:
        say(fault.label, error=True)
        return 1
    except (BackupDamaged, LedgerError, NoBackup, NotOpened) as fault:
        say(Label("پشتیبان گرفته نشد: {fault}", "No backup was made: {fault}").format(fault=fault), error=True)
        return 1
    print(snapshot.place or snapshot.root)
    return 0


def _place(text: str) -> str | Path:
    """An address of a bucket as it is, or a folder of this machine."""
    return text if text.startswith("s3://") else local(text)


def _count(text: str) -> int:
    """A number from 1 on."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError("عددی از ۱ به بالا بنویسید. Write a number from 1 on.")
    return int(text)


def _backups(where: str | Path, current_city: City) -> FolderBackups | BucketBackups:
    """The place of backups that the command was given. Raises StoreUnclear."""
    own = _city(current_city.home)
    if isinstance(where, Path):
        return FolderBackups(where.expanduser().absolute(), own)
    place, name = backup_bucket(where)
    store = current_city.store_place.bucket if current_city.store_place else None
    if name or (store is not None and overlap(store, place)):
        raise StoreUnclear().worded(_WITHIN)
    # The client is loaded only where it is of use.
    from ayan.core.bucket.bucket import Bucket
    from ayan.core.continuity.bucket_backup import BucketBackups

    return BucketBackups(Bucket(place), original_keys.lock(current_city.home), current_city.home / "work", own)


def _city(home: Path) -> str:
    """The SHA-256 (hex) of the city's id as its file holds it; empty where it has none and none can be made."""
    try:
        home_id(home)
        return sha256_hex((home / ID_FILE).read_bytes())
    except OSError:
        return ""


def _report_made(snapshot: BackupSnapshot, current_city: City, *, in_bucket: bool) -> None:
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
    if in_bucket:
        say(
            Label(
                "این پشتیبان قفل است و تنها با کلید اصل پرونده‌ها (AYAN_ORIGINALS_KEY) باز می‌شود؛ نسخه‌ای از آن کلید را "
                "جدا نگه دارید.",
                "This backup is locked and opens only with the key of the originals (AYAN_ORIGINALS_KEY); keep a copy "
                "of that key elsewhere.",
            )
        )


def _report_pruned(backups: int, files: int) -> None:
    say(
        Label(
            "{backups} پشتیبان کهنه و {files} پرونده که دیگر لازم نبود پاک شد.",
            "{backups} older backups and {files} files that nothing needs any more were removed.",
        ).format(backups=backups, files=files)
    )


# --- ayan restore -----------------------------------------------------------------------------------------------------


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan restore``."""
    parser.add_argument(
        "dir",
        type=_place,
        metavar="DIR",
        help="a backup, or the folder or s3://bucket/prefix of several: then the newest",
    )
    seen_arguments(parser)


def run_restore(args: argparse.Namespace) -> int:
    """Exit 1 when nothing was restored.

    Exit 3 when it was, but others have seen more of the log than is in it, nobody could say whether they had, its
    audit trail does not hold, or the log breaks one of its rules.
    """
    home = env.home()
    store = store_place(env.read("AYAN_STORE") or "", home)
    # Releases that are to stand in a bucket are put together in the city's folder first.
    folder = store.folder if store.bucket is None else home / "store"
    try:
        with bars() as tell, _snapshot(args.dir, home, folder, tell) as snapshot:
            database.check(snapshot.database, home)
            restore(
                snapshot,
                home,
                folder,
                database=lambda held, new: database.load_file(held, home, new),
                prepare=lambda new, new_store: _prepare(new, new_store, store),
                tell=tell,
                # What was fetched for this alone need not stand twice.
                lay=move if isinstance(args.dir, str) else shutil.copyfile,
            )
            database.close_home(home)
            trail = database.load_records(snapshot.root / "database", home / "work")
    except NewerBackup as fault:
        say(fault.label, error=True)
        return 1
    except NoBackup as fault:
        say(Label("پشتیبانی نیست: {fault}", "There is no backup: {fault}").format(fault=fault), error=True)
        return 1
    except NotOpened as fault:
        say(
            Label(
                "این پشتیبان با کلیدی که داده شده باز نمی‌شود: {fault}",
                "This backup does not open with the key that is given: {fault}",
            ).format(fault=fault),
            error=True,
        )
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
    restored = City(home, store.folder, clock=SystemClock(), store_place=store)
    settled = newest(restored, args.seen, portal=True, nobody=args.nobody_can_tell, clock=args.clock_is_right)
    keeps = _report_rules(restored)
    return settled or (0 if holds and keeps else 3)


@contextmanager
def _snapshot(where: str | Path, home: Path, store: Path, tell: Progress) -> Iterator[BackupSnapshot]:
    """The backup that the command was given; one of a bucket stands beside the city's folder meanwhile."""
    if isinstance(where, Path):
        yield find(where.expanduser().absolute())
        return
    # Said before anything is brought.
    check_empty(home, store)
    place, name = backup_bucket(where)
    if not original_keys.is_apart():
        raise StoreUnclear().worded(_KEY_WANTED)
    from ayan.core.bucket.bucket import Bucket
    from ayan.core.continuity.bucket_backup import BucketBackups

    with fetching(home) as folder:
        yield BucketBackups(Bucket(place), original_keys.lock(home), home.parent).fetch(name, folder, tell)


def _prepare(home: Path, folder: Path, store: StorePlace) -> None:
    """Make the folders that are no part of a backup and build what is derived, where the city is being put together.

    Where releases stand in a bucket, they are brought there from ``folder``, which goes. Raises StoreChanged and Forked
    where what stands there already is not of this city, before anything is put.
    """
    for name in PRIVATE:
        (home / name).mkdir(exist_ok=True)
        (home / name).chmod(0o700)
    if store.bucket is not None:
        log = ledger.reading(home, store.bucket)
        if log is not None:
            log.complete_folder()
        store = replace(store, folder=home / store.folder.name)
        brought(ReleaseStore(folder, SystemClock()), store.opened(SystemClock()), lambda release: None)
        shutil.rmtree(folder)
    else:
        store = StorePlace(folder)
    prepared = City(home, store.folder, clock=SystemClock(), store_place=store)
    for slug in prepared.release_store.datasets():
        prepared.index_store.ensure(slug)
    if prepared.log is not None:
        prepared.log.audit()


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
