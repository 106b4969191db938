"""Which addresses the page of the activities has, for whoever copies it."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.apps.promises.activities import STATES, catalogue
from ayan.apps.promises.activity_query import NONE, PER_PAGE, ActivityQuery
from ayan.core.query.answer import Unanswered
from ayan.wiring.city import City


def queries(city: City) -> Iterator[str]:
    """The queries of the whole list, of each unit, group and status, and of the same by groups, with every page."""
    asked = [ActivityQuery(), ActivityQuery(by="group")]
    try:
        activity_catalogue = catalogue(city)
    except Unanswered:
        activity_catalogue = None
    if activity_catalogue is None:
        yield ""
        return
    units = dict.fromkeys(activity.unit.fa if activity.unit else NONE for activity in activity_catalogue.activities)
    asked += [ActivityQuery(unit=(unit,)) for unit in units]
    asked += [
        ActivityQuery(group=(group,), by="group")
        for group in dict.fromkeys(each.group or NONE for each in activity_catalogue.activities)
    ]
    asked += [ActivityQuery(status=(state,)) for state in STATES]
    for query in asked:
        picked = sum(query.picks(each) for each in activity_catalogue.activities)
        for page in range(1, max(1, -(-picked // PER_PAGE)) + 1):
            yield query.query(page=page)
