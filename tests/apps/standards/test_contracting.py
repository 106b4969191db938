"""Contracting as OCDS 1.1.5: valid, whole, the same by every way, and without what the city withholds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from tests.apps.small_city import HOSTILE, SECRET
from tests.apps.standards import buying_city
from tests.apps.standards.buying_city import PREFIX, SUPPLIER

from ayan.wiring import city
from ayan.wiring.city import City

ROOT = "/api/v1/ocds"
TENDERED, DIRECT = f"{PREFIX}-T-N/1", f"{PREFIX}-C-K-2"


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, Draft4Validator]:
    """The schemas of the standard, with their references to each other."""
    folder = shared / "vectors" / "schemas" / "ocds-1.1.5"
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    registry = Registry().with_resources(
        (schema.get("id", name), DRAFT4.create_resource(schema)) for name, schema in read.items()
    )
    return {name: Draft4Validator(schema, registry=registry) for name, schema in read.items()}


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def lines(buyer: Client, what: str, query: str = "") -> list[dict[str, Any]]:
    response = buyer.get(f"{ROOT}/{what}.jsonl{query}")
    assert response.status_code == 200
    return [json.loads(line) for line in body(response).splitlines()]


def test_all_of_it_holds_to_the_schemas(buyer: Client, schemas: dict[str, Draft4Validator]) -> None:
    releases, records = lines(buyer, "releases"), lines(buyer, "records")
    assert len(releases) == 9
    assert {record["ocid"] for record in records} == {TENDERED, f"{PREFIX}-T-N-2", DIRECT}
    for name, packages in (("release-schema", releases), ("record-schema", records)):
        for each in packages:
            schemas[name].validate(each)
    package = buyer.get(f"{ROOT}/releases/{PREFIX}-T-N,1").json()
    schemas["release-package-schema"].validate(package)
    schemas["record-package-schema"].validate(buyer.get(f"{ROOT}/records/{PREFIX}-T-N,1").json())
    assert package["releases"] == [each for each in releases if each["ocid"] == TENDERED]
    del package["releases"][0]["ocid"]
    assert not schemas["release-package-schema"].is_valid(package)


def test_a_process_has_everything_from_the_notice_to_the_payment(buyer: Client) -> None:
    record = buyer.get(f"{ROOT}/records/{PREFIX}-T-N,1").json()["records"][0]
    whole = record["compiledRelease"]
    assert whole["tender"]["status"] == "complete"
    assert whole["tender"]["procurementMethod"] == "open"
    assert whole["tender"]["value"] == {"amount": 5_000_000, "currency": "IRR"}
    assert whole["tender"]["datePublished"] == "2023-04-21T00:00:00+03:30"
    assert [bid["value"]["amount"] for bid in whole["bids"]["details"]] == [4_000_000, 4_500_000]
    (award,) = whole["awards"]
    (contract,) = whole["contracts"]
    assert contract["awardID"] == award["id"]
    assert [change["id"] for change in contract["amendments"]] == ["K/1-1", "K/1-2"]
    paid = contract["implementation"]["transactions"]
    assert [each["value"]["amount"] for each in paid] == [1_000_000, -20_000]
    roles = {party["id"]: set(party["roles"]) for party in whole["parties"]}
    assert roles[f"company-{SUPPLIER}"] == {"supplier", "tenderer", "payee"}
    assert roles["municipality"] == {"buyer", "payer"}
    linked = {each["url"].partition("#")[2] for each in record["releases"]}
    (address,) = {each["url"].partition("#")[0] for each in record["releases"]}
    assert linked == {each["id"] for each in buyer.get(address).json()["releases"]}


def test_what_is_no_buying_is_not_told(buyer: Client) -> None:
    text = json.dumps([*lines(buyer, "releases"), *lines(buyer, "records")], ensure_ascii=False)
    assert "فروش زمین" not in text
    assert "اجارهٔ غرفه" not in text
    assert (
        HOSTILE
        in json.loads(body(buyer.get(f"{ROOT}/records/{DIRECT}")))["records"][0]["compiledRelease"]["contracts"][0][
            "title"
        ]
    )


def test_nothing_withheld_is_in_it(buyer: Client) -> None:
    for address in ("", "/releases.jsonl", "/records.jsonl", f"/releases/{DIRECT}", f"/records/{DIRECT}"):
        text = body(buyer.get(ROOT + address)).decode()
        assert PREFIX in text
        assert SECRET not in text
        assert "person" not in text.replace("personal", "")


def test_a_year_is_the_one_in_which_a_process_began(buyer: Client) -> None:
    assert buyer.get(ROOT).json()["years"] == ["1402", "1403"]
    assert {each["ocid"] for each in lines(buyer, "records", "?year=1402")} == {TENDERED}
    assert {each["ocid"] for each in lines(buyer, "records", "?year=۱۴۰۳")} == {f"{PREFIX}-T-N-2", DIRECT}
    refused = buyer.get(f"{ROOT}/records.jsonl?year=1399")
    assert refused.status_code == 400
    assert refused.json()["allowed"] == ["1402", "1403"]
    assert buyer.get(f"{ROOT}/records.jsonl?_size=1").status_code == 400


def test_what_is_not_there_is_said_to_be_missing(buyer: Client) -> None:
    for ocid in ("nothing", f"{PREFIX}-T-", f"{PREFIX}-X-1", f"{PREFIX}-T-N-3", "ocds-zzzzzz-T-N,1"):
        assert buyer.get(f"{ROOT}/releases/{ocid}").json()["status"] == 404


def test_an_answer_is_kept_until_something_is_published(buyer: Client) -> None:
    for address in ("", "/releases.jsonl", f"/records/{DIRECT}"):
        response = buyer.get(ROOT + address)
        assert buyer.get(ROOT + address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def broken(built: City, tmp_path: Path, file: str, old: str, new: str) -> City:
    """A copy of the city with one file of its declarations written otherwise."""
    home = tmp_path / "city"
    shutil.copytree(built.home, home)
    path = home / "datasets" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return buying_city.opened(home)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("deals/ocds/contract.toml", '"about"', '"abuot"', "no field “abuot”. Did you mean “about”?"),
        ("deals/ocds/contract.toml", 'supplier_id = "whose_id"', 'supplier_id = "person"', "not public"),
        ("deals/ocds/contract.toml", 'value = "worth"', 'value = "about"', "an amount of money is wanted"),
        ("deals/ocds/contract.toml", 'status = "state"', 'status = "about"', "a field with a closed list is wanted"),
        ("deals/ocds/contract.toml", 'active = ["open"]', 'active = ["opne"]', "no code “opne”. Did you mean “open”?"),
        ("deals/ocds/contract.toml", 'terminated = ["done"]', 'terminated = ["open"]', "mapped onto two codes"),
        ("deals/ocds/contract.toml", 'sort = ["works"]', 'sort = ["work"]', "no code “work”"),
        ("deals/ocds/contract.toml", 'signed = "on"\n', "", "signed"),
        ("deals/ocds/contract.toml", "[fields]", "[fields]\nsupplyer = 1", "supplyer"),
        ("deals/dataset.toml", 'label = { fa = "about", en = "about" }', 'label = { fa = "a", en = "a" }\nshown = "masked"', "masked"),
    ],
)  # fmt: skip
def test_a_mapping_that_names_what_is_not_there_is_refused(
    built_buying: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, says: str
) -> None:
    town = broken(built_buying, tmp_path, file, old, new)
    monkeypatch.setattr(city, "current", lambda: town)
    assert any(says in problem.text("en") for problem in town.registry.problems())
    refused = Client().get(f"{ROOT}/releases.jsonl")
    assert (refused.status_code, refused.json()["type"]) == (503, "/developers#ocds-refused")


def test_a_city_without_a_prefix_is_told_what_is_missing(
    built_buying: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: Client
) -> None:
    assert reader.get(ROOT).json()["type"] == "/developers#ocds-undeclared"
    town = broken(built_buying, tmp_path, "ocds.toml", PREFIX, "my-own")
    monkeypatch.setattr(city, "current", lambda: town)
    assert Client().get(ROOT).json()["type"] == "/developers#ocds-refused"
    (town.home / "datasets" / "ocds.toml").unlink()
    assert Client().get(ROOT).json()["type"] == "/developers#ocds-undeclared"
