"""Kinds whose values are numbers: whole, with decimals, and money, which is kept in rial."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

from ayan.core.schema.field import Field, JsonType, Kind, KindColumns, KindSql
from ayan.core.values import digits as numbers
from ayan.core.values import money, sql
from ayan.core.values.asked_value import BadValue, Value
from ayan.core.values.digits import LATIN, PERSIAN
from ayan.core.values.label import Label

# ASCII that can be seen, and what else publishing leaves as it is: a cell of these needs no cleaning.
_SEEN: Final = "'[ -~]+'"
_CLEAN: Final = f"'[ -~{PERSIAN}٬٫،−]+'"
# The commonest forms first, each one cheap look; every other one goes through the whole grammar.
_PLAIN: Final = "'-?[0-9]{1,18}'"
_GROUPED: Final = "'-?[1-9][0-9]{0,2}(,[0-9]{3})+'"
_PERSIAN: Final = "'[۰-۹]{1,18}|[۱-۹][۰-۹]{0,2}(,[۰-۹]{3})+|[۱-۹][۰-۹]{0,2}(٬[۰-۹]{3})+'"


_PERCENT: Final = ("%", "٪")
_PERCENTS: Final = frozenset({*_PERCENT, "درصد", "percent", "per cent"})


class NumberKind(Kind):
    """What all numbers have in common; a whole one unless a kind says otherwise."""

    keys = frozenset({"minimum", "maximum", "strip", "unit"})
    roles = Kind.roles | {"amount", "rate"}
    schema_type = "integer"
    json_type: ClassVar[JsonType] = "integer"
    sheet_format: ClassVar[str | None] = "0"
    is_number = True
    in_digits = True
    summable = True
    ranged = True
    worded = False
    searched = False
    scanned = False
    referable = False

    def storage(self, field: Field) -> str:  # noqa: ARG002 - as all kinds
        """A whole number of 64 bits."""
        return "BIGINT"

    def holds(self, field: Field, number: int | Decimal) -> bool:  # noqa: ARG002 - as all numbers
        """Whether a column of the kind can hold the number."""
        return -(2**63) <= number < 2**63

    def parse(self, field: Field, text: str) -> Value:
        """A number in any digits and with any separators, in the one spelling of all that are equal."""
        try:
            number = numbers.parse_number(text)
        except numbers.NotANumber:
            raise BadValue("not-a-number") from None
        # One spelling for equal numbers: 12.50 is 12.5.
        whole, _, decimals = format(Decimal(number), "f").partition(".")
        decimals = decimals.rstrip("0")
        if decimals and not self.has_decimals:
            raise BadValue("not-whole")
        if len(decimals) > field.scale:
            raise BadValue("too-many-decimals", limit=field.scale)
        if not self.holds(field, number):
            raise BadValue("out-of-range")
        return self._exact(whole, decimals)

    def _exact(self, whole: str, decimals: str) -> Value:  # noqa: ARG002 - as all numbers
        return int(whole)

    def from_json(self, field: Field, value: object) -> int | Decimal:
        """A whole number that the column can hold."""
        if type(value) is not int or not self.holds(field, value):
            raise ValueError
        return value

    def invented(self, field: Field) -> str:
        """The example of the kind, within the field's bounds."""
        if isinstance(field.minimum, Decimal) and Decimal(self.example) < field.minimum:
            return f"{field.minimum:f}"
        if isinstance(field.maximum, Decimal) and Decimal(self.example) > field.maximum:
            return f"{field.maximum:f}"
        return self.example


class IntegerKind(NumberKind):
    """A whole number: of things, of years, of people."""

    name = "integer"
    label = Label("عدد صحیح", "whole number")
    short_label = label
    roles = NumberKind.roles | {"quantity", "counter"}
    example = "12"
    is_count = True

    def of_code(self, code: str) -> Value:
        """The number that the code is."""
        return int(code)

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """A number without decimals, or with zeros alone."""
        value = (
            f"CASE WHEN NOT contains({c.n}, '.') THEN TRY_CAST({c.n} AS BIGINT) "
            f"WHEN {_fraction(c)} = '' AND NOT {_dotted(c)} THEN TRY_CAST(split_part({c.n}, '.', 1) AS BIGINT) END"
        )
        error = _number_error(c, f"{_fraction(c)} <> ''", "not-whole")
        return KindSql(_number(field, c), value, error, plain=_plain(field, c))


