"""The schema of an answer is what its declared type says, and a type that JSON has not is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from jsonschema import Draft202012Validator

from ayan.core.values.label import Label
from ayan.ui.api.json_schema import Schema, Schemas, extended_by
from ayan.ui.api.operations import JSON, Operation, Parameter


class LeafAnswer(TypedDict):
    """One leaf,
    at its place.
    """

    place: Annotated[int, Schema(minimum=0)]
    label: NotRequired[str]


class BranchAnswer(LeafAnswer):
    """A branch with leaves, or with branches."""

    leaves: list[LeafAnswer]
    parent: BranchAnswer | None


@extended_by(int)
class CountsAnswer(TypedDict):
    """How many, by name."""

    all: int


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (str | None, {"type": ["string", "null"]}),
        (str | int | None, {"type": ["string", "integer", "null"]}),
        (Any, {}),
        (list[float], {"type": "array", "items": {"type": "number"}}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (dict[str, Any], {"type": "object"}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a"], {"const": "a"}),
        (Literal["a", "b"] | None, {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]}),
        (Annotated[str, Schema("A day", pattern="^x$")], {"type": "string", "pattern": "^x$", "description": "A day"}),
        (
            Annotated[str, Schema("A day", format="date")] | None,
            {"type": ["string", "null"], "format": "date", "description": "A day"},
        ),
        (
            Annotated[list[int], Schema(items=(2, 2))],
            {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        ),
        (LeafAnswer | None, {"anyOf": [{"$ref": "#/components/schemas/Leaf"}, {"type": "null"}]}),
    ],
)
def test_a_type_has_the_schema_that_says_the_same(kind: object, schema: dict[str, Any]) -> None:
    assert Schemas().of(kind) == schema


def test_an_answer_stands_once_under_its_name_and_may_hold_itself() -> None:
    schemas = Schemas()
    assert schemas.of(BranchAnswer) == {"$ref": "#/components/schemas/Branch"}
    assert set(schemas.components) == {"Leaf", "Branch"}
    assert schemas.components["Leaf"] == {
        "type": "object",
        "description": "One leaf, at its place.",
        "properties": {"place": {"type": "integer", "minimum": 0}, "label": {"type": "string"}},
        "required": ["place"],
    }
    assert schemas.components["Branch"]["required"] == ["place", "leaves", "parent"]
    whole = Draft202012Validator({**schemas.of(BranchAnswer), "components": {"schemas": schemas.components}})
    inner = {"place": 1, "leaves": [{"place": 0, "label": "x"}], "parent": None}
    assert whole.is_valid({"place": 0, "leaves": [], "parent": inner})
    assert not whole.is_valid({"place": 0, "leaves": [], "parent": {**inner, "place": -1}})
    assert not whole.is_valid({"place": 0, "leaves": []})


def test_further_members_are_of_the_type_that_is_said() -> None:
    schemas = Schemas()
    schemas.of(CountsAnswer)
    counts = Draft202012Validator(schemas.components["Counts"])
    assert counts.is_valid({"all": 3, "late": 1})
    assert not counts.is_valid({"all": 3, "late": "some"})


def test_what_json_has_not_is_refused_and_so_are_two_answers_of_one_name() -> None:
    schemas = Schemas()
    with pytest.raises(TypeError, match="date"):
        schemas.of(list[date])
    schemas.of(LeafAnswer)
    with pytest.raises(TypeError, match="Leaf"):
        schemas.of(TypedDict("LeafAnswer", {"place": int}))  # type: ignore[operator]  # named as another one on purpose


def test_an_operation_declares_the_parts_of_its_path() -> None:
    slug = Parameter("slug", Label("نام", "Name"), {"type": "string"})

    def operation(*parts: Parameter) -> Operation:
        return Operation(path="/x/{slug}", id="x", words=Label("ایکس", "X"), answers={JSON: LeafAnswer}, parts=parts)

    assert operation(slug).statuses == (200, 304, 400, 405)
    with pytest.raises(ValueError, match=r"/x/\{slug\}"):
        operation()
