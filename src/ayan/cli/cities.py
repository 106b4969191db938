"""ayan cities: the cities of an installation, one taken in, and one that gets other host names or another folder."""

from __future__ import annotations

import argparse
import errno
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.limits import CITY_DRAIN_SECONDS
from ayan.cli.new_city import make_home
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, local
from ayan.config.env import Misconfigured
from ayan.config.hosting.city_hosts import HostedCity, Installation, check_code, check_host, named
from ayan.core.system.files import rename
from ayan.core.values.clock import SystemClock, today
from ayan.core.values.label import Label
from ayan.core.values.period import Period
from ayan.wiring import city
from ayan.wiring.profile import Profile


def cities_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan cities``."""
    does = parser.add_subparsers(dest="does", required=True, metavar="add|list|move")
    does.add_parser("list", help="print the cities of this installation")
    add = does.add_parser("add", help="make a city, or take one in whose folder is there already")
    move = does.add_parser("move", help="give a city other host names, or another folder on this machine")
    for verb in (add, move):
        verb.add_argument("code", metavar="CODE", help="small Latin letters, digits and hyphens")
        verb.add_argument(
            "--host", action="append", metavar="NAME", required=verb is add, help="its host names, the chief one first"
        )
        verb.add_argument("--home", type=local, metavar="DIR", help="its folder; beside the list by default")
        verb.add_argument("--origin", metavar="URL", help="its public address; https:// and its host by default")
    add.add_argument(
        "--national",
        action="store_true",
        help="no city, but the address of the pages over all cities of the installation",
    )
    add.add_argument("--name-fa", default="شهرداری", help="the city's name in Persian, for a new one")
    add.add_argument("--name-en", default="The Municipality", help="the city's name in English, for a new one")


def run_cities(args: argparse.Namespace) -> int:
    """Exit 1 where what is asked for cannot be, 2 where a city's database cannot be brought to this version."""
    installation = named()
    if installation is None:
        raise Misconfigured("AYAN_CITIES is not set: it names the folder of the installation.")
    return {"list": _list, "add": _add, "move": _move}[args.does](installation, args)


def _list(installation: Installation, _args: argparse.Namespace) -> int:
    for entry in installation.cities():
        try:
            name = Profile.read(entry.home / "ayan.toml").name
        except (OSError, ValueError):
            name = Label("خوانده نمی‌شود", "cannot be read")
        say(
            Label(
                "{code}  {name}  {origin}  {hosts}  {home}{closed}", "{code}  {name}  {origin}  {hosts}  {home}{closed}"
            ).format(
                code=entry.code,
                name=name,
                origin=entry.origin,
                hosts=" ".join(entry.hosts),
                home=entry.home,
                closed=_CLOSED if entry.closed else "",
            )
        )
    return 0


def _add(installation: Installation, args: argparse.Namespace) -> int:
    home = args.home or installation.folder / args.code
    entry = replace(_entry(installation, args.code, args.host, home, args.origin), national=args.national)
    if installation.of_code(entry.code) is not None:
        return _refuse(Label("شهر {code} از پیش هست.", "There is a city {code} already.").format(code=entry.code))
    if (entry.home / "templates").is_dir():
        return _refuse(_TEMPLATES.format(home=entry.home))
    is_new = not (entry.home / "ayan.toml").exists()
    with installation.changing() as cities:
        cities.append(entry)
    if is_new:
        opens = Period.of(today(SystemClock()), "month").following()
        make_home(entry.home, Label(args.name_fa, args.name_en), domain=entry.hosts[0], opens=opens)
    database.set_up_django()
    from ayan.config.hosting import city_databases
    from ayan.config.hosting.city_in_use import use_city_settings

    use_city_settings()
    opened = city.of_many(entry.home, entry.own_variables())()
    city_databases.make_schema(entry, opened)
    city_databases.bring_up(entry, opened)
    say(
        Label("شهر {code} آماده است: {origin}", "The city {code} is ready: {origin}").format(
            code=entry.code, origin=entry.origin
        )
    )
    return 0


_CLOSED: Final = Label("  (بسته)", "  (closed)")
_TEMPLATES: Final = Label(
    "{home} قالب‌های خودش را دارد (templates) و شهرهای یک نصب قالب مشترک دارند. آن را بردارید یا شهر را جدا برپا کنید.",
    "{home} has templates of its own, and the cities of one installation share theirs. Remove them, or serve the city "
    "by itself.",
)


def _move(installation: Installation, args: argparse.Namespace) -> int:
    before = installation.of_code(args.code)
    if before is None:
        return _refuse(Label("شهری با شناسهٔ {code} نیست.", "There is no city {code}.").format(code=args.code))
    hosts = args.host or list(before.hosts)
    origin = args.origin or (before.origin if not args.host else None)
    entry = replace(_entry(installation, args.code, hosts, args.home or before.home, origin), national=before.national)
    if entry.home == before.home:
        _replace(installation, entry)
        return 0
    if entry.home.exists():
        return _refuse(Label("{home} از پیش هست.", "{home} is there already.").format(home=entry.home))
    # Nobody is let in while the folder is on its way, and whoever is inside has time to leave.
    _replace(installation, replace(before, closed=True))
    time.sleep(CITY_DRAIN_SECONDS)
    try:
        entry.home.parent.mkdir(parents=True, exist_ok=True)
        _carry(before.home, entry.home)
    except OSError:
        if not before.home.exists() or entry.home.exists():
            # Some of it may stand in either place: somebody has to look before anybody is let in again.
            raise
        _replace(installation, before)
        raise
    _replace(installation, entry)
    return 0


def _carry(source: Path, target: Path) -> None:
    """Give a folder another place, on another file system too; the source goes when the whole of it stands there."""
    try:
        rename(source, target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        shutil.copytree(source, target, symlinks=True)
        shutil.rmtree(source)


def _entry(installation: Installation, code: str, hosts: Sequence[str], home: Path, origin: str | None) -> HostedCity:
    names = tuple(check_host(host, installation.folder) for host in hosts)
    place = (installation.folder / home).resolve()
    return HostedCity(check_code(code, installation.folder), names, place, origin or f"https://{names[0]}")


def _replace(installation: Installation, entry: HostedCity) -> None:
    with installation.changing() as cities:
        cities[:] = [entry if each.code == entry.code else each for each in cities]


def _refuse(label: Label) -> int:
    say(label, error=True)
    return 1


VERBS: Final = (Verb("cities", "the cities of an installation: add, list, move", run_cities, cities_arguments),)
