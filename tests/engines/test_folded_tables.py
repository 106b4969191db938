"""A small table that is held folded loses no row, says no more than its declaration, and keeps to its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.core.query import naive
from tests.core.query.town import DATASET, SOME_ROWS, STATES, Town, town_of
from tests.engines.test_wild_texts import ROWS

from ayan.core.query.answer import TooSlow
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import FieldVisibility
from ayan.core.system.processor_budget import spending
from ayan.core.values.text import publish

# One more table beside the wild one: digits of three scripts, ligatures, and words cut by marks and half-spaces.
ODD: Final = (
    "قرارداد ۱۲۰۴/٧ ﷲ", "قرار\u200cداد 12047", "قراردادِ ﻻله‌زار", "ﬁle № ½ ㎡", "می\u200cروند", "می روند", "نمیروند", "كتاب‌هاي", "كتابها", "کتاب ها",
    "الله", "لاله زار", "C-1404-۰۰۱۲", "c-1404-12", "٣٤ متری", "۳۴‌متری", "Straße İstanbul", "[a-z]+$", "\u064bـ", "🌳 درخت", "x\u200cy\u200cz",
)  # fmt: skip
TABLE: Final = [
    *ROWS[:120],
    *(
        {"number": f"O-{n}", "title": publish(text), "state": ("active", None, "ended")[n % 3]}
        for n, text in enumerate(ODD)
    ),
]
LABELS: Final = [
    text for entry in STATES.entries for text in (*entry.label.fa.split("\u200c"), entry.label.en, entry.code)
]
OTHERWISE: Final = str.maketrans({"ی": "ي", "ک": "ك", "1": "۱", "۲": "2", "٣": "3", "4": "٤", "a": "A", "B": "b"})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The engine that holds small tables; the rest of the suite holds all engines to the same words."""
    new_town = town_of(tmp_path_factory.mktemp("folded"), TABLE)
    yield new_town
    new_town.engine.close()


@st.composite
def searches(draw: st.DrawFn) -> str:
    """Pieces of what stands in the table, some spelled otherwise, cut by a mark or run together."""
    words = []
    for _ in range(draw(st.integers(1, 2))):
        row = TABLE[draw(st.integers(0, len(TABLE) - 1))]
        text = draw(st.sampled_from([str(row["title"] or "ب"), str(row["number"]), *LABELS]))
        start = draw(st.integers(0, max(len(text) - 1, 0)))
        piece = text[start : start + draw(st.integers(1, 8))]
        if draw(st.booleans()):
            piece = piece.translate(OTHERWISE)
        if draw(st.booleans()):
            piece = piece[:1] + draw(st.sampled_from(["\u064b", "\u200c", "ـ", ""])) + piece[1:]
        words.append(draw(st.sampled_from([piece, piece, piece.replace(" ", ""), piece.replace(" ", "\u200c")])))
    return " ".join(words)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=searches(), more=st.sampled_from([(), (("state", "active"),), (("_sort_desc", "number"),)]))
@example("پایان", ())
@example("ended", (("state", "ended"),))
@example("۱۲", ())
def test_a_search_loses_no_row_and_finds_none_too_many(
    town: Town, search: str, more: tuple[tuple[str, str], ...]
) -> None:
    try:
        question = parse(DATASET, [("_search", search), *more, ("_size", "1000"), ("_count", "1")])
    except BadQuestion:
        return
    wanted = naive.matching(DATASET, TABLE, question)
    for size in (1000, 3):
        answer = town.query_service.rows(DATASET, replace(question, size=size))
        assert [row.number - 2 for row in answer.rows] == wanted[:size]
        assert answer.total == len(wanted)
    pages = [answer]
    while pages[-1].next and len(pages) < 4:
        pages.append(town.query_service.rows(DATASET, replace(question, size=3, cursor=pages[-1].next)))
    assert [row.number - 2 for page in pages for row in page.rows] == wanted[: 3 * len(pages)]


@pytest.mark.parametrize("asked", ["C-1404-7", "c-1404-7", "C-1404-۷", "C-1404-8", "0012", "۰۰۱۲", "12"])
def test_a_key_is_found_again_from_memory(town: Town, asked: str) -> None:
    question = parse(DATASET, [("number", asked), ("_count", "1")])
    for _ in range(2):
        answer = town.query_service.rows(DATASET, question)
        assert [row.number - 2 for row in answer.rows] == naive.matching(DATASET, TABLE, question)
        assert answer.total == len(answer.rows)


def seen(dataset: Dataset, name: str, shown: FieldVisibility) -> Dataset:
    """The dataset with one field shown otherwise."""
    fields = tuple(replace(field, shown=shown) if field.name == name else field for field in dataset.fields)
    return replace(dataset, fields=fields)


def test_the_declaration_of_the_moment_says_what_is_searched(tmp_path: Path) -> None:
    town = town_of(tmp_path, SOME_ROWS)
    without = seen(DATASET, "title", "withheld")
    renamed = replace(DATASET, fields=tuple(replace(f, choices=None) if f.choices else f for f in DATASET.fields))
    for dataset, texts, labels in ((DATASET, 1, 2), (without, 0, 2), (renamed, 1, 0), (DATASET, 1, 2)):
        for _ in range(2):
            assert town.ask(("_search", "آسفالت"), ("_count", "1"), dataset=dataset).total == texts
            assert town.ask(("_search", "جاری"), ("_count", "1"), dataset=dataset).total == labels
    town.engine.close()


def test_a_search_in_vain_keeps_to_its_time(tmp_path: Path) -> None:
    town = town_of(tmp_path, SOME_ROWS)
    question = Question(slug="works", search="نیست", count=True)
    for _ in range(2):
        assert town.query_service.rows(DATASET, question).total == 0
        with pytest.raises(TooSlow):
            town.query_service.rows(DATASET, question, seconds=0)
        with spending(0), pytest.raises(TooSlow):
            town.query_service.rows(DATASET, question)
    town.engine.close()


def test_what_is_held_is_bounded_and_goes_with_its_state(tmp_path: Path) -> None:
    many = [{"number": f"{n}", "title": f"کتاب {n} " + "ب" * 40} for n in range(400)]
    asked = Question(slug="works", search="کتاب", count=True, sort=Sort("number"), size=5)
    answers = []
    for room in (1 << 25, 50_000, 0):
        town = town_of(tmp_path, many, budget=EngineLimits(folded_bytes=room, files=1))
        assert isinstance(town.engine, DuckDBEngine)
        answers += [[row.values for row in town.query_service.rows(DATASET, asked).rows] for _ in range(2)]
        whole = town.engine.folded_bytes
        assert whole <= room / 4
        assert (whole > 0) == (room > 50_000)
        town.publish(SOME_ROWS)
        town.ask(("_search", "آسفالت"), ("_release", "1403-05/2"))
        assert town.engine.folded_bytes < max(whole, 1 << 14)
        town.engine.close()
        assert town.engine.folded_bytes == 0
    assert all(answer == answers[0] for answer in answers)


def test_one_condition_that_nothing_meets_is_enough(town: Town) -> None:
    for filters in ((), (Filter("number", "eq", ("none",)),)):
        question = Question(slug="works", search="نیست", filters=filters, count=True)
        assert [town.query_service.rows(DATASET, question).total for _ in range(2)] == [0, 0]
