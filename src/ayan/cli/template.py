"""ayan template SLUG FILE: a workbook to fill in for one dataset."""

from __future__ import annotations

import argparse
from pathlib import Path

from ayan.cli.check import known_dataset
from ayan.cli.report_text import say
from ayan.core.refine.template import write_template
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan template``."""
    parser = verbs.add_parser("template", help="write a workbook to fill in")
    parser.add_argument("dataset", metavar="SLUG")
    parser.add_argument("file", type=Path, metavar="FILE", help="where the workbook is written, as .xlsx")
    parser.add_argument(
        "--lang", choices=locale.codes(), default=locale.DEFAULT.code, help="the language of its headers"
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is written, 2 for an unknown dataset or another ending than .xlsx."""
    dataset = known_dataset(city.current(), args.dataset)
    if dataset is None:
        return 2
    if args.file.suffix.lower() != ".xlsx":
        say(Label("نام پرونده باید به xlsx. پایان یابد.", "The name of the file must end in .xlsx."), error=True)
        return 2
    write_template(dataset, args.file, args.lang)
    say(Label("نوشته شد: {file}", "Written: {file}").format(file=args.file))
    return 0
