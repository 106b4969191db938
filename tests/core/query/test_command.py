"""`ayan query` gives what the API gives, and says on standard error what is wrong with a question."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.core.query.town import DATASET
from tests.core.store.sealing import seal

from ayan.cli import query
from ayan.wiring import city
from ayan.wiring.city import City


class Declared:
    """A registry of the one invented dataset."""

    def get(self, slug: str) -> Any:
        if slug != DATASET.slug:
            raise KeyError(slug)
        return DATASET

    def all(self) -> tuple[Any, ...]:
        return (DATASET,)


@pytest.fixture
def ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, bytes, str]]:
    town = City(tmp_path, tmp_path / "store")
    town.__dict__["registry"] = Declared()
    monkeypatch.setattr(city, "current", lambda: town)
    seal(town.shelf, "1403-05", {"number": ["a", "b"], "amount": [5, 7], "title": ["=x", "پل"]}, "works")
    parser = argparse.ArgumentParser()
    query.add_parser(parser.add_subparsers())

    def asked(*words: str) -> tuple[int, bytes, str]:
        code = query.run(parser.parse_args(["query", *words]))
        out, err = capfdbinary.readouterr()
        return code, out, err.decode()

    return asked


Ask = Callable[..., tuple[int, bytes, str]]


def test_rows_groups_and_facets(ask: Ask) -> None:
    code, out, _ = ask("works", "amount__gte=6&_count=1")
    assert (code, json.loads(out)["total"], json.loads(out)["rows"][0]["number"]) == (0, 1, "b")
    assert json.loads(ask("works", "groups?sum=amount")[1])["groups"] == [{"sum_amount": 12}]
    assert json.loads(ask("works", "facets?by=number")[1])["facets"]["number"]["values"][0]["value"] == "a"
    assert len(json.loads(ask("works")[1])["rows"]) == 2


def test_the_next_page_is_asked_for_with_its_own_text(ask: Ask) -> None:
    first = json.loads(ask("works", "_size=1")[1])
    assert [row["number"] for row in json.loads(ask("works", first["next"])[1])["rows"]] == ["b"]


def test_formats(ask: Ask) -> None:
    lines = ask("works", "_fields=number,title", "--format", "csv")[1].decode("utf-8-sig").splitlines()
    assert lines == ["number,title,_row", '"a","\'=x","1403-05/1#1"', '"b","پل","1403-05/1#2"']
    assert ask("works", "", "--format", "parquet")[1][:4] == b"PAR1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("works", "colour=1"), "colour"),
        (("works", "groups?by=nid"), "by"),
        (("works", "groups?", "--format", "csv"), "--format"),
        (("works", "_release=1403-09/1"), "no such release"),
        (("nothing", ""), "works"),
    ],
)
def test_what_is_wrong_is_said(ask: Ask, words: tuple[str, ...], told: str) -> None:
    code, out, err = ask(*words)
    assert (code, out) == (1, b"")
    assert told in err
