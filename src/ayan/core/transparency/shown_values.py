"""What a page may show for a sealed value, reckoned from the manifest alone, so that a page can be held against it.

Two texts are compared when both are `bare`: groups, digits of a script, marks of direction and blanks say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from ayan.core.schema.field import Kind
from ayan.core.schema.kinds import KINDS
from ayan.core.transparency.limits import LONGEST_LETTER
from ayan.core.values import digits, jalali, locale, money, period
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang, Locale
from ayan.core.values.money import ShownUnit

PERCENT: Final = frozenset({"٪", "%"})
ADDRESS_FIELDS: Final = frozenset({"_row", "_line"})
LANGS: Final[tuple[Lang, ...]] = ("fa", "en")
"""The languages that every declaration speaks, so that manifests have their words."""

_SILENT: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_GROUPED: Final = re.compile(f"(?<=[0-9])[,{digits.GROUP_FA}](?=[0-9]{{3}}(?![0-9]))")
# What parts the letters of a formula that are explained one by one, and a letter from its meaning.
_ENTRY: Final = re.compile("[؛;\n]+")
_MEANS: Final = re.compile("[:=]")
_EMPTY: Final = frozenset({"", "—", "خالی", "empty"})
_TRUTH: Final = {True: Label("بله", "yes"), False: Label("خیر", "no")}


@dataclass(frozen=True, slots=True)
class SealedField:
    """A column as the manifest of a release describes it; ``choices`` are the labels of its codes.

    ``nature`` and ``at`` say what may be added up, and ``sides`` which of its codes are money ``in`` and which ``out``.
    """

    name: str
    kind: Kind
    label: Mapping[Lang, str]
    unit: Mapping[Lang, str]
    choices: Mapping[str, Mapping[Lang, str]]
    nature: str = ""
    at: str = ""
    sides: Mapping[str, Sequence[str]] = dataclass_field(default_factory=dict)
    role: str = ""

    @classmethod
    def read(cls, described: Mapping[str, Any]) -> SealedField:
        """The column that a schema describes; a masked one is a code, whatever it was before."""
        kind = KINDS["code"] if described.get("ayan:masked") else KINDS.get(described.get("ayan:kind", ""))
        return cls(
            str(described["name"]),
            kind or KINDS["text"],
            _words(described.get("ayan:label")),
            _words(described.get("ayan:unit")),
            {str(choice["code"]): _words(choice) for choice in described.get("ayan:choices", ())},
            str(described.get("ayan:nature", "")),
            str(described.get("ayan:at", "")),
            {side: tuple(map(str, codes)) for side, codes in described.get("ayan:side", {}).items()},
            str(described.get("ayan:role", "")),
        )


def sealed_fields(manifest: Mapping[str, Any]) -> dict[str, SealedField]:
    """The published columns of a release by name, without those that say where a row stood."""
    columns: dict[str, SealedField] = {}
    for resource in manifest["resources"]:
        for described in resource.get("schema", {}).get("fields", ()):
            field = SealedField.read(described)
            if field.name not in ADDRESS_FIELDS:
                columns[field.name] = field
    return columns


def _words(words: object) -> dict[Lang, str]:
    return {lang: str(words[lang]) for lang in LANGS if lang in words} if isinstance(words, Mapping) else {}


# --- how a value may read ---------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """A text without what only guides the eye: two that say the same are equal then."""
    plain = digits.to_latin(_SILENT.sub("", text)).replace(digits.MINUS, "-").replace(digits.DECIMAL_FA, ".")
    return " ".join(_GROUPED.sub("", plain).split())


def readings(field: SealedField, value: object, lang: Lang, unit: ShownUnit | None = None) -> frozenset[str]:
    """Every way in which a page in a language may write a value, each `bare`.

    Money stands with the name of its unit, or bare of it below a header that names ``unit``.
    """
    if is_empty(value):
        return _EMPTY
    return frozenset(bare(reading) for reading in _readings(field, value, lang, unit))


def is_empty(value: object) -> bool:
    """Whether a page shows no value but a word for that, which no manifest states."""
    return value is None or value == ""


def _readings(field: SealedField, value: object, lang: Lang, unit: ShownUnit | None) -> Iterator[str]:
    language = locale.of(lang)
    if isinstance(value, date):
        yield from _days(value, language)
    elif field.kind.is_money and isinstance(value, int) and not field.choices:
        yield from money_readings(value, lang, unit)
    else:
        for written in _written(field, value, lang, language):
            yield written
            if lang in field.unit:
                yield f"{written} {field.unit[lang]}"
                if field.unit[lang] in PERCENT:
                    # One with its number, and a word for a voice.
                    yield f"{written}{field.unit[lang]}"
                    yield f"{written} {language.spoken[2]}" if language.spoken else written


def _written(field: SealedField, value: object, lang: Lang, language: Locale) -> Iterator[str]:
    if field.choices:
        code = _spelled(value)
        yield field.choices.get(code, {}).get(lang, code)
    elif isinstance(value, bool):
        yield _TRUTH[value].of(lang)
    elif isinstance(value, int | Decimal):
        number = language.number(value)
        yield from (number, spoken(number, language))
    else:
        yield from _texts(field, str(value), lang)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def money_readings(rial: int, lang: Lang, unit: ShownUnit | None = None) -> Iterator[str]:
    """An amount with the name of any unit that a reader may choose, or bare in one of them."""
    language = locale.of(lang)
    if unit is not None:
        for number in (money.amount(rial, unit, lang), money.listed(rial, unit, lang)):
            yield from (number, spoken(number, language))
        return
    for code, name in money.SHOWN_UNITS.items():
        for number in (money.amount(rial, code, lang), money.listed(rial, code, lang)):
            yield from (f"{written} {money.unit_label(name, lang)}" for written in (number, spoken(number, language)))


def headline_readings(rial: int, lang: Lang) -> frozenset[str]:
    """A large sum as headlines have it."""
    written = money.headline(rial, lang)
    return frozenset(map(bare, (written, spoken(written, locale.of(lang)))))


def headers(field: SealedField, lang: Lang) -> Iterator[tuple[str, ShownUnit | None]]:
    """What may stand over the column of a field, `bare`, and the unit of money that it names."""
    label = field.label.get(lang, field.name)
    yield bare(label), None
    if field.kind.is_money:
        for code, name in money.SHOWN_UNITS.items():
            yield bare(f"{label} ({money.unit_label(name, lang)})"), code
    elif lang in field.unit:
        yield bare(f"{label} ({field.unit[lang]})"), None


def spoken(number: str, language: Locale) -> str:
    """A number as a voice reads it, where the signs in it have words."""
    if language.spoken is None:
        return number
    minus, point, _ = language.spoken
    return number.replace(digits.MINUS, minus).replace(language.decimal, point)


def _days(day: date, language: Locale) -> Iterator[str]:
    words = [f"{day.day} {language.month('gregorian', day.month)} {day.year}"]
    yield from (day.isoformat(), day.isoformat().replace("-", "/"))
    try:
        own = jalali.from_gregorian(day)
    except jalali.NotADate:
        pass
    else:
        yield from (str(own), str(own).replace("-", "/"))
        words.append(f"{own.day} {language.month('jalali', own.month)} {own.year}")
    yield from words
    yield f"{words[0]} ({words[-1]})"
    yield f"{words[-1]} ({words[0]})"


def _texts(field: SealedField, text: str, lang: Lang) -> Iterator[str]:
    yield text
    if field.role == "terms":
        semicolon, entries = locale.of(lang).semicolon, [each.strip() for each in _ENTRY.split(text) if each.strip()]
        yield semicolon.join(entries)
        yield semicolon.join(map(_explained, entries))
    if field.kind.style == "period":
        try:
            yield period.parse(text).label(lang)
        except period.NotAPeriod:
            return
    elif field.kind.style == "link":
        try:
            yield urlsplit(text).netloc
        except ValueError:
            return


def _explained(entry: str) -> str:
    """A letter and its meaning as pages write them."""
    means = _MEANS.search(entry)
    if means is None or not 0 < len(entry[: means.start()].rstrip()) <= LONGEST_LETTER:
        return entry
    return f"{entry[: means.start()].rstrip()}: {entry[means.end() :].lstrip()}"


# --- the key of a record, as addresses write it -----------------------------------------------------------------------


def key_text(values: Sequence[object]) -> str:
    """The parts of a key as an address joins them, before it is percent-encoded."""
    return "~".join(_part(value) for value in values)


def _part(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        text = value.isoformat()
    else:
        text = format(value, "f") if isinstance(value, Decimal) else _spelled(value)
    return text.replace("%", "%25").replace("~", "%7E").replace("/", "%2F")
