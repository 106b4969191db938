"""A city whose releases stand in an object store, by the command: published, read, erased, withdrawn."""

from __future__ import annotations

from tests.cli.city import FIRST, GOOD, Town
from tests.object_store import ObjectStore

from ayan.core.bucket.bucket import Bucket

PEOPLE = ("--code", "personal-data", "--by", FIRST)


def test_a_small_city_in_a_bucket(town: Town, bucket_server: ObjectStore) -> None:
    place = bucket_server.place()
    there = bucket_server.variables(place)
    said = town.publish(town.file(GOOD), **there)
    assert said.code == 0, said.words
    again = town.publish(town.file(GOOD.replace("2000", "2001").replace("3000", "3001")), **there)
    assert again.code == 0, again.words
    rows = town.ayan("query", "trees", "", **there)
    assert "2001" in rows.out
    erased = town.ayan("erase", "trees/1403-05/2", "--row", "2", *PEOPLE, **there)
    assert erased.code == 0, erased.words
    assert "چنار" not in town.ayan("query", "trees", "", **there).out
    withdrawn = town.ayan("withdraw", "trees/1403-05/1", *PEOPLE, **there)
    assert withdrawn.code == 0, withdrawn.words
    assert not (town.home / "store").exists()
    bucket = Bucket(place)
    kept = {each.key.rpartition("/")[2] for each in bucket.listing("releases/trees/1403-05/1")}
    assert kept == {"datapackage.json", "tombstone.json"}
    assert bucket.listing("attempts") == []
    cached = {path.name for path in (town.home / "store-cache/releases/trees/1403-05/1").iterdir()}
    assert cached == {"datapackage.json", "tombstone.json"}
    assert place.secret not in (said.words + again.words + rows.words + erased.words + withdrawn.words)
