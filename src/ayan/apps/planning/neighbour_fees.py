"""What was charged for permits near a parcel, each with the page that works it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.record import records
from ayan.apps.civic.roles import player
from ayan.apps.planning.limits import FEE_DAYS, MOST_FEES, NEAR_METRES
from ayan.apps.planning.map_sheet import around
from ayan.apps.planning.nearby import within
from ayan.apps.planning.shapes import PlacedShape
from ayan.apps.tariffs.record_fee import record_fee
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import point_of
from ayan.core.schema.field import Field
from ayan.core.tariff.tariff import TariffAudit
from ayan.core.values import jalali
from ayan.core.values.asked_value import Span
from ayan.core.values.clock import today
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

PERMITS: Final = "permitted-buildings"
"""The part that the dataset of permits plays."""


@dataclass(frozen=True, slots=True)
class NeighbourFee:
    """The fee of one permit: what it is called and its record, and each of these as a field with its value.

    ``computed`` is the address that works it out by the tariff of its day; empty where none was in force.
    """

    title: str
    address: str
    charged: tuple[Field, object]
    floor: tuple[Field, object] | None
    day: tuple[Field, object]
    computed: str


def neighbour_fees(city: City, shape: PlacedShape, lang: Lang) -> tuple[NeighbourFee, ...]:
    """The newest permits of the last two years within some hundred metres that were charged a fee."""
    permits = player(city, PERMITS)
    point = point_of(permits.dataset) if permits is not None else None
    audit = _audit(city, permits.dataset.slug) if permits is not None else None
    if permits is None or point is None or audit is None:
        return ()
    dataset = permits.dataset
    if any(dataset.field(name).shown != "public" for name in (audit.charged, audit.date)):
        return ()
    window = around(shape.box, 2 * NEAR_METRES, height=around(shape.box, 1).width).window
    day = today(city.clock) - timedelta(days=FEE_DAYS)
    since = Span(day, day, str(jalali.from_gregorian(day)))
    conditions = (
        *within(point, window), Filter(audit.date, "gte", (since,)), Filter(audit.charged, "gt", (0,)),
    )  # fmt: skip
    newest = Sort(audit.date, descending=True)
    try:
        question = Question(slug=dataset.slug, filters=conditions, sort=newest, size=MOST_FEES)
        rows = city.query_service.rows(dataset, question).rows
    except Unanswered:
        return ()
    floor = permits.field("floor_area") if permits.has("floor_area") else None
    return tuple(
        NeighbourFee(
            records.title(dataset, row, lang),
            reverse(f"{lang}:record", args=(dataset.slug, keys.key_of(dataset, row))),
            (dataset.field(audit.charged), row.values[audit.charged]),
            (floor, row.values[floor.name]) if floor and row.values.get(floor.name) is not None else None,
            (dataset.field(audit.date), row.values[audit.date]),
            record_fee(dataset, row, lang),
        )
        for row in rows
    )


def _audit(city: City, slug: str) -> TariffAudit | None:
    """The columns of permits by which the city's own tariffs are held against what was charged."""
    sound = city.registry.tariffs().sound
    held = (each.audit for each in sound if not each.is_example and each.audit is not None)
    return next((audit for audit in held if audit.dataset == slug), None)
