"""What the public is told of erased rows and withdrawn releases: that they went, when and why, and nothing of them."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.small_city import SECRET, build, declare

from ayan.apps.logbook.verdicts import verdict as verdict_of
from ayan.cli import main
from ayan.core.ledger.log import Log
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import ReleaseRefused, withdraw
from ayan.core.store.folder import FolderObjects
from ayan.core.store.release import Release
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

GONE = "کار ساختگی 7"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


@pytest.fixture
def client(town: City) -> Client:
    return Client()


def rub(town: City, release: Release, *rows: int) -> Release:
    dataset = town.registry.get(release.slug)
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(hours=1))
    return erase(town.publish_context, release, rows, "personal-data", "ناظر ساختگی", dataset=dataset)


def body(response: Any) -> Any:
    return json.loads(response.content)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return str(response.content.decode())


def test_a_release_says_how_many_rows_were_erased_when_and_why(town: City, client: Client) -> None:
    assert GONE in page(client, "/data/works/r/C-007")
    before = town.release_store.current("works")["1403"]
    after = rub(town, before, 8, 9)
    assert GONE not in page(client, "/data/works?_size=100")
    text = page(client, "/en/data/works/releases/1403/2")
    assert "2 rows were erased on" in text
    assert "It held personal data" in text
    assert "ناظر ساختگی" in text
    assert "پاک شد" in page(client, "/data/works/releases/1403/2")
    assert "2 rows erased" in page(client, "/en/data/works/releases")
    listed = body(client.get("/api/v1/datasets/works/releases"))["releases"]
    assert [release["erased_rows"] for release in listed] == [2, 0, 0]
    manifest = body(client.get("/api/v1/datasets/works/releases/1403/2"))
    assert [(erasure["count"], erasure["code"]) for erasure in manifest["ayan"]["erasures"]] == [(2, "personal-data")]
    assert client.get(f"/api/v1/datasets/works/releases/1403/2/{after.names[0]}").getvalue()


def test_the_older_file_is_gone_and_says_what_took_its_place(town: City, client: Client) -> None:
    release = town.release_store.current("works")["1403"]
    address = f"/api/v1/datasets/works/releases/1403/2/{release.names[0]}"
    after = rub(town, release, 8)
    answer = client.get(address)
    assert answer.status_code == 410
    problem = body(answer)
    assert (problem["type"], problem["files"]) == ("/developers#erased", list(after.names))
    assert [(erasure["release"], erasure["code"], erasure["count"]) for erasure in problem["erasures"]] == [
        ("works/1403/2", "personal-data", 1)
    ]
    assert problem["detail_fa"] != problem["detail_en"]
    assert client.get("/api/v1/datasets/works/releases/1403/2/data-9999.csv").status_code == 404


def test_a_key_that_no_row_has_may_have_been_erased_and_neither_page_nor_api_says_whether(
    town: City, client: Client
) -> None:
    """A key can be personal: C-007 was there and is gone, C-777 never was, and both are answered alike."""
    page(client, "/data/works/r/C-777", 404)
    assert (
        "erasures" not in body(client.get("/api/v1/datasets/works/rows/C-777"))
        or not body(client.get("/api/v1/datasets/works/rows/C-777"))["erasures"]
    )
    rub(town, town.release_store.current("works")["1403"], 8)
    pages, answers = [], []
    for key in ("C-007", "C-777"):
        text = page(client, f"/en/data/works/r/{key}", 404)
        assert "1 row was erased on" in text
        pages.append(text.replace(key, ""))
        answer = client.get(f"/api/v1/datasets/works/rows/{key}")
        assert answer.status_code == 404
        answers.append(body(answer))
    assert pages[0] == pages[1]
    assert answers[0] == answers[1]
    assert answers[0]["erasures"][0]["release"] == "works/1403/2"


def test_the_feed_and_the_log_tell_of_an_erasure(town: City, client: Client) -> None:
    before = town.release_store.current("works")["1403"]
    after = rub(town, before, 8, 9)
    feed = client.get("/en/changes.atom").content.decode()
    assert "Erasure of rows" in feed
    assert "Rows erased: 2" in feed
    assert feed.count(str(after.manifest["id"])) == 1, "the release keeps its name, and the erasure has one of its own"
    log = town.log
    assert log is not None
    for asked, outcome, act in (
        (after.digest, "release", "erased"), (before.digest, "gone", "sealed"), ("works/1403/2", "release", "erased"),
        ("/data/works/r/C-010", "row", "erased"),
    ):  # fmt: skip
        verdict = verdict_of(town, log, asked, "fa")
        assert verdict.leaf is not None
        assert (verdict.outcome, verdict.leaf.statement.act) == (outcome, act), asked


def test_a_citation_of_what_was_erased_from_says_so(town: City, client: Client) -> None:
    first = set(re.findall(r"/c/[0-9a-z]{13,}", page(client, "/data/works") + page(client, "/data/works/r/C-007")))
    assert first
    for address in first:
        page(client, address)
    rub(town, town.release_store.current("works")["1403"], 8)
    for address in first:
        text = page(client, f"/en{address}", 410)
        assert "1 row was erased on" in text
        assert GONE not in text
    fresh = set(re.findall(r"/c/[0-9a-z]{13,}", page(client, "/data/works")))
    for address in fresh:
        assert "erased" not in page(client, f"/en{address}"), "what is cited today is all there"
    rub(town, town.release_store.current("works")["1403"], 9)
    for address in (*first, *fresh):
        page(client, address, 410)


def test_the_place_of_an_erased_row_says_that_it_was_erased(town: City, client: Client) -> None:
    """Where rows have no key, their address is their place in the release, and that says nothing about them."""
    declared = town.registry.get("works")
    text = (town.home / "datasets/works/dataset.toml").read_text(encoding="utf-8")
    states = (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8")
    declare(town.home / "keyless", "works", text.replace('key = ["number"]\n', ""), states=states)
    assert declared.key
    from ayan.datasets.registry import Registry

    town.__dict__["registry"] = Registry((town.home / "keyless",))
    rub(town, town.release_store.current("works")["1403"], 8)
    text = page(client, "/en/data/works/r/1403~2~8", 410)
    assert "It held personal data" in text
    assert "پاک شده" in page(client, "/data/works/r/1403~2~8", 410)
    answer = client.get("/api/v1/datasets/works/rows/1403~2~8")
    assert answer.status_code == 410
    problem = body(answer)
    assert (problem["type"], problem["reason"]) == ("/developers#erased", "personal-data")
    assert problem["detail_fa"] != problem["detail_en"]
    page(client, "/data/works/r/1403~2~9", 200)
    page(client, "/data/works/r/1403~2~999", 404)


def test_every_address_of_a_withdrawn_release_says_gone_and_why(town: City, client: Client) -> None:
    release = town.release_store.current("works")["1403"]
    part = release.manifest["resources"][0]["hash"].removeprefix("sha256:")
    withdraw(town.publish_context, release, "court-order", "ناظر ساختگی")
    root = "/api/v1/datasets/works"
    for address in (
        f"{root}/releases/1403/2", f"{root}/releases/1403/2/data-0000.parquet", f"{root}/releases/1403/2/datapackage.json",
        f"{root}/rows?_release=1403/2", f"{root}/rows.csv?_release=1403/2", f"{root}/groups?by=state&_release=1403/2",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 410, address
        problem = body(answer)
        assert problem["reason"] == "court-order", address
        assert problem["detail_fa"] != problem["detail_en"]
        assert part not in answer.content.decode(), "a guess at a row could be tried against it"
    for address, words in (
        ("/data/works/releases/1403/2", "به حکم مرجع قضایی"),
        ("/en/data/works/releases/1403/2", "By order of a court"),
    ):
        assert words in page(client, address, 410)
    assert SECRET not in page(client, "/data/works/releases")


WHY = "شهروندی (ساختگی) نوشت که نامش <b>نباید</b> اینجا باشد."
PLACE = "/api/v1/datasets/works/releases/1403/1"


def holding(folder: Path, text: str) -> list[str]:
    """The files below a folder in which a text stands, as it is or as JSON escapes it."""
    forms = (text.encode(), json.dumps(text)[1:-1].encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.relative_to(folder).parts[0] for path in files if any(form in path.read_bytes() for form in forms)]


def test_the_words_of_a_reason_are_shown_while_kept_and_stand_nowhere_else(town: City, client: Client) -> None:
    store = town.release_store
    withdraw(
        town.publish_context, store.release("works", "1403", 1), "personal-data", "ناظر ساختگی", reason=f" {WHY}\n"
    )
    erased = erase(
        town.publish_context, store.release("works", "1403", 2), [9], "court-order", "ناظر ساختگی", reason=WHY
    )
    tombstone = store.tombstone(store.release("works", "1403", 1))
    digests = {str(tombstone.reason_digest), str(erased.erasures[0].reason_digest)}
    assert len(digests) == 2, "the same words have another salt each time"
    assert holding(town.home, WHY) == ["reasons", "reasons"]
    log = town.log
    assert log is not None
    assert {str(json.loads(leaf)["reason_digest"]) for leaf in log.leaves(log.size - 2, log.size)} == digests

    for number, status in ((1, 410), (2, 200)):
        text = page(client, f"/data/works/releases/1403/{number}", status)
        assert "شهروندی (ساختگی)" in text
        assert "<b>نباید" not in text
    document = body(client.get(PLACE))
    digest = hashlib.sha256(bytes.fromhex(document["words"]["salt"]) + document["words"]["text"].encode()).hexdigest()
    assert digest == document["tombstone"]["reason_digest"]
    assert "شهروندی" not in client.get("/changes.atom").content.decode(), "readers of feeds keep them for good"

    site_version = town.site_version.now()
    assert main.run(["reason", "works/1403/1"]) == 0
    assert main.run(["reason", "works/1403/1", "--forget"]) == 0
    assert holding(town.home, WHY) == ["reasons"]
    assert main.run(["reason", "works/1403/1", "--forget"]) == 1
    town.site_version._look = None
    assert town.site_version.now() != site_version, "answers kept from before are not given any more"
    assert "شهروندی" not in page(client, "/data/works/releases/1403/1", 410)
    assert "The words are not here" in page(client, "/en/data/works/releases/1403/1", 410)
    document = body(client.get(PLACE))
    assert document["words"] is None
    assert document["tombstone"]["reason_digest"] == tombstone.reason_digest


def test_words_that_are_not_those_of_the_digest_are_not_shown(town: City, client: Client) -> None:
    withdraw(
        town.publish_context, town.release_store.release("works", "1403", 1), "wrong-data", "ناظر ساختگی", reason=WHY
    )
    (kept,) = (town.home / "reasons").glob("*.json")
    kept.write_text(kept.read_text(encoding="utf-8").replace("شهروندی", "شهرداری"), encoding="utf-8")
    assert body(client.get(PLACE))["words"] is None
    with pytest.raises(ReleaseRefused, match="longer than"):
        withdraw(
            town.publish_context,
            town.release_store.release("works", "1403", 2),
            "wrong-data",
            "ناظر",
            reason="و" * 2001,
        )


def test_the_words_of_an_act_that_never_took_place_go_when_it_is_settled(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, release = town.publish_context, town.release_store.release("works", "1403", 1)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    for room, moment, stays in ((Log, "fulfil", False), (FolderObjects, "bury", True)):
        with monkeypatch.context() as patch:
            patch.setattr(room, moment, dies)
            with pytest.raises(KeyboardInterrupt):
                withdraw(context, release, "wrong-data", "ناظر ساختگی", reason=WHY)
        assert holding(town.home, WHY) == ["reasons"]
        town.transparency_log.settle(town.release_store, "works")
        # What is in the log is carried out, and then its words stay.
        assert town.release_store.release("works", "1403", 1).withdrawn == stays
        assert holding(town.home, WHY) == ["reasons"] * stays
