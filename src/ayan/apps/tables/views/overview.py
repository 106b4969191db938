"""The list of the tables, what one table is made of, and the facts of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import Boxes
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.tables import changes, removals, requests
from ayan.apps.tables.limits import SHOWN
from ayan.apps.tables.models import TableChange
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.apps.tables.table_page import TablePage, at_field, line, list_title, table_page, to_change
from ayan.core.schema.definition import MAIN
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city, table_folder, table_text


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """The tables of the city by their topics, and the changes that wait."""
    require(officer(request), changes.CHANGE, CITY)
    lang, current_city = language.of(request), city.current()
    waiting = changes.waiting()
    counts = Counter(each.slug for each in waiting)
    errors = current_city.registry.errors()
    topics = dict(current_city.topics)
    groups: dict[str, dict[str, Any]] = {
        topic: {"title": title, "lines": []} for topic, title in (*topics.items(), ("", Label("دیگر", "Other")))
    }
    for dataset in current_city.registry.all():
        declared = changes.declared(dataset.slug) or dataset
        place = groups[declared.topic if declared.topic in topics else ""]
        place["lines"].append(
            {
                "slug": declared.slug,
                "title": declared.title,
                "own": table_folder.is_own(current_city, declared.slug),
                "releases": len(current_city.release_store.periods(declared.slug)),
                "waiting": counts[declared.slug],
            }
        )
    context = {
        "groups": [group for group in groups.values() if group["lines"]],
        "broken": sorted(errors),
        "waiting": [line(each, lang) for each in waiting],
    }
    return desk_layout.page(request, "tables/tables.html", context)


@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """What a table is made of: its lists, its columns, its files, and its versions."""
    return _table(table_page(request, slug))


def _table(page: TablePage, refused: Refusal | None = None) -> HttpResponse:
    slug = page.slug
    done = TableChange.objects.filter(slug=slug).select_related("asked_by")[:SHOWN]
    try:
        releases = len(city.current().release_store.periods(slug))
    except (StoreError, OSError):
        releases = 0
    context = {
        "dataset": page.dataset,
        "releases": releases,
        "lists": list(_lists(page)),
        "columns": list(page.dataset.fields) if page.dataset else [],
        "files": [{"name": name, "main": name == MAIN} for name in page.texts],
        "changes": [line(each, page.lang) for each in done],
        "removable": removals.may_be_removed(slug),
    }
    return page.answer("tables/table.html", context, refused)


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask that a table be taken away of which nothing was ever published."""
    page = table_page(request, slug)
    if away := page.again():
        return away
    try:
        return to_change(page.lang, changes.ask_removal(page.me, slug))
    except Refusal as wrong:
        return _table(page, wrong)


def _lists(page: TablePage) -> Iterator[dict[str, Any]]:
    """The lists of codes; none where the declaration is no TOML at all."""
    try:
        places = table_text.lists_of(page.texts)
    except Refusal:
        return
    for name in places:
        choices = _choices(page, name)
        yield {"name": name, "title": list_title(page.dataset, name), "count": choices}


def _choices(page: TablePage, name: str) -> int:
    fields = page.dataset.fields if page.dataset else ()
    return next((len(each.choices.entries) for each in fields if each.choices and each.choices.name == name), 0)


@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, slug: str) -> HttpResponse:
    """What people read of the whole table, how often it is due, and how many say yes."""
    page = table_page(request, slug)
    refused: Refusal | None = None
    if request.method == "POST":
        if away := page.again():
            return away
        try:
            return to_change(page.lang, changes.ask(page.me, slug, requests.changed_facts(request.POST.dict())))
        except DeclarationNotTaken as wrong:
            refused = at_field(wrong, {}, "title-fa")
        except Refusal as wrong:
            refused = wrong
    standing = requests.facts_of(page.dataset) if page.dataset else {}
    typed = request.POST.dict() if refused else standing
    boxes = Boxes(page.lang, typed, refused)
    words = [boxes.box(name, label, lines=lines) for name, label, lines in _FACTS]
    context = {
        "boxes": words,
        "cadence": typed.get("cadence", ""),
        "cadences": list(requests.CADENCES.items()),
        "cadence_problem": refused.of(page.lang) if refused and refused.field == "cadence" else "",
        "grace": boxes.box(
            "grace",
            Label("روزهای مهلت پس از پایان دوره", "Days of grace after the end of a period"),
            required=False,
            numeric=True,
        ),
        "approvals": boxes.box(
            "approvals", Label("چند نفر باید تأیید کنند", "How many people have to say yes"), numeric=True
        ),
    }
    return page.answer("tables/facts.html", context, refused)


_FACTS = (
    ("title-fa", Label("عنوان به فارسی", "Title in Persian"), 1),
    ("title-en", Label("عنوان به انگلیسی", "Title in English"), 1),
    ("description-fa", Label("شرح به فارسی", "Description in Persian"), 3),
    ("description-en", Label("شرح به انگلیسی", "Description in English"), 3),
    ("owner-fa", Label("واحد مسئول به فارسی", "Responsible office in Persian"), 1),
    ("owner-en", Label("واحد مسئول به انگلیسی", "Responsible office in English"), 1),
)
