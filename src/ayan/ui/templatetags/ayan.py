"""How a page writes: two languages side by side, Persian numbers and dates, codes that keep their direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django import template
from django.template import Context, Engine, Node
from django.template.base import Parser, Token
from django.template.library import SimpleNode
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from ayan.core.query.additivity import SumPart
from ayan.core.query.problem import QuestionProblem
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Calendar, Lang, Locale
from ayan.core.values.money import ShownUnit
from ayan.core.values.text import publish
from ayan.ui import code_html, contract, language, question_problems, static_files, sum_words, value_html
from ayan.ui.contract import SlotLink, SlotTemplate

register = template.Library()


NUMBERED: Final = Label("{period}، شمارهٔ {number}", "{period}, number {number}")


def _lang(context: Context) -> Lang:
    return locale.known(context.get("lang"))


def _unit(context: Context) -> ShownUnit:
    unit: ShownUnit = context.get("unit") or "rial"
    return unit


def _calendar(context: Context) -> Calendar | None:
    calendar: Calendar | None = context.get("calendar")
    return calendar


@register.simple_tag(takes_context=True)
def t(context: Context, fa: str, en: str, singular: str = "", **blanks: Any) -> SafeString:
    """The sentence in the page's language, ``{blanks}`` filled and escaped.

    A whole sentence stands in one tag: markup goes inside it, with addresses as blanks (``<a href="{all}">``), so
    that each language orders its words as it must. The blank ``n`` is the number that decides the plural: ``singular``
    is the English sentence for a single thing; a third language has a form for each of its categories in its catalogue.
    """
    single = bool(singular) and (language.count_in(blanks) == 1 or str(blanks.get("n")) == "1")
    return language.sentence(_lang(context), fa, en, blanks, singular if single else en)


class Sentence(Node):
    """A tag ``t`` without blanks: a page has a hundred of them, and each says the same in a language every time."""

    child_nodelists = ()

    def __init__(self, fa: str, en: str, name: str | None) -> None:
        self.fa, self.en, self.name = fa, en, name
        self._said: dict[Locale, SafeString] = {}

    def render(self, context: Context) -> str:
        """The sentence, or nothing where it is kept under a name."""
        lang = locale.of(_lang(context))
        said = self._said.get(lang)
        if said is None:
            said = self._said[lang] = language.sentence(lang.code, self.fa, self.en, {})
        if self.name is None:
            return said
        context[self.name] = said
        return ""


def _without_blanks(tag: Callable[[Parser, Token], SimpleNode]) -> Callable[[Parser, Token], Node]:
    """The tag ``t`` as it is compiled, its sentences without blanks as `Sentence`."""

    def compiled(parser: Parser, token: Token) -> Node:
        node = tag(parser, token)
        if node.kwargs or len(node.args) != 2 or any(text.is_var or text.filters for text in node.args):
            return node
        fa, en = (str(text.var) for text in node.args)
        return Sentence(fa, en, node.target_var)

    return compiled


register.tags["t"] = _without_blanks(register.tags["t"])


@register.simple_block_tag(takes_context=True)
def part(context: Context, content: SafeString, name: str) -> str:
    """Keep a piece of the page under a name, to fill a blank of a sentence: ``{% part "when" %}…{% endpart %}``."""
    context[name] = content
    return ""


@register.simple_tag(takes_context=True)
def comma(context: Context) -> str:
    """What parts the members of a list."""
    return locale.of(_lang(context)).comma


@register.simple_tag(takes_context=True)
def semicolon(context: Context) -> str:
    """What parts the members of a list that have commas themselves."""
    return locale.of(_lang(context)).semicolon


@register.simple_tag(takes_context=True)
def numbered(context: Context, period: str, number: int) -> SafeString:
    """A release by its period and number: 'مرداد ۱۴۰۳، شمارهٔ ۲', 'Mordad 1403, number 2'."""
    lang = _lang(context)
    blanks = {"period": value_html.period_label(period, lang), "number": value_html.number(number, lang)}
    return language.sentence(lang, NUMBERED.fa, NUMBERED.en, blanks)


@register.simple_tag(takes_context=True)
def say(context: Context, label: Label | None) -> str:
    """A declared label in the page's language."""
    return label.of(_lang(context)) if label else ""


