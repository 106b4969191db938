"""ayan iceberg: the releases as Apache Iceberg tables beside them, for engines that share the city's disk or bucket."""

from __future__ import annotations

import argparse

from ayan.cli.report_text import say
from ayan.cli.verb import Verb
from ayan.core.open_table.open_table_folder import TableFolder
from ayan.core.open_table.table_bucket import TableBucket
from ayan.core.values.label import Label
from ayan.wiring import city

NOT_ALL = Label("جدول این داده‌ها نوشته نشد: {slugs}", "The tables of these datasets were not written: {slugs}")


def open_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan iceberg``."""
    parser.add_argument("--remove", action="store_true", help="remove the tables, and keep none from now on")


def run_open_tables(args: argparse.Namespace) -> int:
    """Exit 1 where a table could not be written."""
    store = city.current().release_store
    tables = store.follower
    assert isinstance(tables, TableFolder | TableBucket)  # noqa: S101 - the store of a city has one of both
    if args.remove:
        tables.end()
        say(Label("جدول‌ها برداشته شد.", "The tables are removed."))
        return 0
    tables.begin()
    for slug in store.datasets():
        store.follow(slug)
    if missing := tables.unsettled():
        say(NOT_ALL.format(slugs=", ".join(missing)), error=True)
        return 1
    say(
        Label(
            "جدول‌ها در {folder} است و با هر انتشار، پاک‌کردن و پس‌گرفتن تازه می‌شود.",
            "The tables are in {folder}, and are renewed with every release, erasure and withdrawal.",
        ).format(folder=tables.location)
    )
    return 0


VERBS = (
    Verb(
        "iceberg",
        "keep the releases as Apache Iceberg tables beside them, for engines that read the same disk or bucket",
        run_open_tables,
        open_table_arguments,
    ),
)
