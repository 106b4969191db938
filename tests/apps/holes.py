"""What no page for people may hold: blanks that nobody filled, names that only programs know, addresses quoted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

PRINTED: Final = "print-url"
"""The address of the page, as paper has it."""

CODES: Final = frozenset(
    code for codes in (CATALOGUE, WORDINGS, CORRECTION_REASONS, REASON_LABELS) for code in codes if "-" in code
)
BLANK: Final = re.compile(r"«\s*…\s*»|“\s*…\s*”|\{[a-z_]+\}|\bNone\b")
PARAMETER: Final = re.compile(r"\b[a-z][a-z0-9_]*__[a-z]+\b")
FIELD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
TWICE: Final = re.compile(r"%25(?:2[0-9A-F]|[A-F][0-9A-F])", re.IGNORECASE)


class Sentences(HTMLParser):
    """The texts of a page by whether they stand as code, and its addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[tuple[bool, str]] = []
        self.addresses: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.addresses += [str(held[name]) for name in ("href", "src", "action") if held.get(name)]
        self.texts += [(False, str(held[name])) for name in ("title", "alt", "aria-label") if held.get(name)]
        if tag not in VOID:
            quiet, code = self._now()
            classes = str(held.get("class", "")).split()
            self._open.append((tag, quiet or tag in QUIET or PRINTED in classes, code or "code" in classes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        quiet, code = self._now()
        if not quiet and data.strip():
            self.texts.append((code, data))

    def _now(self) -> tuple[bool, bool]:
        return self._open[-1][1:] if self._open else (False, False)


def holes(html: str, address: str) -> Iterator[str]:
    """Whatever a page holds that no page may, each with where it stands."""
    page = Sentences(html)
    for each in page.addresses:
        if TWICE.search(each):
            yield f"quoted twice: {each[:120]}"
    if any(mark in address for mark in FOR_PROGRAMMERS):
        return
    for code, text in page.texts:
        if blank := BLANK.search(text):
            yield f"a blank {blank[0]}: {text.strip()[:120]}"
        if named := PARAMETER.search(text):
            yield f"a parameter {named[0]}: {text.strip()[:120]}"
        if not code and (named := FIELD.search(text)):
            yield f"a name of a field {named[0]}: {text.strip()[:120]}"
        if found := CODES & set(re.findall(r"[a-z]+(?:-[a-z]+)+", text)):
            yield f"a code {sorted(found)}: {text.strip()[:120]}"
