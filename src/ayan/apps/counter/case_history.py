"""What happened to a case, as the person reads it: their words and those that are meant for them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ayan.apps.counter import file_copies, published_evidence, uploads
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.computed_fee import ShownFee, shown_fee
from ayan.apps.counter.copy_models import CopyState
from ayan.apps.counter.models import Case, CaseEntry, CaseFile, CaseView
from ayan.core.casework.case_kind import ERASED, FILED, LATE, CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import day_in_words

BESIDE_STEPS: Final = {
    FILED: Label("ثبت شد", "Filed"),
    LATE: Label("موعد {due} گذشت", "It was due on {due}, and became overdue"),
    ERASED: Label(
        "نشانی‌ها و متن‌هایی که زمانشان گذشته بود پاک شد", "Contacts and texts whose time was over were erased"
    ),
    "rated": Label("شما به رسیدگی نمره دادید", "You rated how it was dealt with"),
}

_WAITS: Final = Label("پس از بررسی منتشر می‌شود", "It is published once it was checked")
COPY_STANDINGS: Final = {
    CopyState.PREPARING: _WAITS,
    CopyState.READY: _WAITS,
    CopyState.REFUSED: _WAITS,
    CopyState.PUBLISHED: Label("نسخه‌ای از آن منتشر شده است", "A copy of it is published"),
    CopyState.DECLINED: Label("منتشر نشد", "It was not published"),
}


@dataclass(frozen=True, slots=True)
class CaseFileText:
    """A file that came with an entry: its name, and whether it is still kept.

    ``standing`` is where its public copy stands, ``may_let`` and ``may_take_back`` what the person may say of that.
    """

    id: int
    name: str
    size: int
    is_kept: bool
    standing: str = ""
    may_let: bool = False
    may_take_back: bool = False


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened; ``said`` are words from the person or to them, ``unit`` to whom it was handed."""

    at: datetime
    words: str
    said: str
    by_person: bool
    unit: str
    law: str
    day: date | None
    evidence: tuple[tuple[str, str], ...]
    files: tuple[CaseFileText, ...]
    step: str
    fee: ShownFee | None = None
    number: str = ""


def history(
    case: Case, kind: CaseKind, entries: Sequence[CaseEntry], names: dict[str, str], lang: Lang
) -> list[HistoryLine]:
    """What happened, the newest first."""
    files: dict[int, list[CaseFileText]] = {}
    for each in CaseFile.objects.select_related("copy").filter(case=case).order_by("pk"):
        files.setdefault(each.entry_id, []).append(_file(each, kind, lang))
    shown = [entry for entry in entries if _is_told(entry)]
    return [_line(entry, kind, names, tuple(files.get(entry.pk, ())), lang) for entry in reversed(shown)]


def _file(case_file: CaseFile, kind: CaseKind, lang: Lang) -> CaseFileText:
    name = uploads.name_of(case_file) if case_file.digest else ""
    copy = getattr(case_file, "copy", None)
    standing = COPY_STANDINGS[CopyState(copy.state)].of(lang) if copy is not None else ""
    if copy is not None and copy.reason in file_copies.HOLD_REASONS:
        standing = f"{standing}: {file_copies.HOLD_REASONS[copy.reason].of(lang)}"
    offered = copy is None and file_copies.is_offered(case_file, kind.publication)
    return CaseFileText(case_file.pk, name, case_file.size, bool(case_file.digest), standing, offered, copy is not None)


def _is_told(entry: CaseEntry) -> bool:
    return entry.shown or entry.party == "person"


def _line(
    entry: CaseEntry, kind: CaseKind, names: dict[str, str], files: tuple[CaseFileText, ...], lang: Lang
) -> HistoryLine:
    step = kind.step(entry.step)
    words = step.done if step is not None else BESIDE_STEPS.get(entry.step, kind.state(entry.after).title)
    ground = kind.ground(str(entry.facts.get("ground", "")))
    law = (ground.law or ground.title).of(lang) if ground is not None and not _is_draft(entry, kind) else ""
    unit, day = str(entry.facts.get("unit", "")), str(entry.facts.get("day", ""))
    return HistoryLine(
        at=entry.at,
        words=with_due(words, entry.facts, lang),
        said=said(entry, kind),
        by_person=entry.party == "person",
        unit=names.get(unit, "") if unit else "",
        law=law,
        day=date.fromisoformat(day) if day else None,
        evidence=() if _is_draft(entry, kind) else published_evidence.named(entry.facts.get("evidence"), lang),
        files=files,
        step=entry.step,
        fee=shown_fee(entry.facts, lang, kind),
        number=str(entry.facts.get("number", "")),
    )


def with_due(words: Label, facts: Mapping[str, Any], lang: Lang) -> str:
    """The words of an entry, with the day on which the case was due where they name it."""
    if "{due}" not in words.of(lang):
        return words.of(lang)
    return words.of(lang).format(due=day_in_words(date.fromisoformat(str(facts["due"])), lang))


def said(entry: CaseEntry, kind: CaseKind) -> str:
    """The words of an entry that the person may read: what is still a draft is none of them."""
    return "" if _is_draft(entry, kind) else open_text(entry.locked)


def _is_draft(entry: CaseEntry, kind: CaseKind) -> bool:
    """Whether an entry brings an answer to its second reader: until it was read it is told to nobody."""
    return entry.party != "person" and kind.state(entry.after).stage == CaseStage.REVIEW


@dataclass(frozen=True, slots=True)
class Looked:
    """That officers of a unit looked at a case on a day."""

    on: date
    unit: str


def looks(case: Case, names: dict[str, str]) -> list[Looked]:
    """Which units looked at a case, and on which days; the newest first, no officer named."""
    seen = CaseView.objects.filter(case=case).order_by("-on").values_list("on", "office").distinct()
    return [Looked(on, names.get(office, office)) for on, office in seen]


def question(entries: Sequence[CaseEntry], case: Case, kind: CaseKind) -> str:
    """What the person is asked now; empty where nothing is."""
    if case.stage != CaseStage.ASKED:
        return ""
    asked = next(
        (entry for entry in reversed(entries) if entry.after == case.state and entry.before != case.state), None
    )
    return said(asked, kind) if asked is not None else ""


def answer(lines: Sequence[HistoryLine], entries: Sequence[CaseEntry], kind: CaseKind) -> HistoryLine | None:
    """The line with which a case was closed by the office; None where it was not, or by the person."""
    closing = next(
        (
            entry
            for entry in reversed(entries)
            if kind.state(entry.after).stage == CaseStage.CLOSED and entry.before != entry.after
        ),
        None,
    )
    if closing is None or closing.party == "person":
        return None
    return next((line for line in lines if line.at == closing.at and line.step == closing.step), None)
