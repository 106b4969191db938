"""ayan key: show the log's public key as it is published outside the portal, and put the log under another key."""

from __future__ import annotations

import argparse
from hashlib import sha256
from pathlib import Path
from typing import Final

from ayan.cli.wording import say
from ayan.core.ledger.note import Verifier
from ayan.core.schema.definition import Label
from ayan.wiring import city, ledger

GROUP: Final = 4


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan key``."""
    parser = verbs.add_parser("key", help="the log's public key, and its change")
    does = parser.add_subparsers(dest="does", required=True, metavar="show|rotate")
    does.add_parser("show", help="print the public key, its fingerprint and the DNS record to publish")
    rotate = does.add_parser("rotate", help="make a new key and put the log under it")
    rotate.add_argument("file", type=Path, metavar="FILE", help="where the new private key is to stand")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 1 when the log has no key yet or the new file stands already."""
    here = city.current()
    key = ledger.public_key(here.home)
    if key is None:
        say(Label("دفتر پیش از نخستین انتشار کلیدی ندارد.", "The log has no key before its first release."), error=True)
        return 1
    if args.does == "rotate":
        try:
            key = ledger.rotate(here.home, here.store, args.file)
        except FileExistsError:
            say(Label(f"{args.file} از پیش هست.", f"{args.file} is there already."), error=True)
            return 1
        say(
            Label(
                f"دفتر با کلید تازه امضا شد. AYAN_LOG_KEY={args.file} را بگذارید و کلید همگانی را دوباره منتشر کنید:",
                f"The log is signed with the new key. Set AYAN_LOG_KEY={args.file} and publish the public key again:",
            )
        )
    for line in _shown(key):
        print(line)
    return 0


def _shown(key: Verifier) -> list[str]:
    """The key as a line, as a DNS text record, and as a fingerprint that can be read over a telephone."""
    fingerprint = sha256(str(key).encode()).hexdigest()
    groups = " ".join(fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP))
    return [str(key), f'_ayan-log.{key.name}. TXT "{key}"', f"SHA-256 {groups}"]
