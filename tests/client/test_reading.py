"""A city read through the client: rows, groups, differences, records, tables, and words for all that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyarrow as pa
import pytest
from ayan_client import (
    BadQuestion,
    Condition,
    Day,
    Gone,
    Having,
    Malformed,
    NotThere,
    Portal,
    Unreachable,
    to_pandas,
    to_polars,
    where,
)
from tests.apps.small_city import HOSTILE, ROWS, SECRET
from tests.client.liar import Served
from tests.patience import PATIENCE


def raw(served: Served, path: str) -> Any:
    with urlopen(served.address + path, timeout=PATIENCE) as answer:
        return json.load(answer)


def test_rows_are_those_of_the_api_with_exact_values_and_their_source(city: Portal, served: Served) -> None:
    works = city.dataset("works")
    rows = list(works.rows(size=7))
    assert len({path for path, _ in served.asked if "/rows.json" in path}) == 9
    said = raw(served, "/api/v1/datasets/works/rows?_size=1000")
    jalali = raw(served, "/api/v1/datasets/works/rows?_size=1000&_calendar=jalali")
    assert [{**row, "day": str(row["day"]), "_row": row.address} for row in rows] == said["rows"]
    assert [row["day"].jalali for row in rows if isinstance(row["day"], Day)] == [row["day"] for row in jalali["rows"]]
    assert rows[0]["subject"] == HOSTILE
    assert {type(row["amount"]) for row in rows} == {int}
    assert (rows[5].address, rows[5].release, rows[5].number) == ("1403/2#7", "1403/2", 7)
    source = rows[5].source
    assert source.state == said["state"]
    assert (source.releases, source.releases_total) == (("1403/2",), 1)
    assert source.as_of == datetime(2024, 8, 5, 14, tzinfo=UTC)
    assert source.log is not None
    assert source.leaf_link == f"{served.address}/log/{source.log.size - 1}"
    assert raw(served, source.link.removeprefix(served.address))["rows"] == said["rows"][:7]
    assert SECRET not in repr(rows)


CONDITIONS: list[tuple[Condition, Callable[[Any], bool]]] = [
    (where("amount").at_least(30_000_000), lambda row: row["amount"] >= 30_000_000),
    (where("amount").more_than(Decimal(30_000_000)), lambda row: row["amount"] > 30_000_000),
    (where("amount").less_than("۳۰۰۰۰۰۰۰"), lambda row: row["amount"] < 30_000_000),
    (where("amount").at_most(30_000_000), lambda row: row["amount"] <= 30_000_000),
    (where("state").equals("جاری"), lambda row: row["state"] == "open"),
    (where("state").differs("open"), lambda row: row["state"] == "done"),
    (where("number").is_one_of(["C-001", "C-002,x"]), lambda row: row["number"] == "C-001"),
    (where("subject").contains("كار ساختگي ۱۲"), lambda row: row["number"] == "C-012"),
    (where("number").starts_with("C-00"), lambda row: row["number"] < "C-010"),
    (where("site").is_empty(), lambda row: row["site"] is None),
    (where("site").is_filled(), lambda row: row["site"] is not None),
    (where("day").equals("1403-05"), lambda row: row["day"].jalali.startswith("1403-05")),
    (where("day").equals(date(2024, 9, 28)), lambda row: row["day"] == date(2024, 9, 28)),
]


def test_conditions_pick_what_they_say(city: Portal) -> None:
    works = city.dataset("works")
    rows = list(works.rows())
    for condition, holds in CONDITIONS:
        picked = [row.address for row in works.rows(condition)]
        assert picked == [row.address for row in rows if holds(row)], condition
        assert picked, condition
    assert works.count(CONDITIONS[0][0]) == len([row for row in rows if CONDITIONS[0][1](row)])


def test_a_float_is_never_asked_for() -> None:
    with pytest.raises(TypeError, match="never a float"):
        where("amount").at_least(0.1)  # type: ignore[arg-type]  # that is the fault
    with pytest.raises(TypeError):
        where("amount").equals(Decimal("nan"))


def test_groups_and_facets_count_and_add_up_exactly(city: Portal) -> None:
    works = city.dataset("works")
    rows = list(works.rows())
    groups = works.groups(
        by=["state"], sum=["amount"], avg=["amount"], min=["day"], max=["amount"], sort="sum_amount", descending=True,
        having=[Having("count", "gt", 5)],
    )  # fmt: skip
    assert [group["state"] for group in groups] == ["open", "done"]
    for group in groups:
        own = [row for row in rows if row["state"] == group["state"]]
        amounts = [row["amount"] for row in own if isinstance(row["amount"], int)]
        assert (group["count"], group["sum_amount"], group["max_amount"]) == (len(own), sum(amounts), max(amounts))
        assert group["avg_amount"] == Decimal(sum(amounts)) / len(own)
        assert group["min_day"] == min(row["day"] for row in own if isinstance(row["day"], Day))
    assert groups.source.state == rows[0].source.state
    by_month = works.groups(where("state").equals("open"), by=["day:month"])
    assert {str(group["day:month"])[:5] for group in by_month} == {"1403-"}
    facet = works.facets(where("state").equals("open"), by=["state", "day"], size=2).by["state"]
    assert [(each.value, each.count, each.chosen) for each in facet.values] == [("open", 40, True), ("done", 20, False)]


def test_differences_records_and_their_history(city: Portal) -> None:
    works = city.dataset("works")
    came = works.differences(size=10)
    assert (came.counts.added, came.counts.unchanged, len(came.changes)) == (ROWS - 5, 5, ROWS - 5)
    assert came.totals["amount"].after - came.totals["amount"].before == sum(
        each.fields["amount"].after for each in came.changes if isinstance(each.fields["amount"].after, int)
    )
    assert isinstance(came.changes[0].fields["day"].after, Day)
    gone = works.differences("2024-08-05T12:30:00Z", "1403/2")
    assert not gone.withdrawn, "a release stands for itself"
    (row,) = works.record("C-006")
    assert (row["amount"], row.address) == (6_000_000, "1403/2#7")
    assert [(each.release.name, len(each.rows)) for each in works.history("C-006")] == [("1403/1", 0), ("1403/2", 1)]
    assert [each.name for each in works.releases()] == ["1403/2", "1403/1", "1402/1"]
    assert [each.withdrawn for each in works.releases()] == [False, False, True]
    with pytest.raises(NotThere):
        works.record("C-999")


def test_words_are_answered_with_the_exact_figure_and_its_source(city: Portal, served: Served) -> None:
    answers = city.ask("مبلغ کارهای جاری")
    assert len(served.asked) == 1, "an answer says itself where it came from"
    figured = [answer for answer in answers if answer.figures]
    assert figured
    said = raw(served, "/api/v1/datasets/works/groups?sum=amount&state=open")["groups"][0]["sum_amount"]
    assert said in [figure.value for answer in figured for figure in answer.figures]
    for answer in figured:
        assert answer.text.fa
        assert answer.text.en
        assert {source.state for source in answer.sources} == {city.dataset("works").groups().source.state}
        assert {source.dataset for source in answer.sources} == {"works"}
        assert {source.address for source in answer.sources} >= {answer.question}
        assert all(source.citation for source in answer.sources)


def test_each_question_behind_a_share_is_a_source(city: Portal) -> None:
    (answer, *_) = city.ask("چند درصد کارها جاری است")
    assert len(answer.figures) >= 2
    part, whole = answer.sources
    assert part.address == answer.question
    assert part.state == whole.state
    assert part.citation != whole.citation


def test_every_result_leads_to_a_page_that_keeps_it(city: Portal, served: Served) -> None:
    works, open_ones = city.dataset("works"), where("state").equals("open")
    (row, *_) = works.rows(open_ones)
    sources = [row.source, works.groups(open_ones, by=["state"]).source, works.facets(open_ones, by=["state"]).source]
    assert len({source.citation for source in sources}) == 1
    assert sources[0].citation is not None
    with urlopen(sources[0].citation, timeout=PATIENCE) as page:
        assert page.status == 200
    held = raw(served, f"/api/v1/citations/{str(sources[0].cited).rpartition('/')[2]}")
    assert (held["standing"], held["query"]) == ("current", "state=open")


@pytest.mark.parametrize("address", ["@elsewhere.example/", ".elsewhere.example/"])
def test_a_source_leads_to_the_portal_alone(city: Portal, served: Served, address: str) -> None:
    served.alter = lambda _path, body: body.replace(b'"address":"', b'"address":"' + address.encode())
    with pytest.raises(Malformed):
        city.dataset("works").groups()


def test_balances_are_exact(city: Portal) -> None:
    (balance,) = city.balances()
    whole = city.balance(balance.code)
    assert (whole.code, whole.holds, whole.failed) == ("works/halves", False, balance.failed)
    assert all(each.difference == each.left - each.right for each in whole.failures)
    assert whole.off == sum((abs(Decimal(each.difference)) for each in whole.failures), Decimal(0))
    assert whole.releases == ("works/1403/2",)
    assert whole.sql


def test_tables_have_the_same_values_and_no_floats(city: Portal, tmp_path: Path) -> None:
    works = city.dataset("works")
    rows = list(works.rows())
    table = works.table()
    assert not [column for column in table.schema if pa.types.is_floating(column.type)]
    assert table.column("amount").to_pylist() == [row["amount"] for row in rows]
    assert table.schema.metadata[b"ayan.state"].decode() == rows[0].source.state
    assert [(row, row.address) for row in works.stream()] == [(row, row.address) for row in rows]
    assert works.table(where("number").equals("C-999")).num_rows == 0
    open_ones = where("state").equals("open")
    kept = works.download(tmp_path / "open.csv", open_ones)
    assert kept.citation is not None
    assert kept.path.read_text("utf-8-sig").count("C-") == works.count(open_ones)
    with urlopen(kept.citation, timeout=PATIENCE) as page:
        assert page.status == 200


@pytest.mark.soak
def test_pandas_and_polars_keep_whole_numbers_whole(city: Portal) -> None:
    """They take seconds to be imported."""
    table = city.dataset("works").table()
    beside = table.append_column("beside", pa.array([None, 2**62 + 1, *[0] * (ROWS - 2)], pa.int64()))
    for frame in (to_pandas(beside), to_polars(beside)):
        assert frame["amount"].sum() == sum(amount or 0 for amount in table.column("amount").to_pylist())
        assert frame["beside"].sum() == 2**62 + 1
        assert "float" not in str(frame["beside"].dtype).lower()


def test_what_is_refused_says_so_in_both_languages(city: Portal) -> None:
    works = city.dataset("works")
    with pytest.raises(BadQuestion) as bad:
        list(works.rows(where("colour").equals("red"), sort="nothing"))
    assert {fault.parameter for fault in bad.value.faults} == {"colour", "_sort"}
    assert all(fault.fa and fault.en and fault.code for fault in bad.value.faults)
    assert bad.value.fa != bad.value.en
    with pytest.raises(NotThere) as missing:
        city.dataset("nowhere").schema()
    assert missing.value.code == "no-such-dataset"
    with pytest.raises(Gone) as gone:
        list(works.rows(release="1402/1"))
    assert (gone.value.reason, gone.value.status) == ("wrong-data", 410)
    with pytest.raises(ValueError, match="zone"):
        list(works.rows(as_of=datetime(2024, 8, 5)))  # noqa: DTZ001 - that is the fault
    with pytest.raises(ValueError, match="address"):
        Portal("ftp://example.org")
    with pytest.raises(ValueError, match="address"):
        Portal("https://example.org/api")


def test_the_schema_says_kinds_units_and_words(city: Portal) -> None:
    schema = city.dataset("works").schema()
    assert schema.key == ("number",)
    amount = schema.column("amount")
    assert (amount.kind, amount.type, amount.nature) == ("rial", "integer", "flow")
    assert amount.label.fa == "مبلغ"
    assert schema.column("state").choices["open"].fa == "جاری"
    assert {each.slug for each in city.datasets()} == {"works", "unsent"}
    assert "holder_id" not in {column.name for column in schema.columns}


def test_nobody_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan_client.transport.FIRST_WAIT", 0.001)
    with pytest.raises(Unreachable) as away:
        Portal("http://127.0.0.1:9").datasets()
    assert away.value.fa
