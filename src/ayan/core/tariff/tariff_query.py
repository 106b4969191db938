"""The same steps as one query over a table of cases: whole numbers alone, of 64 bits where the bounds allow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ayan.core.tariff.formula import (
    Arithmetic,
    Comparison,
    Conditional,
    Constant,
    Extreme,
    FormulaCondition,
    FormulaName,
    Junction,
    Membership,
    Negation,
    NumberType,
    Numeric,
    Quotient,
    names_of,
)
from ayan.core.tariff.outcome import BELOW_ZERO, NO_INPUT, SEVERAL_DISCOUNTS
from ayan.core.tariff.tariff import CoefficientTable, Tariff, TariffInput, TariffLine
from ayan.core.values.sql import literal

WHY: Final = "_why"
"""The column that says why a case has no amount: a code, NULL where it has one."""

EXEMPT: Final = "_exempt"

_LONG: Final = 2**63
_WIDE: Final = "HUGEINT"


def statement(tariff: Tariff, columns: Mapping[str, str], source: str, carried: Iterable[str] = ()) -> str:
    """A SELECT over ``source`` that gives for each row what ``carried`` lists, every line of the tariff, and `WHY`.

    ``columns`` has for each input the SQL that states it: a number as it is, or the code of a choice. ``source`` is
    whatever may follow FROM. Lines are counted in the last place of their type, results in rial; where `WHY` is not
    NULL they are.
    """
    kept = "".join(f"{each}, " for each in carried)
    stated = ", ".join(f"{_stated(each, columns[each.name])} AS {each.name}" for each in tariff.inputs)
    query = f"SELECT {kept}{stated} FROM {source}"
    looked_up = [f"{_looked_up(table)} AS {table.name}" for table in tariff.tables]
    looked_up.append(f"{_any(_condition(each.when) for each in tariff.exemptions)} AS {EXEMPT}")
    query = f"SELECT *, {', '.join(looked_up)} FROM ({query}) AS stated"
    for number, layer in enumerate(_layers(tariff)):
        listed = ", ".join(f"{number_sql(line.formula)} AS {line.name}" for line in layer)
        query = f"SELECT *, {listed} FROM ({query}) AS layer{number}"
    results = [f"CASE WHEN {EXEMPT} THEN 0 WHEN {WHY} IS NULL THEN {name} END AS {name}" for name in tariff.results]
    lines = [line.name for line in tariff.lines if line.name not in tariff.results]
    shown = ", ".join([*(name.rpartition(" AS ")[2] for name in carried), *lines, *results, EXEMPT, WHY])
    return f"SELECT {shown} FROM (SELECT *, {_why(tariff)} AS {WHY} FROM ({query}) AS computed) AS judged"


def _stated(tariff_input: TariffInput, column: str) -> str:
    number = tariff_input.number
    if number is None:
        codes = ", ".join(literal(code) for code, _ in tariff_input.choices)
        return f"CASE WHEN {column} IN ({codes}) THEN {column} END"
    # A value with further decimals than the tariff takes is none of its cases; rounding it would be a guess. What is
    # far outside the range must not stop the query, so it is never multiplied.
    counted = f"{column} * {10**number.decimals}" if number.decimals else column
    whole = f"TRY_CAST({counted} AS {_sort(number.low, number.high)})"
    low, high = _literal(number.low, number.decimals), _literal(number.high, number.decimals)
    return f"CASE WHEN {column} BETWEEN {low} AND {high} THEN CASE WHEN {counted} = {whole} THEN {whole} END END"


def _literal(units: int, decimals: int) -> str:
    sign, digits = "-" * (units < 0), str(abs(units)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _looked_up(table: CoefficientTable) -> str:
    whens = []
    for band in table.bands:
        tests = [f"{name} = {literal(code)}" for name, code in band.codes]
        tests += [f"{table.across} BETWEEN {band.low} AND {band.high}"] if table.across else []
        if band.value is not None:
            whens.append(f"WHEN {' AND '.join(tests)} THEN {band.value}")
    return f"CAST(CASE {' '.join(whens)} END AS {_sort(table.type.low, table.type.high)})"


def _layers(tariff: Tariff) -> list[list[TariffLine]]:
    """The lines in layers, each reading earlier ones alone."""
    layers: list[list[TariffLine]] = []
    depth: dict[str, int] = {}
    for line in tariff.lines:
        at = max((depth[name] + 1 for name in names_of(line.formula) if name in depth), default=0)
        depth[line.name] = at
        if at == len(layers):
            layers.append([])
        layers[at].append(line)
    return layers


def _why(tariff: Tariff) -> str:
    """The first reason for which a case has no amount, in the order in which one case is judged."""
    # A case that is exempt needs nothing but what its exemption reads; all inputs are asked for all the same.
    whens = [
        f"WHEN {_any(f'{each.name} IS NULL' for each in tariff.inputs)} THEN '{NO_INPUT}'",
        f"WHEN {EXEMPT} THEN NULL",
    ]
    whens += [f"WHEN {table.name} IS NULL THEN {literal(table.name)}" for table in tariff.tables]
    whens += [f"WHEN {_condition(gap.when)} THEN {literal(gap.code)}" for gap in tariff.gaps]
    whens += [f"WHEN {name} < 0 THEN '{BELOW_ZERO}'" for name in tariff.bases]
    if len(tariff.discounts) > 1:
        count = " + ".join(f"CASE WHEN {_condition(each.when)} THEN 1 ELSE 0 END" for each in tariff.discounts)
        whens.append(f"WHEN {count} > 1 THEN '{SEVERAL_DISCOUNTS}'")
    return f"CASE {' '.join(whens)} END"


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({each})" for each in conditions) or "FALSE"


def number_sql(part: Numeric) -> str:
    """A formula as SQL over whole numbers: its value counted in the last place of its type."""
    match part:
        case Constant(units):
            return f"CAST({units} AS {_sort(units, units)})"
        case FormulaName(name):
            return name
        case Arithmetic(operator, left, right, kind):
            if operator == "*":
                return f"({_widened(number_sql(left), left.type, kind)} * {number_sql(right)})"
            a, b = (_counted(each, kind.decimals) for each in (left, right))
            return f"({_widened(a, left.type, kind)} {operator} {b})"
        case Extreme(largest, parts, kind):
            listed = ", ".join(_counted(each, kind.decimals) for each in parts)
            return f"{'greatest' if largest else 'least'}({listed})"
        case Conditional(branches, otherwise, kind):
            whens = " ".join(f"WHEN {_condition(when)} THEN {_counted(then, kind.decimals)}" for when, then in branches)
            return f"CASE {whens} ELSE {_counted(otherwise, kind.decimals)} END"
        case Quotient():
            return _quotient(part)


def _quotient(part: Quotient) -> str:
    left, right = part.left.type, part.right.type
    shared = min(left.decimals, right.decimals)
    over = _counted(part.left, left.decimals + right.decimals - shared)
    under = _counted(part.right, right.decimals + left.decimals - shared)
    most = 2 * left.high * 10 ** (right.decimals - shared) + right.high * 10 ** (left.decimals - shared)
    sort = _sort(0, most)
    over = over if sort != _WIDE else f"CAST({over} AS {_WIDE})"
    if part.rule == "down":
        return f"({over} // {under})"
    if part.rule == "up":
        return f"(({over} + {under} - 1) // {under})"
    return f"((2 * {over} + {under}) // (2 * {under}))"


def _condition(part: FormulaCondition) -> str:
    match part:
        case Comparison(relation, left, right):
            decimals = max(left.type.decimals, right.type.decimals)
            return f"{_counted(left, decimals)} {relation} {_counted(right, decimals)}"
        case Membership(name, codes, negated):
            return f"{name} {'NOT ' * negated}IN ({', '.join(literal(code) for code in codes)})"
        case Junction(every, parts):
            return "(" + (" AND " if every else " OR ").join(_condition(each) for each in parts) + ")"
        case Negation(inner):
            return f"NOT ({_condition(inner)})"


def _counted(part: Numeric, decimals: int) -> str:
    """A formula counted in a further decimal place."""
    factor = 10 ** (decimals - part.type.decimals)
    if factor == 1:
        return number_sql(part)
    wide = NumberType(decimals, part.type.low * factor, part.type.high * factor)
    return f"({_widened(number_sql(part), part.type, wide)} * {factor})"


def _widened(text: str, narrow: NumberType, wide: NumberType) -> str:
    """An operand made wide enough for what comes out of it."""
    target = _sort(wide.low, wide.high)
    return f"CAST({text} AS {target})" if target != _sort(narrow.low, narrow.high) and target == _WIDE else text


def _sort(low: int, high: int) -> str:
    return "BIGINT" if low >= -_LONG and high < _LONG else _WIDE
