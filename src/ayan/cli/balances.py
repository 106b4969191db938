"""Balances at the command: ayan audit, and what check and publish say of those that a file would fail."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from ayan.cli.limits import ADDRESSES_SHOWN
from ayan.cli.report_text import bars, plain, say
from ayan.cli.verb import Verb
from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.audit.reconciliation import BalanceOutcome, as_json
from ayan.core.intake.table import printable_name
from ayan.core.publish.examination import Examined
from ayan.core.store.manifest import BalanceOverride
from ayan.core.system.progress import Progress
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined
from ayan.wiring import city
from ayan.wiring.city import City

PART: Final = "balances.parquet"
HELD_BACK: Final = Label("انتشار را نگه می‌دارد", "holds back publication")
OVERRIDDEN: Final = Label("با دلیل از آن گذشته‌اند", "overridden with a reason")
WARNS: Final = Label("هشدار", "a warning")
AS_BEFORE: Final = Label(
    "از پیش برابر نیست و این پرونده بدترش نمی‌کند",
    "it fails already, and this file makes it no worse",
)
FAILS: Final = Label(
    "{title}: {failed} گروه، روی هم {off} اختلاف؛ در {worse} گروه از این پرونده است.",
    "{title}: {failed} groups differ by {off} in all; in {worse} of them because of this file.",
)


def audit_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan audit``."""
    parser.add_argument("slug", nargs="*", metavar="SLUG", help="only balances that read one of these datasets")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run_audit(args: argparse.Namespace) -> int:
    """Exit 0 when every balance holds, 1 when one does not, 2 when a declaration is refused."""
    home = city.current()
    known = home.registry.balances()
    for problem in known.problems:
        say(problem.label, error=True)
    chosen = [balance for balance in known.sound if not args.slug or balance.datasets & set(args.slug)]
    with bars(args.format == "json") as tell:
        tell("check", None)
        outcomes = list(home.auditor.outcomes(chosen))
    if args.format == "json":
        json.dump([as_json(outcome) for outcome in outcomes], sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for outcome in outcomes:
            _print_outcome(outcome)
    if known.problems:
        return 2
    return 0 if all(outcome.holds for outcome in outcomes) else 1


def _print_outcome(outcome: BalanceOutcome) -> None:
    balance = outcome.balance
    mark = "✓" if outcome.holds else "✗"
    print(f"{mark} {balance.owner}/{balance.code}: {balance.title.fa} · {balance.title.en}")
    print(f"    {outcome.groups:,} / {outcome.failed:,} ✗ / {outcome.unknown:,} ?")
    for group in outcome.shown_groups[:5]:
        print(f"    {' · '.join(group.key)}: {group.left:,} − {group.right:,} = {group.difference:,}")


def override_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments by which a balance that holds back publication is overridden."""
    parser.add_argument(
        "--override",
        action="append",
        default=[],
        metavar="BALANCE=REASON",
        help="publish although this balance fails, and why; may be repeated",
    )
    parser.add_argument("--overridden-by", metavar="NAME", help="who overrides it; may not be the sender")


def hold(home: City, examined: Examined, tell: Progress) -> tuple[DraftTrial, ...]:
    """The balances of a file that is not written yet, held against it; none while an error stands in it."""
    reconciler = home.reconciler(examined.dataset.slug)
    if not reconciler.balances or examined.refined.errors or not examined.refined.counts.good:
        return ()
    tell("balance", None)
    part = examined.folder / PART
    examined.refined.write_parquet(part, only=reconciler.columns())
    return reconciler.hold(str(examined.period), [part])


def read_overrides(args: argparse.Namespace) -> dict[str, str] | Label:
    """The reason by balance, or what is wrong with how it was asked."""
    reasons: dict[str, str] = {}
    for text in args.override:
        name, _, reason = text.partition("=")
        if not printable_name(reason):
            return Label(
                "برای گذشتن از {name} دلیل بنویسید: --override {name}=دلیل",
                "Write why {name} is overridden: --override {name}=REASON",
            ).format(name=name)
        reasons[name] = printable_name(reason)
    by = fold_joined(args.overridden_by or "")
    if reasons and not by:
        return Label("بگویید چه کسی از موازنه می‌گذرد: --overridden-by", "Say who overrides it: --overridden-by")
    if reasons and by == fold_joined(args.by):
        return Label(
            "فرستنده نمی‌تواند از موازنهٔ پروندهٔ خودش بگذرد.", "The sender may not override a balance of their own file."
        )
    return reasons


def overrides_of(trials: Sequence[DraftTrial], reasons: dict[str, str], by: str | None) -> list[BalanceOverride]:
    """What was said on the command line, about what fails now."""
    return [
        BalanceOverride(
            trial.balance.name,
            trial.outcome.failed,
            str(trial.outcome.off),
            reasons[trial.balance.name],
            printable_name(by or ""),
        )
        for trial in trials
        if trial.blocks and trial.balance.name in reasons
    ]


def trial_lines(trials: Sequence[DraftTrial], overrides: Collection[str] = ()) -> Iterator[str]:
    """Those that fail, what holds publication back first: a line in each language, then the groups."""
    failing = [trial for trial in trials if not trial.outcome.holds]
    for trial in sorted(failing, key=lambda trial: (not trial.blocks, not trial.worse)):
        held = OVERRIDDEN if trial.balance.name in overrides else HELD_BACK
        word = held if trial.blocks else WARNS if trial.worse else AS_BEFORE
        mark = "✗" if trial.blocks else "!" if trial.worse else "·"
        yield f"{mark} balance · {trial.balance.name} · {word.fa} · {word.en}"
        for lang in locale.BUILT_IN:
            counts = {"failed": trial.outcome.failed, "off": f"{trial.outcome.off:,}", "worse": trial.worse}
            yield f"    {FAILS.of(lang).format(title=trial.balance.title.of(lang), **counts)}"
        for shift in trial.shifts[:ADDRESSES_SHOWN]:
            group = shift.group
            key = " · ".join(plain(part) for part in group.key)
            yield f"    - {key}: {group.left:,} − {group.right:,} = {group.difference:,}"


def trials_json(trials: Sequence[DraftTrial]) -> list[dict[str, Any]]:
    """The trials as ``ayan check --format json`` gives them; exact numbers are text."""
    return [
        {
            "code": trial.balance.name,
            "title": {"fa": trial.balance.title.fa, "en": trial.balance.title.en},
            "holds": trial.outcome.holds,
            "blocks": trial.blocks,
            "groups": trial.outcome.groups,
            "failed": trial.outcome.failed,
            "unknown": trial.outcome.unknown,
            "off": str(trial.outcome.off),
            "worse": trial.worse,
            "before": {"failed": trial.failed_before, "off": str(trial.off_before)},
            "failures": [
                {
                    "key": list(shift.group.key),
                    "left": str(shift.group.left),
                    "right": str(shift.group.right),
                    "difference": str(shift.group.difference),
                    "before": None if shift.before is None else str(shift.before),
                    "worse": shift.worse,
                }
                for shift in trial.shifts
            ],
        }
        for trial in trials
    ]


VERBS: Final = (Verb("audit", "hold the declared balances against what is published", run_audit, audit_arguments),)
