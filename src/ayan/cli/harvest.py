"""ayan harvest ADDRESS: take another city's tables in, proved and kept apart, so that they can be compared with."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from ayan.apps.sources.labels import RUNS
from ayan.cli.report_text import about, bars, issue_lines, say
from ayan.cli.verb import Verb, local
from ayan.config import env
from ayan.core.harvest.cities import CODE, OWN_CITY, CityProfile, PortalKind
from ayan.core.harvest.ckan import MappedTable, load_mapping
from ayan.core.harvest.file_harvest import harvest_files
from ayan.core.harvest.portal import CarefulPortal, HarvestOutcome, NotHarvested
from ayan.core.harvest.release_harvest import harvest_sealed
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, check_address
from ayan.core.ledger.note import BadNoteKey, Verifier
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label, day_label
from ayan.wiring import city
from ayan.wiring.city import City

ON_THE_WAY: Final = "harvest"
"""The folder, among the private scratch, for what is being fetched."""


def harvest_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan harvest``."""
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
    parser.add_argument("--key", type=local, metavar="FILE", help="the public key of its log, as you got it elsewhere")
    parser.add_argument("--package", metavar="NAME", help="a CKAN portal's package that holds --dataset")
    parser.add_argument("--resource", default="", metavar="NAME", help="which table of the package")
    parser.add_argument("--period", metavar="P", help="the period that the package's table is about")
    parser.add_argument("--map", type=local, metavar="TOML", help="a CKAN portal's tables and columns")
    parser.add_argument("--plain", action="store_true", help="allow plain http")
    parser.add_argument("--list", action="store_true", help="say what was harvested, and fetch nothing")
    parser.add_argument("--drop", metavar="CITY", help="remove a city with everything that was harvested of it")


def run_harvest(args: argparse.Namespace) -> int:
    """Exit 0 when all that was asked for stands, 1 when some was refused, 2 when nothing could be reached."""
    current_city = city.current()
    if args.list:
        return _listed(current_city)
    if args.drop:
        return _dropped(current_city, args.drop)
    try:
        known = current_city.others.get(args.code or "")
        args.address = args.address or (known.about.address if known else None)
        return _harvested(current_city, args)
    except NotHarvested as refusal:
        _refused(refusal)
        return 1
    except FetchOutcome as end:
        words = RUNS.get(end.code, RUNS["trouble"])
        detail = f" ({end.about})" if end.about else ""
        say(about(args.address, words, detail), error=True)
        return 2
    except (env.Misconfigured, BadNoteKey) as fault:
        say(
            Label("تنظیم یا کلید پذیرفته نیست: {fault}", "A setting or the key is not accepted: {fault}").format(
                fault=fault
            ),
            error=True,
        )
        return 2


def _harvested(city: City, args: argparse.Namespace) -> int:
    wrong = _wrong(city, args)
    if wrong is not None:
        say(wrong, error=True)
        return 2
    datasets = {dataset.slug: dataset for dataset in city.registry.all()}
    mapped = _mapped(args, datasets)
    key = Verifier.parse(args.key.read_text(encoding="utf-8")) if args.key else None
    with _portal(city, args) as portal, bars(quiet=False) as tell:
        other = city.others.begin(_about(city, args, "ckan" if mapped else "ayan"))
        if mapped:
            tables = [(table, datasets[table.dataset]) for table in mapped]
            outcomes = harvest_files(other, portal, tables, city.publish_context, tell)
        else:
            wanted = {slug: datasets[slug] for slug in args.dataset}
            outcomes = harvest_sealed(other, portal, wanted or _open(city), city.clock, key)
    for outcome in outcomes:
        _tell(outcome, asked=bool(args.dataset or mapped))
    if other.about.kind == "ayan" and not other.about.vouched:
        say(
            Label(
                "کلید ثبت عمومی از خود آن سامانه گرفته شد، و این اثبات نیست: کلید را از جای "
                "دیگری بگیرید و با --key بدهید.",
                "The key of the log came from that portal itself, which proves nothing: get it elsewhere and give it "
                "with --key.",
            )
        )
    refused = [
        outcome
        for outcome in outcomes
        if outcome.refused and (args.dataset or mapped or outcome.refused.code != "absent")
    ]
    return 1 if refused else 0


