"""Reading the declarations of services: ``<folder>/<code>.toml``, and the words of ``terms.toml`` beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from ayan.core.schema.problem import DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import TomlTable, near, refuse_bare_dates
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.services.limits import LARGEST_FILE, LONGEST_PROMISE, MOST_NAMES, MOST_SERVICES
from ayan.core.services.service import (
    CHANNELS,
    SIDES,
    FeeSort,
    LegalBasis,
    Service,
    ServiceChannel,
    ServiceStep,
    ServiceTerm,
    ServiceTerms,
)
from ayan.core.values.label import Label
from ayan.core.values.locale import BUILT_IN, Lang, codes

TERMS: Final = "terms"
"""The file of the words that services name: it declares no service."""

CODE: Final = re.compile(r"[A-Z]{1,3}-[0-9]{1,4}")
"""How a service's file is called, and so the service itself: it stands in addresses, in cases and in the dataset."""

_FILE_NAME: Final = Label(
    "نام پرونده باید کد خدمت باشد، مانند S-20.toml.", "The file is named by the code of the service, like S-20.toml."
)

_Term = TypeVar("_Term")


@dataclass(frozen=True, slots=True, eq=False)
class ServiceCatalogue:
    """The services that hold, by code in their order; what is wrong with the declarations of the others.

    ``digest`` is that of all files, so that whoever keeps an answer notices a change.
    """

    services: Mapping[str, Service]
    terms: ServiceTerms
    problems: tuple[DeclarationProblem, ...] = ()
    digest: str = ""

    @property
    def sample(self) -> int:
        """How many of them are a sample that no city has confirmed."""
        return sum(service.sample for service in self.services.values())


def read_services(folder: Path) -> ServiceCatalogue:
    """Every service that a folder declares; none where it does not exist."""
    files = {path.stem: path for path in sorted(folder.glob("*.toml"))} if folder.is_dir() else {}
    digest = sha256()
    terms, faults = ServiceTerms(), []
    if TERMS in files:
        raw, problems = _open(files.pop(TERMS), digest.update)
        terms = _terms(TomlTable(raw, f"public-services/{TERMS}.toml", "", problems))
        faults += problems.listed
    services: dict[str, Service] = {}
    for code, path in sorted(files.items(), key=lambda each: _order(each[0]))[:MOST_SERVICES]:
        raw, problems = _open(path, digest.update)
        if not CODE.fullmatch(code):
            problems.add(f"public-services/{path.name}", "", "file-name", _FILE_NAME)
        service = _service(code, TomlTable(raw, f"public-services/{path.name}", "", problems), terms) if raw else None
        if service is not None and not problems.listed:
            services[code] = service
        faults += problems.listed
    return ServiceCatalogue(services, terms, tuple(faults), digest.hexdigest())


def _order(code: str) -> tuple[str, int, str]:
    letters, _, number = code.partition("-")
    return letters, int(number) if number.isdecimal() else 0, code


