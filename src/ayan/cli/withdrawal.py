"""ayan withdraw, erase and reason: what goes from a release for good, and the words about it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from ayan.cli.report_text import bars, plain, say
from ayan.cli.verb import RELEASE, Verb, clock_argument, confirm_clock, named_release
from ayan.core.publish.erasure import EraseAgain, again, erase
from ayan.core.publish.sealing import ReleaseRefused, withdraw
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.correction_reason import StatedReason
from ayan.core.store.objects import NotInStore, StoreChanged, Withdrawn
from ayan.core.store.release import Release
from ayan.core.transparency.entries.statement import REASON_LABELS, REASONS
from ayan.core.values.label import Label
from ayan.wiring import city

REASON_HELP: Final = "why, in words: shown until `ayan reason --forget` removes it; only its salted digest lasts"


def withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan withdraw``."""
    parser.add_argument("release", metavar=RELEASE)
    parser.add_argument("--code", required=True, choices=tuple(REASONS))
    parser.add_argument("--by", required=True, metavar="NAME", help="who withdraws it")
    parser.add_argument("--reason", default="", metavar="TEXT", help=REASON_HELP)
    clock_argument(parser)


def run_withdraw(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release or it is withdrawn already, 3 when policy refuses."""
    home = city.current()
    context = home.publish_context
    try:
        release = named_release(context.release_store, args.release)
        confirm_clock(args, home)
        tombstone = withdraw(context, release, args.code, args.by, reason=args.reason)
    except (NotInStore, Withdrawn):
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
        ).format(ref=tombstone.ref, reason=REASON_LABELS[tombstone.code])
    )
    return 0


# --- ayan erase -------------------------------------------------------------------------------------------------------


def erase_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan erase``."""
    parser.add_argument("release", metavar=RELEASE)
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
    parser.add_argument("--reason", default="", metavar="TEXT", help=REASON_HELP)
    clock_argument(parser)


def run_erase(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release, 3 when policy refuses or there are no such rows."""
    home = city.current()
    context = home.publish_context
    try:
        release = named_release(context.release_store, args.release)
        dataset = _declared(home, release.slug)
        repeated = [] if release.withdrawn else again(context, release, args.row, dataset)
        confirm_clock(args, home)
        with bars() as tell:
            erased = erase(
                context, release, args.row, args.code, args.by, reason=args.reason, dataset=dataset, progress=tell
            )
    except ReleaseRefused as refusal:
        say(refusal, error=True)
        return 3
    except (NotInStore, Withdrawn):
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


# --- ayan reason ------------------------------------------------------------------------------------------------------


def reason_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan reason``."""
    parser.add_argument("release", metavar=RELEASE)
    parser.add_argument("--forget", action="store_true", help="remove them for good; code and digest stay")


def run_reason(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such release, or no words are kept about it."""
    current_city = city.current()
    try:
        release = named_release(current_city.release_store, args.release)
    except NotInStore:
        say(Label("انتشار {release} نیست.", "There is no release {release}.").format(release=args.release), error=True)
        return 1
    stated = StatedReason.of_manifest(release.manifest)
    digests = [stated.reason_digest if stated else None, *(erasure.reason_digest for erasure in release.erasures)]
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


VERBS: Final = (
    Verb("withdraw", "remove a release's rows and leave a tombstone", run_withdraw, withdraw_arguments),
    Verb("erase", "remove rows from a release for good", run_erase, erase_arguments),
    Verb("reason", "show or remove the words about a withdrawal or an erasure", run_reason, reason_arguments),
)
