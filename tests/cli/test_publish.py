"""ayan publish and ayan withdraw: who may say yes, what is sealed, what is left behind."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.cli.city import BAD, FIRST, GOOD, HEADER, SECOND, SENDER, Town
from tests.patience import PATIENCE

from ayan.core.store.parquet import verify


def served(town: Town) -> list[tuple[Any, ...]]:
    """The rows as the public is served them."""
    (path,) = town.city.index_store.files(town.city.release_store.snapshot("trees"))
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("SELECT number, planted::VARCHAR, species, cost FROM rows ORDER BY _n").fetchall()


def bytes_everywhere(town: Town, *rooms: str) -> bytes:
    return b"".join(path.read_bytes() for room in rooms for path in (town.home / room).rglob("*") if path.is_file())


def test_the_whole_path_to_a_release(town: Town) -> None:
    file = town.file(GOOD)
    said = town.publish(file, "--format", "json")
    assert said.code == 0, said.words
    (release,) = town.city.release_store.releases("trees")
    assert said.json == {
        "release": "trees/1403-05/1",
        "digest": f"sha256:{release.digest}",
        "rows": 3,
        "sealed_at": release.sealed_at.isoformat(),
    }
    assert served(town) == [
        ("1", "2024-07-22", "چنار", 1000),
        ("2", "2024-07-23", "سرو", 2000),
        ("3", "2024-07-24", "کاج", None),
    ]
    ayan = release.manifest["ayan"]
    assert ayan["sent_by"] == SENDER
    assert [(approval["by"], approval["via"]) for approval in ayan["approvals"]] == [(FIRST, "cli"), (SECOND, "cli")]
    assert ayan["totals"] == {"cost": "3000", "trees": "3"}
    assert verify(release.folder, release.manifest) == []
    assert "planter_id" not in repr(release.manifest)
    assert "planter_id" not in pq.read_schema(release.parts()[0]).names
    public = bytes_everywhere(town, "store", "index")
    assert b"0013542419" not in public
    assert "کد ملی".encode() not in public
    assert town.leftovers() == []
    # The original is kept once, for its owner's eyes only, whoever sends it again.
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    town.publish(file)
    files = sorted(path for path in (town.home / "originals").rglob("*") if path.is_file())
    salts = [path for path in files if path.suffix == ".salt"]
    kept = [path for path in files if path not in salts and path.name != "lock"]
    assert kept == [town.home / "originals" / digest[:2] / digest]
    assert b"".join(town.city.private_store.read_original(kept[0])) == file.read_bytes()
    assert file.read_bytes()[:40] not in kept[0].read_bytes(), "it is encrypted"
    assert (town.home / "keys" / "originals.key").stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    # What is public commits the city to the file without letting anyone guess what is in it.
    assert digest.encode() not in bytes_everywhere(town, "store", "index")
    commitment = release.manifest["ayan"]["source"]["commitment"]
    (salt,) = [path.read_bytes() for path in salts if path.name == f"{digest}.{commitment}.salt"]
    assert hmac.new(salt, digest.encode(), "sha256").hexdigest() == commitment
    assert len(salts) == 2
    assert {path.stat().st_mode & 0o777 for path in (kept[0].parent, kept[0].parent.parent)} == {0o700}


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"approve": (FIRST,)}, ("2", "approvals")),
        ({"approve": ()}, ("2", "approvals")),
        ({"approve": (FIRST, FIRST)}, ("2", "approvals")),
        ({"approve": (FIRST, "تأييدكنندهٔ  علي (ساختگي)")}, ("2", "approvals")),
        ({"approve": (FIRST, SENDER)}, ("خودش", "own")),
        ({"approve": (FIRST, "فرستنده\u200c(ساختگي)")}, ("خودش", "own")),
        ({"by": " \u200c"}, ("فرستنده", "sender")),
        ({"approve": (FIRST, " ")}, ("تأییدکننده", "approver")),
        ({"allow": False}, ("AYAN_ALLOW_CLI_APPROVAL", "خط فرمان")),
    ],
)
def test_policy_refuses(town: Town, run: dict[str, Any], words: tuple[str, str]) -> None:
    said = town.publish(town.file(GOOD), **run)
    assert said.code == 3, said.words
    assert all(word in said.err for word in words), said.err
    assert town.city.release_store.releases("trees") == []
    assert not [path for path in (town.home / "originals").rglob("*") if path.is_file()]
    assert town.leftovers() == []


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_private_folders_that_are_missing_are_made_for_their_owner_alone(town: Town) -> None:
    private = [town.home / name for name in ("originals", "work", "keys")]
    for folder in private:
        shutil.rmtree(folder)
    said = town.publish(town.file(GOOD))
    assert said.code == 0, said.words
    made = [inner for folder in private if folder.is_dir() for inner in (folder, *folder.rglob("*")) if inner.is_dir()]
    assert {town.home / "originals", town.home / "work"} <= set(made)
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in made} == {path.name: "0o700" for path in made}
    assert "chmod 700" not in town.ayan("doctor").words


def test_nothing_is_sealed_while_an_error_stands(town: Town) -> None:
    said = town.publish(town.file(BAD))
    assert said.code == 1
    assert "is not a number" in said.out
    assert town.city.release_store.releases("trees") == []
    assert town.publish(town.file(BAD), "--partial", "  ").code == 1, "a blank is no reason"
    assert town.leftovers() == []


def test_a_partial_release_says_why_and_what_is_left_out(town: Town) -> None:
    reason = "سامانهٔ مبدأ تا پایان ماه درست می‌شود"
    said = town.publish(town.file(BAD), "--partial", reason)
    assert said.code == 0, said.words
    assert [row[0] for row in served(town)] == ["1"]
    (release,) = town.city.release_store.releases("trees")
    ayan = release.manifest["ayan"]
    assert ayan["rows_left_out"] == 2
    assert ayan["partial"] == {
        "reason": reason,
        "causes": {"check:cost": 1, "date-impossible": 1, "identity-wrong": 1, "not-a-number": 1},
    }


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("شماره,", "کد,"),
        f"{HEADER},شماره\n1,1403/05/01,a,1,,2\n",
        f"{HEADER}\n1,1403/05/01,a,1,,x\n",
        f"{HEADER}\n",
        f"{HEADER}\n1,1403/06/01,a,1,\n",
    ],
    ids=["missing-column", "ambiguous-column", "surplus-column", "no-rows", "every-row-is-wrong"],
)
def test_faults_of_the_whole_file_are_never_published_in_part(town: Town, text: str) -> None:
    said = town.publish(town.file(text), "--partial", "دلیل")
    assert said.code == 1, said.words
    assert town.city.release_store.releases("trees") == []
    assert town.leftovers() == []


def test_a_second_release_supersedes_and_a_withdrawal_takes_the_rows_away(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    assert town.publish(town.file(GOOD.replace("چنار", "زبان‌گنجشک"))).code == 0
    first, second = town.city.release_store.releases("trees")
    assert second.manifest["ayan"]["supersedes"] == 1
    assert served(town)[0][2] == "زبان‌گنجشک"
    assert "زبان‌گنجشک".encode() in bytes_everywhere(town, "index")

    gone = town.ayan("withdraw", "trees/1403-05/2", "--code", "wrong-data", "--by", FIRST)
    assert gone.code == 0, gone.words
    release = town.city.release_store.release("trees", "1403-05", 2)
    assert release.withdrawn
    tombstone = town.city.release_store.tombstone(release)
    assert (tombstone.code, tombstone.by, tombstone.rows, tombstone.manifest) == ("wrong-data", FIRST, 3, second.digest)
    assert sorted(path.name for path in second.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
    assert "زبان‌گنجشک".encode() not in bytes_everywhere(town, "store", "index")
    assert town.city.release_store.snapshot("trees").rows == 0, "the older one does not come back instead"
    assert first.parts()[0].is_file()

    again = town.ayan("withdraw", "trees/1403-05/2", "--code", "wrong-data", "--by", FIRST)
    assert again.code == 1
    assert "withdrawn already" in again.err
    for ref in ("trees/1403-05/9", "trees/1403-05", "trees/../1"):
        assert town.ayan("withdraw", ref, "--code", "wrong-data", "--by", FIRST).code == 1, ref
    assert town.publish(town.file(GOOD), "--format", "json").json["release"] == "trees/1403-05/3"


def test_a_withdrawal_needs_a_name(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    said = town.ayan("withdraw", "trees/1403-05/1", "--code", "personal-data", "--by", " ")
    assert said.code == 3
    assert not town.city.release_store.release("trees", "1403-05", 1).withdrawn


def test_the_period_of_a_register_is_all(town: Town) -> None:
    file = town.file("شماره,هزینه\n1,5\n", "benches.csv")
    said = town.ayan("publish", file, "--dataset", "benches", "--by", SENDER, "--approve", FIRST)
    assert said.code == 0, said.words
    assert said.out.splitlines()[-2] == "benches/all/1"
    assert Path(town.home / "store/releases/benches/all/1/datapackage.json").is_file()


def test_a_privacy_hit_holds_until_it_is_waived(town: Town, tmp_path: Path) -> None:
    lines = ["شماره,تاریخ کاشت,گونه,هزینه", "1,1403/05/01,چنار ۰۹۱۲۳۴۵۶۷۸۹,100", "2,1403/05/02,سرو,200"]
    file = town.file("\n".join(lines))
    held = town.publish(file, "--partial", "بماند برای بعد", "--format", "json")
    assert held.code == 1, held.words
    (issue,) = [candidate for candidate in json.loads(held.out)["issues"] if candidate["code"] == "personal-mobile"]
    assert (issue["severity"], issue["row"], "value" in issue) == ("error", 2, False)
    assert "0912" not in held.words.replace("۰", "0")
    answered = tmp_path / "waivers.json"
    answered.write_text(json.dumps({issue["fingerprint"]: "nobody"}), encoding="utf-8")
    assert town.publish(file, "--waivers", str(answered)).code == 2
    answered.write_text(json.dumps({issue["fingerprint"]: "consent"}), encoding="utf-8")
    said = town.publish(file, "--waivers", str(answered))
    assert said.code == 0, said.words
    (release,) = town.city.release_store.releases("trees")
    assert release.manifest["ayan"]["waivers"] == {"personal-mobile": {"consent": 1}}


def waiting_for(lock: Path) -> int:
    """How many processes wait for a lock, as the system tells it."""
    inode = f":{lock.stat().st_ino} "
    return sum("-> FLOCK" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


def test_of_two_who_publish_one_period_at_once_the_second_is_refused_and_told_what_to_do(town: Town) -> None:
    files = [town.file(GOOD, "one.csv"), town.file(GOOD.replace("سرو", "بید"), "other.csv")]
    with ThreadPoolExecutor(2) as threads:
        # Both have read and compared their files, and wait to seal, before either does.
        with town.city.release_store.lock("trees"):
            racers = [threads.submit(town.publish, file) for file in files]
            lock, end = next((town.home / "store").rglob("trees.lock")), time.monotonic() + PATIENCE
            while waiting_for(lock) < len(racers):
                assert time.monotonic() < end
                time.sleep(0.02)
        first, second = sorted((racer.result() for racer in racers), key=lambda said: said.code)
    assert (first.code, second.code) == (0, 3)
    assert "trees/1403-05/1" in first.out
    assert "another release of the same period came" in second.err
    assert "run the same command again" in second.err
    assert [release.ref for release in town.city.release_store.releases("trees")] == ["trees/1403-05/1"]
    log = town.city.log
    assert log is not None
    assert log.size == 1, "nothing is said of what was refused"
    assert town.leftovers() == []
    # Whoever looks again and sends it again makes a correction of what stands.
    assert "trees/1403-05/2" in town.publish(files[second is racers[1].result()]).out
