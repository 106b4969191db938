"""What the public pages and answers say of flags: the declaration, the last computing, and what the register holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import sqlglot

from ayan.apps.catalog.flagged import Item, current, item
from ayan.apps.flags.computing import FAILED
from ayan.apps.flags.limits import MOST_SHOWN
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.query import macros, reads_calendar, statement
from ayan.core.audit.flags.register import Register, Shown, Told
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring.city import City

UNKNOWN: Final = Label("علت نوشته نشده است.", "No reason is written.")
BROKEN: Final = Label("محاسبه به پایان نرسید؛ دوباره انجام می‌شود.", "The computing failed; it is tried again.")


@dataclass(frozen=True, slots=True)
class Line:
    """One flag in the list of all: ``told`` is None while it has not been computed."""

    flag: Flag
    told: Told | None
    published: int
    cleared: int

    @property
    def cannot(self) -> bool:
        """Whether nothing at all could be judged."""
        return self.told is not None and (bool(self.told.missing) or not self.told.judged)

    @property
    def share(self) -> float | None:
        """The share of the judged records that it fires on."""
        return self.told.fired / self.told.judged if self.told and self.told.judged else None

    @property
    def per_thousand(self) -> Decimal:
        """The same in thousandths, with one decimal below ten."""
        exact = Decimal(self.share or 0) * 1000
        return exact.quantize(Decimal(1) if exact >= 10 else Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Need:
    """A field that a flag reads: its label, and how many of the dataset's rows have it; None before a computing."""

    dataset: Dataset | None
    slug: str
    field: str
    label: Label
    filled: int | None
    rows: int
    missing: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One flag in full."""

    line: Line
    findings: tuple[Item, ...]
    cleared: tuple[Item, ...]
    needs: tuple[Need, ...]
    unknown: tuple[tuple[Label, int], ...]
    sources: tuple[tuple[Dataset, int], ...]
    sql: str


def lines(here: City) -> list[Line]:
    """Every flag: those that fired first, the most telling (the rarest) at the top; then the quiet; then the others."""
    register = here.findings.now()
    standing = current(here, register.findings)
    found = [_line(one, register, standing) for one in here.registry.flags().sound]

    def order(one: Line) -> tuple[bool, bool, float, str]:
        return (one.told is None or one.cannot, not one.share, one.share or 0.0, one.flag.name)

    return sorted(found, key=order)


def page(here: City, name: str) -> Page | None:
    """The flag of this name; None where there is none."""
    flag = here.registry.flags().named(name)
    if flag is None:
        return None
    register = here.findings.now()
    datasets = {one.slug: one for one in here.registry.all()}
    standing = current(here, register.of(name))
    line = _line(flag, register, standing)
    items = [item(one, flag, datasets) for one in standing]
    causes = {FAILED: BROKEN, **{one.code: one.says for one in flag.causes}}
    told = line.told
    return Page(
        line,
        tuple(one for one in items if one.shown.standing == "published")[:MOST_SHOWN],
        tuple(one for one in items if one.shown.standing == "cleared")[:MOST_SHOWN],
        tuple(_needs(flag, told, datasets)),
        tuple((causes.get(code, UNKNOWN), count) for code, count in (told.unknown if told else {}).items()),
        tuple((datasets[slug], count) for slug, count in (told.releases if told else {}).items() if slug in datasets),
        _sql(flag, datasets, told),
    )


def _line(flag: Flag, register: Register, standing: Iterable[Shown]) -> Line:
    mine = [one for one in standing if one.flag == flag.name]
    published = sum(one.standing == "published" for one in mine)
    return Line(flag, register.flags.get(flag.name), published, len(mine) - published)


def _needs(flag: Flag, told: Told | None, datasets: dict[str, Dataset]) -> Iterable[Need]:
    filled = {(one.dataset, one.field): one for one in told.filled} if told else {}
    seen: set[tuple[str, str]] = set()
    for one in flag.inputs:
        dataset = datasets.get(one.dataset)
        for _, name in one.fields:
            if (one.dataset, name) in seen:
                continue
            seen.add((one.dataset, name))
            field = next((each for each in dataset.published if each.name == name), None) if dataset else None
            count = filled.get((one.dataset, name))
            yield Need(
                dataset,
                one.dataset,
                name,
                field.label if field else Label(name, name),
                count.filled if count else None,
                count.rows if count else 0,
                field is None,
            )


def _sql(flag: Flag, datasets: dict[str, Dataset], told: Told | None) -> str:
    """What anybody may run; empty where a dataset it reads is not declared."""
    if not flag.datasets <= datasets.keys():
        return ""
    calendar = told.calendar if told else ""
    if reads_calendar(flag) and not calendar:
        return flag.query
    (written,) = sqlglot.transpile(statement(flag, datasets, calendar), read="duckdb", write="duckdb", pretty=True)
    return "\n".join([*(f"{one};" for one in macros(flag)), f"{written};"])


def named(findings: Sequence[Shown], flag: str = "", dataset: str = "", key: str = "", party: str = "") -> list[Shown]:
    """The findings that all given conditions pick."""
    return [
        one
        for one in findings
        if (not flag or one.flag == flag)
        and (not dataset or one.dataset == dataset)
        and (not key or one.key == key)
        and (not party or one.party_id == party)
    ]
