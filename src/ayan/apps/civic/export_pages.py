"""Which addresses the special pages of a city have, for whoever copies them."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.apps.civic import budget_tree, units
from ayan.apps.civic.budget_sums import summed
from ayan.apps.civic.page_context import NONE, step_of
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.view import PlaysView
from ayan.wiring.city import City

Page = tuple[str, tuple[str, ...]]
"""The name of a route and its arguments."""

COUNCIL = (
    ("council_member", "council-seats", "name"),
    ("council_sitting", "council-sittings", "number"),
    ("council_decision", "council-decisions", "number"),
)
PLAYED = (("budget_years", budget_tree.PART), ("organisation", units.PART), ("council", "council-decisions"))


def pages(city: City, most: int) -> Iterator[Page]:
    """The pages that are linked from everywhere, then those of single things, at most so many of a kind."""
    parts = {view.part for dataset in city.registry.all() for view in dataset.views_of(PlaysView)}
    for name, part in PLAYED:
        if part in parts:
            yield name, ()
    budget = player(city, budget_tree.PART)
    if budget is not None and releases(city, budget):
        for path in _budget(city, budget, most):
            yield budget_tree.PAGE, (path,)
    for name, part, role_field in COUNCIL:
        role_dataset = player(city, part)
        if role_dataset is not None and most and releases(city, role_dataset):
            field = role_dataset.field(role_field).name
            question = Question(slug=role_dataset.dataset.slug, size=most)
            for row in city.query_service.rows(role_dataset.dataset, question).rows:
                yield name, (step_of(str(row.values[field])),)


def _budget(city: City, role_dataset: RoleDataset, most: int) -> Iterator[str]:
    """Every year and heading, and the first so many lines."""
    standing = city.query_service.snapshot(role_dataset.dataset, Question(slug=role_dataset.dataset.slug))
    heading = next((role_field for role_field in ("heading", "heading_title") if role_dataset.has(role_field)), "")
    places = [role_field for role_field in ("year", "scheme", heading, "code") if role_field]
    try:
        sums = summed(city.query_service, role_dataset, standing, (), places).sums
    except Unanswered:
        return
    keys = [[str(value or NONE) for value in key] for key in sums]
    lines = [key if heading else [*key[:2], NONE, *key[2:]] for key in sorted(keys)]
    steps = {tuple(line[:depth]): None for depth in (1, 2, 3) for line in lines}
    steps |= {tuple(line): None for line in lines[:most]}
    for each in steps:
        yield "/".join(step_of(step) for step in each)
