"""Texts held folded are found by exactly the words that plain Python finds in them, cell by cell."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.core.query import naive
from tests.core.query.test_folding import affixed, searched_texts, texts

from ayan.core.query.folded_texts import CELL, FoldedTexts, codes_named, folded_cells, is_plain
from ayan.core.query.question_parser import search_words
from ayan.core.schema.field import CodeEntry, CodeList
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.text import HALF_SPACE, publish

cells = (searched_texts | affixed | texts).map(publish).filter(is_plain)
rows = st.lists(st.lists(cells, max_size=3), max_size=6)


@settings(max_examples=100, deadline=None)
@given(searched_texts | affixed | texts, rows, st.integers(0, 5))
@example("12", [["0012", "112"], ["1", "2"], ["۱\u200c۱۲"], ["½2"], ["㎡12"], ["1\u064b2"], ["۱۲"], ["١٢"]], 0)
@example("2207", [["C-1404-2207"], ["12207", "0002207"], ["220", "7"]], 0)
@example("میرود", [["می", "رود"], ["می رود"], ["رحیمی رود"], [], ["نمی‌رود"]], 0)
@example("بهتر", [["به"], ["تراکم"], ["به تر"], ["به تراکم", "تر"]], 0)
@example("1/2", [["شهر ½"], ["½"], ["1", "/2"]], 0)
@example("الله", [["ﷲ"], ["ال", "له"]], 0)
def test_a_word_is_found_in_the_same_rows(asked: str, others: list[list[str]], at: int) -> None:
    try:
        (word, *_) = search_words(asked)
    except BadValue:
        assume(False)
    # Some row holds it beside another cell, one as it stands, and one where it is cut in two.
    half = len(word) // 2
    more = [[word, *others[0]] if others else [word], [word[:half], word[half:]], [f"ب{word}"], [f"{word} {word}"]]
    table = [*others[:at], *more, *others[at:]]
    assume(all(map(is_plain, word)))
    held = FoldedTexts(map(folded_cells, table))
    assert len(held) == len(table)
    holding = [n for n, row in enumerate(table) if naive.found_by(word, row)]
    assert held.holding(word) == holding
    assert held.holding(word, range(at, len(table), 2)) == [n for n in holding if n >= at and not (n - at) % 2]
    assert held.count(word) >= len(holding)


def test_what_no_text_may_hold_is_found_nowhere() -> None:
    held = FoldedTexts([folded_cells(["کتاب\u200cها", "۱۲"]), folded_cells([f"الف{CELL}ب", f"پ{HALF_SPACE}ت"])])
    assert [held.holding(word) for word in (CELL, HALF_SPACE, "الفب", "پت", "ها12")] == [[]] * 5
    assert [held.holding(word) for word in ("الف", "پ", "کتابها", "12")] == [[1], [1], [0], [0]]


def test_a_list_is_found_by_either_label_and_by_its_code() -> None:
    entries = (
        CodeEntry("under-way", Label("در دست اجرا", "Under way")),
        CodeEntry("2", Label("پایان\u200cیافته", "Ended")),
    )
    states = CodeList("states", entries)
    for word, codes in (
        ("UNDER", ["under-way"]),
        ("اجرا", ["under-way"]),
        ("پايان\u200cيافته", ["2"]),
        ("پایان", ["2"]),
        ("end", ["2"]),
        ("۲", ["2"]),
        ("Ended2", []),
        (HALF_SPACE, []),
    ):
        assert codes_named(states, word) == codes, word
