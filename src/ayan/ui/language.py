"""The language of a page: decided by its address alone, never by cookie, browser or session."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Direction, Lang
from ayan.core.values.messages import TAG

# Private-use characters round a sentence that nobody has translated, with its own language between the first two;
# `marked` turns them into markup, and no answer leaves with them. A key that is this site's own stands in each, so that
# nothing that a file says can pass for one.
_BEGIN, _SAID, _END = "\uf8f0", "\uf8f1", "\uf8f2"
# What stands in a tag, in a comment, or in an element whose content is text alone.
_NO_MARKUP: Final = re.compile(
    r"<(title|textarea|option|script|style)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """The same page in one of the languages in use: its address here and on the web."""

    code: Lang
    name: str
    dir: Direction
    address: str
    absolute: str


def prefix(lang: Lang) -> str:
    """What stands before every address of a language: nothing for Persian, '/en', '/az'."""
    return "" if lang == locale.DEFAULT.code else f"/{lang}"


def in_each(path: str) -> tuple[str, ...]:
    """A path in every language in use: '/desk/', '/en/desk/' …"""
    return tuple(prefix(lang) + path for lang in locale.codes())


def of(request: HttpRequest) -> Lang:
    """The language whose prefix the address has; Persian without one."""
    return of_path(request.path_info)


def of_path(path: str) -> Lang:
    """As `of`, for a path that begins with a slash."""
    return locale.known(path[1:].partition("/")[0])


def asked(request: HttpRequest) -> Lang:
    """The language that a program asks for with ``_lang``; Persian where it names none in use."""
    return locale.known(request.GET.get("_lang"))


def bare(path: str) -> str:
    """A path without the prefix of its language."""
    return path.removeprefix(prefix(of_path(path.partition("?")[0]))) or "/"


def versions(request: HttpRequest, origin: str = "") -> tuple[LanguageVersion, ...]:
    """The same page, with the same filters, in every language in use."""
    path = bare(request.get_full_path())
    addresses = ((locale_in_use, prefix(locale_in_use.code) + path) for locale_in_use in locale.in_use())
    return tuple(
        LanguageVersion(locale_in_use.code, locale_in_use.name, locale_in_use.direction, at, origin + at)
        for locale_in_use, at in addresses
    )


def frame(lang: Lang) -> dict[str, str]:
    """What every template needs to know of its language."""
    return {"lang": lang, "dir": locale.of(lang).direction, "prefix": prefix(lang)}


@cache
def _key() -> str:
    return salted_hmac("ayan.ui.language", "borrowed").hexdigest()[:16]


def sentence(lang: Lang, fa: str, en: str, blanks: Mapping[str, Any], said: str = "") -> SafeString:
    """A sentence of a template in a language, its blanks filled and escaped.

    What a catalogue says is text, apart from the markup that the English sentence has too (`messages.fits`). A
    sentence that it lacks is marked with the language in which it is shown. ``said`` is the English form that is
    shown, where that is not the one under which catalogues keep the sentence.
    """
    words, spoken = locale.pick_with_language(lang, fa, en, count=count_in(blanks))
    if spoken == locale.ENGLISH.code:
        words = said or en
    if spoken not in locale.BUILT_IN:
        words = escaped(words)
    text = _filled(words, blanks)
    return text if spoken == lang else SafeString(f"{_BEGIN}{_key()}{spoken}{_SAID}{text}{_END}{_key()}")


def count_in(blanks: Mapping[str, Any]) -> Any:
    """What a sentence counts: the number in its blank ``n``; None where it has none."""
    n = blanks.get("n")
    if isinstance(n, str) and not hasattr(n, "value"):
        bare = to_latin(re.sub(r"[.,٬]", "", n))
        return int(bare) if bare.isdecimal() else None
    return getattr(n, "value", n)


def _filled(words: str, blanks: Mapping[str, Any]) -> SafeString:
    if not blanks and "{" not in words and "}" not in words:
        return SafeString(words)
    return format_html(words + "{_}", _="", **blanks)


def escaped(words: str) -> str:
    """A catalogue's sentence with everything outside its tags as text."""
    parts, at = [], 0
    for tag in TAG.finditer(words):
        parts += [escape(unescape(words[at : tag.start()])), tag[0]]
        at = tag.end()
    return "".join([*parts, escape(unescape(words[at:]))])