@register.simple_tag(takes_context=True)
def menu_entries(context: Context, entries: Iterable[contract.MenuEntry], which: str = "all") -> SafeString:
    """The entries of the public menu, a line each: ``all`` of them, those of the ``row``, or those ``spare``.

    Every page has dozens of entries in its menus and footer, so they are put together here.
    """
    plays, section = context.get("plays") or (), context.get("section")
    lines: list[str] = []
    for entry in entries:
        if (entry.part and entry.part not in plays) or (which != "all" and entry.spare != (which == "spare")):
            continue
        marked = f' aria-current="{entry.current}"' if section == entry.section else ""
        lines.append(f"  <li>{_entry(context, entry.page, entry.label, marked)}</li>\n")
    return SafeString("".join(lines))


@register.simple_tag(takes_context=True)
def footer_entries(context: Context, entries: Iterable[contract.FooterEntry]) -> SafeString:
    """The entries of a column of the footer, a line each."""
    plays, blank, lines = context.get("plays") or (), " " * 10, list[str]()
    for entry in entries:
        shown = not entry.part or entry.part in plays
        keys = " data-keys" if entry.keys else ""
        lines.append(f"{blank}<li>{_entry(context, entry.page, entry.label, keys)}</li>\n" if shown else f"{blank}\n")
    return SafeString("".join(lines))


def _entry(context: Context, page: str, label: Label, marked: str) -> str:
    return f'<a href="{conditional_escape(link(context, page))}"{marked}>{t(context, label.fa, label.en)}</a>'


@register.simple_tag(takes_context=True)
def prose(context: Context, name: str) -> SafeString:
    """A stretch of text that each language has in a file of its own, ``<name>.<code>.html``.

    A language without one shows that of its fallback, marked as what it is.
    """
    lang = _lang(context)
    engine = context.template.engine if context.template else Engine.get_default()
    codes = [lang, locale.of(lang).fallback, locale.DEFAULT.code]
    chosen = engine.select_template([f"{name}.{code}.html" for code in codes])
    spoken = str(chosen.name).rsplit(".", 2)[1]
    text = chosen.render(context)
    if spoken == lang:
        return text
    return format_html('<div lang="{}" dir="{}">{}</div>', spoken, locale.of(spoken).direction, text)


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, *args: Any) -> str:
    """The address of a public page in the page's language."""
    return _address(f"{_lang(context)}:{name}", args)


@lru_cache(maxsize=4_096)
def _address(name: str, args: tuple[Any, ...]) -> str:
    """What `reverse` says: a page asks for dozens of addresses, most of them the same on each."""
    return reverse(name, args=args)


@register.simple_tag(takes_context=True)
def page_of(context: Context, thing: str, *args: Any) -> str:
    """The address of the page that shows a thing, such as a balance; empty where no app in use has one."""
    declared = contract.page_of(thing)
    if declared is None:
        return ""
    return reverse(declared.page if declared.bare else f"{_lang(context)}:{declared.page}", args=args)


@register.simple_tag(takes_context=True)
def slots(context: Context, name: str, css: str = "", **blanks: Any) -> list[SafeString]:
    """What apps above put into a slot of this page, one after the other; ``css`` is the class of its links."""
    return [_filled(context, filled, css, blanks) for filled in contract.slot(name)]


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, css: str = "", **blanks: Any) -> SafeString:
    """All of a slot at once."""
    return SafeString("".join(slots(context, name, css, **blanks)))


def _filled(context: Context, filled: SlotLink | SlotTemplate, css: str, blanks: Mapping[str, Any]) -> SafeString:
    if isinstance(filled, SlotTemplate):
        engine = context.template.engine if context.template else Engine.get_default()
        # The newline that ends a file is none of the page's.
        return SafeString(engine.get_template(filled.template).render(context).removesuffix("\n"))
    address = reverse(f"{_lang(context)}:{filled.page}", args=filled.steps) + filled.query.format(**blanks)
    words = language.sentence(_lang(context), filled.label.fa, filled.label.en, {})
    named = format_html(' class="{}"', css) if css else ""
    return format_html('<a{} href="{}">{}</a>', named, address, words)


@register.simple_tag
def static(name: str) -> str:
    """The address of a static file."""
    return static_files.url(name)


@register.simple_tag(takes_context=True)
def num(context: Context, value: int | Decimal) -> SafeString:
    """A number, grouped for the eye, plain for the voice."""
    return value_html.number(value, _lang(context))


@register.simple_tag(takes_context=True)
def plain(context: Context, value: int | Decimal) -> str:
    """A number as bare text, for titles and attributes."""
    return value_html.plain_number(value, _lang(context))


