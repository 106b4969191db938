"""The rows of tables, and the choices of a filter, put together here: a page has hundreds of their cells.

A tag of a template for each word of a cell would take longer than all the rest of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Calendar, Lang
from ayan.core.values.money import ShownUnit
from ayan.ui import code_html, language, value_html
from ayan.ui.code_html import markup
from ayan.ui.record_address import record_addresses

register = template.Library()

UNTITLED: Final = Label("بی‌نام", "untitled")


class Leading(Protocol):
    """The record that a cell names, with its title where the cell has only a number."""

    @property
    def slug(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...


class Bar(Protocol):
    """The amount of the field ``name`` as a bar, and the place of a line across it: both in hundredths."""

    @property
    def name(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def line(self) -> int: ...


class Line(Protocol):
    """One row of a table: the key of its record, what heads it, a mark, and its other cells in two groups.

    ``leads`` are the records that its cells name, by the name of the field; ``bar`` draws one of its amounts.
    """

    @property
    def key(self) -> str: ...
    @property
    def head(self) -> Field | None: ...
    @property
    def head_value(self) -> object: ...
    @property
    def mark(self) -> Label | None: ...
    @property
    def leads(self) -> Mapping[str, Leading]: ...
    @property
    def bar(self) -> Bar | None: ...
    @property
    def sub(self) -> Iterable[tuple[Field, object]]: ...
    @property
    def cells(self) -> Iterable[tuple[Field, object]]: ...


class _Column:
    """How the cells of one field are written in one table; what is written once is kept for the same text."""

    __slots__ = ("_calendar", "_field", "_lang", "_texts", "_unit", "opening", "under")

    def __init__(
        self, field: Field, lang: Lang, unit: ShownUnit, calendar: Calendar | None, *, short: bool, further: bool
    ) -> None:
        self._field, self._lang, self._unit, self._calendar = field, lang, unit, calendar
        self._texts: dict[str, str] = {}
        label, named = markup(field.label.of(lang)), value_html.header_unit(field, unit, lang)
        kinds = ["n" if value_html.lines_up(field) else "w" if field.kind.is_free_text else "", "x" if further else ""]
        classes = " ".join(filter(None, kinds))
        style = f' class="{classes}"' if classes else ""
        # A cell says its column's header for narrow screens, where that is seen: of a short row only beside numbers.
        header = "" if further or (short and "n" not in kinds) else f"{label}{f' ({markup(named)})' if named else ''}"
        self.opening = f'<td{style} data-h="{header}">' if header else f"<td{style}>"
        self.under = f'<span class="sub"><span class="vh">{label}: </span>'

    def write(self, value: object) -> str:
        if not isinstance(value, str):
            return value_html.value_html(self._field, value, self._lang, self._unit, self._calendar)
        written = self._texts.get(value)
        if written is None:
            shown = value_html.value_html(self._field, value, self._lang, self._unit, self._calendar)
            written = self._texts[value] = shown
        return written


@register.simple_tag(takes_context=True)
def table_lines(
    context: Context, dataset: Dataset, lines: Iterable[Line], telling: frozenset[str] | None = None
) -> SafeString:
    """The rows of a table of a dataset: each headed by its record's name, with the key in small beneath it.

    On a phone only the cells of the fields in ``telling`` are seen, where that is said: the others are on the record's
    page.
    """
    lang = locale.known(context.get("lang"))
    is_ltr = locale.of(lang).is_ltr
    unit: ShownUnit = context.get("unit") or "rial"
    calendar: Calendar | None = context.get("calendar")
    untitled = language.sentence(lang, UNTITLED.fa, UNTITLED.en, {})
    address_of = record_addresses(lang, dataset.slug)
    columns: dict[str, _Column] = {}
    addresses: dict[str, Callable[[str], str]] = {}

    def column(field: Field) -> _Column:
        known = columns.get(field.name)
        if known is None:
            further = telling is not None and field.name not in telling
            short = telling is not None
            known = columns[field.name] = _Column(field, lang, unit, calendar, short=short, further=further)
        return known

    def led(line: Line, field: Field, shown: str) -> str:
        """A cell that leads to the record it names, whose title stands beside a number."""
        lead = line.leads.get(field.name)
        if lead is None:
            return shown
        leading = addresses.get(lead.slug)
        if leading is None:
            leading = addresses[lead.slug] = record_addresses(lang, lead.slug)
        title = f' <span class="sub">{code_html.words(lead.title)}</span>' if lead.title else ""
        return f'<a href="{conditional_escape(leading(lead.key))}">{shown}</a>{title}'

    written: list[str] = []
    for line in lines:
        name = column(line.head).write(line.head_value) if line.head is not None and line.head_value else untitled
        mark = f' <span class="tag ok">{markup(line.mark.of(lang))}</span>' if line.mark else ""
        written.append(f'<tr><th scope="row"><a href="{conditional_escape(address_of(line.key))}">{name}</a>{mark}')
        for field, value in line.sub:
            of_field = column(field)
            written.append(f"{of_field.under}{led(line, field, of_field.write(value))}</span>")
        written.append("</th>")
        for field, value in line.cells:
            of_field = column(field)
            shown = led(line, field, of_field.write(value))
            drawn = (
                _bar(line.bar, is_ltr, marked=line.mark is not None) if line.bar and line.bar.name == field.name else ""
            )
            written.append(f"{of_field.opening}{shown}{drawn}</td>")
        written.append("</tr>\n")
    return SafeString("".join(written))


def _bar(bar: Bar, is_ltr: bool, *, marked: bool) -> str:
    """An amount as a bar beneath its figure, darker for the row that is marked, with the line across it."""
    start, line = (0, bar.line) if is_ltr else (bar.start, 100 - bar.line)
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect x="{start}" y="2" width="{bar.width}" height="6" fill="{"#0b6e75" if marked else "#5d9799"}"/>'
        f'<path d="M{line} 0v10" stroke="#12201f" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
    )


class Choice(Protocol):
    """One value of a list that a filter offers: whether it is asked for, and how many rows have it, if that is known.

    ``width`` is that of its bar in hundredths, ``rest`` what is left of them.
    """

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def checked(self) -> bool: ...
    @property
    def count(self) -> int | None: ...
    @property
    def width(self) -> int: ...
    @property
    def rest(self) -> int: ...


@register.simple_tag(takes_context=True)
def filter_choices(context: Context, name: str, choices: Iterable[Choice]) -> SafeString:
    """The boxes of a list, each with its count and a bar to the scale of the greatest."""
    lang = locale.known(context.get("lang"))
    is_ltr = locale.of(lang).is_ltr
    named, written = markup(name), list[str]()
    for choice in choices:
        checked = " checked" if choice.checked else ""
        written.append(
            f'<label class="opt"><input type="checkbox" name="{named}__in" value="{markup(choice.code)}"{checked}>'
            f"<span><bdi>{markup(choice.label)}</bdi></span>"
        )
        if choice.count is not None:
            start = 0 if is_ltr else choice.rest
            written.append(
                f'<span class="n">{value_html.number(choice.count, lang)}</span>'
                '<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
                '<rect width="100" height="4" fill="#e6ecea"/>'
                f'<rect x="{start}" width="{choice.width}" height="4" fill="#5d9799"/></svg>'
            )
        written.append("</label>\n")
    return SafeString("".join(written))
