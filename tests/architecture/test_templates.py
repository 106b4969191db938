"""Whatever a template reads is given by somebody: Django shows nothing for a name that no view gives any more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Final

from django.template.base import Lexer, TokenType
from tests.architecture.project_tree import modules, shown, tree, walked
from tests.architecture.test_words import templates

OF_DJANGO: Final = frozenset({"request", "forloop", "block", "True", "False", "None"})
GRAMMAR: Final = frozenset({"in", "and", "or", "not", "is", "as", "with", "only", "reversed"})

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_FILTER: Final = re.compile(r"\|\w+")
_PATH: Final = re.compile(r"(?<![\w.])([^\W\d]\w*)(?:\.\w+)*(=(?!=))?")
_RESULT: Final = re.compile(r" as (\w+)$")


def names(text: str) -> tuple[set[str], dict[str, int]]:
    """The names that a template gives to itself or to what it includes, and those that it reads, with a line of each."""
    given: set[str] = set()
    read: dict[str, int] = {}
    for token in Lexer(text).tokenize():
        if token.token_type not in (TokenType.VAR, TokenType.BLOCK):
            continue
        code = _FILTER.sub("", _TEXT.sub('""', token.contents))
        if token.token_type is TokenType.BLOCK:
            tag, _, code = code.partition(" ")
            if tag in ("block", "endblock", "extends", "load"):
                continue
            if tag == "for":
                loop, _, code = code.partition(" in ")
                given |= {name.strip() for name in loop.split(",")}
            if result := _RESULT.search(code):
                given.add(result[1])
                code = code[: result.start()]
        for name, keyword in _PATH.findall(code):
            if keyword:
                given.add(name)
            elif name not in OF_DJANGO | GRAMMAR:
                read.setdefault(name, token.lineno or 0)
    return given, read


def given_by_code(trees: Iterable[ast.Module]) -> set[str]:
    """What code may give to a template: the keys of a context are texts or keywords."""
    given: set[str] = set()
    for module in trees:
        for node in walked(module):
            match node:
                case ast.Constant(value=str(text)):
                    given.add(text)
                case ast.keyword(arg=str(name)):
                    given.add(name)
    return given


def test_every_name_that_a_template_reads_is_given_to_it() -> None:
    given = given_by_code(tree(path) for path in modules("src"))
    reads = []
    for path in templates():
        own, read = names(path.read_text(encoding="utf-8"))
        given |= own
        reads += [(name, f"{shown(path)}:{line}: {name}") for name, line in read.items()]

    assert len(reads) > 1_000
    assert [spot for name, spot in reads if name not in given] == []


def test_names_are_read_and_given_as_django_takes_them() -> None:
    given, read = names(
        '{% for row in table.rows|slice:":6" %}{% num row.size as n %}{% if n > most and not small %}'
        '{% include "cell.html" with cell=row.first wide=True %}{% t "{n} of {all}" n=n all=total %}'
        "{{ row.title|default:fallback }}{% endif %}{% endfor %}"
    )

    assert given == {"row", "n", "cell", "wide", "all"}
    assert set(read) == {"table", "row", "n", "most", "small", "total", "fallback"}
