"""The sentences of a third language: a gettext catalogue (``locale/<code>.po``) keyed by the English sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_BLANK: Final = re.compile(r"\{[^{}]*\}")
TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class MessageCatalogue:
    """English sentence → its forms in another language: one, or one for each plural category of the language.

    ``refused`` names the sentences left out because their blanks or their markup are not those of the English one.
    """

    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def find(self, english: str, form: int | None = None) -> str | None:
        """The sentence, in one of its plural forms where it has several; None where it is not translated."""
        forms = self.forms.get(english)
        if forms is None:
            return None
        return forms[form] if form is not None and form < len(forms) else forms[-1]


NO_MESSAGES: Final = MessageCatalogue()


def read(files: Iterable[Path]) -> MessageCatalogue:
    """The catalogue in PO files; a later file wins, one that does not exist counts as empty.

    Untranslated and fuzzy entries are left out. Raises ValueError for a file that is no PO file.
    """
    # Imported here, for it takes longer than many a command, and cities with two languages have no need of it.
    from babel.messages.pofile import PoFileError, read_po

    forms: dict[str, tuple[str, ...]] = {}
    refused: list[str] = []
    for path in files:
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                entries = list(read_po(file, charset="utf-8", abort_invalid=True))
        except (PoFileError, UnicodeDecodeError, ValueError) as fault:
            raise ValueError(f"{path}: {fault}") from fault
        for entry in entries:
            ids = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
            texts = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
            if not ids[0] or entry.fuzzy or not texts or not all(texts):
                continue
            # The plural is what the program asks by; its singular is only the hint for the translator.
            if all(fits(text, ids[-1]) for text in texts):
                forms[ids[-1]] = texts
            else:
                refused.append(ids[-1])
    return MessageCatalogue(forms, tuple(refused))


def fits(translated: str, english: str) -> bool:
    """Whether a translation has no blank that the English sentence lacks, and exactly its markup.

    A translator is trusted with words, not with markup: what a page takes from a catalogue can bring no tag,
    attribute or address that the program's own sentence does not have.
    """
    tags = Counter(TAG.findall(english))
    if set(_BLANK.findall(translated)) - set(_BLANK.findall(english)) or Counter(TAG.findall(translated)) != tags:
        return False
    bare, source = TAG.sub("", _BLANK.sub("", translated)), TAG.sub("", _BLANK.sub("", english))
    return not any(sign in bare and sign not in source for sign in "{}<>")
