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
        case (
            ast.For(iter=ast.Tuple() | ast.List() as those) | ast.comprehension(iter=ast.Tuple() | ast.List() as those)
        ):
            # What is said in two languages by name is said in no third.
            return any(map(names_language, those.elts))
    return False


def compared(module: ast.Module) -> list[int]:
    """The lines that compare something with the code of a language."""
    return [getattr(getattr(node, "iter", node), "lineno", 0) for node in walked(module) if forks(node)]


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
        '{lang: words.of(lang) for lang in ("fa", "en")}', 'for lang in ["fa", "en"]: pass',
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


MARKS = "«»،؛؟"
LETTER = re.compile(r"[^\W\d_]")
# A mark with a blank behind it is written for people; one alone, or many in a row, is looked for in what people wrote.
WRITTEN = re.compile(f"[{MARKS}]\\s")
SPLIT = frozenset({"replace", "partition", "rpartition", "split", "strip", "lstrip", "rstrip", "maketrans", "compile"})


def text_of(node: ast.AST) -> str:
    """What a text says beside its blanks; '' for what is none."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def bare_marks(module: ast.Module) -> list[int]:
    """The lines that put Persian punctuation between values, or round them, with no Persian word that it belongs to.

    That is the text before ``.join``, an f-string of marks and blanks, or a mark and a blank by themselves. What is
    looked for in a text, or replaced in it, is read and not written.
    """
    # The parts of an f-string are looked at as one text.
    read = {
        id(below)
        for node in walked(module)
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SPLIT)
        for below in ast.iter_child_nodes(node)
    }
    lines = set()
    for node in walked(module):
        joined = node.value if isinstance(node, ast.Attribute) and node.attr == "join" else None
        text = text_of(joined or node)
        if not any(mark in text for mark in MARKS) or (LETTER.search(text) and not joined):
            continue
        blanks = isinstance(node, ast.JoinedStr) and not re.search(r"[][|\\(]", text)
        if joined or blanks or (WRITTEN.fullmatch(text) and id(node) not in read):
            lines.add(getattr(node, "lineno", 0))
    return sorted(lines)


def test_python_writes_punctuation_by_the_language() -> None:
    wrong = [
        f"{shown(path)}:{line}"
        for path in modules("src", "demo")
        if path not in HOMES
        for line in bare_marks(tree(path))
    ]
    assert not wrong, f"a list in a blank, `joined`, `quoted` or the locale's own marks: {wrong}"


@pytest.mark.parametrize(
    "source",
    [
        '"، ".join(names)', '("؛ ").join(names)', 'f"{a}، {b}"', 'f"«{a}»"', 'BETWEEN = "، "', 'text.find("؛ ")',
        """query = " || '، ' || ".join(names)""",
    ],
)  # fmt: skip
def test_bare_punctuation_is_seen(source: str) -> None:
    assert bare_marks(ast.parse(source)) == [1]


@pytest.mark.parametrize(
    "source",
    ['"{a}، شمارهٔ {b}"', 'f"ردیف {a}، {b}"', 'text.replace("،", ",")', 're.compile("[،؛]")', '", ".join(names)'],
)
def test_words_and_what_is_read_are_no_bare_punctuation(source: str) -> None:
    assert bare_marks(ast.parse(source)) == []


ONE_WAY = frozenset({"to_persian", "fa_number", "fa_date", "fa_date_short"})
"""What writes in Persian alone."""


def of_one(node: ast.AST, lang: str) -> bool:
    """Whether a value asks for one of the two wordings: ``x.fa``, ``words(x, "fa")``, or a Persian number."""
    for below in ast.walk(node):
        if isinstance(below, ast.Attribute) and below.attr == lang:
            return True
        if isinstance(below, ast.Call):
            asked = getattr(below.func, "id", "")
            if (lang == "fa" and asked in ONE_WAY) or (
                getattr(below.func, "attr", "") not in ("get", "pop")
                and any(isinstance(each, ast.Constant) and each.value == lang for each in below.args)
            ):
                return True
    return False


def pairs(module: ast.Module) -> list[int]:
    """The lines that make a label, or a refusal, of two wordings of another and leave its further ones behind."""
    lines = []
    for node in walked(module):
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if not (name[:1].isupper() or name == "__init__"):
            continue
        fa, en, *further = node.args
        written = any(
            isinstance(below, ast.Call) and getattr(below.func, "id", "") in ONE_WAY for below in ast.walk(fa)
        )
        apart = of_one(fa, "fa") and not of_one(fa, "en") and (of_one(en, "en") or written)
        if apart and not any(of_one(each, "further") for each in further):
            lines.append(node.lineno)
    return lines


def test_a_label_is_made_of_another_in_all_its_languages() -> None:
    wrong = [f"{shown(path)}:{line}" for path in modules("src", "demo") for line in pairs(tree(path))]
    assert not wrong, f"a blank, `joined`, `in_each`, `replace` or `worded` keeps further wordings: {wrong}"


@pytest.mark.parametrize(
    "source",
    [
        "Label(words.fa, words.en)", 'Label(f"{a.fa} {b.fa}", f"{a.en} {b.en}")', "DeskRefused(words.fa, words.en)",
        'Label(" ".join(each.fa for each in parts), " ".join(each.en for each in parts))',
        'Label(called(x, "fa"), called(x, "en"))', "Label(to_persian(page), page)", "super().__init__(words.fa, words.en)",
        "Label(fa_number(n), en_number(n))", 'AccountRefused(words.fa, words.en, "field")',
    ],
)  # fmt: skip
def test_a_pair_of_wordings_is_seen(source: str) -> None:
    assert pairs(ast.parse(source)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "Label(a.fa, a.en, a.further)",
        "Label(name, name)",
        'Label(row["fa"], row["en"])',
        "toml(fa=name.fa, en=name.en)",
    ],
)
def test_a_label_that_leaves_nothing_behind_is_no_pair(source: str) -> None:
    assert pairs(ast.parse(source)) == []
