"""The kinds of fields there are, by name and in the order in which messages list them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.field import Kind
from ayan.core.schema.kinds.boolean import BooleanKind
from ayan.core.schema.kinds.geometry import GeometryKind
from ayan.core.schema.kinds.identifiers import CodeKind, CompanyKind, IdentityKind, RefKind
from ayan.core.schema.kinds.numbers import DecimalKind, IntegerKind, RialKind
from ayan.core.schema.kinds.temporal import DateKind, PeriodKind
from ayan.core.schema.kinds.texts import LinkKind, PlaceKind, TextKind

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        TextKind(),
        CodeKind(),
        IntegerKind(),
        DecimalKind(),
        RialKind(),
        DateKind(),
        PeriodKind(),
        BooleanKind(),
        LinkKind(),
        PlaceKind(),
        GeometryKind(),
        IdentityKind(),
        CompanyKind(),
        RefKind(),
    )
}
"""Every kind of the closed vocabulary."""
