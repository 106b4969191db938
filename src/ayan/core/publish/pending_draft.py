"""Drafts that wait for approval: kept whole and private on the disk, sealed later only if nothing else came between."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ayan.core.custody.private_files import NotOpened
from ayan.core.custody.private_store import Original, OriginalChanged
from ayan.core.publish.draft import Draft, approved_content
from ayan.core.publish.publish_context import DraftBase, PublishContext
from ayan.core.publish.sealed_documents import let_go_of_prepared
from ayan.core.publish.sealing import ReleaseRefused, check_approvals, check_base, seal
from ayan.core.refine.privacy_guard import WaivedIssue
from ayan.core.schema.definition import Dataset
from ayan.core.store.correction_counts import Corrections
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import AppendedRows, Approval, BalanceOverride, Commitments, Facts, Partial, SourceFacts
from ayan.core.store.objects import PartFacts, StoreBroken
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import (
    PRIVATE_FOLDER,
    flush,
    folder_locked,
    link,
    make_folder,
    move,
    own_folder,
    rename,
)
from ayan.core.system.progress import Progress
from ayan.core.values.label import Label

FOLDER: Final = "waiting"
TAKE_BACK: Final = timedelta(minutes=10)
"""How long after sealing the sender may take a release back by himself."""

_NOTE: Final = "draft.json"
_PARTS: Final = "parts"
_ORIGINAL: Final = "original"
_MAKING: Final = "making-"
_ID: Final = re.compile(r"[0-9a-f]{32}")

_GONE: Final = Label(
    "این پیش‌نویس دیگر نیست: منتشر شده یا کنار گذاشته شده است.",
    "This draft is no longer there: it was published or discarded.",
)
_DAMAGED: Final = Label(
    "پیش‌نویس روی دیسک آسیب دیده است. پرونده را دوباره آماده کنید.",
    "The draft is damaged on the disk. Prepare the file again.",
)
_DECLARATION: Final = Label(
    "تعریف این داده پس از آماده شدن پیش‌نویس عوض شده است. پرونده را دوباره آماده کنید.",
    "The declaration of this dataset has changed since the draft was made. Prepare the file again.",
)


@dataclass(frozen=True, slots=True)
class PendingDraft:
    """A draft on the disk. Its ``id`` finds it again, approvals bind to its ``digest``."""

    id: str
    folder: Path
    draft: Draft
    declaration: str
    made_at: datetime

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) that approvals bind to."""
        return self.draft.digest

    @property
    def base(self) -> DraftBase | None:
        """What its difference was told against."""
        return self.draft.base

    @property
    def slug(self) -> str:
        """The dataset."""
        return self.draft.dataset.slug

    @property
    def period(self) -> str:
        """The period."""
        return self.draft.period

    @property
    def outdated(self) -> bool:
        """Whether the dataset is declared otherwise now than when the draft was made; then it cannot be sealed."""
        return self.declaration != self.draft.dataset.digest

    def parts(self) -> list[Path]:
        """The Parquet files of what would be published."""
        return [self.draft.staged / part.name for part in self.draft.parts]


def store_pending(context: PublishContext, draft: Draft) -> PendingDraft:
    """Move a draft, and a copy of its original, to where it waits; durable before it returns.

    The staging folder is given up in any case.
    """
    try:
        return _stored(context, draft)
    finally:
        context.release_store.discard(draft.staged)


def find_pending(context: PublishContext, dataset: Dataset, name: str) -> PendingDraft:
    """The draft called ``name``; ReleaseRefused (``draft-gone``, ``draft-damaged``) where it cannot be had."""
    folder = _folder(context) / name
    if not _ID.fullmatch(name) or not folder.is_dir():
        raise ReleaseRefused("draft-gone", _GONE)
    waiting = _read(folder, dataset)
    if waiting is None or waiting.slug != dataset.slug:
        raise ReleaseRefused("draft-damaged", _DAMAGED)
    return waiting


def discard_pending(context: PublishContext, name: str) -> None:
    """Remove a draft and its copy of the original; nothing where it is gone already."""
    folder = _folder(context) / name
    if not _ID.fullmatch(name):
        return
    with suppress(ReleaseRefused), _locked(folder):
        _remove(folder)


def still_true(context: PublishContext, pending: PendingDraft) -> bool:
    """Whether what the draft was compared with is still what stands."""
    return context.base_of(pending.slug, pending.period) == pending.base


def seal_pending(
    context: PublishContext,
    pending: PendingDraft,
    approvals: Sequence[Approval],
    progress: Progress | None = None,
    judge: Callable[[], None] = lambda: None,
    reason: CorrectionReason | None = None,
) -> Release:
    """Publish a draft that waited, and remove it; if it was published already, the release that it became.

    ``reason`` is why it takes the place of an earlier release (`sealing.seal`).
    Raises ReleaseRefused when the approvals do not suffice, when the dataset is declared otherwise now, when a
    correction does not say why, when another release of the period came or went since the draft was made, and when
    ``judge`` does.
    """
    with _locked(pending.folder):
        # A crash after the seal may have left the draft standing.
        if (done := sealed_from(context.release_store, pending.slug, pending.period, pending.digest)) is None:
            check_approvals(pending.draft, approvals)
            if pending.outdated:
                raise ReleaseRefused("declaration-changed", _DECLARATION)
            check_base(context, pending.draft)
            judge()
            done = _seal(context, pending, approvals, progress, judge, reason)
        _remove(pending.folder)
        if pending.draft.dataset.companion and not done.withdrawn:
            let_go_of_prepared(context, done)
    return done


