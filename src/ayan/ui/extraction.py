"""Collects every sentence that a third language needs into a gettext template, and brings catalogues up to date.

``python -m ayan.ui.extraction [CODE …] [--home DIR]``: writes ``ayan.pot`` into the folder of the catalogues, and makes
or updates ``CODE.po`` beside it. With ``--home`` the folder is ``locale`` in that city's home, and its declarations and
templates are read as well.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType

import ayan
from ayan.core.values import jalali

PACKAGE: Final = Path(ayan.__file__).parent
CATALOGUES: Final = PACKAGE / "locale"
TEMPLATE: Final = "ayan.pot"

_PERSIAN: Final = re.compile("[\u0600-\u06ff]")
_LATIN: Final = re.compile("[A-Za-z]")
# Calls whose two words are a pair even where they have no letters: '{month} {year}'.
_PAIRS: Final = frozenset({"Label"})


@dataclass(frozen=True, slots=True)
class ExtractedMessage:
    """A sentence: its English words, those for a single thing where they differ, the Persian, and where it stands."""

    english: str
    persian: str
    file: str
    line: int
    single: str = ""


def in_python(source: str, file: str) -> Iterator[ExtractedMessage]:
    """The pairs of Persian and English in code, each beside the other or under the names ``fa`` and ``en``.

    They stand in calls, tuples and lists, as the words of a class, as keywords and as the keys of a table. A pair made
    of f-strings cannot be translated, for its English is another one each time.
    """
    for node in ast.walk(ast.parse(source)):
        for first, second, always in _pairs(node):
            fa, en = _text(first), _text(second)
            if fa is None or en is None or not en.strip():
                continue
            if always or (_PERSIAN.search(fa) and _LATIN.search(en) and not _PERSIAN.search(en)):
                yield ExtractedMessage(en, fa, file, first.lineno)


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """What may be two wordings of one sentence, and whether it is one even without letters: '{month} {year}'."""
    named: dict[str | None, ast.expr] = {}
    match node:
        case ast.Call(func=called, args=parts, keywords=keywords):
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            yield from ((first, second, name in _PAIRS) for first, second in pairwise(parts))
            named = {keyword.arg: keyword.value for keyword in keywords}
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from ((first, second, False) for first, second in pairwise(parts))
        case ast.ClassDef(body=body):
            named = {name: value for statement in body for name, value in _assigned(statement)}
        case ast.Dict(keys=keys, values=values):
            named = {_text(key): value for key, value in zip(keys, values, strict=True) if key is not None}
    if "fa" in named and "en" in named:
        yield named["fa"], named["en"], False


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement of a class gives a value."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_template(source: str, file: str) -> Iterator[ExtractedMessage]:
    """The sentences of ``{% t "…" "…" %}``, with their single form."""
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else []
        if words[:1] != ["t"]:
            continue
        texts = [text[1:-1] for text in words[1:4] if text[:1] in "\"'" and text[:1] == text[-1:]]
        if len(texts) >= 2:
            # What counts has a form for each plural of a language, also where English has one for all.
            single = texts[2] if len(texts) == 3 else texts[1] if "{n}" in texts[1] else ""
            yield ExtractedMessage(texts[1], texts[0], file, token.lineno or 1, single)


def in_declaration(source: str, file: str) -> Iterator[ExtractedMessage]:
    """The labels of a declaration: every table with both ``fa`` and ``en``."""
    yield from _labels(tomllib.loads(source), file)


def _labels(value: object, file: str) -> Iterator[ExtractedMessage]:
    if isinstance(value, Mapping):
        fa, en = value.get("fa"), value.get("en")
        if isinstance(fa, str) and isinstance(en, str):
            yield ExtractedMessage(en.strip(), fa.strip(), file, 0)
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _labels(inner, file)


_READERS: Final = {".py": in_python, ".html": in_template, ".txt": in_template, ".toml": in_declaration}


def messages(*roots: Path) -> Iterator[ExtractedMessage]:
    """Every sentence under the folders, in the order of their files; the names of months first."""
    for fa, en in zip(jalali.MONTHS_FA, jalali.MONTHS_EN, strict=True):
        yield ExtractedMessage(en, fa, "core/values/jalali.py", 0)
    for root in roots:
        for path in sorted(root.rglob("*")):
            reader = _READERS.get(path.suffix)
            if reader is not None and path.is_file():
                yield from reader(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())


def template(messages: Iterable[ExtractedMessage]) -> Catalog:
    """The template for translators: the English sentence as the message, the Persian in a comment above it."""
    catalog = Catalog(project="Ayan", charset="utf-8", fuzzy=False)
    sentences = list(messages)
    # One English sentence is one message; a place that has a single form gives it to all.
    single = {message.english: message.single for message in reversed(sentences) if message.single}
    for message in sentences:
        catalog.add(
            (single[message.english], message.english) if message.english in single else message.english,
            locations=[(message.file, message.line or 1)],
            auto_comments=[f"fa: {' '.join(message.persian.split())}"],
        )
    return catalog


def bring_up_to_date(path: Path, code: str, new: Catalog) -> None:
    """Make the catalogue of a language, or add to it what is new and set apart what is gone."""
    if path.is_file():
        with path.open("rb") as file:
            catalog = read_po(file, locale=code.replace("-", "_"), charset="utf-8")
    else:
        catalog = Catalog(locale=code.replace("-", "_"), project="Ayan", charset="utf-8", fuzzy=False)
    # A sentence that resembles an old one is for a person to translate, not to be guessed.
    catalog.update(new, no_fuzzy_matching=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, ignore_obsolete=False)


def main() -> None:
    """Write the template, and the catalogues of the languages named."""
    parser = argparse.ArgumentParser(description="Collect the sentences that translators need.")
    parser.add_argument("code", nargs="*", help="a language whose catalogue is made or brought up to date, such as az")
    parser.add_argument("--home", type=Path, help="a city's folder: read its declarations, write into its locale/")
    args = parser.parse_args()
    own = [args.home / name for name in ("datasets", "templates")] if args.home else []
    folder: Path = args.home / "locale" if args.home else CATALOGUES
    folder.mkdir(parents=True, exist_ok=True)
    new = template(messages(PACKAGE, *(message for message in own if message.is_dir())))
    with (folder / TEMPLATE).open("wb") as file:
        write_po(file, new, width=120, omit_header=False)
    sys.stdout.write(f"{folder / TEMPLATE}: {len(new)}\n")
    for code in args.code:
        bring_up_to_date(folder / f"{code}.po", code, new)
        sys.stdout.write(f"{folder / f'{code}.po'}\n")


if __name__ == "__main__":
    main()
