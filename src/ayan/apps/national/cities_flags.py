"""What integrity flags found in each city: counts of what is public there, side by side under equal declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ayan.apps.catalog.record.record_flags import current
from ayan.apps.national.asked_cities import ask_each
from ayan.apps.national.cities_answer import MISSING
from ayan.apps.national.selectors import AllCities, CityPlace
from ayan.core.audit.flags.register import RegisteredFlag
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values.identity import NotAnIdentity, legal_id
from ayan.core.values.label import Label
from ayan.wiring.city import City

SILENT: Final[Mapping[str, Label]] = {
    **MISSING,
    "not-computed": Label("این هشدار را هنوز حساب نکرده است.", "It has not computed this flag yet."),
    "not-judged": Label("آنچه این هشدار لازم دارد منتشر نشده است.", "It does not publish what this flag needs."),
    "not-declared": Label("این هشدار را ندارد.", "It does not have this flag."),
    "otherwise": Label("این هشدار را به شکل دیگری تعریف کرده است.", "It declares this flag in another way."),
}
"""Why a city has no number of a flag, by the code of the API."""


@dataclass(frozen=True, slots=True)
class CityFlag:
    """One flag in a city: ``register_entry`` None before it was computed; how many findings are public, or cleared."""

    title: Label
    says: Label
    about: str
    register_entry: RegisteredFlag | None
    published: int
    cleared: int


@dataclass(frozen=True, slots=True)
class FlagOfCity:
    """What a flag found in one city."""

    place: CityPlace
    judged: int
    fired: int
    published: int
    cleared: int
    computed_at: str


@dataclass(frozen=True, slots=True)
class FlagOfCities:
    """One flag under the declaration that most cities computed it by; why of each other city nothing is said."""

    name: str
    title: Label
    says: Label
    about: str
    lines: tuple[FlagOfCity, ...]
    missing: Mapping[str, str]

    def added(self, column: str) -> int:
        """A count over the cities that are told: ``judged``, ``fired``, ``published`` or ``cleared``."""
        return sum(getattr(line, column) for line in self.lines)

    @property
    def judged(self) -> int:
        """Records that could be judged, in all cities."""
        return self.added("judged")

    @property
    def fired(self) -> int:
        """Records that it fires on, in all cities."""
        return self.added("fired")

    @property
    def published(self) -> int:
        """Public findings, in all cities."""
        return self.added("published")

    @property
    def cleared(self) -> int:
        """Findings that were explained, in all cities."""
        return self.added("cleared")


@dataclass(frozen=True, slots=True)
class FlagsOfCities:
    """Every flag that any city has, those with most public findings first, and the cities that said nothing at all."""

    flags: tuple[FlagOfCities, ...]
    missing: Mapping[str, str]


def read_flags(city: City, party_id: str) -> Mapping[str, CityFlag]:
    """The flags of a city by name, with what is public of them; of the findings those that name a legal ID, if any."""
    register = city.flag_register.now()
    standing = [each for each in current(city, register.findings) if party_id in ("", each.party_id)]
    out = {}
    for flag in city.registry.flags().sound:
        mine = [each.standing for each in standing if each.flag == flag.name]
        entry = register.flags.get(flag.name)
        published = mine.count("published")
        out[flag.name] = CityFlag(flag.title, flag.says, flag.about, entry, published, len(mine) - published)
    return out


def flags_of_cities(cities: AllCities, flag: str = "", party_id: str = "") -> FlagsOfCities:
    """What flags found in all cities that stand. Raises BadQuestion for a flag or a legal ID that is none."""
    if party_id:
        try:
            party_id = legal_id(party_id)
        except NotAnIdentity:
            raise BadQuestion([problem("not-allowed", "party_id")]) from None
    said, silent = ask_each(cities.national, sorted(cities.standing.cities), partial(read_flags, party_id=party_id))
    names = sorted({name for of_city in said.values() for name in of_city})
    if flag and flag not in names:
        raise BadQuestion([problem("not-allowed", "flag", names)])
    flags = [_together(cities, name, said) for name in names if flag in ("", name)]
    flags.sort(key=lambda each: (-each.published, -len(each.lines), each.name))
    missing = dict(sorted((dict(cities.standing.left_out) | dict(silent)).items()))
    return FlagsOfCities(tuple(flags), missing)


def _together(cities: AllCities, name: str, said: Mapping[str, Mapping[str, CityFlag]]) -> FlagOfCities:
    own = {code: of_city[name] for code, of_city in said.items() if name in of_city}
    entries = [each.register_entry for each in own.values() if each.register_entry is not None]
    # A declaration by which somebody could judge comes before one by which nobody could.
    digests = [entry.digest for entry in entries if entry.judged] or [entry.digest for entry in entries]
    chief = max(sorted(set(digests)), key=digests.count, default="")
    missing: dict[str, str] = {}
    lines: list[FlagOfCity] = []
    for code in said:
        each = own.get(code)
        why = _why_not(each, chief)
        if why or each is None or each.register_entry is None:
            missing[code] = why
            continue
        entry = each.register_entry
        place = cities.place(code)
        lines.append(FlagOfCity(place, entry.judged, entry.fired, each.published, each.cleared, entry.at))
    shown = _alike(list(own.values()), chief)[0]
    lines.sort(key=lambda line: (-line.published, -line.fired, line.place.code))
    return FlagOfCities(name, shown.title, shown.says, shown.about, tuple(lines), missing)


def _why_not(each: CityFlag | None, chief: str) -> str:
    """Why a city has no number of a flag; empty where it has."""
    if each is None:
        return "not-declared"
    if each.register_entry is None:
        return "not-computed"
    if each.register_entry.digest != chief:
        return "otherwise"
    return "not-judged" if each.register_entry.missing or not each.register_entry.judged else ""


def _alike(every: Sequence[CityFlag], chief: str) -> Sequence[CityFlag]:
    """Those of the chief declaration, or all where none was computed."""
    return [each for each in every if each.register_entry and each.register_entry.digest == chief] or every
