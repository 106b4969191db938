"""Words that code compares with those of a question: they are written as a question has them, or they are never met."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ayan.core.answers
from ayan.core.answers.words.morphology import tokens

FOLDER = Path(ayan.core.answers.__file__).parent
FOLDED = ("morphology.py", "spelling.py", "latin_letters.py")
"""Modules whose letters are parts of words."""
PERSIAN = re.compile(r"[ا-ی]")


def sets_of_words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The Persian words of the sets of a module, with their lines."""
    for node in ast.walk(tree):
        is_set = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "frozenset"
        if not is_set or any(isinstance(each, ast.Call) and each is not node for each in ast.walk(node)):
            continue
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and PERSIAN.search(each.value):
                yield each.lineno, each.value


def test_words_of_code_are_written_as_a_question_has_them() -> None:
    held, strange = 0, []
    for path in sorted(FOLDER.rglob("*.py")):
        if path.name in FOLDED:
            continue
        for line, text in sets_of_words(ast.parse(path.read_text(encoding="utf-8"))):
            held += 1
            if [word.text for word in tokens(text)] != [text]:
                strange.append((path.name, line, text))
    assert held
    assert not strange
