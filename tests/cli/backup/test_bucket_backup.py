"""ayan backup and restore with a real object store: nothing readable there, lost answers, cuts, and a city in a bucket."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from tests.cli.backup.commands import MORE, Desk, environment, kept, restored
from tests.cli.city import FIRST, GOOD, make_town
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.continuity.bucket_backup import FILES, HEAD, LISTS

LOCK, OTHER_LOCK = "5a" * 32, "c3" * 32
WORDS = ("چنار", "نیمکت", "یادداشت ساختگی", "trees", "کارنده", "0013542419", "SQLite", "PAR1")


@pytest.fixture
def place(town: Desk, bucket_server: ObjectStore) -> BucketPlace:
    """An empty place for backups, which the variables name; originals are locked with a key from there too."""
    place = bucket_server.place()
    for name, value in bucket_server.variables(place).items():
        if name != "AYAN_STORE":
            town.patch.setenv(name, value)
    town.patch.setenv("AYAN_ORIGINALS_KEY", LOCK)
    return place


def inside(place: BucketPlace) -> dict[str, bytes]:
    """Everything that stands there."""
    bucket = Bucket(place)
    stored = {each.key: bucket.get(each.key) for each in bucket.listing("")}
    return {key: each.data for key, each in stored.items() if each is not None}


def in_a_bucket(town: Desk, server: ObjectStore) -> BucketPlace:
    """Bring the town's releases and log into a bucket, where the variables look for them from then on."""
    store = server.place()
    town.patch.setenv("AYAN_STORE", store.url)
    said = town.ayan("store", town.home / "store")
    assert said.code == 0, said.words
    shutil.rmtree(town.home / "store")
    assert town.publish(MORE, "1403-06").code == 0
    return store


def test_what_is_restored_is_what_was_there_and_the_server_can_read_none_of_it(town: Desk, place: BucketPlace) -> None:
    said = town.ayan("backup", place.url)
    assert said.code == 0, said.words
    assert said.out.splitlines()[-1].startswith(f"{place.url}/20")
    assert "AYAN_ORIGINALS_KEY" in said.words
    there = inside(place)
    for key, data in there.items():
        if not key.startswith((HEAD, "lease")):
            assert data.startswith(b"AYAN-LOCKED-"), key
        assert not [word for word in WORDS if word.encode() in data or word in key], key
    # A file's own digest would tell whoever has that file that the city has it too.
    digests = {path.name for path in (town.home / "originals").rglob("*") if len(path.name) == 64}
    assert digests
    assert not [digest for digest in digests if digest in "".join(there)]
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(town.home)
    assert new.ayan("query", "trees", "").out == town.ayan("query", "trees", "").out
    assert [path.name for path in new.home.parent.iterdir()] == ["city"]
    assert new.publish(MORE, "1403-06").code == 0


def test_the_next_one_sends_only_what_changed_and_older_ones_may_go(town: Desk, place: BucketPlace) -> None:
    assert town.ayan("backup", place.url).code == 0
    first = inside(place)
    assert town.publish(MORE, "1403-06").code == 0
    assert town.ayan("backup", place.url).code == 0
    second = inside(place)
    changed = {key for key in second.keys() - first.keys() if key.startswith(FILES)}
    assert 0 < len(changed) < len([key for key in first if key.startswith(FILES)])
    assert all(second[key] == first[key] for key in first if key.startswith((FILES, LISTS)))
    oldest = min(json.loads(second[HEAD])["backups"])
    said, old = restored(town, f"{place.url}/{oldest}")
    assert said.code == 0, said.words
    assert not (old.home / "store/releases/trees/1403-06").exists()
    shutil.rmtree(old.home.parent)
    said = town.ayan("backup", place.url, "--keep", "1")
    assert (said.code, "2 older backups" in said.words) == (0, True), said.words
    third = inside(place)
    assert len(json.loads(third[HEAD])["backups"]) == len([key for key in third if key.startswith(LISTS)]) == 1
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(town.home)


@pytest.mark.parametrize("change", ["gone", "flipped", "exchanged"])
def test_a_file_that_is_not_what_was_sent_is_named_and_nothing_is_restored(
    change: str, town: Desk, place: BucketPlace
) -> None:
    assert town.ayan("backup", place.url).code == 0
    bucket = Bucket(place)
    files = sorted(bucket.listing(f"{FILES}/"), key=lambda each: each.size)
    victim, other = files[-1], bucket.get(files[-2].key)
    data = bucket.get(victim.key)
    assert data is not None
    assert other is not None
    bucket.delete([victim.key])
    if change != "gone":
        flipped = data.data[:-40] + bytes([data.data[-40] ^ 1]) + data.data[-39:]
        bucket.put(victim.key, other.data if change == "exchanged" else flipped)
    said, new = restored(town, place.url)
    assert said.code == 1, said.words
    assert "not what was written" in said.words
    assert len([line for line in said.words.splitlines() if ": " in line and "/" in line]) == 1
    assert not new.home.exists()
    assert not list(new.home.parent.iterdir())
    # The next backup notices what it can tell by size, and sends it anew.
    if change == "gone":
        assert town.ayan("backup", place.url).code == 0
        assert restored(town, place.url)[0].code == 0


