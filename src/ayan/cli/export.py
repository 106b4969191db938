"""ayan export DIR: a signed, static copy of the whole public portal, to be read from a disk or any web server."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

from ayan.cli import database
from ayan.cli.limits import MOST_EXPORTERS
from ayan.cli.report_text import bars, say
from ayan.cli.verb import Verb, local
from ayan.core.values.label import Label
from ayan.wiring import city, ledger

_HELPER: Final = (sys.executable, "-P", "-m", "ayan.cli.export")


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan export``."""
    parser.add_argument("dir", type=local, metavar="DIR", help="a new folder, or an earlier copy to be replaced")
    parser.add_argument(
        "--records", type=_count, default=None, metavar="N", help="records of each dataset with a page (default 1000)"
    )
    parser.add_argument(
        "--processes", type=_count, default=None, metavar="N", help="write with N processes (default: one a processor)"
    )


def run_export(args: argparse.Namespace) -> int:
    """Write the copy; exit 1, with the reason, when it cannot be made, and DIR stays as it was."""
    database.read_from()
    # These need Django's settings.
    from ayan.apps.export.copy_share import Unexpected
    from ayan.apps.export.site_copy import RECORDS, CannotCopy, make_copy

    current_city = city.current()
    if ledger.public_key(current_city.home) is None:
        say(Label("هنوز چیزی منتشر نشده است.", "Nothing has been published yet."), error=True)
        return 1
    signer = ledger.signing(current_city.home, current_city.store, demo=current_city.profile.demo)
    most = RECORDS if args.records is None else args.records
    try:
        with bars(lines=True) as tell:
            report = make_copy(
                current_city,
                signer,
                args.dir,
                records=most,
                tell=tell,
                helper=_HELPER,
                helpers=_processes(args.processes) - 1 if city.is_named(current_city) else 0,
            )
    except CannotCopy as refusal:
        say(refusal, error=True)
        return 1
    except Unexpected as fault:
        say(
            Label("صفحه‌ای پاسخ درست نداد: {fault}", "A page did not answer as it should: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    for path in report.left_out:
        say(
            Label("نوشته نشد، چون گران بود: {path}", "Left out, for it costs too much: {path}").format(path=path),
            error=True,
        )
    size = f"{report.bytes / 1e6:,.1f} MB"
    say(
        Label("{dir}: {files:,} پرونده، {size}", "{dir}: {files:,} files, {size}").format(
            dir=args.dir, files=report.files, size=size
        )
    )
    return 0


def _processes(asked: int | None) -> int:
    """How many processes write; each takes the memory of one that serves."""
    return max(1, asked if asked is not None else min(os.cpu_count() or 1, MOST_EXPORTERS))


def _help_out() -> None:
    """A process that another one started to take a share of its pages."""
    database.set_up_django()
    from ayan.apps.export.copy_share import help_out

    help_out(city.current())


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError("a whole number, 0 or more")
    return int(text)


VERBS: Final = (Verb("export", "write a signed, static copy of the public portal", run_export, export_arguments),)


if __name__ == "__main__":
    _help_out()
