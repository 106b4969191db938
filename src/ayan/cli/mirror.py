"""ayan mirror URL DIR: a copy of all that a portal's log names, taken only as it was sealed and followed from cron."""

from __future__ import annotations

import argparse
import json
import re
from contextlib import closing
from typing import Final

from ayan.cli.monitor import evidence_of, trust_arguments, trusted_policy
from ayan.cli.report_text import bars, plain, say
from ayan.cli.verb import Verb, local
from ayan.core.harvest.limits import MIRROR_BYTES, MIRROR_SECONDS
from ayan.core.harvest.mirror import MirrorOutcome, follow
from ayan.core.harvest.mirror_folder import MirrorFolder
from ayan.core.harvest.mirror_refusal import MirrorRefused
from ayan.core.harvest.mirror_source import MirrorBounds
from ayan.core.ledger.note import BadNoteKey
from ayan.core.ledger.trust_policy import BadPolicy
from ayan.core.transparency.evidence import Unreachable
from ayan.core.values.label import Label

_UNREACHED: Final = Label(
    "به این منبع دسترسی نیست و نسخه همان‌که بود ماند: {fault}",
    "The source cannot be reached, and the mirror stays as it was: {fault}",
)
_KEY: Final = Label("کلید یا سیاست پذیرفته نیست: {fault}", "The key or the policy is not accepted: {fault}")
_BUSY: Final = Label("همین نسخه را فرمان دیگری در دست دارد.", "Another run is at work on this mirror.")
_SAME: Final = Label("چیز تازه‌ای نیست ({size} برگ).", "Nothing is new ({size} leaves).")
_TAKEN: Final = Label(
    "وضع {size} برگی گرفته شد: {came} انتشار تازه، {erased} پاک‌شده، {went} برداشته، {bytes} بایت؛ همه سنجیده.",
    "The state of {size} leaves was taken: {came} releases came, {erased} had rows erased, {went} went, {bytes} bytes; "
    "all of it was checked.",
)
_EVIDENCE: Final = Label("آنچه این را نشان می‌دهد در {path} مانده است.", "What shows this is kept in {path}.")
_CODES: Final = {"own-damage": 2, "not-a-mirror": 2, "other-log": 2, "no-log": 2, "too-large": 3, "too-slow": 3}
"""The codes of refusals that say nothing against the portal; all others end with 1."""
_UNITS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


def mirror_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan mirror``."""
    parser.add_argument("source", metavar="URL", help="a portal's address, or the folder of a copy")
    parser.add_argument("folder", type=local, metavar="DIR", help="the mirror; made the first time")
    trust_arguments(parser)
    parser.add_argument("--size", type=_bytes, default=MIRROR_BYTES, metavar="SIZE", help="of the mirror, such as 50G")
    parser.add_argument(
        "--time",
        type=_seconds,
        default=MIRROR_SECONDS,
        metavar="SECONDS",
        help="that one run takes; the next goes on",
    )
    parser.add_argument(
        "--accept",
        type=_index,
        action="append",
        default=[],
        metavar="LEAF",
        help="a leaf known to break a rule",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run_mirror(args: argparse.Namespace) -> int:
    """Exit 0 when the mirror is what the portal shows, 1 when something does not hold and nothing was taken.

    2 when nobody answered or the folder cannot be used, 3 when a limit was reached and the next run goes on.
    """
    try:
        policy, folder = trusted_policy(args), MirrorFolder(args.folder)
        with closing(evidence_of(args.source)) as evidence, bars(quiet=args.format == "json", lines=True) as tell:
            bounds = MirrorBounds(args.size, args.time)
            outcome = follow(evidence, policy, folder, bounds=bounds, accepted=frozenset(args.accept), tell=tell)
    except (BadNoteKey, BadPolicy) as fault:
        return _ended(args, "key", _KEY.format(fault=fault), 2)
    except BlockingIOError:
        return _ended(args, "busy", _BUSY, 2)
    except Unreachable as fault:
        return _ended(args, "unreachable", _UNREACHED.format(fault=fault), 2)
    except MirrorRefused as refusal:
        code = _ended(args, refusal.code, refusal.label, _CODES.get(refusal.code, 1))
        if refusal.kept_at is not None:
            say(_EVIDENCE.format(path=refusal.kept_at), error=True)
        return code
    _print(args, outcome)
    return 0


def _print(args: argparse.Namespace, outcome: MirrorOutcome) -> None:
    if args.format == "json":
        lists = {"came": outcome.came, "erased": outcome.erased, "went": outcome.went}
        facts = {"outcome": 0, "size": outcome.size, "changed": outcome.changed, "bytes": outcome.bytes}
        print(json.dumps({**facts, **lists}, ensure_ascii=False))
        return
    if not outcome.changed:
        say(_SAME.format(size=outcome.size))
        return
    for mark, refs in (("+", outcome.came), ("~", outcome.erased), ("-", outcome.went)):
        for ref in refs:
            print(plain(f"{mark} {ref}"))
    counts = {"came": len(outcome.came), "erased": len(outcome.erased), "went": len(outcome.went)}
    say(_TAKEN.format(size=outcome.size, bytes=outcome.bytes, **counts))


def _ended(args: argparse.Namespace, name: str, words: Label, code: int) -> int:
    if args.format == "json":
        print(json.dumps({"outcome": code, "code": name, "fa": words.fa, "en": words.en}, ensure_ascii=False))
    else:
        say(words, error=True)
    return code


def _bytes(text: str) -> int:
    match = re.fullmatch("([1-9][0-9]{0,14})([KMGT]?)", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError("bytes, or such as 500M, 50G, 2T")
    return int(match[1]) * _UNITS[match[2]]


def _seconds(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,6}", text, re.ASCII):
        raise argparse.ArgumentTypeError("a number of seconds")
    return int(text)


def _index(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,8}", text, re.ASCII):
        raise argparse.ArgumentTypeError("the index of a leaf")
    return int(text)


VERBS: Final = (
    Verb("mirror", "take and follow a copy of a portal, each piece held against its log", run_mirror, mirror_arguments),
)