class DecimalKind(NumberKind):
    """A number with as many decimals as the field's scale says."""

    name = "decimal"
    label = Label("عدد اعشاری", "decimal number")
    short_label = Label("عدد اعشاری", "decimal")
    keys = NumberKind.keys | {"scale", "slash_decimal"}
    roles = NumberKind.roles | {"quantity", "longitude", "latitude"}
    schema_type = "number"
    json_type = "number"
    sheet_format = None
    example = "12.5"
    has_decimals = True
    addressable = False
    categorical = False

    def storage(self, field: Field) -> str:
        """An exact decimal of 38 digits."""
        return f"DECIMAL(38,{field.scale})"

    def decimals(self, field: Field) -> int:
        """The scale of the field."""
        return field.scale

    def holds(self, field: Field, number: int | Decimal) -> bool:
        """Whether the digits before the point leave room for those after it."""
        end = Decimal(1).scaleb(38 - field.scale)
        return -end < number < end

    def _exact(self, whole: str, decimals: str) -> Value:
        return Decimal(f"{whole}.{decimals}" if decimals else whole)

    def from_json(self, field: Field, value: object) -> Decimal:
        """An exact number, which JSON holds as text."""
        if not isinstance(value, str) or len(value) >= 50:
            raise ValueError
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError from None
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or not -field.scale <= exponent <= 0 or not self.holds(field, number):
            raise ValueError
        return number

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """A number with no more decimals than the scale."""
        fraction = _fraction(c)
        value = f"CASE WHEN length({fraction}) <= {field.scale} THEN TRY_CAST({c.n} AS DECIMAL(38, {field.scale})) END"
        error = _number_error(c, f"length({fraction}) > {field.scale}", "decimal-digits")
        return KindSql(_number(field, c), value, error, plain=_plain(field, c, room=38 - field.scale))


class RialKind(NumberKind):
    """Money, in whole rials whatever unit the file is written in."""

    name = "rial"
    label = Label("مبلغ به ریال", "amount in rials")
    short_label = Label("مبلغ به ریال", "amount in rial")
    keys = NumberKind.keys | {"money_unit", "slash_decimal"}
    example = "1250000"
    is_money = True
    categorical = False

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """Every unit is a power of ten of the rial, so the decimal point moves in the text and nothing is rounded."""
        zeros = len(str(money.MONEY_UNITS[field.money_unit])) - 1
        whole = f"{c.n} || {sql.literal('0' * zeros)}" if zeros else c.n
        moved = (
            f"split_part({c.n}, '.', 1) || rpad({_fraction(c)}, {zeros}, '0')"
            if zeros
            else f"split_part({c.n}, '.', 1)"
        )
        value = (
            f"CASE WHEN NOT contains({c.n}, '.') THEN TRY_CAST({whole} AS BIGINT) "
            f"WHEN length({_fraction(c)}) <= {zeros} AND NOT {_dotted(c)} THEN TRY_CAST({moved} AS BIGINT) END"
        )
        error = _number_error(c, f"length({_fraction(c)}) > {zeros}", "money-not-whole")
        return KindSql(_number(field, c), value, error, plain=_plain(field, c, zeros))


