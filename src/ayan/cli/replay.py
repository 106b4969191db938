"""ayan replay: a restored city brought up to what a public copy of it has of its log and its releases."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ayan.cli.report_text import bars, plain, say
from ayan.cli.verb import Verb
from ayan.core.continuity import replay
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNote, NotSigned
from ayan.core.ledger.refusal import LedgerError
from ayan.core.ledger.remote_checkpoints import RemoteCheckpoint, checkpoint_of_copy
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency import log_rules
from ayan.core.transparency.evidence import Evidence, Folder, Portal, Unreachable
from ayan.core.transparency.key_chain import followed, rotations_in
from ayan.core.transparency.violation import Violation
from ayan.core.values.label import Label
from ayan.wiring import accountability, city, ledger
from ayan.wiring.city import City

LOG: Final = "log/"
"""Where a public copy has the log."""


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
    return seen_by(city.home, log, evidence, evidence.name)


def seen_by(home: Path, log: Log, evidence: Evidence, by: str) -> RemoteCheckpoint:
    """What the log of a copy says; its checkpoint may bear a key that leaves of it lead to from one that is known."""

    def get(name: str) -> bytes:
        return evidence.get(LOG + name)

    known = ledger.all_keys(home)
    now, _ = followed(get, Policy(tuple(known)))
    return checkpoint_of_copy(log, [*known, *now.logs], by, get)


def caught_up(city: City, evidence: Evidence, seen: RemoteCheckpoint) -> int:
    """Take over what the copy has more; the exit code as `run_replay` gives it."""
    log = ledger.reading(city.home)
    if log is None or seen.differs or seen.signed is None:
        say(
            Label("ثبت عمومی {by} دنبالهٔ این نیست.", "The log of {by} does not continue this one.").format(by=seen.by),
            error=True,
        )
        return 1
    broken = _brought(log, seen)
    if broken is not None:
        say(
            Label("ثبت عمومی {by} با قاعده‌ها سازگار نیست: {what}", "The log of {by} breaks a rule: {what}").format(
                by=seen.by, what=broken.what
            ),
            error=True,
        )
        return 1
    store = city.release_store
    leaves = [*log.leaves(0, log.size), *seen.entries]
    wanted = replay.lacking(store, leaves)
    try:
        brought, lacking = replay.bring_published(evidence, city.home / ledger.FOLDER, log_rules.replay(leaves))
        with bars() as tell:
            fetched = replay.fetch(store, evidence, wanted, lambda ref: tell(ref, None))
    except (replay.NotReplayed, Unreachable) as fault:
        say(Label("بازپس گرفته نشد: {fault}", "It cannot be taken back: {fault}").format(fault=fault), error=True)
        return 1
    with ledger.replaying(city.home):
        if seen.entries:
            changes = rotations_in(enumerate(seen.entries, log.size))
            if ledger.follow(city.home, [change.new for change in changes]):
                log = ledger.reading(city.home) or log
            log.take_back(seen.entries, seen.signed)
        replay.put_back(store, fetched)
        for slug in {arrival.wanted.last.dataset for arrival in fetched}:
            city.index_store.ensure(slug)
            city.index_store.drop_stale(slug)
    _report_replayed(fetched, seen)
    _report_published(brought, lacking, accountability.put_back_days(city))
    ledger.settle(city.home)
    return _check_newest(city)


def _brought(log: Log, seen: RemoteCheckpoint) -> Violation | None:
    """The first of the leaves that a copy has more which may not follow those that are here.

    What is dated before something else comes back: a city may have signed that when it set its clock right.
    """
    violations = log_rules.replay([*log.leaves(0, log.size), *seen.entries]).violations
    return next((broken for broken in violations if broken.index >= log.size and broken.code != "back-dated"), None)


def _report_replayed(fetched: list[replay.ReplayedRelease], seen: RemoteCheckpoint) -> None:
    say(
        Label(
            "{entries} برگ و {releases} انتشار از {by} بازگشت، همه سنجیده با ثبت عمومی.",
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


def _report_published(brought: int, lacking: list[str], days: int) -> None:
    """What came back of declarations and of the diary, and what the copy does not have either."""
    if brought or days:
        say(
            Label(
                "{brought} نوشتهٔ همگانی (اعلام‌ها و گزارش روزانه) و {days} پروندهٔ روزها بازگشت.",
                "{brought} published texts (declarations and diary) and {days} files of days are back.",
            ).format(brought=brought, days=days)
        )
    for path in lacking:
        say(
            Label("این نسخه {path} را ندارد.", "This copy does not have {path}.").format(path=f"{LOG}{path}"),
            error=True,
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
    Verb("replay", "take what a restored city lacks from a public copy of it", run_replay, replay_arguments),
)
