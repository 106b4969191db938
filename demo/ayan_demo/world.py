"""The invented city as it truly is: consistent tables in DuckDB, before any office writes them down badly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from ayan.core.services.service_file import read_services
from ayan.core.services.service_rows import COLUMNS, service_rows
from ayan.core.system.duckdb import confined
from ayan.core.values import jalali
from ayan.core.values.sql import literal
from ayan_demo import economy, fees, invented_words
from ayan_demo.organisation import units
from ayan_demo.scale import Scale, month_end

SERVICES: Final = files("ayan.apps.services") / "sample"
"""The sample of services that comes with Ayan; the invented city declares these."""

FIRST_CALENDAR_YEAR: Final = 1380
LATER: Final = 5
"""So many years after its last one are in the city's calendar, for what ends later than it was begun."""

KEPT: Final = 100_000
"""Up to so many payments of all months are computed at once; more are computed a month at a time."""

FIRST_BUDGET: Final = 9_000_000
"""Million rials of 1399; every later year is a third larger."""

TABLES: Final = tuple(
    sorted(entry.name for entry in (files(__package__) / "tables").iterdir() if entry.name.endswith(".sql"))
)


class World:
    """One connection that holds the true tables of the city for one scale and seed.

    Small tables are made at once; in large cities ``payments`` and ``pay`` are views that compute a month when it is
    asked for, so that five million rows cost no memory. The tables are plain SQL in the folder ``tables``; what they
    draw from is given to them as variables. Its files may be written to the folder that ``scratch`` stands in, and
    nowhere else.
    """

    def __init__(self, scale: Scale, seed: int, scratch: Path) -> None:
        self.scale = scale
        self.seed = seed
        scratch.mkdir(parents=True, exist_ok=True)
        with as_file(files("ayan.datasets") / "activities" / "sample.csv") as sample:
            self.con = confined(paths=[sample], folders=[scratch.parent], memory="2GB", spill=scratch)
            self._lists(sample)
        self._variables()
        self._year_lengths()
        self._budget_lines()
        self._price_index()
        self._units()
        self._services()
        self._economy()
        for name in TABLES:
            self.con.execute((files(__package__) / "tables" / name).read_text(encoding="utf-8"))
        if scale.payments * len(scale.every_payment_month) <= KEPT:
            self._keep("payments")
            self._keep("pay")

    def close(self) -> None:
        """Give the memory back."""
        self.con.close()

    def value(self, query: str) -> object:
        """The first cell of the first row of ``query``; LookupError when it has none."""
        row = self.con.execute(query).fetchone()
        if row is None:
            raise LookupError(query)
        return row[0]

    def _keep(self, view: str) -> None:
        """Compute a view once, where its rows are few."""
        self.con.execute(f"CREATE TABLE kept AS FROM {view}; DROP VIEW {view}; ALTER TABLE kept RENAME TO {view}")

    def _services(self) -> None:
        """What the city does for people: a row for each declared service, so that file and declaration agree."""
        types = {"fee": "BIGINT", "days": "INTEGER", "visit": "BOOLEAN", "sample": "BOOLEAN"}
        columns = ", ".join(f"{name} {types.get(name, 'VARCHAR')}" for name in COLUMNS)
        self.con.execute(f"CREATE TABLE services ({columns})")
        with as_file(SERVICES) as folder:
            rows = list(service_rows(read_services(folder)))
        self.con.executemany(f"INSERT INTO services VALUES ({', '.join('?' * len(COLUMNS))})", rows)

    def _variables(self) -> None:
        scale = self.scale
        numbers = {
            "seed": self.seed,
            "first_year": scale.years[0],
            "vendors": scale.vendors,
            "contracts": scale.contracts,
            "payments": scale.payments,
            "permits": scale.permits,
            "parcels": scale.parcels,
            "street_rows": scale.streets,
            "managers": scale.managers,
            "resolutions": scale.resolutions,
            "overcharged_permit": fees.OVERCHARGED,
            "overcharge": fees.OVERCHARGE,
            "sessions": scale.sessions,
        }
        lists: dict[str, Iterable[str]] = {
            **invented_words.WORDS,
            **{name: _repeated(weights) for name, weights in invented_words.WEIGHTS.items()},
            "use_codes": invented_words.use_codes(),
            "activities": tuple(economy.TRADES),
            "company_heads": [head for head, _ in economy.heads()],
            "company_trades": [trade for _, trade in economy.heads()],
            "aid_codes": economy.AID,
            "members": [
                f"{name} {invented_words.SURNAME}" for name in invented_words.WORDS["first_names"][: scale.members]
            ],
            "payment_months": [_month(*month) for month in scale.every_payment_month],
            "pay_months": [_month(*month) for month in scale.every_pay_month],
        }
        values = {name: str(number) for name, number in numbers.items()}
        values |= {name: _list(words) for name, words in lists.items()}
        values |= {name: f"[{', '.join(map(str, years))}]" for name, years in self._years().items()}
        values["permit_prices"] = f"[{', '.join(map(str, fees.PRICES.values()))}]"
        values |= {
            "surname": literal(invented_words.SURNAME),
            "let": literal(economy.LET),
            "unpaid_words": literal(economy.BEFORE_PAYMENTS),
            # Nothing has happened in the city after its last day; of the last closed year everything is told.
            "last_day": f"DATE '{month_end(scale.last_month)}'",
            "last_year": str(scale.last_month[0]),
            "quarter_day": f"DATE '{month_end(scale.last_quarter)}'",
            "closed_day": f"DATE '{month_end((scale.closed, 12))}'",
            "closed_year": str(scale.closed),
            "resolution_titles": f"[{', '.join(map(_list, invented_words.RESOLUTIONS))}]",
            "points": _map((level, str(points)) for level, points in invented_words.POINTS.items()),
            "payment_words": _map((kind, literal(words)) for kind, words in invented_words.PAYMENT_WORDS.items()),
        }
        for name, value in values.items():
            self.con.execute(f"SET VARIABLE {name} = {value}")

    def _years(self) -> dict[str, tuple[int, ...]]:
        return {"years": self.scale.every_year, "contract_years": self.scale.every_contract_year}

    def _year_lengths(self) -> None:
        rows = ", ".join(
            f"({year}, DATE '{jalali.first_day(year)}', {jalali.days_in_year(year)})"
            for year in range(FIRST_CALENDAR_YEAR, self.scale.every_year[-1] + LATER + 1)
        )
        self.con.execute(f"CREATE TABLE year_lengths AS FROM (VALUES {rows}) v(jy, first_day, length)")

    def _budget_lines(self) -> None:
        rows = ", ".join(row for year in self.scale.every_contract_year for row in _budget_of(year))
        columns = "year, side, code, parent, title, heading, resource_class, approved, current_share, explanation"
        self.con.execute(f"CREATE TABLE budget_lines AS FROM (VALUES {rows}) v({columns})")

    def _lists(self, sample: Path) -> None:
        """The sample catalogue of activities that comes with Ayan."""
        self.con.execute(f"CREATE TABLE activities AS FROM read_csv({literal(str(sample))}, all_varchar = true)")

    def _units(self) -> None:
        """The organisation chart; a unit's phone is an extension, which nobody outside can call."""
        rows = ", ".join(
            f"({number}, {literal(unit.code)}, {literal(unit.title)}, "
            f"{literal(unit.parent) if unit.parent else 'NULL'}, '{unit.kind}', {literal(unit.head_post)})"
            for number, unit in enumerate(units(), 1)
        )
        self.con.execute(f"CREATE TABLE chart AS FROM (VALUES {rows}) v(n, code, title, parent, kind, head_post)")

    def _economy(self) -> None:
        """What contracts may be about and what lines are spent on without one: each as often as it is drawn."""
        subjects = [it for it in economy.SUBJECTS for _ in range(it.weight)]
        rows = ", ".join(
            f"({n}, '{it.kind}', {literal(it.words)}, '{it.code}', {literal(it.trade)}, {_list(it.units)}, "
            f"'{it.place}', {it.costs[0]}, {it.costs[1]})"
            for n, it in enumerate(subjects)
        )
        columns = "n, kind, words, code, trade, units, place, least, most"
        self.con.execute(f"CREATE TABLE subjects AS FROM (VALUES {rows}) v({columns})")
        costs = [(code, it) for code, (costs, _) in economy.RUNNING.items() for it in costs for _ in range(it.weight)]
        rows = ", ".join(
            f"({n}, '{code}', {literal(it.words)}, {literal(it.payee) if it.payee else 'NULL'}, "
            f"{literal(it.trade) if it.trade else 'NULL'}, {it.bill})"
            for n, (code, it) in enumerate(costs)
        )
        self.con.execute(f"CREATE TABLE running AS FROM (VALUES {rows}) v(n, code, words, payee, trade, bill)")
        rows = ", ".join(f"('{code}', {_list(units)})" for code, (_, units) in economy.RUNNING.items())
        self.con.execute(f"CREATE TABLE line_units AS FROM (VALUES {rows}) v(code, units)")
        years = [year for year in self.scale.years if any(month[0] == year for month in self.scale.payment_months)]
        rows = ", ".join(
            f"({years[-1 - place % len(years)]}, '{code}', {part}, {literal(why)})"
            for place, (code, part, why) in enumerate(economy.GAPS)
        )
        self.con.execute(f"CREATE TABLE gaps AS FROM (VALUES {rows}) v(year, code, part, why)")

    def _price_index(self) -> None:
        """An index of 100 in the first year of the invented changes; no year of it is a year of any real index."""
        first = invented_words.FIRST_PRICES
        level, rows = Decimal(100), [f"({first}, 100.0, NULL, {first})"]
        for year in range(first + 1, self.scale.closed + 1):
            change = invented_words.price_change(year)
            level = (level * (100 + change) / 100).quantize(Decimal("0.1"))
            rows.append(f"({year}, {level}, {change}, {first})")
        columns = "year, level, change, base_year"
        self.con.execute(f"CREATE TABLE price_index AS FROM (VALUES {', '.join(rows)}) v({columns})")


