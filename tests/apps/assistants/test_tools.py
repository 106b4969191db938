"""Assistants get the answers of the site, with their sources, and its refusals in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as JsonSchemaError
from mcp.client.client import Client
from tests.apps.assistants.assistant import REVISIONS, talking
from tests.apps.small_city import ROWS, SECRET

from ayan.wiring.city import City

pytestmark = pytest.mark.usefixtures("small_city")


def document(result: Any) -> dict[str, Any]:
    """What a tool gave, which is no refusal."""
    assert not result.is_error, result.content
    content: dict[str, Any] = result.structured_content
    return content


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_count_is_that_of_the_site_and_stands_under_its_citation(revision: str) -> None:
    async def talk(client: Client) -> None:
        answer = document(await client.call_tool("query_dataset", {"dataset": "works"}))
        assert answer["groups"] == [{"count": ROWS}]
        (source,) = answer["sources"]
        assert source["releases"]
        assert source["log"]["index"] == source["log"]["size"] - 1
        checked = document(
            await client.call_tool(
                "check_citation", {"citation": source["citation"]["fa"], "measure": "count", "value": ROWS}
            )
        )
        assert (checked["status"], checked["claim_holds"]) == ("current", True)

    talking(talk, revision)


def test_what_is_not_published_is_told_with_who_owes_it() -> None:
    async def talk(client: Client) -> None:
        answer = document(await client.call_tool("query_dataset", {"dataset": "unsent"}))
        assert answer["status"] == "not_published"
        assert answer["owed_by"]["owner"] == {"fa": "واحد آزمون", "en": "Trial unit"}
        assert "Trial unit" in answer["text"]["en"]
        assert "واحد آزمون" in answer["text"]["fa"]

    talking(talk)


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("query_dataset", {"dataset": "nowhere"}, "no-such-dataset"),
        ("query_dataset", {"dataset": "../../desk"}, "no-such-dataset"),
        ("query_dataset", {"dataset": "works", "where": {"nope": "1"}}, "unknown-field"),
        ("query_dataset", {"dataset": "works", "where": {"holder_id": SECRET}}, "not-published"),
        ("query_dataset", {"dataset": "works", "where": {"_size": "1000"}}, "not-a-question"),
        ("query_dataset", {"dataset": "works", "measures": ["everything"]}, "not-a-question"),
        ("query_dataset", {"dataset": "works", "limit": 1_000}, "bad-arguments"),
        ("ask", {"question": "چند" * 200}, "bad-arguments"),
        ("ask", {}, "bad-arguments"),
        ("check_citation", {"citation": "zzzz"}, "no-such-citation"),
    ],
)
def test_refusals_say_why_in_both_languages(tool: str, arguments: dict[str, Any], code: str) -> None:
    async def talk(client: Client) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        refusal = result.structured_content
        assert refusal is not None
        assert refusal["code"] == code
        assert refusal["detail_fa"] != refusal["detail_en"]

    talking(talk)


def test_resources_and_prompts_are_listed_and_read(small_city: City) -> None:
    async def talk(client: Client) -> None:
        assert "ayan://datasets" in [str(each.uri) for each in (await client.list_resources()).resources]
        for dataset in small_city.registry.all():
            (resource,) = (await client.read_resource(f"ayan://datasets/{dataset.slug}")).contents
            assert dataset.title.en in getattr(resource, "text", "")
        for prompt in (await client.list_prompts()).prompts:
            said = await client.get_prompt(prompt.name, {"subject": "آب", "language": "fa"})
            assert "آب" in getattr(said.messages[0].content, "text", "")

    talking(talk)


def test_each_tool_tells_the_shape_of_its_answer_and_keeps_to_it() -> None:
    asked: dict[str, list[dict[str, Any]]] = {
        "find_datasets": [{}, {"words": "xyzzy"}],
        "describe_dataset": [{"dataset": "works"}],
        "missing": [{}],
        "ask": [{"question": "چند کار"}, {"question": "xyzzy"}],
        "query_dataset": [{"dataset": "works"}, {"dataset": "unsent"}],
        "list_rows": [{"dataset": "works"}],
        "explain_figure": [{"dataset": "works"}, {"dataset": "unsent"}],
    }

    async def talk(client: Client) -> None:
        shapes = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        assert [name for name, shape in shapes.items() if not shape or shape["type"] != "object"] == []
        for name, questions in asked.items():
            for arguments in questions:
                answer = document(await client.call_tool(name, arguments))
                Draft202012Validator(shapes[name]).validate(answer)
        with pytest.raises(JsonSchemaError):
            Draft202012Validator(shapes["query_dataset"]).validate({"groups": []})

    talking(talk)
