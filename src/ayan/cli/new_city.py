"""ayan init, key and officer: the folder of a new city, the key of its log, and the first people at its desk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.key_statement import dns_record, fingerprint, statement
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, local
from ayan.config.limits import ENOUGH_WITNESSES
from ayan.core.ledger.note import Verifier
from ayan.core.ledger.signing_key import make_key
from ayan.core.ledger.trust_policy import BadPolicy, parse_policy
from ayan.core.system.files import PRIVATE_FOLDER, write
from ayan.core.values.clock import SystemClock, today
from ayan.core.values.label import Label
from ayan.core.values.period import Period
from ayan.wiring import city, key_change, ledger
from ayan.wiring.city import City
from ayan.wiring.profile import DOMAIN

PROFILE: Final = """\
# The city this folder belongs to. The domain names its log of public acts, for good.
demo = false
domain = {domain}

[name]
fa = {fa}
en = {en}

# How long a file as it was sent is kept after its release was sealed, where its dataset declares nothing
# ([originals] in dataset.toml): keep_years or keep_days. Then it is deleted, and the log says so. Without this
# table all are kept for good.
# Five years is where this software begins, not a rule of law: write what holds for your archive.
[originals]
keep_years = 5

# From which day the tables are owed, a Jalali day in quotes: before it nothing of them counts as late, and those of
# which nothing is published yet are shown as in preparation. "all" holds for those that are not named. Each change is
# entered in the public log.
[opens]
{opens}
# my-dataset = "1405-07-01"

# How people reach the city; shown on the page «تماس با ما».
# [contact]
# email = "data@example.ir"
# phone = "+98 21 1234"
# office = {{ fa = "…", en = "…" }}
# hours = {{ fa = "…", en = "…" }}
"""
PRIVATE: Final = city.PRIVATE_FOLDERS
PUBLIC: Final = ("datasets", "store", "index", "ledger")


def init_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan init``."""
    parser.add_argument("dir", type=local, metavar="DIR")
    parser.add_argument("--name-fa", default="شهرداری", help="the city's name in Persian")
    parser.add_argument("--domain", default="", metavar="HOST", help="the city's domain, such as shafaf.example")
    parser.add_argument("--name-en", default="The Municipality", help="the city's name in English")
    parser.add_argument(
        "--witness",
        nargs=3,
        action="append",
        metavar=("NAME", "KEY", "URL"),
        help="an outside witness of the city's log; give two. On a terminal you are asked for them",
    )
    parser.add_argument("--no-witness", action="store_true", help="begin without witnesses, and ask for none")


def run_init(args: argparse.Namespace) -> int:
    """Make the folder; exit 1 when there is a city in it already, or a witness is none."""
    profile = args.dir / "ayan.toml"
    if profile.exists():
        say(Label("در {dir} شهری هست.", "There is a city in {dir} already.").format(dir=args.dir), error=True)
        return 1
    if args.domain and not DOMAIN.fullmatch(args.domain):
        say(Label("نام دامنه مانند shafaf.example است.", "A domain is like shafaf.example."), error=True)
        return 1
    lines = [" ".join(words) for words in args.witness or ()]
    if not lines and not args.no_witness and sys.stdin.isatty():
        lines = _asked()
    try:
        witnesses = parse_policy(policy := _policy(lines)).witnesses
    except BadPolicy as fault:
        say(Label("گواه پذیرفته نیست: {fault}", "The witness is not accepted: {fault}").format(fault=fault), error=True)
        return 1
    now = Period.of(today(SystemClock()), "month")
    make_home(args.dir, Label(args.name_fa, args.name_en), domain=args.domain, opens=now.following())
    if lines:
        write(args.dir / ledger.POLICY, policy.encode())
    say(Label("پوشهٔ شهر ساخته شد: {dir}", "The city's folder is ready: {dir}").format(dir=args.dir))
    if len(witnesses) < ENOUGH_WITNESSES:
        say(
            Label(
                "ثبت عمومی این شهر {count} گواه بیرونی دارد. تا دو گواه نباشد، اینکه شهر به همه "
                "یک ثبت عمومی نشان می‌دهد تنها سخن "
                "خودش است؛ گواهان را در {file} بنویسید.",
                "The log of this city has {count} outside witnesses. Until there are two, that it shows everybody the "
                "same log is its own word; write the witnesses into {file}.",
            ).format(count=len(witnesses), file=args.dir / ledger.POLICY),
            error=True,
        )
    return 0


