"""A town and its command run in this process, and what a backup of it should bring back."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Said, Town, make_town

from ayan.cli import main
from ayan.config.diagnosis.marks import BACKUP
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.erasure import erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal, withdraw
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.wiring import city as wiring
from ayan.wiring.city import City

MORE = GOOD.replace("1403/05", "1403/06")
DERIVED = {"index", "work", "keys", "secret_key"}
VOLATILE = {"lock", "mark", ".lock", BACKUP}


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
        wiring._cities.close()
        self.capsys.readouterr()
        code = main.run([str(word) for word in words])
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def publish(self, text: str, period: str) -> Said:
        names = ["--by", SENDER, "--approve", FIRST, "--approve", SECOND, "--reason", "entry-error"]
        return self.ayan("publish", self.town.file(text), "--dataset", "trees", "--period", period, *names)

    def at(self, home: Path) -> Desk:
        return Desk(Town(home), self.patch, self.capsys)


def restored(town: Desk, backups: Path | str, *more: str | Path) -> tuple[Said, Desk]:
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


def flip(path: Path) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    path.chmod(mode)


def environment(town: Desk) -> dict[str, str]:
    rest = {key: value for key, value in town.town.environment().items() if key != "DATABASE_URL"}
    return rest | {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}


def build(folder: Path) -> None:
    """A city with two releases, one of them withdrawn, one with an erased row, and a database."""
    built_town = make_town(folder)
    city = built_town.city
    context, trees = city.publish_context, city.registry.get("trees")
    for text in (GOOD, GOOD.replace("2000", "2001").replace("3000", "3001")):
        with examine(context, trees, built_town.file(text), ClerkDecisions("1403-05")) as examined:
            draft = write_draft(context, examined, sent_by=SENDER)
            seal(
                context,
                draft,
                [Approval(name, context.clock.now(), "cli", draft.digest) for name in (FIRST, SECOND)],
                reason=CorrectionReason("entry-error"),
            )
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
