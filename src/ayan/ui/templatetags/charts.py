"""What components draw: figures in both widths, the marks of a key, bars in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS
from ayan.ui import code_html, figure_files, value_html
from ayan.ui.charts.drawing import CHOSEN, OUTLINE, SERIES, Drawing
from ayan.ui.charts.figure import Figure, FigureCell, FigureColumn, FigureKey
from ayan.ui.charts.line_charts import spark as drawn_spark
from ayan.ui.charts.measure import Scale
from ayan.ui.charts.poster import SHARE, PictureOwner
from ayan.ui.charts.share_card import ShareCard
from ayan.ui.component_parts import Share

register = template.Library()

MARK = 0.7
"""How wide the mark of an amended figure is, in hundredths of the bars."""


def _lang(context: Context) -> Lang:
    return locale.known(context.get("lang"))


INVENTED: Final = Label("ساختگی · {city}", "Invented · {city}")


def _signed(context: Context) -> PictureOwner:
    """Whose picture it is; one of an invented city says so, for it travels without the page."""
    city = context.get("city")
    if not city:
        return PictureOwner("")
    name: str = city.name.of(_lang(context))
    signed = INVENTED.of(_lang(context)).format(city=name) if city.demo else name
    emblem = context.get("emblem")
    return PictureOwner(signed, emblem["data"] if emblem else "")


@register.simple_tag(takes_context=True)
def drawing(context: Context, figure: Figure) -> SafeString:
    """Both widths of a figure; the stylesheet shows one. The chart room escapes every word it draws."""
    figure_files.note(context.get("request"), figure, _signed(context))
    return mark_safe(figure.wide + figure.narrow)  # noqa: S308 - written by ui/charts, which escapes all text


@register.simple_tag(takes_context=True)
def beside_figure(context: Context, anchor: str, shown: SafeString) -> SafeString:
    """What stands beside a figure of the page: shown here, and in the frame of the figure."""
    figure_files.note_beside(context.get("request"), anchor, shown)
    return shown


@register.simple_tag(takes_context=True)
def alone(context: Context, figure: Figure) -> dict[str, str]:
    """Where this figure of the page is by itself, by kind."""
    return figure_files.addresses(context.get("request"), figure)


@register.simple_tag
def swatch(key: FigureKey) -> SafeString:
    """The mark that a key explains."""
    shapes = {
        "line": '<path d="M0 6h22" stroke="{}" stroke-width="2.4"/>',
        "dot": '<circle cx="11" cy="6" r="4" fill="{}"/>',
        "bar": '<rect x="5" width="12" height="12" rx="2" fill="{}"/>',
        "outline": '<rect x="5.5" y=".5" width="11" height="11" rx="2" fill="{}" stroke="{}"/>',
        "tile": '<rect x="6" y=".5" width="9" height="11" fill="{}" stroke="{}"/>',
        "struck": '<path d="M6.5 .5h9v11h-9zM6.5 11.5l9-11" fill="none" stroke="{1}"/>',
    }
    drawn = format_html(shapes[key.shape], key.colour, key.edge or "none")
    return format_html(
        '<svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true" focusable="false">{}</svg>', drawn
    )


@register.simple_tag(takes_context=True)
def figure_cell(context: Context, value: FigureCell, column: FigureColumn) -> SafeString:
    """A cell of a figure's table."""
    if value is None:
        return value_html.EMPTY
    if column.in_millions and not isinstance(value, str):
        return value_html.amount(int(value * MONEY_UNITS["toman"]), "mtoman", _lang(context))
    if isinstance(value, int | Decimal):
        return value_html.number(value, _lang(context))
    return code_html.words(value)


@register.filter
def under(cells: Sequence[Any], heads: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each cell with its column."""
    return list(zip(heads, cells, strict=False))


@register.simple_tag(takes_context=True)
def scaled(context: Context, scale: Scale, value: int) -> SafeString:
    """A number in a unit that the caption names; the exact one stands in ``value``."""
    shown = scale.write(value)
    spoken = value_html.read_aloud(shown, _lang(context))
    return format_html('<data value="{}">{}</data>', value, value_html.pair(shown, spoken))


@register.simple_tag(takes_context=True)
def spent_share(context: Context, share: Share) -> SafeString:
    """How much of the revised figure has been spent; a dash where it cannot be said."""
    part = share.part
    return value_html.EMPTY if part is None else value_html.percent(part, _lang(context))


@register.simple_tag(takes_context=True)
def share_bar(context: Context, share: Share, among: Iterable[Share]) -> SafeString:
    """The outline of what was approved round the bar of what was spent, to the scale of the greatest of ``among``.

    A mark stands at what was amended, where that is another figure.
    """
    most = max((max(each.approved, each.amended or 0, each.spent or 0) for each in among), default=0) or 1
    sheet = Drawing(100, 10, _lang(context))
    for value, fill, stroke in ((share.approved, *OUTLINE), (share.spent or 0, CHOSEN, "")):
        long = float(Decimal(max(0, value)) / Decimal(most) * 100)
        if long:
            sheet.rect(0 if sheet.rightward else 100 - long, 0, long, 10, fill, stroke=stroke)
    if share.amended is not None and share.amended != share.approved:
        at = float(Decimal(max(0, share.amended)) / Decimal(most) * 100)
        sheet.rect((at if sheet.rightward else 100 - at) - MARK / 2, -2, MARK, 14, SERIES[1])
    return format_html(
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe("".join(sheet.parts)),  # noqa: S308 - rectangles alone, of numbers
    )


@register.simple_tag(takes_context=True)
def spark(context: Context, values: Sequence[int | Decimal | None]) -> SafeString:
    """A small line beside a number that says the same in words."""
    return mark_safe(drawn_spark(values, _lang(context)).svg("", "spark"))  # noqa: S308 - a line of numbers


@register.inclusion_tag("components/share_head.html", takes_context=True)
def share_head(context: Context, card: ShareCard, picture: str, address: str, figure: Figure | None = None) -> Any:
    """What networks are told of a page at an address, with the picture of its figure, or else of its card."""
    city = context.get("city")
    name = city.name.of(_lang(context)) if city else ""
    figure_files.note(context.get("request"), card, _signed(context))
    words = figure.title if figure else card.words
    return {"card": card, "name": name, "picture": picture, "words": words, "address": address, "size": SHARE}
