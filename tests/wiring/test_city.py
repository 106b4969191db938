"""The city in use: found by two variables, described by its own file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.label import Label
from ayan.core.values.local_path import NotOnThisMachine
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts
from ayan.wiring.profile import Profile, read_topics


def profile(folder: Path, text: str) -> Profile:
    (folder / "ayan.toml").write_text(text, encoding="utf-8")
    return Profile.read(folder / "ayan.toml")


def test_a_city_is_named_in_both_languages(tmp_path: Path) -> None:
    assert profile(tmp_path, 'demo = true\nname.fa = "الف"\nname.en = "A"') == Profile(Label("الف", "A"), demo=True)
    assert profile(tmp_path, 'name = "الف"') == Profile(Label("الف", "الف"), demo=False)


def test_a_city_without_a_file_is_unnamed_and_real(tmp_path: Path) -> None:
    assert Profile.read(tmp_path / "ayan.toml") == Profile()
    assert not Profile().demo


@pytest.mark.parametrize("text", ["demo = maybe", 'demo = "yes"', "name = 1", "name = ["])
def test_a_broken_profile_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"ayan\.toml"):
        profile(tmp_path, text)


def test_the_store_stands_in_the_home_unless_it_is_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AYAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AYAN_STORE", raising=False)
    first = city.current()
    assert first.store == tmp_path / "home" / "store"
    assert city.current() is first
    monkeypatch.setenv("AYAN_STORE", str(tmp_path / "elsewhere"))
    assert city.current().store == tmp_path / "elsewhere"


def test_a_stopped_city_opens_anew_what_holds_the_running_clock(tmp_path: Path) -> None:
    running, moment = City(tmp_path, tmp_path / "store"), datetime(2024, 6, 1, tzinfo=UTC)
    opened = (running.publish_context, running.site_version)

    still = running.stopped(moment)

    assert still.publish_context.clock.now() == moment
    assert still.publish_context is not opened[0]
    assert still.site_version is not opened[1]
    assert still.query_service is running.query_service, "one process opens a file of the index once"


def test_a_city_with_another_store_answers_from_it_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    first = City(tmp_path, tmp_path / "store")
    opened = (first.release_store, first.query_engine, first.query_service, first.site_version)
    elsewhere = ReleaseStore(tmp_path / "elsewhere", first.clock)

    other = first.with_store(elsewhere)

    assert other.release_store is elsewhere
    assert isinstance(other.query_engine, ParquetEngine), "nothing of it is indexed"
    assert other.registry is first.registry
    assert other.site_version is not first.site_version
    assert (first.release_store, first.query_engine, first.query_service, first.site_version) == opened


def test_parts_that_are_given_are_not_opened(tmp_path: Path) -> None:
    given = CityParts(registry=Registry((tmp_path / "datasets",)), profile=Profile(Label("الف", "A")))

    town = City(tmp_path, tmp_path / "store", parts=given)

    assert town.registry is given.registry
    assert town.stopped(datetime(2024, 6, 1, tzinfo=UTC)).registry is given.registry
    assert town.profile.name == Label("الف", "A")


def test_a_city_renames_topics_and_adds_its_own(tmp_path: Path) -> None:
    ours, own = tmp_path / "a.toml", tmp_path / "b.toml"
    ours.write_text('[one]\ntitle.fa = "۱"\ntitle.en = "1"\n[two]\ntitle.fa = "۲"\ntitle.en = "2"', encoding="utf-8")
    own.write_text(
        '[three]\ntitle.fa = "۳"\ntitle.en = "3"\n[one]\ntitle.fa = "یک"\ntitle.en = "one"', encoding="utf-8"
    )
    topics = read_topics(ours, own, tmp_path / "absent.toml")
    assert list(topics) == ["one", "two", "three"]
    assert topics["one"] == Label("یک", "one")


def test_broken_topics_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text('[one]\ntitle = "x"', encoding="utf-8")
    with pytest.raises(ValueError, match=r"title\.fa"):
        read_topics(tmp_path / "t.toml")


@pytest.mark.parametrize("name", ["AYAN_HOME", "AYAN_STORE"])
def test_an_address_for_a_folder_is_refused_before_a_folder_of_that_name_is_made(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AYAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(name, "gs://bucket/prefix")
    with pytest.raises(NotOnThisMachine) as refused:
        city.current()
    for words in (refused.value.fa, refused.value.en):
        assert name in words
        assert "/srv/ayan" in words
        assert "bucket" not in words
    assert list(tmp_path.iterdir()) == []
