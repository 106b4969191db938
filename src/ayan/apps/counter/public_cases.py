"""The list of all cases as everybody sees it: narrowed by what stands in the address, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from ayan.apps.counter import rules
from ayan.apps.counter.limits import CASES_A_PAGE, LONGEST_SEARCH, MOST_FOUND_APART, MOST_SEARCHED_WORDS
from ayan.apps.counter.models import FINDING, Case, CaseFigures
from ayan.apps.counter.public_words import PUBLIC_STAGES, UnitNames, days_late, is_told, may_read, status_of
from ayan.apps.counter.workday_counts import WorkdayCounts
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.address_step import read_key
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold
from ayan.ui.component_parts import Status
from ayan.wiring import city

OPEN: Final = tuple(stage.value for stage in CaseStage if stage != CaseStage.CLOSED)
NUMBER: Final = re.compile(r"[A-Z]-[0-9]{4}-[0-9]{5,9}")
"""The number of a case, as everybody sees it."""

_CURSOR: Final = re.compile(r"([oc])([0-9]{1,18})|l([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{1,18})")
_ABOUT: Final = re.compile(r"[a-z]+:[^\x00-\x1f\x7f]{1,290}")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to; each is "" for everything. ``late`` are those that are open and late."""

    words: str = ""
    kind: str = ""
    unit: str = ""
    stage: str = ""
    about: str = ""
    late: bool = False

    @classmethod
    def read(cls, asked: QueryDict) -> CaseFilter:
        """What an address asks for; what is none of the choices asks for nothing."""
        stage, about = asked.get("stage", ""), asked.get("about", "")
        return cls(
            words=" ".join(asked.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH],
            kind=_code(asked.get("kind", "")),
            unit=_code(asked.get("unit", "")),
            stage=stage if stage in (*PUBLIC_STAGES, "open") else "",
            about=_subject(about) if _ABOUT.fullmatch(about) else "",
            late=asked.get("late", "") == "1",
        )

    @property
    def given(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != CaseFilter()

    def query(self, **more: str) -> str:
        """The filter as the question of an address, with more of it."""
        said = {"q": self.words, "kind": self.kind, "unit": self.unit, "stage": self.stage, "about": self.about}
        asked = {name: value for name, value in {**said, "late": "1" if self.late else "", **more}.items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    def chosen(self, day: date) -> QuerySet[Case]:
        """The cases that it leaves. Replies to findings are not among them: they stand with their findings."""
        rows = Case.objects.exclude(kind=FINDING)
        number = to_latin(self.words).upper()
        if NUMBER.fullmatch(number):
            rows = rows.filter(number=number)
        elif self.words:
            rows = rows.filter(_holding(self.words))
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.unit:
            rows = rows.filter(office="" if self.unit == "none" else self.unit)
        if self.about:
            rows = rows.filter(Q(about=self.about, kind__in=_told_kinds()) | _of_record(self.about))
        if self.stage:
            rows = rows.filter(stage__in=OPEN if self.stage == "open" else (self.stage,))
        if self.late:
            rows = rows.exclude(stage=CaseStage.CLOSED).filter(due_on__lt=day)
        return rows


def _code(text: str) -> str:
    return text if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", text) else ""


def _told_kinds() -> list[str]:
    return [kind.code for kind in rules.kinds().sound.values() if is_told(kind)]


def _of_record(about: str) -> Q:
    """Cases whose document became a record or changed it; of one that is not published nothing is told."""
    sort, _, rest = about.partition(":")
    dataset, _, key = rest.partition("/")
    if sort != "row" or not key:
        return Q(pk__in=())
    return Q(record__dataset=dataset, record__key=key, record__published_on__isnull=False)


def _subject(about: str) -> str:
    """What an address says that cases are about, as cases keep it: the key of a record not as one of its steps."""
    sort, colon, rest = about.partition(":")
    slug, slash, key = rest.partition("/")
    return f"{sort}{colon}{slug}{slash}{read_key(key)}" if sort == "row" else about


def _holding(words: str) -> Q:
    """Cases with each of these words among those that everybody may read."""
    held = ~Q(searched="")
    for word in fold(words).split()[:MOST_SEARCHED_WORDS]:
        held &= Q(searched__contains=word)
    few = list(Case.objects.filter(held).order_by().values_list("pk", flat=True)[: MOST_FOUND_APART + 1])
    # A rare word is found at once in the index of sentences; a common one soon stands in any page of the list.
    return Q(pk__in=few) if len(few) <= MOST_FOUND_APART else held


# --- a page of it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list. ``summary`` is "" while nobody may read it, ``days`` are working days since its receipt."""

    case: Case
    kind: CaseKind
    unit: str
    summary: str
    status: Status
    days: int
    late: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Some cases in their order, and the cursor of those after them; "" at the end."""

    cases: tuple[Case, ...]
    after: str


def page(narrowed: CaseFilter, after: str = "", size: int = CASES_A_PAGE) -> CasesPage:
    """One page: those that are open first, the newest first; of those that are late the one first that waits longest.

    ``after`` is the cursor that the page before gave; one that is none begins anew.
    """
    rows = narrowed.chosen(today(city.current().clock))
    matched = _CURSOR.fullmatch(after)
    if narrowed.late:
        return _late_page(rows, matched, size)
    part, last = (matched[1], int(matched[2])) if matched is not None and matched[1] else ("o", 0)
    cases: list[Case] = []
    if part == "o":
        standing = rows.filter(id__lt=last) if last else rows
        cases = sorted(_of_stages(standing, ("-id",), size + 1), key=lambda case: -case.pk)[: size + 1]
        last = 0
    if len(cases) <= size:
        closed = rows.filter(stage=CaseStage.CLOSED).order_by("-id")
        cases += (closed.filter(id__lt=last) if last else closed)[: size + 1 - len(cases)]
    shown = tuple(cases[:size])
    more = len(cases) > size
    return CasesPage(shown, f"{'c' if shown[-1].stage == CaseStage.CLOSED else 'o'}{shown[-1].pk}" if more else "")


def _late_page(rows: QuerySet[Case], matched: re.Match[str] | None, size: int) -> CasesPage:
    if matched is not None and matched[3]:
        try:
            day = date.fromisoformat(matched[3])
        except ValueError:
            day = date.min
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=int(matched[4])))
    found_cases = sorted(_of_stages(rows, ("due_on", "id"), size + 1), key=lambda case: (case.due_on, case.pk))
    cases = tuple(found_cases[: size + 1])
    shown = cases[:size]
    return CasesPage(shown, f"l{shown[-1].due_on}-{shown[-1].pk}" if len(cases) > size else "")


def _of_stages(rows: QuerySet[Case], order: tuple[str, ...], most: int) -> Iterator[Case]:
    """The first of the open cases of each stage: an index holds each stage in this order, and none of them all."""
    for stage in OPEN:
        yield from rows.filter(stage=stage).order_by(*order)[:most]


def lines(cases: tuple[Case, ...], lang: Lang) -> Iterator[CaseLine]:
    """Cases as the list shows them. Of a kind that is never published no unit and no outcome is told."""
    current_city, names = city.current(), UnitNames()
    day = today(current_city.clock)
    days = (each for case in cases for each in (case.receipt_on, case.due_on, case.closed_on))
    workdays = WorkdayCounts(current_city.profile.workdays, (day, *days))
    kinds: dict[str, CaseKind] = {}
    for case in cases:
        # The declarations are looked for on the disk: once a page, and not once a line.
        kind = kinds.get(case.kind_digest) or kinds.setdefault(case.kind_digest, rules.kind_of(case))
        is_public, late = is_told(kind), days_late(case, day, workdays)
        yield CaseLine(
            case=case,
            kind=kind,
            unit=names.of(case.office, lang) if is_public else "",
            summary=case.summary if may_read(case, kind) else "",
            status=status_of(case, kind, late, lang),
            days=workdays.between(case.receipt_on, case.closed_on or day),
            late=late,
            is_public=is_public,
        )


def totals() -> Mapping[str, int]:
    """How many cases are open, and how many of them are late."""
    standing = Case.objects.filter(stage__in=OPEN)
    late = standing.filter(due_on__lt=today(city.current().clock))
    # Counted apart: an index knows the stages of all cases, and not the kind of each.
    return {
        "open": standing.count() - standing.filter(kind=FINDING).count(),
        "late": late.count() - late.filter(kind=FINDING).count(),
    }


def units() -> list[str]:
    """The units that have had a case."""
    counted = CaseFigures.objects.exclude(office="").values_list("office", flat=True).distinct()
    return sorted(counted or Case.objects.exclude(office="").values_list("office", flat=True).distinct())


def newest_numbers(most: int) -> list[str]:
    """The numbers of the newest cases whose words everybody may read."""
    rows = Case.objects.exclude(kind=FINDING).exclude(searched="").filter(kind__in=_told_kinds())
    return list(rows.order_by("-id").values_list("number", flat=True)[:most])
