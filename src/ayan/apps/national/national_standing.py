"""Which cities the pages over all of them may tell of at this moment, and which are left out, and why."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ayan.apps.national.limits import BELIEVED_SECONDS, UNSEEN_SECONDS
from ayan.apps.national.national_register import NationalRegister, RegisteredCity
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring.city import City

StandingPart = TypeVar("StandingPart")
LEFT_OUT: Final[Mapping[str, Label]] = {
    "closed": Label("اکنون بسته است.", "It is closed at the moment."),
    "unreadable": Label("داده‌هایش اکنون خوانده نمی‌شود.", "Its data cannot be read at the moment."),
    "new": Label("هنوز خوانده نشده است.", "It has not been read yet."),
    "changing": Label(
        "چیزی در آن منتشر یا پس گرفته شده و هنوز از نو خوانده نشده است.",
        "Something was published or withdrawn there, and it has not been read anew yet.",
    ),
}
"""Why a city is left out, by the code of the API."""


@dataclass(frozen=True, slots=True)
class ListedCity:
    """A city of the installation's list.

    ``mark`` asks its store for its mark, and raises what the store raises; None where asking takes a request to another
    machine.
    """

    code: str
    origin: str
    closed: bool
    mark: Callable[[], str | None] | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands, by code, and who is left out, with the code of why; ``version`` names all of it."""

    cities: Mapping[str, RegisteredCity]
    left_out: Mapping[str, str]
    names: Mapping[str, Label]
    origins: Mapping[str, str]
    version: str


class CityOutOfReach(Refusal):
    """A city of the installation cannot be asked anything at the moment."""

    code = "unreadable"
    fa = LEFT_OUT["unreadable"].fa
    en = LEFT_OUT["unreadable"].en
    status = 503


def _no_reach(_code: str) -> AbstractContextManager[City]:
    raise CityOutOfReach


class NationalStanding:
    """Looks at every city of an installation, at most once in `BELIEVED_SECONDS`.

    What was withdrawn is told by no page after that: a city whose store has another mark than the one under which it
    was read is left out until it was read anew; ``stale`` is called with its code. ``reach`` opens a city by its code,
    to be asked while the block runs, or raises CityOutOfReach.
    """

    def __init__(
        self,
        register: NationalRegister,
        listed: Callable[[], Sequence[ListedCity]],
        stale: Callable[[str], None] = lambda code: None,
        reach: Callable[[str], AbstractContextManager[City]] = _no_reach,
    ) -> None:
        self.register = register
        self.reach = reach
        self._listed = listed
        self._stale = stale
        self._lock = threading.Lock()
        self._known: tuple[float, Standing] | None = None
        self._values: tuple[str, dict[str, Any]] = ("", {})

    def now(self) -> Standing:
        """Who stands now."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > BELIEVED_SECONDS:
                self._known = time.monotonic(), self._looked()
            return self._known[1]

    def once(self, standing: Standing, name: str, make: Callable[[], StandingPart]) -> StandingPart:
        """What is made of all cities that stand, kept while the same ones do; two may make it at the same moment."""
        version, values = self._values
        if version != standing.version:
            self._values = version, values = standing.version, {}
        if name not in values:
            values[name] = make()
        known: StandingPart = values[name]
        return known

    def _looked(self) -> Standing:
        known, stands, left_out = self.register.cities(), {}, {}
        listed = self._listed()
        for each in listed:
            why = self._why_not(each, known.get(each.code))
            if not why:
                stands[each.code] = known[each.code]
                continue
            left_out[each.code] = why
            if why in ("new", "changing"):
                self._stale(each.code)
        names = {each.code: known[each.code].name for each in listed if each.code in known and known[each.code].name.fa}
        facts = [f"{code} {city.version} {city.mark}" for code, city in sorted(stands.items())]
        facts += [f"{code} {why}" for code, why in sorted(left_out.items())]
        version = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]
        return Standing(stands, left_out, names, {each.code: each.origin for each in listed}, version)

    @staticmethod
    def _why_not(listed: ListedCity, known: RegisteredCity | None) -> str:
        """Why a city is left out; empty where it stands."""
        if listed.closed:
            return "closed"
        if known is None or known.origin != listed.origin:
            return "new"
        if known.fault:
            return "unreadable"
        seen = "" if time.time() - known.seen_at <= UNSEEN_SECONDS else "changing"
        if listed.mark is None:
            return seen
        try:
            mark = listed.mark()
        except Exception:  # noqa: BLE001 - whatever is wrong with one city, the others are told of
            return "unreadable"
        if mark is None and known.mark is None:
            # Nobody can say, as after a publication that died half-way; then the worker reads it on each of its rounds.
            return seen
        return "" if (mark or "") == known.mark else "changing"
