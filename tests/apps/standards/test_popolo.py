"""The council in Popolo: valid by its schemas, closed in itself, whole, and without what the city withholds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft3Validator
from tests.apps.civic_city import MEMBERS, declared, field, publish
from tests.apps.small_city import HOSTILE, SECRET
from tests.apps.standards.popolo_schemas import SCHEMAS, popolo_schemas

from ayan.wiring import city
from ayan.wiring.city import City

ROOT = "/api/v1/popolo"


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, Draft3Validator]:
    return popolo_schemas(shared)


@pytest.fixture
def reader(built_civic: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    return Client()


def served(reader: Client, name: str) -> Any:
    response: Any = reader.get(f"{ROOT}/{name}.json")
    assert response.status_code == 200
    return json.loads(b"".join(response.streaming_content))


def things(whole: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, listed in whole.items():
        yield from ((name, each) for each in listed)


def references(thing: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every id of another thing that one names, by the class that the name of the member says."""
    classes = {"person": "persons", "voter": "persons", "organization": "organizations", "area": "areas"}
    classes |= {"post": "posts", "motion": "motions", "vote_event": "vote_events", "legislative_session": "events"}
    for member, value in thing.items():
        if member == "parent_id":
            yield "organizations", value
        elif member.endswith("_id"):
            yield classes[member.removesuffix("_id")], value
    yield from (("persons", each["id"]) for each in thing.get("attendees", ()))


def test_all_of_it_holds_to_the_schemas_and_names_nothing_that_is_not_there(
    reader: Client, schemas: dict[str, Draft3Validator]
) -> None:
    whole = served(reader, "popolo")
    assert set(whole) == set(SCHEMAS)
    ids = {name: [each["id"] for each in listed] for name, listed in whole.items()}
    for name, thing in things(whole):
        schemas[name].validate(thing)
        for of, own in references(thing):
            assert own in ids[of], (name, thing)
    assert all(len(set(own)) == len(own) for own in ids.values())
    assert not schemas["votes"].is_valid({**whole["votes"][0], "option": 7})
    assert not schemas["events"].is_valid({**whole["events"][0], "organization": {"area": {"name": 1}}})


def test_each_class_is_what_the_whole_file_has(reader: Client) -> None:
    whole = served(reader, "popolo")
    index = reader.get(ROOT).json()
    assert {name.rpartition("/")[2] for name in index["classes"].values()} == {f"{name}.json" for name in SCHEMAS}
    for name in SCHEMAS:
        assert served(reader, name) == {name: whole[name]}


def test_it_tells_what_is_published_in_the_words_of_the_standard(reader: Client) -> None:
    whole = served(reader, "popolo")
    assert {each["name"] for each in whole["persons"]} == set(MEMBERS)
    assert HOSTILE in {each["name"] for each in whole["persons"]}
    names = {each["id"]: each["name"] for each in whole["persons"]}
    cast = {(vote["vote_event_id"], names[vote["voter_id"]]): vote["option"] for vote in whole["votes"]}
    assert len(cast) == 9
    assert cast["vote-1403-1", MEMBERS[2]] == "absent"
    assert cast["vote-1403-2", MEMBERS[1]] == "no"
    # Of a code that is not declared to be one of the standard, the city's own is told.
    assert cast["vote-1403-2", MEMBERS[2]] == "blank"
    second = next(each for each in whole["vote_events"] if each["identifier"] == "1403-2")
    assert {count["option"]: count["value"] for count in second["counts"]} == {"yes": 1, "no": 1, "abstain": 1}
    assert second["start_date"] == "2024-05-09T00:00:00+03:30"
    assert second["result"] == "failed"
    assert next(each for each in whole["motions"] if each["identifier"] == "1403-1")["result"] == "pass"
    (left,) = (each for each in whole["memberships"] if "end_date" in each)
    assert (left["organization_id"], left["end_date"]) == ("council", "2023-03-21")
    met = {each["identifiers"][0]["identifier"]: each for each in whole["events"]}
    assert [each["name"] for each in met["م/1"]["attendees"]] == list(MEMBERS[:2])
    assert {"council", "commission-فرهنگی", "commission-عمران"} <= {each["id"] for each in whole["organizations"]}


def test_a_source_is_the_page_of_its_record(reader: Client) -> None:
    for name in ("persons", "motions", "events", "memberships"):
        for thing in served(reader, name)[name]:
            address = thing["sources"][0]["url"].partition("testserver")[2]
            assert reader.get(address).status_code == 200, address


def test_an_answer_is_kept_until_something_is_published(reader: Client) -> None:
    for address in (ROOT, f"{ROOT}/popolo.json", f"{ROOT}/votes.json"):
        response = reader.get(address)
        assert reader.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_what_is_not_there_is_said_to_be_missing(reader: Client) -> None:
    refused = reader.get(f"{ROOT}/speeches.json")
    assert refused.status_code == 404
    assert "vote_events" in refused.json()["detail_en"]
    assert reader.get(f"{ROOT}/votes.json?page=2").status_code == 400
    assert reader.post(ROOT).status_code == 405


@pytest.fixture
def thin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city that withholds a column of its council, and publishes votes on what it has not published."""
    town = declared(tmp_path, "benches", "hands", "rules", "meets")
    monkeypatch.setattr(city, "current", lambda: town)
    return town


def test_a_city_without_a_council_says_so(thin: City) -> None:
    refused = Client().get(ROOT)
    assert refused.status_code == 404
    assert refused.json()["type"].endswith("popolo-unpublished")


def test_nothing_withheld_is_in_it_and_a_person_may_be_known_by_votes_alone(
    thin: City, schemas: dict[str, Draft3Validator]
) -> None:
    path = thin.home / "datasets" / "benches" / "dataset.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("\n[[view]]", field("code_of", "identity", 'shown = "withheld"') + "\n[[view]]"), encoding="utf-8"
    )
    publish(thin, "benches", [("عضو نخست", "chair en", "فرهنگی", 6, "", SECRET)])
    publish(thin, "hands", [("1403-9", "عضو نخست", "yes en"), ("1403-9", "عضو رفته", "no en")])
    reader = Client()
    whole = served(reader, "popolo")
    assert set(whole) == set(SCHEMAS) - {"events", "motions"}
    assert SECRET not in json.dumps(whole)
    assert SECRET not in reader.get(ROOT).content.decode()
    assert [each["name"] for each in whole["persons"]] == ["عضو نخست", "عضو رفته"]
    assert whole["vote_events"] == [{"id": "vote-1403-9", "identifier": "1403-9", "organization_id": "council"}]
    for name, thing in things(whole):
        schemas[name].validate(thing)
