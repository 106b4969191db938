"""Whatever is forged (names, operators, values, orders, groups, measures, cursors), a question stays a question."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.engines import random_questions
from tests.engines.test_rows import often
from tests.engines.world import DATASET, ROWS, Desk
from tests.sampling import sampled

from ayan.core.query.answer import CursorExpired
from ayan.core.query.grouping import FUNCTIONS, parse_facets, parse_groups
from ayan.core.query.operators import operators_of
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.query.values import sortable

HOSTILE = [
    "'; DROP TABLE rows; --",
    '"; DROP TABLE rows; --',
    "1 OR 1=1",
    "' OR ''='",
    "title) OR (1=1",
    "$p0",
    "?",
    "%",
    "_",
    "\\",
    "*",
    "a' UNION SELECT * FROM meta --",
    "(?i).*",
    "[[:alpha:]]+",
    "){0,999}",
    "/*",
    "-- ",
    "getvariable('x')",
    "۱' OR '۱'='۱",
    "rows",
    "_period",
    "main.rows",
    "nid",
    '["a","\']"]',
    "1; SELECT 1",
]
SHAPING = ("_search", "_sort", "_sort_desc", "_size", "_next", "_fields", "_as_of", "_release", "_lang", "_count")
INNOCENT = {"%", "_", "\\", "*", "?", "-- ", "/*", "rows", "_period", "main.rows", "nid"}


@pytest.mark.parametrize("text", sampled("hostile values", HOSTILE, few=4, by=lambda text: text in INNOCENT))
def test_a_hostile_value_is_refused_or_is_only_a_value(desk: Desk, text: str) -> None:
    for field in random_questions.ASKED.published:
        for op in operators_of(random_questions.ASKED, field):
            name = field.name if op == "eq" else f"{field.name}__{op}"
            try:
                answer = desk.page((name, text), ("_count", "1"))
            except BadQuestion:
                continue
            if op == "not":
                assert answer.total == len(ROWS), name
            elif text not in INNOCENT:
                assert answer.total == 0, name
            else:
                assert answer.total is not None
                assert answer.total < len(ROWS), name


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_or_shape_is_refused(text: str) -> None:
    for name in (text, f"title__{text}", f"{text}__in", f"_{text}", f"title\x00{text}"):
        for read in (parse, parse_groups, parse_facets):
            with pytest.raises(BadQuestion):
                read(DATASET, [(name, "1")])
    for name in ("by", "_sort", "_sort_desc", *FUNCTIONS):
        with pytest.raises(BadQuestion):
            parse_groups(DATASET, [(name, text)])
    with pytest.raises(BadQuestion):
        parse_facets(DATASET, [("by", text)])
    for name in SHAPING:
        if name != "_search":
            with pytest.raises(BadQuestion):
                parse(DATASET, [(name, text)])


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_search_finds_what_is_written_so(desk: Desk, text: str) -> None:
    try:
        numbers = desk.numbers(("_search", text))
    except BadQuestion:
        return
    assert text in INNOCENT or numbers == []
    assert len(numbers) < len(ROWS)


def test_what_is_withheld_can_be_asked_about_in_no_way() -> None:
    for name in ("nid", "nid__isnull", "nid__contains", "_sort", "_sort_desc", "_fields"):
        with pytest.raises(BadQuestion) as caught:
            parse(DATASET, [(name, "nid" if name.startswith("_") else "1")])
        assert caught.value.problems[0].code == "not-published"
    for name in ("by", "min", "distinct"):
        with pytest.raises(BadQuestion):
            parse_groups(DATASET, [(name, "nid")])


# --- cursors --------------------------------------------------------------------------------------------------------

SORTED = [field.name for field in random_questions.ASKED.published if sortable(field)]
atoms = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8), st.sampled_from(HOSTILE),
    st.sampled_from(("2024-08-02", "9999-12-31", "0001-01-01", "1e400", "NaN", "-Infinity", "0." + "1" * 40, "9" * 45, "\x00", "\ud800")),
)  # fmt: skip
forged = st.fixed_dictionaries(
    {}, optional={"v": atoms, "s": atoms, "o": atoms, "k": atoms | st.lists(atoms, max_size=2), "n": atoms}
)


def written(document: object) -> str:
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def opened(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return document


@often(20, 50)
@given(name=st.sampled_from(SORTED), way=st.sampled_from(("_sort", "_sort_desc")), edits=forged)
def test_an_edited_cursor_is_refused_or_stands_somewhere_in_the_same_rows(
    desk: Desk, name: str, way: str, edits: dict[str, Any]
) -> None:
    order = [(way, name), ("_size", "5")]
    first = desk.page(*order)
    assert first.next is not None
    cursor = written({**opened(first.next), **edits})
    try:
        answer = desk.page(*order, ("_next", cursor))
    except (BadQuestion, CursorExpired):
        return
    # Only what was published, from the state that was pinned, in the order that was asked for.
    assert answer.state == first.state
    whole = desk.numbers((way, name))
    places = [whole.index(row.values["number"]) for row in answer.rows]
    assert places == sorted(places)
    assert places == list(range(places[0], places[0] + len(places))) if places else True


@example("A" * 9000)
@example("\ud800")
@example("é")
@given(text=st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_text_for_a_cursor_is_refused(text: str) -> None:
    for order in ([], [("_sort", "amount")]):
        with pytest.raises(BadQuestion):
            parse(DATASET, [*order, ("_next", text)])


@pytest.mark.parametrize("name", SORTED)
def test_a_cursor_holds_no_more_than_the_answer_has_shown(desk: Desk, name: str) -> None:
    answer = desk.page(("_sort", name), ("_size", "5"))
    assert answer.next is not None
    held = opened(answer.next)
    assert set(held) == {"v", "s", "o", "k", "n"}
    value = answer.rows[-1].values[name]
    assert held["k"] == (value if isinstance(value, int | str | bool | None) else str(value))


def test_a_cursor_of_another_state_or_order_is_refused(desk: Desk) -> None:
    first = desk.page(("_size", "5"))
    assert first.next is not None
    with pytest.raises(CursorExpired):
        desk.page(("_next", written({**opened(first.next), "s": "0" * 64})))
    with pytest.raises(BadQuestion):
        desk.page(("_sort", "amount"), ("_next", first.next))