@register.simple_tag(takes_context=True)
def share(context: Context, value: float | Decimal, decimals: int = 0) -> SafeString:
    """A percentage, with as many decimals as are asked for."""
    return value_html.percent(value, _lang(context), decimals)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime) -> SafeString:
    """A day in words."""
    return value_html.long_day(value, _lang(context), _calendar(context))


@register.simple_tag(takes_context=True)
def calendar_day(context: Context, value: date) -> SafeString:
    """A day in the reader's own calendar alone, where there is no room for both."""
    return value_html.own_day(value, _lang(context), _calendar(context))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime) -> SafeString:
    """A day and an hour in words."""
    return value_html.moment(value, _lang(context))


@register.simple_tag(takes_context=True)
def period(context: Context, value: str) -> str:
    """A period in words."""
    return value_html.period_label(value, _lang(context))


@register.simple_tag
def code(value: object) -> SafeString:
    """A code that keeps its direction."""
    return code_html.code(str(value))


@register.simple_tag
def words(value: object) -> SafeString:
    """Text that people wrote, without marks that could turn it or what stands round it."""
    return code_html.words(publish(str(value)))


@register.simple_tag
def in_elements(value: str) -> SafeString:
    """A sentence of ours that was put together as bare text, with its names and codes as elements."""
    return code_html.in_elements(value)


@register.simple_tag
def isolated(value: object) -> str:
    """Text that people wrote, for a title or an attribute."""
    return code_html.isolated(publish(str(value)))


@register.simple_tag
def digest(value: str) -> SafeString:
    """A digest, shortened."""
    return code_html.digest(value)


@register.simple_tag(takes_context=True)
def cell(context: Context, field: Field, value: object) -> SafeString:
    """One value of a record in a table, its unit being named in the header."""
    return value_html.value_html(field, value, _lang(context), _unit(context), _calendar(context))


@register.simple_tag(takes_context=True)
def fact(context: Context, field: Field, value: object) -> SafeString:
    """One value of a record by itself, with its unit."""
    lang, unit = _lang(context), _unit(context)
    if value is None or value == "":
        return format_html('<span class="muted">{}</span>', value_html.NO_VALUE.of(lang))
    if field.kind.is_money and isinstance(value, int):
        return value_html.money_text(value, unit, lang)
    if isinstance(value, date):
        return value_html.long_day(value, lang, _calendar(context))
    shown = value_html.value_html(field, value, lang, unit, _calendar(context))
    return value_html.with_unit(field, value, shown, lang)


@register.simple_tag(takes_context=True)
def unit_of(context: Context, field: Field) -> str:
    """The unit that a column's header names, empty where it has none."""
    return value_html.header_unit(field, _unit(context), _lang(context))


@register.simple_tag(takes_context=True)
def large_sum(context: Context, rial: int) -> SafeString:
    """A large sum in the largest toman unit that fits; the exact rial stands in ``value``."""
    return value_html.large_sum(rial, _lang(context))


@register.simple_tag(takes_context=True)
def sum_name(context: Context, dataset: Dataset, part: SumPart) -> str:
    """What a sum is called: its field, its side, and the date of a stock."""
    return sum_words.sum_name(dataset, part, _lang(context))


@register.simple_tag(takes_context=True)
def median_name(context: Context, dataset: Dataset, part: SumPart) -> str:
    """What a median of the rows of a sum is called."""
    return sum_words.median_name(dataset, part, _lang(context))


@register.simple_tag(takes_context=True)
def summed(context: Context, field: Field, value: int | Decimal) -> SafeString:
    """A sum by itself: money in the largest unit that fits, any other number with its unit."""
    return sum_words.sum_html(field, value, _lang(context))


@register.simple_tag(takes_context=True)
def exact(context: Context, rial: int) -> SafeString:
    """Money in rial to the last one, whatever unit the page shows."""
    return value_html.money_text(rial, "rial", _lang(context))


@register.simple_tag(takes_context=True)
def bytes(context: Context, size: int) -> str:  # noqa: A001 - the name that templates use
    """A file's size: '۲۱۴ کیلوبایت', '1.7 MB'."""
    return value_html.file_size(size, _lang(context))


@register.simple_tag(takes_context=True)
def problem_words(context: Context, problem: QuestionProblem) -> question_problems.ProblemWords:
    """What is wrong with a question, by the names that readers of the page know."""
    return question_problems.in_words(problem, context.get("dataset"), _lang(context))


@register.filter
def numeric(field: Field) -> bool:
    """Whether the values of a field line up as numbers."""
    return value_html.lines_up(field)
