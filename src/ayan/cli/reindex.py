"""ayan reindex: rebuild the index files from the releases; they are derived and may be deleted at any time."""

from __future__ import annotations

import argparse

from ayan.cli.report_text import bars, say
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan reindex``."""
    parser = verbs.add_parser("reindex", help="rebuild the index files from the releases")
    parser.add_argument("slug", nargs="*", metavar="SLUG", help="which datasets; all when none is named")


def run(args: argparse.Namespace) -> int:
    """Build what is missing and drop what no state needs; exit 1 for a dataset without releases."""
    home = city.current()
    known = home.release_store.datasets()
    for slug in args.slug or known:
        if slug not in known:
            say(Label("{slug} هنوز انتشاری ندارد.", "{slug} has no release yet.").format(slug=slug), error=True)
            return 1
        with bars() as tell:
            tell("index", None)
            home.index_store.file(home.release_store.snapshot(slug)).unlink(missing_ok=True)
            path = home.index_store.path(slug)
            home.index_store.drop_stale(slug)
        print(f"{slug}: {path.stat().st_size / 1e6:,.1f} MB")
    return 0
