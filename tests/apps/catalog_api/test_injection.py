"""SQL where a value, a name or a place is expected: a refusal or the right answer, never a fault and never other rows."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from tests import sampling
from tests.apps.catalog_api.api_dataset import ROOT, Declared, body, publish
from tests.core.query.town import DATASET

from ayan.core.query.operators import operators_of
from ayan.core.values.clock import FixedClock
from ayan.core.values.text import fold
from ayan.core.values.text import publish as published
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

# Ends of strings and of names, comments, unions, stacked statements, functions that read files, wait or fail.
EVERY_ATTACK = (
    "'", '"', "''", "\\'", "`", "--", "#", "/*", "*/", ";", "%", "_", "\\", "$p0", "?", ":p0", "{}", "%s", "%00", "\u02bc",
    "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "') OR TRUE --", "1 OR 1=1", "1; DROP TABLE rows; --", "x'; DELETE FROM rows; --",
    "' UNION SELECT * FROM rows --", "' UNION ALL SELECT nid FROM rows --", "1) UNION SELECT sql FROM sqlite_master --",
    "' || (SELECT value FROM duckdb_settings()) || '", "$$ OR TRUE $$", "amount) FROM rows; --", 'amount" FROM rows --',
    "(SELECT nid FROM rows)", "(SELECT count(*) FROM rows)", "read_text('/etc/passwd')", "read_csv_auto('/etc/passwd')",
    "'; ATTACH '/tmp/x.db' AS x; --", "'; COPY rows TO '/tmp/stolen.csv'; --", "'; INSTALL httpfs; LOAD httpfs; --",
    "CAST('x' AS INTEGER)", "1/0", "error('x')", "SELECT pg_sleep(9)", "getenv('PATH')", "nid", "_n", "_period", "rows",
    "rowid", "*", "amount, nid", "amount DESC", "amount; --", "title) --", "NULL", "TRUE", "icu_sort_key(nid,'fa')",
    "[[:alpha:]]", "(?:.*)", ".*", "^", "a|b", "(" * 50, "\u06f1 OR \u06f1=\u06f1", "٪٪", "\ufeff'", "\u200c' OR 1=1",
)  # fmt: skip
ATTACKS = EVERY_ATTACK if sampling.is_whole() else tuple(sampling.chance("attacks").sample(EVERY_ATTACK, 24))
pytestmark = [pytest.mark.soak] if sampling.is_whole() else []
TEXTS = [field.name for field in DATASET.published if field.kind.name in ("text", "code") and field.choices is None]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city with a release in which every attack is also the title and in the number of a row."""
    home = tmp_path_factory.mktemp("attacked")
    parts = CityParts(registry=Declared())
    test_city = City(home, home / "store", FixedClock(datetime(2024, 8, 5, 12, tzinfo=UTC)), parts=parts)
    known = [{"number": f"{n} {text}", "title": published(text), "amount": n} for n, text in enumerate(ATTACKS)]
    publish(test_city, "1403-05", [*known, {"number": "0012", "title": "بی‌ربط", "state": "active"}])
    return test_city


