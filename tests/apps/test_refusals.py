"""A refusal is one thing at every door: page, figure for another site, comparison and API say the same status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from django.test import Client
from tests.apps.catalog_api import api_dataset
from tests.apps.catalog_api.api_dataset import Declared, publish

from ayan.apps.export.copy_share import SiteClient, TooCostly, Unexpected
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.query_service import QueryService
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

HUGE = Decimal("9" * 38)


class WithAmount(Declared):
    """The invented dataset, its money told as such, so that pages add it up."""

    def get(self, slug: str) -> Dataset:
        declared = super().get(slug)
        fields = tuple(
            replace(field, role="amount", nature="flow") if field.name == "amount" else field
            for field in declared.fields
        )
        return replace(declared, fields=fields)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    parts = CityParts(registry=WithAmount())
    new_city = City(tmp_path, tmp_path / "store", FixedClock(datetime(2024, 8, 5, 12, tzinfo=UTC)), parts=parts)
    monkeypatch.setattr(city, "current", lambda: new_city)
    monkeypatch.setitem(api_dataset.TYPES, "amount", pa.decimal128(38, 0))
    publish(new_city, "1403-05", [{"number": f"C-{n}", "amount": HUGE, "state": "active"} for n in (1, 2)])
    return new_city


QUERY = "_data=works&_measure=sum_amount&_by=state&_side=active&_side=ended&_over=none"
SUMS = {
    "page": "/data/works?_by=state",
    "page in English": "/en/data/works?_by=state",
    "chart": "/data/works?_view=chart",
    "figure for another site": "/embed/works?_by=state",
    "comparison": f"/compare?{QUERY}",
    "comparison in the API": f"/api/v1/compare?{QUERY}",
    "API": "/api/v1/datasets/works/groups?by=state&sum=amount",
}
"""One question at every door: what the works of each state come to."""

ROWS = {
    "page": "/data/works?_release={}",
    "figure for another site": "/embed/works?_release={}",
    "comparison": "/compare?_data=works&_measure=count&_by=_release&_side=1403-05/1&_side={}&_over=none",
    "comparison in the API": "/api/v1/compare?_data=works&_measure=count&_by=_release&_side=1403-05/1&_side={}&_over=none",
    "API": "/api/v1/datasets/works/rows?_release={}",
}
"""The rows of one release at every door."""


def refusal(address: str) -> tuple[int, str | None]:
    """The status at an address, and after how many seconds to ask again."""
    answer = Client().get(address)
    assert answer.headers.get("Cache-Control") == "no-store", "nobody keeps a refusal"
    return answer.status_code, answer.headers.get("Retry-After")


@pytest.mark.parametrize("address", SUMS.values(), ids=SUMS)
def test_numbers_too_large_to_be_exact_are_a_wrong_question_at_every_door(town: City, address: str) -> None:
    assert refusal(address) == (400, None)


@pytest.mark.parametrize("address", SUMS.values(), ids=SUMS)
def test_an_answer_that_costs_too_much_may_be_asked_for_later_at_every_door(
    town: City, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    no_time = EngineLimits(seconds=0, first_seconds=0)
    monkeypatch.setitem(
        town.__dict__, "query_service", QueryService(town.release_store, DuckDBEngine(town.index_store, no_time))
    )
    assert refusal(address) == (503, "120")


@pytest.mark.parametrize("address", ROWS.values(), ids=ROWS)
def test_a_release_that_never_was_is_not_found_at_any_door(town: City, address: str) -> None:
    assert refusal(address.format("1403-05/9")) == (404, None)


@pytest.mark.parametrize("address", ROWS.values(), ids=ROWS)
def test_a_withdrawn_release_is_gone_at_every_door(town: City, address: str) -> None:
    gone = publish(town, "1403-04", [{"number": "C-1", "amount": 1, "state": "active"}])
    town.release_store.withdraw(gone, "wrong-data", "ناظر ساختگی")
    assert refusal(address.format("1403-04/1")) == (410, None)


@pytest.mark.parametrize("address", [("/data/works", ""), ("/api/v1/datasets/works/groups", "by=state&sum=amount")])
@pytest.mark.usefixtures("town")
def test_the_static_copy_goes_on_without_what_cannot_be_added_up(tmp_path: Path, address: tuple[str, str]) -> None:
    with pytest.raises(TooCostly, match="answered 400"):
        SiteClient.of_process().save(address, tmp_path / "page")
    with pytest.raises(Unexpected) as wrong:
        SiteClient.of_process().save(("/data/works", "nothing=1"), tmp_path / "page")
    assert not isinstance(wrong.value, TooCostly), "a link of ours that asks wrongly still stops the copy"
