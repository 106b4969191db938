"""What is seen of the counter: the declarations of its kinds of cases, and the records that documents become."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.config.diagnosis.health_finding import HealthFinding, number_of
from ayan.core.values.label import Label


def examine_kinds() -> Iterator[HealthFinding]:
    """Every fault of a kind of cases, of the city's own and of those that come with Ayan."""
    from ayan.config.services import set_up_django

    set_up_django()
    from ayan.apps.counter import case_record, rules

    kinds = rules.kinds()
    for kind in kinds.sound.values():
        for fault in case_record.rule_faults(kind):
            yield HealthFinding("case-record", "warning", fault)
    for problem in kinds.problems:
        yield HealthFinding("case-kind", "error", problem.label)
    if not kinds.problems:
        words = Label(
            "{count} نوع مورد در پیشخان اعلام شده و همه درست است.",
            "{count} kinds of cases are declared for the counter and all are right.",
        )
        yield HealthFinding("case-kinds", "ok", words.format(count=number_of(len(kinds.sound))))
