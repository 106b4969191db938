"""ayan withdraw SLUG/PERIOD/N: remove a release's rows and leave a tombstone with the reason."""

from __future__ import annotations

import argparse

from ayan.cli.reason import WORDS
from ayan.cli.report_text import say
from ayan.core.publish.sealing import REASONS, ReleaseRefused, withdraw
from ayan.core.store.objects import NotInStore, Withdrawn
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan withdraw``."""
    parser = verbs.add_parser("withdraw", help="remove a release's rows and leave a tombstone")
    parser.add_argument("release", metavar="SLUG/PERIOD/N")
    parser.add_argument("--code", required=True, choices=tuple(REASONS))
    parser.add_argument("--by", required=True, metavar="NAME", help="who withdraws it")
    parser.add_argument("--reason", default="", metavar="TEXT", help=WORDS)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release or it is withdrawn already, 3 when policy refuses."""
    context = city.current().publish_context
    try:
        slug, period, number = args.release.split("/")
        release = context.release_store.release(slug, period, int(number))
        tombstone = withdraw(context, release, args.code, args.by, reason=args.reason)
    except (ValueError, NotInStore, Withdrawn):
        say(
            Label(
                "انتشار {release} نیست یا پیش‌تر برداشته شده است.",
                "There is no release {release}, or it is withdrawn already.",
            ).format(release=args.release),
            error=True,
        )
        return 1
    except ReleaseRefused as refusal:
        say(refusal, error=True)
        return 3
    say(
        Label(
            "{ref} برداشته شد: {reason}. شناسنامهٔ آن می‌ماند.", "{ref} is withdrawn: {reason}. Its manifest stays."
        ).format(ref=tombstone.ref, reason=REASONS[args.code])
    )
    return 0
