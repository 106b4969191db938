"""The list of an installation's cities: the host names that each is asked for by, and the folder that it stands in."""

from __future__ import annotations

import hmac
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from ayan.config import env
from ayan.config.env import Misconfigured
from ayan.config.limits import LONGEST_CITY_CODE, LONGEST_HOST, MOST_HOSTED_CITIES
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.system.file_contents import file_stamp
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, folder_locked, make_folder, write
from ayan.core.values.label import Label
from ayan.core.values.local_path import local_path
from ayan.core.values.refusal import Refusal

FILE: Final = "cities.toml"
CALLS: Final = Path("work", "calls")
"""The folder, in that of the installation, of the notes for the worker."""
_CODE: Final = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*", re.ASCII)
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_PURPOSE: Final = b"ayan city 1\0"

OF_ONE_CITY: Final = (
    "AYAN_HOME",
    "AYAN_HOSTS",
    "AYAN_ORIGIN",
    "AYAN_LOG_KEY",
    "AYAN_ORIGINALS_KEY",
    "AYAN_OIDC_SECRET",
    "AYAN_ARRIVALS",
    "AYAN_MACHINE",
)
"""Variables that would hold for all cities at once, and so are refused beside ``AYAN_CITIES``."""


GIVEN: Final = ("AYAN_LOG_KEY", "AYAN_ORIGINALS_KEY")
"""Variables that a city among many may be given by its code."""
SOURCES: Final = "AYAN_SOURCE_"
"""How the names of secrets of sources begin, which are a city's own, too."""


class BadCityList(Refusal, ValueError):
    """``cities.toml`` says something that no installation can be run by."""

    code = "bad-city-list"
    fa = "فهرست شهرهای این نصب (cities.toml) درست نیست."
    en = "The list of this installation's cities (cities.toml) is wrong."
    status = 500


