"""Manifests: valid Data Packages that say where rows came from and never name a field that is withheld."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.core.store.store_releases import write_part

from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.kinds import KINDS
from ayan.core.store.manifest import Approval, Facts, Partial, SourceFacts, build, content_digest, file_bytes
from ayan.core.store.parquet import facts_of, verify
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.canonical import NotCanonical
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)
TREES = Dataset(
    slug="trees",
    title=Label("درختان", "Trees"),
    description=Label("درختان نمونه", "Sample trees"),
    owner=Label("سازمان سیما و منظر (ساختگی)", "Parks (invented)"),
    topic="nature",
    digest="d" * 64,
    fields=(
        Field(name="species", kind=KINDS["text"], label=Label("گونه", "Species")),
        Field(name="height", kind=KINDS["integer"], label=Label("بلندی", "Height")),
        Field(name="keeper_id", kind=KINDS["identity"], label=Label("کد ملی", "National ID"), shown="withheld"),
    ),
)
TABLE_SCHEMA = {"fields": [{"name": "species", "type": "string"}, {"name": "height", "type": "integer"}]}
SOURCE = SourceFacts(
    name="trees.xlsx",
    commitment="a" * 64,
    bytes=1234,
    format="xlsx",
    sheet="برگه ۱",
    header_row=2,
    columns={"species": ("A", "گونه"), "height": ("C", "بلندی"), "keeper_id": ("D", "کد ملی")},
)


def sealed(tmp_path: Path, **more: Any) -> dict[str, Any]:
    store = ReleaseStore(tmp_path / "store", FixedClock(NOON))
    staged = store.stage()
    part = facts_of(write_part(staged, {"species": ["چنار", "سرو"], "height": [12, 8]}))
    facts = Facts(
        source=SOURCE, content=content_digest([part], {"dataset": "trees"}), sent_by="فرستنده (ساختگی)", **more
    )
    release = store.seal(staged, build(TREES, "1403", [part], TABLE_SCHEMA, facts), "trees", "1403")
    return dict(release.manifest)


@pytest.fixture
def profile(shared: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shared / "vectors/schemas/datapackage-2/datapackage.json").read_text())
    return document


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "approvals": [Approval("مدیر (ساختگی)", NOON, "desk", "c" * 64)],
            "totals": {"height": "99999999999999999999"},
            "issues": {"date-unreadable": 3},
            "rows_left_out": 3,
            "partial": Partial("سه ردیف خوانا نبود", {"date-unreadable": 3}),
        },
    ],
)
def test_is_a_valid_data_package(tmp_path: Path, profile: dict[str, Any], more: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(profile).validate(sealed(tmp_path, **more))


def test_the_profile_does_tell_good_from_bad(tmp_path: Path, profile: dict[str, Any]) -> None:
    manifest = sealed(tmp_path)
    manifest["resources"][0]["hash"] = "sha256:not hexadecimal"
    assert not jsonschema.Draft7Validator(profile).is_valid(manifest)


def test_says_what_people_and_programs_need(tmp_path: Path) -> None:
    manifest = sealed(tmp_path, totals={"height": "20"}, approvals=[Approval("مدیر (ساختگی)", NOON, "cli", "c" * 64)])
    assert (manifest["name"], manifest["title"], manifest["version"]) == ("trees", "درختان", "1.0.0")
    assert manifest["created"] == "2024-08-02T12:00:00.000Z"
    assert manifest["licenses"] == [
        {"name": "ODC-BY-1.0", "path": "https://opendatacommons.org/licenses/by/1-0/"},
    ]
    assert manifest["contributors"] == [{"title": "سازمان سیما و منظر (ساختگی)", "roles": ["publisher"]}]
    facts = manifest["ayan"]
    assert (facts["dataset"], facts["period"], facts["number"], facts["rows"]) == ("trees", "1403", 1, 2)
    assert facts["totals"] == {"height": "20"}
    assert facts["title"] == {"fa": "درختان", "en": "Trees"}
    assert facts["approvals"][0]["via"] == "cli"
    assert facts["source"]["columns"] == {
        "species": {"letter": "A", "header": "گونه"},
        "height": {"letter": "C", "header": "بلندی"},
    }


def test_a_withheld_field_is_nowhere_in_it(tmp_path: Path) -> None:
    text = json.dumps(sealed(tmp_path), ensure_ascii=False)
    assert "keeper_id" not in text
    assert "کد ملی" not in text


def test_is_stored_in_one_spelling(tmp_path: Path) -> None:
    manifest = sealed(tmp_path)
    stored = next((tmp_path / "store/releases").rglob("datapackage.json")).read_bytes()
    assert stored == file_bytes(manifest) == file_bytes(dict(reversed(manifest.items())))
    assert stored.endswith(b"}\n")


def test_a_number_that_readers_could_read_differently_is_refused() -> None:
    for value in (0.1, 2**53 + 1):
        with pytest.raises(NotCanonical):
            file_bytes({"total": value})


class TestContentDigest:
    def test_changes_with_a_part_and_with_the_statement(self, tmp_path: Path) -> None:
        part = facts_of(write_part(tmp_path, {"species": ["چنار"]}))
        other = facts_of(write_part(tmp_path, {"species": ["سرو"]}))
        digests = {
            content_digest([part], {}),
            content_digest([other], {}),
            content_digest([part, other], {}),
            content_digest([other, part], {}),
            content_digest([part], {"period": "1403"}),
        }
        assert len(digests) == 5
        assert content_digest([part], {}) in digests


class TestVerify:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        sealed(tmp_path)
        folder = tmp_path / "store/releases/trees/1403/1"
        (folder / "data-0000.parquet").chmod(0o644)
        return folder

    @staticmethod
    def discrepancies(folder: Path) -> list[str]:
        return [
            discrepancy.what for discrepancy in verify(folder, json.loads((folder / "datapackage.json").read_text()))
        ]

    def test_untouched(self, folder: Path) -> None:
        assert self.discrepancies(folder) == []

    def test_one_bit_changed(self, folder: Path) -> None:
        path = folder / "data-0000.parquet"
        data = bytearray(path.read_bytes())
        data[40] ^= 1
        path.write_bytes(data)
        assert self.discrepancies(folder) == ["hash"]

    def test_cut_short(self, folder: Path) -> None:
        path = folder / "data-0000.parquet"
        path.write_bytes(path.read_bytes()[:-1])
        assert self.discrepancies(folder) == ["bytes", "hash"]

    def test_missing(self, folder: Path) -> None:
        (folder / "data-0000.parquet").unlink()
        assert self.discrepancies(folder) == ["missing"]

    def test_one_too_many(self, folder: Path) -> None:
        write_part(folder, {"species": ["بید"]}, "data-0001.parquet")
        assert self.discrepancies(folder) == ["unnamed"]

    def test_a_count_that_the_parts_do_not_hold(self, folder: Path) -> None:
        manifest = json.loads((folder / "datapackage.json").read_text())
        manifest["ayan"]["rows"] = 3
        assert [discrepancy.what for discrepancy in verify(folder, manifest)] == ["rows"]