def _open(path: Path, seen: Callable[[bytes], object]) -> tuple[Mapping[str, object], DeclarationProblems]:
    problems = DeclarationProblems()
    file = f"public-services/{path.name}"
    try:
        content = path.read_bytes()
        seen(path.name.encode() + b"\0" + content)
        if len(content) > LARGEST_FILE:
            problems.add(file, "", "out-of-range", low=1, high=LARGEST_FILE)
            return {}, problems
        raw = read_toml(content)
    except OSError:
        problems.add(file, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(file, "", "file-encoding")
    except BadToml as fault:
        problems.add(file, "", "file-toml", reason=fault.label)
    else:
        refuse_bare_dates(raw, file, "", problems)
        return raw, problems
    return {}, problems


# --- the words --------------------------------------------------------------------------------------------------------


def _terms(table: TomlTable) -> ServiceTerms:
    events, audiences, units, documents = (
        _listed(table, key, _term, lambda term: term.code) for key in ("event", "audience", "unit", "document")
    )
    steps = _listed(table, "step", _step, lambda step: step.code)
    table.close()
    return ServiceTerms(events, audiences, units, documents, steps)


def _listed(
    table: TomlTable, key: str, read: Callable[[TomlTable], _Term], code_of: Callable[[_Term], str]
) -> dict[str, _Term]:
    """The entries of a list by their codes, none of them twice."""
    entries: dict[str, _Term] = {}
    for each in table.tables(key, "code"):
        entry = read(each)
        each.close()
        if code_of(entry) in entries:
            each.refuse("code", "repeated", value=code_of(entry)[:60])
        entries[code_of(entry)] = entry
    return entries


def _term(table: TomlTable) -> ServiceTerm:
    code = table.text("code") if table.needed("code") else None
    return ServiceTerm(code or "", table.needed_label("title"), table.label("says"), _by_language(table, "needs"))


def _step(table: TomlTable) -> ServiceStep:
    code = table.text("code") if table.needed("code") else None
    by = table.one_of("by", tuple(SIDES)) or "city"
    return ServiceStep(code or "", table.needed_label("title"), by, table.boolean("visit") or False)


# --- a service --------------------------------------------------------------------------------------------------------


def _service(code: str, table: TomlTable, terms: ServiceTerms) -> Service | None:
    title, says, who = (table.needed_label(key) for key in ("title", "says", "who"))
    table.needed("events")
    events = _named(table, "events", terms.events)
    audience, unit = _known_term(table, "audience", terms.audiences), _known_term(table, "unit", terms.units)
    channels = _channels(table)
    fee, tariff = _fee(table)
    called, needs = _by_language(table, "called"), _by_language(table, "needs")
    documents, steps = _named(table, "documents", terms.documents), _named(table, "steps", terms.steps)
    days, law = table.whole("days", 0, LONGEST_PROMISE), _law(table)
    output = table.label("output")
    case, sample = table.text("case") or "", table.boolean("sample") or False
    table.close()
    if audience is None or unit is None:
        return None
    return Service(
        code=code,
        title=title,
        says=says,
        who=who,
        events=events,
        audience=audience,
        unit=unit,
        channels=channels,
        called=called,
        needs=needs,
        documents=documents,
        steps=steps,
        fee=fee,
        tariff=tariff,
        days=days,
        law=law,
        output=output,
        case=case,
        sample=sample,
    )


def _named(table: TomlTable, key: str, known: Mapping[str, _Term]) -> tuple[_Term, ...]:
    codes_named = table.texts(key) or ()
    for code in codes_named:
        if code not in known:
            table.refuse(key, "not-one-of", value=code[:60], near=near(code, known), allowed=list(known))
    return tuple(known[code] for code in codes_named if code in known)


def _known_term(table: TomlTable, key: str, known: Mapping[str, ServiceTerm]) -> ServiceTerm | None:
    code = table.one_of(key, tuple(known)) if table.needed(key) else None
    return known[code] if code is not None else None


def _channels(table: TomlTable) -> tuple[ServiceChannel, ...]:
    table.needed("channels")
    return _named(table, "channels", {code: code for code in CHANNELS})


def _fee(table: TomlTable) -> tuple[FeeSort, str]:
    """What is declared of the fee: free, or the tariff that computes it, never an amount: amounts stand in tariffs."""
    fee = table.table("fee")
    if fee is None:
        return "unstated", ""
    free, tariff = fee.boolean("free") or False, fee.text("tariff") or ""
    if free and tariff:
        fee.refuse("tariff", "not-one-of", value=tariff[:60], near=Label("", ""), allowed="free")
    fee.close()
    return ("free", "") if free else ("tariff", tariff) if tariff else ("unstated", "")


def _by_language(table: TomlTable, key: str) -> dict[Lang, tuple[str, ...]]:
    """Names or sayings of people, by language."""
    given = table.table(key)
    if given is None:
        return {}
    said: dict[Lang, tuple[str, ...]] = {}
    for lang in (*BUILT_IN, *(code for code in codes() if code not in BUILT_IN)):
        texts = given.texts(lang) or ()
        if len(texts) > MOST_NAMES:
            given.refuse(lang, "out-of-range", low=0, high=MOST_NAMES)
        if texts:
            said[lang] = texts
    given.close()
    return said


def _law(table: TomlTable) -> LegalBasis | None:
    """The legal basis, which counts only with its source."""
    law = table.table("law")
    if law is None:
        return None
    words = law.needed_label("words")
    source = (law.text("source") if law.needed("source") else None) or ""
    law.close()
    return LegalBasis(words, source)
