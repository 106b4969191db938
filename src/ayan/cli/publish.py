"""ayan publish FILE: the whole path from a file to a sealed release."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ayan.cli import balances
from ayan.cli.check import add_file_arguments, known_dataset, report, waivers_of
from ayan.cli.report_text import bars, issue_lines, say
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import ReleaseRefused, check_approvals, seal
from ayan.core.schema.issue import Issue
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.label import Label
from ayan.wiring import city

ALLOW: Final = "AYAN_ALLOW_CLI_APPROVAL"


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan publish``."""
    parser = verbs.add_parser("publish", help="take a file all the way to a sealed release")
    add_file_arguments(parser)
    parser.add_argument("--by", required=True, metavar="NAME", help="who sends the file")
    parser.add_argument(
        "--approve", action="append", default=[], metavar="NAME", help="who approves it; may be repeated"
    )
    balances.add_arguments(parser)
    parser.add_argument("--partial", metavar="REASON", help="leave out the rows that carry errors, and say why")


def run(args: argparse.Namespace) -> int:
    """Exit as ``check``; 3 when policy refuses. Nothing is sealed while an error stands."""
    home = city.current()
    dataset = known_dataset(home, args.dataset)
    waivers = waivers_of(args.waivers)
    if dataset is None or waivers is None:
        return 2
    reasons = _reasons(args, waivers)
    if reasons is None:
        return 3
    context = home.publish_context
    decisions = ClerkDecisions(args.period, waivers=waivers, partial=args.partial)
    with (
        bars(args.format == "json") as tell,
        examine(
            context,
            dataset,
            args.file,
            decisions,
            source=args.source,
            sheet=args.sheet,
            progress=tell,
        ) as examined,
    ):
        try:
            draft = write_draft(
                context,
                examined,
                sent_by=args.by,
                reconciler=home.reconciler(dataset.slug),
                progress=tell,
            )
            draft = draft.overridden(balances.overrides_of(draft.trials, reasons, args.overridden_by))
        except NotReady:
            report(examined, args.format)
            return 1
        now = context.clock.now()
        approvals = [Approval(name, now, "cli", draft.digest) for name in args.approve]
        try:
            check_approvals(draft, approvals)
            release = seal(context, draft, approvals, tell)
        except ReleaseRefused as refusal:
            context.release_store.discard(draft.staged)
            for line in balances.lines(draft.trials) if refusal.code == "balance-fails" else ():
                print(line, file=sys.stderr)
            say(refusal, error=True)
            return 3
        except BaseException:
            if draft.staged.exists():
                context.release_store.discard(draft.staged)
            else:
                say(Label("پیش از این اشکال منتشر شده بود.", "It had been published before this trouble."), error=True)
            raise
        issues = examined.refined.issues
    _tell(release, draft, issues, args.format)
    return 0


def _reasons(args: argparse.Namespace, waivers: Mapping[str, str]) -> dict[str, str] | None:
    """Why balances are overridden, by their names; None after saying that the command may not do what was asked."""
    reasons = balances.read_overrides(args)
    if isinstance(reasons, Label):
        say(reasons, error=True)
        return None
    if (args.approve or waivers or reasons) and os.environ.get(ALLOW) != "1":
        say(
            Label(
                "تأیید از خط فرمان خاموش است. اگر مجاز است {allow}=1 را بگذارید.",
                "Approval on the command line is off. Set {allow}=1 where it is allowed.",
            ).format(allow=ALLOW),
            error=True,
        )
        return None
    return reasons


def _tell(release: Release, draft: Draft, issues: Sequence[Issue], how: str) -> None:
    """Print what was published, and what was found on the way."""
    if how == "json":
        sealed: dict[str, Any] = {"release": release.ref, "digest": f"sha256:{release.digest}", "rows": release.rows}
        if draft.trials:
            sealed["balances"] = balances.as_json(draft.trials)
        json.dump(sealed | {"sealed_at": release.sealed_at.isoformat()}, sys.stdout, ensure_ascii=False)
        print()
        return
    passed = {override.balance for override in draft.facts.overrides}
    for line in (
        *issue_lines([issue for issue in issues if issue.level != "info"]),
        *balances.lines(draft.trials, passed),
    ):
        print(line)
    print(release.ref)
    print(f"sha256:{release.digest}")
