"""Cells that say in what a column is counted, as they stand in a row of their own under a header: £000, %, m², FTE."""

from __future__ import annotations

import re
from typing import Final

from ayan.core.values.limits import LONGEST_UNIT_CELL
from ayan.core.values.text import fold

_MONEY: Final = (
    r"(?:هزار |میلیون |میلیارد |thousand |million |billion )?"
    r"(?:ریال|تومان|rials?|tomans?|usd|eur|gbp|aed|[$€£¥]|dollars?|euros?|pounds?|pesos?|دلار|یورو|پوند)"
    r"(?: ?'?(?:000'?s?|k|mn?|bn|thousands?|millions?))?|'?000'?s?"
)
_SHARE: Final = r"%|٪|‰|per ?cent|percent|درصد"
_COUNT: Final = (
    r"no\.?|nr\.?|number|count|qty|each|fte|headcount|persons?|people|households?|units?|"
    r"نفر|تعداد|عدد|فقره|مورد|دستگاه|رأس|اصله|خانوار|واحد(?: سنجش)?"
)
_MEASURE: Final = (
    r"m|m2|m²|m3|m³|sq\.? ?m|sqm|sq\.? ?ft|ha|hectares?|km|km2|km²|miles?|metres?|meters?|"
    r"t|tonnes?|tons?|kg|kwh|mwh|l|litres?|"
    r"متر(?: ?مربع| ?مکعب| ?طول)?|هکتار|کیلومتر|تن|کیلوگرم|لیتر"
)
_TIME: Final = r"days?|hours?|hrs?|minutes?|months?|years?|yyyy|dd/mm/yyyy|روز|ساعت|دقیقه|ماه|سال"
_UNIT: Final = re.compile(rf"[(\[]? ?(?:in |به )?(?:{_MONEY}|{_SHARE}|{_COUNT}|{_MEASURE}|{_TIME}) ?[)\]]?")


def is_unit(text: str) -> bool:
    """Whether a text is nothing but the name of a unit."""
    return len(text) <= LONGEST_UNIT_CELL and _UNIT.fullmatch(fold(text)) is not None
