"""What a city says of itself: name, colours, contacts, calendar and languages (``ayan.toml``); and its topics."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import ayan
from ayan.core.casework.office_hours import OfficeHours
from ayan.core.schedule.openings import Openings
from ayan.core.schema.problem import DeclarationProblems
from ayan.core.schema.release_terms import Retention, read_retention
from ayan.core.schema.tables import TomlTable
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values import jalali, locale, messages
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Locale, codes
from ayan.core.values.place import Bbox, read_extent
from ayan.core.values.workdays import DEFAULT_WEEKEND, WEEKDAYS, Workdays
from ayan.wiring import emblem
from ayan.wiring.limits import CONFIRM_DAYS, REPLY_DAYS
from ayan.wiring.sign_in_provider import SignInProvider

_HEX: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE | re.ASCII)
_SHORT: Final = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])", re.IGNORECASE | re.ASCII)
DEFAULTS: Final[Mapping[str, str]] = {
    "brand": "#0b5c63",
    "brand-deep": "#073f45",
    "brand-soft": "#e0efee",
    "link": "#0a5a78",
    "link-hover": "#063b50",
    "saffron": "#f2b705",
}
"""The colours of the stylesheet, by the names of their variables."""

_PAPER, _TINT, _INK = "#ffffff", "#f3f6f5", "#12201f"
_DARK_PAPER, _DARK_TINT, _DARK_SOFT = "#0e1817", "#14211f", "#12363a"
_DARK_TEXT: Final = 7.0
TEXT: Final = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""

# What stands on what: every pair of text and ground in which a city's colour takes part.
_PAIRS: Final = (
    ("brand", _PAPER), ("brand-deep", _PAPER), ("brand-deep", "brand-soft"), ("link", _PAPER), ("link", _TINT),
    ("link-hover", _PAPER), ("link-hover", _TINT), ("saffron", _INK), ("brand", "#dceeed"), ("brand-deep", "#e4f0ef"),
)  # fmt: skip


class NotAColour(InvalidValue):
    """Reason: shape."""


def parse(text: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of '#0b5c63' or '#fff'. Raises NotAColour."""
    long, short = _HEX.fullmatch(text), _SHORT.fullmatch(text)
    if long:
        red, green, blue = (int(digits, 16) for digits in long.groups())
    elif short:
        red, green, blue = (int(digit * 2, 16) for digit in short.groups())
    else:
        raise NotAColour("shape")
    return red, green, blue


