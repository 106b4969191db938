"""Names of somebody's table by the Reconciliation Service API 0.2: what is meant, what may be, and what never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tests.apps.small_city import HOSTILE, SECRET
from tests.apps.standards import named_city
from tests.apps.standards.named_city import CLOSED, HIDDEN, OTHER_TWIN, ROADS, SOFT, TWIN

from ayan.apps.standards.limits import LONGEST_QUERIES, MOST_QUERIES
from ayan.wiring import city
from ayan.wiring.city import City

SERVICE = "/api/v1/reconcile"
NAMED = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}
ANSWER = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "required": ["result"],
            "additionalProperties": False,
            "properties": {
                "result": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "name", "type", "score", "match"],
                        "additionalProperties": False,
                        "properties": {
                            "id": {"type": "string", "minLength": 1},
                            "name": {"type": "string", "minLength": 1},
                            "description": {"type": "string"},
                            "type": {"type": "array", "items": NAMED, "minItems": 1},
                            "score": {"type": "number", "minimum": 1, "maximum": 100},
                            "match": {"type": "boolean"},
                        },
                    },
                }
            },
        },
    }
)


@pytest.fixture(scope="session")
def built_named(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city of names; nobody publishes more in it."""
    return named_city.build(tmp_path_factory.mktemp("named"))