def _asked() -> list[str]:
    """The witnesses that somebody at the terminal names; fewer than two are taken too."""
    say(
        Label(
            "دو گواه بیرون از شهرداری نام ببرید (دانشگاه، روزنامه، شهری دیگر): نام، کلید همگانی و نشانی در یک سطر. "
            "سطر خالی یعنی هنوز نیست.",
            "Name two witnesses outside the municipality (a university, a newspaper, another city): name, public key "
            "and address on one line. An empty line: none yet.",
        )
    )
    lines = []
    for number in range(1, ENOUGH_WITNESSES + 1):
        line = input(f"{number}: ").strip()
        if not line:
            break
        lines.append(line)
    return lines


def _policy(witnesses: Sequence[str]) -> str:
    """What `ledger.POLICY` holds for these witnesses, each written ``NAME KEY URL``."""
    head = "# Who is asked to cosign the city's log: witness NAME KEY URL (C2SP tlog-policy).\n"
    return head + "".join(f"witness {line}\n" for line in witnesses) + "quorum none\n"


def make_home(home: Path, name: Label, *, demo: bool = False, domain: str = "", opens: Period | None = None) -> None:
    """Make the folders of a city and its ``ayan.toml``, for their owner alone: so nothing in it is anybody else's.

    Its datasets are owed from the first day of the month ``opens``; without it they always were.
    """
    for folder in (*PUBLIC, *PRIVATE):
        (home / folder).mkdir(parents=True, exist_ok=True)
    for folder in (*PRIVATE, "."):
        (home / folder).chmod(PRIVATE_FOLDER)
    line = f'all = "{opens}-01"' if opens else '# all = "1405-10-01"'
    text = PROFILE.format(fa=_toml(name.fa), en=_toml(name.en), domain=_toml(domain), opens=line)
    write(home / "ayan.toml", text.replace("demo = false", f"demo = {str(demo).lower()}").encode())


def _toml(text: str) -> str:
    """``text`` as a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


# --- ayan key ---------------------------------------------------------------------------------------------------------


def key_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan key``."""
    does = parser.add_subparsers(dest="does", required=True, metavar="make|show|statement|rotate")
    does.add_parser("show", help="print the public key, its fingerprint and the DNS record to publish")
    paper = does.add_parser("statement", help="write the statement of the key that is printed, signed and handed out")
    paper.add_argument("file", type=local, metavar="FILE", help="where the page (HTML) is to stand")
    make = does.add_parser("make", help="make the key of a log that is to come, on any machine")
    make.add_argument("file", type=local, metavar="FILE", help="where the private key is to stand")
    make.add_argument("--domain", required=True, metavar="HOST", help="the city's domain, which names the log for good")
    rotate = does.add_parser("rotate", help="make a new key and put the log under it")
    rotate.add_argument("file", type=local, metavar="FILE", help="where the new private key is to stand")
    rotate.add_argument(
        "--old-key-lost", action="store_true", help="the old key cannot sign any more; the log says that it is lost"
    )


def run_key(args: argparse.Namespace) -> int:
    """Exit 0; 1 when the log has no key yet or the file stands already."""
    try:
        key = make_key(args.file, args.domain).verifier if args.does == "make" else _key_in_use(args)
    except FileExistsError:
        say(Label("{file} از پیش هست.", "{file} is there already.").format(file=args.file), error=True)
        return 1
    if key is None:
        say(
            Label("ثبت عمومی پیش از نخستین انتشار کلیدی ندارد.", "The log has no key before its first release."),
            error=True,
        )
        return 1
    for line in _key_lines(key):
        print(line)
    return 0


