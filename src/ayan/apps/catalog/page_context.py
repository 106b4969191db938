"""The ways to a page: its dataset, the steps to it, how long it holds, and what stands in its place."""

from __future__ import annotations

import hashlib
import logging
import secrets
import sys
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import split_domain_port
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import condition

import ayan
from ayan.apps.catalog.limits import AWAY_SECONDS
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.query.answer import Unanswered
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.damage import DatasetDamaged
from ayan.core.system import trace
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import colour_scheme, figure_files, language, static_files
from ayan.ui.api.responses import CityFault, DatabaseAway, is_for_programs, problem_document
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.share_card import ShareCard
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import PageView, keep, refused
from ayan.wiring import city

PACKAGE = Path(ayan.__file__).parent
DATA = Label("داده‌ها", "Data")


@cache
def drawing() -> str:
    """A digest over every template, the city's own included, and every module that draws pages or writes answers."""
    digest = hashlib.sha256(static_files.version().encode())
    own = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    templates = [path for root in (PACKAGE, *own) for path in sorted(root.rglob("*.html"))]
    modules = [path for room in ("ui", "apps") for path in sorted((PACKAGE / room).rglob("*.py"))]
    for path in (*templates, *modules):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    """The entity tag of a page: over its address, what is published now, and the way it is drawn, light or dark."""
    parts = (request.get_full_path(), city.current().site_version.now(), drawing(), colour_scheme.chosen(request))
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def published(view: PageView) -> PageView:
    """A public page: read only, the same for everybody, answered with 304 while it has not changed."""
    conditional = condition(etag_func=tag)(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response: HttpResponse = conditional(request, *args, **kwargs)
        if response.headers.get("Cache-Control") == "no-store":
            # The view itself says that the next asking may find something else.
            del response.headers["ETag"]
        elif response.status_code in (200, 304):
            # Asked again every time, but answered without a body: a release must show the moment it is sealed.
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            keep(response)
        else:
            del response.headers["ETag"]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


@dataclass(frozen=True, slots=True)
class DatasetTab:
    """One way of seeing the same thing, and whether it is the one in view."""

    words: str
    address: str
    current: bool


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The address of a page in the language of this one."""
    return _reversed(f"{language.of(request)}:{name}", args)


@lru_cache(maxsize=4_096)
def _reversed(name: str, args: tuple[Any, ...]) -> str:
    """What `reverse` says, which takes longer than a look."""
    return reverse(name, args=args)


def site(request: HttpRequest) -> str:
    """The public address of the site, without a slash at its end, for what is read away from it: feeds and letters.

    The one that was declared; else the host of the request, which is one of ours, with no other port than the one that
    is listened on. A port is a stranger's word: kept answers and letters must not lead others to it.
    """
    if settings.ORIGIN:
        return str(settings.ORIGIN)
    host, port = split_domain_port(request.get_host())
    own = "" if settings.FRONTED else str(request.META.get("SERVER_PORT", ""))
    return f"{request.scheme}://{host}:{port}" if port and port == own else f"{request.scheme}://{host}"


def absolute(request: HttpRequest, path: str) -> str:
    """An address with its host, to be written down elsewhere, in the signs that an address may have."""
    return iri_to_uri(site(request) + path)


def shared(request: HttpRequest, card: ShareCard, figure: Figure | None = None) -> dict[str, Any]:
    """What a page tells networks that show a picture beside a link to it: of its figure, or else a card."""
    picture = figure_files.card_address(request, figure.anchor if figure else "")
    return {
        "card": card,
        "card_picture": absolute(request, picture),
        "card_address": absolute(request, request.get_full_path()),
        "card_figure": figure,
    }


def crumbs(request: HttpRequest, dataset: Dataset | None = None, *last: str | Crumb) -> list[Crumb]:
    """The steps to a page about data: catalogue, dataset, and what follows; the page itself is no link."""
    lang = language.of(request)
    steps = [Crumb(DATA.of(lang), address(request, "catalogue"))]
    if dataset is not None:
        steps.append(Crumb(dataset.title.of(lang), address(request, "dataset", dataset.slug)))
    steps.extend(crumb if isinstance(crumb, Crumb) else Crumb(crumb) for crumb in last)
    return [*steps[:-1], Crumb(steps[-1].words)]


def dataset_of(slug: str) -> Dataset:
    """The dataset of an address; Http404 where there is none."""
    try:
        dataset: Dataset = city.current().registry.get(slug)
    except DatasetDamaged:
        raise
    except (KeyError, DeclarationError):
        # A broken declaration is for the operator (ayan doctor says what is wrong); nobody is served by halves.
        raise Http404 from None
    return dataset


def refuse(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal) -> HttpResponse:
    """A page that says why it does not show what was asked for, with the status of the refusal."""
    return refused(render(request, template, context), refusal)


def unanswered(request: HttpRequest, dataset: Dataset, none: Unanswered, **more: Any) -> HttpResponse:
    """The page for a right question that has no answer."""
    context = {
        "dataset": dataset,
        "words": none.of(language.of(request)),
        "crumbs": crumbs(request, dataset),
        "section": "data",
    }
    return refuse(request, "catalog/unanswered.html", context | more, none)


# --- a question not understood, an address that leads nowhere, our own fault ------------------------------------------

RECORD: Final = logging.getLogger("ayan.faults")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    response = render(request, f"errors/{status}.html", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    # The host may be the very thing that is wrong, so this page is drawn without the frame that asks for it.
    return _plain(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A code that stands in the record beside the fault, so that a reader's report can be matched; with the request.

    Programs are told it as a problem document (RFC 9457), at every address that is theirs.
    """
    code = secrets.token_hex(4)
    raised = sys.exc_info()[1]
    facts = {"code": code}
    if isinstance(raised, BucketFault):
        # What the page does not tell: which of the store's faults it is, and the settings to look at.
        facts |= {"store": raised.code, "advice": raised.for_operator.en}
    RECORD.error("fault %s was shown at %s", code, request.path, extra={"facts": facts})
    away = _database_is_away(raised)
    if isinstance(raised, BucketFault) and raised.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _store_away(request, raised, code)
    if is_for_programs(request.path_info):
        fault: Refusal = DatabaseAway() if away else CityFault()
        response = problem_document(request, fault, {"code": code, "request": trace.request_id()})
    else:
        response = _plain(request, 503 if away else 500, code=code, request_name=trace.request_id())
    if away:
        response.headers["Retry-After"] = str(AWAY_SECONDS)
    return response


def _store_away(request: HttpRequest, fault: BucketFault, code: str) -> HttpResponse:
    if is_for_programs(request.path_info):
        response = problem_document(request, fault, {"code": code, "request": trace.request_id()})
    else:
        desk = "desk" if language.bare(request.path_info).startswith("/desk/") else ""
        response = _plain(request, fault.status, "store_away", code=code, request_name=trace.request_id(), desk=desk)
    response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _database_is_away(fault: BaseException | None) -> bool:
    """Whether a fault says that the database does not answer, or has not been brought up to date since it does."""
    if isinstance(fault, ProgrammingError):
        # What PostgreSQL says of a table that no migration has made yet.
        return type(fault.__cause__).__name__ == "UndefinedTable"
    return isinstance(fault, (OperationalError, InterfaceError))


def _plain(request: HttpRequest, status: int, name: str = "", **more: str) -> HttpResponse:
    """A page that asks nothing of the city, for when asking is what failed."""
    lang = language.of(request)
    context = {**language.frame(lang), **more}
    # What is wrong may have stopped the request before the page's language was spoken.
    page = language.marked(render_to_string(f"errors/{name or status}.html", context))
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
