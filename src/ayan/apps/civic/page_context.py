"""What every one of these pages needs round its content: the unit of money, paths, where the figures come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context, shown_units
from ayan.apps.catalog.explorer import state
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.page_context import DatasetTab
from ayan.core.query.answer import Unanswered
from ayan.core.schema.definition import Dataset
from ayan.core.values import address_step
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import refused

STEP: Final = "STEP"
BASE: Final = "_base"
"""The parameter that names the year at whose prices money is told."""
_YEAR: Final = re.compile(r"[0-9]{4}")
NONE: Final = "-"
"""Stands in an address for a value that is empty."""


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Who asks: the language, the unit of money, the year of real prices, and the addresses that go with them.

    ``base`` is what was asked for; whether the index has that year is another matter.
    """

    request: HttpRequest
    lang: Lang
    unit: ShownUnit
    base: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> PageSettings:
        """What a request says; a unit that is none counts for nothing."""
        lang = language.of(request)
        year = to_latin(request.GET.get(BASE, ""))
        return cls(
            request,
            lang,
            state.settings(request.GET, lang, shown_units.LIST_UNIT)[0],
            year if _YEAR.fullmatch(year) else "",
        )

    def page(self, name: str, *steps: str) -> str:
        """The address of a page, with unit and base where they are not the usual ones; steps may hold anything."""
        return self._with(self._path(name, steps), self.unit)

    def _with(self, path: str, unit: str) -> str:
        own = {} if unit == shown_units.LIST_UNIT else {"_unit": unit}
        own |= {BASE: self.base} if self.base else {}
        return f"{path}?{urlencode(own)}" if own else path

    def file(self, name: str, form: str, *steps: str) -> str:
        """The address of what a page shows, as a file."""
        return f"{self._path(name, steps)}.{form}"

    def _path(self, name: str, steps: Sequence[str]) -> str:
        """The names of pages that take steps have one argument, which is written here: Django would unquote it."""
        if not steps:
            return page_context.address(self.request, name)
        return page_context.address(self.request, name, STEP).replace(STEP, "/".join(step_text(step) for step in steps))

    def dataset(self, dataset: Dataset) -> str:
        """The address of a dataset."""
        return page_context.address(self.request, "dataset", dataset.slug)

    @property
    def datasets(self) -> str:
        """A dataset's address with ``{slug}`` in it."""
        return page_context.address(self.request, "dataset", "SLUG").replace("SLUG", "{slug}")

    @property
    def units(self) -> list[DatasetTab]:
        """The same page in each unit of money."""
        # Django has taken the quoting away from what was asked for.
        path = quote(self.request.path)
        return [
            DatasetTab(unit_label(label, self.lang), self._with(path, code), code == self.unit)
            for code, label in SHOWN_UNITS.items()
        ]

    def bases(self, prices: PriceIndex | None) -> list[DatasetTab]:
        """The same page in the money of each year of the index, the newest first."""
        if prices is None:
            return []
        path, lang = quote(self.request.path), self.lang
        return [
            DatasetTab(
                value_html.period_label(year, lang),
                replace(self, base=year)._with(path, self.unit),
                year == prices.base,
            )
            for year in sorted(prices.index, reverse=True)
        ]


def step_of(value: str) -> str:
    """A value as one step of a path, before it is quoted."""
    return address_step.written(value) or NONE


def step_text(value: str) -> str:
    """A value as one step of an address."""
    return quote(step_of(value), safe=",")


def read_steps(path: str) -> tuple[str, ...]:
    """The steps of an address, as `step_of` wrote them; Django has taken away the outer quoting."""
    return tuple(address_step.read(step) for step in path.strip("/").split("/") if step)


def read_step(path: str) -> tuple[str, ...]:
    """The only step of an address; slashes that somebody wrote as they are belong to it."""
    return (address_step.read(path.strip("/")),) if path.strip("/") else ()


def crumbs(asked: PageSettings, name: str, head: Label, *steps: Crumb) -> list[Crumb]:
    """The path to a page; the page itself is no link."""
    trail = [Crumb(head.of(asked.lang), asked.page(name)), *steps]
    return [*trail[:-1], Crumb(trail[-1].words)]


def render_page(asked: PageSettings, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, with what all of these pages say."""
    return render(
        asked.request,
        template,
        {"unit": asked.unit, "unit_asked": asked.unit, "settings": asked.units} | context,
        status=status,
    )


def nothing(
    asked: PageSettings, declared: Dataset | None, title: Label, section: str, status: int = 200
) -> HttpResponse:
    """The page where the dataset that plays a part is not declared, or has nothing published."""
    context = {"title": title, "section": section, "declared": declared}
    return render_page(asked, "civic/nothing.html", context, status)


def unanswered(asked: PageSettings, title: Label, section: str, none: Unanswered) -> HttpResponse:
    """The page for a question that cannot be answered now."""
    context = {"title": title, "section": section, "words": none.of(asked.lang)}
    return refused(render_page(asked, "civic/nothing.html", context), none)
