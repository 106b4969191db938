"""Figures by a place that pages of other apps may draw on a map: what they are, of which places, in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ayan.core.schema.field import Field
from ayan.core.values.digits import ExactNumber
from ayan.ui.charts.measure import ChartMeasure


@dataclass(frozen=True, slots=True)
class PlacedFigures:
    """The figures of one period by the codes of a ``field`` that says a place; ``name`` says what and of when.

    ``anchor`` is that of the chart which tells the same. ``year`` is the one whose people a sum may be divided by;
    empty for what is no sum.
    """

    anchor: str
    field: Field
    name: str
    values: Mapping[str, ExactNumber]
    measure: ChartMeasure
    year: str = ""