@dataclass(frozen=True, slots=True)
class HostedCity:
    """One city of an installation: its code, its host names (the chief one first), its folder, its public address.

    While it is ``closed``, as when its folder is on its way, nobody is let in and no work is done for it. The one
    that is ``national`` is no city but the address of the pages over all others.
    """

    code: str
    hosts: tuple[str, ...]
    home: Path
    origin: str
    closed: bool = False
    national: bool = False

    @property
    def schema(self) -> str:
        """Where its rows stand in a database server that all cities share; a file of its own needs none."""
        return f"city_{self.code.replace('-', '_')}"

    def secret(self, shared: str) -> str:
        """What signs and encrypts for this city alone, made of the installation's secret: 64 hexadecimal digits."""
        return hmac.new(shared.encode(), _PURPOSE + self.code.encode(), "sha256").hexdigest()

    def store(self, shared: str | None) -> str | None:
        """Where its releases stand, within the place for those of all cities; None for the place in its own folder."""
        return f"{shared.rstrip('/')}/{self.code}" if shared else None

    def own_variables(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """What the environment of the installation says for this city alone, by the names that one city has for it.

        ``AYAN_LOG_KEY__TOOBA`` is the ``AYAN_LOG_KEY`` of the city ``tooba``; a ``-`` in a code is ``_`` there.
        """
        mark = f"__{self.code.replace('-', '_').upper()}"
        own = {
            bare: value
            for name, value in environ.items()
            if name.endswith(mark) and ((bare := name.removesuffix(mark)) in GIVEN or bare.startswith(SOURCES))
        }
        own |= {"AYAN_HOME": str(self.home), "AYAN_ORIGIN": self.origin, "AYAN_HOSTS": ",".join(self.hosts)}
        if store := self.store(environ.get("AYAN_STORE")):
            own["AYAN_STORE"] = store
        return own

    def variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process that works for this city alone, made of that of the installation."""
        others = ("AYAN_CITIES", *OF_ONE_CITY)
        own = {name: value for name, value in environ.items() if name not in others and not _is_of_a_city(name)}
        own |= self.own_variables(environ)
        if shared := environ.get("AYAN_SECRET_KEY"):
            own["AYAN_SECRET_KEY"] = self.secret(shared)
        if url := environ.get("DATABASE_URL"):
            own["DATABASE_URL"] = _within(url, self.schema)
        return own


def _is_of_a_city(name: str) -> bool:
    """Whether a variable of the installation is meant for one of its cities."""
    return name.startswith(SOURCES) or name.rpartition("__")[0] in GIVEN


def _within(url: str, schema: str) -> str:
    """The address of a database server, so that whoever connects finds one schema's tables and no others."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, f"options={quote(f'-c search_path={schema}')}")))
    return urlunsplit(parts._replace(query=query))


class Installation:
    """The cities of one folder, as its list names them; the list is read anew whenever it is another one.

    Safe to share between threads. A list that cannot be read any more leaves what was known before.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._cities: tuple[HostedCity, ...] = ()
        self._by_host: Mapping[str, HostedCity] = {}

    def cities(self) -> Sequence[HostedCity]:
        """All of them, by their codes. Raises BadCityList where the list was never read and is wrong."""
        self._look()
        return self._cities

    def of_host(self, host: str) -> HostedCity | None:
        """The city that a host name, in small letters and without a port, is of."""
        self._look()
        return self._by_host.get(host)

    def of_code(self, code: str) -> HostedCity | None:
        """The city of a code."""
        return next((city for city in self.cities() if city.code == code), None)

    def note(self, city: HostedCity) -> Path:
        """The note that is there while work was put off for a city and the worker has not come by since."""
        return self.folder / CALLS / city.code

    def call(self, city: HostedCity) -> None:
        """Let the worker know that there is something to do for a city; where that fails, it comes by in a while."""
        path = self.note(city)
        with suppress(OSError):
            make_folder(path.parent, mode=PRIVATE_FOLDER)
            path.touch(mode=PRIVATE)

    @contextmanager
    def changing(self) -> Iterator[list[HostedCity]]:
        """The cities as a list to be changed; as the block ends it is checked and written. Others wait meanwhile."""
        make_folder(self.folder)
        with folder_locked(self.folder):
            cities = list(read_cities(self.folder))
            yield cities
            text = written(cities, self.folder)
            checked(text, self.folder)
            write(self.folder / FILE, text.encode())

    def _look(self) -> None:
        stamp = file_stamp(self.folder / FILE)
        if stamp == self._stamp:
            return
        with self._lock:
            try:
                cities = tuple(read_cities(self.folder))
            except (BadCityList, OSError):
                if self._stamp is None:
                    raise
                cities = self._cities
            self._cities, self._stamp = cities, stamp
            self._by_host = {host: city for city in cities for host in city.hosts}


_HOST_TWICE: Final = Label("نام دامنهٔ {value} از آنِ دو شهر است", "the host name {value} is of two cities")
_FOLDER_TWICE: Final = Label("پوشهٔ {value} از آنِ دو شهر است", "the folder {value} is of two cities")
_SCHEMA_TWICE: Final = Label(
    "جای {value} در پایگاه داده از آنِ دو شهر است", "the place {value} in the database is of two cities"
)
_FACTS: Final = Label(
    "هر شهر، مانند {code}، فقط hosts، home، origin، closed و national دارد",
    "a city, such as {code}, has hosts, home, origin, closed and national only",
)
_INCOMPLETE: Final = Label("{code} نام دامنه یا پوشه ندارد", "{code} names no host or no folder")
_STRANGE_ORIGIN: Final = Label(
    "نشانی عمومی {code} از نام‌های دامنهٔ خودش نیست", "the public address of {code} is none of its own host names"
)
_BAD_CODE: Final = Label(
    "شناسهٔ شهر از حرف‌های کوچک لاتین، رقم و خط تیره است، تا {most} نویسه",
    "a city's code has small Latin letters, digits and hyphens, {most} characters at most",
)
_TOO_MANY: Final = Label("بیش از {most} شهر دارد", "it has more than {most} cities")
_NATIONAL_TWICE: Final = Label(
    "بیش از یک نشانی برای صفحهٔ همهٔ شهرها (national) دارد",
    "it has more than one address for the pages of all cities (national)",
)
_BAD_HOST: Final = Label("نام دامنه‌ای نادرست دارد", "it has a host name that is none")


# --- the file ---------------------------------------------------------------------------------------------------------


def read_cities(folder: Path) -> Sequence[HostedCity]:
    """The cities that the list of a folder names, by code; none where there is no list. BadCityList for a wrong one."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except ValueError as fault:
        raise _bad(folder, Label("متن UTF-8 نیست", "it is no UTF-8 text")) from fault
    return checked(text, folder)


def checked(text: str, folder: Path) -> Sequence[HostedCity]:
    """The cities of a list, each with a code, host names and a folder that no other has; BadCityList otherwise."""
    try:
        table = read_toml(text.encode())
    except BadToml as fault:
        raise _bad(folder, fault.label) from fault
    if len(table) > MOST_HOSTED_CITIES:
        raise _bad(folder, _TOO_MANY.format(most=MOST_HOSTED_CITIES))
    cities = [_city(code, entry, folder) for code, entry in sorted(table.items())]
    for words, values in (
        (_HOST_TWICE, [host for city in cities for host in city.hosts]),
        (_FOLDER_TWICE, [str(city.home) for city in cities]),
        (_SCHEMA_TWICE, [city.schema for city in cities]),
    ):
        if twice := next((value for value in values if values.count(value) > 1), None):
            raise _bad(folder, words.format(value=twice))
    if sum(city.national for city in cities) > 1:
        raise _bad(folder, _NATIONAL_TWICE)
    return cities


def written(cities: Sequence[HostedCity], folder: Path) -> str:
    """The list as a file holds it."""
    lines = ["# The cities of this installation; `ayan cities` writes this file.", ""]
    for city in sorted(cities, key=lambda each: each.code):
        home = city.home.relative_to(folder) if city.home.is_relative_to(folder) else city.home
        # What JSON writes of lists and texts TOML reads.
        entry: dict[str, Any] = {"hosts": list(city.hosts), "home": str(home), "origin": city.origin}
        entry |= {name: True for name in ("closed", "national") if getattr(city, name)}
        facts = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in entry.items()]
        lines += [f"[{city.code}]", *facts, ""]
    return "\n".join(lines)


