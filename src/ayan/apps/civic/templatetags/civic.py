"""How the special pages write money: in the unit of the page, the exact rial beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ayan.apps.civic.budget_tree import BudgetSums
from ayan.apps.civic.council import Count
from ayan.apps.civic.roles import Read, RoleDataset
from ayan.apps.civic.special_pages import page_of
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale, money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui import value_html
from ayan.ui.component_parts import Share

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
    return value_html.amount(value, _unit(context), _lang(context))


@register.simple_tag(takes_context=True)
def nearly(context: Context, value: int) -> SafeString:
    """An amount that was computed, in whole units: what stands behind a point was never anybody's money."""
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
def spent_part(context: Context, sums: BudgetSums) -> SafeString:
    """How much of the revised figure was spent; a dash where it cannot be said."""
    part = Share("", sums.approved, sums.spent, amended=sums.amended).part
    return value_html.EMPTY if part is None else value_html.percent(part, _lang(context))


@register.simple_tag(takes_context=True)
def money_of(context: Context, sums: BudgetSums, role_field: str) -> SafeString:
    """One figure of a line by itself, with its unit; in words where there is none."""
    lang, value = _lang(context), getattr(sums, role_field)
    if role_field == "amended" and not sums.changed:
        return format_html('<span class="muted">{}</span>', Label("بی‌تغییر", "unchanged").of(lang))
    if value is None:
        return format_html('<span class="muted">{}</span>', Label("نیامده", "not reported").of(lang))
    shown = value_html.money_text(value, _unit(context), lang)
    if _unit(context) == "rial":
        return shown
    exact: ShownUnit = "toman" if _unit(context) == "mtoman" else "rial"
    return format_html('{}<span class="sub">{}</span>', shown, value_html.money_text(value, exact, lang))


@register.simple_tag(takes_context=True)
def say_place(context: Context, table: Read, role_field: str) -> str:
    """What a dataset calls the field in a place."""
    return table.player.field(role_field).label.of(_lang(context))


@register.simple_tag(takes_context=True)
def place_of(context: Context, table: Read, row: Row, role_field: str) -> SafeString:
    """What a row says in a place."""
    field = table.player.field(role_field)
    return value_html.value_html(field, row.values.get(field.name), _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def place_in(context: Context, table: Read, role_field: str, value: object) -> SafeString:
    """A value as a row would say it in a place."""
    return value_html.value_html(table.player.field(role_field), value, _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def say_of(context: Context, role_dataset: RoleDataset, role_field: str) -> str:
    """What the dataset in a part calls the field in a place."""
    return role_dataset.field(role_field).label.of(_lang(context))


@register.simple_tag(takes_context=True)
def value_in(context: Context, role_dataset: RoleDataset, row: Row, role_field: str) -> SafeString:
    """What a row of the dataset in a part says in a place."""
    return value_html.value_html(
        role_dataset.field(role_field), role_dataset.value(role_field, row.values), _lang(context), _unit(context)
    )


@register.simple_tag(takes_context=True)
def vote_word(context: Context, table: Read, vote: object) -> SafeString:
    """A vote in words."""
    return value_html.value_html(table.player.field("vote"), vote, _lang(context), _unit(context))


@register.simple_tag(takes_context=True)
def special_page(context: Context, dataset: Dataset, row: Row) -> tuple[str, str] | None:
    """The special page of a record, as its address and its words."""
    return page_of(dataset, row, _lang(context))


@register.filter
def places(names: str, table: Read | None) -> list[str]:
    """Those of some places that a dataset fills."""
    return [role_field for role_field in names.split() if table is not None and table.player.has(role_field)]


@register.filter
def filled(names: str, role_dataset: RoleDataset) -> list[str]:
    """Those of some places that the dataset in a part fills."""
    return [role_field for role_field in names.split() if role_dataset.has(role_field)]


@register.filter
def beside(numbers: Sequence[int], votes: Sequence[Count]) -> list[tuple[str, int]]:
    """Each number with the word of its vote."""
    return [(vote.label, number) for vote, number in zip(votes, numbers, strict=True)]
