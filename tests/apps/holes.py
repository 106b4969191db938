"""What no page for people may hold: blanks that nobody filled, names that only programs know, addresses quoted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from ayan.core.query.problem import WORDINGS
from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.transparency.entries.statement import REASON_LABELS

FOR_PROGRAMMERS: Final = ("/developers", "/verify", "/log", "_view=columns", "#api")
"""Pages that speak of parameters and codes because that is what they are about."""

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
QUIET: Final = frozenset({"script", "style", "pre", "code", "kbd", "textarea"})
"""What is no sentence: examples of requests, code to be copied, what a reader wrote."""

NAMED: Final = frozenset(
    {"title", "h1", "h2", "h3", "h4", "h5", "th", "dt", "dd", "caption", "legend", "label", "summary", "button", "a", "option"}
)  # fmt: skip
"""What is empty when it holds no word."""

INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "code", "data", "del", "i", "ins", "kbd", "mark", "small", "span", "strong", "sub", "sup",
     "time", "tspan", "wbr"}
)  # fmt: skip
"""What goes on with the sentence it stands in."""

PRINTED: Final = "print-url"
"""The address of the page, as paper has it."""

CODES: Final = frozenset(
    code for codes in (CATALOGUE, WORDINGS, CORRECTION_REASONS, REASON_LABELS) for code in codes if "-" in code
)
BLANK: Final = re.compile(r"«\s*…?\s*»|“\s*…?\s*”|\(\s*\)|\{[a-z_]+\}|\b(?:None|null|undefined|NaN)\b")
MARKS: Final = re.compile(r"[،,]\s*[،.؛]|[:：]\s*[.،؛]|\s[،؛]")
"""Marks of a sentence that meet because what stood between them is missing, or that a blank parts from their word."""

APART: Final = re.compile(r"[0-9۰-۹]\s+[٪%]")
PARAMETER: Final = re.compile(r"\b[a-z][a-z0-9_]*__[a-z]+\b")
QUESTION: Final = re.compile(r"[a-z][a-z0-9-]*\?\S+")
"""A question of the API, whole: what a city published as a value is shown as it stands in its file."""
FIELD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
HYPHENED: Final = re.compile(r"(?<![A-Za-z0-9._/~-])[a-z]+(?:-[a-z]+)+(?![A-Za-z0-9._/~-])")
ISOLATED: Final = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
"""What stands apart within a bare text: names and codes."""

LATIN_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9._/-])(?<![A-Za-z]\()[0-9]+(?![A-Za-z0-9._/-])")
LIKE: Final = re.compile("مثل |از [0-9]+ تا [0-9]+ باشد")
"""What is told to programs in the same words: what to write, as they write it."""

SAID_TWICE: Final = re.compile(r'<a href="[^"]+/r/[^"]+">(.*?)</a> <span class="sub">\1</span>')
"""A value that leads to a record, and the name of that record, which is the same."""

TWICE: Final = re.compile(r"%25(?:2[0-9A-F]|[A-F][0-9A-F])", re.IGNORECASE)
ATTRIBUTES: Final = ("title", "alt", "aria-label", "data-h", "data-title", "data-said", "placeholder", "summary")


@dataclass(slots=True)
class Part:
    """An element that is open: what its texts are, and whether it has any word."""

    tag: str
    quiet: bool
    code: bool
    theirs: bool
    hidden: bool
    """A script may fill it before anybody sees it."""
    named: bool = False


@dataclass(slots=True)
class Sentence:
    """A text as it is read through, whatever elements it is made of."""

    text: str = ""
    ours: str = ""
    """The same without codes, and without what people and other languages wrote."""


@dataclass(slots=True)
class Read:
    """What a page holds."""

    texts: list[tuple[bool, str]] = field(default_factory=list)
    """Each text, and whether it stands as code, or as what others wrote."""
    sentences: list[Sentence] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    """Elements that should have a word and have none."""
    lang: str = ""


class Sentences(HTMLParser):
    """Reads a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.read = Read(sentences=[Sentence()])
        self._open: list[Part] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.read.lang = held.get("lang", "")
        self.read.addresses += [held[name] for name in ("href", "src", "action") if held.get(name)]
        self.read.texts += [(False, held[name]) for name in ATTRIBUTES if held.get(name)]
        self.read.empty += [f"{tag} {name}" for name in ("data-h", "aria-label", "title") if held.get(name) == ""]
        if tag not in INLINE:
            self.read.sentences.append(Sentence())
        if held.get("aria-label") or tag in ("svg", "img", "input"):
            self._named()
        if tag in VOID:
            return
        before = self._open[-1] if self._open else Part("", quiet=False, code=False, theirs=False, hidden=False)
        classes = held.get("class", "").split()
        # A page's title is bare text, so nothing in it says who wrote which word.
        theirs = tag in ("bdi", "title") or "lang" in held or held.get("translate") == "no" or "code" in classes
        self._open.append(
            Part(
                tag,
                before.quiet or tag in QUIET or PRINTED in classes,
                before.code or "code" in classes,
                tag != "html" and (before.theirs or theirs or held.get("dir") == "ltr"),
                before.hidden or "hidden" in held,
            )
        )
        # Its own label names it, as a district on a small map.
        self._open[-1].named = bool(held.get("aria-label"))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            part = self._open.pop()
            if part.tag in NAMED and not part.named and not part.hidden:
                self.read.empty.append(part.tag)
            if part.tag not in INLINE:
                self.read.sentences.append(Sentence())
            if part.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        now = self._open[-1] if self._open else None
        if data.strip():
            self._named()
        if now is None or now.quiet:
            return
        self.read.sentences[-1].text += data
        self.read.sentences[-1].ours += "\u2060" if now.theirs else data
        if data.strip():
            self.read.texts.append((now.code or now.theirs, data))

    def _named(self) -> None:
        for part in self._open:
            part.named = True