def test_without_its_key_nothing_opens_and_a_new_key_locks_all_anew(town: Desk, place: BucketPlace) -> None:
    assert town.ayan("backup", place.url).code == 0
    town.patch.delenv("AYAN_ORIGINALS_KEY")
    said, _ = restored(town, place.url)
    assert (said.code, "AYAN_ORIGINALS_KEY" in said.words) == (2, True), said.words
    town.patch.setenv("AYAN_ORIGINALS_KEY", OTHER_LOCK)
    said, new = restored(town, place.url)
    assert (said.code, "does not open with the key" in said.words) == (1, True), said.words
    assert LOCK not in said.words
    assert OTHER_LOCK not in said.words
    assert not new.home.exists()
    town.patch.setenv("AYAN_ORIGINALS_KEY", f"{OTHER_LOCK},{LOCK}")
    assert town.ayan("backup", place.url).code == 0
    # What only the older key opens is not relied upon.
    town.patch.setenv("AYAN_ORIGINALS_KEY", OTHER_LOCK)
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert new.city.release_store.snapshot("trees") == town.city.release_store.snapshot("trees")
    # A list that no key opens is left, with every file that it may name.
    assert town.ayan("backup", place.url, "--keep", "2").code == 0
    town.patch.setenv("AYAN_ORIGINALS_KEY", f"{OTHER_LOCK},{LOCK}")
    assert len({key.split("/")[1] for key in inside(place) if key.startswith(FILES)}) == 1


def deeds(kind: Deed, every: int, wanted: Callable[[Asked], bool]) -> Callable[[Asked], Deed]:
    return lambda asked: kind if asked.number % every == 0 and wanted(asked) else "pass"


@pytest.mark.parametrize("kind", ["lose", *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("drop", "busy"))])
def test_answers_that_are_lost_are_asked_for_again(kind: Deed, town: Desk, place: BucketPlace) -> None:
    with injecting_proxy(place.endpoint) as proxy:
        town.patch.setenv("AYAN_S3_ENDPOINT", proxy.endpoint)
        proxy.deed = deeds(kind, 3, lambda asked: True)
        said = town.ayan("backup", place.url, "--keep", "1")
        assert said.code == 0, said.words
        said, new = restored(town, place.url)
        assert said.code == 0, said.words
        assert kept(new.home) == kept(town.home)
        assert len(proxy.asked) > 50


def test_an_answer_that_was_changed_on_its_way_is_not_taken_for_the_copy(town: Desk, place: BucketPlace) -> None:
    def garbled(asked: Asked) -> Deed:
        return "garble" if asked.method == "GET" and f"/{FILES}/" in asked.path else "pass"

    with injecting_proxy(place.endpoint) as proxy:
        town.patch.setenv("AYAN_S3_ENDPOINT", proxy.endpoint)
        proxy.deed = garbled
        said = town.ayan("backup", place.url)
        assert (said.code, "is not what was read" in said.words) == (1, True), said.words
    assert json.loads(inside(place)[HEAD])["backups"] == {}


