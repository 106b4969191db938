"""The end of an original: kept as declared, told by the log before it goes, gone after any stop in between."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Town, make_town

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.schema.release_terms import Retention
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.transparency.entries.entry import parse_entry
from ayan.core.transparency.entries.original_deletion import OriginalDeleted, commitment_of
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

NOW = datetime(2024, 2, 29, 8, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    new_town = make_town(tmp_path)
    declared = new_town.home / "datasets" / "trees" / "dataset.toml"
    declared.write_text(f"{declared.read_text('utf-8')}\n[originals]\nkeep_days = 90\n", "utf-8")
    return new_town


@pytest.fixture
def city(town: Town) -> City:
    return City(town.home, town.home / "store", FixedClock(NOW))


def published(town: Town, city: City, period: str, text: str = GOOD, slug: str = "trees") -> Release:
    context, dataset = city.publish_context, city.registry.get(slug)
    with examine(context, dataset, town.file(text), ClerkDecisions(period or None)) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        yes = [Approval(name, NOW, "desk", draft.digest) for name in (FIRST, SECOND)]
        return seal(context, draft, yes, reason=CorrectionReason("entry-error"))


def due(city: City) -> list[str]:
    return [entered.statement.ref for entered in city.original_retention.delete_due()]


def later(city: City, days: int) -> None:
    assert isinstance(city.clock, FixedClock)
    city.clock.move(timedelta(days=days))


def test_how_long_is_reckoned_in_whole_days_of_the_city() -> None:
    assert Retention(days=90).until(date(2024, 2, 29)) == date(2024, 5, 29)
    assert Retention(years=1).until(date(2024, 2, 29)) == date(2025, 3, 1)
    assert Retention(years=4).until(date(2024, 2, 29)) == date(2028, 2, 29)
    assert (str(Retention(years=5)), str(Retention(days=90))) == ("P5Y", "P90D")


def test_an_original_goes_on_its_day_and_the_log_says_which_and_why(town: Town, city: City) -> None:
    release = published(town, city, "1403-05")
    assert due(city) == []
    later(city, 89)
    assert due(city) == []
    assert city.private_store.original_of(release.manifest) is not None
    later(city, 1)
    size = city.transparency_log.log.size
    assert due(city) == ["trees/1403-05/1"]
    said = parse_entry(city.transparency_log.log.leaf(size))
    assert isinstance(said, OriginalDeleted)
    assert (said.commitment, said.rule) == (commitment_of(release.manifest), "dataset:P90D")
    assert city.original_retention.holdings() == [], "neither the file nor what opens the commitment"
    assert city.private_store.original_of(release.manifest) is None
    assert due(city) == []
    assert city.transparency_log.log.size == size + 1
    (original,) = city.original_retention.fates()
    assert original.gone is not None
    assert (original.gone.index, original.gone.statement) == (size, said)
    assert city.release_store.release("trees", "1403-05", 1).parts()[0].is_file(), "the release stands"


def test_a_dataset_that_declares_nothing_follows_the_city_and_a_city_that_says_nothing_keeps_all(
    town: Town, city: City
) -> None:
    published(town, city, "", "شماره,هزینه\n1,1000\n2,2000\n", "benches")
    later(city, 5 * 366)
    silent = City(town.home, town.home / "store", city.clock)
    toml = (town.home / "ayan.toml").read_text("utf-8")
    (town.home / "ayan.toml").write_text(toml.replace("keep_years = 5", "").replace("[originals]", ""), "utf-8")
    assert silent.rule_of("benches") is None
    assert due(silent) == []
    (town.home / "ayan.toml").write_text(toml, "utf-8")
    assert due(city) == ["benches/all/1"]
    (entered,) = city.deletions
    assert entered.statement.rule == "city:P5Y"


@pytest.mark.parametrize(
    "table", ["[originals]", "[originals]\nkeep_years = 1\nkeep_days = 3", "[originals]\nkeep_years = 0"]
)
def test_a_city_that_says_it_wrongly_is_refused_in_words(town: Town, city: City, table: str) -> None:
    toml = (town.home / "ayan.toml").read_text("utf-8").replace("[originals]\nkeep_years = 5", table)
    (town.home / "ayan.toml").write_text(toml, "utf-8")
    with pytest.raises(ValueError, match=r"ayan\.toml: originals"):
        _ = city.profile


def test_a_stop_after_the_leaf_is_made_good_and_told_once(town: Town, city: City) -> None:
    release = published(town, city, "1403-05")
    later(city, 90)
    (held,) = city.original_retention.holdings()
    deletion = OriginalDeleted(
        at="2024-05-29T08:00:00.000Z", dataset="trees", period="1403-05", number=1,
        commitment=commitment_of(release.manifest), rule="dataset:P90D",
    )  # fmt: skip
    # As it stands when whoever deletes is killed after the leaf: the file is there, its head perhaps overwritten.
    city.transparency_log.enter([deletion.leaf])
    with held.path.open("r+b") as file:
        file.write(bytes(40))
    size = city.transparency_log.log.size
    assert due(city) == []
    assert (city.original_retention.holdings(), city.transparency_log.log.size) == ([], size)
    # Killed a moment later: the file is gone, the salt still there.
    (salt,) = held.salts.values()
    salt.write_text("00", "utf-8")
    assert due(city) == []
    assert city.original_retention.holdings() == []


def test_a_file_of_two_releases_goes_with_the_last_and_one_that_came_again_stays(town: Town, city: City) -> None:
    first = published(town, city, "1403-05")
    later(city, 60)
    published(town, city, "1403-05")
    later(city, 30)
    assert due(city) == [], "the second release still asks for the same file"
    later(city, 60)
    assert sorted(due(city)) == ["trees/1403-05/1", "trees/1403-05/2"]
    third = published(town, city, "1403-05")
    assert due(city) == []
    assert city.private_store.original_of(third.manifest) is not None
    assert city.private_store.original_of(first.manifest) is None, "the older commitment can no longer be opened"


def test_what_a_refused_seal_left_is_told_apart_and_goes_only_when_asked(town: Town, city: City) -> None:
    published(town, city, "1403-05")
    context = city.publish_context
    with examine(context, city.registry.get("trees"), town.file(f"{GOOD}\n"), ClerkDecisions("1403-05")) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        kept = context.private_store.keep_original(draft.original)
        city.release_store.discard(draft.staged)
    later(city, 400)
    assert due(city) == ["trees/1403-05/1"]
    assert (kept.is_file(), city.original_retention.delete_loose()) == (True, 0), "a release may be on its way"

    for path in kept.parent.glob(f"{kept.name}*"):
        os.utime(path, (1, 1))
    assert [holding.path for holding in city.original_retention.loose()] == [kept]
    assert (city.original_retention.delete_loose(), city.original_retention.holdings()) == (1, [])


@pytest.mark.parametrize("leaf", [b'{"kind":"original-deleted"}', b'{"at":"x","kind":"original-deleted"}'])
def test_an_entry_that_is_written_otherwise_is_none(leaf: bytes) -> None:
    with pytest.raises(BadStatement):
        parse_entry(leaf)
