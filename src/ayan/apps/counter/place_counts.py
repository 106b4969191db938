"""How many requests named a district or a street and how they were answered: counted by the worker for whole months.

A district is known of a case that names a street of which all land lies in one district or whose district it says, of
one about a piece of land, and of a document that says its district. What everybody may read of single cases is told
beside each other anyway; all others count for a district only where they are at least `SMALLEST_GROUP`, and for no
street. No figure stands for fewer than so many. Months are whole, so that nobody learns by looking each day what one
day's request was about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Final

from django.db.models import Q
from django_tasks import task

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.counter import rules
from ayan.apps.counter.case_figures import UNSERVED
from ayan.apps.counter.land_objections import land_objections
from ayan.apps.counter.limits import MOST_STREETS_COUNTED, SMALLEST_GROUP
from ayan.apps.counter.models import FINDING, Case, CaseRecord
from ayan.apps.counter.pins import land
from ayan.apps.counter.public_words import is_told
from ayan.apps.counter.published_changes import SUBJECTS
from ayan.apps.counter.workday_counts import WorkdayCounts
from ayan.core.casework.case_words import CaseStage
from ayan.core.casework.place_figures import PlaceFigure, PlaceFigures
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Filter, Question
from ayan.core.values.clock import today
from ayan.core.values.jalali import JalaliDate, from_gregorian, to_gregorian
from ayan.core.values.text import fold
from ayan.wiring import city

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class _Placed:
    """One case as it is counted: whether everybody may read it, whether it came in the period, how it was answered.

    ``days`` are working days until the answer, None of one that was not answered in the period.
    """

    is_open: bool
    is_new: bool
    days: int | None
    in_time: bool


@dataclass(frozen=True, slots=True)
class _CaseSum:
    """The cases that a figure may count: those that came in the period, and those that were answered in it."""

    received: list[_Placed]
    answered: list[_Placed]

    @classmethod
    def of(cls, cases: list[_Placed]) -> _CaseSum:
        """Those of a place, as far as no single one could be known by it."""
        return cls(
            _countable([each for each in cases if each.is_new]),
            _countable([each for each in cases if each.days is not None]),
        )

    @property
    def figure(self) -> PlaceFigure | None:
        """What a page says of them; None of too few."""
        received, answered = len(self.received), len(self.answered)
        if received < SMALLEST_GROUP:
            return None
        if answered < SMALLEST_GROUP:
            return PlaceFigure(received)
        middle = median(each.days for each in self.answered if each.days is not None)
        return PlaceFigure(received, answered, sum(each.in_time for each in self.answered), round(10 * middle))


@dataclass(slots=True)
class _Streets:
    """The streets of land by their folded names: what each is called, and the districts in which it has land."""

    names: dict[str, str] = field(default_factory=dict)
    districts: dict[str, set[str]] = field(default_factory=dict)


@task()
def count() -> None:
    """Count anew; any number of times a day."""
    refresh()


def refresh() -> PlaceFigures:
    """Count anew what pages tell of places, and keep it; what it says."""
    figures = counted()
    city.current().place_figures.write(figures)
    return figures


def counted() -> PlaceFigures:
    """The figures of the last whole months."""
    first, last = whole_months(today(city.current().clock))
    cases = _cases(first, last)
    districts, streets = _places(cases)
    by_district: defaultdict[str, list[_Placed]] = defaultdict(list)
    by_street: defaultdict[str, list[_Placed]] = defaultdict(list)
    for case, placed in zip(cases, _placed(cases, first, last), strict=True):
        if case.pk in districts:
            by_district[districts[case.pk]].append(placed)
        if case.pk in streets and placed.is_open:
            by_street[streets[case.pk]].append(placed)
    sums = [_CaseSum.of(each) for each in by_district.values()]
    every = _CaseSum(
        [each for part in sums for each in part.received], [each for part in sums for each in part.answered]
    )
    to_land, to_zones = land_objections()
    return PlaceFigures(
        first, last, SMALLEST_GROUP, every.figure, _figures(by_district), _figures(by_street),
        land=to_land, zones=to_zones,
    )  # fmt: skip


def _figures(cases: Mapping[str, list[_Placed]]) -> dict[str, PlaceFigure]:
    """The figures of the places of which anything may be known."""
    figures = ((name, _CaseSum.of(each).figure) for name, each in cases.items())
    return {name: figure for name, figure in figures if figure is not None}


def whole_months(day: date) -> tuple[date, date]:
    """The first and the last day of the last twelve whole months of the Jalali calendar before that of a day."""
    now = from_gregorian(day)
    years, month = divmod(now.month - 1 - MONTHS, 12)
    first = to_gregorian(JalaliDate(now.year + years, month + 1, 1))
    return first, to_gregorian(JalaliDate(now.year, now.month, 1)) - timedelta(days=1)


def _cases(first: date, last: date) -> list[Case]:
    within = Q(receipt_on__range=(first, last)) | Q(closed_on__range=(first, last))
    return list(
        Case.objects.exclude(kind=FINDING)
        .filter(within)
        .only("kind", "place", "about", "stage", "receipt_on", "due_on", "closed_on", "outcome", "checked_at", "hidden")
        .order_by("pk")
    )


def _placed(cases: Iterable[Case], first: date, last: date) -> Iterable[_Placed]:
    cases = list(cases)
    kinds = rules.kinds().sound
    publishing = {code for code, kind in kinds.items() if is_told(kind)}
    at_once = {code for code, kind in kinds.items() if kind.publication == "checked"}
    days = WorkdayCounts(
        city.current().profile.workdays, (day for each in cases for day in (each.receipt_on, each.closed_on))
    )
    for case in cases:
        is_read = case.kind in publishing and case.checked_at is not None and not case.hidden
        is_answered = case.closed_on is not None and first <= case.closed_on <= last and case.outcome not in UNSERVED
        yield _Placed(
            is_read and (case.kind in at_once or case.stage == CaseStage.CLOSED),
            first <= case.receipt_on <= last,
            days.between(case.receipt_on, case.closed_on) if is_answered and case.closed_on else None,
            is_answered
            and not (case.due_on is not None and case.closed_on is not None and case.due_on < case.closed_on),
        )


def _countable(cases: list[_Placed]) -> list[_Placed]:
    """Those that may be counted: without those that nobody may read, where these are so few that one might be known."""
    hidden = sum(not each.is_open for each in cases)
    return cases if hidden >= SMALLEST_GROUP else [each for each in cases if each.is_open]


# --- where a case is about --------------------------------------------------------------------------------------------


def _places(cases: Iterable[Case]) -> tuple[dict[int, str], dict[int, str]]:
    """The district and the street of each case of which these are known, by its id."""
    parcels = land()
    if parcels is None or not parcels.has("district"):
        return {}, {}
    cases = list(cases)
    listed = parcels.field("district").choices
    words = {
        fold(said): entry.code
        for entry in (listed.entries if listed else ())
        for said in (entry.code, *entry.label.words().values())
    }
    known = _streets(parcels)
    districts, streets = dict[int, str](), dict[int, str]()
    for case in cases:
        name, _, larger = (part.strip() for part in case.place.replace("،", ",").partition(","))
        street = fold(name)
        if street in known.names:
            streets[case.pk] = known.names[street]
        within = known.districts.get(street, set())
        said = words.get(fold(larger)) or words.get(street)
        if said is not None and (not within or said in within):
            districts[case.pk] = said
        elif said is None and len(within) == 1:
            districts[case.pk] = next(iter(within))
    return {**districts, **_of_land(parcels, cases), **_of_documents(parcels, cases)}, streets


def _streets(parcels: RoleDataset) -> _Streets:
    known, service = _Streets(), city.current().query_service
    if not parcels.has("street"):
        return known
    by = (GroupKey(parcels.names["street"]), GroupKey(parcels.names["district"]))
    scope = Question(slug=parcels.dataset.slug, size=MOST_STREETS_COUNTED)
    try:
        rows = answer_groups(service, parcels.dataset, GroupQuestion(scope=scope, by=by)).rows
    except (BadQuestion, Unanswered):
        return known
    for row in rows:
        street, district = parcels.value("street", row), parcels.value("district", row)
        if street and district:
            known.names.setdefault(fold(str(street)), str(street))
            known.districts.setdefault(fold(str(street)), set()).add(str(district))
    return known


def _of_land(parcels: RoleDataset, cases: Iterable[Case]) -> Mapping[int, str]:
    """The districts of cases about a piece of land."""
    if parcels.dataset.key != (parcels.names["code"],):
        return {}
    codes: dict[int, object] = {}
    for case in cases:
        sort, _, rest = case.about.partition(":")
        slug, _, key = rest.partition("/")
        if sort in SUBJECTS and slug == parcels.dataset.slug and key:
            try:
                codes[case.pk] = keys.natural(parcels.dataset, key)[parcels.names["code"]]
            except BadQuestion:
                continue
    wanted = tuple(sorted({str(code) for code in codes.values()}))
    district_of: dict[str, str] = {}
    if wanted:
        question = Question(
            slug=parcels.dataset.slug,
            filters=(Filter(parcels.names["code"], "in", wanted, exact=True),),
            fields=(parcels.names["code"], parcels.names["district"]),
        )
        try:
            for batch in city.current().query_service.stream(parcels.dataset, question):
                for row in batch.to_pylist():
                    district_of[str(parcels.value("code", row))] = str(parcels.value("district", row) or "")
        except (BadQuestion, Unanswered):
            return {}
    return {pk: district_of[str(code)] for pk, code in codes.items() if district_of.get(str(code))}


def _of_documents(parcels: RoleDataset, cases: Iterable[Case]) -> Mapping[int, str]:
    """The districts that issued documents say, by the same list of codes."""
    listed = parcels.field("district").choices
    fields = {
        dataset.slug: each.name
        for dataset in city.current().registry.all()
        for each in dataset.published
        if each.role == "place" and each.choices is not None and listed is not None and each.choices.name == listed.name
    }
    wanted = {case.pk for case in cases}
    rows = CaseRecord.objects.filter(dataset__in=fields).values_list("case_id", "dataset", "texts")
    return {pk: texts[fields[slug]] for pk, slug, texts in rows.iterator() if pk in wanted and texts.get(fields[slug])}
