"""How the special pages write money: in the unit of the page, the exact rial beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ayan.apps.civic.budget_sums import Sums
from ayan.apps.civic.council import Count
from ayan.apps.civic.of_record import page_of
from ayan.apps.civic.players import Player
from ayan.apps.civic.reading import Read
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale, money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui import writing

register = template.Library()

TOMAN = MONEY_UNITS["toman"]


def _lang(context: Context) -> Lang:
    return locale.known(context.get("lang"))


def _unit(context: Context) -> ShownUnit:
    unit: ShownUnit = context.get("unit") or "rial"
    return unit


@register.simple_tag(takes_context=True)
def rial(context: Context, value: int) -> SafeString:
    """An amount in the unit that its column names."""
    return writing.amount(value, _unit(context), _lang(context))


@register.simple_tag(takes_context=True)
def nearly(context: Context, value: int) -> SafeString:
    """An amount that was reckoned, in whole units: what stands behind a point was never anybody's money."""
    unit = MONEY_UNITS[SHOWN_UNITS[_unit(context)]]
    return rial(context, (value + unit // 2) // unit * unit) if unit <= TOMAN else rial(context, value)


@register.simple_tag(takes_context=True)
def money_unit(context: Context) -> str:
    """The unit of the page in words."""
    return unit_label(SHOWN_UNITS[_unit(context)], _lang(context))


@register.simple_tag(takes_context=True)
def plain_sum(context: Context, value: int) -> str:
    """A large sum as bare text, for a description."""
    return money.headline(value, _lang(context))


@register.simple_tag(takes_context=True)
def spent_part(context: Context, sums: Sums) -> SafeString:
    """How much of the budget as amended was spent; a dash where it cannot be said."""
    if sums.spent is None or not sums.amended:
        return writing.EMPTY
    return writing.percent(Decimal(sums.spent) / Decimal(sums.amended), _lang(context))


@register.simple_tag(takes_context=True)
def money_of(context: Context, sums: Sums, place: str) -> SafeString:
    """One figure of a line by itself, with its unit; in words where there is none."""
    lang, value = _lang(context), getattr(sums, place)
    if place == "amended" and not sums.changed:
        return format_html('<span class="muted">{}</span>', Label("بی‌تغییر", "unchanged").of(lang))
    if value is None:
        return format_html('<span class="muted">{}</span>', Label("نیامده", "not reported").of(lang))
    shown = writing.money_text(value, _unit(context), lang)
    if _unit(context) == "rial":
        return shown
    return format_html('{}<span class="sub">{}</span>', shown, writing.money_text(value, "rial", lang))


@register.simple_tag(takes_context=True)
def say_place(context: Context, table: Read, place: str) -> str:
    """What a dataset calls the field in a place."""
    return table.player.field(place).label.of(_lang(context))


@register.simple_tag(takes_context=True)
def place_of(context: Context, table: Read, row: Row, place: str) -> SafeString:
    """What a row says in a place."""
    field = table.player.field(place)
    return writing.value_html(field, row.values.get(field.name), _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def say_of(context: Context, one: Player, place: str) -> str:
    """What the dataset in a part calls the field in a place."""
    return one.field(place).label.of(_lang(context))


@register.simple_tag(takes_context=True)
def value_in(context: Context, one: Player, row: Row, place: str) -> SafeString:
    """What a row of the dataset in a part says in a place."""
    return writing.value_html(one.field(place), one.value(place, row.values), _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def vote_word(context: Context, table: Read, vote: object) -> SafeString:
    """A vote in words."""
    return writing.value_html(table.player.field("vote"), vote, _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def special_page(context: Context, dataset: Dataset, row: Row) -> tuple[str, str] | None:
    """The special page of a record, as its address and its words."""
    return page_of(dataset, row, _lang(context))


@register.filter
def places(names: str, table: Read | None) -> list[str]:
    """Those of some places that a dataset fills."""
    return [one for one in names.split() if table is not None and table.player.has(one)]


@register.filter
def filled(names: str, one: Player) -> list[str]:
    """Those of some places that the dataset in a part fills."""
    return [place for place in names.split() if one.has(place)]


@register.filter
def beside(numbers: Sequence[int], votes: Sequence[Count]) -> list[tuple[str, int]]:
    """Each number with the word of its vote."""
    return [(vote.label, number) for vote, number in zip(votes, numbers, strict=True)]
