"""How a page writes: two languages side by side, Persian numbers and dates, codes that keep their direction."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ayan.ui import statics

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Context, fa: str, en: str, **blanks: Any) -> SafeString:
    """The sentence in the page's language; ``{blanks}`` are filled and escaped."""
    return format_html((en if context.get("lang") == "en" else fa) + "{_}", _="", **blanks)


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, *args: Any) -> str:
    """The address of a public page in the page's language."""
    return reverse(f"{context.get('lang', 'fa')}:{name}", args=args)


@register.simple_tag
def static(name: str) -> str:
    """The address of a static file."""
    return statics.url(name)
