"""What the doctor sees of the originals: their lock, how long they are kept, what was deleted as declared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from ayan.cli.doctor.report import DoctorFinding
from ayan.cli.limits import LONGEST_OVERDUE
from ayan.core.custody.private_files import BadOriginalKey, is_locked
from ayan.core.custody.retention import OriginalKept
from ayan.core.ledger.refusal import LedgerError
from ayan.core.transparency.statement import BadStatement
from ayan.core.values.clock import today
from ayan.core.values.label import Label, joined
from ayan.wiring import city
from ayan.wiring.city import City

NAMED: Final = 5


def examine_originals(home: City, deep: bool) -> Iterator[DoctorFinding]:
    """The lock and the time of the private files; with ``deep`` every deletion by name."""
    yield from _lock(home)
    try:
        kept_originals = home.original_retention.fates()
    except (LedgerError, BadStatement, OSError):
        # The log and the store have findings of their own.
        return
    yield from _rules(home)
    yield from _deleted([original for original in kept_originals if original.gone is not None], deep)
    yield from _standing(home, kept_originals)


def _lock(home: City) -> Iterator[DoctorFinding]:
    private_store = home.private_store
    open_ones = 0
    for path in (*private_store.kept_originals(), *private_store.kept_letters(), *private_store.under_way()):
        # Work under way may take a file from under us.
        with suppress(FileNotFoundError):
            open_ones += not is_locked(path)
    if open_ones:
        yield DoctorFinding(
            "warning",
            Label(
                "{count} پروندهٔ خصوصی رمز نشده است: ayan original lock",
                "{count} private files are not encrypted: ayan original lock",
            ).format(count=open_ones),
        )
    try:
        if city.is_apart() or (home.home / city.KEY).exists():
            city.lock(home.home)
    except (BadOriginalKey, OSError) as fault:
        yield DoctorFinding(
            "error",
            Label("کلید پرونده‌های اصلی به کار نمی‌آید: {fault}", "The key of the originals is no use: {fault}").format(
                fault=fault
            ),
        )
    if not city.is_apart():
        yield DoctorFinding(
            "warning",
            Label(
                "کلید پرونده‌های اصلی روی همین دیسک است ({key}). آن را در {variable} بگذارید.",
                "The key of the originals is on the same disk ({key}). Put it into {variable}.",
            ).format(key=city.KEY, variable=city.VARIABLE),
        )


def _rules(home: City) -> Iterator[DoctorFinding]:
    silent = [dataset.slug for dataset in home.registry.all() if home.rule_of(dataset.slug) is None]
    if silent:
        yield DoctorFinding(
            "warning",
            Label(
                "برای {count} داده گفته نشده پروندهٔ اصلی تا کی بماند، پس می‌ماند: [originals] در ayan.toml",
                "No end is declared for originals of {count} datasets, so they stay: [originals] in ayan.toml",
            ).format(count=len(silent)),
        )


def _deleted(gone: list[OriginalKept], deep: bool) -> Iterator[DoctorFinding]:
    deletions = sorted(
        (original.gone for original in gone if original.gone is not None), key=lambda deletion: deletion.index
    )
    for deletion in deletions if deep else ():
        said = deletion.statement
        yield DoctorFinding(
            "ok",
            Label(
                "{ref}: پروندهٔ اصلی در {day} طبق اعلام ({rule}) حذف شد، برگ {index}.",
                "{ref}: original deleted on {day} as declared ({rule}), leaf {index}.",
            ).format(ref=said.ref, day=said.day, rule=said.rule, index=deletion.index),
        )
    if deletions and not deep:
        last = deletions[-1].statement
        yield DoctorFinding(
            "ok",
            Label(
                "{count} پروندهٔ اصلی طبق اعلام حذف شده است؛ آخری در {day}.",
                "{count} originals deleted as declared, the last on {day}.",
            ).format(count=len(deletions), day=last.day),
        )
    still = [original.release.ref for original in gone if original.path is not None]
    if still:
        yield DoctorFinding(
            "error",
            Label(
                "دفتر می‌گوید حذف شده ولی هست: {refs}. ayan original expire",
                "The log says deleted, and they stand: {refs}. ayan original expire",
            ).format(refs=_named(still)),
        )


def _standing(home: City, kept_originals: list[OriginalKept]) -> Iterator[DoctorFinding]:
    late = today(home.clock) - LONGEST_OVERDUE
    over = [
        original.release.ref
        for original in kept_originals
        if original.path and not original.gone and original.until and original.until <= late
    ]
    if over:
        yield DoctorFinding(
            "warning",
            Label(
                "مهلت {count} پروندهٔ اصلی گذشته و حذف نشده است ({refs}): ayan original expire",
                "{count} originals are past their time and stand ({refs}): ayan original expire",
            ).format(count=len(over), refs=_named(over)),
        )
    lost = [original.release.ref for original in kept_originals if original.path is None and original.gone is None]
    if lost:
        yield DoctorFinding(
            "warning",
            Label(
                "پروندهٔ اصلی {count} انتشار نیست و دفتر از حذفش چیزی نمی‌گوید: {refs}",
                "Originals of {count} releases are missing without a deletion in the log: {refs}",
            ).format(count=len(lost), refs=_named(lost)),
        )
    loose = len(home.original_retention.loose())
    if loose:
        yield DoctorFinding(
            "warning",
            Label(
                "{loose} پروندهٔ اصلی از آنِ هیچ انتشاری نیست: ayan original expire --loose",
                "{loose} originals belong to no release: ayan original expire --loose",
            ).format(loose=loose),
        )


def _named(refs: list[str]) -> Label:
    listed = joined(Label(ref, ref) for ref in refs[:NAMED])
    return Label("{listed} و …", "{listed} and …").format(listed=listed) if len(refs) > NAMED else listed
