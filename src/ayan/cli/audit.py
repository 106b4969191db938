"""ayan audit: hold every balance against what is published, and say what differs, to the last rial."""

from __future__ import annotations

import argparse
import json
import sys

from ayan.cli.report_text import bars, say
from ayan.core.audit.reconciliation import BalanceOutcome
from ayan.core.audit.report import as_json
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan audit``."""
    parser = verbs.add_parser("audit", help="hold the declared balances against what is published")
    parser.add_argument("slug", nargs="*", metavar="SLUG", help="only balances that read one of these datasets")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
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
            _print(outcome)
    if known.problems:
        return 2
    return 0 if all(outcome.holds for outcome in outcomes) else 1


def _print(outcome: BalanceOutcome) -> None:
    balance = outcome.balance
    mark = "✓" if outcome.holds else "✗"
    print(f"{mark} {balance.owner}/{balance.code}: {balance.title.fa} · {balance.title.en}")
    print(f"    {outcome.groups:,} / {outcome.failed:,} ✗ / {outcome.unknown:,} ?")
    for group in outcome.shown_groups[:5]:
        print(f"    {' · '.join(group.key)}: {group.left:,} − {group.right:,} = {group.difference:,}")
