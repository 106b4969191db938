"""Which addresses the page of the activities has, for whoever copies it."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.apps.promises.activities import STATES, catalogue
from ayan.apps.promises.asking import NONE, PER_PAGE, Asked
from ayan.core.query.answer import Unanswered
from ayan.wiring.city import City


def queries(here: City) -> Iterator[str]:
    """The queries of the whole list, of each unit, group and status, and of the same by groups, with every page."""
    asked = [Asked(), Asked(by="group")]
    try:
        found = catalogue(here)
    except Unanswered:
        found = None
    if found is None:
        yield ""
        return
    units = dict.fromkeys(one.unit.fa if one.unit else NONE for one in found.activities)
    asked += [Asked(unit=(one,)) for one in units]
    asked += [Asked(group=(one,), by="group") for one in dict.fromkeys(each.group or NONE for each in found.activities)]
    asked += [Asked(status=(one,)) for one in STATES]
    for one in asked:
        picked = sum(one.picks(each) for each in found.activities)
        for page in range(1, max(1, -(-picked // PER_PAGE)) + 1):
            yield one.query(page=page)
