"""What a static copy has of the promises: their pages, feeds and answers, the activities question by question."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ayan.apps.promises.activities import STATES, catalogue
from ayan.apps.promises.activity_query import NONE, PER_PAGE, ActivityQuery
from ayan.core.query.answer import Unanswered
from ayan.core.values import locale
from ayan.ui.contract import CopiedFile, step_name
from ayan.wiring.city import City


def files(city: City) -> Iterator[CopiedFile]:
    """The page of the activities once for each question that has a page of its own in a copy, then the others."""
    asked = list(queries(city))
    for lang in locale.codes():
        address = reverse(f"{lang}:deeds")
        for query in asked:
            file = f"{address.strip('/')}/{step_name(query)}/index.html" if query else ""
            yield CopiedFile(f"{address}{query}", file)
    for name in ("missing", "withheld"):
        yield from CopiedFile.pages(name)
    yield from CopiedFile.feeds("missing_feed")
    addresses = (reverse("deeds_api"), *(f"/api/v1/{name}" for name in ("missing", "missing/history", "withheld")))
    for address in addresses:
        yield from CopiedFile.documents(address, "csv")


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
