"""One database is one city's: a second folder is refused, a moved one is not, and the operator has the last word."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from tests.cli.city import Said, Town, make_town

from ayan.apps.desk.models import WorkerLease
from ayan.config.database_home import OtherHome
from ayan.config.diagnosis.machines import examine_lease
from ayan.config.limits import MOST_BEATS_BEHIND
from ayan.config.tasks import only_worker
from ayan.config.worker_lease import PlaceLost

SQLITE = "db.sqlite3"


def officer(town: Town, name: str) -> Said:
    return ayan(town, "officer", "add", name, "--name", "کارمند ساختگی")


def ayan(town: Town, *words: str) -> Said:
    """The command with the settings of a city, whose database is a file in its folder or a server's."""
    return town.ayan(*words, DJANGO_SETTINGS_MODULE="ayan.config.settings.dev")


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_a_second_folder_is_refused_until_the_operator_says_that_it_is_the_one(town: Town, tmp_path: Path) -> None:
    assert officer(town, "one").code == 0
    other = make_town(tmp_path / "other")
    if (town.home / SQLITE).exists():
        # A copy is another city's database as much as a server's is; what is written last may stand beside the file.
        with closing(sqlite3.connect(town.home / SQLITE)) as own, closing(sqlite3.connect(other.home / SQLITE)) as copy:
            own.backup(copy)
    for said in (officer(other, "two"), ayan(other, "worker", "--once"), ayan(other, "upgrade")):
        assert said.code == 2, said.words
        assert "از آنِ پوشهٔ شهر دیگری است" in said.err
        assert "ayan upgrade --take-database" in said.err
    served = ayan(other, "serve", "--port", "0")
    assert (served.code, "ayan upgrade --take-database" in served.err) == (2, True), served.words
    assert officer(town, "two").code == 0
    # The city moves to another place, and is the same.
    moved = Town(town.home.rename(tmp_path / "moved"))
    assert officer(moved, "three").code == 0
    taken = ayan(other, "upgrade", "--take-database")
    assert taken.code == 0, taken.words
    assert "belongs to this folder from now on" in taken.out
    assert officer(other, "four").code == 0
    if not (other.home / SQLITE).exists():
        assert officer(moved, "five").code == 2


class Waiting(Exception):
    """The second worker waits."""


def impatient() -> None:
    raise Waiting


@pytest.mark.django_db(transaction=True)
def test_two_machines_with_copies_of_one_folder_have_one_worker(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the database is a file of one machine (make test-postgres)")
    WorkerLease.objects.all().delete()
    home, copy = tmp_path / "one", tmp_path / "copy"
    with only_worker(home, home / "work") as lease:
        lease.check()
        assert [(finding.code, finding.state) for finding in examine_lease(home)] == [("worker-place", "ok")]
        # What comes to the copy never comes to those who work in the other.
        shutil.copytree(home, copy)
        WorkerLease.objects.update(beat=MOST_BEATS_BEHIND + 1)
        findings = {finding.code: finding for finding in examine_lease(copy)}
        assert findings["shared-folder"].state == "error"
        assert str(copy) in findings["shared-folder"].words.en
        WorkerLease.objects.update(beat=0)
        shutil.rmtree(copy)
        with pytest.raises(Waiting), only_worker(copy, copy / "work", impatient):
            pass
    # Another process comes, and what the first did is not in its folder.
    WorkerLease.objects.update(owner="machine:boot:1:1")
    with pytest.raises(OtherHome), only_worker(copy, copy / "work", impatient):
        pass
    with only_worker(home, home / "work", impatient) as again:
        assert again.number == lease.number + 1
        with pytest.raises(PlaceLost):
            lease.check()
