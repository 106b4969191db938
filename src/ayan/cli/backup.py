"""ayan backup, restore and replay: a city put away, set up again, and brought up to what others saw of its log."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.new_city import PRIVATE
from ayan.cli.report_text import bars, plain, say
from ayan.cli.verb import Verb
from ayan.config import env
from ayan.core.continuity import replay
from ayan.core.continuity.backup import BackupDamaged, LivingCity, back_up
from ayan.core.continuity.snapshot import BackupSnapshot, NewerBackup, NoBackup, NotEmpty, RestoreRefused, find, restore
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNote, NotSigned
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError
from ayan.core.ledger.remote_checkpoints import RemoteCheckpoint, RemoteSilence, ask, checkpoint_of_copy, compare, post
from ayan.core.transparency import log_rules
from ayan.core.transparency.evidence import Evidence, Folder, Portal, Unreachable
from ayan.core.transparency.statement import BadStatement, Statement
from ayan.core.transparency.violation import Violation
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label
from ayan.wiring import city, ledger
from ayan.wiring.city import City

LOG = "log/"


def backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan backup``."""
    parser.add_argument("dir", type=Path, metavar="DIR", help="where the backups stand, each in a folder of its own")


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
                "کلید دفتر در پشتیبان نیست؛ نسخه‌ای از آن را جدا نگه دارید.",
                "The key of the log is not in it; keep a copy of that elsewhere.",
            )
        )
    print(snapshot.root)
    return 0


# --- ayan restore -----------------------------------------------------------------------------------------------------


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan restore``."""
    parser.add_argument("dir", type=Path, metavar="DIR", help="a backup, or the folder of several: then the newest")
    parser.add_argument(
        "--seen",
        action="append",
        default=[],
        metavar="SOURCE",
        help="where the log may be newer: a mirror's address, a static copy's folder, or a kept checkpoint",
    )


def run_restore(args: argparse.Namespace) -> int:
    """Exit 1 when nothing was restored, 3 when it was, but its log breaks a rule or others have seen more of it."""
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
    _report_restored(snapshot, home)
    restored = City(home, store, clock=SystemClock())
    return _newest(restored, args.seen) or _check_rules(restored)


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


def _report_restored(snapshot: BackupSnapshot, home: Path) -> None:
    count, moment = len(snapshot.files), snapshot.made_at.isoformat(timespec="seconds")
    say(
        Label(
            "پشتیبان {moment} در {home} برپا شد: {count} پرونده، همه سنجیده.",
            "The backup of {moment} stands in {home}: {count} files, all checked.",
        ).format(moment=moment, home=home, count=count)
    )


def _check_rules(city: City) -> int:
    """Whether the log that stands now keeps its rules; 3 where it does not."""
    violations = city.log_replay.now().violations
    for broken in violations:
        say(
            Label("دفتر، برگ {index}: {what}", "The log, leaf {index}: {what}").format(
                index=broken.index, what=broken.what
            ),
            error=True,
        )
    return 3 if violations else 0


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


# --- ayan replay ------------------------------------------------------------------------------------------------------


def replay_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan replay``."""
    parser.add_argument(
        "source", metavar="SOURCE", help="the portal's or a mirror's address, or a static copy's folder"
    )


def run_replay(args: argparse.Namespace) -> int:
    """Exit 1 when the copy lacks what is missing here, 2 when it cannot be looked at, 3 when others saw still more."""
    current_city = city.current()
    try:
        evidence = opened(args.source)
        seen = seen_in(current_city, evidence)
    except (OSError, Unreachable, BadNote, NotSigned, LedgerError, ValueError) as fault:
        say(
            Label("این نسخه پذیرفته نیست: {fault}", "The copy is not accepted: {fault}").format(fault=fault), error=True
        )
        return 2
    return caught_up(current_city, evidence, seen)


def opened(source: str) -> Evidence:
    """A public copy by its address or folder; Unreachable when it is neither."""
    return Portal(source) if "://" in source else Folder(Path(source))


