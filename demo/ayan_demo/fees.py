"""The sample tariff of the invented city: what a permit costs in each year, by which its permits are charged."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ayan.core.values import jalali
from ayan_demo.scale import Scale

PRICES: Final = {"1": 72_000, "2": 120_000, "3": 108_000, "4": 84_000, "5": 90_000, "historic": 111_000}
"""What everything begins from in each district; of the same mean as the city's fees have always had."""

OVERCHARGED: Final = 3
"""Which of the permits for a new house of the last closed year was charged for too much."""

OVERCHARGE: Final = 2_700_000
"""By how many rial."""

_DISTRICTS: Final = {
    "1": ("منطقهٔ ۱", "District 1"),
    "2": ("منطقهٔ ۲", "District 2"),
    "3": ("منطقهٔ ۳", "District 3"),
    "4": ("منطقهٔ ۴", "District 4"),
    "5": ("منطقهٔ ۵", "District 5"),
    "historic": ("بافت تاریخی", "Historic fabric"),
}
_HEAD: Final = """\
item = "permit-fee"
kind = "levy"
sample = true
city = {{ fa = "شهر نمونه", en = "Sample City" }}
title = {{ fa = "عوارض پروانهٔ ساختمانی", en = "Fee of a building permit" }}
says.fa = "عوارضی که با صدور پروانهٔ ساختمانی گرفته می‌شود."
says.en = "What is taken when a building permit is issued."

[source]
says = {{ fa = "تعرفهٔ ساختگی شهر نمونه", en = "The invented tariff of the sample city" }}
year = "{year}"
article = {{ fa = "نمونه، ردیف ۱", en = "Sample, row 1" }}

[valid]
since = "{year}-01-01"
until = "{year}-12-{last}"

[[input]]
name = "district"
kind = "choice"
title = {{ fa = "منطقه", en = "District" }}
choices = [
{choices}]
sample = "1"

[[input]]
name = "area"
kind = "area"
title = {{ fa = "زیربنا", en = "Floor area" }}
minimum = 0
maximum = 200000
sample = 240

[[table]]
name = "price"
title = {{ fa = "بهای هر متر مربع", en = "Price of a square metre" }}
unit = {{ fa = "ریال", en = "rial" }}
article = {{ fa = "نمونه، جدول ۱", en = "Sample, table 1" }}
by = ["district"]
rows = [
{rows}]

[[step]]
name = "fee"
title = {{ fa = "عوارض پروانه", en = "Fee of the permit" }}
unit = {{ fa = "ریال", en = "rial" }}
article = {{ fa = "نمونه، ردیف ۱", en = "Sample, row 1" }}
sql = "price * area"

[result]
step = "fee"
rounding = "down"
to = 1000
rounding_article = {{ fa = "نمونه، تبصرهٔ ۲", en = "Sample, note 2" }}

[audit]
dataset = "building-permits"
date = "issued_on"
charged = "fee"

[audit.inputs]
district = "district"
area = "floor_area"
"""


def declare(folder: Path, scale: Scale) -> None:
    """Write the tariff of every year of a city into the folder of its own tariffs."""
    folder.mkdir(exist_ok=True)
    for year in scale.every_year:
        (folder / f"permit-fee-{year}.toml").write_text(_tariff(year, scale), encoding="utf-8")


def _tariff(year: int, scale: Scale) -> str:
    rise = _rise(year - scale.every_year[0])
    choices = "".join(f'  {{ code = "{code}", fa = "{fa}", en = "{en}" }},\n' for code, (fa, en) in _DISTRICTS.items())
    rows = "".join(
        f'  {{ district = "{code}", value = {100 * (price * rise // 10 * 400 // max(400, scale.permits))} }},\n'
        for code, price in PRICES.items()
    )
    last = jalali.days_in_month(year, 12)
    return _HEAD.format(year=year, last=last, choices=choices, rows=rows)


def _rise(years: int) -> int:
    """Five tenths at first, and sixteen tenths of it each year after, rounded as the tables of the city round."""
    return int(5 * 1.6**years + 0.5)
