"""Originals of a city whose releases stand in an object store: sent, given out, moved, locked anew, ended, backed up."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import GOOD, Said, Town
from tests.conftest import ROOT
from tests.faults.running_site import publish_words
from tests.injecting_proxy import InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore

from ayan.cli import main
from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.custody.original_bodies import PREFIX, SENT, OriginalStub
from ayan.core.custody.private_files import is_locked, name_of
from ayan.wiring import city as wiring
from ayan.wiring.city import City

OLD, NEW = "1" * 64, "2" * 64
SECOND = GOOD.replace("2000", "2001").replace("3000", "3001")


@dataclass(frozen=True)
class Desk:
    """A town whose command runs in this process."""

    town: Town
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def home(self) -> Path:
        return self.town.home

    @property
    def city(self) -> City:
        return self.town.city

    def file(self, text: str) -> Path:
        return self.town.file(text)

    def ayan(self, *words: str | Path, **variables: str) -> Said:
        with self.patch.context() as patch:
            for name, value in (variables | {"AYAN_HOME": str(self.home), "AYAN_ALLOW_CLI_APPROVAL": "1"}).items():
                patch.setenv(name, value)
            wiring._cities.close()
            self.capsys.readouterr()
            code = main.run([str(word) for word in words])
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def publish(self, file: Path, **variables: str) -> Said:
        return self.ayan(*publish_words(file), **variables)


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    yield Desk(town, monkeypatch, capsys)
    wiring._cities.close()


def kept(town: Town | Desk) -> list[Path]:
    return list(town.city.private_store.kept_originals())


def stubs(town: Town | Desk) -> set[str]:
    """The keys of the bodies that the town's originals name."""
    return {stub.key for stub in map(OriginalStub.read, kept(town)) if stub}


def bodies(place: BucketPlace) -> dict[str, bytes]:
    """The bodies that stand in the bucket."""
    bucket = Bucket(place)
    objects = {each.key: bucket.get(each.key) for each in bucket.listing(PREFIX)}
    return {key: each.data for key, each in objects.items() if each}


def show(town: Desk, to: Path, there: dict[str, Any]) -> int:
    return town.ayan("original", "show", "trees/1403-05/1", "--to", to, **there).code


def told_of() -> set[str]:
    """What the guide for several machines says of the shared folder, by name."""
    _, _, section = (ROOT / "docs/guides/scale.md").read_text("utf-8").partition("### What stands in the shared folder")
    return {name.partition("/")[0] for name in re.findall(r"`([a-z_./-]+)`", section.partition("\n### ")[0])}


def states(town: Desk, there: dict[str, Any]) -> dict[str, str]:
    """What the doctor says of originals, by code."""
    said = town.ayan("doctor", "--format", "json", **there)
    return {each["code"]: each["state"] for each in said.json["checks"] if each["code"].startswith("original-")}


