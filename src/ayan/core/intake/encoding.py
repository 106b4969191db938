"""Which encoding a text file is in: a mark, strict UTF-8, windows-1256 that reads as Persian, else a refusal."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import LONGEST_HEAD, MOST_WORDS

CHUNK: Final = 1024 * 1024
DOUBLED_BOM: Final = codecs.BOM_UTF8.decode("latin-1").encode("utf-8")
# The encodings that a declaration may name, and the names under which they are reported.
KNOWN: Final = {
    "utf-8": "utf-8",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1256": "windows-1256",
    "cp1252": "windows-1252",
    "iso8859-6": "iso-8859-6",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "cp850": "cp850",
    "mac-roman": "mac-roman",
    "cp932": "shift_jis",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc_kr": "euc-kr",
}

_UTF8_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8_PERSIAN_RUN: Final = re.compile(rb"(?:[\xd8-\xdb][\x80-\xbf]){3}")
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_ARABIC: Final = re.compile("[\u0621-\u0652\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2]")
_GLUED: Final = re.compile("(?<=[A-Za-z])[\u0621-\u0652](?=[A-Za-z])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_STREWN: Final = re.compile("[A-Za-z][^A-Za-z]+[A-Za-z]|^[^A-Za-z][A-Za-z]|[A-Za-z][^A-Za-z]$")
_BYTES_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]+")
# The two hundred commonest pairs of letters in Persian texts (of this project): nine in ten pairs of a text are among
# them, seven in ten of a list of names; of another encoding read as windows-1256, hardly any.
_LETTERS: Final = (
    "اردهانایستردهادامنراندمییدماازاسقهبانططقریدییندرنیونادواامروشدنابرهریانهپرودتارسالرهساهمبهنتنویفیسلی"
    "شاآنمهفتکهتهییکنتششمورگرشویرخوشتکاسیپیدونششهزییشپاتوویاشجاشربیافچهنملامعاحیکوزترولمووضیتابکداهخاملتی"
    "رفرگاخیمحدتنیزیگسهیخدنمتفرمدرکصوعیجمنجگوهیعابلکروعختاتنگوبمراعاکشنسنقرزهمباقپسضعسخلغسرهنقدعدصلچیاصزم"
    "رندسصففححهبنگینچرموشکسبولتجدگذنباومصزدکیفاگهمسغیدفعلهدبعننگاتعیوقادمکمکلعوآمشیجهلکرشیلمقگشعمیهکتخصقی"
)
_PAIRS: Final = frozenset(_LETTERS[at : at + 2] for at in range(0, len(_LETTERS), 2))
_UNIFIED: Final = str.maketrans("يىك", "ییک")
# Of the pairs of a text that is Persian at least so many hundredths are common, where there are enough to tell.
_COMMON: Final = 35
_ENOUGH: Final = 12
# One word in so many may mix letters of two scripts: a typing error.
_MIXED: Final = 20
# Bytes that mean the same in the Western, the Central European and the Turkish Windows encoding and in windows-1256:
# é, ç, dashes, curly quotes. The pound sign is taken for what it is.
_WESTERN: Final = frozenset(
    byte
    for byte in (0x80, 0xA3, 0xA9, 0xAB, *range(0x91, 0x95), 0x96, 0x97, 0xA0, 0xB0, 0xB1, 0xBB, *range(0xC0, 0x100))
    if byte == ord("£")
    or len({bytes([byte]).decode(codec, "replace") for codec in ("cp1250", "cp1252", "cp1254", "cp1256")}) == 1
)
# Where such a sign stands in a way that it does not in a text, it is a letter of another system: «h“tel», «PéRE».
_MISPLACED: Final = re.compile(r"[^\W\d_][“‘–—€£©«°±]|[”»–—€©°±](?=[^\W\d_])|[A-Z][à-ÿ](?=[A-Z])|[a-zà-ÿ][À-Þ]")
_TRIED: Final = ("cp1256", "iso8859-6", "cp1252", "cp1251", "cp850", "gbk", "shift_jis", "mac_roman")
"""What the words of a file in no known encoding are shown in, so that its sender can tell which it is."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec, the number of bytes of marks before the text, and whether a doubly encoded mark was there."""

    codec: str
    start: int = 0
    doubled: bool = False

    @property
    def label(self) -> str:
        """The name reported to people."""
        return KNOWN[self.codec]


def mark(head: bytes) -> Encoding | None:
    """The encoding that the first bytes state, if they do."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be", 2)
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if head.startswith(DOUBLED_BOM, start):
        return Encoding("utf-8", start + len(DOUBLED_BOM), doubled=True)
    return Encoding("utf-8", start) if start else None


def declared(name: str) -> str:
    """The codec a declaration means; CannotRead ``encoding-unknown`` for one that is not accepted."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
    if codec not in KNOWN:
        raise refuse("encoding-unknown", encoding=name)
    return codec