def luminance(text: str) -> float:
    """Relative luminance, 0 to 1, after WCAG 2.2. Raises NotAColour."""
    linear = []
    for channel in parse(text):
        part = channel / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, after WCAG 2.2. Raises NotAColour."""
    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """So much of one colour (0 to 1) in another. Raises NotAColour."""
    channels = zip(parse(colour), parse(other), strict=True)
    return "#" + "".join(f"{round(chosen * share + beside * (1 - share)):02x}" for chosen, beside in channels)


def lightened(colour: str, ground: str, least: float) -> str:
    """A colour with as much white in it as it takes to stand out from a dark ground. Raises NotAColour."""
    shades = (mixed("#ffffff", colour, step / 20) for step in range(20))
    return next((shade for shade in shades if contrast(shade, ground) >= least), "#ffffff")


@dataclass(frozen=True, slots=True)
class Brand:
    """The colours chosen, by name; those not named stay as they are."""

    colours: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, table: object) -> Brand:
        """The colours of the ``[brand]`` of a city's file. ValueError, in a sentence, for what pages cannot use."""
        if not isinstance(table, dict):
            raise ValueError("brand is a table of colours")
        for name, chosen in table.items():
            if name not in DEFAULTS:
                raise ValueError(f"brand has no colour {name!r}; it has {', '.join(DEFAULTS)}")
            try:
                parse(str(chosen))
            except NotAColour:
                raise ValueError(f"brand: {name} is a colour such as #0b5c63") from None
        brand = cls(tuple((name, str(table[name]).lower()) for name in DEFAULTS if name in table))
        for foreground, other, ratio in brand.faint():
            raise ValueError(f"brand: {foreground} on {other} has a contrast of {ratio:.1f}; text needs {TEXT}")
        return brand

    def faint(self) -> list[tuple[str, str, float]]:
        """The pairs that cannot be told apart well enough to be read: a colour, its ground and their contrast."""
        chosen = {**DEFAULTS, **dict(self.colours)}
        pairs = ((name, other, contrast(chosen[name], chosen.get(other, other))) for name, other in _PAIRS)
        return [(name, other, ratio) for name, other, ratio in pairs if ratio < TEXT]

    @property
    def dark(self) -> dict[str, str]:
        """What the colours chosen become on a dark page, by the names of their variables.

        Fills stay: white is read on them. What is read on paper is made lighter until it is, the soft ground darker.
        """
        chosen = dict(self.colours)
        soft = mixed(chosen["brand-soft"], _DARK_PAPER, 0.14) if "brand-soft" in chosen else _DARK_SOFT
        shades: dict[str, str] = {name: chosen[name] for name in ("brand", "brand-deep", "saffron") if name in chosen}
        if "brand-soft" in chosen:
            shades["brand-soft"] = soft
        if "brand" in chosen:
            shades["brand-ink"] = lightened(chosen["brand"], _DARK_PAPER, _DARK_TEXT)
        if "brand-deep" in chosen or "brand-soft" in chosen:
            shades["on-soft"] = lightened(chosen.get("brand-deep", DEFAULTS["brand-deep"]), soft, _DARK_TEXT)
        for name in ("link", "link-hover"):
            if name in chosen:
                shades[name] = lightened(chosen[name], _DARK_TINT, _DARK_TEXT)
        return shades

    @property
    def css(self) -> str:
        """The stylesheet that lays these colours over the ordinary ones; empty where none was chosen.

        It joins the layer of the tokens, so that what is said of a dark page there wins, as it does over the ordinary.
        """
        if not self.colours:
            return ""
        light, dark = (
            "".join(f"--{name}:{value};" for name, value in each.items()) for each in (dict(self.colours), self.dark)
        )
        return (
            f"@layer tokens{{:root{{{light}}}"
            f'@media screen and (prefers-color-scheme:dark){{:root:not([data-scheme="light"]){{{dark}}}}}'
            f'@media screen{{:root[data-scheme="dark"]{{{dark}}}}}}}\n'
        )


ORDINARY: Final = Brand()
"""Nothing chosen."""


DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
UNNAMED: Final = Label("شهرداری", "The Municipality")
EMAIL: Final = Label("رایانامه", "E-mail")
PHONE: Final = Label("تلفن", "Phone")
OFFICE: Final = Label("نشانی", "Address")
HOURS: Final = Label("ساعت پاسخ‌گویی", "Hours")
CATALOGUES: Final = Path(ayan.__file__).parent / "locale"
"""Where the catalogues stand that come with Ayan; those in the folder ``locale`` of a city's home win over them."""

