"""ayan export DIR: a signed, static copy of the whole public portal, to be read from a disk or any web server."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ayan.cli.wording import bars, say
from ayan.config.env import Misconfigured
from ayan.core.values.label import Label
from ayan.wiring import city, ledger


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan export``."""
    parser = verbs.add_parser("export", help="write a signed, static copy of the public portal")
    parser.add_argument("dir", type=Path, metavar="DIR", help="a new folder, or an earlier copy to be replaced")
    parser.add_argument(
        "--records", type=_count, default=None, metavar="N", help="records of each dataset with a page (default 1000)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the copy; exit 1, with the reason, when it cannot be made, and DIR stays as it was."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    import django

    try:
        django.setup()
    except Misconfigured as fault:
        say(Label(f"تنظیم‌ها کامل نیست: {fault}", f"The settings are not complete: {fault}"), error=True)
        return 1
    # These need Django's settings.
    from ayan.apps.export.asking import Unexpected
    from ayan.apps.export.copying import RECORDS, NoCopy, make_copy

    here = city.current()
    if ledger.public_key(here.home) is None:
        say(Label("هنوز چیزی منتشر نشده است.", "Nothing has been published yet."), error=True)
        return 1
    signer = ledger.signing(here.home, here.store, demo=here.profile.demo)
    most = RECORDS if args.records is None else args.records
    try:
        with bars() as tell:
            made = make_copy(here, signer, args.dir, records=most, tell=tell)
    except NoCopy as refusal:
        say(refusal, error=True)
        return 1
    except Unexpected as fault:
        say(Label(f"صفحه‌ای پاسخ درست نداد: {fault}", f"A page did not answer as it should: {fault}"), error=True)
        return 1
    for path in made.left_out:
        say(Label(f"نوشته نشد، چون گران بود: {path}", f"Left out, for it costs too much: {path}"), error=True)
    size = f"{made.bytes / 1e6:,.1f} MB"
    say(Label(f"{args.dir}: {made.files:,} پرونده، {size}", f"{args.dir}: {made.files:,} files, {size}"))
    return 0


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError("a whole number, 0 or more")
    return int(text)
