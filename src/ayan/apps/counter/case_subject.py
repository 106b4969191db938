"""A case as the subject of an act, and the unit that deals with it."""

from __future__ import annotations

from collections.abc import Iterable

from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.policy import Subject
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.limits import MOST_MERGERS
from ayan.apps.counter.models import Case, CaseValue
from ayan.apps.desk.access import unit_of
from ayan.core.casework.case_kind import CaseKind


def about(case: Case, contributors: frozenset[int] = frozenset()) -> Subject:
    """A case as the subject of an act; ``contributors`` wrote its draft, and do not judge it."""
    return Subject("case", case.number, case.office, case.dataset, contributors=contributors)


def headline(case: Case) -> str:
    """What a case is about in one sentence, for officers who may see it: also where that is not for the public."""
    if case.summary:
        return case.summary
    value = CaseValue.objects.filter(case=case, field="summary").first()
    return open_text(value.locked) if value else ""


def headlines(cases: Iterable[Case]) -> dict[int, str]:
    """The `headline` of each of some cases, by its id: one question for all of them."""
    titles = {case.pk: case.summary for case in cases}
    inside = [pk for pk, summary in titles.items() if not summary]
    for value in CaseValue.objects.filter(case__in=inside, field="summary") if inside else ():
        titles[value.case_id] = open_text(value.locked)
    return titles


def office_of(kind: CaseKind, dataset: str) -> str:
    """The slug of the unit that deals with a case: that of the kind, else whoever owes the dataset, else none."""
    return _standing(kind.handled_by or (unit_of(dataset) if dataset else ""))


def _standing(slug: str) -> str:
    """The unit itself, or the one that took its place; none where it has ended: then the city's counter sees to it."""
    unit = Unit.objects.filter(slug=slug).select_related("merged_into").first() if slug else None
    steps = 0
    while unit is not None and unit.retired_at is not None and steps < MOST_MERGERS:
        unit, steps = unit.merged_into, steps + 1
    return unit.slug if unit is not None and unit.retired_at is None else ""