_EMAIL: Final = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,190}")
_PHONE: Final = re.compile(r"\+?[0-9 ()-]{3,30}")


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach the city: what it is, what to write or dial, and its address as a link where it has one."""

    label: Label
    text: Label
    address: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Name in both languages, whether all is invented, domain (empty if none), colours, ways of contact.

    ``retention`` is how long originals are kept where a dataset declares nothing; None keeps them for good.
    ``reply_days`` are the working days that whoever a finding names has for a reply before it is published,
    ``confirm_days`` those that an officer has to confirm a reply that came through the counter. ``openings`` are the
    days from which its datasets are owed; ``sign_in_provider`` vouches for officers, where there is one.
    ``emblem`` is the name of a file (`ayan.wiring.emblem`), ``about`` what the city writes of itself, and ``hours`` say
    until when a case that comes counts as received on the same day. ``extent`` is the box in degrees that
    the city lies in.
    """

    name: Label = UNNAMED
    demo: bool = False
    domain: str = ""
    brand: Brand = ORDINARY
    contact: tuple[Contact, ...] = ()
    retention: Retention | None = None
    workdays: Workdays = field(default_factory=Workdays)
    reply_days: int = REPLY_DAYS
    confirm_days: int = CONFIRM_DAYS
    openings: Openings = field(default_factory=Openings)
    sign_in_provider: SignInProvider | None = None
    emblem: str = ""
    about: Label | None = None
    hours: OfficeHours = field(default_factory=OfficeHours)
    extent: Bbox | None = None

    @classmethod
    def read(cls, path: Path) -> Profile:
        """The profile in ``path``; an unnamed, real city where there is no such file. ValueError for a broken one."""
        return cls.of_text(path.read_bytes(), path) if path.is_file() else cls()

    @classmethod
    def of_text(cls, text: bytes, path: Path) -> Profile:
        """The profile in the text of a file ``path``, there already or not. ValueError for a broken one."""
        try:
            table = read_toml(text)
        except BadToml as fault:
            raise ValueError(f"{path.name}: {fault.label.fa}. {fault.label.en}.") from fault
        except UnicodeDecodeError as fault:
            raise ValueError(f"{path.name}: {fault}") from fault
        demo, domain = table.get("demo", False), table.get("domain", "")
        try:
            if not isinstance(demo, bool):
                raise ValueError("demo is true or false")
            if not isinstance(domain, str) or (domain and not DOMAIN.fullmatch(domain)):
                raise ValueError("domain is a host name, such as shafaf.example")
            name, contact = _words(table.get("name", {}), UNNAMED), read_contacts(table.get("contact", {}))
            brand, retention = Brand.read(table.get("brand", {})), _retention(table, path.name)
            read_languages(table.get("languages", {}), path.parent)
            workdays, days = read_workdays(table.get("calendar", {})), _days(table.get("flags", {}))
            openings = Openings.read(table.get("opens", {}))
            provider = SignInProvider.read(table.get("single_sign_on"))
            own = _emblem(table.get("emblem", {})), _words(table["about"], Label("", "")) if "about" in table else None
            hours = OfficeHours.read(table.get("calendar", {}))
            city = (name, demo, domain, brand, tuple(contact), retention, workdays)
            return cls(*city, *days, openings, provider, *own, hours, read_extent(table.get("extent")))
        except (ValueError, TypeError, AttributeError) as fault:
            raise ValueError(f"{path.name}: {fault}") from fault


def _words(value: object, usual: Label) -> Label:
    """A text for all languages, or one for each; Persian stands in for English where that is missing."""
    if isinstance(value, str):
        return Label(value, value) if value else usual
    if not isinstance(value, Mapping):
        raise TypeError("a text, or a table with fa and en, is wanted")
    fa = str(value.get("fa") or usual.fa)
    further = tuple((code, str(words)) for code, words in value.items() if code in codes()[2:])
    return Label(fa, str(value.get("en") or (fa if value.get("fa") else usual.en)), further)


def _emblem(table: object) -> str:
    if not isinstance(table, Mapping) or set(table) - {"file"}:
        raise ValueError("emblem is a table with file")
    name = table.get("file", "")
    if not isinstance(name, str) or (name and not emblem.NAME.fullmatch(name)):
        raise ValueError("emblem.file is the name of a file in the folder emblems, as the desk writes it")
    return name


def _retention(table: Mapping[str, object], file: str) -> Retention | None:
    problems = DeclarationProblems()
    retention = read_retention(TomlTable(table, file, "", problems))
    if problems.listed:
        raise ValueError("; ".join(f"{problem.key}: {problem.message.en}" for problem in problems.listed))
    return retention


def _days(table: object) -> tuple[int, int]:
    """The table ``[flags]``: ``reply_days`` and ``confirm_days``."""
    usual = {"reply_days": REPLY_DAYS, "confirm_days": CONFIRM_DAYS}
    if not isinstance(table, Mapping) or set(table) - usual.keys():
        raise ValueError("flags is a table with reply_days and confirm_days")
    said = {**usual, **table}
    for name, days in said.items():
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 90:
            raise ValueError(f"flags.{name} is a number of working days from 1 to 90")
    return said["reply_days"], said["confirm_days"]


