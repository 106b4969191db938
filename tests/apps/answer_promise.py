"""What the API answers is held against what its description promises: the declared type of the answer at that address."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from ayan.apps.api.openapi import operations
from ayan.ui.api.answers import ProblemAnswer
from ayan.ui.api.json_schema import Schemas
from ayan.ui.api.operations import JSON, Operation


def closed(node: Any) -> Any:
    """A schema with no room for members that it does not name."""
    if isinstance(node, dict):
        out = {name: closed(each) for name, each in node.items()}
        if out.get("type") == "object" and "properties" in out and "required" in out:
            out.setdefault("additionalProperties", False)
        return out
    return [closed(each) for each in node] if isinstance(node, list) else node


@cache
def validator(answer: Any) -> Draft202012Validator:
    """What holds a document against the declared type of an answer."""
    schemas = Schemas()
    schema = schemas.of(answer)
    return Draft202012Validator(closed({**schema, "components": {"schemas": schemas.components}}))


def described(path: str) -> Operation:
    """The operation that an address is of: the one with the fewest parts, for `rows.json` is no key of a row."""
    path = path.removeprefix("/en") if path.startswith("/en/budget") else path
    matching = [
        operation
        for operation in operations()
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path)), path)
    ]
    return min(matching, key=lambda operation: (len(operation.parts), -len(operation.path)))


def promised(response: Any) -> Any:
    """The document of a response, which is what is promised of it; a refusal is what is promised of refusals."""
    path = response.request["PATH_INFO"]
    document = json.loads(response.content, parse_float=Decimal)
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        validator(ProblemAnswer).validate(document)
        return document
    operation = described(path)
    # Of several sorts of JSON that of the answer; nothing else is promised by its members.
    kind = response["Content-Type"] if response["Content-Type"] in operation.answers else JSON
    assert operation.answers[kind] is not None, f"nothing is promised of {path}"
    validator(operation.answers[kind]).validate(document)
    return json.loads(response.content)