def _key_in_use(args: argparse.Namespace) -> Verifier | None:
    """The key that the city's log is under, after a change where one is asked for."""
    current_city = city.current()
    if args.does == "statement" and (known := ledger.public_key(current_city.home)) is not None:
        _write_statement(current_city, known, args.file)
        return known
    if args.does == "show" or ledger.public_key(current_city.home) is None:
        return ledger.public_key(current_city.home)
    key = key_change.rotate(current_city, args.file, lost=args.old_key_lost)
    say(
        Label(
            "ثبت عمومی با کلید تازه امضا شد و یک برگ آن می‌گوید چرا. AYAN_LOG_KEY={file} را "
            "بگذارید، کلید همگانی را دوباره "
            "منتشر کنید و به گواهان بدهید:",
            "The log is signed with the new key, and a leaf of it says why. Set AYAN_LOG_KEY={file}, publish the "
            "public key again and give it to the witnesses:",
        ).format(file=args.file)
    )
    return key


def _write_statement(current_city: City, key: Verifier, file: Path) -> None:
    home, name = current_city.home, current_city.profile.name
    text = statement(name, key, ledger.former_keys(home), ledger.witnesses(home), today(current_city.clock))
    file.write_text(text, encoding="utf-8")
    say(
        Label(
            "بیانیهٔ کلید در {file} است. آن را چاپ، امضا و مهر کنید، در روزنامهٔ رسمی بگذارید و به گواهان بدهید؛ "
            "خود سامانه جای آن نیست.",
            "The statement of the key is in {file}. Print, sign and stamp it, put it into the gazette and give it to "
            "the witnesses; the portal itself is no place for it.",
        ).format(file=file)
    )


def _key_lines(key: Verifier) -> list[str]:
    """The key as a line, as a DNS text record, and as a fingerprint that can be read over a telephone."""
    return [str(key), dns_record(key), f"SHA-256 {fingerprint(key)}"]


# --- ayan officer -----------------------------------------------------------------------------------------------------


def officer_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan officer``."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add a person and print the link by which they choose password and second factor")
    add.add_argument("username", metavar="USERNAME")
    add.add_argument("--name", required=True, metavar="NAME", help="as colleagues read it")
    add.add_argument("--email", default="", metavar="ADDRESS")
    add.add_argument("--role", default="administrator", metavar="ROLE", help="administrator by default")
    add.add_argument("--unit", metavar="SLUG", help="the unit that the role is for; without it all of them")
    add.add_argument("--dataset", default="", metavar="SLUG", help="the dataset that the role is for; without it all")
    invite = acts.add_parser("invite", help="print a new link; using it ends what was known before")
    invite.add_argument("username", metavar="USERNAME")


def run_officer(args: argparse.Namespace) -> int:
    """Exit 0 with the link on standard output, 1 when it may not be. No password is ever an argument."""
    database.set_up()

    from django.db import transaction

    from ayan.apps.accounts import actions
    from ayan.apps.accounts.forms import AccountRefused
    from ayan.apps.accounts.models import Unit, User

    try:
        with transaction.atomic():
            if args.act == "add":
                unit = Unit.objects.get(slug=args.unit) if args.unit else None
                whom = actions.add_person(None, args.username, args.name, args.email)
                actions.give(None, whom, args.role, unit, args.dataset)
            else:
                whom = User.objects.get(username=args.username.strip().lower())
            secret = actions.invite(None, whom)
    except AccountRefused as refused:
        say(refused, error=True)
        return 1
    except (User.DoesNotExist, Unit.DoesNotExist):
        say(Label("چنین کسی یا چنین واحدی نیست.", "There is no such person or unit."), error=True)
        return 1
    say(
        Label(
            "این پیوند را خود {name} باز کند. یک بار و تا سه روز کار می‌کند.",
            "{name} must open this link. It works once, for three days.",
        ).format(name=whom.name)
    )
    print(actions.link(secret))
    return 0


VERBS: Final = (
    Verb("init", "make a new city's folder", run_init, init_arguments),
    Verb("key", "the log's public key, and its change", run_key, key_arguments),
    Verb(
        "officer", "add the first administrator, or make somebody a new one-time link", run_officer, officer_arguments
    ),
)
