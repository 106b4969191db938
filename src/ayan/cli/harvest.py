"""ayan harvest ADDRESS: take another city's tables in, proved and kept apart, so that they can be compared with."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ayan.apps.sources.words import RUNS
from ayan.cli.wording import bars, issue_lines, say
from ayan.config import env
from ayan.core.harvest.cities import CODE, HERE, About
from ayan.core.harvest.filed import harvest_files
from ayan.core.harvest.mapping import Mapped, load_mapping
from ayan.core.harvest.origin import Kind
from ayan.core.harvest.portal import CarefulPortal
from ayan.core.harvest.refusal import NotHarvested, Outcome
from ayan.core.harvest.sealed import harvest_sealed
from ayan.core.intake.ending import Ended
from ayan.core.intake.fetching import Bounds, check_address
from ayan.core.ledger.note import BadKey, Verifier
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.jalali import fa_date_short
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City

ON_THE_WAY: Final = "harvest"
"""The folder, among the private scratch, for what is being fetched."""


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan harvest``."""
    parser = verbs.add_parser("harvest", help="take another city's tables in, to be compared with")
    parser.add_argument(
        "address",
        nargs="?",
        metavar="ADDRESS",
        help="an Ayan portal, or a CKAN portal; the one of the last time where it is left out",
    )
    parser.add_argument("--as", dest="code", metavar="CITY", help="what the city is called in addresses, e.g. kharazm")
    parser.add_argument("--name-fa", default="", metavar="NAME", help="its name in Persian")
    parser.add_argument("--name-en", default="", metavar="NAME", help="its name in English")
    parser.add_argument(
        "--dataset", action="append", default=[], metavar="SLUG", help="only this; may be repeated; else all it has"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="the public key of its log, as you got it elsewhere")
    parser.add_argument("--package", metavar="NAME", help="a CKAN portal's package that holds --dataset")
    parser.add_argument("--resource", default="", metavar="NAME", help="which table of the package")
    parser.add_argument("--period", metavar="P", help="the period that the package's table is about")
    parser.add_argument("--map", type=Path, metavar="TOML", help="a CKAN portal's tables and columns")
    parser.add_argument("--plain", action="store_true", help="allow plain http")
    parser.add_argument("--list", action="store_true", help="say what was harvested, and fetch nothing")
    parser.add_argument("--drop", metavar="CITY", help="remove a city with everything that was harvested of it")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when all that was asked for stands, 1 when some was refused, 2 when nothing could be reached."""
    here = city.current()
    if args.list:
        return _listed(here)
    if args.drop:
        return _dropped(here, args.drop)
    try:
        known = here.others.get(args.code or "")
        args.address = args.address or (known.about.address if known else None)
        return _harvested(here, args)
    except NotHarvested as refusal:
        _refused(refusal)
        return 1
    except Ended as end:
        words = RUNS.get(end.code, RUNS["trouble"])
        about = f" ({end.about})" if end.about else ""
        say(Label(f"{args.address}: {words.fa}{about}", f"{args.address}: {words.en}{about}"), error=True)
        return 2
    except (env.Misconfigured, BadKey) as fault:
        say(Label(f"تنظیم یا کلید پذیرفته نیست: {fault}", f"A setting or the key is not accepted: {fault}"), error=True)
        return 2


def _harvested(here: City, args: argparse.Namespace) -> int:
    wrong = _wrong(here, args)
    if wrong is not None:
        say(wrong, error=True)
        return 2
    datasets = {one.slug: one for one in here.registry.all()}
    mapped = _mapped(args, datasets)
    key = Verifier.parse(args.key.read_text(encoding="utf-8")) if args.key else None
    with _portal(here, args) as portal, bars(quiet=False) as tell:
        other = here.others.begin(_about(here, args, "ckan" if mapped else "ayan"))
        if mapped:
            tables = [(one, datasets[one.dataset]) for one in mapped]
            outcomes = harvest_files(other, portal, tables, here.workplace, tell)
        else:
            wanted = {slug: datasets[slug] for slug in args.dataset}
            outcomes = harvest_sealed(other, portal, wanted or _open(here), here.clock, key)
    for one in outcomes:
        _tell(one, asked=bool(args.dataset or mapped))
    if other.about.kind == "ayan" and not other.about.vouched:
        say(
            Label(
                "کلید دفتر از خود آن سامانه گرفته شد، و این اثبات نیست: کلید را از جای دیگری بگیرید و با --key بدهید.",
                "The key of the log came from that portal itself, which proves nothing: get it elsewhere and give it "
                "with --key.",
            )
        )
    refused = [one for one in outcomes if one.refused and (args.dataset or mapped or one.refused.code != "absent")]
    return 1 if refused else 0


def _wrong(here: City, args: argparse.Namespace) -> Label | None:
    """What is wrong with the arguments."""
    if not args.address or not args.code:
        return Label("نشانی و ‎--as CITY لازم است.", "An address and --as CITY are needed.")
    if not CODE.fullmatch(args.code) or args.code == HERE:
        return Label(
            "نام شهر در ‎--as حروف کوچک لاتین، رقم و خط تیره است و here نیست.",
            "The name in --as is lower-case Latin letters, digits and hyphens, and not “here”.",
        )
    known = {one.slug for one in here.registry.all()}
    if unknown := [slug for slug in args.dataset if slug not in known]:
        names = ", ".join(unknown)
        return Label(f"چنین داده‌ای اعلام نشده است: {names}", f"No such dataset is declared: {names}")
    if withheld := [slug for slug in args.dataset if slug not in _open(here)]:
        names = ", ".join(withheld)
        return Label(
            f"این داده در اینجا منتشر نمی‌شود و از شهر دیگر هم برداشته نمی‌شود: {names}",
            f"This dataset is not published here, so it is not taken from another city: {names}",
        )
    if args.package and (len(args.dataset) != 1 or args.map):
        return Label(
            "با --package یک --dataset لازم است؛ برای چند جدول --map بدهید.",
            "With --package one --dataset is needed; for several tables give --map.",
        )
    before = here.others.get(args.code)
    if before is not None and before.about.kind != ("ckan" if args.package or args.map else "ayan"):
        return Label(
            f"{args.code} سامانه‌ای از گونهٔ دیگر است. نام دیگری بدهید یا آن را با --drop بردارید.",
            f"{args.code} is a portal of another kind. Give another name, or remove it with --drop.",
        )
    return None


def _mapped(args: argparse.Namespace, datasets: Mapping[str, Dataset]) -> tuple[Mapped, ...]:
    """The tables of a CKAN portal; none for an Ayan portal."""
    if args.map:
        found = load_mapping(args.map, datasets)
        return tuple(one for one in found if not args.dataset or one.dataset in args.dataset)
    if args.package:
        (slug,) = args.dataset
        return (Mapped(dataset=slug, package=args.package, resource=args.resource, period=args.period),)
    return ()


def _open(here: City) -> dict[str, Dataset]:
    """Every dataset that the city does not withhold as a whole."""
    day = today(here.clock)
    return {one.slug: one for one in here.registry.all() if not (one.withheld and one.withheld.stands(day))}


def _about(here: City, args: argparse.Namespace, kind: Kind) -> About:
    """What is known of the city now: as before, but for the address and what was said of its name."""
    known = here.others.get(args.code)
    host = urlsplit(args.address).hostname or args.code
    fa = args.name_fa or (known.about.title.fa if known else "") or args.name_en or host
    en = args.name_en or (known.about.title.en if known else "") or host
    return About(
        code=args.code, title=Label(fa, en), kind=kind, address=args.address.rstrip("/"), harvested_at=here.clock.now()
    )


@contextmanager
def _portal(here: City, args: argparse.Namespace) -> Iterator[CarefulPortal]:
    """The portal, with a private folder for what is on its way."""
    networks = tuple(ip_network(one) for one in env.networks("AYAN_PULL_NETWORKS"))
    size = env.number("AYAN_UPLOAD_MB", 1, 4096) << 20
    bounds = Bounds(size, env.number("AYAN_PULL_SECONDS", 5, 3600), networks, plain=args.plain)
    check_address(args.address, plain=args.plain)
    with here.workplace.bench_folder() as bench:
        folder = bench / ON_THE_WAY
        folder.mkdir(mode=0o700)
        yield CarefulPortal(args.address, bounds, folder)


# --- what is said ---------------------------------------------------------------------------------------------------


def _tell(one: Outcome, *, asked: bool) -> None:
    slug = one.slug
    for line in issue_lines([issue for issue in one.issues if issue.level != "info"]):
        print(line)
    if one.refused is not None:
        if asked or one.refused.code != "absent":
            _refused(one.refused, f"{slug}: ")
        return
    for fa, en, refs in (
        ("برداشته شد", "taken in", one.came),
        ("در آن شهر پس گرفته شده و از اینجا هم برداشته شد", "withdrawn there, and removed here", one.went),
    ):
        for ref in refs:
            say(Label(f"{slug}/{ref}: {fa}", f"{slug}/{ref}: {en}"))
    if not one.came and not one.went:
        say(Label(f"{slug}: چیز تازه‌ای نیست.", f"{slug}: nothing new."))


def _refused(refusal: NotHarvested, before: str = "") -> None:
    say(Label(f"{before}{refusal.fa}", f"{before}{refusal.en}"), error=True)
    for one in refusal.findings:
        say(Label(f"  {one.where}: {one.what.fa}", f"  {one.where}: {one.what.en}"), error=True)


def _listed(here: City) -> int:
    for one in here.others.all():
        about, day = one.about, one.about.harvested_at.date()
        say(
            Label(
                f"{one.code}: {about.title.fa}، {about.address}، آخرین بار {fa_date_short(day)}",
                f"{one.code}: {about.title.en}, {about.address}, last on {day.isoformat()}",
            )
        )
        for release in one.releases():
            print(f"  {release.ref} · {release.rows:,} · sha256:{release.digest[:16]}…")
    return 0


def _dropped(here: City, code: str) -> int:
    if here.others.drop(code):
        say(
            Label(f"{code} با هر چه از آن برداشته شده بود، پاک شد.", f"{code} was removed with all that was harvested.")
        )
        return 0
    say(Label(f"شهری به نام {code} نیست.", f"There is no city {code}."), error=True)
    return 2