def marked(html: str) -> str:
    """A page whose borrowed sentences say which language they are in, where markup can stand."""
    borrowed = re.compile(f"{_BEGIN}{_key()}([a-z-]+){_SAID}|{_END}{_key()}")

    def plain(text: str) -> str:
        return borrowed.sub("", text)

    def spans(text: str) -> str:
        return borrowed.sub(_span, text)

    parts, at = [], 0
    for match in _NO_MARKUP.finditer(html):
        parts += [spans(html[at : match.start()]), plain(match[0])]
        at = match.end()
    return "".join([*parts, spans(html[at:])])


def _span(mark: re.Match[str]) -> str:
    lang = mark[1]
    return f'<span lang="{lang}" dir="{locale.of(lang).direction}">' if lang else "</span>"


# An element whose own text is Persian alone; what is mixed is a sentence of the page's language with a name in it.
# Found words may begin with the one that was asked for, which is marked; a text in a drawing with the whole of itself.
_PERSIAN_TEXT: Final = re.compile(
    rb"<(a|b|bdi|button|caption|dd|dt|figcaption|h[1-4]|label|legend|li|mark|option|p|span|strong|summary|td|text|th)"
    rb"((?:\s[^<>]*)?)>(?=(?:<mark>|<title>[^<]*</title>)?[^<A-Za-z]*[\xd8-\xdb][^<A-Za-z]*(?:</mark>[^<A-Za-z]*)?<)"
)
_NAME: Final = re.compile(
    rb"\xe2\x81\xa8(?:(?!\xe2\x81[\xa6-\xa9])[^<>A-Za-z])*?[\xd8-\xdb](?:(?!\xe2\x81[\xa6-\xa9])[^<>A-Za-z])*\xe2\x81\xa9"
    rb"|(?<=\xe2\x80\x9c)(?:(?!\xe2\x80[\x9c\x9d]|\xe2\x81[\xa6-\xa9])[^<>A-Za-z])*?[\xd8-\xdb]"
    rb"(?:(?!\xe2\x80[\x9c\x9d]|\xe2\x81[\xa6-\xa9])[^<>A-Za-z])*(?=\xe2\x80\x9d)"
)
"""A Persian name in a sentence, between the marks that keep its direction or between quotation marks."""
_TEXT_ALONE: Final = re.compile(rb"</?(?:title|option|textarea|script|style|text|tspan)\b")


def persian_marked(page: bytes) -> bytes:
    """A page in a language that is written from the left, whose Persian texts say so: names, subjects, headings.

    A voice would else read them by the rules of the page's own language.
    """
    page = _PERSIAN_TEXT.sub(
        lambda match: match[0] if b" lang=" in match[2] else b'<%b%b lang="fa">' % (match[1], match[2]), page
    )
    return _NAME.sub(lambda match: _name_marked(page, match), page)


def _name_marked(page: bytes, name: re.Match[bytes]) -> bytes:
    """The name as an element, where one can stand: not in an attribute, a title or a drawing."""
    at = page.rfind(b"<", 0, name.start())
    in_text = at >= 0 and page.find(b">", at, name.start()) >= 0 and not _TEXT_ALONE.match(page, at)
    return b'<span lang="fa">%b</span>' % name[0] if in_text else name[0]


class Language:
    """Speaks the address's language while the request passes, also in Django's own sentences."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lang = of(request)
        with translation.override(lang):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", lang)
        if lang not in locale.BUILT_IN and not response.streaming and _BEGIN.encode() in response.content:
            response.content = marked(response.content.decode()).encode()
        if locale.of(lang).is_ltr and not response.streaming and _is_page(response):
            response.content = persian_marked(response.content)
        return response


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")
