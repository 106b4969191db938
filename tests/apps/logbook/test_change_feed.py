"""The feed for mirrors: the whole log in its order, whoever reads when, and each page at the same cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.answer_promise import promised
from tests.apps.small_city import SECRET, build
from tests.sampling import examples

from ayan.core.ledger.log import Log
from ayan.core.ledger.tiles import WIDTH
from ayan.core.ledger.tree import leaf_hash
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import SystemClock
from ayan.wiring import city, ledger
from ayan.wiring.city import City

ADDRESS = "/api/v1/changes"


@pytest.fixture(scope="module")
def grown_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city whose log has more than three bundles, and more as tests append to it."""
    town = build(tmp_path_factory.mktemp("grown") / "city")
    appended(town, 3 * WIDTH)
    return town


def appended(town: City, count: int) -> None:
    log = ledger.writing(town.home, town.home / "store", demo=True)
    log.append_all([_leaf(log.size + number) for number in range(count)])


def log_of(town: City) -> Log:
    log = town.log
    assert log is not None
    return log


def _leaf(number: int) -> bytes:
    return canonical_json({"kind": "later-kind", "number": number})


def followed(reader: Client, cursor: str = "0", size: int = 256) -> tuple[list[Any], str]:
    """Everything from a cursor to the end, and the cursor there."""
    changes: list[Any] = []
    address: str | None = f"{ADDRESS}?_next={cursor}&_size={size}"
    while address:
        page = promised(reader.get(address))
        changes += page["changes"]
        address, cursor = page["next"], page["cursor"]
    return changes, cursor


def test_every_act_is_told_with_what_a_mirror_fetches(reader: Client, small_city: City) -> None:
    changes, cursor = followed(reader)
    log = small_city.log
    assert log is not None
    assert cursor == str(log.size)
    assert [change["hash"] for change in changes] == [leaf_hash(leaf).hex() for leaf in log.leaves(0, log.size)]
    acts = sorted((change["act"], change["release"]["period"], change["release"]["number"]) for change in changes)
    assert acts == [("sealed", "1402", 1), ("sealed", "1403", 1), ("sealed", "1403", 2), ("withdrawn", "1402", 1)]
    for change in changes:
        statement = change["release"]
        answer = reader.get(statement["url"] + "/datapackage.json")
        gone = any(later["act"] == "withdrawn" and later["release"]["url"] == statement["url"] for later in changes)
        assert answer.status_code == (410 if gone else 200)
        if not gone:
            assert sha256_hex(answer.content) == statement["manifest"]
        assert reader.get(change["proof"]).status_code == 200
    assert SECRET not in json.dumps(changes)


def test_who_has_a_page_is_not_sent_it_again(reader: Client) -> None:
    answer = reader.get(ADDRESS)
    again = reader.get(ADDRESS, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    end = followed(reader)[1]
    tail = reader.get(f"{ADDRESS}?_next={end}")
    assert promised(tail) == {"changes": [], "cursor": end, "next": None}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("_next=99", "cursor"), ("_next=-1", "cursor"), ("_next=01", "cursor"), ("_next=۱", "cursor"), ("_next=", "cursor"),
        ("_size=0", "size"), ("_size=1001", "size"), ("_size=x", "size"), ("since=1", "unknown-parameter"),
        ("_next=1&_next=2", "repeated"),
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_this_log_is_refused(reader: Client, query: str, code: str) -> None:
    answer = reader.get(f"{ADDRESS}?{query}")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, code)


def test_before_anything_is_published_there_is_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "current", lambda: City(tmp_path, tmp_path / "store", SystemClock()))
    assert Client().get(ADDRESS).status_code == 404


@examples(6, 200, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 300)), min_size=1, max_size=8))
def test_nothing_is_skipped_or_doubled_while_others_publish(grown_city: City, steps: Sequence[tuple[int, int]]) -> None:
    """Between two pages any number of leaves are appended; pages have any size."""
    reader, log, seen = Client(), log_of(grown_city), list[Any]()
    first = max(0, log.size - 2 * WIDTH - 7)
    cursor = str(first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(city, "current", lambda: grown_city)
        for count, size in steps:
            page = promised(reader.get(f"{ADDRESS}?_next={cursor}&_size={size}"))
            assert (page["next"] is None) == (int(page["cursor"]) == log.size)
            seen += page["changes"]
            cursor = page["cursor"]
            if count:
                appended(grown_city, count)
        rest, cursor = followed(reader, cursor)
    seen += rest
    assert [change["leaf"] for change in seen] == list(range(first, log.size))
    hashes = [leaf_hash(leaf).hex() for leaf in log.leaves(first, log.size)]
    assert [change["hash"] for change in seen] == hashes
    assert cursor == str(log.size)


def test_a_page_reads_as_many_files_at_the_end_as_at_the_beginning(
    grown_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "current", lambda: grown_city)
    assert Client().get(ADDRESS).status_code == 200, "whatever is read once a process is read"
    read: list[str] = []
    whole = Path.read_bytes

    def noting(path: Path) -> bytes:
        read.append(path.as_posix())
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", noting)
    costs = []
    for cursor in (0, WIDTH, 2 * WIDTH):
        tries = []
        for _ in range(3):
            read.clear()
            assert Client().get(f"{ADDRESS}?_next={cursor}").status_code == 200
            tries.append(sum("/tile/" in path for path in read))
        # Now and then the site looks at the log for itself.
        costs.append(min(tries))
    assert costs == [1, 1, 1]
