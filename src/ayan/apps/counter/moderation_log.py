"""What was held back from everybody, month by month: how much of it and by which reason, and never the words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ayan.apps.counter.models import Case, CaseEntry, ModerationCount
from ayan.apps.counter.moderation import CHECKED, CUT_REASONS, HIDDEN, HIDE_REASONS, SHOWN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.period import Period

CUT: Final = "cut"
"""Beside the steps of moderation: a part that was taken out of a text."""

OTHER: Final = Label("دلیل دیگر", "Another reason")


@dataclass(slots=True)
class ModeratedMonth:
    """One month: cases whose words were let be public, parts taken out and cases hidden by reason, and shown again."""

    period: str
    checked: int = 0
    shown: int = 0
    cuts: list[tuple[str, int]] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)


def counted(since: date) -> list[ModerationCount]:
    """What moderation did since a day, counted by month, step and reason."""
    counts: Counter[tuple[str, str, str]] = Counter()
    rows = CaseEntry.objects.filter(on__gt=since, step__in=(CHECKED, HIDDEN, SHOWN))
    for on, step, facts in rows.values_list("on", "step", "facts").iterator():
        month = str(Period.of(on, "month"))
        counts[month, step, _code(facts.get("reason"), HIDE_REASONS)] += 1
        for reason, number in dict(facts.get("cuts") or {}).items():
            counts[month, CUT, _code(reason, CUT_REASONS)] += int(number)
    return [
        ModerationCount(month=month, step=step, reason=reason, count=n) for (month, step, reason), n in counts.items()
    ]


def _code(reason: object, known: Mapping[str, Label]) -> str:
    """A code that is public; whatever else stands there is not told."""
    return str(reason) if reason in known else ""


def by_month(lang: Lang) -> dict[str, Any]:
    """What the page of moderation says: by month, the newest first, and what waits to be checked now."""
    months: defaultdict[str, ModeratedMonth] = defaultdict(lambda: ModeratedMonth(""))
    for each in ModerationCount.objects.order_by("-month", "-count", "reason"):
        month = months[each.month]
        month.period = each.month
        if each.step == CHECKED:
            month.checked += each.count
        elif each.step == SHOWN:
            month.shown += each.count
        else:
            reasons, lines = (CUT_REASONS, month.cuts) if each.step == CUT else (HIDE_REASONS, month.hidden)
            lines.append((reasons.get(each.reason, OTHER).of(lang), each.count))
    return {
        "months": list(months.values()),
        "hidden_now": Case.objects.exclude(hidden="").count(),
        "cut_reasons": [label.of(lang) for label in CUT_REASONS.values()],
        "hide_reasons": [label.of(lang) for label in HIDE_REASONS.values()],
    }
