"""What holds the city to account at the doors of the logbook: declarations and the diary, for people and programs."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.small_city import build, publish, sheet
from tests.clocks import let_pass
from tests.flow.forgeries.forged_city import lay_out

from ayan.apps.logbook import ledger_files
from ayan.apps.logbook.tasks import bring_up
from ayan.core.continuity import replay
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency import verification
from ayan.core.transparency.evidence import Folder
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import FixedClock
from ayan.wiring import accountability, city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

PATHS = [
    "ayan.toml",
    *sorted(f"cases/{file.name}" for file in accountability.SHIPPED_CASES.glob("*.toml")),
    "datasets/unsent/dataset.toml",
    "datasets/works/audits/halves.toml",
    "datasets/works/codes/states.toml",
    "datasets/works/dataset.toml",
    "datasets/works/flags/too-large.toml",
    "datasets/works/questions/largest-works.toml",
    "public-services/S-1.toml",
    "public-services/S-2.toml",
    "public-services/terms.toml",
]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city that the test may change, with a clock to be moved."""
    built = build(tmp_path)
    object.__setattr__(built, "clock", FixedClock(built.clock.now()))
    monkeypatch.setattr(city, "current", lambda: built)
    return built


def keep_day(own: City) -> str:
    """Something of a day, and the day after; which day it was."""
    from ayan.apps.audits import balances
    from ayan.apps.promises import missing_data

    day = own.clock.now().date().isoformat()
    assert missing_data.keep_today(own)
    assert balances.keep_today(own)
    let_pass(own, timedelta(days=1))
    return day


def test_declarations_and_days_are_entered_once_and_published(own: City) -> None:
    day = keep_day(own)
    entered = bring_up(own)
    assert [entry.path for entry in entered.declarations] == PATHS
    assert [(sealed.day, sorted(sealed.parts)) for sealed in entered.days] == [(day, ["balances", "missing"])]
    assert bring_up(own) == type(entered)(), "asked twice it enters nothing more"
    reader = Client()
    for entry in entered.declarations:
        answer = reader.get(f"/log/declarations/{entry.digest}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert "immutable" in answer["Cache-Control"]
        assert (sha256_hex(answer.content), len(answer.content)) == (entry.digest, entry.size)
        assert canonical_json(json.loads(answer.content)) == answer.content
    for name, digest in entered.days[0].parts.items():
        assert sha256_hex(reader.get(f"/log/diary/{day}/{name}").content) == digest
    for nothing in ("declarations/" + "0" * 64, "declarations/..%2fvkey", f"diary/{day}/findings", "diary/x/missing"):
        assert reader.get(f"/log/{nothing}").status_code == 404, nothing


def test_a_stranger_computes_from_them_what_a_manifest_says_of_its_declaration(own: City) -> None:
    bring_up(own)
    said = {
        path.removeprefix("datasets/works/"): json.loads(Client().get(f"/log/declarations/{entry.digest}").content)
        for path, entry in own.log_replay.now().declarations.items()
        if path.startswith("datasets/works/") and path.split("/")[2] in ("dataset.toml", "codes", "sources")
    }
    release = own.release_store.release("works", "1403", 2)
    assert sha256_hex(canonical_json(said)) == release.manifest["ayan"]["declaration"]


def test_a_release_under_a_declaration_that_the_log_did_not_hold_gets_a_word(own: City) -> None:
    file = own.home / "datasets" / "works" / "dataset.toml"
    honest = file.read_text("utf-8")
    bring_up(own)
    publish(own, sheet(4, year=1405), "1405", "works-1405.csv")
    # Changed, published under, and changed back, with no leaf of it.
    file.write_text(honest.replace("grace_days = 30", "grace_days = 300"), "utf-8")
    publish(own, sheet(4, year=1406), "1406", "works-1406.csv")
    file.write_text(honest, "utf-8")
    bring_up(own)
    served = own.home / "served"
    lay_out(own.store, served)
    shutil.copytree(own.home / "ledger", served / "log")
    report = verification.verify(Folder(served), Policy.of(own.transparency_log.log.verifier or pytest.fail("a key")))
    assert not [finding for finding in report.findings if finding.level == "broken"]
    assert [finding.where for finding in report.findings if finding.code == "declaration-unlogged"] == ["works/1406/1"]


def test_pages_say_in_both_languages_what_such_leaves_are(own: City) -> None:
    keep_day(own)
    size = own.transparency_log.log.size
    bring_up(own)
    reader = Client()
    for address in ("/log/", "/en/log/"):
        page = reader.get(address).content.decode()
        assert "datasets/works/dataset.toml" in page
    assert "The city declared this" in reader.get(f"/en/log/{size}").content.decode()
    assert "شهر این را اعلام کرد" in reader.get(f"/log/{size}").content.decode()
    diary = reader.get(f"/en/log/{size + len(PATHS)}").content.decode()
    assert "A day of the diary was sealed" in diary
    assert "/log/diary/" in diary
    for address, begins, ends in (("/log/", "<tbody", "</table>"), (f"/log/{size + len(PATHS)}", "<dl", "</dl>")):
        # A day is told in the reader's calendar; addresses have it as programs write it.
        part = reader.get(address).content.decode().partition(begins)[2].partition(ends)[0]
        assert part
        assert not re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.sub(r"<[^>]*>", "", part))


