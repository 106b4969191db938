"""Words for people that stand beside the datasets: the glossary, and the comparisons that are offered ready-made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values.label import Label
from ayan.core.values.locale import codes


@dataclass(frozen=True, slots=True)
class Term:
    """One word by its code: what it is called and what it means; ``law`` says where that stands, where it stands.

    ``also`` are further names that people ask for it by, in any language.
    """

    code: str
    title: Label
    says: Label
    law: Label | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadyComparison:
    """One comparison chosen by hand: what it is called, and the query of the page that shows it."""

    code: str
    title: Label
    query: str


class Glossary:
    """The terms in the order of their declaration."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = dict(terms)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All of them."""
        return tuple(self._terms.values())

    def of(self, chosen: Sequence[str]) -> tuple[Term, ...]:
        """Those of these codes that are declared, in this order."""
        return tuple(self._terms[code] for code in chosen if code in self._terms)


def read_glossary(*files: Path) -> Glossary:
    """The terms of some files; a later file rewords or adds terms. ValueError for a broken one."""
    terms: dict[str, Term] = {}
    for path in files:
        if not path.is_file():
            continue
        try:
            table = read_toml(path.read_bytes())
            terms |= {code: _term(code, entry) for code, entry in table.items()}
        except BadToml as fault:
            raise ValueError(f"{path}: {fault.label.fa}. {fault.label.en}.") from fault
        except (UnicodeDecodeError, KeyError, TypeError, AttributeError) as fault:
            raise ValueError(f"{path}: each term needs title and says in both languages ({fault})") from fault
    return Glossary(terms)


def read_comparisons(*files: Path) -> tuple[ReadyComparison, ...]:
    """The comparisons of some files in their order; a later file rewords, adds, or with an empty query takes out.

    ValueError for a broken one.
    """
    ready: dict[str, ReadyComparison] = {}
    for path in files:
        if not path.is_file():
            continue
        try:
            for code, entry in read_toml(path.read_bytes()).items():
                ready[code] = ReadyComparison(code, _words(entry["title"]), str(entry["query"]))
        except BadToml as fault:
            raise ValueError(f"{path}: {fault.label.fa}. {fault.label.en}.") from fault
        except (UnicodeDecodeError, KeyError, TypeError, AttributeError) as fault:
            raise ValueError(f"{path}: each comparison needs title in both languages and query ({fault})") from fault
    return tuple(each for each in ready.values() if each.query)


def _term(code: str, entry: Mapping[str, Any]) -> Term:
    law = entry.get("law")
    also = tuple(map(str, entry.get("also", ())))
    return Term(code, _words(entry["title"]), _words(entry["says"]), _words(law) if law else None, also)


def _words(words: Mapping[str, object]) -> Label:
    further = tuple((code, str(words[code])) for code in codes()[2:] if code in words)
    return Label(str(words["fa"]), str(words["en"]), further)
