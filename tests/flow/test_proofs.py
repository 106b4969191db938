"""What proves an activity: rows, a measure and a period that the catalogue states; a table that is only named does not."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.flow.hamlet import Published

from ayan.core.query.grouping import groupable
from ayan.wiring import city


def test_only_what_is_measured_proves(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "current", lambda: published.city)
    visitor = Client()
    listed = {each["key"]: each for each in promised(visitor.get("/api/v1/activities"))["listed"]}
    permits = listed["PL-01"]
    assert [(each["dataset"], each["status"]) for each in permits["datasets"]] == [("building-permits", "fresh")]
    groups = promised(visitor.get(permits["datasets"][0]["api"]))["groups"]
    whole = promised(visitor.get("/api/v1/datasets/building-permits/groups?count=1"))["groups"][0]["count"]
    assert 0 < sum(group["count"] for group in groups) < whole, "of some rows, not of the whole table"
    swept = listed["CL-01"]
    assert (swept["status"], swept["datasets"], swept["named"]) == ("absent", [], ["contracts"])
    # Each of what proves is another question, and each of them is answered.
    addresses = Counter(proof["api"] for each in listed.values() for proof in each["datasets"])
    assert len(addresses) > 30
    assert max(addresses.values()) == 1
    for address in addresses:
        assert visitor.get(address).status_code == 200, address
    page = visitor.get("/en/activities?status=fresh").content.decode()
    assert "Number of rows by" in page
    assert (
        "which rows and which measure of it prove this is not stated" in visitor.get("/en/activities").content.decode()
    )


def test_every_declared_proof_is_a_question_of_its_dataset(published: Published) -> None:
    registry = published.city.registry
    for evidence, proof in published.world.con.execute("SELECT evidence, proof FROM activities").fetchall():
        for address in (proof or "").split():
            slug = address.partition("?")[0]
            assert slug in evidence.split()
            key = address.partition("by=")[2].partition("&")[0].partition(":")[0]
            assert groupable(registry.get(slug).field(key)), address