def holes(html: str, address: str, slugs: frozenset[str] = frozenset()) -> Iterator[str]:
    """Whatever a page holds that no page may, each with where it stands; ``slugs`` are names that stand in no sentence."""
    page = Sentences(html).read
    for each in page.addresses:
        if any(TWICE.search(part) for part in _parts(each)):
            yield f"quoted twice: {each[:120]}"
    yield from (f"empty: {each}" for each in page.empty)
    yield from (f"said twice: {each}" for each in SAID_TWICE.findall(html))
    if any(mark in address for mark in FOR_PROGRAMMERS):
        return
    for code, text in page.texts:
        if blank := BLANK.search(text):
            yield f"a blank {blank[0]}: {text.strip()[:120]}"
        if (named := PARAMETER.search(text)) and not (code and QUESTION.fullmatch(text.strip())):
            yield f"a parameter {named[0]}: {text.strip()[:120]}"
        if not code and (named := FIELD.search(text)):
            yield f"a name of a field {named[0]}: {text.strip()[:120]}"
        if words := (CODES | (frozenset() if code else slugs)) & set(HYPHENED.findall(text)):
            yield f"a code {sorted(words)}: {text.strip()[:120]}"
    yield from _in_sentences(page)


def _parts(address: str) -> Iterator[str]:
    """The parts of an address that nothing else is written in: a question may be an answer of another one."""
    path, _, query = address.partition("?")
    yield path
    yield from (pair for pair in query.split("&") if "%3D" not in pair and "%3F" not in pair)


def _in_sentences(page: Read) -> Iterator[str]:
    """What is seen only where a sentence is read as one, whatever elements it is made of."""
    for sentence in page.sentences:
        text, ours = (" ".join(each.split()) for each in (sentence.text, sentence.ours))
        if marks := MARKS.search(ours.replace("\u2060", "x")):
            yield f"marks meet {marks[0]}: {text[:120]}"
        if apart := APART.search(text):
            yield f"a sign apart {apart[0]}: {text[:120]}"
        if page.lang == "fa" and not LIKE.search(ours) and (number := LATIN_NUMBER.search(ISOLATED.sub("", ours))):
            yield f"a Latin number {number[0]}: {text[:120]}"
