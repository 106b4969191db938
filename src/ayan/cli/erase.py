"""ayan erase SLUG/PERIOD/N: remove rows from a release for good; it keeps its address and says that they went."""

from __future__ import annotations

import argparse
from pathlib import Path

from ayan.cli.reason import WORDS
from ayan.cli.report_text import bars, say
from ayan.core.publish.erasure import EraseAgain, again, erase
from ayan.core.publish.sealing import REASONS, ReleaseRefused
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.objects import NotInStore, StoreChanged, Withdrawn
from ayan.core.store.release import Release
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan erase``."""
    parser = verbs.add_parser("erase", help="remove rows from a release for good")
    parser.add_argument("release", metavar="SLUG/PERIOD/N")
    parser.add_argument(
        "--row",
        required=True,
        action="extend",
        nargs="+",
        type=int,
        metavar="N",
        help="the row's number in the release, as _row and the record's page give it; may be repeated",
    )
    parser.add_argument("--code", required=True, choices=tuple(REASONS))
    parser.add_argument("--by", required=True, metavar="NAME", help="who approves it")
    parser.add_argument("--reason", default="", metavar="TEXT", help=WORDS)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release, 3 when policy refuses or there are no such rows."""
    home = city.current()
    context = home.publish_context
    try:
        slug, period, number = args.release.split("/")
        release = context.release_store.release(slug, period, int(number))
        dataset = _declared(home, slug)
        repeated = [] if release.withdrawn else again(context, release, args.row, dataset)
        with bars() as tell:
            erased = erase(
                context, release, args.row, args.code, args.by, reason=args.reason, dataset=dataset, progress=tell
            )
    except ReleaseRefused as refusal:
        say(refusal, error=True)
        return 3
    except (ValueError, NotInStore, Withdrawn):
        say(
            Label(
                "انتشار {release} نیست یا برداشته شده است.",
                "There is no release {release}, or it is withdrawn.",
            ).format(release=args.release),
            error=True,
        )
        return 1
    except StoreChanged:
        say(
            Label(
                "{release} در همین میان عوض شد. دوباره بخواهید.",
                "{release} changed in the meantime. Try again.",
            ).format(release=args.release),
            error=True,
        )
        return 1
    _report(erased, repeated, context.private_store.original_of(erased.manifest))
    return 0


def _declared(home: city.City, slug: str) -> Dataset | None:
    """The dataset's declaration; None where there is none any more, for what is published must be erasable still."""
    try:
        return home.registry.get(slug)
    except (KeyError, DeclarationError):
        return None


def _report(erased: Release, repeated: list[EraseAgain], original: Path | None) -> None:
    last = erased.erasures[-1]
    reason = REASONS[last.code]
    say(
        Label(
            "{count} ردیف از {ref} پاک شد: {reason}. نشانی انتشار همان است.",
            "{count} rows are erased from {ref}: {reason}. The release keeps its address.",
        ).format(reason=reason, count=last.count, ref=erased.ref)
    )
    print(f"sha256:{erased.digest}")
    if repeated:
        say(
            Label(
                "همین ردیف‌ها در انتشارهای دیگر هم هست. آنجا هم پاک کنید:",
                "The same records stand in other releases too. Erase them there as well:",
            )
        )
        for repetition in repeated:
            print(f"  ayan erase {repetition.ref} --row {repetition.row}")
    if original is not None:
        say(
            Label(
                "پروندهٔ فرستاده‌شده هنوز این ردیف‌ها را دارد؛ اگر باید از میان برود پاکش کنید: {original}",
                "The file as it was sent still holds these rows; delete it where it must not be kept: {original}",
            ).format(original=original)
        )
    say(
        Label(
            "پشتیبان‌ها و نسخه‌های ایستای پیشین را هم بازبینی کنید.",
            "See to earlier backups and static copies too.",
        )
    )
