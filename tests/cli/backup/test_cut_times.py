"""Records that an earlier version wrote with times cut to milliseconds: digests give them back, and prove no forgery."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.core import serializers

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Act, User
from ayan.cli import exact_records


def written(path: Path) -> Path:
    """The people and acts of the database, as an earlier version wrote them."""
    records = [*User.objects.all(), *Act.objects.order_by("number")]
    path.write_text(serializers.serialize("jsonl", records, use_natural_foreign_keys=True), encoding="utf-8")
    return path


def times(path: Path) -> list[datetime]:
    """The moments as they are written: one of whole milliseconds has fewer digits than the others."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [datetime.fromisoformat(record["fields"]["at"]) for record in records if record["model"] == "accounts.act"]


@pytest.fixture
def acts(db: None) -> list[Act]:
    person = User.objects.create(username="u", name="کارمند ساختگی")
    for number in range(8):
        audit.record(person if number % 2 else None, "session.begin", f"day:2024-07-2{number}", number=number)
    return list(Act.objects.order_by("number"))


def test_whole_times_come_back_where_a_digest_proves_them(acts: list[Act], tmp_path: Path) -> None:
    old, new = written(tmp_path / "old"), tmp_path / "new"
    cut = [act for act in acts if act.at.microsecond % 1000]
    assert times(old) != [act.at for act in acts]
    assert exact_records.complete(old, new) == len(cut)
    assert times(new) == [act.at for act in acts]
    again = tmp_path / "again"
    assert exact_records.complete(new, again) == 0
    assert again.read_bytes() == new.read_bytes()


def test_what_was_forged_is_not_made_to_look_right(acts: list[Act], tmp_path: Path) -> None:
    old, new = written(tmp_path / "old"), tmp_path / "new"
    old.write_text(old.read_text(encoding="utf-8").replace("day:2024-07-23", "day:2024-07-13"), encoding="utf-8")
    exact_records.complete(old, new)
    assert times(new)[3] == times(old)[3]
    assert times(new)[2] == acts[2].at
