"""Whether the rows of a table of coefficients cover every case once: what overlaps, and what is missing unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

from ayan.core.tariff.formula import ChoiceType, NumberType
from ayan.core.tariff.tariff import CoefficientBand, TariffInput


@dataclass(frozen=True, slots=True)
class BandFault:
    """A stretch that two rows are for, or none; ``low`` and ``high`` are its ends, both inclusive."""

    sort: Literal["overlap", "missing"]
    codes: tuple[tuple[str, str], ...]
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def place(self) -> str:
        """The stretch in signs: the codes of its case, and from where to where."""
        parts = [f"{name} = {code}" for name, code in self.codes]
        if self.low is not None and self.high is not None:
            parts.append(f"{self.low:f} … {self.high:f}")
        return ", ".join(parts)


def band_faults(
    bands: Sequence[CoefficientBand], inputs: Mapping[str, TariffInput], across: str
) -> Iterator[BandFault]:
    """Everything wrong with rows, for each combination of the codes that they are for."""
    named = sorted({name for band in bands for name, _ in band.codes})
    lists = [_codes(inputs[name]) for name in named]
    for codes in product(*lists):
        case = dict(zip(named, codes, strict=True))
        fitting = [band for band in bands if all(case[name] == code for name, code in band.codes)]
        yield from _along(sorted(fitting, key=lambda band: (band.low, band.high)), tuple(case.items()), inputs, across)


def _codes(tariff_input: TariffInput) -> tuple[str, ...]:
    return tariff_input.type.codes if isinstance(tariff_input.type, ChoiceType) else ()


def _along(
    bands: Sequence[CoefficientBand], codes: tuple[tuple[str, str], ...], inputs: Mapping[str, TariffInput], across: str
) -> Iterator[BandFault]:
    number = inputs[across].number if across else None
    if number is None:
        if len(bands) != 1:
            yield BandFault("overlap" if bands else "missing", codes)
        return
    at = number.low
    for band in bands:
        if band.low > at:
            yield _fault("missing", codes, number, at, band.low - 1)
        elif band.low < at:
            yield _fault("overlap", codes, number, band.low, min(at - 1, band.high))
        at = max(at, band.high + 1)
    if at <= number.high:
        yield _fault("missing", codes, number, at, number.high)


def _fault(
    sort: Literal["overlap", "missing"], codes: tuple[tuple[str, str], ...], number: NumberType, low: int, high: int
) -> BandFault:
    return BandFault(sort, codes, *(Decimal(end).scaleb(-number.decimals) for end in (low, high)))
