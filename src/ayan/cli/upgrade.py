"""ayan upgrade and ayan reindex: formats, database and index of an earlier version brought to this one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.report_text import bars, say
from ayan.cli.verb import Verb
from ayan.config import private_home
from ayan.config.hosting import city_hosts as hosting
from ayan.config.hosting.city_hosts import Installation
from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.objects import size_of
from ayan.core.values.label import Label, joined
from ayan.core.values.refusal import Refusal
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.document_words import document_index, follow_documents
from ayan.wiring.formats import StoredFormat, survey

STANDINGS = {
    "current": Label("به‌روز", "up to date"),
    "rebuild": Label("از نو ساخته می‌شود", "is rebuilt from the releases"),
    "older": Label("خوانده نمی‌شود: با نسخهٔ قبلی پشتیبان بگیرید", "is not read: use the version before this one"),
    "newer": Label("از نسخهٔ تازه‌تری است: عیان را به‌روز کنید", "is of a later version: update Ayan"),
}
REFUSED = ("older", "newer")


def upgrade_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan upgrade``."""
    parser.add_argument("--check", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument(
        "--take-database",
        action="store_true",
        help="this folder is the one from now on: bind the database to it, which belongs to another one",
    )


def run_upgrade(args: argparse.Namespace) -> int:
    """Exit 0 when everything is up to date, 1 when ``--check`` found work to do, 2 when something cannot be read."""
    current_city = city.current()
    if not (current_city.home / "ayan.toml").is_file():
        say(Label("در {home} شهری نیست.", "There is no city in {home}.").format(home=current_city.home), error=True)
        return 2
    formats = survey(current_city)
    for stored in formats:
        _print_format(stored)
    try:
        waiting = database.waiting()
    except NewerFormat as newer:
        say(newer.label, error=True)
        return 2
    for name in waiting:
        say(Label("تغییر ساختار پایگاه داده: {name}", "Migration of the database: {name}").format(name=name))
    if any(stored.standing in REFUSED for stored in formats):
        say(Label("چیزی عوض نشد.", "Nothing was changed."), error=True)
        return 2
    exposed = _print_exposed(current_city.home)
    stale = any(stored.standing == "rebuild" for stored in formats) or bool(current_city.unindexed())
    if not waiting and not args.check:
        _claim(args.take_database)
    if not waiting and not stale and not exposed:
        say(Label("همه چیز به‌روز است.", "Everything is up to date."))
        return 0
    if args.check:
        say(Label("ayan upgrade این کارها را می‌کند.", "ayan upgrade does this."))
        return 1
    database.close_home(current_city.home)
    if waiting:
        database.migrate()
        _claim(args.take_database)
    if stale:
        for slug in current_city.release_store.datasets():
            _rebuild(current_city, slug)
    say(Label("همه چیز به‌روز شد.", "Everything is up to date now."))
    return 0


def _print_exposed(home: Path) -> bool:
    """Name what of the city's folder stands open to other users; whether anything does."""
    exposed = private_home.exposed(home, database.files(home))
    for path in exposed:
        say(Label("برای کاربران دیگر باز است: {path}", "Open to other users: {path}").format(path=path))
    return bool(exposed)


def _claim(take: bool) -> None:
    database.claim(take=take)
    if take:
        say(
            Label(
                "پایگاه داده از این پس از آنِ این پوشه است؛ پوشهٔ پیشین دیگر با آن کار نمی‌کند.",
                "The database belongs to this folder from now on; the earlier one no longer works with it.",
            )
        )


def _print_format(stored: StoredFormat) -> None:
    numbers = [f"{number} ({count})" for number, count in sorted(stored.stored.items())] or ["—"]
    say(
        Label(
            "{name}: قالب {numbers}؛ این نسخه {known} می‌نویسد؛ {standing}",
            "{name}: format {numbers}; this version writes {known}; {standing}",
        ).format(
            name=stored.name,
            numbers=joined(Label(number, number) for number in numbers),
            known=stored.known,
            standing=STANDINGS[stored.standing],
        )
    )


# --- ayan migrate -----------------------------------------------------------------------------------------------------


def migrate_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan migrate``."""
    parser.add_argument("--check", action="store_true", help="say what is waiting, and do nothing")


def run_migrate(args: argparse.Namespace) -> int:
    """Exit 0 when the database is up to date, 1 when ``--check`` found it is not, 3 when this version may not touch it.

    That is one which a later version has changed, or which belongs to another city's folder.
    One that does not answer is 2, as it is for every verb.
    """
    if (installation := hosting.named()) is not None:
        return _migrate_all(installation, check=args.check)
    try:
        names = database.waiting() if args.check else database.set_up()
    except NewerFormat as newer:
        say(newer.label, error=True)
        return 3
    except Refusal as refusal:
        if refusal.code != "other-home":
            raise
        say(refusal.label, error=True)
        return 3
    for name in names:
        say(Label("تغییر ساختار پایگاه داده: {name}", "Migration of the database: {name}").format(name=name))
    if args.check and names:
        say(Label("ayan migrate این کارها را می‌کند.", "ayan migrate does this."))
        return 1
    say(Label("پایگاه داده به‌روز است.", "The database is up to date."))
    return 0


def _migrate_all(installation: Installation, *, check: bool) -> int:
    """The same for each city of an installation; one that cannot be brought up to date is told of, and keeps no other.

    Exit 1 when ``check`` found that one of them is not up to date.
    """
    database.set_up_django()
    from ayan.config.hosting import city_databases
    from ayan.config.hosting.city_in_use import use_city_settings

    use_city_settings()
    is_behind = False
    for entry in installation.cities():
        try:
            opened = city.of_many(entry.home, entry.own_variables())()
            names = city_databases.waiting(entry, opened) if check else city_databases.bring_up(entry, opened)
        except Exception as fault:
            label = fault.label if isinstance(fault, Refusal | NewerFormat) else database.trouble(fault)
            if label is None:
                raise
            say(Label("{code}: {why}", "{code}: {why}").format(code=entry.code, why=label), error=True)
            continue
        is_behind = is_behind or bool(names)
        for name in names:
            say(
                Label("{code}: تغییر ساختار پایگاه داده: {name}", "{code}: migration of the database: {name}").format(
                    code=entry.code, name=name
                )
            )
    return 1 if check and is_behind else 0


# --- ayan reindex -----------------------------------------------------------------------------------------------------


def reindex_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan reindex``."""
    parser.add_argument("slug", nargs="*", metavar="SLUG", help="which datasets; all when none is named")


def run_reindex(args: argparse.Namespace) -> int:
    """Build what is missing and drop what no state needs; exit 1 for a dataset without releases."""
    home = city.current()
    known = home.release_store.datasets()
    for slug in args.slug or known:
        if slug not in known:
            say(Label("{slug} هنوز انتشاری ندارد.", "{slug} has no release yet.").format(slug=slug), error=True)
            return 1
        print(f"{slug}: {size_of(_rebuild(home, slug)) / 1e6:,.1f} MB")
    if not args.slug:
        document_index(home).drop()
        follow_documents(home)
    return 0


def _rebuild(home: City, slug: str) -> tuple[Path, ...]:
    """Write the index files of a dataset anew and drop what nothing needs any more; where they stand."""
    with bars() as tell:
        tell("index", None)
        home.index_store.drop_all(slug)
        paths = home.index_store.ensure(slug)
        home.index_store.drop_stale(slug)
    return paths


VERBS: Final = (
    Verb(
        "upgrade", "bring database and index to this version, and report every format", run_upgrade, upgrade_arguments
    ),
    Verb("migrate", "bring the tables of the database to this version", run_migrate, migrate_arguments),
    Verb("reindex", "rebuild the index files from the releases", run_reindex, reindex_arguments),
)
