"""Sealing and withdrawing, after which the public sees something else; and whose approvals suffice for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.intake.table import printable_name
from ayan.core.publish.decisions import blocking
from ayan.core.publish.draft import Draft
from ayan.core.publish.draft import ReleaseRefused as ReleaseRefused
from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.publish.map_tiles import write_tiles
from ayan.core.publish.publish_context import DraftBase, PublishContext
from ayan.core.publish.sealed_documents import put_documents
from ayan.core.schema.export import table_schema
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason, StatedReason
from ayan.core.store.manifest import Approval, BalanceOverride, build, file_bytes
from ayan.core.store.objects import Withdrawn
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone
from ayan.core.system.progress import Progress
from ayan.core.transparency.entries.statement import REASONS, sealed, withdrawn
from ayan.core.transparency.log_writer import Words
from ayan.core.values.label import Label, joined
from ayan.core.values.text import fold_joined

MEANWHILE: Final = Label(
    "پس از آنکه کار روی این پرونده آغاز شد، انتشار دیگری برای همین دوره آمده یا عوض شده است و آنچه با آن سنجیده شد "
    "دیگر درست نیست. آنچه را اکنون منتشر است ببینید؛ اگر این پرونده هنوز درست است، دوباره آن را بسنجید و دوباره تأیید "
    "بگیرید (در خط فرمان: همان فرمان را دوباره اجرا کنید).",
    "Since work on this file began, another release of the same period came or was changed, so what it was compared "
    "with no longer holds. Look at what is published now; if this file is still right, compare it again and have it "
    "approved again (on the command line: run the same command again).",
)


def seal(
    context: PublishContext,
    draft: Draft,
    approvals: Sequence[Approval],
    progress: Progress | None = None,
    still: Callable[[], None] = lambda: None,
    reason: CorrectionReason | None = None,
) -> Release:
    """Publish ``draft``: durable, visible and served from one moment on, or not at all.

    ``still`` is asked while nobody else can seal: if it raises, nothing is published. ``reason`` is why it takes the
    place of an earlier release of the period, and is not stated where there is none.
    Raises ReleaseRefused when the approvals do not suffice, when a balance stands in the way, when a correction does
    not say why, and when another release of the period came or went since the work on the draft began; then, and after
    any other error, nothing is published.
    """
    check_approvals(draft, approvals)
    check_balances(draft.trials, draft.facts.overrides)
    reason = check_correction(draft.base, reason)
    words = Words.of(reason.words) if reason else None
    log = context.transparency_log()
    log.settle(context.release_store, draft.dataset.slug)
    stated = StatedReason(reason.code, words.digest if words else None) if reason else None
    parts = [draft.staged / part.name for part in draft.parts]
    earlier = [
        each for each in context.release_store.releases_of(draft.dataset.slug, [draft.period]) if not each.withdrawn
    ]
    tiles = write_tiles(
        draft.dataset, parts, draft.rows, draft.staged, before=max(earlier, key=lambda each: each.number, default=None)
    )
    documents = put_documents(context, draft) if draft.dataset.companion else {}
    facts = replace(draft.facts, approvals=tuple(approvals), reason=stated, tiles=tiles, documents=documents)
    manifest = build(draft.dataset, draft.period, draft.parts, table_schema(draft.dataset.published), facts)

    # The original is copied while the index file is built, for either leaves a processor idle. Leaving the block
    # waits for the copy, whatever happened.
    with ThreadPoolExecutor(1) as beside:
        keeping = beside.submit(context.private_store.keep_original, draft.original)
        where = (draft.dataset.slug, draft.period)
        with context.release_store.sealing(draft.staged, manifest, *where, draft.measured) as coming:
            check_base(context, draft)
            still()
            if progress:
                progress("index", None)
            if keeping.done():
                # What cannot be kept need not be indexed.
                keeping.result()
            context.index_store.build(draft.dataset.slug, coming.snapshot)
            keeping.result()
            # Last of all, so that nothing but a crash can keep what the log says from coming true.
            intent = log.prepare(context.release_store, sealed(coming.release), words)
    log.commit(intent)
    context.index_store.drop_stale(draft.dataset.slug)
    return coming.release


def withdraw(context: PublishContext, release: Release, code: str, by: str, *, reason: str = "") -> Tombstone:
    """Remove the rows of ``release`` from everything that serves them, and leave a tombstone with ``code``.

    ``reason`` is why, in words: the city keeps them apart and shows them until it removes them (`Reasons.forget`).
    """
    check_reason(code, by, reason)
    words = Words.of(reason)
    address = (release.slug, release.period, release.number)
    if context.release_store.release(*address).withdrawn:
        raise Withdrawn(f"{release.ref} is already withdrawn")
    log = context.transparency_log()
    log.settle(context.release_store, release.slug)
    if (now := context.release_store.release(*address)).withdrawn:
        # It was begun before and broke off, and has been carried out just now.
        return context.release_store.tombstone(now)
    context.index_store.build(release.slug, context.release_store.snapshot_without(release))
    digest = words.digest if words else None
    with context.release_store.withdrawing(release, code, by, reason_digest=digest) as tombstone:
        noted = file_bytes(tombstone.as_json())
        intent = log.prepare(context.release_store, withdrawn(release, tombstone), words, noted=noted)
    log.commit(intent)
    context.index_store.drop_stale(release.slug)
    context.forget_outcomes()
    return tombstone


def check_correction(base: DraftBase | None, reason: CorrectionReason | None) -> CorrectionReason | None:
    """The reason that is to be stated of what takes the place of ``base``; None where there is nothing before it.

    Raises ReleaseRefused for a correction without a reason, with a code that is not in the list, or with too many
    words.
    """
    if base is None:
        return None
    if reason is None or reason.code not in CORRECTION_REASONS:
        raise ReleaseRefused(
            "correction-unexplained",
            Label(
                "این داده جای انتشار پیشین همین دوره را می‌گیرد؛ بگویید چرا. علت یکی از این‌هاست: {codes}",
                "These data take the place of an earlier release of the period; say why. The reason is one of: {codes}",
            ).format(codes=", ".join(CORRECTION_REASONS)),
        )
    if len(reason.words) > LONGEST_REASON:
        raise _too_long()
    return reason


def _too_long() -> ReleaseRefused:
    return ReleaseRefused(
        "reason-long",
        Label("توضیح علت از {most} نویسه بلندتر است.", "The reason's words are longer than {most} signs.").format(
            most=LONGEST_REASON
        ),
    )


def check_reason(code: str, by: str, reason: str = "") -> None:
    """Raise ReleaseRefused for a code that is not in `REASONS`, when nobody is named, or for too many words."""
    if code not in REASONS:
        codes = ", ".join(REASONS)
        raise ReleaseRefused(
            "reason-unknown",
            Label("علت باید یکی از این‌ها باشد: {codes}", "The code must be one of: {codes}").format(codes=codes),
        )
    if not re.search(r"\w", by):
        raise ReleaseRefused(
            "sender-missing", Label("نام کسی که دستور می‌دهد خالی است.", "The name of who orders it is empty.")
        )
    if len(reason) > LONGEST_REASON:
        raise _too_long()


def check_approvals(draft: Draft, approvals: Sequence[Approval]) -> None:
    """Raise ReleaseRefused unless ``approvals`` suffice for ``draft``.

    People are told apart by their names folded, so that «علي» does not approve what «علی» sent.
    """
    sender = fold_joined(draft.facts.sent_by)
    if not sender:
        raise ReleaseRefused("sender-missing", Label("نام فرستنده خالی است.", "The sender's name is empty."))
    people: set[str] = set()
    for approval in approvals:
        person = fold_joined(approval.by)
        if not person:
            raise ReleaseRefused("approver-missing", Label("نام تأییدکننده خالی است.", "An approver's name is empty."))
        if printable_name(approval.by).replace(" ", "") != approval.by.replace(" ", ""):
            raise ReleaseRefused(
                "approver-odd",
                Label(
                    "نام تأییدکننده نویسهٔ نامرئی دارد یا بسیار بلند است. آن را ساده بنویسید.",
                    "An approver's name holds invisible characters or is very long. Write it plainly.",
                ),
            )
        if person == sender:
            raise ReleaseRefused(
                "own-submission",
                Label("فرستنده نمی‌تواند پروندهٔ خودش را تأیید کند.", "The sender may not approve their own submission."),
            )
        if approval.digest != draft.digest:
            raise ReleaseRefused(
                "other-digest",
                Label(
                    "این تأیید برای محتوای دیگری داده شده است. دوباره ببینید و تأیید کنید.",
                    "This approval was given to other content. Look again and approve.",
                ),
            )
        people.add(person)
    needed = draft.dataset.approvals
    if len(people) < needed:
        raise ReleaseRefused(
            "too-few-approvals",
            Label(
                "این داده {needed} تأیید می‌خواهد و {given} تأیید دارد.",
                "This dataset needs {needed} approvals and has {given}.",
            ).format(needed=needed, given=len(people)),
        )


def check_base(context: PublishContext, draft: Draft) -> None:
    """Raise ReleaseRefused unless what stood of the period when the work on ``draft`` began is what stands now.

    It holds for longer than a moment only while the dataset is locked.
    """
    if context.base_of(draft.dataset.slug, draft.period) != draft.base:
        raise ReleaseRefused("release-meanwhile", MEANWHILE)


def check_balances(trials: Sequence[DraftTrial], overrides: Sequence[BalanceOverride]) -> None:
    """Raise ReleaseRefused while a balance that blocks fails and nobody has overridden it."""
    standing = blocking(trials, overrides)
    if not standing:
        return
    raise ReleaseRefused(
        "balance-fails",
        Label(
            "با این داده موازنه برقرار نیست و انتشار را نگه می‌دارد: {titles}. "
            "داده را درست کنید، یا حسابرس با نوشتن دلیل از آن بگذرد.",
            "With these data a balance fails and holds back publication: {titles}. "
            "Correct the data, or have an auditor override it with a reason.",
        ).format(titles=joined(trial.balance.title for trial in standing)),
    )
