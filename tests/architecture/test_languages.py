"""No room knows a language by its name: what differs between languages is asked of a `Locale`."""

from __future__ import annotations

import ast
import re

import pytest
from tests.architecture.project_tree import SOURCE, modules, project_files, shown, tree, walked

HOME = SOURCE / "core" / "values" / "locale.py"
CODES = frozenset({"fa", "en"})
TAG = re.compile(
    r"{%-? *(?:if|elif)\b[^%]*?[=!]= *[\"'](?:fa|en)[\"']|{%-? *(?:if|elif)\b[^%]*?[\"'](?:fa|en)[\"'] *[=!]="
)
SENTENCE = re.compile(r"""{% t ("[^"]*"|'[^']*') ("[^"]*"|'[^']*')""")
# What begins with these goes on with a sentence that somebody else began; what ends with these waits for its end.
TORN_BEGIN = re.compile(r"[\s،؛:.,;)»”]|(?:and|or|but|of|which|whose) (?!more\b|per cent\b)")
TORN_END = re.compile(r"[\s،,(«“]$| (?:of|the|in|or|and|by the)$")
# The mark before the title of a page with problems, names of columns and of boxes, and what stands by itself.
WHOLE = frozenset(
    {
        "Error: ", ";", "of sessions", "of each year", "of one year", "and {n} more values", "or drop it here",
        "Sides are values of", "Sign in", "Signing in", "How I sign in",
    }
)  # fmt: skip


def compared(module: ast.Module) -> list[int]:
    """The lines that compare something with the code of a language."""
    comparisons = []
    for node in walked(module):
        if isinstance(node, ast.Compare) and all(isinstance(child, ast.Eq | ast.NotEq) for child in node.ops):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Constant) and side.value in CODES for side in sides if hasattr(side, "value")):
                comparisons.append(node.lineno)
        # {"fa": …, "en": …}[lang] is the same question in another dress.
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            keys = {child.value for child in node.value.keys if isinstance(child, ast.Constant)}
            if keys and keys <= CODES:
                comparisons.append(node.lineno)
    return comparisons


def test_no_module_compares_a_language_with_a_literal() -> None:
    wrong = [f"{shown(path)}:{line}" for path in modules("src") if path != HOME for line in compared(tree(path))]
    assert not wrong, f"ask ayan.core.values.locale instead: {wrong}"


def test_no_template_compares_a_language_with_a_literal() -> None:
    wrong = [
        f"{shown(path)}:{number}"
        for path in project_files()
        if path.is_relative_to(SOURCE) and "templates" in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if TAG.search(line)
    ]
    assert not wrong, f"ask for the direction, or give each language its own file of prose: {wrong}"


def test_a_sentence_of_a_template_stands_in_one_tag() -> None:
    torn = [
        f"{shown(path)}:{number}: {words}"
        for path in project_files()
        if path.is_relative_to(SOURCE) and path.suffix == ".html"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for _, quoted in SENTENCE.findall(line)
        if (words := quoted[1:-1]) not in WHOLE and (TORN_BEGIN.match(words) or TORN_END.search(words))
    ]
    assert not torn, f"put the markup into the sentence, with its address as a blank: {torn}"


@pytest.mark.parametrize(
    "source", ['lang == "en"', '"fa" != self.lang', 'x if request.GET["l"] == "en" else y', '{"fa": 1, "en": 2}[lang]']
)
def test_the_comparison_is_seen_in_all_its_forms(source: str) -> None:
    assert compared(ast.parse(source)) == [1]
    assert TAG.search('{% if lang == "fa" %}')
    assert TAG.search("{% elif 'en' != lang %}")
    assert not TAG.search('{% if one.kind == "fax" %}')


BILINGUAL = "not_in_this_copy.html"
"""A page that says everything in both languages."""


def test_punctuation_of_one_language_stands_within_its_words() -> None:
    """«،» and «» between two values of a page are Persian whatever its language; `comma` knows which."""
    found = []
    for path in sorted(SOURCE.glob("**/templates/**/*.html")):
        if path.name.endswith(".fa.html") or path.name == BILINGUAL:
            continue
        text = re.sub(r"{% comment %}.*?{% endcomment %}|{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
        found += [f"{path.name}: {sign}" for sign in re.findall("[«»،؛؟]", text)]
    assert found == []
