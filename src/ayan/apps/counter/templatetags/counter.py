"""The desk of a step, and what can be asked for at the counter about a record."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from ayan.apps.counter import rules
from ayan.core.casework.case_kind import CaseKind

register = template.Library()


@register.simple_tag
def kinds_changing(slug: str) -> list[CaseKind]:
    """The kinds whose document changes a record of a dataset, such as the certificate that a building is finished."""
    kinds = rules.kinds().sound.values()
    return [kind for kind in kinds if kind.record is not None and kind.record.changes and kind.record.dataset == slug]


@register.simple_tag
def desk_name(desks: Mapping[str, str], slug: str) -> str:
    """What the unit is called at which a step was; its slug where it has no name any more."""
    return desks.get(slug, slug)
