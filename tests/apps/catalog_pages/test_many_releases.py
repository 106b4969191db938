"""Datasets of many releases: what a page looks at does not grow with their number."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.built_city import opened
from tests.apps.catalog_pages.page_elements import page
from tests.apps.small_city import NOW, build, declare
from tests.core.store.store_releases import write_part

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.store.parquet import facts_of
from ayan.core.store.release import Release
from ayan.wiring import city
from ayan.wiring.city import City

MONTHS = 60
RECEIPTS = """
slug = "receipts"
title = { fa = "رسیدها", en = "Receipts" }
description = { fa = "رسیدهای ساختگی", en = "Invented receipts" }
owner = { fa = "ساختگی", en = "Invented" }
topic = "council"
cadence = { every = "monthly", grace_days = 5 }
period = "month"
key = ["number"]
field = [
  { name = "number", kind = "code", required = true, label = { fa = "شماره", en = "Number" } },
  { name = "day", kind = "date", role = "date", label = { fa = "روز", en = "Day" } },
  { name = "amount", kind = "rial", role = "amount", nature = "flow", label = { fa = "مبلغ", en = "Amount" } },
]
"""
ADDRESSES = (
    "/data/receipts?amount__gte={n}",
    "/data/receipts?_view=chart&amount__gte={n}",
    "/data/receipts/r/R-{n}",
    "/api/v1/datasets/receipts/rows?amount__gte={n}",
    "/api/v1/datasets/receipts/groups?by=day&count=1&amount__gte={n}",
)


@pytest.fixture
def receipts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with a release of two rows for each of many months."""
    moment = build(tmp_path).clock.now()
    declare(tmp_path / "datasets", "receipts", RECEIPTS)
    own = opened(tmp_path, moment)
    monkeypatch.setattr(city, "current", lambda: own)
    first = publish(own, "1394-01", 0)
    for month in range(1, MONTHS):
        repeat(own, first, f"{1394 + month // 12}-{month % 12 + 1:02}", month)
    own.index_store.ensure("receipts")
    return own


def publish(own: City, period: str, number: int) -> Release:
    """The first release, all the way."""
    file = own.home / "receipts.csv"
    day = f"{period.replace('-', '/')}/02"
    file.write_text(f"شماره,روز,مبلغ\nR-{2 * number},{day},5\nR-{2 * number + 1},{day},7\n", encoding="utf-8")
    with examine(own.publish_context, own.registry.get("receipts"), file, ClerkDecisions(period)) as examined:
        draft = write_draft(own.publish_context, examined, sent_by="فرستنده (ساختگی)")
        return seal(own.publish_context, draft, [Approval("تأییدکننده (ساختگی)", NOW, "cli", draft.digest)])


def repeat(own: City, first: Release, period: str, number: int) -> None:
    """One more, without the work that the pipeline has with a file."""
    staged = own.release_store.stage()
    values = pq.read_table(first.parts()[0]).to_pydict()
    part = write_part(staged, values | {"number": [f"R-{2 * number}", f"R-{2 * number + 1}"]})
    facts, manifest = facts_of(part), copy.deepcopy(dict(first.manifest))
    manifest["resources"] = [manifest["resources"][0] | {"bytes": facts.bytes, "hash": facts.hash}]
    del manifest["ayan"]["commitments"]
    manifest["ayan"]["period"] = period
    own.release_store.seal(staged, manifest, "receipts", period)


def test_a_further_page_looks_at_few_releases(receipts: City, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Counter[str]()

    def counting(name: str, attribute: property) -> property:
        def counted(release: Release) -> object:
            looked[name] += 1
            return attribute.__get__(release)

        return property(counted)

    # What is known once for a state is asked of the first page.
    for address in ADDRESSES:
        assert page(Client(), address.format(n=1))
    for name in ("period", "number", "ref"):
        monkeypatch.setattr(Release, name, counting(name, getattr(Release, name)))
    for address in ADDRESSES:
        looked.clear()
        assert page(Client(), address.format(n=2))
        assert sum(looked.values()) < MONTHS, (address, looked)
    assert len(receipts.release_store.snapshot("receipts").releases) == MONTHS
