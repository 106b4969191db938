"""Lists of releases: whole in pages whatever comes meanwhile, and answers that name few and say where all of them are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, body, publish
from tests.core.query.town import SOME_ROWS

from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

DAYS = 125


@pytest.fixture
def many(town: City, clock: FixedClock) -> list[str]:
    """The releases of a busy dataset by name, the newest first."""
    for day in range(DAYS - 1):
        clock.move(timedelta(hours=1))
        publish(town, f"1403-{6 + day // 30:02}-{1 + day % 30:02}", list(SOME_ROWS[:1]))
    return [f"{each.period}/{each.number}" for each in town.release_store.releases("works")][::-1]


def names(answer: dict[str, list[dict[str, object]]]) -> list[str]:
    return [f"{each['period']}/{each['number']}" for each in answer["releases"]]


def test_the_list_comes_in_pages_that_stay_in_place_when_releases_come(
    client: Client, town: City, clock: FixedClock, many: list[str]
) -> None:
    first = body(client.get(f"{ROOT}/releases"))
    assert (names(first), first["total"]) == (many[:100], DAYS)
    clock.move(timedelta(hours=1))
    publish(town, "1403-05", list(SOME_ROWS))
    second = body(client.get(first["next"]))
    assert (names(second), second["total"], second["next"]) == (many[100:], DAYS + 1, None)
    seen, address = list[str](), f"{ROOT}/releases?_size=40"
    while address:
        page = body(client.get(address))
        seen += names(page)
        address = page["next"]
    assert seen == ["1403-05/2", *many]
    for wrong in ("_next=1403-05/9", "_next=x", "_size=0", "_size=1001", "before=1"):
        refused = client.get(f"{ROOT}/releases?{wrong}")
        assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json"), wrong


@pytest.mark.parametrize("question", ["rows?_size=1", "rows/0012", "groups?by=state", "facets?by=state"])
def test_an_answer_names_the_newest_releases_and_leads_to_all(client: Client, many: list[str], question: str) -> None:
    response = client.get(f"{ROOT}/{question}")
    answer = body(response)
    assert sorted(answer["releases"]) == sorted(many[:MOST_NAMED_RELEASES])
    assert answer["releases"] == sorted(answer["releases"]), "in the order of their periods"
    assert answer["releases_total"] == DAYS
    assert body(client.get(answer["releases_url"]))["total"] == DAYS
    assert f'<{ROOT}/releases>; rel="describedby"' in response.headers["Link"]
    if "_size" in question:
        assert len(response.content) < 2_500


def test_a_dataset_names_its_newest_releases(client: Client, many: list[str]) -> None:
    answer = body(client.get(ROOT))
    assert names(answer) == many[:MOST_NAMED_RELEASES]
    assert answer["releases_total"] == DAYS
    assert body(client.get(answer["releases_url"]))["total"] == DAYS
