"""The pages of the reading room: each one computes a typed answer and hands it to a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.catalog import asking, explorer, figures, records, selectors
from ayan.apps.catalog.freshness import published
from ayan.core.query.answer import Unanswered
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.release.seal import REASONS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.shelf import NotOnShelf
from ayan.ui import language
from ayan.ui.language import Lang
from ayan.wiring import city

# The language is in the address; how rows are counted and dated is the page's own affair.
NOT_ON_PAGES = ("_lang", "_count", "_calendar")
VIEWS_DRAWN = ("table", "columns")


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to a page."""

    words: str
    address: str = ""


def _address(request: HttpRequest, name: str, *args: Any) -> str:
    return reverse(f"{language.of(request)}:{name}", args=args)


def _crumbs(request: HttpRequest, dataset: Dataset | None = None, *last: str) -> list[Crumb]:
    lang = language.of(request)
    steps = [Crumb({"fa": "داده‌ها", "en": "Data"}[lang], _address(request, "catalogue"))]
    if dataset is not None:
        steps.append(Crumb(dataset.title.of(lang), _address(request, "dataset", dataset.slug)))
    steps.extend(Crumb(one) for one in last)
    return steps if last else [*steps[:-1], Crumb(steps[-1].words)]


def _dataset(slug: str) -> Dataset:
    try:
        found: Dataset = city.current().registry.get(slug)
    except (KeyError, DeclarationError):
        # A broken declaration is for the operator (ayan doctor says what is wrong); nobody is served by halves.
        raise Http404 from None
    return found


@published
def home(request: HttpRequest) -> HttpResponse:
    here = city.current()
    context = {"topics": selectors.catalogue(here), "newest_releases": selectors.newest(here, 6)}
    return render(request, "catalog/home.html", context)


@published
def catalogue(request: HttpRequest) -> HttpResponse:
    context = {
        "topics": selectors.catalogue(city.current()),
        "section": "data",
        "crumbs": _crumbs(request),
    }
    return render(request, "catalog/catalogue.html", context)


