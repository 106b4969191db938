"""A letter to the city, begun for its writer: what it is about with its address, and the questions it should answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest

from ayan.apps.catalog import page_context
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring.city import City

ERROR: Final = Label("خطا در «{}»", "An error in “{}”")
WISH: Final = Label("درخواست داده‌ای که نیافتم", "Data that I did not find")
ABOUT: Final = Label("دربارهٔ سامانهٔ شفافیت", "About the transparency site")
WRONG: Final = (
    Label("کدام مقدار نادرست است:", "Which value is wrong:"),
    Label("به نظر من باید باشد:", "What I think it should be:"),
    Label("از کجا می‌دانم:", "How I know:"),
)
SOUGHT: Final = Label("چه می‌خواستم:", "What I was looking for:")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written about: its address on this site, if it has one, and a subject and a body to go on from."""

    subject: str
    body: str
    address: str = ""

    def mailto(self, to: str) -> str:
        """The link that opens the letter in a mail program; ``to`` is a link to an e-mail address."""
        return f"{to}?subject={quote(self.subject)}&body={quote(self.body)}"


def letter(request: HttpRequest, city: City, about: str) -> Letter | None:
    """The letter about a subject as other pages name it (``row:works/C-001``); None for a page without one."""
    lang = language.of(request)
    kind, _, name = about.partition(":")
    slug, _, key = name.partition("/")
    dataset = next((declared for declared in city.registry.all() if declared.slug == slug), None)
    if kind in ("row", "dataset") and dataset is not None:
        path = page_context.address(request, "record", slug, key) if kind == "row" and key else ""
        address = page_context.absolute(request, path or page_context.address(request, "dataset", slug))
        asked = [address, *(label.of(lang) for label in WRONG)]
        return Letter(ERROR.of(lang).format(dataset.title.of(lang)), "\n\n".join(asked) + "\n", address)
    if kind == "search" and name:
        return Letter(WISH.of(lang), f"{SOUGHT.of(lang)}\n{name}\n")
    return Letter(ABOUT.of(lang), f"{about}\n\n") if about else None
