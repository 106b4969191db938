"""ayan propose: a declaration from files, with the evidence for every guess and the questions that are left."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ayan.cli.report_text import bars, issue_lines, say
from ayan.cli.verb import Verb, local
from ayan.core.proposal.answers import AS_IS
from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import Proposal, propose
from ayan.core.proposal.proposed_field import OpenQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values import period as periods
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.new_declaration import confirm


def propose_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan propose``."""
    parser.add_argument("files", type=local, nargs="+", metavar="FILE", help="files of one family")
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"an answer to a question, or a word on a field (amount.unit=toman, key=number); {AS_IS} keeps the guess",
    )
    parser.add_argument("--to", type=local, metavar="FOLDER", help="write the declaration's folder into this one")
    parser.add_argument(
        "--confirm",
        action="store_true",
        help="put it among the city's own declarations; only what nobody has to ask about any more",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run_propose(args: argparse.Namespace) -> int:
    """Exit 0 when nothing is open and every file is read without an error, 1 when something is, 2 when a file cannot be
    read or an answer cannot be taken. Nothing is published by it.
    """
    answers = _answers(args.answer)
    if answers is None:
        return 2
    with TemporaryDirectory(prefix="ayan-propose-") as folder, bars(args.format == "json"):
        proposal = propose(args.files, answers=answers, workdir=Path(folder) / "look", name=args.files[0].parent.name)
        readings = _read(proposal, Path(folder))
    place = None if args.to is None else args.to / proposal.slug
    if place is not None and place.exists():
        say(Label("{place} هست و نوشته نشد.", "{place} is there already.").format(place=place), error=True)
        return 2
    _report(proposal, readings, args.format)
    if place is not None:
        say(Label("نوشته شد: {place}", "Written: {place}").format(place=proposal.write(args.to)), error=True)
    if args.confirm:
        say(
            Label("میان داده‌های شهر نشست: {place}", "Among the city's datasets now: {place}").format(
                place=confirm(city.current(), proposal)
            ),
            error=True,
        )
    return 1 if proposal.questions or any(reading["errors"] for reading in readings) else 0


def _answers(given: Sequence[str]) -> dict[str, str] | None:
    pairs = [each.partition("=") for each in given]
    wrong = next((each for each, (key, _, value) in zip(given, pairs, strict=True) if not (key and value)), None)
    if wrong is not None:
        say(Label("پاسخ باید KEY=VALUE باشد: {said}", "An answer is KEY=VALUE: {said}").format(said=wrong), error=True)
        return None
    return {key.strip(): value.strip() for key, _, value in pairs}


def _read(proposal: Proposal, folder: Path) -> list[dict[str, object]]:
    """Read each file as the proposal has it, as ``ayan check`` would."""
    dataset = proposal.dataset()
    return [_reading(proposal, dataset, at, folder / f"read{at}") for at in range(len(proposal.files))]


def _reading(proposal: Proposal, dataset: Dataset, at: int, workdir: Path) -> dict[str, object]:
    file = proposal.files[at]
    period = periods.parse(file.period) if file.period and dataset.period != "none" else None
    with tried(file.path, dataset, source=file.source, period=period, workdir=workdir) as refined:
        return {
            "file": file.path.name,
            "source": file.source,
            "period": file.period if period else None,
            "rows_read": refined.counts.read,
            "rows_good": refined.counts.good,
            "totals_rows": refined.counts.totals,
            "errors": sum(issue.count for issue in refined.errors),
            "lines": list(issue_lines([issue for issue in refined.issues if issue.level != "info"])),
        }


def _report(proposal: Proposal, readings: Sequence[Mapping[str, object]], how: str) -> None:
    if how == "json":
        document = {
            "slug": proposal.slug,
            "texts": dict(proposal.texts),
            "questions": [_question(each) for each in proposal.questions],
            "files": [{key: said for key, said in reading.items() if key != "lines"} for reading in readings],
        }
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    for name, text in proposal.texts.items():
        print(f"# ---- {proposal.slug}/{name}")
        print(text)
    for reading in readings:
        lines = reading["lines"]
        for line in lines if isinstance(lines, list) else ():
            print(line, file=sys.stderr)
        print(
            f"{reading['file']}: rows read {reading['rows_read']:,} · good {reading['rows_good']:,} · "
            f"totals rows {reading['totals_rows']} · errors {reading['errors']:,}",
            file=sys.stderr,
        )
    for question in proposal.questions:
        say(question.text, error=True)
        options = " · ".join(f"--answer '{question.key}={option}'" for option in (*question.options, AS_IS))
        print(f"    {options}", file=sys.stderr)


def _question(question: OpenQuestion) -> dict[str, object]:
    return {
        "key": question.key,
        "fa": question.text.fa,
        "en": question.text.en,
        "options": list(question.options),
    }


VERBS: Final = (Verb("propose", "propose a declaration from files", run_propose, propose_arguments),)
