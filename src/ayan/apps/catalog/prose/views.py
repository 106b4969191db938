"""The pages of words: about, help, accessibility, privacy, the letter to the city, the tour, developers, appearance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.explorer import result_options, result_table
from ayan.apps.catalog.explorer.state import CITIZEN_UNIT, ExplorerState
from ayan.apps.catalog.limits import LONGEST_BACK, LONGEST_SUBJECT
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.prose import console
from ayan.apps.catalog.record import provenance, records
from ayan.apps.catalog.selectors import PublishedRelease
from ayan.core.query import keys
from ayan.core.query.answer import IndexPending, Row, Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import WORDINGS
from ayan.core.query.question import Sort
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.address_step import read_key
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import publish
from ayan.ui import colour_scheme, language
from ayan.ui.responses import private, refuse_elsewhere
from ayan.wiring import city
from ayan.wiring.city import City

PROSE: Final = ("about", "accessibility", "contact", "help", "privacy")


@published
def prose(request: HttpRequest, page: str) -> HttpResponse:
    """A page of words by its name."""
    about = publish(request.GET.get("about", "")[:LONGEST_SUBJECT])
    context: dict[str, Any] = {"section": page, "about": about}
    if page == "contact":
        current_city = city.current()
        begun = letter(request, current_city, about)
        mail = next(
            (contact.address for contact in current_city.profile.contact if contact.address.startswith("mailto:")), ""
        )
        context |= {"letter": begun, "mailto": begun.mailto(mail) if begun and mail else ""}
    return render(request, f"catalog/{page}.html", context)


@published
def glossary(request: HttpRequest) -> HttpResponse:
    """What the words of the pages mean."""
    context = {"section": "glossary", "terms": city.current().glossary.terms}
    return render(request, "catalog/glossary.html", context)


@published
def guided(request: HttpRequest) -> HttpResponse:
    """The tour, along one real question of the city."""
    current_city, lang = city.current(), language.of(request)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    stop = tour_stop(current_city, path, lang)
    context = {"section": "help", "stop": stop, "unit": CITIZEN_UNIT}
    if stop is not None:
        context["sentence"] = records.sentence(stop.dataset, stop.row.values, lang, locale.of(lang).calendar)
    return render(request, "catalog/tour.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Light or dark: a form, and after it the page that one came from. Nothing but a cookie of the reader's changes."""
    own = page_context.address(request, "appearance")
    if request.method == "POST":
        refuse_elsewhere(request)
        answer = HttpResponseRedirect(_local(request, request.POST.get("back", "")) or own)
        colour_scheme.keep(answer, request.POST.get("scheme", ""))
        return private(answer)
    back = _local(request, request.headers.get("Referer", ""))
    context = {
        "section": "appearance",
        "schemes": list(colour_scheme.SCHEMES.items()),
        "back": "" if back.partition("?")[0] == own else back,
    }
    return private(render(request, "catalog/appearance.html", context))


def _local(request: HttpRequest, address: str) -> str:
    """The path and query of an address of this very site; empty for any other."""
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    if not allowed or len(address) > LONGEST_BACK:
        return ""
    parts = urlsplit(address)
    return iri_to_uri(urlunsplit(("", "", parts.path, parts.query, ""))) if parts.path.startswith("/") else ""


# --- a letter to the city, begun for its writer -----------------------------------------------------------------------

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
        path = page_context.address(request, "record", slug, read_key(key)) if kind == "row" and key else ""
        address = page_context.absolute(request, path or page_context.address(request, "dataset", slug))
        asked = [address, *(label.of(lang) for label in WRONG)]
        return Letter(ERROR.of(lang).format(dataset.title.of(lang)), "\n\n".join(asked) + "\n", address)
    if kind == "search" and name:
        return Letter(WISH.of(lang), f"{SOUGHT.of(lang)}\n{name}\n")
    return Letter(ABOUT.of(lang), f"{about}\n\n") if about else None


# --- for those who write programs: a console that asks the real API, every field, every refusal -----------------------


UNANSWERED: Final[tuple[type[Refusal], ...]] = (*Unanswered.__subclasses__(), IndexPending)
"""Why a question may have no answer."""


@published
def developers(request: HttpRequest) -> HttpResponse:
    """The page, with the answer to the question that its form holds."""
    every = city.current().registry.all()
    wanted = request.GET.get("dataset", "")
    chosen = next((dataset for dataset in every if dataset.slug == wanted), next(iter(every), None))
    context: dict[str, Any] = {
        "section": "developers",
        "datasets": every,
        "dataset": chosen,
        "whats": [(code, words.of(language.of(request))) for code, words in console.WHATS.items()],
        "origin": page_context.absolute(request, ""),
        "problems": [
            *WORDINGS.items(),
            *((refusal.code, Label(refusal.fa, refusal.en, refusal.further)) for refusal in UNANSWERED),
        ],
    }
    if chosen is not None:
        asked = console.console_request(chosen, request.GET.get("what", ""), request.GET.get("q", ""))
        context |= {
            "console": asked,
            "response": console.console_response(asked),
            "examples": console.examples(chosen),
            "askable": console.askable(chosen),
        }
    return render(request, "catalog/developers.html", context)


# --- the tour: one real question, followed from the largest amount down to its cell -----------------------------------


@dataclass(frozen=True, slots=True)
class TourStop:
    """What the tour looks at: a dataset, its amount, the row with the largest one, its cell, how to compare it."""

    dataset: Dataset
    amount: Field
    row: Row
    title: str
    key: str
    source: PublishedRelease
    cell: str
    by: GroupKey | None
    by_label: str
    largest: ExplorerState
    grouped: ExplorerState | None


def tour_stop(city: City, path_of: str, lang: Lang) -> TourStop | None:
    """The dataset with amounts that most others lead to; None in a city without any. ``path_of`` holds ``{slug}``.

    One in which nobody has written an amount yet has no largest row, and shows nothing.
    """
    for dataset in selectors.leading(city):
        amount = amount_field(dataset)
        if amount is None or result_table.title_field(dataset) is None:
            continue
        row = selectors.largest(city, dataset)
        if row is not None and row.values.get(amount.name) is not None:
            return _tour_stop(city, dataset, amount, row, path_of.format(slug=dataset.slug), lang)
    return None


def _tour_stop(city: City, dataset: Dataset, amount: Field, row: Row, path: str, lang: Lang) -> TourStop:
    source = selectors.one_release(city, dataset, row.period, row.release)
    cell = provenance.source_place(source, row.number).cell(amount.name)
    by = next((grouping for grouping in result_options.groupings(dataset) if grouping.part is None), None)
    bare = ExplorerState.bare(dataset, path, lang)
    return TourStop(
        dataset,
        amount,
        row,
        records.title(dataset, row, lang),
        keys.key_of(dataset, row),
        source,
        "" if provenance.mended(source, amount.name, row.number) else cell,
        by,
        result_options.by_label(dataset, by, lang) if by else "",
        bare.but(sort=Sort(amount.name, True)),
        bare.but(by=by) if by else None,
    )