@pytest.fixture
def attacked(town: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A program that asks it."""
    monkeypatch.setattr(city, "current", lambda: town)
    return Client()


def ask(client: Client, address: str, *params: tuple[str, str]) -> Any:
    """The answer; anything but an answer or a problem document fails the test."""
    query = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in params)
    response = client.get(f"{address}?{query}")
    said = (address, params, response.status_code)
    assert response.status_code in (200, 400, 404, 410), said
    content = response.getvalue()
    if response.status_code != 200:
        assert response["Content-Type"] == "application/problem+json", said
        problem = json.loads(content)
        assert problem["status"] == response.status_code
        assert not any(word in problem["detail_en"] for word in ("SELECT", "rows WHERE", "Binder", "Parser")), said
        return None
    return json.loads(content) if response["Content-Type"] == "application/json" else content


def titles(answer: Any) -> set[str]:
    return {row["title"] for row in answer["rows"] if row["title"] is not None}


@pytest.mark.parametrize("field", TEXTS)
def test_in_a_value_it_is_only_a_text(attacked: Client, field: str) -> None:
    known = [row[field] for row in ask(attacked, f"{ROOT}/rows", ("_size", "1000"))["rows"] if row[field] is not None]
    for text in ATTACKS:
        expected = {
            "": {value for value in known if fold(value) == fold(text)},
            "__contains": {value for value in known if fold(text) in fold(value)},
            "__startswith": {value for value in known if fold(value).startswith(fold(text))},
        }
        for op, wanted in expected.items():
            answer = ask(attacked, f"{ROOT}/rows", (f"{field}{op}", text), ("_size", "1000"))
            assert answer is None or {row[field] for row in answer["rows"]} == wanted, (op, text)


def test_in_a_value_of_another_kind_it_is_refused(attacked: Client) -> None:
    for field in DATASET.published:
        for op in operators_of(DATASET, field):
            if field.name in TEXTS and op != "isnull":
                continue
            name = field.name if op == "eq" else f"{field.name}__{op}"
            for text in ATTACKS:
                answer = ask(attacked, f"{ROOT}/rows", (name, text), ("_count", "1"))
                assert answer is None or (name.startswith("open") and text == "TRUE"), (name, text)


def test_in_a_search_it_is_only_words(attacked: Client) -> None:
    for text in ATTACKS:
        answer = ask(attacked, f"{ROOT}/rows", ("_search", text), ("_size", "1000"))
        if answer is not None:
            row_texts = [f"{row['number']} {row['title']} {row['state']}" for row in answer["rows"]]
            assert all(fold(word) in fold(row_text) for row_text in row_texts for word in text.split()), text


def places() -> Iterator[tuple[str, str]]:
    """Every parameter of every address that takes a name, a number, a moment, a place or a choice."""
    for name in (
        "_sort",
        "_sort_desc",
        "_size",
        "_next",
        "_count",
        "_fields",
        "_as_of",
        "_release",
        "_calendar",
        "_lang",
    ):
        yield "rows", name
    for name in ("_sort", "_size", "_fields", "_as_of"):
        yield "rows.csv", name
        yield "rows.atom", name
    for name in (
        "by",
        "sum",
        "avg",
        "median",
        "min",
        "max",
        "distinct",
        "count",
        "_sort",
        "_sort_desc",
        "_size",
        "_as_of",
    ):
        yield "groups", name
    for name in ("by", "_size", "_as_of", "_release", "_lang"):
        yield "facets", name
    for name in ("from", "to", "change", "_size", "_next", "_calendar", "_lang"):
        yield "changes", name
    for name in ("_as_of", "_release", "_calendar", "_lang"):
        yield "rows/0012", name
    yield "releases", "_lang"
    yield "releases.atom", "_next"
    yield "openapi.json", "_lang"


@pytest.mark.parametrize(("address", "name"), list(places()))
def test_where_a_name_or_a_number_is_expected_it_is_refused(attacked: Client, address: str, name: str) -> None:
    for text in ATTACKS:
        assert ask(attacked, f"{ROOT}/{address}", (name, text)) is None, text


@pytest.mark.parametrize(
    "address", ["rows", "rows.csv", "rows.atom", "groups", "facets", "changes", "releases", "rows/0012"]
)
def test_as_the_name_of_a_parameter_it_is_refused(attacked: Client, address: str) -> None:
    for text in ATTACKS:
        for name in (text, f"amount__{text}", f"_{text}", f"{text}amount__lte"):
            assert ask(attacked, f"{ROOT}/{address}", ("by", "state"), (name, "1")) is None, name


@pytest.mark.parametrize(
    "pattern",
    ["/api/v1/datasets/{}", "/api/v1/datasets/{}/rows", f"{ROOT}/rows.{{}}", f"{ROOT}/{{}}", f"{ROOT}/changes.{{}}",
     f"{ROOT}/releases/{{}}/1", f"{ROOT}/releases/1403-05/{{}}", f"{ROOT}/releases/1403-05/1/{{}}", "/api/v1/{}"],
)  # fmt: skip
def test_in_an_address_it_leads_nowhere(attacked: Client, pattern: str) -> None:
    for text in ATTACKS:
        answer = ask(attacked, pattern.format(quote(text, safe="")))
        assert answer is None or text == "rows", text


def test_in_a_key_it_is_only_a_text(attacked: Client) -> None:
    for text in ATTACKS:
        answer = ask(attacked, f"{ROOT}/rows/{quote(text, safe='')}")
        assert answer is None or [fold(row["number"]) for row in answer["rows"]] == [fold(text)], text


def test_in_a_cursor_it_is_refused_or_only_a_text(attacked: Client) -> None:
    page = ask(attacked, f"{ROOT}/rows", ("_sort", "title"), ("_size", "1"))
    cursor = page["next"].rpartition("_next=")[2]
    document = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    everything = titles(ask(attacked, f"{ROOT}/rows", ("_size", "1000")))
    for text in ATTACKS:
        for key in document:
            forged = json.dumps({**document, key: text})
            token = base64.urlsafe_b64encode(forged.encode()).decode().rstrip("=")
            answer = ask(attacked, f"{ROOT}/rows", ("_sort", "title"), ("_next", token), ("_size", "1000"))
            assert answer is None or titles(answer) <= everything, text


def test_nothing_was_written_or_read(attacked: Client, town: City) -> None:
    ask(attacked, f"{ROOT}/rows")
    before = {path: path.stat().st_mtime_ns for path in town.home.rglob("*") if path.is_file()}
    for text in ATTACKS:
        for name in ("title", "_search", "number__in"):
            ask(attacked, f"{ROOT}/groups", ("by", "state"), (name, text))
    assert {path: path.stat().st_mtime_ns for path in town.home.rglob("*") if path.is_file()} == before
    assert body(attacked.get(f"{ROOT}/rows?_count=1"))["total"] == len(ATTACKS) + 1