def seen_in(city: City, evidence: Evidence) -> RemoteCheckpoint:
    """What the log of a copy says; errors as of `checkpoint_of_copy`; Unreachable without a log."""
    log = ledger.reading(city.home)
    if log is None:
        raise Unreachable(f"{city.home} has no log")
    return checkpoint_of_copy(log, ledger.all_keys(city.home), evidence.name, lambda name: evidence.get(LOG + name))


def caught_up(city: City, evidence: Evidence, seen: RemoteCheckpoint) -> int:
    """Take over what the copy has more; the exit code as `run_replay` gives it."""
    log = ledger.reading(city.home)
    if log is None or seen.differs or seen.signed is None:
        say(
            Label("دفتر {by} دنبالهٔ این نیست.", "The log of {by} does not continue this one.").format(by=seen.by),
            error=True,
        )
        return 1
    store = city.release_store
    broken = _brought(log, seen)
    if broken is not None:
        say(
            Label("دفتر {by} با قاعده‌ها نمی‌خواند: {what}", "The log of {by} breaks a rule: {what}").format(
                by=seen.by, what=broken.what
            ),
            error=True,
        )
        return 1
    wanted = replay.lacking(store, [*log.leaves(0, log.size), *seen.entries])
    try:
        with bars() as tell:
            fetched = replay.fetch(store, evidence, wanted, lambda ref: tell(ref, None))
    except (replay.NotReplayed, Unreachable) as fault:
        say(Label("بازپس گرفته نشد: {fault}", "It cannot be taken back: {fault}").format(fault=fault), error=True)
        return 1
    with ledger.replaying(city.home):
        if seen.entries:
            log.take_back(seen.entries, seen.signed)
        replay.put_back(store, fetched)
        for slug in {arrival.wanted.last.dataset for arrival in fetched}:
            city.index_store.path(slug)
            city.index_store.drop_stale(slug)
    _report_replayed(fetched, seen)
    return _check_newest(city)


def _brought(log: Log, seen: RemoteCheckpoint) -> Violation | None:
    """The first of the leaves that a copy has more which may not follow those that are here."""
    violations = log_rules.replay([*log.leaves(0, log.size), *seen.entries]).violations
    return next((broken for broken in violations if broken.index >= log.size), None)


def _report_replayed(fetched: list[replay.ReplayedRelease], seen: RemoteCheckpoint) -> None:
    say(
        Label(
            "{entries} برگ و {releases} انتشار از {by} بازگشت، همه سنجیده با دفتر.",
            "{entries} leaves and {releases} releases are back from {by}, all held against the log.",
        ).format(entries=len(seen.entries), releases=len(fetched), by=seen.by)
    )
    for arrival in fetched:
        print(f"  {plain(arrival.wanted.last.ref)} {arrival.wanted.last.act}")
    if not fetched:
        return
    say(
        Label(
            "نمک ردیف‌ها همراه انتشار بازگشته است و اثبات تک‌تک ردیف‌ها برقرار است.",
            "The salts of the rows are public and came with them: every single row can be proved as before.",
        )
    )
    say(
        Label(
            "آنچه همگانی نیست بازنمی‌گردد: پروندهٔ فرستاده‌شده و نمک آن، توضیح علت‌ها، و رکوردهای پایگاه داده. "
            "پیوند این انتشارها با پروندهٔ فرستاده‌شده دیگر ثابت‌شدنی نیست، مگر آنکه هر دو را از جایی دیگر بیاورید.",
            "What is not public does not come back: the files as sent with their salts, the words of reasons, and the "
            "records of the database. That these releases came from those files can no longer be shown, unless you "
            "have both from elsewhere.",
        )
    )


def _check_newest(city: City) -> int:
    """Whether anything is known to be missing still."""
    try:
        ledger.check_newest(city.home)
    except LedgerError as fault:
        say(
            Label("هنوز همه چیز بازنگشته است: {fault}", "Not everything is back yet: {fault}").format(fault=fault),
            error=True,
        )
        return 3
    return 0


VERBS: Final = (
    Verb("backup", "back the city up, also while it is at work", run_backup, backup_arguments),
    Verb("restore", "put a backup into an empty folder", run_restore, restore_arguments),
    Verb("replay", "take what a restored city lacks from a public copy of it", run_replay, replay_arguments),
)