def _city(code: str, entry: Any, folder: Path) -> HostedCity:
    check_code(code, folder)
    if not isinstance(entry, dict) or not entry.keys() <= {"hosts", "home", "origin", "closed", "national"}:
        raise _bad(folder, _FACTS.format(code=code))
    hosts, home = entry.get("hosts"), entry.get("home", code)
    if not isinstance(hosts, list) or not hosts or not isinstance(home, str) or not home:
        raise _bad(folder, _INCOMPLETE.format(code=code))
    names = tuple(check_host(host, folder) for host in hosts)
    origin = entry.get("origin", f"https://{names[0]}")
    parts = urlsplit(origin) if isinstance(origin, str) else None
    if parts is None or parts.scheme not in ("http", "https") or parts.hostname not in names or parts.path:
        raise _bad(folder, _STRANGE_ORIGIN.format(code=code))
    # What stands beside the list is named by its place there, so that the whole folder can move.
    place = (folder / local_path(home, "home")).resolve()
    closed, national = (entry.get(name) is True for name in ("closed", "national"))
    return HostedCity(code, names, place, origin, closed=closed, national=national)


def check_code(code: str, folder: Path) -> str:
    """The code itself; BadCityList for one that could be mistaken, or lead elsewhere."""
    if len(code) > LONGEST_CITY_CODE or not _CODE.fullmatch(code):
        raise _bad(folder, _BAD_CODE.format(most=LONGEST_CITY_CODE))
    return code


def check_host(host: object, folder: Path) -> str:
    """A host name as the list holds it: small letters, no port; BadCityList for what is none."""
    name = host.lower().rstrip(".") if isinstance(host, str) else ""
    if len(name) > LONGEST_HOST or not _HOST.fullmatch(name):
        raise _bad(folder, _BAD_HOST)
    return name


def _bad(folder: Path, why: Label) -> BadCityList:
    words = Label("فهرست شهرها در {file} درست نیست: {why}", "The list of cities in {file} is wrong: {why}")
    return BadCityList().worded(words.format(file=folder / FILE, why=why))


# --- the installation of this process ---------------------------------------------------------------------------------


def named() -> Installation | None:
    """The installation that ``AYAN_CITIES`` names; None where this process works for one city.

    Raises Misconfigured where a variable is set beside it that would hold for all cities at once.
    """
    if not env.read("AYAN_CITIES"):
        return None
    for name in OF_ONE_CITY:
        if os.environ.get(name):
            raise Misconfigured(f"{name} is for one city and cannot be set beside AYAN_CITIES.")
    return Installation(env.folder("AYAN_CITIES", Path()))


def database_engine(engine: str) -> str:
    """The way in which Django reaches the databases of many cities, for the one it would take for a single city."""
    return f"ayan.config.hosting.database.{engine.rpartition('.')[2].removesuffix('3')}"
