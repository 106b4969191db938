"""ayan backup DIR: add to the backups in a folder one of the city as it is now, also while it is at work."""

from __future__ import annotations

import argparse
from pathlib import Path

from ayan.cli import database
from ayan.cli.report_text import bars, say
from ayan.core.continuity.backup import BackupDamaged, LivingCity, back_up
from ayan.core.ledger.refusal import LedgerError
from ayan.core.values.label import Label
from ayan.wiring import city, ledger


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan backup``."""
    parser = verbs.add_parser("backup", help="back the city up, also while it is at work")
    parser.add_argument("dir", type=Path, metavar="DIR", help="where the backups stand, each in a folder of its own")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when there is no city, or when what was read or written is not what it should be."""
    current_city = city.current()
    if not (current_city.home / "ayan.toml").is_file():
        say(Label("در {home} شهری نیست.", "There is no city in {home}.").format(home=current_city.home), error=True)
        return 1
    living = LivingCity(
        home=current_city.home,
        store=current_city.store,
        release_store=current_city.release_store,
        clock=current_city.clock,
        database=lambda folder: database.dump(current_city.home, folder),
        log=ledger.reading,
        apart=database.files(current_city.home),
    )
    try:
        with bars() as tell:
            snapshot = back_up(living, args.dir.expanduser().absolute(), tell)
    except (BackupDamaged, LedgerError) as fault:
        say(Label("پشتیبان گرفته نشد: {fault}", "No backup was made: {fault}").format(fault=fault), error=True)
        return 1
    count, size = len(snapshot.files), snapshot.bytes / 1e6
    say(
        Label(
            "پشتیبان گرفته و از نو خوانده شد: {count} پرونده، {size:,.1f} مگابایت.",
            "The backup is made and was read again: {count} files, {size:,.1f} MB.",
        ).format(count=count, size=size)
    )
    if current_city.log is not None and not current_city.profile.demo:
        say(
            Label(
                "کلید دفتر در پشتیبان نیست؛ نسخه‌ای از آن را جدا نگه دارید.",
                "The key of the log is not in it; keep a copy of that elsewhere.",
            )
        )
    print(snapshot.root)
    return 0
