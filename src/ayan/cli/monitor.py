"""ayan monitor URL --state FILE: what is new in a city's log since the last look, for whoever watches it from cron."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from ayan.cli.monitor_message import CannotTell, MonitorMessage, sendable
from ayan.cli.report_text import plain, say
from ayan.cli.verb import Verb, local
from ayan.config.env import Misconfigured
from ayan.core.ledger.note import BadNoteKey, Verifier
from ayan.core.ledger.trust_policy import BadPolicy, Policy, parse_policy
from ayan.core.system.files import PRIVATE, locked, write
from ayan.core.transparency.evidence import Evidence, Folder, Portal, Unreachable
from ayan.core.transparency.limits import MONITOR_RESTING_DAYS
from ayan.core.transparency.monitor import MonitorLook, look
from ayan.core.transparency.monitor_state import BadMonitorState, read_state, write_state
from ayan.core.transparency.release_verification import VerificationFinding
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label

_MARKS: Final = {"holds": "✓", "note": "!", "broken": "✗"}
_UNREACHED: Final = Label("به این منبع دسترسی نیست: {fault}", "The source cannot be reached: {fault}")
_KEY: Final = Label("کلید یا سیاست پذیرفته نیست: {fault}", "The key or the policy is not accepted: {fault}")
_SETTINGS: Final = Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}")
_STATE: Final = Label("پروندهٔ وضع خوانا نیست: {fault}", "The state file cannot be read: {fault}")
_BUSY: Final = Label("دیده‌بان دیگری با همین پرونده در کار است.", "Another monitor is at work with this state file.")
_UNTOLD: Final = Label(
    "خبر نرسید، پس وضع نوشته نشد و بار دیگر گفته می‌شود: {fault}",
    "Nobody could be told, so the state was not written and it is told again: {fault}",
)
ENDINGS: Final = {
    0: Label("همه درست است و چیز تازه‌ای برای دیدن نیست.", "Everything holds, and nothing new is worth a look."),
    1: Label("چیزی درست نیست.", "Something does not hold."),
    3: Label("همه درست است و چیز تازه‌ای هست که دیدن دارد.", "Everything holds, and something new is worth a look."),
}


def monitor_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan monitor``."""
    parser.add_argument("source", metavar="URL", help="a portal's address, or the folder of a copy")
    parser.add_argument(
        "--state", type=local, required=True, metavar="FILE", help="what was seen so far; made at first"
    )
    trust_arguments(parser)
    parser.add_argument(
        "--resting", type=_days, default=MONITOR_RESTING_DAYS, metavar="DAYS", help="how long the log may rest"
    )
    parser.add_argument("--mail", action="append", default=[], metavar="ADDRESS", help="write there (AYAN_SMTP)")
    parser.add_argument("--webhook", action="store_true", help="post to AYAN_MONITOR_WEBHOOK what is to be told")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def trust_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whom its user believes: a key, or a policy."""
    trusted = parser.add_mutually_exclusive_group(required=True)
    trusted.add_argument("--key", type=local, metavar="FILE", help="the log's public key, as you got it elsewhere")
    trusted.add_argument(
        "--policy", type=local, metavar="FILE", help="the logs and witnesses you believe (tlog-policy)"
    )


def run_monitor(args: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something does not, 2 when nothing could be looked at or told.

    3 when everything holds and something new is worth a look. Mail and webhook are used where something is new.
    """
    try:
        policy, send = trusted_policy(args), sendable(args.mail, webhook=args.webhook)
        with _alone(args.state):
            return _run(args, policy, send)
    except (BadNoteKey, BadPolicy) as fault:
        return _ended(_KEY.format(fault=fault))
    except Misconfigured as fault:
        return _ended(_SETTINGS.format(fault=fault))
    except BadMonitorState as fault:
        return _ended(_STATE.format(fault=fault))
    except BlockingIOError:
        return _ended(_BUSY)
    except (Unreachable, OSError) as fault:
        return _ended(_UNREACHED.format(fault=fault))


def _run(args: argparse.Namespace, policy: Policy, send: MonitorMessage) -> int:
    state = read_state(args.state)
    looked = look(evidence_of(args.source), policy, state, SystemClock().now(), timedelta(days=args.resting))
    _print(args, looked)
    kept = state.signed if state else b""
    if any(finding.code == "log-rewritten" for finding in looked.fresh):
        # The two signed texts are the proof of it: they are kept side by side, whatever comes later.
        write(args.state.with_name(f"{args.state.name}.two-logs"), kept + b"\n" + looked.signed, mode=PRIVATE)
    if looked.fresh:
        try:
            send.tell(args.source, looked.outcome, looked.fresh, (kept, looked.signed))
        except CannotTell as fault:
            return _ended(_UNTOLD.format(fault=fault))
    if looked.state is not None:
        write_state(args.state, looked.state)
    return looked.outcome


def trusted_policy(args: argparse.Namespace) -> Policy:
    """What `trust_arguments` were given. Raises BadNoteKey, BadPolicy and OSError."""
    if args.policy:
        return parse_policy(args.policy.read_text(encoding="utf-8"))
    return Policy.of(Verifier.parse(args.key.read_text(encoding="utf-8")))


def evidence_of(source: str) -> Evidence:
    """A portal by its address, or the folder of a copy; Unreachable when it is neither."""
    return Portal(source) if "://" in source else Folder(Path(source))


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Nobody else looks with the same state meanwhile; BlockingIOError where somebody does."""
    with locked(state.with_name(f"{state.name}.lock"), wait=0):
        yield


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 10_000):
        raise argparse.ArgumentTypeError("a number of days")
    return int(text)


def _ended(words: Label) -> int:
    say(words, error=True)
    return 2


def _print(args: argparse.Namespace, looked: MonitorLook) -> None:
    by = looked.report.checkpoint
    if args.format == "json":
        facts = {
            "outcome": looked.outcome,
            "size": by.checkpoint.size if by else None,
            "root": by.checkpoint.root.hex() if by else None,
            "witnesses": dict(by.cosigned) if by else {},
            "findings": [finding.as_json() for finding in looked.report.findings],
            "new": [finding.as_json() for finding in looked.fresh],
        }
        json.dump(facts, sys.stdout, ensure_ascii=False, indent=2)
        print()
        return
    for line in lines(looked.report.findings):
        print(line)
    say(ENDINGS[looked.outcome])


def lines(findings: Iterable[VerificationFinding]) -> Iterator[str]:
    """Findings as text, one in two lines."""
    for finding in findings:
        code = f" [{finding.code}]" if finding.code else ""
        yield plain(f"{_MARKS[finding.level]} {finding.where}{code}: {finding.what.fa}")
        yield plain(f"  {finding.what.en}")


VERBS: Final = (Verb("monitor", "watch a city's log: what is new since the last look", run_monitor, monitor_arguments),)
