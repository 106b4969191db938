"""What a waiting draft changes against what is published, and the public's own page with it in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import duckdb
from django.http import HttpResponse

from ayan.apps.catalog.explorer import views as public
from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.limits import COMPARISON_PAGE
from ayan.apps.desk.models import Submission
from ayan.apps.desk.releases import publication
from ayan.apps.desk.sender_acts import typed_by
from ayan.apps.desk.submission_page import SubmissionPage, officer
from ayan.core.audit.balance_coverage import in_rial
from ayan.core.publish.decisions import blocking, overrides
from ayan.core.publish.difference import DraftChange, DraftSum, stored_difference
from ayan.core.publish.pending_draft import PendingDraft, still_true
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.publish.submission_processing import stored_trials
from ayan.core.query.change_question import ChangeSort
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui.code_html import isolated
from ayan.ui.component_parts import Status, Tone
from ayan.ui.value_html import large_sum, plain_change, value_html, value_plain
from ayan.wiring import city

UNIT: Final[ShownUnit] = "rial"
WHATS: Final[Mapping[str, tuple[Tone, Label]]] = {
    "changed": ("late", Label("تغییریافته", "Changed")),
    "added": ("ok", Label("تازه", "Added")),
    "removed": ("bad", Label("حذف‌شده", "Removed")),
}


def waiting_of(submission: Submission) -> PendingDraft | None:
    """The draft that waits; None before there is one, and when its files are gone."""
    if not submission.draft or not submission.digest:
        return None
    try:
        return publication.pending_of(submission)
    except ReleaseRefused:
        return None


def unseen(submission: Submission) -> bool:
    """Whether what a draft changes cannot be shown: then nobody can say yes to it either."""
    waiting = waiting_of(submission)
    return waiting is not None and stored_difference(waiting, dataset_of(submission)) is None


def shown_of(desk: SubmissionPage, pending: PendingDraft, what: str, after: int) -> dict[str, Any]:
    """What a page shows of a draft; nothing where it was sealed or discarded while the page was being drawn."""
    try:
        return {**compared(desk, pending, what, after), "balances": balanced(desk, pending)}
    except (OSError, duckdb.IOException):
        if waiting_of(desk.submission) is not None:
            raise
        return {}


FEW: Final = 5
"""Rows that differ which an approver sees at once; more are folded."""


def compared(desk: SubmissionPage, pending: PendingDraft, what: str, after: int) -> dict[str, Any]:
    """Counts, totals before and after, and the changed rows page by page, as the worker told them.

    Nothing is compared here: where the worker told nothing, as an older version left it, the page asks for that.
    """
    context = city.current().publish_context
    true = still_true(context, pending) and not pending.outdated
    comparison = stored_difference(pending, desk.dataset)
    if comparison is None:
        return {"not_compared": True, "true": true}
    page = comparison.page(cast(ChangeSort, what) if what in WHATS else None, after, COMPARISON_PAGE)
    tally = comparison.tally
    return {
        "counts": tally,
        "totals": [shown_total(desk, total) for total in comparison.totals],
        "needs_note": comparison.needs_note,
        "pairs": [shown_row(desk, pair, comparison.columns) for pair in page.rows],
        "next": page.next,
        # Few changes of what is published are seen without asking for them.
        "few": not comparison.first and tally.changed + tally.removed > 0 and len(page.rows) <= FEW,
        "what": what,
        "after": after,
        "true": true,
        "first_time": comparison.first,
        "cut": comparison.most if comparison.cut else 0,
    }


def balanced(desk: SubmissionPage, pending: PendingDraft) -> dict[str, Any]:
    """The balances that read the dataset, held as if the draft were published; those that fail in full."""
    reconciler = publication.reconciler_of(desk.submission)
    trials = stored_trials(reconciler, pending)
    passed = pending.draft.facts.overrides
    kept = typed_by(desk.submission, officer(desk.request), "override")
    written = {**kept, **desk.request.POST.dict()}
    failing = sorted(
        (trial for trial in trials if not trial.outcome.holds), key=lambda trial: (not trial.blocks, not trial.worse)
    )
    return {
        "count": len(trials),
        "blocked": bool(blocking(trials, passed)),
        "failing": [
            {
                "trial": trial,
                "outcome": trial.outcome,
                "balance": trial.balance,
                "money": in_rial(trial.balance, reconciler.datasets),
                "more": trial.outcome.failed - len(trial.shifts),
                "override": next((each for each in passed if overrides(each, trial)), None),
                "written": written.get(f"reason:{trial.balance.name}", ""),
            }
            for trial in failing
        ],
        "may_override": desk.submission.takes_data and not desk.submission.busy and desk.may("balance.override"),
    }


def shown_total(desk: SubmissionPage, total: DraftSum) -> dict[str, Any]:
    """One sum before and after, as a page shows it."""
    lang = desk.lang
    percent = "" if total.percent is None else isolated(plain_change(total.percent, lang))
    rial = int(total.after) if total.field.kind.is_money else 0
    return {
        # Read at a glance; the exact rials stand beside it.
        "lead": large_sum(rial, lang) if abs(rial) >= MONEY_UNITS["million_toman"] else "",
        "label": total.field.label.of(lang),
        "unit": unit_label(SHOWN_UNITS[UNIT], lang) if total.field.kind.is_money else "",
        "before": value_html(total.field, total.before, lang, UNIT),
        "after": value_html(total.field, total.after, lang, UNIT),
        "percent": percent,
        "needs_note": total.above,
    }


def shown_row(desk: SubmissionPage, change: DraftChange, columns: tuple[Field, ...]) -> dict[str, Any]:
    """A row that differs: its key, and its cells; of a changed one only those that changed, both sides."""
    lang, dataset = desk.lang, desk.dataset
    side = change.after or change.before
    keys = [value_plain(dataset.field(name), side.get(name), lang, UNIT) for name in dataset.key if name in side]
    title = next((str(side[f.name]) for f in columns if f.role == "title" and side.get(f.name)), "")
    cells = []
    for field in columns:
        before, after = change.before.get(field.name), change.after.get(field.name)
        if field.name in dataset.key or (change.what == "changed" and field.name not in change.fields):
            continue
        if before is None and after is None:
            continue
        shown = [value_html(field, value, lang, UNIT) for value in (before, after)]
        both = change.what == "changed"
        cells.append(
            {
                "label": field.label.of(lang),
                "both": both,
                "before": shown[0],
                "after": shown[0] if change.what == "removed" else shown[1],
            }
        )
    tone, words = WHATS[change.what]
    return {
        "status": Status(tone, words.of(lang)),
        "name": isolated(locale.of(lang).comma.join(keys)) if keys else isolated(title),
        "row": change.after_row,
        "cells": cells,
    }


def previewed(desk: SubmissionPage, pending: PendingDraft) -> HttpResponse:
    """The public page of the dataset, drawn by its own view in a city where the draft is already published."""
    with city.in_use(city.current().with_draft(pending)):
        return public.dataset(desk.request, desk.dataset.slug)