def to_catalogue(request: HttpRequest) -> HttpResponse:
    """/data has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(_address(request, "catalogue"))


def _question(request: HttpRequest, dataset: Dataset) -> Question:
    """What the page was asked; a page starts with Toman where nothing is said. Raises BadQuestion."""
    lang = language.of(request)
    parameters = asking.in_rial(dataset, [(name, text) for name, texts in request.GET.lists() for text in texts])
    question = parse(dataset, parameters, page_params=True, refuse=NOT_ON_PAGES)
    unit = question.unit if request.GET.get("_unit") else explorer.CITIZEN_UNIT
    return replace(question, unit=unit, lang=lang, size=question.size or explorer.PAGE_SIZE, count=True)


@published
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    found = _dataset(slug)
    here = city.current()
    lang = language.of(request)
    context: dict[str, Any] = {
        "dataset": found,
        "listed": selectors.listed(here, found),
        "section": "data",
        "wide": True,
        "crumbs": _crumbs(request, found),
        "path": request.path,
        "withheld": [one for one in found.fields if one.shown == "withheld"],
    }
    try:
        question = _question(request, found)
        if question.view not in (None, *VIEWS_DRAWN):
            return render(request, "catalog/not_drawn.html", context)
        if question.view == "columns":
            return render(request, "catalog/columns.html", context | {"view": "columns"})
        context |= _explored(found, question, lang, request.path)
    except BadQuestion as bad:
        return render(request, "catalog/bad_question.html", context | {"problems": bad.problems}, status=400)
    except Unanswered as none:
        words = none.en if lang == "en" else none.fa
        return render(request, "catalog/unanswered.html", context | {"words": words}, status=_status(none))
    return render(request, "catalog/dataset.html", context)


def _status(none: Unanswered) -> int:
    """410 for what has been withdrawn or is no longer kept, 404 for what never was, 503 for what costs too much."""
    return {"withdrawn": 410, "cursor-expired": 410, "no-such-release": 404}.get(none.code, 503)


def _explored(found: Dataset, question: Question, lang: Lang, path: str) -> dict[str, Any]:
    here = city.current()
    shown = explorer.table_fields(found, question)
    asked = replace(question, fields=explorer.asked_fields(found, shown))
    standing = here.reader.standing(found, asked)
    answer = here.reader.rows(found, asked, standing)
    counts = figures.facet_counts(here.reader, found, question, standing)
    controls = explorer.groups(found, question, lang, counts)
    return {
        "question": question,
        "unit": question.unit,
        "answer": answer,
        "view": "table",
        "heads": records.heads(found, explorer.columns(shown, question, path)),
        "column_count": len(shown),
        "lines": records.lines(found, answer.rows, shown),
        "chips": explorer.chips(found, question, lang, path),
        "groups": controls,
        "minor_groups": [one for one in controls if one.minor],
        "minor_open": any(one.minor and (one.low or one.high) for one in controls),
        "kept": explorer.kept_parameters(question, controls),
        "units": asking.unit_choices(question, lang),
        "kept_for_unit": asking.kept_for_unit(question),
        "sums": figures.sums(here.reader, found, question, standing),
        "next_address": explorer.address_of(replace(question, cursor=answer.next), path) if answer.next else "",
        "first_address": explorer.address_of(replace(question, cursor=None), path) if question.cursor else "",
        "more_columns": asking.more_columns(found, question, shown, path),
        "downloads": asking.downloads(found, question),
        "all_rows": here.shelf.state(found.slug).rows,
        "has_money": any(one.kind == "rial" for one in found.published),
        "state": standing.state,
    }


@published
def record(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = _dataset(slug)
    here = city.current()
    try:
        row = records.find(here, found, key)
    except LookupError:
        raise Http404 from None
    except Unanswered as none:
        words = none.en if language.of(request) == "en" else none.fa
        context = {"dataset": found, "words": words, "crumbs": _crumbs(request, found, "…"), "section": "data"}
        return render(request, "catalog/unanswered.html", context, status=_status(none))
    title = records.title(found, row, language.of(request))
    source = records.provenance(here, found, row)
    context = {
        "dataset": found,
        "row": row,
        "title": title,
        "unit": explorer.CITIZEN_UNIT,
        "facts": [(one, row.values.get(one.name)) for one in found.published],
        "withheld": [one for one in found.fields if one.shown == "withheld"],
        "source": source,
        "column_map": records.column_map(found, source),
        "section": "data",
        "crumbs": _crumbs(request, found, title),
    }
    return render(request, "catalog/record.html", context)


@published
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    found = _dataset(slug)
    context = {
        "dataset": found,
        "listed": selectors.listed(city.current(), found),
        "history": selectors.history(city.current(), found),
        "view": "releases",
        "section": "data",
        "wide": True,
        "crumbs": _crumbs(request, found, {"fa": "انتشارها", "en": "Releases"}[language.of(request)]),
    }
    return render(request, "catalog/releases.html", context)


@published
def release(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    found = _dataset(slug)
    try:
        one = selectors.one_release(city.current(), found, period, number)
    except NotOnShelf:
        raise Http404 from None
    lang = language.of(request)
    crumbs = _crumbs(request, found, {"fa": "انتشارها", "en": "Releases"}[lang], f"{period}/{number}")
    crumbs[-2] = Crumb(crumbs[-2].words, _address(request, "releases", slug))
    context = {
        "dataset": found,
        "published": one,
        "facts": one.facts,
        "column_map": records.column_map(found, one),
        "totals": records.totals(found, one, lang),
        "issues": records.issues(one, lang),
        "section": "data",
        "crumbs": crumbs,
    }
    if one.tombstone is not None:
        context["reason"] = REASONS.get(one.tombstone.code)
        return render(request, "catalog/tombstone.html", context, status=410)
    return render(request, "catalog/release.html", context)


@published
def prose(request: HttpRequest, page: str) -> HttpResponse:
    """A page of words: about, accessibility, privacy, developers."""
    context = {"section": page, "sample": next(iter(city.current().registry.all()), None)}
    return render(request, f"catalog/{page}.html", context)