def _wrong(city: City, args: argparse.Namespace) -> Label | None:
    """What is wrong with the arguments."""
    if not args.address or not args.code:
        return Label("نشانی و ‎--as CITY لازم است.", "An address and --as CITY are needed.")
    if not CODE.fullmatch(args.code) or args.code == OWN_CITY:
        return Label(
            "نام شهر در ‎--as حروف کوچک لاتین، رقم و خط تیره است و here نیست.",
            "The name in --as is lower-case Latin letters, digits and hyphens, and not “here”.",
        )
    known = {dataset.slug for dataset in city.registry.all()}
    if unknown := [slug for slug in args.dataset if slug not in known]:
        names = ", ".join(unknown)
        return Label("چنین داده‌ای اعلام نشده است: {names}", "No such dataset is declared: {names}").format(names=names)
    if withheld := [slug for slug in args.dataset if slug not in _open(city)]:
        names = ", ".join(withheld)
        return Label(
            "این داده در اینجا منتشر نمی‌شود و از شهر دیگر هم برداشته نمی‌شود: {names}",
            "This dataset is not published here, so it is not taken from another city: {names}",
        ).format(names=names)
    if args.package and (len(args.dataset) != 1 or args.map):
        return Label(
            "با --package یک --dataset لازم است؛ برای چند جدول --map بدهید.",
            "With --package one --dataset is needed; for several tables give --map.",
        )
    before = city.others.get(args.code)
    if before is not None and before.about.kind != ("ckan" if args.package or args.map else "ayan"):
        return Label(
            "{code} سامانه‌ای از گونهٔ دیگر است. نام دیگری بدهید یا آن را با --drop بردارید.",
            "{code} is a portal of another kind. Give another name, or remove it with --drop.",
        ).format(code=args.code)
    return None


def _mapped(args: argparse.Namespace, datasets: Mapping[str, Dataset]) -> tuple[MappedTable, ...]:
    """The tables of a CKAN portal; none for an Ayan portal."""
    if args.map:
        tables = load_mapping(args.map, datasets)
        return tuple(table for table in tables if not args.dataset or table.dataset in args.dataset)
    if args.package:
        (slug,) = args.dataset
        return (MappedTable(dataset=slug, package=args.package, resource=args.resource, period=args.period),)
    return ()


def _open(city: City) -> dict[str, Dataset]:
    """Every dataset that the city does not withhold as a whole."""
    day = today(city.clock)
    return {
        dataset.slug: dataset
        for dataset in city.registry.all()
        if not (dataset.withheld and dataset.withheld.stands(day))
    }


def _about(city: City, args: argparse.Namespace, kind: PortalKind) -> CityProfile:
    """What is known of the city now: as before, but for the address and what was said of its name."""
    known = city.others.get(args.code)
    host = urlsplit(args.address).hostname or args.code
    fa = args.name_fa or (known.about.title.fa if known else "") or args.name_en or host
    en = args.name_en or (known.about.title.en if known else "") or host
    return CityProfile(
        code=args.code, title=Label(fa, en), kind=kind, address=args.address.rstrip("/"), harvested_at=city.clock.now()
    )


@contextmanager
def _portal(city: City, args: argparse.Namespace) -> Iterator[CarefulPortal]:
    """The portal, with a private folder for what is on its way."""
    networks = tuple(ip_network(network) for network in env.networks("AYAN_PULL_NETWORKS"))
    size = env.number("AYAN_UPLOAD_MB", 1, 4096) << 20
    bounds = FetchLimits(size, env.number("AYAN_PULL_SECONDS", 5, 3600), networks, plain=args.plain)
    check_address(args.address, plain=args.plain)
    with city.private_store.scratch_folder() as scratch:
        folder = scratch / ON_THE_WAY
        folder.mkdir(mode=0o700)
        yield CarefulPortal(args.address, bounds, folder)


# --- what is said ---------------------------------------------------------------------------------------------------


def _tell(outcome: HarvestOutcome, *, asked: bool) -> None:
    slug = outcome.slug
    for line in issue_lines([issue for issue in outcome.issues if issue.level != "info"]):
        print(line)
    if outcome.refused is not None:
        if asked or outcome.refused.code != "absent":
            _refused(outcome.refused, f"{slug}: ")
        return
    for words, refs in (
        (Label("برداشته شد", "taken in"), outcome.came),
        (
            Label("در آن شهر پس گرفته شده و از اینجا هم برداشته شد", "withdrawn there, and removed here"),
            outcome.went,
        ),
    ):
        for ref in refs:
            say(about(f"{slug}/{ref}", words))
    if not outcome.came and not outcome.went:
        say(Label("{slug}: چیز تازه‌ای نیست.", "{slug}: nothing new.").format(slug=slug))


def _refused(refusal: NotHarvested, before: str = "") -> None:
    say(Label("{before}{words}", "{before}{words}").format(before=before, words=refusal.label), error=True)
    for finding in refusal.findings:
        say(about(f"  {finding.where}", finding.what), error=True)


def _listed(city: City) -> int:
    for other in city.others.all():
        about, day = other.about, other.about.harvested_at.astimezone(TEHRAN).date()
        say(
            Label("{code}: {title}، {address}، آخرین بار {day}", "{code}: {title}, {address}, last on {day}").format(
                code=other.code,
                title=about.title,
                address=about.address,
                day=day_label(day),
            )
        )
        for release in other.releases():
            print(f"  {release.ref} · {release.rows:,} · sha256:{release.digest[:16]}…")
    return 0


def _dropped(city: City, code: str) -> int:
    if city.others.drop(code):
        say(
            Label(
                "{code} با هر چه از آن برداشته شده بود، پاک شد.", "{code} was removed with all that was harvested."
            ).format(code=code)
        )
        return 0
    say(Label("شهری به نام {code} نیست.", "There is no city {code}.").format(code=code), error=True)
    return 2


VERBS: Final = (Verb("harvest", "take another city's tables in, to be compared with", run_harvest, harvest_arguments),)
