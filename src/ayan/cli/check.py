"""ayan check FILE: read, refine and check a file as a dataset declares it, and write nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ayan.cli import balances
from ayan.cli.report_text import bars, issue_lines, say
from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.refine.privacy_guard import NoWaivers, read_waivers
from ayan.core.refine.roundtrip import annotate_workbook
from ayan.core.release.examination import Examined, examine
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan check``."""
    parser = verbs.add_parser("check", help="check a file and write nothing")
    add_file_arguments(parser)
    parser.add_argument(
        "--remarks", type=Path, metavar="XLSX", help="write a copy of the file with remarks beside its cells"
    )


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which file is read and as what."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dataset", required=True, metavar="SLUG")
    parser.add_argument("--period", metavar="P", help="1403-05, 1403-Q2, 1403, 1403-05-12; none for a register")
    parser.add_argument("--source", default="default", metavar="NAME", help="the declared layout of the sender's file")
    parser.add_argument("--sheet", metavar="S", help="which sheet of a workbook")
    parser.add_argument(
        "--waivers",
        type=Path,
        metavar="JSON",
        help="which privacy hits are waived, and why: {fingerprint: reason}",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Exit 0 without an error-level issue, 1 with one, 2 when the file cannot be read (and says why)."""
    home = city.current()
    dataset = known_dataset(home, args.dataset)
    waivers = waivers_of(args.waivers)
    if dataset is None or waivers is None:
        return 2
    with (
        bars(args.format == "json") as tell,
        examine(
            home.publish_context,
            dataset,
            args.file,
            period=args.period,
            source=args.source,
            sheet=args.sheet,
            waivers=waivers,
            progress=tell,
        ) as examined,
    ):
        if args.remarks:
            annotate_workbook(examined.refined, args.remarks)
        report(examined, args.format, balances.hold(home, examined, tell))
        return 1 if examined.refined.errors else 0


def waivers_of(path: Path | None) -> dict[str, str] | None:
    """The privacy hits that are waived, from the file of ``--waivers``; None after saying why it cannot be used."""
    if path is None:
        return {}
    try:
        return read_waivers(path.read_text("utf-8"))
    except NoWaivers as refusal:
        say(refusal, error=True)
    except (OSError, UnicodeDecodeError):
        say(Label("{path} خواندنی نیست.", "{path} cannot be read.").format(path=path), error=True)
    return None


def known_dataset(home: city.City, slug: str) -> Dataset | None:
    """The dataset called ``slug``, or None after saying that there is none."""
    try:
        return home.registry.get(slug)
    except KeyError:
        names = ", ".join(dataset.slug for dataset in home.registry.all())
        say(
            Label(
                "داده‌ای به نام {slug} اعلام نشده است. هست: {names}", "There is no dataset {slug}. There are: {names}"
            ).format(slug=slug, names=names),
            error=True,
        )
        return None


def report(examined: Examined, how: str, trials: Sequence[DraftTrial] = ()) -> None:
    """Print what was found, as text in both languages or as JSON."""
    if how == "json":
        document = examined.as_json() | {"balances": balances.as_json(trials)}
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    for line in (*issue_lines(examined.refined.issues), *balances.lines(trials)):
        print(line)
    counts = examined.refined.counts
    print(
        f"{examined.dataset.slug}/{examined.period}: rows read {counts.read:,} · good {counts.good:,} · "
        f"totals rows {counts.totals} · errors {sum(issue.count for issue in examined.refined.errors):,}"
    )
