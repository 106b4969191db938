"""Every city that a version left behind is opened by this one: read, verified, restored, published in, and re-indexed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client
from tests.cli.forge import ran
from tests.conftest import ROOT
from tests.upgrade.make import CITIES, FACTS, unpack, version_here
from tests.upgrade.town import HEADER, INDEXED

from ayan.core.values.clock import SystemClock
from ayan.wiring import city
from ayan.wiring.city import City

VERSIONS = sorted(path.name for path in CITIES.iterdir() if path.is_dir())
PERSIAN = re.compile(r"[\u0600-\u06ff]")


def ayan(home: Path, *words: str | Path, timeout: float = 120) -> tuple[int, str]:
    """Run the command in a stored city: the exit code, and both outputs together."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AYAN_", "DJANGO_", "DATABASE_"))}
    environment = kept | {"AYAN_HOME": str(home), "AYAN_ALLOW_CLI_APPROVAL": "1"}
    ended = ran([str(word) for word in words], environment, timeout)
    assert "Traceback" not in ended.err, ended.err
    return ended.code, ended.out + ended.err


@pytest.fixture(scope="module", params=VERSIONS)
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a stored city after `ayan upgrade`; tests leave it as it is."""
    home = unpack(CITIES / request.param, tmp_path_factory.mktemp("stored"))
    code, said = ayan(home, "upgrade")
    assert code == 0, said
    return home


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The newest stored city, for a test that changes it."""
    return unpack(CITIES / VERSIONS[-1], tmp_path)


@pytest.fixture
def reader(stored: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of the stored city's pages."""
    opened = City(stored, stored / "store", SystemClock())
    monkeypatch.setattr(city, "current", lambda: opened)
    return Client()


def facts(home: Path) -> dict[str, Any]:
    """What was written down of a stored city when it was made."""
    of_all: list[dict[str, Any]] = [json.loads((CITIES / version / FACTS).read_text()) for version in VERSIONS]
    vkey = (home / "ledger" / "vkey").read_text().strip()
    checkpoint = (home / "ledger" / "checkpoint").read_text().split("\n\n")[0].splitlines()
    return next(known for known in of_all if (known["public_key"], known["checkpoint"]) == (vkey, checkpoint))


def test_this_version_or_one_before_it_has_left_a_city() -> None:
    assert VERSIONS, f"make one of {version_here()}: python -m tests.upgrade.make"
    assert all((CITIES / version / "city.tar.xz").stat().st_size < 400_000 for version in VERSIONS)


def test_an_upgraded_city_has_nothing_left_to_upgrade(stored: Path) -> None:
    code, said = ayan(stored, "upgrade", "--check")
    assert (code, "Everything is up to date." in said) == (0, True), said


def test_an_upgraded_city_is_for_its_owner_alone(stored: Path) -> None:
    """The first version left folder and database open to every user of the machine."""
    assert [path.name for path in (stored, *stored.glob("db.sqlite3*")) if path.stat().st_mode & 0o077] == []


def test_its_answers_are_those_that_were_published(reader: Client) -> None:
    answer = reader.get("/api/v1/datasets/trees/rows?_sort=number&_count=1").json()
    assert answer["total"] == 5
    assert [row["cost"] for row in answer["rows"]] == [1000, 2500, None, 700, 900]
    assert all("planter_id" not in row for row in answer["rows"])
    assert reader.get("/api/v1/datasets/benches/groups?count=1").json()["groups"][0]["count"] == INDEXED
    releases = {
        f"{release['period']}/{release['number']}": release
        for release in reader.get("/api/v1/datasets/trees/releases").json()["releases"]
    }
    assert set(releases) == {"1403-05/1", "1403-05/2", "1403-06/1"}
    assert releases["1403-06/1"]["erased_rows"] == 1
    # Corrections that were sealed before they had to say why are told as such; a first release has nothing to say.
    assert releases["1403-05/1"]["reason"] is None
    assert {"code", "label", "words"} == set(releases["1403-05/2"]["reason"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/en/", 200),
        ("/data/trees", 200),
        ("/data/trees/r/2", 200),
        ("/data/trees/releases/1403-05/1", 200),
        ("/data/trees/changes?from=1403-05/1&to=1403-05/2", 200),
        ("/en/data/benches?_search=17", 200),
        ("/data/benches/releases/all/1", 410),
        ("/log/", 200),
        ("/log/6", 200),
        ("/missing", 200),
        ("/api/v1/openapi.json", 200),
    ],
)
def test_its_pages_answer(reader: Client, address: str, status: int) -> None:
    assert reader.get(address).status_code == status


def test_its_manifests_and_its_log_are_byte_for_byte_what_was_sealed(stored: Path, reader: Client) -> None:
    known = facts(stored)
    assert reader.get("/log/checkpoint").content.decode().split("\n\n")[0].splitlines() == known["checkpoint"]
    for path, digest in known["manifests"].items():
        slug, period, number = path.split("/")[1:]
        answer = reader.get(f"/api/v1/datasets/{slug}/releases/{period}/{number}")
        assert digest in answer.headers.get("ETag", "") or answer.status_code == 410, path


def test_its_doctor_finds_no_error(stored: Path) -> None:
    code, said = ayan(stored, "doctor", "--deep")
    assert code == 0, said


def test_its_copy_verifies_against_its_key(stored: Path, tmp_path: Path) -> None:
    key = tmp_path / "vkey"
    key.write_text(facts(stored)["public_key"] + "\n")
    code, said = ayan(stored, "export", tmp_path / "copy", "--records", "0", timeout=300)
    assert code == 0, said
    closed = [path for path in (tmp_path / "copy").rglob("*") if not path.stat().st_mode & 0o004]
    assert closed == [], "whatever serves the copy has to read it"
    code, said = ayan(stored, "verify", tmp_path / "copy", "--key", key)
    assert code == 0, said


def test_its_backup_is_restored(stored: Path, tmp_path: Path) -> None:
    kept = stored / "ledger" / "checkpoint"
    code, said = ayan(tmp_path / "again", "restore", stored.parent / "backups", "--seen", kept)
    assert code == 0, said
    code, said = ayan(tmp_path / "again", "query", "trees", "_count=1")
    assert (code, '"total":5' in said) == (0, True), said


def test_it_goes_on_a_further_release_and_a_new_index(fresh: Path, tmp_path: Path) -> None:
    assert ayan(fresh, "upgrade")[0] == 0
    file = tmp_path / "mehr.csv"
    file.write_text(HEADER + "7,1403/07/01,چنار,100,\n", encoding="utf-8")
    sent = ("--dataset", "trees", "--period", "1403-07", "--by", "فرستنده", "--approve", "یکم", "--approve", "دوم")
    # It has rested since it was stored, so somebody says that the clock is right, which gets a leaf.
    assert ayan(fresh, "log", "clock", "--clock-is-right")[0] == 0
    code, said = ayan(fresh, "publish", file, *sent)
    assert (code, "trees/1403-07/1" in said) == (0, True), said
    assert (fresh / "ledger" / "checkpoint").read_text().splitlines()[1] == "9"
    for words in (("reindex",), ("doctor", "--deep"), ("daily",)):
        code, said = ayan(fresh, *words)
        assert code == 0, said
    code, said = ayan(fresh, "query", "trees", "_count=1")
    assert '"total":6' in said


# --- what a later version wrote is refused, in both languages ---------------------------------------------------------


def bilingual(said: str, number: str) -> bool:
    """Whether it says, in both languages, that a later version wrote something, and under which number."""
    return bool(PERSIAN.search(said)) and "later version of Ayan" in said and number in said


def test_a_release_of_a_later_version_is_refused(fresh: Path) -> None:
    manifest = next((fresh / "store").rglob("1403-06/1/datapackage.json"))
    table = json.loads(manifest.read_text())
    table["ayan"]["format"] = 99
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(table))
    for words in (("query", "trees"), ("upgrade", "--check"), ("upgrade",)):
        code, said = ayan(fresh, *words)
        assert (code, words, "99" in said, bool(PERSIAN.search(said))) == (2, words, True, True), said
    assert bilingual(ayan(fresh, "query", "trees")[1], "99")


