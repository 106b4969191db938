"""The log as sealing and withdrawing use it: the leaf first, and a leaf whose act never came is taken back in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Town, make_town

from ayan.core.ledger.commitments import open_row, recompute_rows
from ayan.core.ledger.log import Log
from ayan.core.ledger.proof import check_proof, prove_leaf
from ayan.core.ledger.signing_key import KeyRefused
from ayan.core.ledger.trust_policy import Policy
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, write_draft
from ayan.core.publish.erasure import erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import ReleaseRefused, seal, withdraw
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.folder import FolderObjects
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.entries.statement import INTERRUPTED, Statement, sealed
from ayan.core.transparency.interrupted_acts import UnfinishedAct
from ayan.core.transparency.log_rules import replay
from ayan.core.transparency.log_writer import RuleBroken
from ayan.core.values.clock import FixedClock
from ayan.wiring import ledger
from ayan.wiring.city import City

NOW = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)
OTHER = GOOD.replace("2000", "2000.0")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def publish(town: Town, text: str = GOOD, city: City | None = None) -> Release:
    city = city or town.city
    context = city.publish_context
    with examine(context, city.registry.get("trees"), town.file(text), ClerkDecisions("1403-05")) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        return seal(context, draft, approvals(draft), reason=CorrectionReason("entry-error"))


def approvals(draft: Draft) -> list[Approval]:
    return [Approval(name, NOW, "cli", draft.digest) for name in (FIRST, SECOND)]


def log_of(town: Town) -> Log:
    log = ledger.reading(town.home)
    assert log is not None
    return log


def statements_of(town: Town) -> list[Statement]:
    log = log_of(town)
    return [Statement.parse(leaf) for leaf in log.leaves(0, log.size)]


def test_a_seal_and_a_withdrawal_have_a_leaf_each(town: Town) -> None:
    first, second = publish(town), publish(town, OTHER)
    withdraw(town.city.publish_context, second, "wrong-data", SENDER)
    seal_statement, two, three = statements_of(town)
    assert seal_statement == sealed(first)
    assert (seal_statement.act, seal_statement.ref, seal_statement.manifest, seal_statement.rows) == (
        "sealed",
        first.ref,
        first.digest,
        3,
    )
    assert seal_statement.rows_root == first.manifest["ayan"]["commitments"]["rows_root"]
    assert (two.ref, two.supersedes) == (second.ref, 1)
    assert (three.act, three.ref, three.manifest, three.rows, three.code) == (
        "withdrawn", second.ref, second.digest, 0, "wrong-data",
    )  # fmt: skip
    assert log_of(town).intents() == []


def test_every_row_of_a_release_can_be_proved_by_itself(town: Town) -> None:
    release = publish(town)
    root = bytes.fromhex(statements_of(town)[0].rows_root or "")
    assert recompute_rows(release.parts(), release.folder).root == root
    for row in (2, 3, 4):
        assert open_row(release.parts(), release.folder, row).root() == root


def test_what_a_withdrawn_row_said_cannot_be_confirmed(town: Town) -> None:
    release = publish(town)
    withdraw(town.city.publish_context, release, "personal-data", SENDER)
    assert {path.suffix for path in release.folder.iterdir()} == {".json"}


class Stop(Exception):
    """Stands for the end of the process."""


def test_a_leaf_whose_release_never_came_is_taken_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    city = town.city

    def dies(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(city.release_store._objects, "commit", dies)
        with pytest.raises(Stop):
            publish(town, city=city)
    assert town.city.release_store.releases("trees") == []
    (lost,) = statements_of(town)
    release = publish(town, OTHER)
    assert release.number == lost.number == 1
    void, came = statements_of(town)[1:]
    assert (void.act, void.voids, void.ref, void.manifest) == ("void", 0, release.ref, lost.manifest)
    assert came == sealed(release)
    assert log_of(town).intents() == []


def test_a_release_that_came_although_its_publisher_died_stays(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    city = town.city

    def dies(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(city.transparency_log, "commit", dies)
        with pytest.raises(Stop):
            publish(town, city=city)
    publish(town, OTHER)
    assert [statement.act for statement in statements_of(town)] == ["sealed", "sealed"]


def test_nothing_is_published_without_the_key(town: Town) -> None:
    release = publish(town)
    home = town.home
    ledger_key = home / ledger.FOLDER / ledger.VERIFIER
    other = Town(home)
    ledger_key.write_text("demo.ayan.invalid+4bdbfe9c+AQ==\n")
    with pytest.raises(Exception, match="key"):
        publish(other)
    assert [listed.ref for listed in town.city.release_store.releases("trees")] == [release.ref]


def test_a_city_makes_its_key_once_and_keeps_it(tmp_path: Path) -> None:
    log = ledger.writing(tmp_path, tmp_path / "store", domain="shafaf.example")
    log.append(b"one")
    key = tmp_path / ledger.KEY
    assert key.stat().st_mode & 0o777 == 0o600
    again = ledger.writing(tmp_path, tmp_path / "store", domain="elsewhere.example")
    assert (again.origin, again.size) == ("shafaf.example", 1)
    assert ledger.public_key(tmp_path) == log.verifier
    key.unlink()
    with pytest.raises(KeyRefused):
        ledger.writing(tmp_path, tmp_path / "store")


@pytest.mark.parametrize("leaf", [b"", b"{}", b'{"act": "sealed"}', b"[1]", b"\xff"])
def test_an_entry_that_is_no_statement_is_refused(leaf: bytes) -> None:
    with pytest.raises(BadStatement):
        Statement.parse(leaf)


def test_an_erasure_has_a_leaf_and_other_rows_can_be_proved_against_the_same_root(town: Town) -> None:
    before = publish(town)
    after = erase(town.city.publish_context, before, [3], "personal-data", SENDER)
    seal_statement, two = statements_of(town)
    assert (two.act, two.ref, two.manifest, two.code) == ("erased", before.ref, after.digest, "personal-data")
    assert (two.rows_root, two.rows) == (seal_statement.rows_root, seal_statement.rows)
    assert log_of(town).intents() == []
    root = bytes.fromhex(seal_statement.rows_root or "")
    assert after.salts == "salts.e1.parquet"
    assert sorted(path.name for path in after.folder.iterdir()) == [
        "data-0000.e1.parquet", "datapackage.json", "rows.tree", "salts.e1.parquet",
    ]  # fmt: skip
    assert recompute_rows(after.parts(), after.folder, salts=after.salts).root == root
    for row in (2, 3, 4):
        opening = open_row(after.parts(), after.folder, row, salts=after.salts)
        assert opening.root() == root
        assert (opening.text is None) == (row == 3), "of the erased row the blinded hash stands"
    log = log_of(town)
    key = ledger.public_key(town.home)
    assert key is not None
    policy = Policy.of(key)
    for row in (3, 4):
        opening = open_row(after.parts(), after.folder, row, salts=after.salts)
        assert check_proof(prove_leaf(log, 1, opening), policy).row == opening
    again = erase(town.city.publish_context, after, [4], "court-order", SENDER)
    assert again.salts == "salts.e2.parquet"
    assert recompute_rows(again.parts(), again.folder, salts=again.salts).root == root


def test_an_erasure_that_failed_at_its_last_step_is_taken_back_in_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish(town)
    context = town.city.publish_context

    def fail(*_: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(FolderObjects, "rewrite", fail)
        with pytest.raises(OSError, match="disk"):
            erase(context, release, [3], "personal-data", SENDER)
    after = erase(town.city.publish_context, release, [4], "personal-data", SENDER)
    assert [(statement.act, statement.voids) for statement in statements_of(town)] == [
        ("sealed", None),
        ("erased", None),
        ("void", 1),
        ("erased", None),
    ]
    assert statements_of(town)[-1].manifest == after.digest


# --- acts that broke off after their leaf -----------------------------------------------------------------------------


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def still(town: Town, clock: FixedClock) -> City:
    """The city under a clock that stands."""
    return City(town.home, town.home / "store", clock)


def breaks_off(monkeypatch: pytest.MonkeyPatch, moment: str, act: Callable[[], object]) -> None:
    """Begin an act and end the process at one step of the store."""

    def dies(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(FolderObjects, moment, dies)
        with pytest.raises(Stop):
            act()


def acts(town: Town) -> list[tuple[str, str, str | None]]:
    log = log_of(town)
    history = replay(log.leaves(0, log.size))
    assert history.violations == []
    return [(statement.act, statement.ref, statement.code) for statement in history.statements.values()]


def test_a_withdrawal_that_broke_off_is_carried_out_by_the_next_act(
    town: Town, still: City, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(town, city=still)
    context = still.publish_context
    breaks_off(monkeypatch, "bury", lambda: withdraw(context, first, "personal-data", SENDER, reason="چنین بود"))
    assert not still.release_store.release("trees", "1403-05", 1).withdrawn
    clock.move(timedelta(days=90))
    with pytest.raises(ReleaseRefused, match="another release of the same period"):
        publish(town, OTHER, city=still)
    assert still.release_store.release("trees", "1403-05", 1).withdrawn, "what it was compared with is gone by now"
    publish(town, OTHER, city=still)
    (gone, came) = still.release_store.releases("trees")
    assert (gone.withdrawn, came.withdrawn, came.number) == (True, False, 2)
    tombstone = still.release_store.tombstone(gone)
    assert (tombstone.by, tombstone.code, tombstone.at) == (SENDER, "personal-data", NOW)
    assert still.reasons.words(tombstone.reason_digest) is not None
    assert [act for act, _, _ in acts(town)] == ["sealed", "withdrawn", "sealed"]
    assert log_of(town).intents() == []


def test_whoever_sends_the_same_withdrawal_again_gets_its_tombstone(
    town: Town, still: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish(town, city=still)
    context = still.publish_context
    breaks_off(monkeypatch, "bury", lambda: withdraw(context, release, "wrong-data", SENDER))
    assert withdraw(context, release, "wrong-data", SENDER).code == "wrong-data"
    assert [act for act, _, _ in acts(town)] == ["sealed", "withdrawn"]


def test_a_seal_that_nobody_tried_again_in_time_is_withdrawn_and_its_number_is_gone(
    town: Town, still: City, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_off(monkeypatch, "commit", lambda: publish(town, city=still))
    clock.move(timedelta(hours=37))
    # Stopped once more between the leaf and the tombstone.
    breaks_off(monkeypatch, "commit", lambda: publish(town, OTHER, city=still))
    with pytest.raises(ReleaseRefused, match="another release of the same period"):
        publish(town, OTHER, city=still)
    release = publish(town, OTHER, city=still)
    assert (release.number, release.manifest["ayan"]["supersedes"]) == (2, 1)
    never = still.release_store.release("trees", "1403-05", 1)
    assert never.withdrawn
    assert still.release_store.tombstone(never).code == INTERRUPTED
    ref = "trees/1403-05/1"
    assert acts(town) == [("sealed", ref, None), ("withdrawn", ref, INTERRUPTED), ("sealed", release.ref, None)]
    assert log_of(town).intents() == []


def test_after_an_erasure_that_broke_off_nothing_else_is_done_first(
    town: Town, still: City, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish(town, city=still)
    context = still.publish_context
    breaks_off(monkeypatch, "rewrite", lambda: erase(context, release, [3], "personal-data", SENDER))
    with pytest.raises(UnfinishedAct, match="Repeat it first"):
        publish(town, OTHER, city=still)
    assert [act for act, _, _ in acts(town)] == ["sealed", "erased"], "nothing was signed"
    clock.move(timedelta(hours=1))
    again = erase(context, release, [3], "personal-data", SENDER)
    assert [act for act, _, _ in acts(town)] == ["sealed", "erased", "void", "erased"]
    publish(town, OTHER, city=still)
    breaks_off(monkeypatch, "rewrite", lambda: erase(context, again, [4], "court-order", SENDER))
    clock.move(timedelta(hours=37))
    with pytest.raises(UnfinishedAct, match="Withdraw the release"):
        erase(context, again, [4], "court-order", SENDER)
    withdraw(context, again, "court-order", SENDER)
    assert [act for act, _, _ in acts(town)][-2:] == ["erased", "withdrawn"]
    publish(town, OTHER, city=still)


def test_a_clock_that_is_behind_publishes_nothing(town: Town, still: City, clock: FixedClock) -> None:
    publish(town, city=still)
    clock.move(timedelta(days=-2))
    context = still.publish_context
    with pytest.raises(RuleBroken, match="is dated before") as refusal:
        withdraw(context, still.release_store.release("trees", "1403-05", 1), "wrong-data", SENDER)
    assert refusal.value.broken.code == "back-dated"
    assert not still.release_store.release("trees", "1403-05", 1).withdrawn
    assert [act for act, _, _ in acts(town)] == ["sealed"]
    clock.move(timedelta(days=2))
    withdraw(context, still.release_store.release("trees", "1403-05", 1), "wrong-data", SENDER)


def test_leaves_that_others_append_meanwhile_are_seen(town: Town, still: City) -> None:
    """Two processes append in turns; each holds the whole log to the rules."""
    other = City(town.home, town.home / "store", FixedClock(NOW))
    publish(town, city=still)
    publish(town, OTHER, city=other)
    publish(town, city=still)
    assert [number for _, ref, _ in acts(town) for number in [ref[-1]]] == ["1", "2", "3"]
