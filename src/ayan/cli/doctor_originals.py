"""What the doctor looks at among the originals: their lock, how long they are kept, what was deleted as declared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from ayan.cli.finding import Finding
from ayan.cli.limits import LONGEST_OVERDUE
from ayan.core.ledger.refusal import LedgerError
from ayan.core.release import retention
from ayan.core.release.lock import BadKey, is_locked
from ayan.core.release.retention import Kept
from ayan.core.release.statement import BadStatement
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import originals
from ayan.wiring.city import City

NAMED: Final = 5


def examine_originals(home: City, deep: bool) -> Iterator[Finding]:
    """The lock and the time of the private files; with ``deep`` every deletion by name."""
    yield from _lock(home)
    try:
        found = retention.kept(home.workplace, home.deletions, home.rule_of)
    except (LedgerError, BadStatement, OSError):
        # The log and the shelf have findings of their own.
        return
    yield from _rules(home)
    yield from _deleted([one for one in found if one.gone is not None], deep)
    yield from _standing(home, found)


def _lock(home: City) -> Iterator[Finding]:
    place = home.workplace
    open_ones = 0
    for path in (*place.kept_originals(), *place.kept_letters(), *place.under_way()):
        # Work under way may take a file from under us.
        with suppress(FileNotFoundError):
            open_ones += not is_locked(path)
    if open_ones:
        yield Finding(
            "warning",
            Label(
                f"{open_ones} پروندهٔ خصوصی رمز نشده است: ayan original lock",
                f"{open_ones} private files are not encrypted: ayan original lock",
            ),
        )
    try:
        if originals.is_apart() or (home.home / originals.KEY).exists():
            originals.lock(home.home)
    except (BadKey, OSError) as fault:
        yield Finding(
            "error",
            Label(f"کلید پرونده‌های اصلی به کار نمی‌آید: {fault}", f"The key of the originals is no use: {fault}"),
        )
    if not originals.is_apart():
        yield Finding(
            "warning",
            Label(
                f"کلید پرونده‌های اصلی روی همین دیسک است ({originals.KEY}). آن را در {originals.VARIABLE} بگذارید.",
                f"The key of the originals is on the same disk ({originals.KEY}). Put it into {originals.VARIABLE}.",
            ),
        )


def _rules(home: City) -> Iterator[Finding]:
    silent = [one.slug for one in home.registry.all() if home.rule_of(one.slug) is None]
    if silent:
        yield Finding(
            "warning",
            Label(
                f"برای {len(silent)} داده گفته نشده پروندهٔ اصلی تا کی بماند، پس می‌ماند: [originals] در ayan.toml",
                f"No end is declared for originals of {len(silent)} datasets, so they stay: [originals] in ayan.toml",
            ),
        )


def _deleted(gone: list[Kept], deep: bool) -> Iterator[Finding]:
    told = sorted((one.gone for one in gone if one.gone is not None), key=lambda one: one.index)
    for one in told if deep else ():
        said = one.said
        yield Finding(
            "ok",
            Label(
                f"{said.ref}: پروندهٔ اصلی در {said.day} طبق اعلام ({said.rule}) حذف شد، برگ {one.index}.",
                f"{said.ref}: original deleted on {said.day} as declared ({said.rule}), leaf {one.index}.",
            ),
        )
    if told and not deep:
        last = told[-1].said
        yield Finding(
            "ok",
            Label(
                f"{len(told)} پروندهٔ اصلی طبق اعلام حذف شده است؛ آخری در {last.day}.",
                f"{len(told)} originals deleted as declared, the last on {last.day}.",
            ),
        )
    still = [one.release.ref for one in gone if one.path is not None]
    if still:
        yield Finding(
            "error",
            Label(
                f"دفتر می‌گوید حذف شده ولی هست: {_named(still, 'fa')}. ayan original expire",
                f"The log says deleted, and they stand: {_named(still, 'en')}. ayan original expire",
            ),
        )


def _standing(home: City, found: list[Kept]) -> Iterator[Finding]:
    late = today(home.clock) - LONGEST_OVERDUE
    over = [one.release.ref for one in found if one.path and not one.gone and one.until and one.until <= late]
    if over:
        yield Finding(
            "warning",
            Label(
                f"مهلت {len(over)} پروندهٔ اصلی گذشته و حذف نشده است ({_named(over, 'fa')}): ayan original expire",
                f"{len(over)} originals are past their time and stand ({_named(over, 'en')}): ayan original expire",
            ),
        )
    lost = [one.release.ref for one in found if one.path is None and one.gone is None]
    if lost:
        yield Finding(
            "warning",
            Label(
                f"پروندهٔ اصلی {len(lost)} انتشار نیست و دفتر از حذفش چیزی نمی‌گوید: {_named(lost, 'fa')}",
                f"Originals of {len(lost)} releases are missing without a deletion in the log: {_named(lost, 'en')}",
            ),
        )
    loose = len(retention.loose(home.workplace))
    if loose:
        yield Finding(
            "warning",
            Label(
                f"{loose} پروندهٔ اصلی از آنِ هیچ انتشاری نیست: ayan original expire --loose",
                f"{loose} originals belong to no release: ayan original expire --loose",
            ),
        )


def _named(refs: list[str], lang: str) -> str:
    listed = locale.of(lang).comma.join(refs[:NAMED])
    return Label("{listed} و …", "{listed} and …").of(lang).format(listed=listed) if len(refs) > NAMED else listed