def killed_at(town: Desk, proxy: InjectingProxy, url: str, number: int) -> bool:
    """Run a backup and kill it at the request of this number; whether it came so far."""
    words = [sys.executable, "-m", "ayan.cli.main", "backup", url]
    variables = {name: os.environ[name] for name in os.environ if name.startswith("AYAN_")}
    before = len(proxy.asked)
    process = subprocess.Popen(
        words, env=environment(town) | variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and len(proxy.asked) - before < number:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.soak
def test_a_killed_one_does_not_count_and_the_next_goes_on(town: Desk, place: BucketPlace) -> None:
    assert town.ayan("backup", place.url).code == 0
    assert town.publish(MORE, "1403-06").code == 0
    with injecting_proxy(place.endpoint) as proxy:
        town.patch.setenv("AYAN_S3_ENDPOINT", proxy.endpoint)
        for at in range(1, 90, 4):
            if killed_at(town, proxy, place.url, at):
                assert len(json.loads(inside(place)[HEAD])["backups"]) >= 1
                said, new = restored(town, place.url)
                assert said.code in (0, 3), said.words
                shutil.rmtree(new.home.parent)
        assert town.ayan("backup", place.url, "--keep", "1").code == 0
        said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(town.home)
    assert not list((town.home / "work").glob("backup-*"))


def test_whoever_was_taken_for_dead_commits_nothing(town: Desk, place: BucketPlace) -> None:
    moved: list[str] = []

    def meanwhile(asked: Asked) -> Deed:
        # Somebody else moves the head just before the list of the first goes up.
        if asked.method == "PUT" and f"/{LISTS}/" in asked.path and not moved:
            bucket = Bucket(place)
            head = bucket.get(HEAD)
            assert head is not None
            moved.append(bucket.replace(HEAD, head.data.replace(b'"word": "', b'"word": "x'), head.tag))
        return "pass"

    with injecting_proxy(place.endpoint) as proxy:
        town.patch.setenv("AYAN_S3_ENDPOINT", proxy.endpoint)
        proxy.deed = meanwhile
        said = town.ayan("backup", place.url)
    assert (said.code, "began meanwhile" in said.words) == (1, True), said.words
    assert json.loads(inside(place)[HEAD])["backups"] == {}


def test_a_backup_within_the_releases_is_refused(town: Desk, place: BucketPlace, bucket_server: ObjectStore) -> None:
    town.patch.setenv("AYAN_STORE", place.url)
    for url in (place.url, f"{place.url}/backups", place.url.rpartition("/")[0]):
        said = town.ayan("backup", url)
        assert (said.code, "must stand apart" in said.words) == (2, True), said.words
    town.patch.setenv("AYAN_BACKUP_S3_ENDPOINT", "http://127.0.0.1:1")
    assert "AYAN_BACKUP_S3_KEY is not set" in town.ayan("backup", place.url).words


def test_a_city_in_a_bucket_is_backed_up_and_restored_into_another_one(
    town: Desk, place: BucketPlace, bucket_server: ObjectStore
) -> None:
    in_a_bucket(town, bucket_server)
    before, rows = town.city.home, town.ayan("query", "trees", "").out
    said = town.ayan("backup", place.url)
    assert said.code == 0, said.words
    again = bucket_server.place()
    town.patch.setenv("AYAN_STORE", again.url)
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert not (new.home / "store").exists()
    assert new.ayan("query", "trees", "").out == rows
    # Originals come back whole, wherever their bodies stood, and go into the new bucket by the command.
    older = (town.home / "keys/originals.key").read_text("ascii").strip()
    town.patch.setenv("AYAN_ORIGINALS_KEY", f"{LOCK},{older}")
    moved = new.ayan("original", "move")
    whole = len(list(new.city.private_store.kept_originals()))
    assert (moved.code, f"{whole} files were brought" in moved.words) == (0, True), moved.words
    assert len(Bucket(again).listing("originals")) == whole > 1
    doctor = new.ayan("doctor", "--deep", "--format", "json")
    states = {each["code"]: each["state"] for each in doctor.json["checks"]}
    assert (states["releases"], states["log"], states["object-store"]) == ("ok", "ok", "ok"), doctor.words
    published = new.publish(GOOD.replace("1403/05", "1403/07"), "1403-07")
    assert published.code == 0, published.words
    assert before != new.home


@pytest.mark.soak
def test_a_machine_is_lost_and_the_bucket_went_on(town: Desk, place: BucketPlace, bucket_server: ObjectStore) -> None:
    in_a_bucket(town, bucket_server)
    assert town.ayan("backup", place.url).code == 0
    gone = town.ayan("withdraw", "trees/1403-06/1", "--code", "personal-data", "--by", FIRST)
    assert gone.code == 0, gone.words
    assert town.publish(GOOD.replace("1403/05", "1403/07"), "1403-07").code == 0
    rows = town.ayan("query", "trees", "").out
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    # What was withdrawn since stays so, what was published since is there, and the log is the one of the bucket.
    assert new.ayan("query", "trees", "").out == rows
    kept_here = {path.name for path in (new.home / "store-cache/releases/trees/1403-06/1").rglob("*")}
    assert kept_here <= {"datapackage.json", "tombstone.json"}
    assert new.publish(GOOD.replace("1403/05", "1403/08"), "1403-08").code == 0


def test_another_citys_bucket_is_touched_by_no_restore(
    town: Desk, place: BucketPlace, bucket_server: ObjectStore
) -> None:
    assert town.ayan("backup", place.url).code == 0
    assert town.publish(MORE, "1403-06").code == 0
    other = bucket_server.place()
    town.patch.setenv("AYAN_STORE", other.url)
    stranger = town.at(make_town(town.home.parent / "stranger").home)
    assert stranger.publish(GOOD, "1403-05").code == 0
    before = inside(other)
    said, new = restored(town, place.url)
    assert said.code != 0, said.words
    assert not new.home.exists()
    after = inside(other)
    assert {key: data for key, data in after.items() if not key.startswith(("trials", "log/lease"))} == {
        key: data for key, data in before.items() if not key.startswith(("trials", "log/lease"))
    }


def test_two_cities_never_share_a_place_of_backups(town: Desk, place: BucketPlace) -> None:
    folder, other = town.home.parent / "backups", town.at(make_town(town.home.parent / "other").home)
    for where in (place.url, folder):
        assert town.ayan("backup", where).code == 0
        before = inside(place)[HEAD]
        refused = other.ayan("backup", where, "--keep", "1")
        assert refused.code == 1
        assert "Another city's backups stand in this place" in refused.words
        assert inside(place)[HEAD] == before
        assert town.ayan("backup", where).code == 0
    assert len([path for path in folder.iterdir() if path.name.startswith("20")]) == 2
    said, new = restored(town, place.url)
    assert said.code == 0, said.words
    assert new.ayan("backup", place.url).code == 0, "a city that was restored is the same city"