def test_an_original_is_in_the_bucket_and_is_given_out_whole(
    desk: Desk, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    place = bucket_server.place()
    there = bucket_server.variables(place) | {"AYAN_ORIGINALS_KEY": OLD, "AYAN_MACHINE": str(tmp_path / "machine")}
    file = desk.file(GOOD)
    said = desk.publish(file, **there)
    assert said.code == 0, said.words
    shared = {path.name for path in desk.home.iterdir() if not path.name.startswith(".")}
    assert shared <= told_of(), "the guide tells what machines share"
    (stub,) = kept(desk)
    assert stub.stat().st_size < 500
    assert (is_locked(stub), len(bodies(place))) == (True, 1)
    assert bodies(place).keys() == stubs(desk)
    stored = b"".join(bodies(place).values())
    assert not [word for word in ("چنار", "0013542419") if word.encode() in stored]
    assert stub.name not in "".join(bodies(place)), "the digest of a file would tell that the city has it"
    assert show(desk, tmp_path / "a.csv", there) == 0
    assert (tmp_path / "a.csv").read_bytes() == file.read_bytes()
    assert show(desk, tmp_path / "b.csv", there | {"AYAN_ORIGINALS_KEY": NEW}) == 1
    assert list((desk.home / "work").glob("scratch-*")) == []
    both = there | {"AYAN_ORIGINALS_KEY": f"{NEW},{OLD}"}
    before, name = stubs(desk), name_of(stub)
    assert desk.ayan("original", "lock", **both).code == 0
    assert name_of(stub) != name
    assert bodies(place).keys() == stubs(desk)
    assert not before & stubs(desk), "what stood under the older key is gone"
    assert show(desk, tmp_path / "c.csv", there | {"AYAN_ORIGINALS_KEY": NEW}) == 0
    # What is not what was put there is given to nobody, nor is anything without the bucket.
    (key,) = stubs(desk)
    Bucket(place).put(key, b"another body")
    said = desk.ayan("original", "show", "trees/1403-05/1", "--to", tmp_path / "d.csv", **both)
    assert (said.code != 0, "not in the object store" in said.words) == (True, True), said.words
    assert states(desk, both)["original-body"] == "error"
    Bucket(place).delete([key])
    assert show(desk, tmp_path / "d.csv", both) != 0
    assert show(desk, tmp_path / "d.csv", {"AYAN_ORIGINALS_KEY": NEW}) != 0
    assert not (tmp_path / "d.csv").exists()


# A backup of PostgreSQL is one transaction of its own, the first in its connection.
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database")
def test_originals_of_before_move_there_and_back_and_outlive_a_backup(
    desk: Desk, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    place = bucket_server.place()
    assert desk.publish(desk.file(GOOD)).code == 0
    assert desk.publish(desk.file(SECOND)).code == 0
    whole = {path.name: desk.city.private_store.locker.read(path) for path in kept(desk)}
    assert desk.ayan("original", "move").code == 1, "there is no bucket to move to"
    there = bucket_server.variables(place)
    assert desk.ayan("store", desk.home / "store", **there).code == 0
    assert states(desk, there)["original-place"] == "warning"
    first, damaged = kept(desk)
    sound = damaged.read_bytes()
    damaged.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    said = desk.ayan("original", "move", **there)
    assert (said.code, damaged.name in said.words) == (1, True), said.words
    assert damaged.read_bytes() != sound, "what cannot be verified stays as it is"
    damaged.write_bytes(sound)
    assert "1 files were brought" in desk.ayan("original", "move", **there).words
    assert "0 files were brought" in desk.ayan("original", "move", **there).words
    assert (bodies(place).keys() == stubs(desk), len(stubs(desk))) == (True, 2)
    assert states(desk, there).get("original-body") == "ok"
    assert "original-place" not in states(desk, there)
    said = desk.ayan("backup", tmp_path / "backups", **there)
    assert said.code == 0, said.words
    again = desk.ayan("backup", tmp_path / "backups", **there)
    assert again.code == 0, again.words
    backups = [Path(each.out.splitlines()[-1]) for each in (said, again)]
    for path in (first, damaged):
        held = [backup / "home" / path.relative_to(desk.home) for backup in backups]
        assert OriginalStub.read(held[0]) is None
        assert b"".join(desk.city.private_store.locker.pieces(held[0])) == whole[path.name]
        assert held[0].stat().st_ino == held[1].stat().st_ino, "what did not change does not come down again"
    assert "2 files were brought back" in desk.ayan("original", "move", "--back", **there).words
    assert bodies(place) == {}
    assert {path.name: desk.city.private_store.locker.read(path) for path in kept(desk)} == whole


@pytest.mark.soak
@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_who_is_killed_at_any_request_leaves_nothing_behind_for_long(
    town: Town, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    place = bucket_server.place()
    with injecting_proxy(place.endpoint) as proxy:
        there = bucket_server.variables(place) | {"AYAN_S3_ENDPOINT": proxy.endpoint}
        assert town.publish(town.file(GOOD), **there).code == 0
        killed = 0
        for at in range(1, 20):
            file = town.file(GOOD.replace("2000", str(2000 + at)).replace("3000", str(3000 + at)))
            killed += killed_at(town, proxy, there, file, at)
        assert killed > 5
        file = town.file(SECOND)
        said = town.publish(file, **there)
        assert said.code == 0, said.words
        assert bodies(place).keys() == stubs(town)
        assert list((town.home / "work" / SENT).iterdir()) == []
        newest = town.ayan("original", "list", "trees", **there).out.splitlines()
        assert all("kept" in line for line in newest), newest
        assert town.ayan("original", "show", newest[0].split("\t")[0], "--to", tmp_path / "a", **there).code == 0
        assert (tmp_path / "a").read_bytes() == file.read_bytes()


def killed_at(town: Town, proxy: InjectingProxy, there: dict[str, Any], file: Path, number: int) -> bool:
    """Publish and be killed at the request of this number from the first on that is about a body."""
    seen = len(proxy.asked)
    process = subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", *publish_words(file)],
        env=town.environment() | there,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def count() -> int:
        paths = [asked.path for asked in proxy.asked[seen:]]
        first = next((at for at, path in enumerate(paths) if f"/{PREFIX}/" in path), len(paths))
        return len(paths) - first

    while process.poll() is None and count() < number:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
