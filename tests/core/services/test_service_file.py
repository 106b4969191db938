"""The declarations of services: what is read, what is refused, and the sample that comes with Ayan."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.apps.declared_services import WALL, declare_services

import ayan
from ayan.core.services.service_file import read_services

SAMPLE = Path(ayan.__file__).parent / "apps" / "services" / "sample"


def test_a_service_is_read_with_the_words_that_it_names(tmp_path: Path) -> None:
    declare_services(tmp_path)
    catalogue = read_services(tmp_path / "public-services")
    assert not catalogue.problems
    wall, lamp = catalogue.services["S-1"], catalogue.services["S-2"]
    assert wall.events[0].title.en == "Building"
    assert [(step.code, step.by, step.visit) for step in wall.steps] == [
        ("request", "person", False),
        ("issue", "city", True),
    ]
    assert wall.needs_visit
    assert (wall.fee, wall.tariff, wall.days, wall.case) == ("tariff", "wall", 7, "service")
    assert (lamp.fee, lamp.tariff, lamp.days, lamp.law, lamp.case) == ("unstated", "", None, None, "")
    assert not lamp.needs_visit
    assert catalogue.sample == 1


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('unit = "trial"', 'unit = "trail"', "trial"),
        ('events = ["build", "street"]', 'events = ["biuld"]', "build"),
        ('channels = ["office", "online"]', 'channels = ["fax"]', "online"),
        ("days = 7", "days = -1", "0"),
        ('fee = { tariff = "wall" }', 'fee = { tariff = "wall", free = true }', "free"),
        ('fee = { tariff = "wall" }', "fee = { amount = 500000 }", "amount"),
        ("source = '''", "sauce = '''", "source"),
        ("sample = true", "sampel = true", "sample"),
    ],
)
def test_a_fault_takes_the_service_out_and_is_named(tmp_path: Path, written: str, instead: str, said: str) -> None:
    declare_services(tmp_path)
    assert written in WALL
    (tmp_path / "public-services" / "S-1.toml").write_text(WALL.replace(written, instead), encoding="utf-8")
    catalogue = read_services(tmp_path / "public-services")
    assert list(catalogue.services) == ["S-2"]
    assert {problem.file for problem in catalogue.problems} == {"public-services/S-1.toml"}
    assert any(said in f"{problem.key} {problem.message.en}" for problem in catalogue.problems)


def test_a_file_that_is_no_service_is_named_and_leaves_the_others(tmp_path: Path) -> None:
    declare_services(tmp_path)
    folder = tmp_path / "public-services"
    (folder / "lamp.toml").write_text(WALL, encoding="utf-8")
    (folder / "S-3.toml").write_text("title = ", encoding="utf-8")
    catalogue = read_services(folder)
    assert list(catalogue.services) == ["S-1", "S-2"]
    assert [problem.code for problem in catalogue.problems] == ["file-toml", "file-name"]


def test_a_city_without_the_folder_has_no_services(tmp_path: Path) -> None:
    assert not read_services(tmp_path / "public-services").services


def test_a_change_of_a_file_changes_the_digest(tmp_path: Path) -> None:
    declare_services(tmp_path)
    before = read_services(tmp_path / "public-services").digest
    (tmp_path / "public-services" / "S-1.toml").write_text(WALL.replace("days = 7", "days = 8"), encoding="utf-8")
    assert read_services(tmp_path / "public-services").digest != before


def test_the_sample_holds_and_says_of_each_of_its_services_that_it_is_one() -> None:
    catalogue = read_services(SAMPLE)
    assert not catalogue.problems
    assert len(catalogue.services) >= 80
    assert catalogue.sample == len(catalogue.services)
    assert not [each.code for each in catalogue.services.values() if each.law is not None]
    assert all(each.called.get("fa") and each.called.get("en") for each in catalogue.services.values())
    used = {event.code for each in catalogue.services.values() for event in each.events}
    assert used == set(catalogue.terms.events)
    steps = {step.code for each in catalogue.services.values() for step in each.steps}
    assert steps == set(catalogue.terms.steps)
    documents = {document.code for each in catalogue.services.values() for document in each.documents}
    assert documents == set(catalogue.terms.documents)
