"""The API's description: valid OpenAPI 3.1, complete, the same as was agreed, and true of every answer it gives."""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate
from tests.apps.small_city import SECRET

from ayan.apps.api import urls
from ayan.apps.api.openapi import operations
from ayan.apps.compare.comparison_question import OWN
from ayan.apps.promises.activities import FILTERS
from ayan.core.query.change_question import CHANGE_SHAPING
from ayan.core.query.grouping import FACET_SHAPING, FUNCTIONS, GROUP_SHAPING
from ayan.core.query.question_parser import SHAPING
from ayan.wiring.city import City

GOLDEN = Path(__file__).parent / "golden"
DOCUMENTS = {
    "operations.txt": "/api/v1/openapi.json?_lang=en",
    "operations-works.txt": "/api/v1/datasets/works/openapi.json?_lang=en",
}


@pytest.fixture
def client(small_city: City) -> Client:
    return Client()


def fetched(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return json.loads(response.content)


@pytest.mark.parametrize(
    "address", [*DOCUMENTS.values(), "/api/v1/openapi.json", "/api/v1/datasets/unsent/openapi.json"]
)
def test_the_description_is_valid(client: Client, address: str) -> None:
    validate(fetched(client, address))


def lines(document: Any) -> list[str]:
    """One line an operation, in order: method, path, parameters (needed ones with !), statuses, what is answered."""

    def of(parameter: Any) -> str:
        if "$ref" in parameter:
            parameter = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        return f"{parameter['name']}{'!' * parameter.get('required', False)}"

    def answer(media: str, content: Any) -> str:
        return f"{media}={content['schema']['$ref'].rpartition('/')[2]}" if content else media

    return sorted(
        f"{method.upper()} {path} ({' '.join(of(each) for each in operation['parameters'] if each.get('in') != 'header')})"
        f" {' '.join(operation['responses'])}"
        f" {' '.join(sorted(answer(*each) for each in operation['responses']['200']['content'].items()))}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_operations_are_those_that_were_agreed(client: Client, name: str) -> None:
    """Look at the difference; where it is meant, write it anew with AYAN_WRITE_GOLDEN=1 and commit it."""
    text = "\n".join(lines(fetched(client, DOCUMENTS[name]))) + "\n"
    path = GOLDEN / name
    if os.environ.get("AYAN_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    agreed = path.read_text(encoding="utf-8")
    assert text == agreed, "\n".join(difflib.unified_diff(agreed.splitlines(), text.splitlines(), lineterm="", n=0))


def test_every_address_is_described_and_no_other(client: Client) -> None:
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)) for route in urls.urlpatterns if route.name
    }
    described = {
        operation.path
        for operation in operations()
        if operation.tag
        not in (
            "search",
            "compare",
            "flags",
            "promises",
            "spending",
            "audits",
            "answers",
            "service-catalogue",
            "tariffs",
            "places",
            "standards",
            "contracting",
            "citations",
            "open311",
            "documents",
        )
    }
    endings = {path for path in described if re.search(r"^/api/.*/(rows|changes)\.\w+$", path)}
    assert {re.sub(r"\.(?!atom)\w+$", ".{name}", path) if path in endings else path for path in described} == {
        *routes,
        "/api/v1/openapi.json",
        "/api/v1/datasets/{slug}/openapi.json",
        "/api/v1/changes",
        "/changes.atom",
        "/en/changes.atom",
        "/changes.json",
        "/en/changes.json",
        "/log/changes.atom",
        "/en/log/changes.atom",
    }


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/api/v1/datasets/{slug}/rows", SHAPING),
        ("/api/v1/datasets/{slug}/changes", CHANGE_SHAPING),
        ("/api/v1/datasets/{slug}/groups", ("by", *FUNCTIONS, "_sort", "_sort_desc", "_having", *GROUP_SHAPING)),
        ("/api/v1/datasets/{slug}/facets", ("by", *FACET_SHAPING)),
        ("/api/v1/compare", (*OWN, "_search", "_as_of", "_lang")),
        ("/api/v1/activities", (*FILTERS, "_lang")),
    ],
)
def test_every_parameter_that_is_taken_is_described(path: str, taken: tuple[str, ...]) -> None:
    (operation,) = (each for each in operations() if each.path == path)
    assert {parameter.name for parameter in operation.parameters} == set(taken)


def test_both_languages_tell_the_same(client: Client) -> None:
    english, persian = (fetched(client, f"/api/v1/datasets/works/openapi.json?_lang={lang}") for lang in ("en", "fa"))

    def shape(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: shape(each) for name, each in node.items() if name not in ("description", "summary", "title")}
        return [shape(each) for each in node] if isinstance(node, list) else node

    assert shape(english) == shape(persian)
    for path, methods in persian["paths"].items():
        assert re.search("[آ-ی]", methods["get"]["summary"]), path


def test_a_withheld_field_is_not_described(client: Client) -> None:
    for address in DOCUMENTS.values():
        text = json.dumps(fetched(client, address))
        assert "holder_id" not in text
        assert SECRET not in text


def test_the_description_is_linked_from_everywhere(client: Client) -> None:
    for address in ("/api/v1/datasets", "/api/v1/nothing", "/api/v1/datasets/works/rows?x=1"):
        assert '</api/v1/openapi.json>; rel="service-desc"' in client.get(address)["Link"]
    assert client.get("/api/v1/openapi.json?x=1").status_code == 400
    assert client.get("/api/v1/datasets/nothing/openapi.json").status_code == 404
