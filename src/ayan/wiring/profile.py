"""What a city says of itself in ``ayan.toml``: its name, how to reach it, and whether all of it is invented."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ayan.core.schema.problem import DeclarationProblems
from ayan.core.schema.release_terms import Retention, read_retention
from ayan.core.schema.tables import TomlTable
from ayan.core.values.jalali import Workdays
from ayan.core.values.label import Label
from ayan.core.values.locale import codes
from ayan.wiring.brand import ORDINARY, Brand
from ayan.wiring.calendar import read_workdays
from ayan.wiring.languages import read_languages

DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
REPLY_DAYS: Final = 10
CONFIRM_DAYS: Final = 5
UNNAMED: Final = Label("شهرداری", "The Municipality")
EMAIL: Final = Label("رایانامه", "E-mail")
PHONE: Final = Label("تلفن", "Phone")
OFFICE: Final = Label("نشانی", "Address")
HOURS: Final = Label("ساعت پاسخ‌گویی", "Hours")
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
    ``confirm_days`` those that an officer has to confirm a reply that came through the counter.
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

    @classmethod
    def read(cls, path: Path) -> Profile:
        """The profile in ``path``; an unnamed, real city where there is no such file. ValueError for a broken one."""
        if not path.is_file():
            return cls()
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise ValueError(f"{path.name}: {fault}") from fault
        demo, domain = table.get("demo", False), table.get("domain", "")
        try:
            if not isinstance(demo, bool):
                raise ValueError("demo is true or false")
            if not isinstance(domain, str) or (domain and not DOMAIN.fullmatch(domain)):
                raise ValueError("domain is a host name, such as shafaf.example")
            name, contact = _words(table.get("name", {}), UNNAMED), _contacts(table.get("contact", {}))
            brand, retention = Brand.read(table.get("brand", {})), _retention(table, path.name)
            read_languages(table.get("languages", {}), path.parent)
            workdays, days = read_workdays(table.get("calendar", {})), _days(table.get("flags", {}))
            return cls(name, demo, domain, brand, tuple(contact), retention, workdays, *days)
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


def _contacts(table: Mapping[str, object]) -> list[Contact]:
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
