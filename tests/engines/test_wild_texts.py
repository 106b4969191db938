"""Texts of any characters, marks, half-spaces and signs of patterns are compared by every engine as plain Python does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given
from tests import sampling
from tests.core.query import naive, strategies
from tests.core.query.town import DATASET, NAMES, SOME_ROWS, Town
from tests.engines.engines import ENGINES

from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.values.digits import to_latin
from ayan.core.values.text import fold, publish

PIECES: Final = (*strategies.LETTERS, "می", "نمی", "ها", "تر", " ", " ", "\u200c", "رود", "12", "۱۲")


def _wild_rows() -> list[dict[str, Any]]:
    draw = random.Random(7)
    texts = [publish("".join(draw.choices(PIECES, k=draw.randint(1, 9)))) for _ in range(300)]
    return [
        {"number": f"{n}{draw.choice('aA-')}", "title": text, "count": n % 4}
        for n, text in enumerate(texts)
        if text.strip()
    ]


ROWS: Final = [*SOME_ROWS, *_wild_rows()]


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    new_town = Town(tmp_path_factory.mktemp("wild"), request.param)
    new_town.publish(ROWS)
    yield new_town
    new_town.engine.close()


@sampling.examples(20, 50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=strategies.parameters)
def test_equals_plain_python(town: Town, params: list[tuple[str, str]]) -> None:
    try:
        question = parse(DATASET, [*params, ("_size", "1000"), ("_count", "1")])
    except BadQuestion:
        return
    wanted = naive.matching(DATASET, ROWS, question)
    answer = town.query_service.rows(DATASET, question)
    assert [row.number - 2 for row in answer.rows] == wanted
    assert answer.total == len(wanted)
    assert [row.values for row in answer.rows] == [{name: ROWS[n].get(name) for name in NAMES} for n in wanted]


@pytest.mark.parametrize("name", ["title", "number"])
def test_each_text_is_found_by_itself(town: Town, name: str) -> None:
    for n in range(sampling.seed("wild texts") % 30, len(ROWS), 30):
        text = ROWS[n][name]
        # A code is sealed with Latin digits, whatever it was sent with: one that is not is found by no question.
        if text is None or (name == "number" and text != to_latin(text)):
            continue
        if not fold(text):
            with pytest.raises(BadQuestion):
                parse(DATASET, [(name, text)])
            continue
        questions = [
            parse(DATASET, [(f"{name}{op}", text), ("_size", "1000")]) for op in ("", "__contains", "__startswith")
        ]
        for question in questions:
            assert n in [row.number - 2 for row in town.query_service.rows(DATASET, question).rows], (text, question)