def sealed_from(store: ReleaseStore, slug: str, period: str, digest: str) -> Release | None:
    """The release that a draft of this digest became, if it did: no two drafts have the same one."""
    for release in store.releases(slug):
        if release.period == period and release.manifest["ayan"].get("content") == digest:
            return release
    return None


def take_back_until(release: Release) -> datetime:
    """The last moment at which its sender may take a release back."""
    return release.sealed_at + TAKE_BACK


def may_take_back(release: Release, now: datetime) -> bool:
    """Whether its sender may still take a release back, which is then withdrawn with the code ``taken-back``.

    No older release comes back by itself.
    """
    return not release.withdrawn and now <= take_back_until(release)


# --- on the disk ----------------------------------------------------------------------------------------------------


def _stored(context: PublishContext, draft: Draft) -> PendingDraft:
    top = _folder(context)
    make_folder(top, mode=PRIVATE_FOLDER)
    with own_folder(top, _MAKING) as making:
        name = making.name.removeprefix(_MAKING)
        (making / _PARTS).mkdir()
        (making / _ORIGINAL).mkdir()
        for path in draft.staged.iterdir():
            move(path, making / _PARTS / path.name)
        original = making / _ORIGINAL / draft.original.file.name
        context.private_store.locker.put(draft.original.file, original)
        (making / _NOTE).write_text(json.dumps(_noted(draft, context.clock.now()), ensure_ascii=False), "utf-8")
        for path in (making / _NOTE, making / _PARTS, making / _ORIGINAL, making):
            flush(path)
        rename(making, top / name)
    waiting = _read(top / name, draft.dataset)
    if waiting is None:
        raise ReleaseRefused("draft-damaged", _DAMAGED)
    return waiting


def _noted(draft: Draft, now: datetime) -> dict[str, Any]:
    facts = draft.facts
    corrections = facts.corrections and facts.corrections.as_json()
    return {
        "dataset": draft.dataset.slug,
        "declaration": draft.dataset.digest,
        "period": draft.period,
        "parts": [asdict(part) for part in draft.parts],
        "facts": asdict(replace(facts, corrections=None)) | {"corrections": corrections},
        "original": {
            "name": draft.original.file.name,
            "sha256": draft.original.sha256,
            "salt": draft.original.salt,
        },
        "base": draft.base and asdict(draft.base),
        "made_at": instant(now),
    }


def _read(folder: Path, dataset: Dataset) -> PendingDraft | None:
    """The draft in a folder; None where it is of another dataset, gone, or not what was written."""
    try:
        table = json.loads((folder / _NOTE).read_text("utf-8"))
        if table["dataset"] != dataset.slug:
            return None
        parts = tuple(_part(part) for part in table["parts"])
        facts = _facts(table["facts"])
        original_facts = table["original"]
        original = Original(
            folder / _ORIGINAL / original_facts["name"], original_facts["sha256"], original_facts["salt"]
        )
        base = table["base"] and DraftBase(**table["base"])
        made_at = datetime.fromisoformat(table["made_at"])
        content = approved_content(dataset.slug, table["declaration"], table["period"], parts, facts)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if content != facts.content or original.commitment != facts.source.commitment:
        return None
    draft = Draft(dataset, table["period"], folder / _PARTS, parts, facts, original, base)
    return PendingDraft(folder.name, folder, draft, table["declaration"], made_at)


def _part(table: dict[str, Any]) -> PartFacts:
    return PartFacts(**{**table, "columns": tuple((name, kind) for name, kind in table["columns"])})


def _facts(table: dict[str, Any]) -> Facts:
    source = dict(table["source"])
    source["columns"] = {name: (letter, header) for name, (letter, header) in source["columns"].items()}
    source["appended"] = (appended := source.get("appended")) and AppendedRows(**appended)
    opened = table["commitments"]
    commitments = opened and Commitments(opened["rows_root"], {k: (v[0], v[1]) for k, v in opened["files"].items()})
    return Facts(
        source=SourceFacts(**source),
        content=table["content"],
        sent_by=table["sent_by"],
        totals=table["totals"],
        issues=table["issues"],
        rows_left_out=table["rows_left_out"],
        waivers=tuple(WaivedIssue(**waived) for waived in table.get("waivers", ())),
        partial=table["partial"] and Partial(**table["partial"]),
        commitments=commitments,
        corrections=table["corrections"] and Corrections.from_json(table["corrections"]),
        overrides=tuple(BalanceOverride(**override) for override in table.get("overrides", ())),
    )


def _seal(
    context: PublishContext,
    pending: PendingDraft,
    approvals: Sequence[Approval],
    progress: Progress | None,
    still: Callable[[], None],
    reason: CorrectionReason | None,
) -> Release:
    staged = context.release_store.stage()
    try:
        for path in pending.draft.staged.iterdir():
            link(path, staged / path.name)
        return seal(context, replace(pending.draft, staged=staged), approvals, progress, still, reason)
    except (StoreBroken, OriginalChanged, NotOpened, pa.ArrowInvalid) as fault:
        raise ReleaseRefused("draft-damaged", _DAMAGED) from fault
    finally:
        if staged.exists():
            context.release_store.discard(staged)


def _folder(context: PublishContext) -> Path:
    return context.private_store.scratch / FOLDER


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep others from sealing or discarding the same draft; ReleaseRefused when it is gone."""
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_locked(folder))
        except OSError:
            raise ReleaseRefused("draft-gone", _GONE) from None
        yield


def _remove(folder: Path) -> None:
    """Remove a draft: out of sight in one step, then file by file."""
    gone = folder.with_name(f"{_MAKING}{folder.name}")
    with suppress(OSError):
        rename(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)
