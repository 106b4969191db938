"""An older backup put back is known for one, by a mirror, a copy, a kept checkpoint or a witness, and signs nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.backup.commands import MORE, Desk, kept, restored
from tests.cli.city import FIRST
from tests.http_servers import answering

from ayan.cli.witness import open_witness, serving
from ayan.datasets.registry import Registry
from ayan.wiring import ledger
from ayan.wiring.city import in_use
from ayan.wiring.city_parts import CityParts


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
    # The leaves come back with the tiles of the mirror; then it may go on, but not seal again what was sealed before.
    shutil.copytree(mirror / "log", new.home / "ledger", dirs_exist_ok=True)
    again = new.publish(MORE.replace("2000", "2002").replace("3000", "3002"), "1403-06")
    assert (again.code, "trees/1403-06/1 has been sealed before" in again.err) == (2, True)
    assert new.publish(MORE.replace("1403/06", "1403/07"), "1403-07").code == 0


@pytest.mark.django_db
def test_an_older_backup_catches_up_from_a_static_copy(town: Desk, tmp_path: Path) -> None:
    backups, copy = tmp_path / "backups", tmp_path / "copy"
    assert town.ayan("backup", backups).code == 0
    assert town.publish(MORE, "1403-06").code == 0
    assert town.ayan("erase", "trees/1403-05/2", "--row", "2", "--code", "court-order", "--by", FIRST).code == 0
    # Of the town's own datasets: those that come with Ayan, of which it published nothing, are most of the pages.
    with in_use(replace(town.city, parts=CityParts(registry=Registry((town.home / "datasets",))))):
        assert town.ayan("export", copy, "--records", "0").code == 0
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
    watching = open_witness(tmp_path / "witness", "witness.example/w1", [key])
    assert watching is not None
    with serving(watching, "127.0.0.1", 0) as server, answering(server):
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
    refused = new.publish(MORE, "1403-06")
    assert refused.code == 2
    assert "w1 saw 5 leaves" in refused.err
