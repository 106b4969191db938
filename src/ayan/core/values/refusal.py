"""Refusals: why something that was asked for is not done, as people, programs and HTTP are told it."""

from __future__ import annotations

from typing import Protocol, Self

from ayan.core.values.label import Label
from ayan.core.values.locale import Lang, pick


class Wording(Protocol):
    """The same words in Persian and English, whatever carries them: a label of the schema, or a refusal."""

    @property
    def fa(self) -> str:
        """The words in Persian."""

    @property
    def en(self) -> str:
        """The words in English."""

    @property
    def further(self) -> tuple[tuple[Lang, str], ...]:
        """The words in further languages, where they are at hand; others are looked up under the English ones."""


class Refusal(Exception):
    """Something that was asked for is not done. Every refusal that people or programs see derives from this class.

    Each subclass states ``code``, a stable name in small letters and hyphens that no other class has; ``fa`` and
    ``en``, what stands in the way and what to do; and ``status``, how HTTP says the same (RFC 9110, section 15): 500
    where only the city's operator can help. ``retry_after`` is after how many seconds the same request may succeed,
    where time alone can help (RFC 9110, section 10.2.3). ``field`` names the field of a form or the parameter that it
    is about; empty where it is about none.

    An instance may bring closer words, and the closer code of its cause; its status is always that of its class. The
    refused value is never kept or repeated: it may be personal, and messages and logs travel far.
    """

    code: str
    fa: str
    en: str
    status: int
    retry_after: int | None = None
    field: str = ""
    further: tuple[tuple[Lang, str], ...] = ()

    def __init__(
        self, fa: str | None = None, en: str | None = None, field: str = "", *, code: str | None = None
    ) -> None:
        if fa is not None and en is not None:
            self.fa, self.en = fa, en
        if code is not None:
            self.code = code
        if field:
            self.field = field
        super().__init__(self.en)

    def of(self, lang: Lang) -> str:
        """The words in a language in use; in its fallback where nobody has translated them."""
        return pick(lang, self.fa, self.en, self.further)

    @property
    def label(self) -> Label:
        """The words alone, in every language."""
        return Label(self.fa, self.en, self.further)

    def worded(self, words: Wording) -> Self:
        """The same refusal in other words, with what they say in further languages."""
        self.fa, self.en, self.further = words.fa, words.en, words.further
        self.args = (self.en,)
        return self

    def format(self, **blanks: object) -> Self:
        """The same refusal with the ``{blanks}`` of its words filled in every language, as `Label.format` does."""
        return self.worded(self.label.format(**blanks))

    def at(self, field: str) -> Self:
        """The same refusal, said of a field of the form that it came from."""
        self.field = field
        return self
