"""No room knows a language by its name: what differs between languages is asked of a `Locale`."""

from __future__ import annotations

import ast
import re

import pytest
from tests.architecture.project_tree import SOURCE, modules, project_files, shown, tree, walked

HOMES = frozenset({SOURCE / "core" / "values" / "locale.py", SOURCE / "ui" / "language.py"})
"""Where languages are described, and where it is known which of them stands before no address."""
CODES = frozenset({"fa", "en"})
NAMED = frozenset({"PERSIAN", "ENGLISH", "DEFAULT"})
"""The names by which modules have the languages of `locale` at hand."""
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


def names_language(node: ast.AST) -> bool:
    """Whether a node is the code of a language: written out, in a list of such, or asked of a named one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value in CODES
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(names_language(each) for each in node.elts)
    if isinstance(node, ast.Attribute) and node.attr == "code":
        node = node.value
    return getattr(node, "attr", getattr(node, "id", "")) in NAMED


def forks(node: ast.AST) -> bool:
    """Whether a node takes another way for one language than for others, by its name or by what only looks like it."""
    match node:
        case ast.Compare(left=left, ops=[operator, *_], comparators=others):
            # "fa" in words asks what somebody wrote down, and of no language.
            sides = others if isinstance(operator, ast.In | ast.NotIn) else [left, *others]
            # That a side is False or True asks for one of two languages where there are many.
            of_side = any(getattr(side, "attr", "") in ("is_ltr", "direction") for side in sides)
            is_bool = any(isinstance(side, ast.Constant) and isinstance(side.value, bool) for side in sides)
            return (of_side and is_bool) or any(map(names_language, sides))
        case ast.Subscript(value=ast.Dict(keys=keys)) | ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys))):
            # {"fa": …, "en": …}[lang] is the same question in another dress.
            return bool(keys) and all(key is not None and names_language(key) for key in keys)
        case ast.Call(func=ast.Attribute(attr="startswith" | "removeprefix"), args=[text, *_]):
            return names_language(text)
        case ast.MatchValue(value=value):
            return names_language(value)
    return False


def compared(module: ast.Module) -> list[int]:
    """The lines that compare something with the code of a language."""
    return [node.lineno for node in walked(module) if forks(node) and hasattr(node, "lineno")]


def test_no_module_compares_a_language_with_a_literal() -> None:
    wrong = [f"{shown(path)}:{line}" for path in modules("src") if path not in HOMES for line in compared(tree(path))]
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
    "source",
    [
        'lang == "en"', '"fa" != self.lang', 'x if request.GET["l"] == "en" else y', '{"fa": 1, "en": 2}[lang]',
        '{"fa": 1}.get(lang, 2)', 'lang in ("en", "tr")', 'lang not in {"fa"}', "lang == locale.DEFAULT.code",
        "own is PERSIAN", "own.is_ltr is False", 'lang.startswith("fa")', "ENGLISH.code != lang",
        'match lang: case "fa": pass', 'match lang: case "en" | "tr": pass',
    ],
)  # fmt: skip
def test_the_comparison_is_seen_in_all_its_forms(source: str) -> None:
    assert compared(ast.parse(source.replace(": case", ":\n case"))) == [1 + source.startswith("match")]
    assert TAG.search('{% if lang == "fa" %}')
    assert TAG.search("{% elif 'en' != lang %}")
    assert not TAG.search('{% if one.kind == "fax" %}')


BILINGUAL = "not_in_this_copy.html"
"""A page that says everything in both languages."""


def test_punctuation_of_one_language_stands_within_its_words() -> None:
    """«،» and «» between two values of a page are Persian whatever its language; `comma` knows which."""
    signs = []
    for path in sorted(SOURCE.glob("**/templates/**/*.html")):
        if path.name.endswith(".fa.html") or path.name == BILINGUAL:
            continue
        text = re.sub(r"{% comment %}.*?{% endcomment %}|{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
        signs += [f"{path.name}: {sign}" for sign in re.findall("[«»،؛؟]", text)]
    assert signs == []
