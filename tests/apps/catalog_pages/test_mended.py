"""What was corrected at the desk is said where its value stands, and a draft is previewed as the public will see it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.cli.city import BAD, FIRST, SECOND, Town, make_town
from tests.core.publish.submissions import draft_of

from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.pending_draft import PendingDraft, seal_pending
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import left_out, replaced, set_cells
from ayan.core.store.manifest import Approval
from ayan.wiring.city import City, in_use

CHOICE = ColumnChoice({"number": 1, "planted": 2, "species": "چنار", "cost": 4, "planter_id": 5})
FIXES = [
    replaced("cost", "x", "10"),
    set_cells("planted", 3, "1403/05/30"),
    set_cells("planter_id", 3, "0499370899"),
    left_out(4, "نمونهٔ آزمایشی"),
]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


@pytest.fixture
def sample_city(town: Town) -> City:
    return town.city


@pytest.fixture
def pending(sample_city: City) -> PendingDraft:
    trees = sample_city.registry.get("trees")
    sent = SubmissionFolder.receive(sample_city.private_store, "trees.csv", [BAD.encode()])
    sent.preview(trees)
    return draft_of(sample_city, sent, CHOICE, FIXES)


def read(address: str) -> tuple[int, str]:
    response = Client().get(address)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, body.decode()


def test_a_preview_shows_the_public_pages_and_nothing_of_it_is_public(sample_city: City, pending: PendingDraft) -> None:
    addresses = ("/data/trees", "/data/trees/r/2", "/data/trees/releases/1403-05/1", "/api/v1/datasets/trees/rows")
    with in_use(sample_city.with_draft(pending)):
        shown = {address: read(address) for address in addresses}
    assert {address: status for address, (status, _) in shown.items()} == dict.fromkeys(addresses, 200), shown
    assert '"number":"2"' in shown[addresses[3]][1].replace(" ", "")
    assert not list((sample_city.home / "index").rglob("*.duckdb")), "no index is made of what is not published"
    with in_use(sample_city):
        hidden = {address: read(address)[0] for address in addresses}
        assert hidden[addresses[1]] == hidden[addresses[2]] == 404
        assert '"number"' not in read(addresses[3])[1]


def test_the_pages_say_what_was_corrected(sample_city: City, pending: PendingDraft) -> None:
    now = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)
    seal_pending(
        sample_city.publish_context, pending, [Approval(name, now, "desk", pending.digest) for name in (FIRST, SECOND)]
    )
    with in_use(sample_city):
        mended, untouched = read("/data/trees/r/2")[1], read("/data/trees/r/1")[1]
        release = read("/data/trees/releases/1403-05/1")[1]
    assert mended.count("اصلاح‌شده در میز کار") == 2
    assert "اصلاح‌شده در میز کار" not in untouched
    assert untouched.count("نوشتهٔ فرستنده برای همهٔ ردیف‌ها") == 1
    assert "میان پرونده و انتشار" in release
    assert "نمونهٔ آزمایشی" in release
    assert "0499370899" not in mended + release, "a withheld value stays withheld, corrected or not"
    with in_use(sample_city):
        assert "corrected at the desk" in read("/en/data/trees/r/2")[1]
