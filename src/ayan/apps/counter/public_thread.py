"""One case as everybody sees it: where it is, its clock, what was done, and the words that were let be public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import NoReverseMatch, reverse

from ayan.apps.counter import (
    case_delay,
    case_history,
    file_copies,
    issued_records,
    published_changes,
    published_evidence,
    rules,
)
from ayan.apps.counter.case_steps import pauses
from ayan.apps.counter.limits import MOST_APPEALS
from ayan.apps.counter.models import FINDING, Case, CaseEntry
from ayan.apps.counter.public_words import UnitNames, days_late, is_told, may_read, status_of
from ayan.core.casework.case_clock import used_days
from ayan.core.casework.case_kind import FILED, LATE, CaseKind, Ground
from ayan.core.casework.case_words import OUTCOMES, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html
from ayan.wiring import city

_FILED: Final = Label("رسید و ثبت شد", "It was received and registered")
_LATE: Final = Label("مهلت {due} گذشت", "The last day, {due}, passed")
_UNKNOWN: Final = Label("کار دیگری شد", "Something else was done")


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One thing that happened. ``text`` are its words, ``unchecked`` says that it has some nobody has checked yet.

    ``changes`` are values that were corrected, each by its column, as it was and as it is; ``evidence`` published
    pages, each by its name and its address.
    """

    at: datetime
    done: str
    text: str
    unchecked: bool
    unit: str
    by_person: bool
    outcome: str
    ground: Ground | None
    changes: tuple[tuple[str, str, str], ...]
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ThreadSubject:
    """What a case is about, and the page of it."""

    title: str
    address: str


def thread_of(case: Case, lang: Lang) -> dict[str, Any]:
    """What the page of a case shows."""
    current_city, kind, names = city.current(), rules.kind_of(case), UnitNames()
    day, workdays = today(current_city.clock), current_city.profile.workdays
    is_public, readable, late = is_told(kind), may_read(case, kind), days_late(case, day, workdays)
    entries = list(case.entries.order_by("number"))
    closed = case.stage == CaseStage.CLOSED
    used = used_days(kind.clock, case.receipt_on, case.closed_on or day, workdays, pauses(entries, kind))
    return {
        "case": case,
        "kind": kind,
        "is_public": is_public,
        "readable": readable,
        "closed": closed,
        "status": status_of(case, kind, late, lang),
        "unit": names.of(case.office, lang) if is_public else "",
        "late": late,
        "delays": _delays(case, kind, entries, names, readable, lang) if is_public else [],
        "used": used,
        "allowed": kind.clock.days + case.extended * kind.clock.extension_days,
        "fields": _fields(case, kind, lang) if readable else [],
        "files": file_copies.public_files(case) if readable else [],
        "entries": [_entry(case, entry, kind, names, readable, lang) for entry in reversed(entries) if entry.shown]
        if is_public
        else [],
        "outcome": OUTCOMES[Outcome(case.outcome)].of(lang) if is_public and case.outcome else "",
        "ground": kind.ground(case.ground) if is_public and case.ground else None,
        "record": issued_records.record_address(case, lang),
        "subject": subject_of(case.about, lang) if is_public else None,
        "column": case.column if is_public else "",
        "joined": case.joined_to if is_public else None,
        "appealed": case.appeal_of if is_public else None,
        "appeals": list(case.appeals.order_by("id")[:MOST_APPEALS]) if is_public else [],
    }


def _delays(
    case: Case, kind: CaseKind, entries: list[CaseEntry], names: UnitNames, readable: bool, lang: Lang
) -> list[tuple[str, str]]:
    """What holds a case up, with the reason that an officer gave where it was let be public."""
    units = {case.office, *(str(entry.facts["unit"]) for entry in entries if entry.facts.get("unit"))}
    called = {slug: names.of(slug, lang) for slug in units}
    return [
        (each.words, each.entry.public if each.entry is not None and readable and each.entry.checked else "")
        for each in case_delay.causes(case, kind, entries, called, lang, "everybody")
    ]


def _fields(case: Case, kind: CaseKind, lang: Lang) -> list[tuple[Label, str]]:
    """The fields that an officer let everybody read, in the order of the form."""
    values = {
        value.field: value.public for value in case.values.filter(privacy="public", checked=True).exclude(public="")
    }
    shown = []
    for each in kind.fields:
        value = values.get(each.code, "")
        if value and each.privacy == "public":
            # A choice is kept in the words that were checked; it is told in those of the page.
            chosen = next((label for code, label in each.choices if value in (code, label.fa, label.en)), None)
            shown.append((each.title, chosen.of(lang) if chosen is not None else value))
    return shown


def _entry(case: Case, entry: CaseEntry, kind: CaseKind, names: UnitNames, readable: bool, lang: Lang) -> ThreadEntry:
    step, facts = kind.step(entry.step), entry.facts
    done = step.done_for_others if step is not None else {FILED: _FILED, LATE: _LATE}.get(entry.step, _UNKNOWN)
    outcome = OUTCOMES[Outcome(facts["outcome"])] if facts.get("outcome") in set(Outcome) else None
    return ThreadEntry(
        at=entry.at,
        done=case_history.with_due(done, facts, lang),
        text=entry.public if readable and entry.checked else "",
        unchecked=bool(entry.locked) and not entry.checked,
        unit=names.of(str(facts["unit"]), lang) if facts.get("unit") else "",
        by_person=entry.party == "person",
        outcome=outcome.of(lang) if outcome is not None and outcome.of(lang) != done.of(lang) else "",
        ground=kind.ground(str(facts.get("ground", ""))),
        changes=tuple(published_changes.shown(case, change, lang) for change in facts.get("changes", ())),
        evidence=published_evidence.named(facts.get("evidence"), lang),
    )


def subject_of(about: str, lang: Lang) -> ThreadSubject | None:
    """What a case says that it is about, if this site has a page of it that everybody may see."""
    sort, _, rest = about.partition(":")
    slug, _, key = rest.partition("/")
    registry = city.current().registry
    try:
        if sort in ("row", "dataset", "release"):
            dataset = registry.get(slug)
            title = dataset.title.of(lang)
            if sort == "row" and key:
                return ThreadSubject(f"{title}: {code_html.isolated(key)}", reverse(f"{lang}:record", args=(slug, key)))
            return ThreadSubject(title, reverse(f"{lang}:dataset", args=(slug,)))
        if sort == "unit" and rest:
            return ThreadSubject(UnitNames().of(rest, lang), "")
        if sort == "case" and rest:
            return ThreadSubject(rest, reverse(f"{lang}:counter_case", args=(rest,)))
    except (LookupError, ValueError, NoReverseMatch):
        return None
    return None


def case_of(number: str) -> Case | None:
    """The case of a number. Replies to findings have no page here: they stand with their findings."""
    rows = Case.objects.select_related("joined_to", "appeal_of").exclude(kind=FINDING)
    return rows.filter(number=number).first()
