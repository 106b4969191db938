"""What the commands say of balances: which would fail with a file published, by how much, and who lets them pass."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from ayan.cli.wording import SHOWN, plain
from ayan.core.audit.trial import Trial
from ayan.core.intake.table import seen
from ayan.core.refine.run import Progress
from ayan.core.release.examine import Examined
from ayan.core.store.manifest import Overruled
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined
from ayan.wiring.city import City

PART: Final = "balances.parquet"
HELD_BACK: Final = Label("انتشار را نگه می‌دارد", "holds back publication")
OVERRULED: Final = Label("با دلیل از آن گذشته‌اند", "overruled with a reason")
WARNS: Final = Label("هشدار", "a warning")
AS_BEFORE: Final = Label(
    "از پیش نمی‌خواند و این پرونده بدترش نمی‌کند",
    "it fails already, and this file makes it no worse",
)
FAILS: Final = Label(
    "{title}: {failed} گروه، روی هم {off} اختلاف؛ در {worse} گروه از این پرونده است.",
    "{title}: {failed} groups differ by {off} in all; in {worse} of them because of this file.",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments by which a balance that holds back publication is overruled."""
    parser.add_argument(
        "--overrule",
        action="append",
        default=[],
        metavar="BALANCE=REASON",
        help="publish although this balance fails, and why; may be repeated",
    )
    parser.add_argument("--overruled-by", metavar="NAME", help="who overrules it; may not be the sender")


def hold(home: City, examined: Examined, tell: Progress) -> tuple[Trial, ...]:
    """The balances of a file that is not written yet, held against it; none while an error stands in it."""
    scales = home.scales(examined.dataset.slug)
    if not scales.balances or examined.refined.errors or not examined.refined.counts.good:
        return ()
    tell("balance", None)
    part = examined.folder / PART
    examined.refined.write_parquet(part, only=scales.columns())
    return scales.hold(str(examined.period), [part])


def read_overruled(args: argparse.Namespace) -> dict[str, str] | Label:
    """The reason by balance, or what is wrong with how it was asked."""
    found: dict[str, str] = {}
    for text in args.overrule:
        name, _, reason = text.partition("=")
        if not seen(reason):
            return Label(
                f"برای گذشتن از {name} دلیل بنویسید: --overrule {name}=دلیل",
                f"Write why {name} is overruled: --overrule {name}=REASON",
            )
        found[name] = seen(reason)
    by = fold_joined(args.overruled_by or "")
    if found and not by:
        return Label("بگویید چه کسی از موازنه می‌گذرد: --overruled-by", "Say who overrules it: --overruled-by")
    if found and by == fold_joined(args.by):
        return Label(
            "فرستنده نمی‌تواند از موازنهٔ پروندهٔ خودش بگذرد.", "The sender may not overrule a balance of their own file."
        )
    return found


def overruling(trials: Sequence[Trial], reasons: dict[str, str], by: str | None) -> list[Overruled]:
    """What was said on the command line, about what fails now."""
    return [
        Overruled(one.balance.name, one.outcome.failed, str(one.outcome.off), reasons[one.balance.name], seen(by or ""))
        for one in trials
        if one.blocks and one.balance.name in reasons
    ]


def lines(trials: Sequence[Trial], overruled: Collection[str] = ()) -> Iterator[str]:
    """Those that fail, what holds publication back first: a line in each language, then the groups."""
    failing = [one for one in trials if not one.outcome.holds]
    for one in sorted(failing, key=lambda one: (not one.blocks, not one.worse)):
        held = OVERRULED if one.balance.name in overruled else HELD_BACK
        word = held if one.blocks else WARNS if one.worse else AS_BEFORE
        mark = "✗" if one.blocks else "!" if one.worse else "·"
        yield f"{mark} balance · {one.balance.name} · {word.fa} · {word.en}"
        for lang in locale.BUILT_IN:
            counts = {"failed": one.outcome.failed, "off": f"{one.outcome.off:,}", "worse": one.worse}
            yield f"    {FAILS.of(lang).format(title=one.balance.title.of(lang), **counts)}"
        for shift in one.shown[:SHOWN]:
            group = shift.group
            key = " · ".join(plain(part) for part in group.key)
            yield f"    - {key}: {group.left:,} − {group.right:,} = {group.difference:,}"


def as_json(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """The trials as ``ayan check --format json`` gives them; exact numbers are text."""
    return [
        {
            "code": one.balance.name,
            "title": {"fa": one.balance.title.fa, "en": one.balance.title.en},
            "holds": one.outcome.holds,
            "blocks": one.blocks,
            "groups": one.outcome.groups,
            "failed": one.outcome.failed,
            "unknown": one.outcome.unknown,
            "off": str(one.outcome.off),
            "worse": one.worse,
            "before": {"failed": one.failed_before, "off": str(one.off_before)},
            "failures": [
                {
                    "key": list(shift.group.key),
                    "left": str(shift.group.left),
                    "right": str(shift.group.right),
                    "difference": str(shift.group.difference),
                    "before": None if shift.before is None else str(shift.before),
                    "worse": shift.worse,
                }
                for shift in one.shown
            ],
        }
        for one in trials
    ]
