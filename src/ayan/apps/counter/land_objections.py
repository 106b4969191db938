"""What came of objections to pieces of land and in their zones: numbers and outcomes, and no person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from django.db.models import Q

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.counter import rules
from ayan.apps.counter.limits import MOST_OBJECTIONS
from ayan.apps.counter.models import Case
from ayan.apps.counter.pins import land
from ayan.apps.counter.public_words import is_told
from ayan.core.casework.case_words import CaseStage
from ayan.core.casework.place_figures import OPEN
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question
from ayan.wiring import city

KIND: Final = "objection"
Outcomes = dict[str, dict[str, int]]


def land_objections() -> tuple[Outcomes, Outcomes]:
    """How often each outcome came of the objections to a piece of land, by its key, and to all of a zone, by its code.

    Only of what everybody may read one by one; of the newest `MOST_OBJECTIONS`.
    """
    parcels, kind = land(), rules.kinds().sound.get(KIND)
    if parcels is None or kind is None or not is_told(kind):
        return {}, {}
    # Objections to the line of a zone name a piece of land in it.
    prefixes = tuple(f"{sort}:{parcels.dataset.slug}/" for sort in ("row", "zone"))
    cases = list(
        Case.objects.filter(
            Q(about__startswith=prefixes[0]) | Q(about__startswith=prefixes[1]),
            kind=KIND,
            checked_at__isnull=False,
            hidden="",
        )
        .order_by("-pk")
        .values_list("about", "stage", "outcome")[:MOST_OBJECTIONS]
    )
    by_land: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_zone: defaultdict[str, Counter[str]] = defaultdict(Counter)
    zones = _zones(parcels, {_key(about) for about, _, _ in cases})
    for about, stage, outcome in cases:
        key = _key(about)
        code = outcome if stage == CaseStage.CLOSED and outcome else OPEN
        by_land[key][code] += 1
        if key in zones:
            by_zone[zones[key]][code] += 1
    return _plain(by_land), _plain(by_zone)


def _key(about: str) -> str:
    return about.partition("/")[2]


def _plain(counted: Mapping[str, Counter[str]]) -> Outcomes:
    return {name: dict(counts) for name, counts in counted.items()}


def _zones(parcels: RoleDataset, named: set[str]) -> dict[str, str]:
    """The zones of land by its key; of none where the key is more than its code, or no zone is said."""
    if not named or not parcels.has("zone") or parcels.dataset.key != (parcels.names["code"],):
        return {}
    code, zone = parcels.names["code"], parcels.names["zone"]
    condition = Filter(code, "in", tuple(sorted(named)))
    question = Question(slug=parcels.dataset.slug, filters=(condition,), fields=(code, zone), size=MOST_OBJECTIONS)
    try:
        rows = city.current().query_service.rows(parcels.dataset, question).rows
    except Unanswered:
        return {}
    return {keys.key_of(parcels.dataset, row): str(row.values[zone]) for row in rows if row.values[zone]}
