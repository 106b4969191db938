"""A case as the subject of an act, and the unit that deals with it."""

from __future__ import annotations

from ayan.apps.accounts.policy import Subject
from ayan.apps.counter.models import Case
from ayan.apps.desk.access import unit_of
from ayan.core.casework.case_kind import CaseKind


def about(case: Case, contributors: frozenset[int] = frozenset()) -> Subject:
    """A case as the subject of an act; ``contributors`` wrote its draft, and do not judge it."""
    return Subject("case", case.number, case.office, case.dataset, contributors=contributors)


def office_of(kind: CaseKind, dataset: str) -> str:
    """The slug of the unit that deals with a case: that of the kind, else whoever owes the dataset, else none."""
    if kind.handled_by:
        return kind.handled_by
    return unit_of(dataset) if dataset else ""
