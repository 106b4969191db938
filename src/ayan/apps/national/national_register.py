"""The register of all cities of an installation: what is told of each, in one file that the worker writes.

Derived from what cities have published, and made anew where it is lost. Whoever reads says which cities stand at that
moment (`NationalStanding`); of no other is anything found.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.apps.national.city_summary import CitySummary, TableSummary
from ayan.apps.national.limits import BUSY_SECONDS, MOST_HITS, MOST_WORDS
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, make_folder
from ayan.core.values.label import Label
from ayan.core.values.text import fold

FORMAT: Final = 1
"""The form of the file: one of another form is made anew."""
UNREADABLE: Final = "unreadable"
_TABLES: Final = ("dataset", "figure", "people", "company", "word")
_SCHEMA: Final = """
CREATE TABLE city (code TEXT PRIMARY KEY, origin TEXT, fa TEXT, en TEXT, demo INTEGER, version TEXT, mark TEXT,
    log_size INTEGER, damaged TEXT, shortened TEXT, fault TEXT, seen_at REAL);
CREATE TABLE dataset (city TEXT, slug TEXT, digest TEXT, fa TEXT, en TEXT, rows INTEGER, release TEXT, manifest TEXT,
    sealed_at TEXT, PRIMARY KEY (city, slug)) WITHOUT ROWID;
CREATE TABLE figure (city TEXT, slug TEXT, measure TEXT, side TEXT, fa TEXT, en TEXT, money INTEGER, unit_fa TEXT,
    unit_en TEXT, year TEXT, value TEXT, query TEXT, release TEXT,
    PRIMARY KEY (slug, measure, side, year, city)) WITHOUT ROWID;
CREATE TABLE people (city TEXT, slug TEXT, year TEXT, people INTEGER, release TEXT, PRIMARY KEY (city, year))
    WITHOUT ROWID;
CREATE TABLE company (id TEXT, city TEXT, slug TEXT, field TEXT, name TEXT, folded TEXT, rows INTEGER, total TEXT,
    release TEXT, PRIMARY KEY (id, city, slug, field)) WITHOUT ROWID;
CREATE TABLE word (city TEXT, slug TEXT, folded TEXT, PRIMARY KEY (city, slug)) WITHOUT ROWID;
CREATE INDEX figure_city ON figure (city);
CREATE INDEX company_city ON company (city);
"""


@dataclass(frozen=True, slots=True)
class RegisteredCity:
    """What the register holds of a city besides its tables; ``fault`` why nothing is told of it, or empty."""

    code: str
    origin: str
    name: Label
    demo: bool
    version: str
    mark: str | None
    log_size: int
    damaged: tuple[str, ...]
    shortened: tuple[str, ...]
    fault: str
    seen_at: float


@dataclass(frozen=True, slots=True)
class RegisteredTable:
    """One published dataset of a city."""

    city: str
    slug: str
    digest: str
    title: Label
    rows: int
    release: str
    manifest: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class RegisteredFigure:
    """One number of a city in a year, the conditions of the rows behind it, and the newest release among these."""

    value: Decimal
    query: str
    release: str


@dataclass(frozen=True, slots=True)
class RegisteredPeople:
    """How many people a city counted in a year."""

    slug: str
    people: int
    release: str


@dataclass(frozen=True, slots=True)
class RegisteredCompany:
    """The rows of one city's dataset that name a company."""

    legal_id: str
    city: str
    slug: str
    field: str
    name: str
    rows: int
    total: int | None
    release: str


@dataclass(frozen=True, slots=True)
class SharedCompany:
    """A company with how many cities and rows name it, and the name that most rows have."""

    legal_id: str
    name: str
    cities: int
    rows: int


@dataclass(frozen=True, slots=True)
class OfferedMeasure:
    """A figure that can be compared: of how many cities, and in which years, the newest first."""

    slug: str
    measure: str
    side: str
    title: Label
    label: Label
    is_money: bool
    unit: Label
    cities: int
    years: tuple[str, ...]

    @property
    def code(self) -> str:
        """How addresses name it: ``contracts.sum_amount.out``."""
        return ".".join(filter(None, (self.slug, self.measure, self.side)))