def budget_total(year: int) -> int:
    """The whole budget of ``year`` in million rials; resources and uses both come to it exactly."""
    total = FIRST_BUDGET
    for _ in range(1399, year):
        total = total * 4 // 3
    return total


def _budget_of(year: int) -> Iterable[str]:
    for side, lines in (("resource", invented_words.RESOURCES), ("use", invented_words.USES)):
        weights = sum(line.weight for line in lines)
        left = budget_total(year)
        for number, line in enumerate(lines, 1):
            # The last line takes what the division leaves.
            approved = left if number == len(lines) else budget_total(year) * line.weight // weights
            left -= approved
            share = "NULL" if line.current is None else str(approved * line.current // 1000)
            klass = "NULL" if line.resource_class is None else literal(line.resource_class)
            words = f"{literal(line.title)}, {literal(line.heading)}"
            why = (
                literal(invented_words.EXPLANATIONS[line.code]) if line.code in invented_words.EXPLANATIONS else "NULL"
            )
            codes = f"'{line.code}', '{line.code[:4]}00'"
            yield f"({year}, '{side}', {codes}, {words}, {klass}, {approved}, {share}, {why})"


def _repeated(weights: Mapping[str, int]) -> list[str]:
    """Every word as often as it weighs, so that an even draw from the list is a weighted one."""
    return [word for word, weight in weights.items() for _ in range(weight)]


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, words))}]"


def _map(pairs: Iterable[tuple[str, str]]) -> str:
    return "MAP {" + ", ".join(f"{literal(key)}: {value}" for key, value in pairs) + "}"


def _month(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"
