"""What a dataset tells the world of itself: valid by the standards, and nothing of what is withheld."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.core.schema.declarations import field, loaded

from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.values.canonical import canonical_json
from ayan.datasets.registry import Registry

SECRET = "نام پنهان"
MORE = (
    field("state", "text", 'choices = [{ code = "on", fa = "روشن", en = "On" }, { code = "off", fa = "خاموش", en = "Off" }]')
    + field("owner", "code", f'shown = "withheld"\naliases = ["{SECRET}"]\nreason.fa = "به حکم قانون"\nreason.en = "By law"')
    + field("private", "text", 'shown = "withheld"')
    + field("row", "integer", 'role = "counter"')
    + field("tail", "code", 'shown = "masked"\npattern = "[0-9]{16}"')
    + field("code", "code", 'pattern = "[a-z]+|[0-9]+"\nmax_length = 9')
    + field("odd", "code", "pattern = '(?i)[a-z]+'")
    + field("page", "link")
    + field("shape", "geometry")
    + field("firm", "company", 'ref = "firms.legal_id"')
    + field("month", "period", 'description.fa = "ماه"\ndescription.en = "The month"')
    + field("price", "rial", f"minimum = 1\nmaximum = {10**18}\nrole = \"amount\"\nunit.fa = \"ریال\"\nunit.en = \"rial\"")
    + field("share", "decimal", "minimum = 0.5\nmaximum = 100\nscale = 3")
    + field("since", "date", 'minimum = "1300-01-01"\nrequired = true')
)  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return loaded(tmp_path, MORE, above='key = ["number"]\n')


def named(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in schema["fields"]}


def test_a_table_schema_says_what_the_published_table_holds(dataset: Dataset) -> None:
    schema = table_schema(dataset.fields, dataset.key)
    columns = named(schema)
    assert list(columns)[:4] == ["_row", "_line", "number", "takings"]
    assert schema["primaryKey"] == ["number"]
    assert schema["missingValues"] == [""]
    assert {
        name: columns[name]["type"] for name in ("number", "takings", "opened", "open", "area", "lanes", "shape")
    } == {
        "number": "string",
        "takings": "integer",
        "opened": "date",
        "open": "boolean",
        "area": "number",
        "lanes": "integer",
        "shape": "geojson",
    }
    assert columns["number"]["constraints"] == {"required": True}
    assert columns["price"]["constraints"] == {"minimum": 1, "maximum": str(10**18)}
    assert columns["share"]["constraints"] == {"minimum": "0.5", "maximum": 100}
    assert columns["since"]["constraints"] == {"required": True, "minimum": "1921-03-21"}
    assert columns["code"]["constraints"] == {"maxLength": 9, "pattern": "^(?:[a-z]+|[0-9]+)$"}
    assert columns["state"]["constraints"] == {"enum": ["on", "off"]}
    assert columns["state"]["categories"] == [{"value": "on", "label": "روشن"}, {"value": "off", "label": "خاموش"}]
    assert columns["page"]["format"] == "uri"
    assert columns["price"]["ayan:unit"] == {"fa": "ریال", "en": "rial"}
    assert columns["price"]["ayan:kind"] == "rial"


def test_both_languages_are_there_and_one_is_the_title(dataset: Dataset) -> None:
    fa, en = (named(table_schema(dataset.fields, lang=lang)) for lang in ("fa", "en"))
    assert (fa["takings"]["title"], en["takings"]["title"]) == ("دریافتی", "Takings")
    assert fa["takings"]["ayan:label"] == en["takings"]["ayan:label"] == {"fa": "دریافتی", "en": "Takings"}
    assert (fa["month"]["description"], en["month"]["description"]) == ("ماه", "The month")
    assert en["state"]["categories"][0]["label"] == "On"


def test_a_masked_field_promises_nothing_of_its_form(dataset: Dataset) -> None:
    tail = named(table_schema(dataset.fields))["tail"]
    assert (tail["type"], tail["ayan:masked"]) == ("string", True)
    assert "constraints" not in tail


def test_a_reference_is_a_foreign_key_only_inside_the_package(dataset: Dataset) -> None:
    assert "foreignKeys" not in table_schema(dataset.fields)
    inside = table_schema(dataset.fields, resources=["firms"])
    assert inside["foreignKeys"] == [{"fields": ["firm"], "reference": {"resource": "firms", "fields": ["legal_id"]}}]
    assert named(inside)["firm"]["ayan:ref"] == "firms.legal_id"


def test_withheld_fields_and_counters_are_nowhere(dataset: Dataset) -> None:
    words = json.dumps(table_schema(dataset.fields, dataset.key), ensure_ascii=False)
    for hidden in ("owner", "private", "clerk_id", '"row"', SECRET, "کد ملی"):
        assert hidden not in words


def test_a_key_is_never_named_in_part(dataset: Dataset) -> None:
    assert "primaryKey" not in table_schema(dataset.fields, ["number", "owner"])


def test_a_pattern_only_our_engine_knows_is_left_out(dataset: Dataset) -> None:
    assert named(table_schema(dataset.fields))["odd"].get("constraints") is None


def test_a_table_schema_can_be_signed(dataset: Dataset) -> None:
    assert canonical_json(table_schema(dataset.fields, dataset.key))


def test_every_declared_dataset_is_described_by_the_standard(shared: Path, dataset: Dataset) -> None:
    profile = json.loads((shared / "vectors/schemas/datapackage-2/tableschema.json").read_text())
    judge = jsonschema.Draft7Validator(profile)
    for declared in (dataset, *Registry().all()):
        for lang in ("fa", "en"):
            schema = table_schema(declared.fields, declared.key, lang=lang, resources=["firms"])
            assert [error.message for error in judge.iter_errors(schema)] == []