def test_a_database_of_a_later_version_is_refused(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh / "db.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '9999_later', '2030-01-01')"
        )
        database.commit()
    for words in (("upgrade",), ("daily",), ("serve", "--port", "0")):
        code, said = ayan(fresh, *words)
        assert (code, bilingual(said, "9999_later")) == (2, True), said


def test_a_backup_of_a_later_version_is_refused(fresh: Path, tmp_path: Path) -> None:
    listed = next((fresh.parent / "backups").rglob("backup.json"))
    text = json.dumps(json.loads(listed.read_text()) | {"format": 99}).encode()
    for path, data in ((listed, text), (Path(f"{listed}.sha256"), hashlib.sha256(text).hexdigest().encode())):
        path.chmod(0o600)
        path.write_bytes(data)
    code, said = ayan(tmp_path / "again", "restore", fresh.parent / "backups")
    assert (code, bilingual(said, "99")) == (1, True), said
    assert not (tmp_path / "again" / "store").exists()


def test_an_original_locked_by_a_later_version_is_not_opened(fresh: Path) -> None:
    locked = next(
        path for path in (fresh / "originals").rglob("*") if path.is_file() and path.read_bytes()[:5] == b"AYAN-"
    )
    locked.chmod(0o600)
    locked.write_bytes(locked.read_bytes().replace(b"AYAN-LOCKED-1", b"AYAN-LOCKED-9", 1))
    code, said = ayan(fresh, "upgrade", "--check")
    assert (code, "format 1 (4), 9 (1)" in said) == (2, True), said


# --- what an earlier version wrote is brought up to date --------------------------------------------------------------


def test_an_index_of_an_earlier_format_is_told_of_and_then_rebuilt(fresh: Path) -> None:
    with duckdb.connect(str(next((fresh / "index" / "benches").glob("*.index")))) as index:
        index.execute("UPDATE about SET value = '1' WHERE key = 'format'")
    code, said = ayan(fresh, "upgrade", "--check")
    assert (code, "is rebuilt from the releases" in said) == (1, True), said
    assert ayan(fresh, "upgrade", "--check")[0] == 1, "a check must change nothing"
    assert ayan(fresh, "upgrade")[0] == 0
    code, said = ayan(fresh, "upgrade", "--check")
    assert code == 0, said


def test_a_database_that_is_behind_is_told_of_and_then_migrated(fresh: Path) -> None:
    (fresh / "db.sqlite3").unlink()
    code, said = ayan(fresh, "upgrade", "--check")
    assert (code, "Migration of the database: desk.0001_initial" in said) == (1, True), said
    assert ayan(fresh, "upgrade")[0] == 0
    assert (fresh / "db.sqlite3").stat().st_mode & 0o777 == 0o600
    assert ayan(fresh, "upgrade", "--check")[0] == 0


def test_a_folder_without_a_city_is_not_upgraded(tmp_path: Path) -> None:
    assert ayan(tmp_path, "upgrade")[0] == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.soak
def test_making_a_city_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        script = (
            f"from pathlib import Path; from tests.upgrade.make import make; make('0', Path({str(tmp_path / name)!r}))"
        )
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert (tmp_path / "first/0/city.tar.xz").read_bytes() == (tmp_path / "second/0/city.tar.xz").read_bytes()
