"""Names say what a thing is: a field, a row, a release. `one`, `told`, `made` and their like do not, nor do words of before."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.template.base import Lexer, TokenType
from tests.architecture.project_tree import modules, project_files, shown, tree, walked
from tests.conftest import ROOT

VAGUE: Final = frozenset({"one", "told", "found", "made", "here"})
EXACT: Final = frozenset({"one", "told", "found"})
"""Refused in tests, benchmarks and packages, where `made` and `here` may say what a test has made and where it is."""

ROOTS: Final = ("docs", "tests", "benchmarks", "packages")
# Words of before: the page of the architecture has a scratch folder, a release store and a site version in their place.
GONE: Final = frozenset({"bench", "shelf", "shelves", "shelved", "edition", "editions"})
REMEDY: Final = "Call it by what it is: field, row, release, result, report …"

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME: Final = re.compile(r"[^\W\d]\w*")
_BLANK: Final = re.compile(r"\{([^\W\d]\w*)[^{}]*\}")
_TABLE: Final = re.compile(r"\b(?:TABLE|VIEW|FROM|JOIN|INTO|AS|WITH) ([a-z]\w*)\b")
_REMARK: Final = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/")
_LITERAL: Final = re.compile(r"[(=,!?:&|] ?/(?![/*])(?:[^/\\\n]|\\.)+/")
_INSERTED: Final = re.compile(r"\$\{([^{}]*)\}")
_QUOTED: Final = re.compile(r"`[^`]*`")
_CLASS: Final = re.compile(r"\.([a-z][\w-]*)")
_CLASSES: Final = re.compile(r"\bclass=\"([^\"{}]*)")


def is_refused(name: str) -> bool:
    """Whether a name says nothing of what it is called for, however it is spelt, or has a word of before in it."""
    plain = name.strip("_").lower()
    return plain in VAGUE or not GONE.isdisjoint(plain.split("_"))


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
                yield from ((node.lineno, name) for name in (*_BLANK.findall(text), *_TABLE.findall(text)))


def names_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Every name in the tags of a template, attributes, keywords and the blanks of its texts among them."""
    for token in Lexer(text).tokenize():
        if token.token_type not in (TokenType.VAR, TokenType.BLOCK):
            continue
        for name in _NAME.findall(_TEXT.sub(" ", token.contents)):
            yield token.lineno or 0, name
        for words in _TEXT.findall(token.contents):
            yield from ((token.lineno or 0, name) for name in _BLANK.findall(words))
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, name) for classes in _CLASSES.findall(line) for name in classes.split())


def names_in_script(text: str) -> Iterator[tuple[int, str]]:
    """Every name in the code of a script, those that stand in its texts among them."""
    for number, line in enumerate(_REMARK.sub(_blank_lines, _TEXT.sub('""', text)).splitlines(), 1):
        code = _LITERAL.sub(" ", line)
        inserted = " ".join(_INSERTED.findall(code))
        yield from ((number, name) for name in _NAME.findall(f"{_QUOTED.sub(' ', code)} {inserted}"))


def names_in_style(text: str) -> Iterator[tuple[int, str]]:
    """Every class in the selectors of a stylesheet."""
    for number, line in enumerate(_REMARK.sub(_blank_lines, text).splitlines(), 1):
        yield from ((number, name) for name in _CLASS.findall(line.partition("{")[0]))


def _blank_lines(remark: re.Match[str]) -> str:
    return "\n" * remark[0].count("\n")


def files_of_pages(suffix: str) -> list[Path]:
    """The scripts or stylesheets that are written here."""
    return [path for path in project_files() if path.is_relative_to(ROOT / "src") and path.suffix == suffix]


def templates() -> list[Path]:
    """The templates of the apps and of the components they share."""
    return [path for path in project_files() if path.is_relative_to(ROOT / "src") and "templates" in path.parts]


def refused(path: Path, names: Iterator[tuple[int, str]]) -> list[str]:
    """The names of a file that are refused, with where they stand."""
    return [f"{shown(path)}:{line}: {name}" for line, name in names if is_refused(name)]


def test_no_name_in_the_code_is_vague() -> None:
    vague = [each for path in modules("src", "demo") for each in refused(path, names_in_python(tree(path)))]

    assert vague == [], REMEDY


def test_no_name_beside_the_product_is_vague() -> None:
    vague = [
        f"{shown(path)}:{line}: {name}"
        for path in modules(*ROOTS)
        # The texts by which this module is tried have such names in their blanks.
        if path != Path(__file__)
        for line, name in names_in_python(tree(path))
        if name in EXACT
    ]

    assert vague == [], REMEDY


@pytest.mark.parametrize(
    ("suffix", "names", "fewest"),
    [(".html", names_in_template, 200), (".js", names_in_script, 30), (".css", names_in_style, 5)],
)
def test_no_name_in_a_page_is_vague(
    suffix: str, names: Callable[[str], Iterator[tuple[int, str]]], fewest: int
) -> None:
    paths = templates() if suffix == ".html" else files_of_pages(suffix)
    vague = [each for path in paths for each in refused(path, names(path.read_text(encoding="utf-8")))]

    assert len(paths) >= fewest
    assert vague == [], REMEDY


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
        "def _told(): ...",
        "TOLD = 1",
        "_ONE = 1",
        "class _Made: ...",
        "def f(*, here): ...",
        "'CREATE TEMP TABLE told AS SELECT 1'",
        "bench_folder()",
        "def preview_shelf(): ...",
        "site.edition",
    ],
)
def test_a_vague_name_is_seen_wherever_code_has_it(code: str) -> None:
    assert any(is_refused(name) for _, name in names_in_python(ast.parse(code)))


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
        "{% num people as here %}",
        '<ul class="small told">',
    ],
)
def test_a_vague_name_is_seen_wherever_a_template_has_it(text: str) -> None:
    assert any(is_refused(name) for _, name in names_in_template(text))


@pytest.mark.parametrize(
    "text",
    [
        "const told = 1;",
        "for (const one of rows) row.remove();",
        "rows.map((one) => one.name)",
        "`${made.id}`",
        "const { found } = parts;",
        "words.here",
    ],
)
def test_a_vague_name_is_seen_wherever_a_script_has_it(text: str) -> None:
    assert any(is_refused(name) for _, name in names_in_script(text))


def test_a_vague_class_is_seen_in_a_stylesheet() -> None:
    assert [name for _, name in names_in_style("/* .found */\n.desk > .told { }") if is_refused(name)] == ["told"]


def test_words_that_people_read_and_the_categories_of_plurals_may_be_anything() -> None:
    python = "CATEGORIES = ('one', 'other')\n'from one of them, told here'"
    assert not any(is_refused(name) for _, name in names_in_python(ast.parse(python)))
    assert not any(is_refused(name) for _, name in names_in_template('<p>one {% t "one was found" %}</p>'))
    script = '// one of them\nlet rows = 1; /* made\nhere */ say("one", `found ${rows}`, /one|told/.test(text));'
    assert not any(is_refused(name) for _, name in names_in_script(script))
