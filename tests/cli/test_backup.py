"""ayan backup and ayan restore: what comes back is what was there, and what is damaged is named and never put in place."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Said, Town, make_town
from tests.conftest import ROOT

from ayan.cli import main
from ayan.cli.witness import prepare, serving
from ayan.core.continuity.snapshot import BackupSnapshot, find, whole
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.erasure import erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal, withdraw
from ayan.core.store.manifest import Approval
from ayan.core.store.parquet import verify
from ayan.core.transparency.statement import Statement
from ayan.core.transparency.verification import standing
from ayan.wiring import city as wiring
from ayan.wiring import ledger
from ayan.wiring.city import City

SERVER = os.environ.get("DATABASE_URL", "")
MORE = GOOD.replace("1403/05", "1403/06")
DERIVED = {"index", "work", "keys", "secret_key"}
VOLATILE = {"lock", "mark", ".lock"}


@dataclass(frozen=True)
class Desk:
    """A town, and its command run in this process."""

    town: Town
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def home(self) -> Path:
        return self.town.home

    @property
    def city(self) -> City:
        return self.town.city

    def ayan(self, *words: str | Path) -> Said:
        self.patch.setenv("AYAN_HOME", str(self.home))
        wiring._opened.cache_clear()
        self.capsys.readouterr()
        code = main.run([str(word) for word in words])
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def publish(self, text: str, period: str) -> Said:
        names = ["--by", SENDER, "--approve", FIRST, "--approve", SECOND]
        return self.ayan("publish", self.town.file(text), "--dataset", "trees", "--period", period, *names)

    def at(self, home: Path) -> Desk:
        return Desk(Town(home), self.patch, self.capsys)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with two releases, one of them withdrawn, one with an erased row, and a database."""
    built_town = make_town(tmp_path_factory.mktemp("built"))
    city = built_town.city
    context, trees = city.publish_context, city.registry.get("trees")
    for text in (GOOD, GOOD.replace("2000", "2001").replace("3000", "3001")):
        with examine(context, trees, built_town.file(text), ClerkDecisions("1403-05")) as examined:
            draft = write_draft(context, examined, sent_by=SENDER)
            seal(context, draft, [Approval(name, context.clock.now(), "cli", draft.digest) for name in (FIRST, SECOND)])
    first, second = city.release_store.releases("trees")
    erase(context, second, [3], "court-order", FIRST, dataset=trees)
    withdraw(context, first, "wrong-data", FIRST)
    with closing(sqlite3.connect(built_town.home / "db.sqlite3")) as con, con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("CREATE TABLE notes (words TEXT)")
        con.execute("INSERT INTO notes VALUES ('یادداشت ساختگی')")
    away = built_town.home / "cities" / "kharazm"
    for name in ("city.json", "origins/trees/1403-05/1.json", "store/releases/trees/1403-05/1/datapackage.json"):
        (away / name).parent.mkdir(parents=True, exist_ok=True)
        (away / name).write_text("{}")
    (built_town.home / "templates").mkdir()
    (built_town.home / "templates" / "own.html").write_text("own")
    return built_town.home


