"""ayan iceberg: the releases as Apache Iceberg tables in a folder, for engines that share the city's disk."""

from __future__ import annotations

import argparse

from ayan.cli.report_text import say
from ayan.cli.verb import Verb
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.store_place import StorePlace, table_folder

IN_BUCKET = Label(
    "انتشارهای این شهر در انبار شیئی (S3) است و جدول‌های پوشه فقط برای انتشارهای روی دیسک ساخته می‌شود. نشانی جدول هر "
    "داده در رابط برنامه‌نویسی برپاست.",
    "The releases of this city stand in an object store (S3), and tables in a folder are made only of releases on a "
    "disk. The table of each dataset stands at its address in the API.",
)
NOT_ALL = Label("جدول این داده‌ها نوشته نشد: {slugs}", "The tables of these datasets were not written: {slugs}")


def open_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan iceberg``."""
    parser.add_argument("--remove", action="store_true", help="remove the tables, and keep none from now on")


def run_open_tables(args: argparse.Namespace) -> int:
    """Exit 1 where a table could not be written, or where releases stand in a bucket."""
    current_city = city.current()
    store, place = current_city.release_store, current_city.store_place or StorePlace(current_city.store)
    tables = table_folder(current_city.home, place, lambda: current_city.registry)
    if tables is None:
        say(IN_BUCKET, error=True)
        return 1
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
        ).format(folder=tables.root)
    )
    return 0


VERBS = (
    Verb(
        "iceberg",
        "keep the releases as Apache Iceberg tables in the city's folder, for engines on the same disk",
        run_open_tables,
        open_table_arguments,
    ),
)
