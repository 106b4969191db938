"""What an answer points to: datasets, records and releases that are published, by their addresses on this site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from ayan.apps.catalog.record import records
from ayan.apps.counter.limits import LONGEST_ADDRESS, MOST_EVIDENCE, MOST_OFFERED
from ayan.apps.desk import access
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.search import selectors
from ayan.core.query.answer import Row
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import period_label, plain_number
from ayan.wiring import city

RECORD: Final = Label("{name} · {dataset}", "{name} · {dataset}")
RELEASE: Final = Label("{title}، {period}، انتشار {n}", "{title}, {period}, release {n}")
NO_PAGE: Final = Label(
    "«{address}» نشانی داده، رکورد یا انتشاری نیست که این‌جا منتشر شده باشد. آن را از نوار نشانی مرورگر بردارید.",
    "“{address}” is no dataset, record or release that is published here. Copy it from your browser’s address bar.",
)


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """One page that an answer may point to: its path in no language, ``/data/…``, and what it is called."""

    path: str
    title: Label

    def address(self, lang: Lang) -> str:
        """The page in a language."""
        prefix = reverse(f"{lang}:catalogue").removesuffix("/data/")
        return prefix + self.path


def pages_of(typed: Iterable[str]) -> tuple[PublishedPage, ...]:
    """The pages that were typed, each once. DeskRefused for the first that is not published, or for too many."""
    texts = list(dict.fromkeys(text.strip() for text in typed if text.strip()))
    if len(texts) > MOST_EVIDENCE:
        raise DeskRefused(
            "بیش از {most} پیوند نمی‌شود افزود.", "No more than {most} links can be added.", field="evidence"
        ).format(most=MOST_EVIDENCE)
    pages: dict[str, PublishedPage] = {}
    for text in texts:
        page = page_at(text)
        if page is None:
            raise DeskRefused(field="evidence").worded(NO_PAGE).format(address=text[:80])
        pages[page.path] = page
    return tuple(pages.values())


def page_at(text: str) -> PublishedPage | None:
    """The published page at an address of this site; None where there is none, or at another site."""
    if len(text) > LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(text)
        own = {"", urlsplit(settings.ORIGIN).netloc}
        match = resolve(unquote(parts.path)) if parts.netloc in own and parts.path.startswith("/") else None
    except (Resolver404, ValueError):
        return None
    name = match.url_name if match else ""
    said = match.kwargs if match else {}
    dataset = next((each for each in city.current().registry.all() if each.slug == said.get("slug")), None)
    if dataset is None:
        return None
    if name == "record":
        return _record(dataset, said["key"])
    if name == "release":
        return _release(dataset, said["period"], said["number"])
    if name == "dataset" and city.current().release_store.current(dataset.slug):
        query = f"?{parts.query}" if parts.query else ""
        return PublishedPage(f"/data/{dataset.slug}{query}", dataset.title)
    return None


def named(listed: object, lang: Lang) -> tuple[tuple[str, str], ...]:
    """The pages that an entry points to, each by its name and its address in a language; nothing that leads elsewhere.

    A page that is not there any more keeps its address for its name.
    """
    links = []
    for path in map(str, listed if isinstance(listed, list) else ()):
        page = page_at(path)
        own = path.removeprefix(settings.ORIGIN) if settings.ORIGIN else path
        if page is not None:
            links.append((page.title.of(lang), page.address(lang)))
        elif own.startswith("/") and not own.startswith(("//", "/\\")):
            links.append((own, own))
    return tuple(links)


def offers(words: str) -> list[PublishedPage]:
    """What a search finds that an answer could point to: datasets by name, then rows."""
    try:
        result = selectors.find(city.current(), words)
    except BadQuestion:
        return []
    pages = [PublishedPage(f"/data/{dataset.slug}", dataset.title) for dataset in result.datasets]
    hits = [*result.records, *(hit for table in result.tables for hit in table.hits)]
    pages += [_row(hit.dataset, hit.row, hit.path) for hit in hits]
    return list({page.path: page for page in pages}.values())[:MOST_OFFERED]


def _record(dataset: Dataset, key: str) -> PublishedPage | None:
    try:
        result = records.find(city.current(), dataset, key)
    except records.NoSuchRecord:
        return None
    return _row(dataset, result.row, reverse("fa:record", args=(dataset.slug, key)))


def _row(dataset: Dataset, row: Row, path: str) -> PublishedPage:
    title = RECORD.filled(lambda lang: {"name": records.title(dataset, row, lang), "dataset": dataset.title.of(lang)})
    return PublishedPage(path, title)


def _release(dataset: Dataset, period: str, number: int) -> PublishedPage | None:
    release = access.release_of(f"{dataset.slug}/{period}/{number}")
    if release is None or release.withdrawn:
        return None
    title = RELEASE.filled(
        lambda lang: {
            "title": dataset.title.of(lang),
            "period": period_label(period, lang),
            "n": plain_number(number, lang),
        }
    )
    return PublishedPage(f"/data/{dataset.slug}/releases/{period}/{number}", title)
