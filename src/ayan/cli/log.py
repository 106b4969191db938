"""ayan log: whether others have seen more of the city's log, its files mended, and the clock behind its times."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ayan.cli.limits import LEAVES_SHOWN
from ayan.cli.replay import LOG, caught_up, opened, seen_by
from ayan.cli.report_text import plain, say
from ayan.cli.trail import trail
from ayan.cli.verb import Verb
from ayan.config import env
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.ledger.checkpoint import parse_checkpoint
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.ledger.note import BadNote, BadNoteKey, NotSigned, parse_note
from ayan.core.ledger.refusal import LedgerError
from ayan.core.ledger.remote_checkpoints import RemoteCheckpoint, RemoteSilence, ask, compare, post
from ayan.core.ledger.repair import NotRepaired, repair
from ayan.core.ledger.tiles import WIDTH, LogReader
from ayan.core.ledger.trust_policy import BadPolicy
from ayan.core.transparency.clock_check import ClockDoubted
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import Unreachable
from ayan.core.transparency.log_writer import restated
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring import city, ledger
from ayan.wiring.city import City


def log_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan log``."""
    does = parser.add_subparsers(dest="does", required=True, metavar="newest|repair|clock|trail")
    asks = does.add_parser("newest", help="ask others whether the log of a restored city had grown")
    seen_arguments(asks)
    mends = does.add_parser("repair", help="make damaged or lost files of the log anew; nothing is signed")
    mends.add_argument(
        "--from",
        dest="sources",
        action="append",
        default=[],
        metavar="SOURCE",
        help="take lost entries from a mirror's address or a static copy's folder; may be repeated",
    )
    clock = does.add_parser("clock", help="show the clock beside the last times in the log")
    clock.add_argument(
        "--clock-is-right",
        "--right",
        dest="right",
        action="store_true",
        help="your word that the clock is right now; it gets a leaf in the log",
    )
    acts = does.add_parser("trail", help="hold the database's acts and findings against the log")
    acts.add_argument(
        "--acts-are-lost",
        action="store_true",
        help="go on with a database that is older than the log: your word that no newer backup is to be had; it gets a "
        "leaf in the log",
    )