def _number(field: Field, c: KindColumns) -> tuple[tuple[str, str], ...]:
    """From a token to plain numeric text such as ``-1234.5``, or to ``!reason`` where it is none.

    The grammar is that of ``digits.parse_number``, by the same patterns.
    """
    bare = c.t
    for mark in (*field.strip, *(_PERCENT if _is_percent(field) else ())):
        bare = f"replace({bare}, {sql.literal(mark)}, '')"
    m, d = c.m, c.d
    persian = _digits_by_bytes(f"replace(replace({m}, ',', ''), '٬', '')")
    usual = (
        f"CASE WHEN regexp_full_match({m}, {_PERSIAN}) THEN {persian} "
        f"WHEN regexp_full_match({m}, {_SEEN}) THEN trim({m}) "
        f"WHEN regexp_full_match({m}, {_CLEAN}) "
        f"THEN trim(translate({m}, '{PERSIAN}', '{LATIN}')) END"
    )
    # In steps of their own: each stands several times in the next, and would be planned as often.
    rest = f"CASE WHEN {c.w} IS NULL THEN {sql.publish(m)} END"
    blanks = sql.literal(" " + chr(9) + chr(10))
    digits = f"CASE WHEN {c.w} IS NOT NULL THEN {c.w} ELSE trim({sql.latin_digits(c.u)}, {blanks}) END"
    whole = numbers.signed(numbers.NUMBER_SLASH if field.slash_decimal else numbers.NUMBER)
    # translate() drops what has no partner: separators, signs and parentheses.
    plain = (
        f"CASE WHEN regexp_matches({d}, '[-−(]') THEN '-' ELSE '' END || "
        f"CASE WHEN regexp_matches({d}, '^[-−( ]*[.٫/]') THEN '0' ELSE '' END || translate({d}, './٫,٬، −-()', '...')"
    )
    number = (
        f"CASE WHEN regexp_full_match({d}, {_PLAIN}) THEN {d} "
        f"WHEN regexp_full_match({d}, {_GROUPED}) THEN replace({d}, ',', '') "
        f"WHEN regexp_full_match({d}, {sql.literal(whole)}) THEN {plain} "
        f"WHEN regexp_matches({d}, '[%٪]') THEN '!number-percent' "
        f"WHEN regexp_full_match({d}, {sql.literal(numbers.EXPONENT)}) THEN '!number-lost-digits' "
        f"WHEN regexp_full_match({d}, {sql.literal(numbers.AMBIGUOUS)}) THEN '!number-ambiguous' "
        f"ELSE '!not-a-number' END"
    )
    return ((m, bare), (c.w, usual), (c.u, rest), (d, digits), (c.n, number))


def _plain(field: Field, c: KindColumns, zeros: int = 0, room: int = 18) -> tuple[str, str] | None:
    """Whole numbers of few enough digits to be held with ``zeros`` behind them, bare or grouped, and their value."""
    most = min(room, 18) - zeros
    groups = most // 3 - 1
    if groups < 1 or any(re.search(f"[0-9{PERSIAN},٬-]", mark) for mark in field.strip):
        return None
    latin = f"-?[0-9]{{1,{most}}}|-?[1-9][0-9]{{0,2}}(,[0-9]{{3}}){{1,{groups}}}"
    persian = "|".join(f"[۱-۹][۰-۹]{{0,2}}({sign}[۰-۹]{{3}}){{1,{groups}}}" for sign in ",٬")
    bare, grouped = (_digits_by_bytes(f"replace({c.t}, {sql.literal(sign)}, '')") for sign in "٬,")
    digits = (
        f"CASE WHEN {c.t} < ':' THEN replace({c.t}, ',', '') WHEN contains({c.t}, '٬') THEN {bare} ELSE {grouped} END"
    )
    value = f"CAST({digits} || {sql.literal('0' * zeros)} AS {field.kind.storage(field)})"
    return f"{latin}|[۰-۹]{{1,{most}}}|{persian}", value


def _digits_by_bytes(x: str) -> str:
    """Persian digits in Latin: in UTF-8 their hexadecimal form is DBB and the digit; twice as quick as translate()."""
    return f"replace(hex({x}), 'DBB', '')"


def _is_percent(field: Field) -> bool:
    """Whether its numbers are declared to be per cent: then the sign behind them says nothing more."""
    return field.unit is not None and not {field.unit.fa.strip(), field.unit.en.strip().lower()}.isdisjoint(_PERCENTS)


def _fraction(c: KindColumns) -> str:
    """The decimals of the numeric text, without zeros that say nothing."""
    return f"rtrim(split_part({c.n}, '.', 2), '0')"


def _dotted(c: KindColumns) -> str:
    """Whether a whole number is asked for and the cell says ``1.000``: one, or a thousand grouped with a point."""
    return f"regexp_full_match({c.n}, '-?[0-9]{{1,3}}[.]000')"


def _number_error(c: KindColumns, condition: str, code: str) -> str:
    reason = f"CASE WHEN starts_with({c.n}, '!') THEN substr({c.n}, 2) WHEN {_dotted(c)} THEN 'number-ambiguous'"
    return f"{reason} WHEN {condition} THEN {sql.literal(code)} ELSE 'number-too-large' END"
