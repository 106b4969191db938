"""What is asked about the activities: by unit, group and status, and which page; every wrong parameter is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlencode

from ayan.apps.promises.activities import STATES, Activity, Catalogue
from ayan.apps.promises.limits import LONGEST_VALUE, MOST_PAGES, MOST_VALUES
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label

By = Literal["unit", "group"]

NONE: Final = "-"
"""How an address says that there is no unit, or no group."""

FILTERS: Final = ("unit", "group", "status")
PER_PAGE: Final = 50

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ActivityQuery:
    """Conditions of one kind are alternatives, those of different kinds hold together; pages count from 1."""

    unit: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    by: By = "unit"
    page: int = 1

    def picks(self, activity: Activity) -> bool:
        """Whether an activity meets the conditions."""
        unit = {activity.unit.fa, activity.unit.en} if activity.unit else {NONE}
        return (
            (not self.unit or bool(unit & set(self.unit)))
            and (not self.group or (activity.group or NONE) in self.group)
            and (not self.status or activity.state in self.status)
        )

    def query(self, **other: object) -> str:
        """The query of an address that asks this, with something else in it; empty where everything is asked for."""
        asked = replace(self, **{"page": 1, **other})  # type: ignore[arg-type]  # each caller names fields of Asked
        pairs = [(name, text) for name in FILTERS for text in getattr(asked, name)]
        pairs += [("_by", asked.by)] if asked.by != "unit" else []
        pairs += [("_page", str(asked.page))] if asked.page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """The activities of one unit or group, counted by state as `STATES` orders them; ``code`` says it in an address."""

    code: str
    label: Label | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts)


def read(params: Parameters, catalogue: Catalogue | None, *, on_page: bool) -> ActivityQuery:
    """What an address asks; a page also takes an order, a number and the blanks of its form. Raises BadQuestion."""
    known = (*FILTERS, "_by", "_page") if on_page else (*FILTERS, "_lang")
    problems = [problem("unknown-parameter", name, known) for name, _ in params if name not in known]
    given: dict[str, list[str]] = {name: [] for name in known}
    for name, text in params:
        if name in known and (text.strip() or not on_page):
            given[name].append(text.strip())
    allowed = {"status": tuple(STATES), "_by": ("unit", "group"), "_lang": locale.codes(), "group": _groups(catalogue)}
    for name, texts in given.items():
        problems += _wrong(name, texts, allowed.get(name, ()))
    page = _number(given.get("_page", []))
    if page is None:
        problems.append(problem("size", "_page", limit=MOST_PAGES))
    if problems:
        raise BadQuestion(problems)
    unit, group, status = (tuple(dict.fromkeys(given[name])) for name in FILTERS)
    return ActivityQuery(unit, group, status, "group" if given.get("_by") == ["group"] else "unit", page or 1)


def _groups(catalogue: Catalogue | None) -> tuple[str, ...]:
    """The codes of the groups, where they are a closed list."""
    choices = catalogue.groups.choices if catalogue and catalogue.groups else None
    return (*(entry.code for entry in choices.entries), NONE) if choices else ()


def _wrong(name: str, texts: Sequence[str], allowed: tuple[str, ...]) -> Iterator[QuestionProblem]:
    """What is wrong with the values of one parameter."""
    if name not in FILTERS and len(texts) > 1:
        yield problem("repeated", name)
    if len(texts) > MOST_VALUES:
        yield problem("too-many", name, limit=MOST_VALUES)
    if "" in texts:
        yield problem("empty-value", name)
    elif any(len(text) > LONGEST_VALUE for text in texts):
        yield problem("too-long", name, limit=LONGEST_VALUE)
    elif allowed and not set(texts) <= set(allowed):
        yield problem("not-allowed", name, allowed)


def _number(texts: Sequence[str]) -> int | None:
    """The number of a page, 1 where none is given; None where it is none."""
    if not texts:
        return 1
    text = to_latin(texts[0])
    return int(text) if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST_PAGES else None


def lines(catalogue: Catalogue, picked: Sequence[Activity], by: By) -> list[ActivityLine]:
    """The activities counted by unit or group and state: most first, and last those of which it is not established."""
    counted: dict[str, tuple[Label | None, dict[str, int]]] = {}
    for activity in picked:
        code = (activity.unit.fa if activity.unit else NONE) if by == "unit" else (activity.group or NONE)
        label = activity.unit if by == "unit" else catalogue.group_label(activity.group) if activity.group else None
        _, counts = counted.setdefault(code, (label, dict.fromkeys(STATES, 0)))
        counts[activity.state] += 1
    rows = [ActivityLine(code, label, tuple(counts.values())) for code, (label, counts) in counted.items()]
    return sorted(rows, key=lambda line: (line.label is None, -line.total, line.code))
