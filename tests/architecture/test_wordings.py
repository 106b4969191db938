"""A sentence has its blanks filled after it is a pair: what is filled before can be looked up in no catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from tests.architecture.project_tree import modules, shown, tree, walked
from tests.architecture.test_refusals import refusals

from ayan.ui.extraction import PACKAGE, messages

PERSIAN = re.compile("[\u0600-\u06ff]")
LATIN = re.compile("[A-Za-z]")
NAMES = frozenset({"fa", "en"})
WORDED = frozenset({"Label", "Refusal"}) | {kind.__name__ for kind in refusals()}
"""What is made of two wordings, the Persian before the English."""


def filled(module: ast.Module) -> list[int]:
    """The lines of wordings that are put together before they are one of a pair."""
    return sorted({node.lineno for node in _wordings(module) if _is_built(node)})


def _wordings(module: ast.Module) -> Iterator[ast.expr]:
    """What is given as one wording of a sentence: to a label or a refusal, beside the other, or under its name."""
    for node in walked(module):
        match node:
            case ast.Call(func=called, args=parts, keywords=keywords):
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in WORDED:
                    # Which field a refusal is about may well depend on something.
                    yield from (part for part in parts if not isinstance(part, ast.IfExp))
                yield from (keyword.value for keyword in keywords if keyword.arg in NAMES)
                yield from _beside(parts)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                yield from _beside(parts)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
                yield value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in NAMES:
                yield value


def _beside(parts: list[ast.expr]) -> Iterator[ast.expr]:
    for first, second in pairwise(parts):
        fa, en = _letters(first), _letters(second)
        if PERSIAN.search(fa) and LATIN.search(en) and not PERSIAN.search(en):
            yield from (first, second)


def _letters(node: ast.expr) -> str:
    """The text that stands in an expression that makes a text."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_letters(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _letters(left) + _letters(right)
        case ast.IfExp(body=body, orelse=other):
            return _letters(body) + _letters(other)
    return ""


def _is_built(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr() | ast.IfExp():
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return bool(_letters(left) or _letters(right))
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format" | "replace")):
            return True
    return False


def test_no_sentence_is_filled_before_it_is_a_pair() -> None:
    sentences = [f"{shown(path)}:{line}" for path in modules("src/ayan") for line in filled(tree(path))]
    assert not sentences, f"write the words with {{blanks}} and fill them with .format(…): {sentences}"


def test_the_words_of_every_refusal_reach_the_translators() -> None:
    english = {message.english for message in messages(PACKAGE)}
    assert [kind.__name__ for kind in refusals() if kind.en not in english] == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('Label(f"{n} ردیف", f"{n} rows")', True),
        ('Label(f"{a}{b}", "{a}")', True),
        ('raise DeskRefused("نه", f"Not {n}", "field")', True),
        ('report.add("broken", f"{n} برگ", f"{n} leaves")', True),
        ('PAIR = (f"{n} ردیف", "Rows")', True),
        ('raise Odd(fa="نه", en=f"Not {n}")', True),
        ('class Odd(Refusal):\n    fa = f"{n} نه"', True),
        ('Label("ردیف‌ها: " + names, "Rows: " + names)', True),
        ('Label("باز" if a else "بسته", "open" if a else "closed")', True),
        ('Label("ردیف {n}".format(n=1), "Row {n}".format(n=1))', True),
        ('Label("{n} ردیف", "{n} rows").format(n=f"{n:,}")', False),
        ('report.add("broken", f"{a}/{b}", Label("نیست.", "It is not there."))', False),
        ("Label(text, text)", False),
        ('DeskRefused("نه", "No", "code" if a else "")', False),
        ('f"{a} ردیف"', False),
    ],
)
def test_the_search_sees_a_filled_sentence_however_it_is_given(code: str, seen: bool) -> None:
    assert bool(filled(ast.parse(code))) is seen
