"""Amounts held against those published before: a factor near 10, 1,000 or more is mostly another unit of money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log10, sqrt
from pathlib import Path
from statistics import median
from typing import Final

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_COMPARED, MOST_COMPARED
from ayan.core.refine.money_units import StatedUnit, is_answered
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.validation import exact
from ayan.core.schema.issue import Issue
from ayan.core.values import sql
from ayan.core.values.label import Label

FACTORS: Final = (1, 3, 4, 6, 7, 9)
"""The powers of ten by which units of money that are in use differ, near enough to be taken for each other."""

# How far off, in powers of ten, two amounts may stand from a factor: years apart differ tenfold by inflation alone, so
# there it must be met more closely.
_NEAR: Final = {1: 0.15}
_NEAR_ELSE: Final = 0.3
# A correction of so many times the rows, or so few, is another file: its amounts are not those of before otherwise.
_AS_MANY: Final = 3
# Digits of a sum, zeros at its end apart, from which on its likeness to another one is no chance.
_TELLING: Final = 4
# Standard errors by which two sets of amounts must differ at all.
_SURE: Final = 4


@dataclass(frozen=True, slots=True)
class EarlierRows:
    """What is published and can be compared with: the name by which a message calls it, and its parts, by release.

    ``same`` says that it is an earlier release of the very period.
    """

    label: Label
    releases: Sequence[Sequence[Path]]
    same: bool = False


@dataclass(frozen=True, slots=True)
class AmountProfile:
    """Amounts of one column that are not zero: how many, their sum and median size, and how their powers are spread."""

    count: int
    total: int
    middle: Decimal
    power: float
    spread: float


def issues_of(
    session: RefineSession, earlier: Sequence[EarlierRows], stated: Mapping[str, StatedUnit]
) -> Iterable[Issue]:
    """One issue for every public column of money whose amounts stand a suspicious factor from those before.

    It stands in the way until somebody has said the unit in the face of that; then it is told as a warning.
    """
    columns = [mapped for mapped in session.present if mapped.field.kind.is_money and mapped.field.shown == "public"]
    if not columns or not earlier:
        return
    names = [mapped.field.name for mapped in columns]
    before = [(each, _of_releases(session, each, names)) for each in earlier]
    if not any(profiles for _, profiles in before):
        return
    records = f"SELECT * FROM typed WHERE _class = 'record'{_thinned('_row', session.raw.rows)}"
    now = _profiles(session, records, {name: f"v_{name}" for name in names})
    for mapped in columns:
        issue = _issue(session, mapped, now.get(mapped.field.name), before, stated)
        if issue is not None:
            yield issue


def _issue(
    session: RefineSession,
    mapped: MappedField,
    now: AmountProfile | None,
    before: Sequence[tuple[EarlierRows, Sequence[Mapping[str, AmountProfile]]]],
    stated: Mapping[str, StatedUnit],
) -> Issue | None:
    name, unit = mapped.field.name, mapped.field.money_unit
    for each, profiles in before:
        those = [profile[name] for profile in profiles if name in profile]
        power = _factor(now, those, same=each.same) if now else None
        if now is None or power is None:
            continue
        then = median(profile.middle for profile in those)
        code = f"x10^{power} of {unit}"
        answered = is_answered(stated.get(name), unit, [code])
        factor = Decimal(10) ** abs(power)
        return Issue(
            code="unit-jump",
            severity="warning" if answered else None,
            sheet=session.raw.facts.sheet,
            column=mapped.address,
            field=name,
            params={
                "label": mapped.field.label,
                "factor": exact(factor),
                "larger": Label("بزرگ‌تر", "larger") if power > 0 else Label("کوچک‌تر", "smaller"),
                "before": each.label,
                "now": exact(now.middle),
                "then": exact(then),
            },
            evidence=(code,),
        )
    return None


def _factor(now: AmountProfile, those: Sequence[AmountProfile], *, same: bool) -> int | None:
    """The power of ten that parts two sets of amounts, if it is one of FACTORS; negative where the new are smaller."""
    if not those:
        return None
    whole = same and len(those) == 1 and min(now.count, those[0].count) > 1
    # Of other rows, round sums are the same but for zeros by chance.
    telling = whole and (now.count == those[0].count or len(str(now.total).strip("-0")) >= _TELLING)
    if telling and (power := _exactly(now.total, those[0].total)):
        return power
    counts = sorted((now.count, sum(profile.count for profile in those)))
    if same and counts[1] > _AS_MANY * counts[0]:
        return None
    if now.count < FEWEST_COMPARED or sum(profile.count for profile in those) < FEWEST_COMPARED:
        return None
    middle = log10(now.middle / median(profile.middle for profile in those))
    mean = now.power - median(profile.power for profile in those)
    # Few amounts of very different size differ tenfold by chance: how far apart they stand is held against that.
    spread, count = median(each.spread**2 for each in those), sum(each.count for each in those)
    error = sqrt(now.spread**2 / now.count + spread / count)
    if abs(mean) < _SURE * error:
        return None
    for each in FACTORS:
        near = _NEAR.get(each, _NEAR_ELSE)
        for sign in (1, -1):
            if abs(middle - sign * each) <= near and abs(mean - sign * each) <= near:
                return sign * each
    return None


def _exactly(now: int, then: int) -> int | None:
    """The power of ten by which two sums differ to the rial."""
    if not now or not then:
        return None
    return next((sign * each for each in FACTORS for sign in (1, -1) if now * 10 ** max(0, -sign * each) ==
                 then * 10 ** max(0, sign * each)), None)  # fmt: skip


def _of_releases(session: RefineSession, earlier: EarlierRows, names: Sequence[str]) -> list[dict[str, AmountProfile]]:
    """The profiles of each release, by field; of columns that a release does not have there is none."""
    profiles: list[dict[str, AmountProfile]] = []
    for parts in earlier.releases:
        if not parts:
            continue
        files = f"read_parquet([{', '.join(sql.literal(str(part)) for part in parts)}], union_by_name = true)"
        there = {str(column): str(kind) for column, kind, *_ in session.all(f"DESCRIBE SELECT * FROM {files}")}
        held = {name: sql.identifier(name) for name in names if there.get(name) == "BIGINT"}
        if held and "_row" in there:
            (count,) = session.first_row(f"SELECT count(*) FROM {files}")
            rows = f"SELECT * FROM {files} WHERE TRUE{_thinned('_row', int(str(count)))}"
            profiles.append(_profiles(session, rows, held))
    return profiles


def _thinned(row: str, count: int) -> str:
    """A condition that leaves about MOST_COMPARED of so many rows, always the same."""
    step = count // MOST_COMPARED
    return f" AND {row} % {step + 1} = 0" if step else ""


def _profiles(session: RefineSession, rows: str, columns: Mapping[str, str]) -> dict[str, AmountProfile]:
    asked = ", ".join(
        f"count(*) FILTER ({x} <> 0), sum({x}), median(abs({x}::DECIMAL(38, 0))) FILTER ({x} <> 0), "
        f"avg(log10(abs({x}::DOUBLE))) FILTER ({x} <> 0), stddev_pop(log10(abs({x}::DOUBLE))) FILTER ({x} <> 0)"
        for x in columns.values()
    )
    numbers = session.first_row(f"SELECT {asked} FROM ({rows})")
    profiles: dict[str, AmountProfile] = {}
    for at, name in enumerate(columns):
        count, total, middle, power, spread = numbers[5 * at : 5 * at + 5]
        if count and middle is not None:
            size = Decimal(str(middle)).quantize(Decimal(1))
            profiles[name] = AmountProfile(
                int(str(count)), int(str(total)), size, float(str(power)), float(str(spread))
            )
    return profiles
