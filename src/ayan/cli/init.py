"""ayan init DIR: a new city's folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ayan.cli.report_text import say
from ayan.core.values.label import Label
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

# How people reach the city; shown on the page «تماس با ما».
# [contact]
# email = "data@example.ir"
# phone = "+98 21 1234"
# office = {{ fa = "…", en = "…" }}
# hours = {{ fa = "…", en = "…" }}
"""
PRIVATE: Final = ("originals", "work", "keys")
PUBLIC: Final = ("datasets", "store", "index", "ledger")


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan init``."""
    parser = verbs.add_parser("init", help="make a new city's folder")
    parser.add_argument("dir", type=Path, metavar="DIR")
    parser.add_argument("--name-fa", default="شهرداری", help="the city's name in Persian")
    parser.add_argument("--domain", default="", metavar="HOST", help="the city's domain, such as shafaf.example")
    parser.add_argument("--name-en", default="The Municipality", help="the city's name in English")


def run(args: argparse.Namespace) -> int:
    """Make the folder; exit 1 when there is a city in it already."""
    profile = args.dir / "ayan.toml"
    if profile.exists():
        say(Label("در {dir} شهری هست.", "There is a city in {dir} already.").format(dir=args.dir), error=True)
        return 1
    if args.domain and not DOMAIN.fullmatch(args.domain):
        say(Label("نام دامنه مانند shafaf.example است.", "A domain is like shafaf.example."), error=True)
        return 1
    make_home(args.dir, Label(args.name_fa, args.name_en), domain=args.domain)
    say(Label("پوشهٔ شهر ساخته شد: {dir}", "The city's folder is ready: {dir}").format(dir=args.dir))
    return 0


def make_home(home: Path, name: Label, *, demo: bool = False, domain: str = "") -> None:
    """Make the folders of a city and its ``ayan.toml``; private ones are for their owner's eyes only."""
    for folder in (*PUBLIC, *PRIVATE):
        (home / folder).mkdir(parents=True, exist_ok=True)
    for folder in PRIVATE:
        (home / folder).chmod(0o700)
    text = PROFILE.format(fa=_toml(name.fa), en=_toml(name.en), domain=_toml(domain))
    (home / "ayan.toml").write_text(text.replace("demo = false", f"demo = {str(demo).lower()}"), encoding="utf-8")


def _toml(text: str) -> str:
    """``text`` as a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
