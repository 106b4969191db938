"""Values are called by what they are: a field, a row, a release. `one`, `told` and `found` call nothing by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.template.base import Lexer, TokenType
from tests.architecture.project_tree import modules, project_files, shown, tree, walked
from tests.conftest import ROOT

VAGUE: Final = frozenset({"one", "told", "found"})
ROOTS: Final = ("src", "demo", "docs", "tests", "benchmarks", "packages")

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME: Final = re.compile(r"[^\W\d]\w*")
_BLANK: Final = re.compile(r"\{([^\W\d]\w*)[^{}]*\}")


def names_in_python(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that the code of a module gives or uses, blanks of its texts among them, with the line it stands in."""
    for node in walked(module):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.alias(name=name, asname=renamed):
                yield node.lineno, renamed or name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name
            case ast.Constant(value=str(text)):
                yield from ((node.lineno, name) for name in _BLANK.findall(text))


def names_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Every name in the tags of a template, attributes, keywords and the blanks of its texts among them."""
    for token in Lexer(text).tokenize():
        if token.token_type not in (TokenType.VAR, TokenType.BLOCK):
            continue
        for name in _NAME.findall(_TEXT.sub(" ", token.contents)):
            yield token.lineno or 0, name
        for words in _TEXT.findall(token.contents):
            yield from ((token.lineno or 0, name) for name in _BLANK.findall(words))


def templates() -> list[Path]:
    """The templates of the apps and of the components they share."""
    return [path for path in project_files() if path.is_relative_to(ROOT / "src") and "templates" in path.parts]


def test_no_name_in_the_code_is_vague() -> None:
    vague = [
        f"{shown(path)}:{line}: {name}"
        for path in modules(*ROOTS)
        # The texts by which this module is tried have such names in their blanks.
        if path != Path(__file__)
        for line, name in names_in_python(tree(path))
        if name in VAGUE
    ]

    assert vague == [], "Call it by what it is: field, row, release, result, report …"


def test_no_name_in_a_template_is_vague() -> None:
    vague = [
        f"{shown(path)}:{line}: {name}"
        for path in templates()
        for line, name in names_in_template(path.read_text(encoding="utf-8"))
        if name in VAGUE
    ]

    assert len(templates()) > 200
    assert vague == [], "Call it by what it is: field, row, release, result, report …"


@pytest.mark.parametrize(
    "code",
    [
        "one = 1",
        "for one in ():\n    pass",
        "def told(): ...",
        "def f(*, found): ...",
        "f(found=1)",
        "row.told",
        "class one: ...",
        "from rows import one",
        "import rows as found",
        "try: ...\nexcept E as one: ...",
        "match row:\n    case [one, *told]: ...",
        "'{found} rows'",
    ],
)
def test_a_vague_name_is_seen_wherever_code_has_it(code: str) -> None:
    assert VAGUE & {name for _, name in names_in_python(ast.parse(code))}


@pytest.mark.parametrize(
    "text",
    [
        "{% for one in rows %}{% endfor %}",
        "{% with told=rows %}{% endwith %}",
        "{{ found }}",
        "{{ row.found|length }}",
        '{% include "row.html" with one=row %}',
        "{% num row.rows as found %}",
        '{% t "{found} rows" "{found} rows" found=n %}',
        '{% t "{found} rows" %}',
    ],
)
def test_a_vague_name_is_seen_wherever_a_template_has_it(text: str) -> None:
    assert VAGUE & {name for _, name in names_in_template(text)}


def test_words_that_people_read_and_the_categories_of_plurals_may_be_anything() -> None:
    assert not VAGUE & {name for _, name in names_in_python(ast.parse("CATEGORIES = ('one', 'other')"))}
    assert not VAGUE & {name for _, name in names_in_template('<p class="found">one {% t "one was found" %}</p>')}
