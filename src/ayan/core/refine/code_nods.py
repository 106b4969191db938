"""Texts that stand for a code of a list without being listed so: each new one is shown once, and waits for a nod."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import MOST_PAIRS_SHOWN
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.issue import Issue
from ayan.core.values import sql
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, in_each, joined
from ayan.core.values.text import fold, publish

CODE: Final = "code-nod"
ANYTHING: Final = "*"
"""Stands among the nods for every pair: so speaks who accepts them on the command line."""


@dataclass(frozen=True, slots=True)
class CodePair:
    """A text of a file and the code that it was read as."""

    field: str
    text: str
    code: str

    @property
    def mark(self) -> str:
        """One word for the pair, by which a nod is remembered; it tells nobody the text."""
        return sha256_hex(canonical_json([self.field, self.text, self.code]))


def issues_of(session: RefineSession, nods: Collection[str]) -> Iterator[Issue]:
    """One issue for each field with texts that its list does not have so and that nobody has nodded to."""
    for mapped in session.present:
        choices = mapped.field.choices
        if choices is None or mapped.column is None:
            continue
        pairs = [
            pair for pair in _read_otherwise(session, mapped, choices) if pair.mark not in nods and ANYTHING not in nods
        ]
        if pairs:
            yield Issue(
                code=CODE,
                sheet=session.raw.facts.sheet,
                column=mapped.address,
                field=mapped.field.name,
                count=len(pairs),
                params={"label": mapped.field.label, "pairs": _in_words(mapped.field, choices, pairs)},
                evidence=tuple(pair.mark for pair in pairs),
            )


def _read_otherwise(session: RefineSession, mapped: MappedField, choices: CodeList) -> list[CodePair]:
    """The texts that were read as a code although the list has them otherwise: by folding alone."""
    listed = {_written(spelling) for entry in choices.entries for spelling in entry.spellings}
    name, index = mapped.field.name, mapped.column.index if mapped.column else 0
    known: list[str] | None = None
    if index in session.raw.repeated:
        known = [str(text) for text in session.raw.repeated[index].to_pylist()]
    elif session.texts is not None:
        known = session.texts.of(index)
    if known is not None:
        # Every text that the column has is known; only where one is read otherwise its rows are looked at.
        codes = {fold(spelling): entry.code for entry in choices.entries for spelling in entry.spellings}
        texts = sorted({text.strip(sql.BLANKS) for text in known})
        read = [(text, codes[fold(text)]) for text in texts if fold(text) in codes and text not in mapped.field.null]
        read = [(text, code) for text, code in read if _written(text) not in listed]
    if known is None or (read and index not in session.raw.repeated):
        read = [
            (str(text), str(code))
            for text, code in session.all(
                f"SELECT DISTINCT t_{name}, v_{name} FROM typed "
                f"WHERE _class = 'record' AND v_{name} IS NOT NULL ORDER BY 1"
            )
        ]
    return [CodePair(name, text, code) for text, code in read if _written(text) not in listed]


def _written(text: str) -> str:
    """The text as it is published, with Latin digits and single blanks: what is only typed otherwise is equal."""
    return " ".join(to_latin(publish(text)).split())


_READ_AS: Final = Label("«{text}» یعنی «{label}»", "“{text}” is “{label}”")


def _in_words(field: Field, choices: CodeList, pairs: list[CodePair]) -> Label:
    """What the texts are read as: «پایان یافته» ← خاتمه‌یافته."""
    if field.shown != "public":
        return Label("…", "…")
    shown = pairs[:MOST_PAIRS_SHOWN]
    more = ["…"] if len(pairs) > len(shown) else []
    return joined([*(_READ_AS.format(text=pair.text, label=_label(choices, pair.code)) for pair in shown), *more])


def _label(choices: CodeList, code: str) -> Label:
    return in_each(lambda lang: choices.label(code, lang))
