"""The register of services: made of the declarations, sent by the ordinary way, and nothing else than they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.apps.declared_services import LAMP, declare_services
from tests.apps.desk.town import Officers, build, in_place, rest
from tests.apps.sources.senders import Senders

import ayan
from ayan.apps.desk.models import Submission
from ayan.apps.services import service_dataset
from ayan.core.services.service_file import read_services
from ayan.core.services.service_rows import COLUMNS, service_rows
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
PACKAGE = Path(ayan.__file__).parent


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city", approvals=1)
    datasets = test_city.home / "datasets"
    shutil.copytree(PACKAGE / "datasets" / "services", datasets / "services")
    test_city.__dict__["registry"] = Registry((datasets,))
    declare_services(test_city.home)
    in_place(monkeypatch, test_city)
    return test_city


@pytest.fixture
def senders(town: City, db: None) -> Senders:
    rest()
    return Senders(town, Officers())


def test_a_changed_declaration_is_handed_in_once(town: City, senders: Senders) -> None:
    assert not service_dataset.send_changed(), "until an administrator has set it up"
    senders.source(slug=service_dataset.SOURCE, unit="", datasets=["services"])
    assert service_dataset.send_changed()
    senders.work()
    assert Submission.objects.get(dataset="services").by_machine
    assert not service_dataset.send_changed(), "not again while nothing has changed"


def test_every_row_of_the_sample_fits_the_dataset(town: City) -> None:
    dataset = town.registry.get("services")
    fields = {field.name: field for field in dataset.fields}
    assert set(COLUMNS) <= set(fields)
    for row in service_rows(read_services(PACKAGE / "apps" / "services" / "sample")):
        cells = dict(zip(COLUMNS, row, strict=True))
        for name in ("audience", "channel"):
            choices = fields[name].choices
            assert choices is not None
            assert cells[name] in {entry.code for entry in choices.entries}
        assert cells["legal_basis"] is None
        assert cells["fee"] in (None, 0)


def test_nothing_is_said_of_what_is_not_declared(tmp_path: Path) -> None:
    declare_services(tmp_path)
    assert "fee" not in LAMP
    rows = service_rows(read_services(tmp_path / "public-services"))
    lamp = next(cells for row in rows if (cells := dict(zip(COLUMNS, row, strict=True)))["code"] == "S-2")
    assert [name for name, value in lamp.items() if value is None] == [
        "called", "documents", "steps", "fee", "tariff", "days", "legal_basis",
    ]  # fmt: skip