def read_contacts(table: Mapping[str, object]) -> list[Contact]:
    """The table ``[contact]``. ValueError for what is no address, no number, or no way of contact that is known."""
    if unknown := set(table) - {"email", "phone", "office", "hours"}:
        raise ValueError(f"contact has no {', '.join(sorted(unknown))}: email, phone, office and hours are known")
    contacts = []
    if "email" in table:
        email = str(table["email"])
        if not _EMAIL.fullmatch(email):
            raise ValueError("contact.email is not an e-mail address")
        contacts.append(Contact(EMAIL, Label(email, email), f"mailto:{email}"))
    if "phone" in table:
        phone = str(table["phone"])
        if not _PHONE.fullmatch(phone):
            raise ValueError("contact.phone is not a phone number in Latin digits")
        contacts.append(Contact(PHONE, Label(phone, phone), f"tel:{re.sub('[ ()-]', '', phone)}"))
    nothing = Label("", "")
    if "office" in table:
        contacts.append(Contact(OFFICE, _words(table["office"], nothing)))
    if "hours" in table:
        contacts.append(Contact(HOURS, _words(table["hours"], nothing)))
    return contacts


# --- the calendar -----------------------------------------------------------------------------------------------------


def read_workdays(table: object) -> Workdays:
    """The table ``[calendar]``: ``weekend`` (English names), ``off`` (Jalali day = why), ``worked`` (Jalali days).

    Raises ValueError or TypeError for what is not as it should be.
    """
    if not isinstance(table, Mapping):
        raise TypeError("calendar is a table")
    if unknown := set(table) - {"weekend", "off", "worked", "closes", "closes_on"}:
        known = "weekend, off, worked, closes and closes_on are known"
        raise ValueError(f"calendar has no {', '.join(sorted(unknown))}: {known}")
    named = table.get("weekend")
    if named is not None and (not isinstance(named, list) or not set(named) <= set(WEEKDAYS)):
        raise ValueError(f"calendar.weekend is a list of {', '.join(WEEKDAYS)}")
    weekend = DEFAULT_WEEKEND if named is None else frozenset(WEEKDAYS[day] for day in named)
    off = table.get("off", {})
    if not isinstance(off, Mapping):
        raise TypeError('calendar.off is a table, such as "1404-02-10" = "why"')
    return Workdays(
        weekend, {_day(day): str(why) for day, why in off.items()}, frozenset(map(_day, table.get("worked", [])))
    )


def _day(text: object) -> date:
    if not isinstance(text, str):
        raise TypeError('days of the calendar are written in quotes, such as "1404-02-10"')
    return jalali.to_gregorian(jalali.parse_jalali(text))


# --- languages --------------------------------------------------------------------------------------------------------


def read_languages(table: object, home: Path) -> list[Locale]:
    """The languages that the table names, in its order. Raises ValueError for one that is not understood."""
    if not isinstance(table, Mapping) or not all(isinstance(own, Mapping) for own in table.values()):
        raise ValueError("languages holds a table for each language, such as [languages.az]")
    locales = []
    for code, own in table.items():
        name = f"{code}.po"
        catalogue = messages.read((CATALOGUES / name, home / "locale" / name))
        locales.append(locale.describe(str(code), catalogue, **own))
    return locales


def speak(home: Path) -> None:
    """Put the languages of the city at ``home`` in use, for this process.

    What is wrong in its ``ayan.toml`` is said by whoever reads the city's profile; until then there are two languages.
    """
    try:
        table = tomllib.loads((home / "ayan.toml").read_text(encoding="utf-8")).get("languages", {})
        locale.use(read_languages(table, home))
    except (OSError, ValueError):
        locale.use(())


# --- topics -----------------------------------------------------------------------------------------------------------


def read_topics(*files: Path) -> Mapping[str, Label]:
    """Topic → title, in the order of the files; a later file renames or adds topics. ValueError for a broken one."""
    topics: dict[str, Label] = {}
    for path in files:
        if not path.is_file():
            continue
        try:
            table = read_toml(path.read_bytes())
            topics |= {name: _title(topic["title"]) for name, topic in table.items()}
        except BadToml as fault:
            raise ValueError(f"{path}: {fault.label.fa}. {fault.label.en}.") from fault
        except (UnicodeDecodeError, KeyError, TypeError) as fault:
            raise ValueError(f"{path}: each topic needs title.fa and title.en ({fault})") from fault
    return topics


def _title(words: Mapping[str, object]) -> Label:
    further = tuple((code, str(words[code])) for code in codes()[2:] if code in words)
    return Label(str(words["fa"]), str(words["en"]), further)
