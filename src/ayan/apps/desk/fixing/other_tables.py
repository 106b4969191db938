"""A file that was given for the wrong dataset: few of its headers are known here, and perhaps those of another are."""

from __future__ import annotations

from typing import Any

from ayan.apps.desk import work_lists
from ayan.apps.desk.limits import FEWEST_HEADERS, MOST_TABLES_NAMED
from ayan.apps.desk.submission_page import SubmissionPage, officer
from ayan.core.intake.table import RawTable
from ayan.core.refine.header_matching import header_key, known_headers
from ayan.wiring import city


def misfit(desk: SubmissionPage, raw: RawTable) -> dict[str, Any]:
    """``misfit``, whether fewer than a third of a file's headers are known, and the ``tables`` that they fit better.

    Only those are named that the officer may send. Nothing is decided by this.
    """
    headers = {header_key(column.header) for column in raw.columns if column.header.strip()}
    own = len(headers & known_headers(desk.dataset.fields))
    if not headers or 3 * own >= len(headers):
        return {"misfit": False}
    registry = city.current().registry
    datasets = [registry.get(each["slug"]) for each in work_lists.sendable(officer(desk.request), desk.lang)]
    hits = [(len(headers & known_headers(each.fields)), each) for each in datasets if each.slug != desk.dataset.slug]
    better = [
        (count, each) for count, each in hits if count >= max(FEWEST_HEADERS, 2 * own) and 2 * count > len(headers)
    ]
    better.sort(key=lambda pair: -pair[0])
    return {"misfit": True, "tables": [each for _, each in better[:MOST_TABLES_NAMED]]}
