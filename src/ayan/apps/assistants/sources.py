"""Where the numbers of an answer come from, as an assistant is told it: releases, place in the log, citation, pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ayan.apps.assistants.site_door import Caller
from ayan.core.answers.cards.wording import day_text
from ayan.core.values import locale
from ayan.core.values.label import Label

NOT_PUBLISHED: Final = Label(
    "دربارهٔ این پرسش در «{title}» چیزی منتشر نشده است؛ این به معنی صفر نیست. مسئول انتشار: {owner}.",
    "Nothing is published about this in “{title}”, which does not mean zero. Responsible for it: {owner}.",
)
LATE: Final = Label(
    "{count} دوره از موعد گذشته است؛ موعد نخستین آن {day} بود.",
    "{count} periods are overdue; the first was due on {day}.",
)
NOWHERE: Final = Label(
    "در آنچه منتشر شده است پاسخی برای این پرسش نیست. می‌توان از شهرداری خواست که آن را منتشر کند.",
    "Nothing that is published answers this question. The municipality can be asked to publish it.",
)
_ENGLISH: Final = "/en"


def pages(caller: Caller, path: str) -> dict[str, str]:
    """The page at a path without the language, in both."""
    return {"fa": f"{caller.root}{path}", "en": f"{caller.root}{_ENGLISH}{path}"}


def source_of(caller: Caller, document: Mapping[str, Any], dataset: str) -> dict[str, Any]:
    """What an answer of the site was read from: every number in it stands under this citation and this leaf of the log.

    ``log.index`` is the leaf of the release that was sealed last among those that were read; the tree of ``log.size``
    leaves with the root beside it holds all of them.
    """
    log = document.get("log")
    return {
        "dataset": dataset,
        "releases": document["releases"],
        "releases_total": document["releases_total"],
        "releases_url": f"{caller.root}{document['releases_url']}",
        "as_of": document["as_of"],
        "state": document["state"],
        "log": {**log, "index": log["size"] - 1} if log else None,
        "citation": pages(caller, document["citation"]) if document.get("citation") else None,
        "api": f"{caller.root}{document['address']}",
    }


def owed_by(caller: Caller, dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Who owes what is not published of a dataset, since when, and where it can be asked for; from its description."""
    fresh = dataset["freshness"]
    return {
        "dataset": dataset["slug"],
        "title": dataset["title"],
        "owner": dataset["owner"],
        "state": fresh["state"],
        "published_until": fresh["until"],
        "periods_overdue": fresh["owed"],
        "due_on": fresh["due_on"],
        "days_late": fresh["days_late"],
        "page": pages(caller, f"/data/{dataset['slug']}"),
        **asking(caller),
    }


def asking(caller: Caller) -> dict[str, Any]:
    """Where everything that is missing is listed, and where it can be asked for."""
    return {"missing": pages(caller, "/missing"), "ask_for_it": pages(caller, "/counter/new/access")}


def not_published(dataset: Mapping[str, Any]) -> dict[str, str]:
    """That nothing is published, and who owes it, in both languages."""
    title, owner, fresh = _label(dataset["title"]), _label(dataset["owner"]), dataset["freshness"]
    said = NOT_PUBLISHED.format(title=title, owner=owner)
    if not fresh["owed"] or not fresh["due_on"]:
        return _two(said.words())
    due = date.fromisoformat(fresh["due_on"])
    late = LATE.filled(lambda lang: {"count": locale.of(lang).number(fresh["owed"]), "day": day_text(due, lang)})
    return {"fa": f"{said.fa} {late.fa}", "en": f"{said.en} {late.en}"}


def _label(words: Mapping[str, str]) -> Label:
    return Label(words["fa"], words["en"])


def _two(words: Mapping[str, str]) -> dict[str, str]:
    return {"fa": words["fa"], "en": words["en"]}
