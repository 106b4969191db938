"""Releases in Ceph's object gateway: conditions hold among many writers, and a small city lives there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, Town, make_town
from tests.object_store import ObjectStore
from tests.rados_gateway import rados_gateway

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import Moved
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.bucket.trial import tried

pytestmark = pytest.mark.soak
WRITERS, TURNS = 6, 25


@pytest.fixture(scope="module")
def gateway() -> Iterator[ObjectStore]:
    with rados_gateway() as server:
        yield server


def counted(place: BucketPlace) -> list[int]:
    """One writer, who raises the number in an object by one, again and again; the numbers that it wrote."""
    bucket = Bucket(place)
    written: list[int] = []

    def text(number: int) -> bytes:
        return json.dumps({"number": number, "word": secrets.token_hex(8)}).encode()

    with suppress(Moved):
        bucket.create("number", text(0))
    while len(written) < TURNS:
        stored = bucket.get("number")
        assert stored is not None
        number = json.loads(stored.data)["number"] + 1
        try:
            bucket.replace("number", text(number), stored.tag)
        except Moved:
            continue
        written.append(number)
    return written


def test_nobody_overwrites_what_another_one_wrote(gateway: ObjectStore) -> None:
    place = gateway.place()
    assert not tried(Bucket(place)).keeps_versions
    with ThreadPoolExecutor(WRITERS) as writers:
        written = [number for numbers in writers.map(counted, [place] * WRITERS) for number in numbers]
    assert sorted(written) == list(range(1, WRITERS * TURNS + 1))


def test_a_city_publishes_erases_withdraws_and_is_backed_up_and_restored(gateway: ObjectStore, tmp_path: Path) -> None:
    town, backups = make_town(tmp_path), gateway.place()
    there = gateway.variables(gateway.place()) | {"AYAN_ORIGINALS_KEY": "5a" * 32, "DATABASE_URL": ""}
    people = ("--code", "personal-data", "--by", FIRST)
    assert town.publish(town.file(GOOD), **there).code == 0
    again = town.publish(town.file(GOOD.replace("2000", "2001").replace("3000", "3001")), **there)
    assert again.code == 0, again.words
    assert town.ayan("erase", "trees/1403-05/2", "--row", "2", *people, **there).code == 0
    assert town.ayan("withdraw", "trees/1403-05/1", *people, **there).code == 0
    rows = town.ayan("query", "trees", "", **there).out
    said = town.ayan("backup", backups.url, **there)
    assert said.code == 0, said.words
    new, elsewhere = Town(tmp_path / "again" / "city"), there | gateway.variables(gateway.place())
    said = new.ayan("restore", backups.url, **elsewhere)
    assert said.code == 0, said.words
    assert new.ayan("query", "trees", "", **elsewhere).out == rows
    states = {
        each["code"]: each["state"] for each in new.ayan("doctor", "--format", "json", **elsewhere).json["checks"]
    }
    assert (states["releases"], states["log"], states["object-store"]) == ("ok", "ok", "ok")