@pytest.fixture
def client(built_named: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of the city of names."""
    monkeypatch.setattr(city, "current", lambda: built_named)
    return Client()


def batch(client: Client, queries: dict[str, Any], lang: str = "fa") -> dict[str, list[dict[str, Any]]]:
    """What a client of the protocol is answered, once by a form and once in the address."""
    written = json.dumps(queries, ensure_ascii=False)
    posted = client.post(
        f"{SERVICE}?_lang={lang}", f"queries={quote(written)}", content_type="application/x-www-form-urlencoded"
    )
    assert posted.status_code == 200, posted.content
    assert posted.headers["Access-Control-Allow-Origin"] == "*"
    assert posted.json() == client.get(SERVICE, {"queries": written, "_lang": lang}).json()
    ANSWER.validate(posted.json())
    assert list(posted.json()) == list(queries)
    return {name: answer["result"] for name, answer in posted.json().items()}


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, Any]:
    """The schemas of the protocol, as its specification has them; the test is skipped where they are not there."""
    folder = shared / "vectors" / "schemas" / "reconciliation-0.2"
    if not folder.is_dir():
        pytest.skip("the schemas of the Reconciliation API are not among the vectors (schemas/reconciliation-0.2)")
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    resources = [(schema["$id"], DRAFT202012.create_resource(schema)) for schema in read.values()]
    # What it says of signing in is a word of another standard; nobody signs in here.
    other = ("http://swagger.io/v2/schema.json", DRAFT202012.create_resource({"definitions": {}}))
    registry: Any = Registry().with_resources([*resources, other])
    return {name: Draft202012Validator(schema, registry=registry) for name, schema in read.items()}


def test_every_answer_holds_to_the_schemas_of_the_protocol(client: Client, schemas: dict[str, Any]) -> None:
    queries = {
        "q1": {"query": "شرکت راه‌سازان نمونه", "type": "company", "limit": 3},
        "q2": {"query": "دفتر", "properties": [{"pid": "kind", "v": ["desk", {"id": "x", "name": "desk"}, 5]}]},
        "q3": {"query": "خیابان امام", "type": ["street", "parcel"], "type_strict": "any"},
    }
    schemas["reconciliation-query-batch"].validate(queries)
    for lang in ("fa", "en"):
        manifest = client.get(SERVICE, {"_lang": lang}).json()
        schemas["manifest"].validate(manifest)
        answers = batch(client, queries, lang)
        schemas["reconciliation-result-batch"].validate({name: {"result": each} for name, each in answers.items()})
        assert all(answers.values())
        for what, schema in (("entity", "entities"), ("type", "types"), ("property", "properties")):
            answer = client.get(f"{SERVICE}/suggest/{what}", {"prefix": "ش", "_lang": lang}).json()
            schemas[f"suggest-{schema}-response"].validate(answer)
    assert not schemas["manifest"].is_valid({"versions": ["0.2"]})


def matched(client: Client, text: str, **more: Any) -> str | None:
    """The id that a name is matched to beyond doubt."""
    results = batch(client, {"q": {"query": text, **more}})["q"]
    ids = [each["id"] for each in results if each["match"]]
    assert len(ids) <= 1
    return ids[0] if ids else None


def test_the_manifest_claims_what_there_is(client: Client) -> None:
    response = client.get(SERVICE, {"_lang": "en"})
    manifest = response.json()
    assert manifest["versions"] == ["0.2"]
    assert {each["id"] for each in manifest["defaultTypes"]} == {"company", "unit", "person", "street", "parcel"}
    assert "extend" not in manifest
    assert {"name", "identifierSpace", "schemaSpace"} <= set(manifest)
    entity_id = quote(f"company:{ROADS}", safe="")
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        assert client.get(template.replace("{{id}}", entity_id).removeprefix("http://testserver")).status_code in (
            200,
            302,
        )
    for service in manifest["suggest"].values():
        assert service["service_url"] == "http://testserver"
        assert client.get(service["service_path"]).json()["result"] is not None
    assert client.get(SERVICE, {"_lang": "en"}, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("شرکت راه‌سازان نمونه", f"company:{ROADS}"),
        ("شركت راه سازان نمونه", f"company:{ROADS}"),
        ("  شرکت راهسازان  نمونه ", f"company:{ROADS}"),
        ("آب‌و‌برق كاوش", f"company:{SOFT}"),
        (ROADS, f"company:{ROADS}"),
        ("۱۰۳۸۰۰۰۰۰۰۶", f"company:{ROADS}"),
        ("١٠٣٨٠٠٠٠٠٠٦", f"company:{ROADS}"),
        ("1038-0000-006", f"company:{ROADS}"),
        ("دفتر فني", "unit:12"),
        ("مریم نمونه", "seat:مریم نمونه~6"),
        ("زهرا ساختگی", "post:زهرا ساختگی~معاون~دفتر فنی"),
        ("كوچه ياس", "street:کوچهٔ یاس~منطقه ۱"),
    ],
)
def test_a_name_that_is_of_one_thing_alone_is_matched(client: Client, text: str, entity_id: str) -> None:
    assert matched(client, text) == entity_id


@pytest.mark.parametrize("text", ["خیابان امام", "هم‌نام", "هم نام", "همنام", "علی ساختگی"])
def test_a_name_that_may_be_two_things_is_none_of_them(client: Client, text: str) -> None:
    results = batch(client, {"q": {"query": text}})["q"]
    assert [each["score"] for each in results[:2]] == [100, 100]
    assert not any(each["match"] for each in results)


@pytest.mark.parametrize(
    "text",
    ["راه‌سازان نمونه", "نمونه راه سازان شرکت", "شرکت راه‌سازان نمونهٔ دیگر", "10380000007", "1038000000", "کسی", "‌"],
)
def test_what_is_merely_alike_is_never_a_match(client: Client, text: str) -> None:
    results = batch(client, {"q": {"query": text}})["q"]
    assert not any(each["match"] for each in results)
    assert all(each["score"] < 100 for each in results)


def test_what_is_alike_is_a_candidate(client: Client) -> None:
    results = batch(client, {"q": {"query": "راه‌سازان نمونه"}})["q"]
    assert results[0]["id"] == f"company:{ROADS}"
    assert [each["score"] for each in results] == sorted((each["score"] for each in results), reverse=True)


def test_what_is_known_besides_narrows_and_speaks_against(client: Client) -> None:
    street = {"query": "خیابان امام", "type": "street"}
    assert (
        matched(client, **_named(street), properties=[{"pid": "district", "v": "منطقه 2"}])
        == "street:خیابان امام~منطقه ۲"
    )
    assert matched(client, **_named(street), properties=[{"pid": "district", "v": ["منطقه 3", 4]}]) is None
    assert matched(client, "هم نام", properties=[{"pid": "city", "v": {"id": "x", "name": "قم"}}]) == f"company:{TWIN}"
    assert matched(client, "هم نام", properties=[{"pid": "legal_id", "v": OTHER_TWIN}]) == f"company:{OTHER_TWIN}"
    # An ID beside the name of somebody else is no proof of either.
    assert matched(client, "آب و برق کاوش", properties=[{"pid": "legal_id", "v": ROADS}]) is None
    assert matched(client, "چیز دیگر", properties=[{"pid": "legal_id", "v": ROADS}]) is None
    assert (
        matched(client, "دفتر فنی", properties=[{"pid": "kind", "v": "desk فا"}, {"pid": "nothing", "v": "x"}])
        == "unit:12"
    )
    results = batch(client, {"q": {"properties": [{"pid": "legal_id", "v": int(ROADS)}]}})["q"]
    assert [(each["id"], each["match"]) for each in results] == [(f"company:{ROADS}", True)]


def _named(query: dict[str, Any]) -> dict[str, Any]:
    return {"text": query["query"], "type": query["type"]}


def test_a_code_of_the_citys_own_says_something_to_who_names_the_type(client: Client) -> None:
    assert matched(client, "12") is None
    assert matched(client, "۱۲", type="unit") == "unit:12"
    assert matched(client, "1-1-1-2-1-0-0") is None
    assert matched(client, "۱-۱-۱-۲-۱-۰-۰", type="parcel") == "parcel:1-1-1-2-1-0-0"
    assert matched(client, "1-1-1-9-1-0-0", type=["parcel", "unit"]) is None


def test_types_and_limits_hold(client: Client) -> None:
    queries = {
        "other": {"query": "دفتر فنی", "type": "company"},
        "unknown": {"query": "دفتر فنی", "type": "planet"},
        "both": {"query": "دفتر فنی", "type": ["unit", "company"], "type_strict": "all"},
        "should": {"query": "دفتر فنی", "type": "company", "type_strict": "should"},
        "wished": {"query": "دفتر فنی", "type": "unit", "type_strict": "should"},
        "few": {"query": "خیابان امام", "limit": 1},
    }
    results = batch(client, queries, "en")
    assert [results[name] for name in ("other", "unknown", "both")] == [[], [], []]
    assert [(each["id"], each["match"]) for each in results["should"]] == [("unit:12", False)]
    assert results["should"][0]["type"] == [{"id": "unit", "name": "Unit of the municipality"}]
    assert "desk en" in results["should"][0]["description"]
    assert [each["match"] for each in results["wished"]] == [True]
    # What a limit cuts off still stands in the way of a match.
    assert [each["match"] for each in results["few"]] == [False]


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ("[]", 400),
        ("{", 400),
        ('{"q": "name"}', 400),
        ('{"q": {}}', 400),
        ('{"q": {"query": 5}}', 400),
        ('{"q": {"query": "x", "limit": 0}}', 400),
        ('{"q": {"query": "x", "limit": true}}', 400),
        ('{"q": {"query": "x", "type": [1]}}', 400),
        ('{"q": {"query": "x", "type_strict": "never"}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "city"}]}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "city", "v": [[]]}]}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "city", "v": {"name": "x"}}]}}', 400),
        ('{"q": {"query": "x", "other": 1}}', 400),
        (json.dumps({"q": {"query": "x" * 201}}), 400),
        (json.dumps({str(n): {"query": "x"} for n in range(MOST_QUERIES + 1)}), 413),
        (" " * (LONGEST_QUERIES + 1), 413),
    ],
)
def test_what_is_no_query_is_refused_with_words(client: Client, queries: str, status: int) -> None:
    response = client.post(SERVICE, f"queries={quote(queries)}", content_type="application/x-www-form-urlencoded")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["detail_fa"] != body["detail_en"]
    assert "xxx" not in response.content.decode()


def test_other_ways_of_asking_are_refused(client: Client) -> None:
    assert client.post(SERVICE, {"queries": "{}"}).status_code == 400, "a form with room for files is not read"
    assert client.post(SERVICE, "{}", content_type="application/json").status_code == 400
    assert client.get(SERVICE, {"queries": "{}", "callback": "run"}).status_code == 400
    assert client.get(SERVICE, {"extend": "{}"}).status_code == 400
    assert client.put(SERVICE).status_code == 405
    assert client.post(f"{SERVICE}/preview").status_code == 405
    assert "POST" in client.options(SERVICE).headers["Access-Control-Allow-Methods"]
    assert batch(client, {}) == {}


def test_an_id_leads_to_its_page_and_a_preview_stands_in_a_frame(client: Client) -> None:
    ids = [
        f"company:{ROADS}",
        "unit:12",
        "seat:مریم نمونه~6",
        "post:زهرا ساختگی~معاون~دفتر فنی",
        "street:خیابان امام~منطقه ۲",
        "parcel:1-1-1-1-1-0-0",
        "company:10380000044",
    ]
    for entity_id in ids:
        for lang in ("fa", "en"):
            to = client.get(f"{SERVICE}/view", {"id": entity_id, "_lang": lang})
            assert to.status_code == 302
            assert to.headers["Location"].startswith("/en/data/" if lang == "en" else "/data/")
            assert client.get(to.headers["Location"]).status_code == 200, entity_id
            page = client.get(f"{SERVICE}/preview", {"id": entity_id, "_lang": lang})
            assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
            assert "X-Frame-Options" not in page.headers
            assert f'lang="{lang}"' in page.content.decode()
            assert HOSTILE not in page.content.decode()
    for entity_id in ("company:1", "parcel:9-9-9-9-9-0-0", "parcel:", "nothing", "unit:", "x" * 500):
        assert client.get(f"{SERVICE}/view", {"id": entity_id}).status_code == 404
    assert client.get(f"{SERVICE}/preview").status_code == 400


def suggested(client: Client, what: str, **asked: str) -> list[str]:
    """The ids that are suggested."""
    return [each["id"] for each in client.get(f"{SERVICE}/suggest/{what}", asked).json()["result"]]


def test_what_is_being_typed_is_suggested(client: Client) -> None:
    assert suggested(client, "entity", prefix="راه ساز") == [f"company:{ROADS}"]
    assert suggested(client, "entity", prefix="۱۰۳۸۰۰۰۰۰۰۶") == [f"company:{ROADS}"]
    assert suggested(client, "entity", prefix="1-1-1-2") == ["parcel:1-1-1-2-1-0-0"]
    lanes = suggested(client, "entity", prefix="خیابان", type="street")
    assert len(lanes) == 2
    assert suggested(client, "entity", prefix="خیابان", type="street", cursor="1") == lanes[1:]
    assert suggested(client, "entity", prefix="خیابان", type="company") == []
    assert suggested(client, "entity", prefix="") == []
    assert suggested(client, "type", prefix="Comp") == ["company"]
    assert suggested(client, "property", prefix="city") == ["city"]
    assert client.get(f"{SERVICE}/suggest/entity", {"prefix": "x" * 201}).status_code == 400
    assert client.get(f"{SERVICE}/suggest/entity", {"prefix": "x", "limit": "-1"}).status_code == 400


def test_nobody_appears_who_is_not_public_in_the_records(client: Client) -> None:
    asked = {
        str(n): {"query": text, "limit": 50, "properties": [{"pid": "boss", "v": SECRET}]}
        for n, text in enumerate((HIDDEN, "مدیر", "پنهان", "ساختگی", SECRET, CLOSED, "نمونه", ROADS))
    }
    answers = [json.dumps(batch(client, asked), ensure_ascii=False)]
    answers += [
        client.get(f"{SERVICE}/suggest/{what}", {"prefix": prefix}).content.decode()
        for what in ("entity", "type", "property")
        for prefix in ("", "مدیر پ", "پنهان", "boss", SECRET[:5])
    ]
    answers += [
        client.get(f"{SERVICE}/preview", {"id": each}).content.decode()
        for each in (f"company:{ROADS}", "parcel:1-1-1-1-1-0-0")
    ]
    answers.append(client.get(SERVICE).content.decode())
    for text in answers:
        assert not any(hidden in text for hidden in (HIDDEN, CLOSED, SECRET, "boss_id", "father"))


def test_a_withheld_dataset_is_none_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "closed"
    home.mkdir()
    town = named_city.build(home)
    path = home / "datasets" / "benches" / "dataset.toml"
    text = path.read_text(encoding="utf-8")
    withheld = '[withheld]\nreason = { fa = "آزمون", en = "A trial" }\n'
    path.write_text(text.replace("[[field]]", f"{withheld}\n[[field]]", 1), encoding="utf-8")
    town = named_city.opened(home)
    assert town.registry.get("benches").withheld is not None
    monkeypatch.setattr(city, "current", lambda: town)
    client = Client()
    assert matched(client, "مریم نمونه") is None
    # Where nobody else of the name is left, the other is meant.
    assert matched(client, "علی ساختگی") == "post:علی ساختگی~مدیر~دفتر فنی"


def test_a_city_without_any_has_a_manifest_and_no_candidates(reader: Client) -> None:
    assert reader.get(SERVICE).json()["defaultTypes"] == []
    assert matched(reader, "کار") is None