def test_a_change_is_a_leaf_of_its_own_and_counted(own: City) -> None:
    bring_up(own)
    file = own.home / "datasets" / "works" / "dataset.toml"
    before = own.log_replay.now().declarations["datasets/works/dataset.toml"].digest
    text = file.read_text("utf-8")
    file.write_text("# a remark changes nothing\n" + text, "utf-8")
    assert bring_up(own).declarations == ()
    # What is being edited, and cannot be read meanwhile, is neither changed nor taken away.
    file.write_text(text + "[[", "utf-8")
    assert bring_up(own).declarations == ()
    file.write_text(text.replace("grace_days = 30", "grace_days = 300"), "utf-8")
    (own.home / "datasets" / "works" / "codes" / "further.toml").write_text("x = 1", "utf-8")
    (own.home / "datasets" / "works" / "flags" / "too-large.toml").unlink()
    changes = bring_up(own).declarations
    assert [(entry.path.rpartition("/")[2], entry.digest is None) for entry in changes] == [
        ("further.toml", False), ("dataset.toml", False), ("too-large.toml", True),
    ]  # fmt: skip
    reader = Client()
    assert b'"grace_days":30}' in reader.get(f"/log/declarations/{before}").content, "what it said before stays"
    assert "a declaration was changed or taken away" in reader.get("/en/log/").content.decode()


def test_nothing_private_is_declared(own: City) -> None:
    works = own.home / "datasets" / "works"
    (works / "examples").mkdir()
    for name in ("examples/rows.toml", ".secret.toml", "notes.txt", "dataset.toml~"):
        (works / name).write_text('officer = "someone@example.org"', "utf-8")
    (own.home / "datasets" / "empty").mkdir()
    (own.home / "datasets" / "empty" / "draft.toml").write_text("x = 1", "utf-8")
    (own.home / "tariffs").mkdir()
    (own.home / "tariffs" / "kiosks.toml").write_text("per_metre = 120_000", "utf-8")
    assert sorted(accountability.declared(own).bodies) == sorted([*PATHS, "tariffs/kiosks.toml"])


def test_a_static_copy_has_what_the_log_speaks_of(own: City) -> None:
    day = keep_day(own)
    bring_up(own)
    log = own.log
    assert log is not None
    copied = {each.url: each.file for each in ledger_files.copied(log, own.log_replay.now())}
    digest = own.log_replay.now().declarations["ayan.toml"].digest
    assert copied[f"/log/declarations/{digest}"] == f"log/declarations/{digest}"
    assert copied[f"/log/diary/{day}/missing"] == f"log/diary/{day}/missing"


def test_a_city_that_has_published_nothing_begins_no_log(tmp_path: Path) -> None:
    empty = City(tmp_path, tmp_path / "store", FixedClock(build(tmp_path / "b").clock.now()), parts=CityParts())
    assert bring_up(empty).declarations == ()
    assert empty.log is None


def test_what_a_backup_has_not_comes_back_from_a_copy_with_the_digest_of_its_leaf_alone(own: City) -> None:
    day = keep_day(own)
    bring_up(own)
    history, ledger = own.log_replay.now(), own.home / "ledger"
    served = own.home / "served"
    shutil.copytree(ledger, served / "log")
    forged = served / "log" / "declarations" / str(history.declarations["ayan.toml"].digest)
    forged.write_bytes(b"{}")
    shutil.rmtree(ledger / "declarations")
    shutil.rmtree(ledger / "diary")
    (own.home / "missing" / f"{day}.json").unlink()
    brought, lacking = replay.bring_published(Folder(served), ledger, history)
    assert (brought, lacking) == (len(PATHS) - 1 + 2, [f"declarations/{forged.name}"])
    assert accountability.put_back_days(own) == 1
    assert not list(accountability.rewritten(own, history))
    assert accountability.damaged(own, history) == lacking
    assert accountability.declare(own) == [], "what is in force is published again by the next round"
    assert accountability.damaged(own, history) == []