@pytest.fixture
def town(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(built, tmp_path / "city", symlinks=True)
    for name in ("DATABASE_URL", "AYAN_STORE", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AYAN_ALLOW_CLI_APPROVAL", "1")
    return Desk(Town(tmp_path / "city"), monkeypatch, capsys)


def restored(town: Desk, backups: Path, *more: str | Path) -> tuple[Said, Desk]:
    """The backup put into a new folder beside the town."""
    new = town.at(town.home.parent / "again" / "city")
    return new.ayan("restore", backups, *more), new


def kept(home: Path) -> dict[str, tuple[int, bytes]]:
    """Every file that a backup should bring back, with permissions and content."""
    return {
        path.relative_to(home).as_posix(): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in DERIVED
        and not set(path.relative_to(home).parts) & {"locks", "staging"}
        and path.name not in VOLATILE
        and not path.name.startswith("db.sqlite3")
    }


def test_what_is_restored_is_what_was_there(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    said = town.ayan("backup", backups)
    assert said.code == 0, said.words
    assert Path(said.out.splitlines()[-1]) == whole(backups)[0]
    said, new = restored(town, backups)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(town.home)
    assert {"ayan.toml", "templates/own.html", "ledger/checkpoint", "ledger/vkey", "cities/kharazm/city.json"} <= kept(
        new.home
    ).keys()
    assert stat.S_IMODE((new.home / "originals").stat().st_mode) == 0o700
    with closing(sqlite3.connect(new.home / "db.sqlite3")) as con:
        assert con.execute("SELECT words FROM notes").fetchall() == [("یادداشت ساختگی",)]
    assert new.city.release_store.snapshot("trees") == town.city.release_store.snapshot("trees")
    assert new.ayan("query", "trees", "").out == town.ayan("query", "trees", "").out
    assert list((new.home / "index" / "trees").glob("*.duckdb")), "what is derived is built"
    # The demo key is known to all, so the new city can go on at once.
    assert new.publish(MORE, "1403-06").code == 0


def test_a_backup_is_for_its_owner_only_and_holds_no_key(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (town.home / "keys").mkdir(exist_ok=True)
    (town.home / "keys" / "log.key").write_text("secret")
    assert town.ayan("backup", backups).code == 0
    for path in (backups, *backups.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    names = {path.name for path in backups.rglob("*")}
    assert not names & {"log.key", "secret_key", "index", "work"}


def test_an_unchanged_file_is_linked_and_older_backups_stay_as_they_are(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (first,) = whole(backups)
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert town.publish(MORE, "1403-06").code == 0
    assert town.ayan("backup", backups).code == 0
    first, second = whole(backups)
    part = "store/releases/trees/1403-05/2/data-0000.e1.parquet"
    assert (first / part).stat().st_ino == (second / part).stat().st_ino
    assert not (first / "store/releases/trees/1403-06").exists()
    assert (second / "store/releases/trees/1403-06/1/datapackage.json").is_file()
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    for root in (first, second):
        assert list(BackupSnapshot.read(root).problems()) == []
    assert find(backups).root == second


def test_a_rotten_link_is_replaced_by_a_fresh_copy(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (first,) = whole(backups)
    part = "store/releases/trees/1403-05/2/data-0000.e1.parquet"
    flip(first / part)
    assert town.ayan("backup", backups).code == 0
    first, second = whole(backups)
    assert list(BackupSnapshot.read(second).problems()) == []
    assert [problem.split(":")[0] for problem in BackupSnapshot.read(first).problems()] == [part]


def flip(path: Path) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    path.chmod(mode)


@pytest.mark.parametrize(
    "name",
    ["store/releases/trees/1403-05/2/datapackage.json", "home/ayan.toml", "home/ledger/checkpoint", "backup.json"],
)
def test_a_flipped_byte_is_named_and_nothing_is_restored(town: Desk, tmp_path: Path, name: str) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    flip(whole(backups)[0] / name)
    said, new = restored(town, backups)
    assert said.code == 1
    assert name in said.err
    assert not new.home.exists()


def test_missing_and_foreign_files_are_named(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (root,) = whole(backups)
    (root / "home" / "ayan.toml").unlink()
    (root / "home" / "stranger").write_text("x")
    said, new = restored(town, backups)
    assert said.code == 1
    assert "home/ayan.toml" in said.err
    assert "home/stranger" in said.err
    assert not new.home.exists()


def test_a_damaged_release_is_not_backed_up_in_silence(town: Desk, tmp_path: Path) -> None:
    flip(town.home / "store/releases/trees/1403-05/2/data-0000.e1.parquet")
    said = town.ayan("backup", tmp_path / "backups")
    assert said.code == 1
    assert "data-0000.e1.parquet" in said.err
    assert whole(tmp_path / "backups") == []


def test_nothing_is_restored_over_anything(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("restore", backups).code == 1
    assert town.ayan("backup", backups).code == 0
    before = kept(town.home)
    said = town.ayan("restore", backups)
    assert said.code == 1
    assert str(town.home) in said.err
    assert kept(town.home) == before


def test_there_is_no_backup_of_nothing(town: Desk, tmp_path: Path) -> None:
    nowhere = town.at(tmp_path / "nowhere")
    assert nowhere.ayan("backup", tmp_path / "backups").code == 1
    assert not nowhere.home.exists()


def environment(town: Desk) -> dict[str, str]:
    rest = {key: value for key, value in town.town.environment().items() if key != "DATABASE_URL"}
    return rest | {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}


@pytest.fixture
def busy(town: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody who publishes one correction after the other."""
    file = town.town.file(GOOD)
    loop = (
        "from pathlib import Path\nfrom tests.flow.publisher import publish\n"
        f"while True: publish(Path({str(town.home)!r}), Path({str(file)!r}), '1403-05')"
    )
    env = environment(town) | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", loop], env=env, cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def test_a_backup_taken_while_others_publish_is_of_one_moment(
    town: Desk, tmp_path: Path, busy: subprocess.Popen[bytes]
) -> None:
    backups = tmp_path / "backups"
    before, deadline = len(town.city.release_store.releases("trees")), time.monotonic() + 120
    while len(town.city.release_store.releases("trees")) < before + 3:
        assert busy.poll() is None
        assert time.monotonic() < deadline
        said = town.ayan("backup", backups)
        assert said.code == 0, said.words
        # The first process takes a while to begin.
        if len(town.city.release_store.releases("trees")) == before:
            shutil.rmtree(backups)
    busy.send_signal(signal.SIGSTOP)
    for number, root in enumerate(whole(backups)[-3:]):
        new = town.at(tmp_path / f"again-{number}" / "city")
        assert new.ayan("restore", root).code == 0
        city = new.city
        log = city.log
        assert log is not None
        statements = standing(Statement.parse(leaf) for leaf in log.leaves(0, log.size))
        begun = {intent.name for intent in log.intents()}
        releases = {release.ref: release for release in city.release_store.releases("trees")}
        assert releases.keys() <= statements.keys()
        assert statements.keys() - releases.keys() <= begun, "a leaf without its release is one that was about to come"
        for release in releases.values():
            assert release.withdrawn or verify(release.folder, release.manifest) == []


def test_a_killed_backup_leaves_nothing_half_and_the_next_one_clears_it(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    words = [sys.executable, "-m", "ayan.cli.main", "backup", str(backups)]
    for _ in range(200):
        process = subprocess.Popen(words, env=environment(town), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not list(backups.glob(".partial-*/*")):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and list(backups.glob(".partial-*")):
            break
    assert list(backups.glob(".partial-*"))
    assert all(list(BackupSnapshot.read(root).problems()) == [] for root in whole(backups))
    count = len(whole(backups))
    assert town.ayan("backup", backups).code == 0
    assert list(backups.glob(".partial-*")) == []
    assert len(whole(backups)) == count + 1


def test_a_killed_restore_leaves_the_folder_empty(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    home = tmp_path / "again" / "city"
    new = town.at(home)
    process = subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", "restore", str(backups)],
        env=environment(new), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and not list(home.parent.glob(".city.restoring-*/*")):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not home.exists()
    assert new.ayan("restore", backups).code == 0
    assert [path.name for path in home.parent.iterdir()] == ["city"]
    assert kept(home) == kept(town.home)


def test_an_older_backup_is_known_for_one_and_signs_nothing(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    assert town.publish(MORE, "1403-06").code == 0
    mirror = tmp_path / "mirror"
    shutil.copytree(town.home / "ledger", mirror / "log")
    said, new = restored(town, backups, "--seen", str(mirror))
    assert said.code == 3, said.words
    assert "saw 5 leaves; 1 of them are not in this backup" in said.err
    assert "trees/1403-06/1 sealed" in said.out
    refused = new.publish(MORE, "1403-06")
    assert refused.code == 2
    assert "5 leaves" in refused.err
    assert new.city.release_store.releases("trees")[-1].period == "1403-05"
    # The leaves come back with the tiles of the mirror; then it may go on.
    shutil.copytree(mirror / "log", new.home / "ledger", dirs_exist_ok=True)
    assert new.publish(MORE.replace("2000", "2002").replace("3000", "3002"), "1403-06").code == 0


def test_an_older_backup_catches_up_from_a_static_copy(town: Desk, tmp_path: Path) -> None:
    backups, copy = tmp_path / "backups", tmp_path / "copy"
    assert town.ayan("backup", backups).code == 0
    assert town.publish(MORE, "1403-06").code == 0
    assert town.ayan("erase", "trees/1403-05/2", "--row", "2", "--code", "court-order", "--by", FIRST).code == 0
    subprocess.run(
        [sys.executable, "-m", "ayan.cli.main", "export", str(copy), "--records", "0"],
        env=environment(town), check=True, capture_output=True,
    )  # fmt: skip
    said, new = restored(town, backups, "--seen", str(copy))
    assert said.code == 0, said.words
    assert "2 leaves and 2 releases are back" in said.out
    released, log = ("store/releases/", "ledger/checkpoint")
    was, now = (
        {k: v for k, v in kept(side.home).items() if k.startswith(released) or k == log} for side in (town, new)
    )
    assert now == was
    assert new.publish(MORE.replace("2000", "2002").replace("3000", "3002"), "1403-06").code == 0
    assert new.city.release_store.releases("trees")[-1].number == 2


def test_a_kept_checkpoint_is_enough_to_tell_an_older_backup(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    said, _ = restored(town, backups, "--seen", str(town.home / "ledger" / "checkpoint"))
    assert said.code == 0, said.words
    assert "saw no more" in said.out
    assert town.publish(MORE, "1403-06").code == 0
    shutil.rmtree(tmp_path / "again")
    said, new = restored(town, backups, "--seen", str(town.home / "ledger" / "checkpoint"))
    assert said.code == 3, said.words
    assert new.publish(MORE, "1403-06").code == 2


def test_a_witness_tells_an_older_backup_by_itself(town: Desk, tmp_path: Path) -> None:
    key = ledger.public_key(town.home)
    assert key is not None
    watching = prepare(tmp_path / "witness", "witness.example/w1", [key])
    assert watching is not None
    with serving(watching, "127.0.0.1", 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        policy = f"witness w1 {watching.signer.verifier} {address}\nquorum none\n"
        (town.home / ledger.POLICY).write_text(policy, encoding="utf-8")
        backups = tmp_path / "backups"
        assert town.ayan("backup", backups).code == 0
        said, _ = restored(town, backups)
        assert said.code == 0, said.words
        assert "w1 saw no more" in said.out
        assert town.publish(MORE, "1403-06").code == 0
        shutil.rmtree(tmp_path / "again")
        said, new = restored(town, backups)
        assert said.code == 3, said.words
        assert "w1 saw 5 leaves; 1 of them are not in this backup" in said.err
        server.shutdown()
    refused = new.publish(MORE, "1403-06")
    assert refused.code == 2
    assert "w1 saw 5 leaves" in refused.err


@pytest.mark.database
def test_the_records_of_a_server_come_back(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: tuple[str, str]
) -> None:
    source_url, other = postgres
    prepare_tables = "import django; django.setup(); from django.core.management import call_command; call_command('migrate', verbosity=0)"
    add = "from ayan.apps.accounts.models import User; User.objects.create(username='u', name='کارمند ساختگی')"
    env = environment(town)
    run = [sys.executable, "-c", f"{prepare_tables}; {add}"]
    subprocess.run(run, env=env | {"DATABASE_URL": source_url}, check=True)
    backups, home = tmp_path / "backups", tmp_path / "again"
    ayan = [sys.executable, "-m", "ayan.cli.main"]
    subprocess.run(
        [*ayan, "backup", str(backups)], env=env | {"DATABASE_URL": source_url}, check=True, capture_output=True
    )
    restore = [*ayan, "restore", str(backups)]
    full = subprocess.run(
        restore,
        env=env | {"DATABASE_URL": source_url, "AYAN_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (full.returncode, home.exists()) == (1, False)
    assert "not empty" in full.stderr
    subprocess.run(restore, env=env | {"DATABASE_URL": other, "AYAN_HOME": str(home)}, check=True, capture_output=True)
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT username, name FROM accounts_user").fetchall() == [("u", "کارمند ساختگی")]


@pytest.fixture
def postgres() -> Iterator[tuple[str, str]]:
    """Two empty databases on the server of this run."""
    url = SERVER
    if not url.startswith("postgres"):
        pytest.skip("this run has no PostgreSQL (DATABASE_URL)")
    base, _, query = url.partition("?")
    names = ["ayan_backup_one", "ayan_backup_other"]
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        source_url, other = (f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "") for name in names)
        yield source_url, other
        for name in names:
            connection.execute(f"DROP DATABASE {name}")
