"""Nothing that is withheld leaves by any tool, resource or refusal, and nothing that was asked stands in the log.

Findings before anybody may see them, cases, submissions and letters stand in the database alone; the tools answer in
threads of their own, so what is planted there is written for all of them to read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from mcp.client.client import Client
from tests import event_loop
from tests.apps.assistants.assistant import ADDRESS, connected, knocking, talking
from tests.apps.small_city import SECRET
from tests.apps.test_no_leaks import CLAIMED, FIRM, IN_DATABASE, in_database, leaks

from ayan.apps.assistants.limits import LARGEST_REQUEST
from ayan.apps.flags.models import FindingCase
from ayan.wiring.city import City

pytestmark = pytest.mark.usefixtures("small_city")

WORKS = {"dataset": "works"}
HOLDER = "holder_id"
CALLS: dict[str, tuple[dict[str, Any], ...]] = {
    "find_datasets": ({}, {"words": "works"}, {"words": SECRET}),
    "describe_dataset": (WORKS,),
    "missing": ({},),
    "ask": ({"question": "کد ملی طرف کارها"}, {"question": f"کار {SECRET}"}, {"question": "چند کار داریم"}),
    "query_dataset": (
        WORKS,
        {**WORKS, "by": [HOLDER]},
        {**WORKS, "measures": [f"distinct_{HOLDER}", f"min_{HOLDER}"]},
        {**WORKS, "where": {f"{HOLDER}__startswith": "0"}},
        {**WORKS, "search": SECRET},
        {**WORKS, "order_by": HOLDER},
    ),
    "list_rows": (
        {**WORKS, "limit": 100},
        {**WORKS, "fields": [HOLDER]},
        {**WORKS, "release": "1402/1"},
        {**WORKS, "order_by": f"-{HOLDER}"},
    ),
    "compare": (
        {**WORKS, "measure": "count", "by": "state", "sides": ["open", "done"]},
        {**WORKS, "measure": f"distinct_{HOLDER}", "by": "state", "sides": ["open", "done"]},
    ),
    "explain_figure": ({**WORKS, "measure": "sum_amount"}, {**WORKS, "measure": f"max_{HOLDER}"}),
    "fetch_record": ({**WORKS, "key": "C-001"}, {**WORKS, "key": SECRET}, {**WORKS, "key": "../../desk"}),
    "check_citation": ({"citation": SECRET}, {"citation": "/c/0000000000000000000000"}),
}
"""Of every tool calls that would bring out a withheld column, if anything did."""
RESOURCES = (
    "ayan://datasets", "ayan://missing", "ayan://datasets/works", "ayan://datasets/works/releases",
    "ayan://datasets/works/releases/1403/2",
)  # fmt: skip


def clean(text: str, *asked: str) -> None:
    """No withheld value stands in a text, but where the very question held it."""
    assert SECRET not in text or SECRET in "".join(asked)
    assert "C-999" not in text


def test_every_tool_is_tried() -> None:
    async def talk(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == set(CALLS)
        assert all(
            tool.annotations is not None and tool.annotations.read_only_hint
            for tool in (await client.list_tools()).tools
        )

    talking(talk)


def test_no_tool_and_no_resource_tells_what_is_withheld() -> None:
    async def talk(client: Client) -> None:
        for tool, calls in CALLS.items():
            for arguments in calls:
                result = await client.call_tool(tool, arguments)
                text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False)
                clean(text, json.dumps(arguments))
                if HOLDER in json.dumps(arguments):
                    assert result.is_error, (tool, arguments)
        for uri in RESOURCES:
            clean((await client.read_resource(uri)).model_dump_json())

    talking(talk)


@pytest.mark.django_db(transaction=True)
def test_no_tool_and_no_resource_tells_what_the_database_alone_knows(small_city: City) -> None:
    in_database(small_city)
    leaked: list[str] = []

    async def talk(client: Client) -> None:
        for tool, arguments in [*of_findings(), *((tool, each) for tool, calls in CALLS.items() for each in calls)]:
            result = await client.call_tool(tool, arguments)
            text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False)
            asked = json.dumps(arguments, ensure_ascii=False)
            leaked.extend(f"{tool} {asked}: {secret}" for secret in leaks(IN_DATABASE, text) if secret not in asked)
        for uri in RESOURCES:
            leaked.extend(leaks(IN_DATABASE, (await client.read_resource(uri)).model_dump_json()))

    talking(talk)
    assert FindingCase.objects.filter(reason=CLAIMED).count() == 4
    assert leaked == []


def of_findings() -> Iterator[tuple[str, dict[str, Any]]]:
    """What would bring out a finding, a case or a letter, if any tool knew of them."""
    for words in (FIRM, CLAIMED[:8], "یافته", "findings", "C-001", f"{0:016}"):
        yield "ask", {"question": words}
        yield "find_datasets", {"words": words}
        yield "query_dataset", {**WORKS, "search": words}
        yield "list_rows", {**WORKS, "search": words}
    for slug in ("findings", "flags", "cases", "counter", "submissions"):
        yield "describe_dataset", {"dataset": slug}
        yield "list_rows", {"dataset": slug}
        yield "query_dataset", {"dataset": slug}
        yield "explain_figure", {"dataset": slug}
        yield "fetch_record", {"dataset": slug, "key": f"{0:016}"}
        yield "compare", {"dataset": slug, "measure": "count", "by": "state", "sides": ["waiting", "asked"]}
        yield "check_citation", {"citation": f"/{slug}/{0:016}"}
    for at in range(1, 5):
        yield "fetch_record", {**WORKS, "key": f"C-00{at}"}


def test_what_is_asked_is_not_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    marked = "نشانهٔ-محرمانه-۷۷۱"

    async def talk(client: Client) -> None:
        await client.call_tool("ask", {"question": marked})
        await client.call_tool("query_dataset", {"dataset": marked})
        await client.call_tool("query_dataset", {**WORKS, "limit": marked})
        await client.call_tool(marked, {})

    talking(talk)
    assert marked not in caplog.text


@pytest.mark.parametrize(
    ("headers", "method", "path", "status", "code"),
    [
        ({"Host": "evil.example"}, "POST", "/mcp", 421, "strange-host"),
        ({"Host": "testserver.evil.example"}, "POST", "/mcp", 421, "strange-host"),
        ({"Origin": "https://evil.example"}, "POST", "/mcp", 403, "strange-origin"),
        ({"Origin": "null"}, "POST", "/mcp", 403, "strange-origin"),
        ({"Origin": "http://["}, "POST", "/mcp", 403, "strange-origin"),
        ({}, "GET", "/mcp", 405, "only-post"),
        ({}, "DELETE", "/mcp", 405, "only-post"),
        ({}, "POST", "/desk/", 404, "not-mcp"),
    ],
)
def test_strangers_are_turned_away_in_both_languages(
    headers: dict[str, str], method: str, path: str, status: int, code: str
) -> None:
    async def knock() -> None:
        async with knocking() as web:
            answer = await web.request(method, path, headers=headers)
            assert answer.status_code == status
            error = answer.json()["error"]["data"]
            assert error["code"] == code
            assert error["fa"] != error["en"]

    event_loop.run(knock)


def test_a_body_that_is_too_large_is_refused() -> None:
    async def knock() -> None:
        async with knocking() as web:
            answer = await web.post(ADDRESS, content=b" " * (LARGEST_REQUEST + 1))
            assert answer.status_code == 413

    event_loop.run(knock)


def test_a_question_of_another_process_needs_no_session(small_city: City) -> None:
    async def talk() -> None:
        async with connected("legacy") as first, connected("legacy") as second:
            for client in (first, second, first):
                assert not (await client.call_tool("query_dataset", WORKS)).is_error

    event_loop.run(talk)
