"""`ayan query` gives what the API gives, and says on standard error what is wrong with a question."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.core.query.town import DATASET
from tests.core.store.store_releases import Columns, seal

from ayan.cli import query
from ayan.core.schema.definition import Dataset
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts


class Declared(Registry):
    """A registry of the one invented dataset."""

    def __init__(self) -> None:
        super().__init__(folders=())

    def get(self, slug: str) -> Dataset:
        if slug != DATASET.slug:
            raise KeyError(slug)
        return DATASET

    def all(self) -> tuple[Dataset, ...]:
        return (DATASET,)


@pytest.fixture
def ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, bytes, str]]:
    parts = CityParts(registry=Declared())
    town = City(tmp_path, tmp_path / "store", parts=parts)
    monkeypatch.setattr(city, "current", lambda: town)
    rows: Columns = {
        "number": ["a", "b", "c"],
        "amount": pa.array([5, 7, 2**63 - 1]),
        "title": ["=x", "پل", None],
        "state": ["active", "active", None],
    }
    seal(town.release_store, "1403-05", rows, "works")
    parser = argparse.ArgumentParser()
    query.query_arguments(parser)

    def asked(*words: str) -> tuple[int, bytes, str]:
        code = query.run_query(parser.parse_args(words))
        out, err = capfdbinary.readouterr()
        return code, out, err.decode()

    return asked


Ask = Callable[..., tuple[int, bytes, str]]


def read_csv(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))


def test_rows_groups_and_facets(ask: Ask) -> None:
    code, out, _ = ask("works", "amount=7&_count=1")
    assert (code, json.loads(out)["total"], json.loads(out)["rows"][0]["number"]) == (0, 1, "b")
    assert json.loads(ask("works", "groups?sum=amount")[1])["groups"] == [{"sum_amount": 12 + 2**63 - 1}]
    assert json.loads(ask("works", "facets?by=number")[1])["facets"]["number"]["values"][0]["value"] == "a"
    assert len(json.loads(ask("works")[1])["rows"]) == 3


def test_the_next_page_is_asked_for_with_its_own_text(ask: Ask) -> None:
    first = json.loads(ask("works", "_size=2")[1])
    assert [row["number"] for row in json.loads(ask("works", first["next"])[1])["rows"]] == ["c"]


def test_groups_and_facets_in_every_format(ask: Ask) -> None:
    groups = "groups?by=state&sum=amount&avg=amount&count=1"
    assert read_csv(ask("works", groups, "--format", "csv")[1]) == [
        ["state", "count", "sum_amount", "avg_amount"], ["active", "2", "12", "6.00"], ["", "1", "9223372036854775807", "9223372036854775807.00"],
    ]  # fmt: skip
    (first, second) = ask("works", groups, "--format", "ndjson")[1].splitlines()
    assert first == b'{"state":"active","count":2,"sum_amount":12,"avg_amount":6.00}'
    assert b'"sum_amount":9223372036854775807,' in second
    table = pq.read_table(io.BytesIO(ask("works", f"{groups}&median=amount&max=day", "--format", "parquet")[1]))
    assert table.column("sum_amount").to_pylist() == [12, 2**63 - 1]
    assert [str(kind) for kind in table.schema.types] == [
        "string", "int64", "decimal128(38, 0)", "decimal128(38, 2)", "decimal128(38, 1)", "date32[day]",
    ]  # fmt: skip
    assert table.schema.metadata[b"ayan.releases"] == b"1403-05/1"
    assert read_csv(ask("works", "facets?by=state,title", "--format", "csv")[1])[:3] == [
        ["field", "value", "count", "chosen"], ["state", "active", "2", "false"], ["state", "", "1", "false"],
    ]  # fmt: skip
    assert ["title", "'=x", "1", "false"] in read_csv(ask("works", "facets?by=title", "--format", "csv")[1])


def test_a_table_of_groups_is_whole_or_says_that_it_is_cut(ask: Ask) -> None:
    """Without a size every group is written; with one, standard error says how many there are."""
    names = [f"n{number:04}" for number in range(130)]
    many: Columns = {"number": names, "amount": [1] * 130, "title": [None] * 130, "state": [None] * 130}
    seal(city.current().release_store, "1403-06", many, "works")
    for name in ("csv", "ndjson", "parquet"):
        code, out, err = ask("works", "groups?by=number&count=1", "--format", name)
        lines = (
            pq.read_table(io.BytesIO(out)).num_rows if name == "parquet" else len(out.splitlines()) - (name == "csv")
        )
        assert (code, lines, err) == (0, 133, "")
    code, out, err = ask("works", "groups?by=number&count=1&_size=5", "--format", "csv")
    assert (code, len(read_csv(out))) == (0, 6)
    assert "5 of 133 groups were written" in err


def test_groups_and_facets_speak_the_language_asked_for(ask: Ask) -> None:
    document = json.loads(ask("works", "groups?by=state,day:year&sum=amount&_lang=fa")[1])
    assert document["labels"] == {"state": "برچسب state", "day:year": "سال برچسب day", "sum_amount": "جمع برچسب amount"}
    assert document["choices"] == {"state": {"active": "جاری"}}
    head, first, *_ = read_csv(ask("works", "groups?by=state&count=1&_lang=en", "--format", "csv")[1])
    assert (head, first) == (["Label state", "Rows"], ["active", "2"])
    rows = read_csv(ask("works", "facets?by=state&_lang=fa", "--format", "csv")[1])
    assert rows[:2] == [["field", "value", "label", "count", "chosen"], ["state", "active", "جاری", "2", "false"]]
    table = pq.read_table(io.BytesIO(ask("works", "groups?by=state&_lang=fa", "--format", "parquet")[1]))
    assert (table.schema.field("state").metadata or {})[b"label"] == "برچسب state".encode()


def test_an_empty_answer_has_its_columns(ask: Ask) -> None:
    for words in ("groups?by=day&sum=amount&number=none", "facets?by=day&number=none"):
        assert len(read_csv(ask("works", words, "--format", "csv")[1])) == 1
        assert ask("works", words, "--format", "ndjson")[:2] == (0, b"")
        assert pq.read_table(io.BytesIO(ask("works", words, "--format", "parquet")[1])).num_rows == 0


def test_changes(ask: Ask) -> None:
    first = json.loads(ask("works", "changes?_size=2")[1])
    assert (first["counts"]["added"], len(first["changes"])) == (3, 2)
    second = json.loads(ask("works", first["next"])[1])
    assert ([change["key"] for change in second["changes"]], second["next"]) == (["c"], None)
    assert len(ask("works", "changes?", "--format", "ndjson")[1].splitlines()) == 3
    assert read_csv(ask("works", "changes?", "--format", "csv")[1])[0][:3] == ["change", "period", "key"]


def test_formats(ask: Ask) -> None:
    lines = ask("works", "_fields=number,title", "--format", "csv")[1].decode("utf-8-sig").splitlines()
    assert lines[:3] == ["number,title,_row", '"a","\'=x","1403-05/1#1"', '"b","پل","1403-05/1#2"']
    assert ask("works", "", "--format", "parquet")[1][:4] == b"PAR1"
    assert ask("works", "", "--format", "xlsx")[1][:2] == b"PK"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("works", "colour=1"), "colour"),
        (("works", "groups?by=nid"), "by"),
        (("works", "groups?_lang=fa", "--format", "ndjson"), "_lang"),
        (("works", "facets?by=state&_count=1"), "_count"),
        (("works", "changes?", "--format", "parquet"), "--format"),
        (("works", "groups?by=state", "--format", "xlsx"), "--format"),
        (("works", "facets?by=state", "--format", "xlsx"), "json, ndjson, csv, parquet"),
        (("works", "changes?from=yesterday"), "from"),
        (("works", "_count=1", "--format", "csv"), "_count"),
        (("works", "colour"), "colour"),
        (("works", "group?by=state"), "group?by"),
        (("works", "_next=abc"), "_next"),
        (("works", "_release=1403-09/1"), "no such release"),
        (("nothing", ""), "works"),
    ],
)
def test_what_is_wrong_is_said(ask: Ask, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = ask(*words)
    assert (code, out) == (1, b"")
    assert sentence in err
    persian = [any("آ" <= c <= "ی" for c in line) for line in err.splitlines()]
    assert persian == [True, False] * (len(persian) // 2)
