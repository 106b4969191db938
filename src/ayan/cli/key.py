"""ayan key: make a log's key, show its public half as it is published elsewhere, put the log under another one."""

from __future__ import annotations

import argparse
from hashlib import sha256
from pathlib import Path
from typing import Final

from ayan.cli.report_text import say
from ayan.core.ledger.keys import make_key
from ayan.core.ledger.note import Verifier
from ayan.core.values.label import Label
from ayan.wiring import city, ledger

GROUP: Final = 4


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan key``."""
    parser = verbs.add_parser("key", help="the log's public key, and its change")
    does = parser.add_subparsers(dest="does", required=True, metavar="make|show|rotate")
    does.add_parser("show", help="print the public key, its fingerprint and the DNS record to publish")
    make = does.add_parser("make", help="make the key of a log that is to come, on any machine")
    make.add_argument("file", type=Path, metavar="FILE", help="where the private key is to stand")
    make.add_argument("--domain", required=True, metavar="HOST", help="the city's domain, which names the log for good")
    rotate = does.add_parser("rotate", help="make a new key and put the log under it")
    rotate.add_argument("file", type=Path, metavar="FILE", help="where the new private key is to stand")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 1 when the log has no key yet or the file stands already."""
    try:
        key = make_key(args.file, args.domain).verifier if args.does == "make" else _standing(args)
    except FileExistsError:
        say(Label("{file} از پیش هست.", "{file} is there already.").format(file=args.file), error=True)
        return 1
    if key is None:
        say(Label("دفتر پیش از نخستین انتشار کلیدی ندارد.", "The log has no key before its first release."), error=True)
        return 1
    for line in _key_lines(key):
        print(line)
    return 0


def _standing(args: argparse.Namespace) -> Verifier | None:
    """The key that the city's log is under, after a change where one is asked for."""
    current_city = city.current()
    if args.does == "show" or ledger.public_key(current_city.home) is None:
        return ledger.public_key(current_city.home)
    key = ledger.rotate(current_city.home, current_city.store, args.file)
    say(
        Label(
            "دفتر با کلید تازه امضا شد. AYAN_LOG_KEY={file} را بگذارید و کلید همگانی را دوباره منتشر کنید:",
            "The log is signed with the new key. Set AYAN_LOG_KEY={file} and publish the public key again:",
        ).format(file=args.file)
    )
    return key


def _key_lines(key: Verifier) -> list[str]:
    """The key as a line, as a DNS text record, and as a fingerprint that can be read over a telephone."""
    fingerprint = sha256(str(key).encode()).hexdigest()
    groups = " ".join(fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP))
    return [str(key), f'_ayan-log.{key.name}. TXT "{key}"', f"SHA-256 {groups}"]
