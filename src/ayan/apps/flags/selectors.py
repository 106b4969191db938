"""What the public pages and answers say of flags: the declaration, the last computing, and what the register holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

import sqlglot

from ayan.apps.catalog.record.record_flags import FlaggedItem, current, item
from ayan.apps.flags.computation import FAILED
from ayan.apps.flags.limits import MOST_SHOWN
from ayan.core.audit.flags.flag import Flag, macros, reads_calendar, statement
from ayan.core.audit.flags.register import Register, RegisteredFinding, RegisteredFlag
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

UNKNOWN: Final = Label("علت نوشته نشده است.", "No reason is written.")
BROKEN: Final = Label("محاسبه به پایان نرسید؛ دوباره انجام می‌شود.", "The computing failed; it is tried again.")


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag in the list of all: ``register_entry`` is None while it has not been computed."""

    flag: Flag
    register_entry: RegisteredFlag | None
    published: int
    cleared: int

    @property
    def cannot(self) -> bool:
        """Whether nothing at all could be judged."""
        return self.register_entry is not None and (bool(self.register_entry.missing) or not self.register_entry.judged)

    @property
    def share(self) -> float | None:
        """The share of the judged records that it fires on."""
        return (
            self.register_entry.fired / self.register_entry.judged
            if self.register_entry and self.register_entry.judged
            else None
        )

    @property
    def per_thousand(self) -> Decimal:
        """The same in thousandths, with one decimal below ten."""
        exact = Decimal(self.share or 0) * 1000
        return exact.quantize(Decimal(1) if exact >= 10 else Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Flags of which the same is to be said; ``is_open`` of those that a reader came for."""

    code: str
    title: str
    lines: tuple[FlagLine, ...]
    is_open: bool


FIRING: Final = Label("هشدارهایی که مورد دارند", "Flags that have found something")
UNCOMPUTED: Final = Label("هشدارهایی که هنوز حساب نشده‌اند", "Flags that have not been computed yet")
QUIET: Final = Label("هشدارهایی که موردی ندارند", "Flags that have found nothing")
CANNOT: Final = Label("هشدارهایی که نمی‌شود حساب کرد", "Flags that cannot be computed")


def groups(lines: Sequence[FlagLine], lang: Lang) -> list[FlagGroup]:
    """The flags by what came of them, each in its order; groups that nobody is in are left out."""
    sorts = {
        "firing": (FIRING, [line for line in lines if line.register_entry and not line.cannot and line.share]),
        "uncomputed": (UNCOMPUTED, [line for line in lines if not line.register_entry]),
        "quiet": (QUIET, [line for line in lines if line.register_entry and not line.cannot and not line.share]),
        "cannot": (CANNOT, [line for line in lines if line.cannot]),
    }
    return [
        FlagGroup(code, title.of(lang), tuple(members), code in ("firing", "uncomputed"))
        for code, (title, members) in sorts.items()
        if members
    ]


@dataclass(frozen=True, slots=True)
class FlagInput:
    """A field that a flag reads: its label, and how many of the dataset's rows have it; None before a computing."""

    dataset: Dataset | None
    slug: str
    field: str
    label: Label
    filled: int | None
    rows: int
    missing: bool


@dataclass(frozen=True, slots=True)
class FlagPage:
    """One flag in full."""

    line: FlagLine
    findings: tuple[FlaggedItem, ...]
    cleared: tuple[FlaggedItem, ...]
    needs: tuple[FlagInput, ...]
    unknown: tuple[tuple[Label, int], ...]
    sources: tuple[tuple[Dataset, int], ...]
    sql: str


def lines(city: City) -> list[FlagLine]:
    """Every flag: those that fired first, the most telling (the rarest) at the top; then the quiet; then the others."""
    register = city.flag_register.now()
    standing = current(city, register.findings)
    flag_lines = [_line(flag, register, standing) for flag in city.registry.flags().sound]

    def order(line: FlagLine) -> tuple[bool, bool, float, str]:
        return (line.register_entry is None or line.cannot, not line.share, line.share or 0.0, line.flag.name)

    return sorted(flag_lines, key=order)


def page(city: City, name: str) -> FlagPage | None:
    """The flag of this name; None where there is none."""
    flag = city.registry.flags().named(name)
    if flag is None:
        return None
    register = city.flag_register.now()
    datasets = {dataset.slug: dataset for dataset in city.registry.all()}
    standing = current(city, register.of(name))
    line = _line(flag, register, standing)
    items = [item(finding, flag, datasets) for finding in standing]
    causes = {FAILED: BROKEN, **{cause.code: cause.says for cause in flag.causes}}
    registered = line.register_entry
    return FlagPage(
        line,
        tuple(flagged for flagged in items if flagged.shown.standing == "published")[:MOST_SHOWN],
        tuple(flagged for flagged in items if flagged.shown.standing == "cleared")[:MOST_SHOWN],
        tuple(_needs(flag, registered, datasets)),
        tuple((causes.get(code, UNKNOWN), count) for code, count in (registered.unknown if registered else {}).items()),
        tuple(
            (datasets[slug], count)
            for slug, count in (registered.releases if registered else {}).items()
            if slug in datasets
        ),
        _sql(flag, datasets, registered),
    )


def _line(flag: Flag, register: Register, standing: Iterable[RegisteredFinding]) -> FlagLine:
    mine = [finding for finding in standing if finding.flag == flag.name]
    published = sum(finding.standing == "published" for finding in mine)
    return FlagLine(flag, register.flags.get(flag.name), published, len(mine) - published)


def _needs(flag: Flag, registered: RegisteredFlag | None, datasets: dict[str, Dataset]) -> Iterable[FlagInput]:
    filled = (
        {(filled_column.dataset, filled_column.field): filled_column for filled_column in registered.filled}
        if registered
        else {}
    )
    seen: set[tuple[str, str]] = set()
    for flag_input in flag.inputs:
        dataset = datasets.get(flag_input.dataset)
        for _, name in flag_input.fields:
            if (flag_input.dataset, name) in seen:
                continue
            seen.add((flag_input.dataset, name))
            field = next((each for each in dataset.published if each.name == name), None) if dataset else None
            count = filled.get((flag_input.dataset, name))
            yield FlagInput(
                dataset,
                flag_input.dataset,
                name,
                field.label if field else Label(name, name),
                count.filled if count else None,
                count.rows if count else 0,
                field is None,
            )


def _sql(flag: Flag, datasets: dict[str, Dataset], registered: RegisteredFlag | None) -> str:
    """What anybody may run; empty where a dataset it reads is not declared."""
    if not flag.datasets <= datasets.keys():
        return ""
    calendar = registered.calendar if registered else ""
    if reads_calendar(flag) and not calendar:
        return flag.query
    return "\n".join([*(f"{macro};" for macro in macros(flag)), f"{_laid_out(statement(flag, datasets, calendar))};"])


@lru_cache(maxsize=256)
def _laid_out(query: str) -> str:
    """A query in lines, as people read it; to take it apart for that costs more than the rest of its page."""
    (written,) = sqlglot.transpile(query, read="duckdb", write="duckdb", pretty=True)
    return written


def named(
    findings: Sequence[RegisteredFinding], flag: str = "", dataset: str = "", key: str = "", party: str = ""
) -> list[RegisteredFinding]:
    """The findings that all given conditions pick."""
    return [
        finding
        for finding in findings
        if (not flag or finding.flag == flag)
        and (not dataset or finding.dataset == dataset)
        and (not key or finding.key == key)
        and (not party or finding.party_id == party)
    ]
