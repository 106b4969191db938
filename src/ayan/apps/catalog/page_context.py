"""The ways to a page: the dataset it is about, the steps that lead to it, and the page for what cannot be shown."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from ayan.core.query.answer import Unanswered
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import refused
from ayan.wiring import city

DATA = Label("داده‌ها", "Data")


@dataclass(frozen=True, slots=True)
class DatasetTab:
    """One way of seeing the same thing, and whether it is the one in view."""

    words: str
    address: str
    current: bool


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The address of a page in the language of this one."""
    return reverse(f"{language.of(request)}:{name}", args=args)


def site(request: HttpRequest) -> str:
    """The public address of the site, without a slash at its end, for what is read away from it: feeds and letters."""
    return settings.ORIGIN or f"{request.scheme}://{request.get_host()}"


def absolute(request: HttpRequest, path: str) -> str:
    """An address with its host, to be written down elsewhere."""
    return settings.ORIGIN + path if settings.ORIGIN else request.build_absolute_uri(path)


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
    """The page shows a code that stands in the record beside the fault, so that a reader's report can be matched."""
    code = secrets.token_hex(4)
    RECORD.error("fault %s was shown at %s", code, request.path)
    return _plain(request, 500, code=code)


def _plain(request: HttpRequest, status: int, **more: str) -> HttpResponse:
    """A page that asks nothing of the city, for when asking is what failed."""
    lang = language.of(request)
    context = {**language.frame(lang), **more}
    # What is wrong may have stopped the request before the page's language was spoken.
    page = language.marked(render_to_string(f"errors/{status}.html", context))
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
