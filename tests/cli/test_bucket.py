"""A city whose releases stand in an object store, by the command: published, read, erased, withdrawn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import FIRST, GOOD, Town
from tests.faults.running_site import until
from tests.object_store import ObjectStore
from tests.patience import PATIENCE
from tests.ports import free_port

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
    assert not list((town.home / "store").rglob("*.parquet"))
    bucket = Bucket(place)
    kept = {each.key.rpartition("/")[2] for each in bucket.listing("releases/trees/1403-05/1")}
    assert kept == {"datapackage.json", "tombstone.json"}
    assert bucket.listing("attempts") == []
    cached = {path.name for path in (town.home / "store-cache/releases/trees/1403-05/1").iterdir()}
    assert cached == {"datapackage.json", "tombstone.json"}
    assert place.secret not in (said.words + again.words + rows.words + erased.words + withdrawn.words)


def test_the_doctor_tells_a_wrong_key_a_missing_bucket_and_one_that_is_away(
    town: Town, bucket_server: ObjectStore
) -> None:
    place = bucket_server.place()
    there = bucket_server.variables(place)
    for changed, state, words in (
        ({}, "ok", "heeds conditions"),
        ({"AYAN_S3_SECRET": "another-secret"}, "error", "SignatureDoesNotMatch"),
        ({"AYAN_STORE": "s3://no-such-bucket"}, "error", "no bucket “no-such-bucket”"),
        ({"AYAN_S3_ENDPOINT": "http://127.0.0.1:1"}, "error", "does not answer"),
    ):
        said = town.ayan("doctor", "--format", "json", **(there | changed))
        (finding,) = (each for each in said.json["checks"] if each["code"] == "object-store")
        assert finding["state"] == state
        assert words in str(finding)
        assert "another-secret" not in said.words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"AYAN_STORE": "s3:/cities/x"}, "s3://bucket/prefix"),
        ({"AYAN_STORE": "S3://cities/x"}, "s3://bucket/prefix"),
        ({"AYAN_STORE": "s3://Cities"}, "s3://bucket/prefix"),
        ({"AYAN_STORE": "gs://cities/x"}, "not an address of something elsewhere"),
        ({"AYAN_S3_KEY": ""}, "AYAN_S3_KEY is not set"),
        ({"AYAN_S3_ENDPOINT": "https://name:word@s3.example"}, "without path, name and password"),
        ({"AYAN_STORE_CACHE_MB": "-1"}, "AYAN_STORE_CACHE_MB must be"),
    ],
)
def test_a_store_that_cannot_be_told_is_refused_and_makes_no_folder(
    changed: dict[str, str], words: str, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    sound: dict[str, Any] = {
        "AYAN_STORE": "s3://cities/x",
        "AYAN_S3_ENDPOINT": "http://127.0.0.1:1",
        "AYAN_S3_KEY": "k",
    }
    said = town.ayan("query", "trees", "", **(sound | {"AYAN_S3_SECRET": "s"} | changed))
    assert said.code == 2
    assert words in said.err
    assert set(tmp_path.iterdir()) == before


def test_a_city_moves_into_a_bucket_with_its_log_and_goes_on_there(town: Town, bucket_server: ObjectStore) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    assert town.publish(town.file(GOOD.replace("2000", "2001").replace("3000", "3001"))).code == 0
    assert town.ayan("withdraw", "trees/1403-05/1", *PEOPLE).code == 0
    there = bucket_server.variables(bucket_server.place())
    moved = town.ayan("store", town.home / "store", **there)
    assert (moved.code, "2 releases were brought" in moved.words) == (0, True), moved.words
    assert "0 releases were brought" in town.ayan("store", town.home / "store", **there).words
    before = town.ayan("query", "trees", "")
    assert town.ayan("query", "trees", "", **there).out == before.out
    third = town.publish(town.file(GOOD.replace("2000", "2002").replace("3000", "3002")), **there)
    assert third.code == 0, third.words
    assert town.ayan("store", town.home.parent, **there).code == 1
    said = town.ayan("doctor", "--deep", "--format", "json", **there)
    states = {each["code"]: each["state"] for each in said.json["checks"]}
    assert (states["releases"], states["log"], states["object-store"]) == ("ok", "ok", "ok"), said.words


def test_two_machines_act_in_turn_and_keep_one_log(town: Town, bucket_server: ObjectStore, tmp_path: Path) -> None:
    there = bucket_server.variables(bucket_server.place())
    assert town.publish(town.file(GOOD), **there).code == 0
    other = Town(tmp_path / "other" / "city")
    left = ("store", "store-cache", "index", "work")
    shutil.copytree(town.home, other.home, ignore=lambda folder, names: [name for name in names if name in left])
    second = other.publish(other.file(GOOD.replace("2000", "2001").replace("3000", "3001")), **there)
    assert second.code == 0, second.words
    assert "2001" in town.ayan("query", "trees", "", **there).out
    erased = town.ayan("erase", "trees/1403-05/2", "--row", "2", *PEOPLE, **there)
    assert erased.code == 0, erased.words
    withdrawn = other.ayan("withdraw", "trees/1403-05/1", *PEOPLE, **there)
    assert withdrawn.code == 0, withdrawn.words
    for machine in (town, other):
        said = machine.ayan("doctor", "--deep", "--format", "json", **there)
        states = {each["code"]: each["state"] for each in said.json["checks"]}
        assert (states["releases"], states["log"]) == ("ok", "ok"), said.words
        assert "چنار" not in machine.ayan("query", "trees", "", **there).out
        # Whatever was taken away is on neither machine, among what it has of the bucket.
        kept = {
            path.name for path in (machine.home / "store-cache/releases/trees/1403-05").rglob("*") if path.is_file()
        }
        assert "data-0000.parquet" not in kept
    assert (town.home / "ledger/checkpoint").read_bytes() == (other.home / "ledger/checkpoint").read_bytes()


@pytest.mark.soak
def test_a_portal_whose_releases_stand_in_a_bucket_is_verified(town: Town, bucket_server: ObjectStore) -> None:
    there = bucket_server.variables(bucket_server.place())
    assert town.publish(town.file(GOOD), **there).code == 0
    shutil.rmtree(town.home / "store", ignore_errors=True)
    port = free_port()
    settings = {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev", "AYAN_WORKER": "apart"}
    kept = {name: value for name, value in town.environment().items() if name != "DATABASE_URL"}
    words = [sys.executable, "-m", "ayan.cli.main", "serve", "--port", str(port), "--workers", "1"]
    site = subprocess.Popen(words, env=kept | settings | there, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: town.ayan("verify", f"http://127.0.0.1:{port}/", **there).code == 0, "everything holds")
        store = town.home / "store-cache"
        for part in store.rglob("data-*.parquet"):
            part.unlink()
        assert town.ayan("verify", f"http://127.0.0.1:{port}/", **there).code == 0, "what went is fetched again"
    finally:
        site.terminate()
        site.wait(PATIENCE)
