"""Schemathesis asks what the description allows and what it does not: no fault of ours, no answer nobody described."""

from __future__ import annotations

from typing import Any, Final

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tests.apps.answer_promise import closed
from tests.sampling import sampled

from ayan.apps.api.openapi import operations
from ayan.config.wsgi import application

CHECKS: Final = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
MODES: Final = {"allowed": GenerationMode.POSITIVE, "refused": GenerationMode.NEGATIVE}
TAGS: Final = ("datasets", "rows", "figures", "changes", "releases", "feeds", "description")
# The description of everything takes any dataset; that of one knows its fields and their conditions.
OPERATIONS: Final = [operation for operation in operations() if operation.tag in TAGS]
EVERYTHING: Final = [("/api/v1/openapi.json", operation.path) for operation in OPERATIONS]
OF_ONE: Final = [
    ("/api/v1/datasets/works/openapi.json", operation.path.replace("{slug}", "works"))
    for operation in OPERATIONS
    # The rows of this dataset have no place, so that formats of maps are not in its description.
    if operation.filters and not operation.path.endswith((".geojson", ".geoparquet"))
]
FEW: Final = [pair for pair, operation in zip(EVERYTHING, OPERATIONS, strict=True) if not operation.filters] + OF_ONE


def asked(description: str, path: str, mode: GenerationMode, examples: int) -> int:
    """Ask one address so often, in half of the cases at a place that there is; how many answers were no refusals."""
    document = Client().get(description).json()
    schema = schemathesis.openapi.from_dict(closed(document))
    schema.app = application
    operation = schema[path]["GET"]
    there = {
        parameter["name"]: parameter["example"]
        for parameter in document["paths"][path]["get"]["parameters"]
        if parameter.get("in") == "path"
    }
    somewhere = operation.as_strategy(generation_mode=mode)
    good = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=somewhere | operation.as_strategy(generation_mode=mode, path_parameters=there) if there else somewhere)
    def ask(case: Any) -> None:
        nonlocal good
        response = plausible(case, mode).call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)
        good += response.status_code < 400

    ask()
    return good


def plausible(case: Any, mode: GenerationMode) -> Any:
    """The case without what no schema can rule out: two parameters of which only one may be given, an invented cursor."""
    if mode is GenerationMode.POSITIVE:
        query = case.query or {}
        query.pop("_next", None)
        for parameter, other in (("_sort", "_sort_desc"), ("_as_of", "_release")):
            if parameter in query:
                query.pop(other, None)
    return case


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("description", "path"), sampled("described answers", FEW, few=12))
@pytest.mark.usefixtures("small_city")
def test_every_answer_is_described(description: str, path: str, mode: str) -> None:
    good = asked(description, path, MODES[mode], 8)
    assert good or mode == "refused"


@pytest.mark.soak
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("description", "path"), EVERYTHING + OF_ONE)
@pytest.mark.usefixtures("small_city")
def test_every_answer_is_described_for_long(description: str, path: str, mode: str) -> None:
    good = asked(description, path, MODES[mode], 500)
    assert good or mode == "refused"