def other_than_utf8(path: Path) -> Encoding:
    """windows-1256, for a file that is not UTF-8 and plausibly is that; else CannotRead ``encoding-mixed``.

    Without a word of Arabic letters it is windows-1252 where all its signs mean the same in every such encoding, and
    else ``encoding-unsure``.

    Every byte has a meaning in windows-1256, so decoding proves nothing. What is asked: no control bytes, no runs of
    UTF-8 Persian, fewer UTF-8 sequences than other high bytes, and high bytes that read as Persian words (or as marks
    which the Western Windows encoding has in the same places). Words that mix scripts, and letters that stand beside
    each other as they do not in Persian, are ``encoding-unsure``, told with words of the header.
    """
    seen = _Seen()
    for number, piece in _lines(path):
        seen.add(number, piece)
    if seen.sequences >= seen.strays:
        raise refuse("encoding-mixed", line=seen.first.get("stray", 1))
    for trace in ("control", "utf8"):
        if trace in seen.first:
            raise refuse("encoding-mixed", line=seen.first[trace])
    if seen.foreign > seen.arabic or seen.glued * 5 > seen.arabic:
        raise refuse("encoding-mixed", line=seen.first.get("foreign", 1))
    if not seen.words_of_arabic and not seen.misplaced and not seen.quotes and seen.signs <= _WESTERN:
        return Encoding("cp1252")
    if (
        not seen.words_of_arabic
        or seen.mixed * _MIXED > seen.pure
        or (seen.pairs >= _ENOUGH and seen.common * 100 < _COMMON * seen.pairs)
    ):
        raise refuse("encoding-unsure", line=seen.first.get("stray", 1), words=_as_others_read(path))
    return Encoding("cp1256")


class _Seen:
    """What the lines of a file that is not UTF-8 hold: counts, and the line where each oddity came first."""

    def __init__(self) -> None:
        self.sequences = self.strays = self.arabic = self.glued = self.foreign = 0
        self.words = self.pure = self.mixed = self.pairs = self.common = 0
        self.words_of_arabic = self.misplaced = self.quotes = 0
        self.signs: set[int] = set()
        self.first: dict[str, int] = {}

    def add(self, number: int, piece: bytes) -> None:
        """Look at the piece that begins on line ``number``."""
        if _CONTROL.search(piece):
            self.first.setdefault("control", number)
        signs = b"".join(_HIGH.findall(piece))
        high = len(signs)
        if not high:
            return
        self.signs.update(signs)
        sequences = _UTF8_SEQUENCE.findall(piece)
        if _UTF8_PERSIAN_RUN.search(piece):
            self.first.setdefault("utf8", number)
        self.sequences += len(sequences)
        strays = high - sum(map(len, sequences))
        if strays:
            self.strays += strays
            self.first.setdefault("stray", number)
        text = piece.decode("cp1256")
        self.arabic += len(_ARABIC.findall(text))
        if self.words < MOST_WORDS:
            self._read(text)
        if not self.words_of_arabic:
            self.misplaced += _MISPLACED.search(text) is not None
            self.quotes += text.count("“") - text.count("”")
        glued = len(_GLUED.findall(text))
        foreign = glued + _foreign(text)
        if foreign:
            self.glued += glued
            self.foreign += foreign
            self.first.setdefault("foreign", number)

    def _read(self, text: str) -> None:
        """Count the words that are wholly of Arabic letters, those that mix scripts, and pairs of letters."""
        for word in _WORD.findall(text):
            if word.isascii():
                continue
            self.words += 1
            arabic = len(_ARABIC.findall(word))
            foreign = any(sign > "\x80" and not _ARABIC.match(sign) for sign in word)
            # «شركتABC» is a name; one letter within or beside Latin ones is another encoding's.
            strewn = 0 < arabic < len(word) and _STREWN.search(word) is not None
            self.mixed += foreign or strewn
            if arabic == len(word):
                self.pure += 1
                self.words_of_arabic += len(word) > 1
                plain = word.translate(_UNIFIED)
                self.pairs += len(plain) - 1
                self.common += sum(plain[at : at + 2] in _PAIRS for at in range(len(plain) - 1))


def _as_others_read(path: Path) -> str:
    """Up to three words of the first line as each candidate reads them; nothing where that has none."""
    with path.open("rb") as file:
        words = [word for word in _BYTES_WORD.findall(file.readline(LONGEST_HEAD)) if not word.isascii()][:3]
    readings: dict[str, str] = {}
    for codec in _TRIED if words else ():
        try:
            text = " ".join(word.decode(codec) for word in words)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            readings.setdefault(text[:60], KNOWN.get(codec, codec))
    return " | ".join(f"{name}: {text}" for text, name in readings.items())


def _foreign(text: str) -> int:
    """How many characters are neither ASCII nor Persian writing nor the same in windows-1252."""
    count = 0
    for sign in set(text):
        if sign < "\x80" or _ARABIC.match(sign) or sign in "،؛؟ـ\u200c\u200d\u200e\u200f":
            continue
        try:
            same = sign.encode("cp1252") == sign.encode("cp1256")
        except UnicodeEncodeError:
            same = False
        if not same:
            count += text.count(sign)
    return count


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Pieces of whole lines (or of one over-long line) with the number of their first line."""
    number = 1
    with path.open("rb") as file:
        while piece := file.readline(CHUNK):
            yield number, piece
            if piece.endswith(b"\n"):
                number += 1


def undecodable_line(path: Path, encoding: Encoding) -> int:
    """The line of the first byte that ``encoding`` refuses (1 when there is none)."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    line = 1
    with path.open("rb") as file:
        file.seek(encoding.start)
        while True:
            chunk = file.read(CHUNK)
            state = decoder.getstate()
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                pending = state[0] + chunk
                good = pending[: error.start].decode(encoding.codec, "replace")
                return line + good.count("\n")
            if not chunk:
                return 1


def to_utf8(path: Path, encoding: Encoding, target: Path) -> None:
    """Write the text of ``path`` to ``target`` in UTF-8, without marks; CannotRead ``encoding-other`` with the line."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    with path.open("rb") as file, target.open("wb") as out:
        file.seek(encoding.start)
        try:
            while chunk := file.read(CHUNK):
                out.write(decoder.decode(chunk).encode("utf-8"))
            out.write(decoder.decode(b"", final=True).encode("utf-8"))
        except UnicodeError:
            line = undecodable_line(path, encoding)
            raise refuse("encoding-other", line=line, encoding=encoding.label) from None