class NationalRegister:
    """The register in one file. Safe for several processes and threads; each call opens the file by itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, code: str, origin: str, summary: CitySummary) -> None:
        """Put what is told of a city in the place of what was."""
        with self._writing() as register:
            _clear(register, code)
            register.execute(
                "INSERT OR REPLACE INTO city VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
                (
                    code, origin, summary.name.fa, summary.name.en, summary.demo, summary.version, summary.mark,
                    summary.log_size, json.dumps(summary.damaged), json.dumps(summary.shortened), time.time(),
                ),
            )  # fmt: skip
            register.executemany(
                "INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (code, t.slug, t.digest, t.title.fa, t.title.en, t.rows, t.release, t.manifest, t.sealed_at)
                    for t in summary.tables
                ],
            )
            register.executemany("INSERT INTO word VALUES (?, ?, ?)", [(code, *_words_of(t)) for t in summary.tables])
            register.executemany(
                "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        code, f.slug, f.measure, f.side, f.label.fa, f.label.en, f.is_money, f.unit.fa, f.unit.en,
                        f.year, str(f.value), f.query, f.release,
                    )
                    for f in summary.figures
                ],
            )  # fmt: skip
            register.executemany(
                "INSERT OR IGNORE INTO people VALUES (?, ?, ?, ?, ?)",
                [(code, p.slug, p.year, p.people, p.release) for p in summary.people],
            )
            register.executemany(
                "INSERT INTO company VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        c.legal_id, code, c.slug, c.field, c.name, fold(c.name), c.rows,
                        None if c.total is None else str(c.total), c.release,
                    )
                    for c in summary.companies
                ],
            )  # fmt: skip

    def seen(self, code: str) -> None:
        """What is told of a city was looked at and is what the city says."""
        with self._writing() as register:
            register.execute("UPDATE city SET seen_at = ? WHERE code = ?", (time.time(), code))

    def fault(self, code: str, origin: str) -> None:
        """A city cannot be read: nothing is told of it, and that is said."""
        with self._writing() as register:
            known = register.execute("SELECT fa, en FROM city WHERE code = ?", (code,)).fetchone() or ("", "")
            _clear(register, code)
            register.execute(
                "INSERT OR REPLACE INTO city VALUES (?, ?, ?, ?, 0, '', NULL, 0, '[]', '[]', ?, ?)",
                (code, origin, *known, UNREADABLE, time.time()),
            )

    def keep_only(self, codes: Collection[str]) -> None:
        """Forget every other city."""
        with self._writing() as register:
            for (code,) in register.execute("SELECT code FROM city").fetchall():
                if code not in codes:
                    _clear(register, code)
                    register.execute("DELETE FROM city WHERE code = ?", (code,))

    def cities(self) -> Mapping[str, RegisteredCity]:
        """Every city that anything was ever noted of, by its code."""
        return {
            row["code"]: RegisteredCity(
                row["code"], row["origin"], Label(row["fa"], row["en"]), bool(row["demo"]), row["version"],
                row["mark"], row["log_size"], tuple(json.loads(row["damaged"])), tuple(json.loads(row["shortened"])),
                row["fault"], row["seen_at"],
            )
            for row in self._rows("SELECT * FROM city")
        }  # fmt: skip

    def tables(self, standing: Collection[str], slug: str = "") -> list[RegisteredTable]:
        """The published datasets of the cities that stand, or one of them, by city."""
        rows = self._rows(
            "SELECT * FROM dataset WHERE city IN standing AND (:slug = '' OR slug = :slug) ORDER BY city, slug",
            standing,
            slug=slug,
        )
        return [
            RegisteredTable(
                row["city"], row["slug"], row["digest"], Label(row["fa"], row["en"]), row["rows"], row["release"],
                row["manifest"], row["sealed_at"],
            )
            for row in rows
        ]  # fmt: skip

    def measures(self, standing: Collection[str]) -> list[OfferedMeasure]:
        """What can be compared: of each dataset under the declaration that most cities have."""
        rows = self._rows(
            """WITH declared AS (
                SELECT slug, digest, count(*) AS n FROM dataset WHERE city IN standing GROUP BY slug, digest
            ),
            chief AS (SELECT slug, digest FROM declared GROUP BY slug HAVING n = max(n))
            SELECT f.slug, f.measure, f.side, d.fa AS title_fa, d.en AS title_en, f.fa, f.en, f.money, f.unit_fa,
                f.unit_en, count(DISTINCT f.city) AS n, group_concat(DISTINCT f.year) AS years
            FROM figure f JOIN dataset d ON d.city = f.city AND d.slug = f.slug
                JOIN chief USING (slug, digest)
            WHERE f.city IN standing GROUP BY f.slug, f.measure, f.side ORDER BY n DESC, f.slug, f.measure, f.side""",
            standing,
        )
        return [
            OfferedMeasure(
                row["slug"], row["measure"], row["side"], Label(row["title_fa"], row["title_en"]),
                Label(row["fa"], row["en"]), bool(row["money"]), Label(row["unit_fa"], row["unit_en"]), row["n"],
                tuple(sorted(row["years"].split(","), reverse=True)),
            )
            for row in rows
        ]  # fmt: skip

    def figures(
        self, standing: Collection[str], measure: OfferedMeasure, year: str
    ) -> tuple[Mapping[str, RegisteredFigure], frozenset[str]]:
        """The numbers of a year by city, and the cities that declare the dataset otherwise and are not compared."""
        summary = self.tables(standing, measure.slug)
        digests = [table.digest for table in summary]
        chief = max(sorted(set(digests)), key=digests.count, default="")
        alike = [table.city for table in summary if table.digest == chief]
        rows = self._rows(
            """SELECT * FROM figure
            WHERE slug = :slug AND measure = :measure AND side = :side AND year = :year AND city IN standing""",
            alike,
            slug=measure.slug,
            measure=measure.measure,
            side=measure.side,
            year=year,
        )
        finding = {row["city"]: RegisteredFigure(Decimal(row["value"]), row["query"], row["release"]) for row in rows}
        return finding, frozenset(table.city for table in summary if table.digest != chief)

    def people(self, standing: Collection[str], year: str = "") -> Mapping[str, tuple[str, RegisteredPeople]]:
        """How many people each city counted in a year, or in the last that it did, with that year."""
        statement = "SELECT * FROM people WHERE city IN standing AND (:year = '' OR year = :year) ORDER BY year"
        rows = self._rows(statement, standing, year=year)
        return {
            row["city"]: (row["year"], RegisteredPeople(row["slug"], row["people"], row["release"])) for row in rows
        }

    def people_by_year(self, standing: Collection[str]) -> Mapping[str, Mapping[str, RegisteredPeople]]:
        """How many people each city counted in each year, by city and year."""
        out: dict[str, dict[str, RegisteredPeople]] = {}
        for row in self._rows("SELECT * FROM people WHERE city IN standing", standing):
            own = out.setdefault(row["city"], {})
            own[row["year"]] = RegisteredPeople(row["slug"], row["people"], row["release"])
        return out

    def years_of_people(self, standing: Collection[str]) -> frozenset[str]:
        """The years in which any city counted its people."""
        return frozenset(year for years in self.people_by_year(standing).values() for year in years)

    def company(self, standing: Collection[str], legal_id: str) -> list[RegisteredCompany]:
        """The rows that name a company, by city and dataset."""
        rows = self._rows(
            "SELECT * FROM company WHERE id = :id AND city IN standing ORDER BY city, slug, field",
            standing,
            id=legal_id,
        )
        return [
            RegisteredCompany(
                row["id"], row["city"], row["slug"], row["field"], row["name"], row["rows"],
                None if row["total"] is None else int(row["total"]), row["release"],
            )
            for row in rows
        ]  # fmt: skip

    def companies(
        self, standing: Collection[str], words: Sequence[str] = (), least: int = 1, most: int = MOST_HITS
    ) -> list[SharedCompany]:
        """Companies that at least so many cities name, those of most cities first; with ``words`` those called so."""
        rows = self._rows(
            """SELECT id, count(DISTINCT city) AS cities, sum(rows) AS rows, max(rows) AS most, name FROM company
            WHERE city IN standing
                AND (id = :w0 OR instr(folded, :w0) AND instr(folded, :w1) AND instr(folded, :w2) AND instr(folded, :w3)
                    AND instr(folded, :w4) AND instr(folded, :w5) AND instr(folded, :w6) AND instr(folded, :w7)
                    AND instr(folded, :w8) AND instr(folded, :w9))
            GROUP BY id HAVING count(DISTINCT city) >= :least
            ORDER BY cities DESC, sum(rows) DESC, id LIMIT :most""",
            standing,
            least=least,
            most=most,
            **_words(words),
        )
        return [SharedCompany(row["id"], row["name"], row["cities"], row["rows"]) for row in rows]

    def found_tables(self, standing: Collection[str], words: Sequence[str]) -> list[tuple[str, Label, int, int]]:
        """The datasets in whose title or description all words stand: slug, title, in how many cities, rows in all."""
        rows = self._rows(
            """SELECT d.slug, d.fa, d.en, count(*) AS cities, sum(d.rows) AS rows
            FROM word w JOIN dataset d USING (city, slug)
            WHERE w.city IN standing AND instr(w.folded, :w0) AND instr(w.folded, :w1) AND instr(w.folded, :w2)
                AND instr(w.folded, :w3) AND instr(w.folded, :w4) AND instr(w.folded, :w5) AND instr(w.folded, :w6)
                AND instr(w.folded, :w7) AND instr(w.folded, :w8) AND instr(w.folded, :w9)
            GROUP BY d.slug ORDER BY cities DESC, d.slug LIMIT :most""",
            standing,
            most=MOST_HITS,
            **_words(words),
        )
        return [(row["slug"], Label(row["fa"], row["en"]), row["cities"], row["rows"]) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        make_folder(self._path.parent, mode=PRIVATE_FOLDER)
        with closing(sqlite3.connect(self._path, timeout=60.0, isolation_level=None)) as register:
            self._path.chmod(PRIVATE)
            register.row_factory = sqlite3.Row
            # What was withdrawn is not to be found in what the file no longer uses.
            register.execute("PRAGMA secure_delete = ON")
            register.execute("BEGIN IMMEDIATE")
            try:
                if register.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                    for name in ("city", *_TABLES):
                        register.execute(f"DROP TABLE IF EXISTS {name}")
                    for statement in _SCHEMA.split(";\n"):
                        register.execute(statement)
                    register.execute(f"PRAGMA user_version = {FORMAT}")
                yield register
                register.execute("COMMIT")
            except BaseException:
                register.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, standing: Collection[str] = (), **values: Any) -> list[sqlite3.Row]:
        """What a statement finds; nothing where there is no register yet, or one of another form."""
        if not self._path.exists():
            return []
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as register:
            register.row_factory = sqlite3.Row
            if register.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                return []
            register.execute("PRAGMA temp_store = MEMORY")
            register.execute("CREATE TEMP TABLE standing (code TEXT PRIMARY KEY)")
            register.executemany("INSERT INTO standing VALUES (?)", [(code,) for code in standing])
            return register.execute(statement, values).fetchall()


def _words_of(table: TableSummary) -> tuple[str, str]:
    return table.slug, fold(f"{table.title.fa} {table.title.en} {table.description.fa} {table.description.en}")


def _words(words: Sequence[str]) -> dict[str, str]:
    """Up to `MOST_WORDS` words as values of a statement; an empty one stands in every text."""
    padded = [*words, *[""] * MOST_WORDS][:MOST_WORDS]
    return {f"w{number}": word for number, word in enumerate(padded)}


def _clear(register: sqlite3.Connection, code: str) -> None:
    for name in _TABLES:
        register.execute(f"DELETE FROM {name} WHERE city = ?", (code,))  # noqa: S608 - names of our own
