"""What is seen of the originals: their lock, how long they are kept, what was deleted as declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from uuid import UUID

from ayan.config.diagnosis.health_finding import HealthFinding, day_of, number_of, reason
from ayan.config.limits import LONGEST_ATTACHING, LONGEST_OVERDUE, MOST_NAMED
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.custody.original_bodies import OriginalStub
from ayan.core.custody.prepared_documents import DocumentOriginals, NoOriginal
from ayan.core.custody.private_files import HEAD, BadOriginalKey, NotOpened, is_locked, name_of
from ayan.core.custody.retention import OriginalKept
from ayan.core.ledger.refusal import LedgerError
from ayan.core.store.objects import StoreError
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.values.clock import today
from ayan.core.values.label import Label, joined
from ayan.wiring import original_keys
from ayan.wiring.city import City

_NO_KEY: Final = Label("هر کلید ۶۴ رقم شانزده‌شانزدهی است", "each key is 64 hexadecimal digits")


def examine_originals(home: City, deep: bool) -> Iterator[HealthFinding]:
    """The lock and the time of the private files; with ``deep`` every deletion by name."""
    yield from _lock(home)
    yield from _bodies(home)
    try:
        kept_originals = home.original_retention.fates()
    except (LedgerError, BadStatement, StoreError, OSError):
        # The log and the store have findings of their own.
        return
    yield from _rules(home)
    yield from _deleted([original for original in kept_originals if original.gone is not None], deep)
    yield from _standing(home, kept_originals)


def examine_document_originals(home: City, deep: bool) -> Iterator[HealthFinding]:
    """Whether the original of each attached document is in its place, and nothing besides.

    With ``deep`` each is read to its end: what is locked opens only as it was written.
    """
    from ayan.apps.documents.models import Attachment  # its models can be read only after Django was set up

    originals = DocumentOriginals(home.private_store)
    standing = set(originals.names())
    wanted = {key.hex for key in Attachment.objects.filter(original_gone=None).values_list("id", flat=True)}
    missing = [name for name in wanted if not originals.has(name) and Attachment.objects.filter(pk=name).exists()]
    altered = [name for name in standing & wanted if deep and not _is_whole(originals, name)]
    # Somebody may be attaching one just now.
    left = [name for name in standing - wanted if originals.age(name) > LONGEST_ATTACHING]
    for code, names, words, remedy in (
        ("document-original-missing", missing, _MISSING, _RESTORE),
        ("document-original-altered", altered, _ALTERED, _RESTORE),
    ):
        if names:
            # Titles are words of people; by its name the desk finds a document (desk/documents/<name>).
            named = joined([Label(str(UUID(name)), str(UUID(name))) for name in sorted(names)[:MOST_NAMED]])
            yield HealthFinding(code, "error", words.format(count=number_of(len(names)), named=named), remedy)
    if left:
        yield HealthFinding("document-original-left", "warning", _LEFT.format(count=number_of(len(left))), _LEFT_REMEDY)
    if wanted and not missing and not altered:
        words = _READ_WHOLE if deep else _IN_PLACE
        yield HealthFinding("document-originals", "ok", words.format(count=number_of(len(wanted))))


def _is_whole(originals: DocumentOriginals, name: str) -> bool:
    try:
        for _ in originals.pieces(name):
            pass
    except NotOpened:
        return False
    except (NoOriginal, FileNotFoundError, BadOriginalKey):
        # What is gone, and keys that are no use, are told elsewhere.
        return True
    return True


_IN_PLACE: Final = Label("اصل {count} سند سر جایش است.", "The originals of {count} documents are in their place.")
_READ_WHOLE: Final = Label(
    "اصل {count} سند سر جایش و دست‌نخورده است.", "The originals of {count} documents are in their place and whole."
)
_MISSING: Final = Label(
    "اصل {count} سند سر جایش نیست: {named}.", "The originals of {count} documents are not in their place: {named}."
)
_ALTERED: Final = Label(
    "اصل {count} سند با هیچ کلیدی باز نمی‌شود یا تغییر کرده است: {named}.",
    "The originals of {count} documents open with no key, or were altered: {named}.",
)
_RESTORE: Final = Label("از پشتیبان برگردانید.", "Restore them from a backup.")
_LEFT: Final = Label(
    "{count} اصل سند مانده است که از آنِ هیچ سندی نیست.",
    "{count} originals of documents are left over that belong to no document.",
)
_LEFT_REMEDY: Final = Label(
    "پوشه‌هایشان در originals/documents است؛ پس از دیدن پاکشان کنید.",
    "Their folders are in originals/documents; look at them, then remove them.",
)


def _lock(home: City) -> Iterator[HealthFinding]:
    private_store = home.private_store
    open_ones, locked_by = 0, Counter[str]()
    for path in (*private_store.kept_originals(), *private_store.kept_letters(), *private_store.under_way()):
        # Work under way may take a file from under us.
        with suppress(FileNotFoundError):
            open_ones += not is_locked(path)
            locked_by[name_of(path)] += 1
    del locked_by[""]
    if open_ones:
        yield HealthFinding(
            "originals-open",
            "warning",
            Label("{count} پروندهٔ خصوصی رمز نشده است.", "{count} private files are not encrypted.").format(
                count=number_of(open_ones)
            ),
            Label("ayan original lock را اجرا کنید.", "Run ayan original lock."),
        )
    keys: frozenset[str] | None = frozenset()
    try:
        if original_keys.is_apart() or (home.home / original_keys.KEY).exists():
            keys = original_keys.lock(home.home).names
    except (BadOriginalKey, OSError) as fault:
        keys = None
        yield HealthFinding(
            "originals-key",
            "error",
            Label("کلید پرونده‌های اصلی به کار نمی‌آید: {fault}.", "The key of the originals is no use: {fault}.").format(
                fault=_NO_KEY if isinstance(fault, BadOriginalKey) else reason(fault)
            ),
        )
    if keys is not None and (shut := sum(count for name, count in locked_by.items() if name not in keys)):
        yield HealthFinding(
            "originals-key",
            "error",
            Label(
                "هیچ کلیدی که هست {count} پروندهٔ خصوصی را باز نمی‌کند.",
                "No key at hand opens {count} private files.",
            ).format(count=number_of(shut)),
            Label(
                "کلید پیشین را پس از کلید تازه در {variable} بگذارید.",
                "Put the earlier key behind the new one in {variable}.",
            ).format(variable=original_keys.VARIABLE),
        )
    if not original_keys.is_apart():
        yield HealthFinding(
            "originals-key-place",
            "warning",
            Label(
                "کلید پرونده‌های اصلی روی همین دیسک است ({key}).",
                "The key of the originals is on the same disk ({key}).",
            ).format(key=original_keys.KEY),
            Label("آن را در {variable} بگذارید.", "Put it into {variable}.").format(variable=original_keys.VARIABLE),
        )


def _bodies(home: City) -> Iterator[HealthFinding]:
    """Whether the body of every original that has one elsewhere stands there, and what waits to be moved or removed."""
    bodies = home.private_store.bodies
    stubs: list[OriginalStub] = []
    lost = in_folder = 0
    for path in home.private_store.kept_originals():
        with suppress(FileNotFoundError):
            try:
                stub = OriginalStub.read(path)
            except NotOpened:
                lost += 1
                continue
            stubs += [stub] if stub else []
            in_folder += stub is None
    waiting = len(bodies.notes())
    if bodies.bucket is None:
        lost += len(stubs)
    else:
        try:
            standing = bodies.standing()
        except BucketFault:
            # The object store has a finding of its own.
            return
        lost += sum(standing.get(stub.key) != stub.size - HEAD for stub in stubs)
        waiting = len(standing.keys() - {stub.key for stub in stubs})
    if lost:
        yield HealthFinding(
            "original-body",
            "error",
            Label(
                "{count} پروندهٔ اصلی در انبار شیئی نیست یا کامل نیست.",
                "{count} originals are not in the object store, or not whole.",
            ).format(count=number_of(lost)),
            Label("AYAN_STORE را ببینید، یا از پشتیبان برگردانید.", "Look at AYAN_STORE, or restore a backup."),
        )
    elif stubs:
        words = Label("{count} پروندهٔ اصلی در انبار شیئی است.", "{count} originals stand in the object store.")
        yield HealthFinding("original-body", "ok", words.format(count=number_of(len(stubs))))
    if in_folder and bodies.bucket is not None:
        yield HealthFinding(
            "original-place",
            "warning",
            Label(
                "{count} پروندهٔ اصلی هنوز در پوشهٔ شهر است.", "{count} originals still stand in the city's folder."
            ).format(count=number_of(in_folder)),
            Label("ayan original move را اجرا کنید.", "Run ayan original move."),
        )
    if waiting:
        yield HealthFinding(
            "original-remains",
            "warning",
            Label(
                "{count} بدنهٔ بی‌صاحب در انبار شیئی مانده است؛ هیچ کلیدی بازش نمی‌کند.",
                "{count} bodies that are nobody's are left in the object store; no key opens them.",
            ).format(count=number_of(waiting)),
            Label(
                "ayan original expire را اجرا کنید. آنچه باز هم ماند پرونده‌اش با دست پاک شده است؛ از سطل پاکش کنید.",
                "Run ayan original expire. What is left then lost its file by hand; remove it from the bucket.",
            ),
        )


def _rules(home: City) -> Iterator[HealthFinding]:
    silent = [dataset.slug for dataset in home.registry.all() if home.rule_of(dataset.slug) is None]
    if silent:
        yield HealthFinding(
            "originals-rule",
            "warning",
            Label(
                "برای {count} داده گفته نشده پروندهٔ اصلی تا کی بماند، پس می‌ماند.",
                "No end is declared for originals of {count} datasets, so they stay.",
            ).format(count=number_of(len(silent))),
            Label("[originals] در ayan.toml", "Declare it under [originals] in ayan.toml."),
        )


def _deleted(gone: list[OriginalKept], deep: bool) -> Iterator[HealthFinding]:
    deletions = sorted(
        (original.gone for original in gone if original.gone is not None), key=lambda deletion: deletion.index
    )
    for deletion in deletions if deep else ():
        said = deletion.statement
        yield HealthFinding(
            "original-deleted",
            "ok",
            Label(
                "{ref}: پروندهٔ اصلی در {day} طبق اعلام ({rule}) حذف شد، برگ {index}.",
                "{ref}: original deleted on {day} as declared ({rule}), leaf {index}.",
            ).format(ref=said.ref, day=day_of(said.day), rule=said.rule, index=deletion.index),
        )
    if deletions and not deep:
        last = deletions[-1].statement
        yield HealthFinding(
            "original-deleted",
            "ok",
            Label(
                "{count} پروندهٔ اصلی طبق اعلام حذف شده است؛ آخری در {day}.",
                "{count} originals deleted as declared, the last on {day}.",
            ).format(count=number_of(len(deletions)), day=day_of(last.day)),
        )
    still = [original.release.ref for original in gone if original.path is not None]
    if still:
        yield HealthFinding(
            "original-stands",
            "error",
            Label("ثبت عمومی می‌گوید حذف شده ولی هست: {refs}.", "The log says deleted, and they stand: {refs}.").format(
                refs=_named(still)
            ),
            Label("ayan original expire را اجرا کنید.", "Run ayan original expire."),
        )


def _standing(home: City, kept_originals: list[OriginalKept]) -> Iterator[HealthFinding]:
    late = today(home.clock) - LONGEST_OVERDUE
    over = [
        original.release.ref
        for original in kept_originals
        if original.path and not original.gone and original.until and original.until <= late
    ]
    if over:
        yield HealthFinding(
            "original-overdue",
            "warning",
            Label(
                "مهلت {count} پروندهٔ اصلی گذشته و حذف نشده است ({refs}).",
                "{count} originals are past their time and stand ({refs}).",
            ).format(count=number_of(len(over)), refs=_named(over)),
            Label("ayan original expire را اجرا کنید.", "Run ayan original expire."),
        )
    lost = [original.release.ref for original in kept_originals if original.path is None and original.gone is None]
    if lost:
        yield HealthFinding(
            "original-missing",
            "warning",
            Label(
                "پروندهٔ اصلی {count} انتشار نیست و ثبت عمومی از حذفش چیزی نمی‌گوید: {refs}",
                "Originals of {count} releases are missing without a deletion in the log: {refs}",
            ).format(count=number_of(len(lost)), refs=_named(lost)),
        )
    loose = len(home.original_retention.loose())
    if loose:
        yield HealthFinding(
            "original-loose",
            "warning",
            Label("{loose} پروندهٔ اصلی از آنِ هیچ انتشاری نیست.", "{loose} originals belong to no release.").format(
                loose=number_of(loose)
            ),
            Label("ayan original expire --loose را اجرا کنید.", "Run ayan original expire --loose."),
        )


def _named(refs: list[str]) -> Label:
    listed = joined(Label(ref, ref) for ref in refs[:MOST_NAMED])
    return Label("{listed} و …", "{listed} and …").format(listed=listed) if len(refs) > MOST_NAMED else listed