def seen_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say who can tell whether the log had grown."""
    parser.add_argument(
        "--seen",
        action="append",
        default=[],
        metavar="SOURCE",
        help="where the log may be newer: a mirror's address, a static copy's folder, or a kept checkpoint",
    )
    parser.add_argument(
        "--nobody-can-tell",
        action="store_true",
        help="go on although nobody can say whether the log had grown: your word that no copy of it is to be had; it "
        "gets a leaf in the log",
    )
    parser.add_argument(
        "--clock-is-right",
        action="store_true",
        help="with --nobody-can-tell: your word for the clock too",
    )


def run_log(args: argparse.Namespace) -> int:
    """Exit 0; 1 without a log or where it cannot be mended; 3 while something that the log knows of is not here."""
    current_city = city.current()
    log = ledger.reading(current_city.home)
    if log is None:
        say(Label("ثبت عمومی هنوز آغاز نشده است.", "The log has not been begun yet."), error=True)
        return 1
    if args.does == "newest":
        return newest(current_city, args.seen, portal=False, nobody=args.nobody_can_tell, clock=args.clock_is_right)
    if args.does == "trail":
        return trail(current_city, lost=args.acts_are_lost)
    if args.does == "clock":
        return _clock(current_city, args.right)
    return _repair(current_city, log, args.sources)


# --- ayan log newest --------------------------------------------------------------------------------------------------


def newest(city: City, sources: Sequence[str], *, portal: bool, nobody: bool, clock: bool = False) -> int:
    """Ask others for the newest checkpoint, and take from a copy what is missing, or else let nothing be signed.

    ``portal`` says whether the city's own address is asked too: a machine that serves the city again would answer for
    itself. ``nobody`` is the operator's word that nobody can tell, ``clock`` that the clock is right. Exit 0 when all
    that is known of is here, else 3.
    """
    home = city.home
    log = ledger.reading(home)
    if log is None:
        return 0
    own = (env.read("AYAN_ORIGIN"),) if portal else ()
    answers = list(_answers(home, log, [*sources, *(origin for origin in own if origin)]))
    for answer in answers:
        if isinstance(answer, RemoteSilence):
            say(Label("{by} پاسخ نداد: {why}", "{by} did not tell: {why}").format(by=answer.by, why=answer.why))
    seen = [answer for answer in answers if isinstance(answer, RemoteCheckpoint)]
    apart = [checkpoint for checkpoint in seen if checkpoint.apart]
    if not apart:
        names = [checkpoint.by for checkpoint in seen]
        size = log.size
        if seen:
            say(
                Label(
                    "ثبت عمومی {size} برگ دارد و {names} بیش از آن ندیده است.",
                    "The log has {size} leaves; {names} saw no more.",
                ).format(size=size, names=names)
            )
            ledger.settle(home)
            return 0
        return _untold(city, size, restored=portal, nobody=nobody, clock=clock)
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


def _untold(city: City, size: int, *, restored: bool, nobody: bool, clock: bool) -> int:
    """Let nothing be signed in a ``restored`` city while nobody says whether the log had grown.

    Not so where nothing is at stake, and where nobody has restored anything. ``nobody`` is told in the log.
    """
    say(
        Label(
            "کسی نبود که بگوید ثبت عمومی از این {size} برگ بیشتر شده بود یا نه.",
            "Nobody could say whether the log had grown beyond these {size} leaves.",
        ).format(size=size)
    )
    if city.profile.demo or not (restored or ledger.is_untold(city.home)):
        return 0
    # First, so that nothing is signed should the word not get into the log.
    ledger.leave_untold(city.home, size)
    if not nobody:
        say(
            Label(
                "تا این روشن نشود چیزی امضا و منتشر نمی‌شود. نسخه‌ای دیگر از ثبت عمومی را نشان "
                "دهید (نسخهٔ ایستا، آینه، یا "
                "نقطهٔ بازبینی‌ای که کسی نگه داشته است): ayan log newest --seen نشانی. اگر به‌راستی هیچ‌کس نمی‌تواند "
                "بگوید، این را در ثبت عمومی بنویسید: ayan log newest --nobody-can-tell",
                "Until this is settled, nothing is signed and nothing published. Name another copy of the log (a "
                "static copy, a mirror, or a checkpoint that somebody kept): ayan log newest --seen SOURCE. If really "
                "nobody can tell, have the log say so: ayan log newest --nobody-can-tell",
            ),
            error=True,
        )
        return 3
    return _own_word(city, clock)


def _own_word(city: City, clock: bool) -> int:
    """Enter into the log that nobody can tell, and first, where that is said, that the ``clock`` is right.

    Exit 3, and nothing is signed, where it cannot be entered.
    """
    try:
        writer = city.writer(ledger.writing(city.home, city.store, unseen=True))
        if clock:
            writer.notice("clock-is-right")
        writer.notice("restored-unseen")
        ledger.settle(city.home)
        ledger.check_newest(city.home)
    except BadNoteKey as fault:
        say(
            Label(
                "گفتهٔ شما باید با کلید ثبت عمومی امضا شود و کلید در دست نیست ({fault}). کلید را بگذارید و اجرا کنید: "
                "ayan log newest --nobody-can-tell",
                "Your word has to be signed with the log's key, which is not at hand ({fault}). Put it in place and "
                "run: ayan log newest --nobody-can-tell",
            ).format(fault=fault),
            error=True,
        )
        return 3
    except ClockDoubted as fault:
        say(fault, error=True)
        say(
            Label(
                "اگر ساعت درست است، هر دو را با هم بگویید: ayan log newest --nobody-can-tell --clock-is-right",
                "If the clock is right, say both at once: ayan log newest --nobody-can-tell --clock-is-right",
            ),
            error=True,
        )
        return 3
    except (LedgerError, Refusal) as fault:
        words = fault.label if isinstance(fault, Refusal) else Label(str(fault), str(fault))
        if isinstance(fault, BucketFault):
            words = fault.for_operator
        say(
            Label("چیزی امضا نشد: {words}", "Nothing was signed: {words}").format(words=words),
            error=True,
        )
        return 3
    say(
        Label(
            "گفتهٔ شما یک برگ در ثبت عمومی گرفت و کار ادامه می‌یابد. اگر برگی در این پشتیبان "
            "نباشد، ثبت عمومی از همین‌جا دوشاخه شده "
            "است و هر که برگ پیشین را دارد می‌تواند نشان دهد.",
            "Your word has a leaf in the log, and it goes on. If a leaf is missing from this backup, the log forks "
            "here, and whoever holds that leaf can show it.",
        )
    )
    return 0


def _answers(home: Path, log: Log, sources: Sequence[str]) -> Iterator[RemoteCheckpoint | RemoteSilence]:
    try:
        yield from ask(log, ledger.witnesses(home), post)
    except BadPolicy as fault:
        yield RemoteSilence(ledger.POLICY, str(fault))
    for source in sources:
        try:
            yield _remote_checkpoint(home, log, source)
        except (OSError, Unreachable, BadNote, NotSigned, LedgerError, ValueError) as fault:
            yield RemoteSilence(source, str(fault))


def _remote_checkpoint(home: Path, log: Log, source: str) -> RemoteCheckpoint:
    path = Path(source)
    if path.is_file():
        return compare(log, ledger.all_keys(home), source, path.read_bytes())
    return seen_by(home, log, opened(source), source)


def _missing(checkpoint: RemoteCheckpoint, log: Log) -> None:
    if checkpoint.differs:
        say(
            Label(
                "{by} ثبت عمومی دیگری دیده است که دنبالهٔ این نیست ({size} برگ).",
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


# --- ayan log repair --------------------------------------------------------------------------------------------------


def _repair(city: City, log: Log, sources: Sequence[str]) -> int:
    # In the order in which they came about, for where no hash is left the order is all that is known.
    home, others = city.home, [[*restated(city.release_store), *log.noted()]]
    try:
        others += [[*_entries_of(source)] for source in sources]
        done = repair(log, ledger.all_keys(home), ledger.remembered(home), others)
    except (OSError, Unreachable, BadNote, NotSigned, LedgerError, BadStatement) as fault:
        say(
            Label(
                "ثبت عمومی درست نشد و چیزی در آن عوض نشد: {fault}",
                "The log was not mended, and nothing was changed: {fault}",
            ).format(fault=fault),
            error=True,
        )
        lacking = fault.lacking if isinstance(fault, NotRepaired) else ()
        if lacking:
            named = ", ".join(map(str, lacking[:LEAVES_SHOWN])) + (" …" if len(lacking) > LEAVES_SHOWN else "")
            say(
                Label(
                    "شمارهٔ برگ‌هایی که پیدا نشد: {named}. نسخه‌ای از ثبت عمومی را با --from نشان دهید.",
                    "The leaves that were not found: {named}. Name a copy of the log with --from.",
                ).format(named=named),
                error=True,
            )
        return 1
    for path in done.written:
        print(f"  {plain(path)}")
    if not done.written:
        say(
            Label(
                "ثبت عمومی {size} برگ دارد و چیزی از آن کم یا آسیب‌دیده نیست.",
                "The log has {size} leaves, and nothing of it is missing or damaged.",
            ).format(size=done.size)
        )
        return 0
    say(
        Label(
            "{count} پرونده از نو نوشته شد و {restored} برگ از جای دیگر بازگشت؛ ریشهٔ {size} برگ "
            "همان است که امضا شده بود.",
            "{count} files were written anew and {restored} leaves came from elsewhere; the root of the {size} leaves "
            "is the one that was signed.",
        ).format(count=len(done.written), restored=len(done.restored), size=done.size)
    )
    return 0


def _entries_of(source: str) -> Iterator[bytes]:
    """The entries of another copy of the log, as far as it has them."""
    evidence = opened(source)
    stored = LogReader(lambda name: evidence.get(LOG + name))
    size = parse_checkpoint(parse_note(evidence.get(LOG + CHECKPOINT)).text).size
    for index in range(-(-size // WIDTH)):
        yield from stored.entries(index, size)


# --- ayan log clock ---------------------------------------------------------------------------------------------------


def _clock(city: City, right: bool) -> int:
    now, last = city.clock.now(), city.log_replay.now().latest
    say(
        Label(
            "ساعت این ماشین: {now}. دیرترین زمان ثبت عمومی: {last}.",
            "This machine's clock: {now}. The log's latest time: {last}.",
        ).format(now=now.isoformat(timespec="seconds"), last=last.isoformat(timespec="seconds") if last else "—")
    )
    if right:
        index = city.transparency_log.notice("clock-is-right")
        say(
            Label(
                "برگ {index} ثبت عمومی می‌گوید که ساعت اکنون درست است.",
                "Leaf {index} of the log says that the clock is right.",
            ).format(index=index)
        )
    return 0


VERBS: Final = (Verb("log", "ask after the log, mend its files, confirm the clock", run_log, log_arguments),)
