"""Headers that name months, quarters or years, in the languages that offices here and elsewhere write them in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from ayan.core.proposal.lexicon import months, term_of
from ayan.core.proposal.limits import FEWEST_MONTHS, FEWEST_YEARS
from ayan.core.schema.steps.shape_steps import Crosstab
from ayan.core.schema.steps.step import JOINT
from ayan.core.values.digits import to_latin
from ayan.core.values.text import fold_joined

_QUARTERS: Final = re.compile(
    r"[qt][1-4]|(?:quarter|quartal|trimestre|سه ?ماهه) ?(?:[1-4]|اول|دوم|سوم|چهارم)|[1-4]\. quartal"
)
# 1403, 2022, 2022/23, 2022-2023, «سال ۱۴۰۳», FY2023; a mark behind it leads to a note («۱۴۰۳*», "2022 (p)").
_YEAR: Final = re.compile(
    r"(?:سال |سال مالی |fy ?|year )?(?:1[34]|19|20)\d\d(?: ?[/\-–] ?(?:\d\d|(?:1[34]|19|20)\d\d))?"
    r"(?: ?(?:\*{1,3}|\([a-z*]\)))?"
)


def is_month(text: str) -> bool:
    """Whether a text is a month or a quarter, a year beside it or not («تیر ۱۴۰۳», "Mar 2022")."""
    plain = to_latin(text.strip()).strip(".").lower()
    bare = re.sub(r"[\s\-_/]*(?:1[34]|19|20)\d\d$|^(?:1[34]|19|20)\d\d[\s\-_/]*", "", plain)
    return bool(bare) and (fold_joined(bare) in months() or _QUARTERS.fullmatch(bare) is not None)


def is_year(text: str) -> bool:
    """Whether a text is a year, or a year that spans two."""
    return _YEAR.fullmatch(" ".join(to_latin(text).lower().split())) is not None


def crosstab_of(headers: Sequence[str], title: str, *, units: bool) -> Crosstab | None:
    """The step that makes rows of columns headed by months or years, alone or above further levels.

    ``units`` says that the file names a unit of money, so that what stands in them is an amount.
    """
    for names, is_such, least in (
        (("ماه", "Month"), is_month, FEWEST_MONTHS),
        (("سال", "Year"), is_year, FEWEST_YEARS),
    ):
        hits = [header for header in headers if is_such(header.partition(JOINT)[0])]
        if len(hits) < least or len({fold_joined(header) for header in hits}) < len(hits):
            continue
        # Whoever writes the months in Persian writes the other headers so.
        persian = any(not header.isascii() for header in headers if header not in hits) or (
            len(hits) == len(headers) and not hits[0].isascii()
        )
        name = names[0] if persian else names[1]
        lasts = list(dict.fromkeys(header.rpartition(JOINT)[2] for header in hits))
        if all(JOINT in header for header in hits):
            below_months = all(is_month(last) for last in lasts)
            if below_months:
                return Crosstab(
                    columns=tuple(hits),
                    into=(name, "ماه" if persian else "Month"),
                    value=_value(title, units, persian=persian),
                )
            if len(lasts) < len(hits):
                return Crosstab(columns=tuple(hits), into=(name,), values=tuple(lasts))
            continue
        return Crosstab(columns=tuple(hits), into=(name,), value=_value(title, units, persian=persian))
    return None


def sums_of(step: Crosstab, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headers of other columns that hold in every row the sum of the columns that become rows, and nothing else."""
    turned = [at for at, header in enumerate(headers) if header in step.columns]
    numbers = [[_number(cell) for cell in row] for row in rows]
    summed = [sum((row[at] or Decimal(0) for at in turned), Decimal(0)) for row in numbers]
    return tuple(
        header
        for at, header in enumerate(headers)
        if at not in turned
        and any(summed)
        and all(row[at] == total for row, total in zip(numbers, summed, strict=True))
    )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(to_latin(text).replace(",", "").replace("٬", "").strip())
    except InvalidOperation:
        return None


def _value(title: str, units: bool, *, persian: bool) -> str:
    term = term_of(title) if title else None
    if units or (term is not None and term.headed_as == "money"):
        return "مبلغ" if persian else "Amount"
    return "مقدار" if persian else "Figure"
