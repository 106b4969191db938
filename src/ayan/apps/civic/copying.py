"""Which addresses the special pages of a city have, for whoever copies them."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.apps.civic import budget_tree, units
from ayan.apps.civic.budget_sums import summed
from ayan.apps.civic.framing import NONE, step_of
from ayan.apps.civic.players import Player, player, releases
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.wiring.city import City

Page = tuple[str, tuple[str, ...]]
"""The name of a route and its arguments."""

COUNCIL = (
    ("council_member", "council-seats", "name"),
    ("council_sitting", "council-sittings", "number"),
    ("council_decision", "council-decisions", "number"),
)
PLAYED = (("budget_years", budget_tree.PART), ("organisation", units.PART), ("council", "council-decisions"))


def pages(here: City, most: int) -> Iterator[Page]:
    """The pages that are linked from everywhere, then those of single things, at most so many of a kind."""
    parts = {view.part for one in here.registry.all() for view in one.views_of("plays")}
    for name, part in PLAYED:
        if part in parts:
            yield name, ()
    budget = player(here, budget_tree.PART)
    if budget is not None and releases(here, budget):
        for path in _budget(here, budget, most):
            yield budget_tree.PAGE, (path,)
    for name, part, place in COUNCIL:
        one = player(here, part)
        if one is not None and most and releases(here, one):
            field = one.field(place).name
            question = Question(slug=one.dataset.slug, size=most)
            for row in here.reader.rows(one.dataset, question).rows:
                yield name, (step_of(str(row.values[field])),)


def _budget(here: City, one: Player, most: int) -> Iterator[str]:
    """Every year and heading, and the first so many lines."""
    standing = here.reader.standing(one.dataset, Question(slug=one.dataset.slug))
    heading = next((place for place in ("heading", "heading_title") if one.has(place)), "")
    places = [place for place in ("year", "scheme", heading, "code") if place]
    try:
        found = summed(here.reader, one, standing, (), places).sums
    except Unanswered:
        return
    keys = [[str(value or NONE) for value in key] for key in found]
    lines = [key if heading else [*key[:2], NONE, *key[2:]] for key in sorted(keys)]
    steps = {tuple(line[:depth]): None for depth in (1, 2, 3) for line in lines}
    steps |= {tuple(line): None for line in lines[:most]}
    for each in steps:
        yield "/".join(step_of(step) for step in each)
