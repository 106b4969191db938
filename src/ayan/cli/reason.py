"""ayan reason SLUG/PERIOD/N: the words kept about a withdrawal or an erasure, and how they are removed."""

from __future__ import annotations

import argparse
from typing import Final

from ayan.cli.report_text import plain, say
from ayan.core.store.objects import NotInStore
from ayan.core.values.label import Label
from ayan.wiring import city

WORDS: Final = "why, in words: shown until `ayan reason --forget` removes it; only its salted digest lasts"


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan reason``."""
    parser = verbs.add_parser("reason", help="show or remove the words about a withdrawal or an erasure")
    parser.add_argument("release", metavar="SLUG/PERIOD/N")
    parser.add_argument("--forget", action="store_true", help="remove them for good; code and digest stay")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release, or no words are kept about it."""
    current_city = city.current()
    try:
        slug, period, number = args.release.split("/")
        release = current_city.release_store.release(slug, period, int(number))
    except (ValueError, NotInStore):
        say(Label("انتشار {release} نیست.", "There is no release {release}.").format(release=args.release), error=True)
        return 1
    digests = [erasure.reason_digest for erasure in release.erasures]
    if release.withdrawn:
        digests.append(current_city.release_store.tombstone(release).reason_digest)
    kept = [digest for digest in digests if current_city.reasons.words(digest)]
    if not kept:
        say(
            Label("توضیحی دربارهٔ {ref} نگه داشته نشده است.", "No words are kept about {ref}.").format(ref=release.ref),
            error=True,
        )
        return 1
    for digest in kept:
        if not args.forget:
            words = current_city.reasons.words(digest)
            print(plain(words.text) if words else "")
        else:
            current_city.reasons.forget(digest)
    if args.forget:
        say(
            Label(
                "توضیح {ref} پاک شد. پشتیبان‌های پیشین هنوز آن را دارند.",
                "The words about {ref} are removed. Earlier backups still hold them.",
            ).format(ref=release.ref)
        )
    return 0
