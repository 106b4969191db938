"""Codes, and words that people wrote: each keeps its own direction, whatever stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.limits import LONGEST_WHOLE

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
NOWRAP: Final = ' class="nw"'
_NUMBER: Final = re.compile("[0-9]{1,9}", re.ASCII)

# Digits parted by strokes or dashes, as in contract numbers, with Latin letters before or after them. It begins where a
# run of letters or of digits does, so that a long run is looked at once.
_CODE: Final = re.compile(r"((?:(?<![A-Za-z])[A-Za-z]+|(?<![0-9]))[0-9]+(?:[-/.:][A-Za-z0-9]+)+)")
_ISOLATES: Final = re.compile("([\u2066\u2068])([^\u2066\u2068\u2069]*)\u2069")
_BLANKS: Final = re.compile(r"(\s+)")


def labels_of(field: Field, text: str, lang: Lang) -> str | None:
    """What the codes of a value are called, of a closed list or within a text; None for a field without such labels."""
    if field.choices is not None:
        return field.choices.label(text, lang)
    codes = field.codes
    return None if codes is None else locale.of(lang).comma.join(codes.label(each, lang) for each in text.split())


def markup(text: str) -> str:
    """Text as markup; what is markup already stays as it is.

    A table has hundreds of cells, so those are put together here by hand, in place of `format_html`.
    """
    return text if isinstance(text, SafeString) else escape(text)


def code(text: str) -> SafeString:
    """A code, number plate, digest or address: left to right, never translated; a short one is never broken."""
    whole = " nw" if len(text) <= LONGEST_WHOLE else ""
    return SafeString(f'<bdi dir="ltr" class="code{whole}" translate="no">{markup(text)}</bdi>')


def ordinal(text: str, lang: Lang) -> SafeString:
    """A code that counts something, such as sessions: a bare number in the page's own digits, any other as a code."""
    return SafeString(locale.of(lang).numerals(text)) if _NUMBER.fullmatch(text) else code(text)


def plain_ordinal(text: str, lang: Lang) -> str:
    """The same as bare text, for titles and attributes."""
    return locale.of(lang).numerals(text) if _NUMBER.fullmatch(text) else isolated(text)


def digest(text: str) -> SafeString:
    """A digest shortened for the eye; the whole of it in the title."""
    bare = text.removeprefix("sha256:")
    short = f"{bare[:8]}…{bare[-4:]}" if len(bare) > 16 else bare
    return format_html('<bdi dir="ltr" class="code nw" translate="no" title="{}">{}</bdi>', bare, short)


def words(text: str, marked: Callable[[str], bool] | None = None) -> SafeString:
    """Text that people wrote: its direction is its own, and a code in it is read from the left.

    ``marked`` says of a written word whether it stands out.
    """
    if marked is not None:
        return format_html("<bdi>{}</bdi>", format_html_join("", "{}", _marked(text, marked)))
    # After a Persian letter the parts of 1404-0079 would stand the other way round.
    return SafeString(f"<bdi>{_codes_in(text)}</bdi>")


def _marked(text: str, marked: Callable[[str], bool]) -> Iterator[tuple[SafeString]]:
    for piece in _BLANKS.split(text):
        stands_out = bool(piece) and not piece.isspace() and marked(piece)
        yield (format_html("<mark>{}</mark>" if stands_out else "{}", _codes_in(piece)),)


def _codes_in(text: str) -> SafeString:
    parts = _CODE.split(text)
    return SafeString(escape(text) if len(parts) == 1 else "".join(map(_code_in_words, parts)))


def _code_in_words(part: str) -> str:
    if not _CODE.fullmatch(part):
        return escape(part)
    return f'<bdi dir="ltr"{NOWRAP if len(part) <= LONGEST_WHOLE else ""}>{escape(part)}</bdi>'


def in_elements(text: str) -> SafeString:
    """A sentence of ours as markup: what stands in isolates, and each code, becomes an element; a short one is never
    broken."""
    if isinstance(text, SafeString):
        return text
    # The parts come in threes: words, then the mark and the inside of an isolate.
    words_of, *isolates = _ISOLATES.split(text)
    out = [str(_codes_in(words_of))]
    for mark, inner, following in zip(*[iter(isolates)] * 3, strict=True):
        whole = NOWRAP if len(inner) <= LONGEST_WHOLE and not _BLANKS.search(inner) else ""
        side = ' dir="ltr"' if mark == LRI else ""
        out.append(f"<bdi{side}{whole}>{escape(inner)}</bdi>{_codes_in(following)}")
    return SafeString("".join(out))


def isolated(text: str) -> str:
    """Text for a title or an attribute, where no <bdi> can stand."""
    return f"{FSI}{text}{PDI}"


def from_the_left(text: str) -> str:
    """A code, a date in digits or an address for a text where no <bdi> can stand."""
    return f"{LRI}{text}{PDI}"


def in_line(text: str, lang: Lang) -> str:
    """The same for a sentence of a language: nothing is put around it where the sentence runs from the left itself."""
    return text if locale.of(lang).is_ltr else from_the_left(text)
