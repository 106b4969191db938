"""Where things stand below /api/v1/: the dataset that an address names, and the links that lead on from an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpRequest

from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.label import Label
from ayan.core.values.locale import codes
from ayan.datasets.registry import Registry
from ayan.ui.api.responses import NotFound

ROOT: Final = "/api/v1/datasets"
NO_DATASET: Final = Label("داده‌ای به این نام نیست.", "There is no dataset of this name.")
NO_RELEASE: Final = Label("چنین انتشاری نیست.", "There is no such release.")
NO_FORMAT: Final = Label("این قالب نیست. قالب‌ها: {formats}.", "There is no such format. Formats: {formats}.")


def dataset_of(registry: Registry, slug: str) -> Dataset:
    """The dataset of an address; NotFound when there is none."""
    try:
        return registry.get(slug)
    except (KeyError, DeclarationError):
        # A broken declaration is for the operator (ayan doctor says what is wrong); nobody is served by halves.
        raise NotFound("no-such-dataset", NO_DATASET) from None


def release_of(store: ReleaseStore, slug: str, period: str, number: int) -> Release:
    """The release of an address; NotFound when there is none."""
    try:
        return store.release(slug, period, number)
    except (NotInStore, ValueError):
        raise NotFound("no-such-release", NO_RELEASE) from None


def root_of(dataset: Dataset) -> str:
    """The address of a dataset."""
    return f"{ROOT}/{dataset.slug}"


def no_format(formats: Iterable[str]) -> NotFound:
    """The refusal of an ending that is not a format here."""
    return NotFound("no-such-format", NO_FORMAT.format(formats=", ".join(formats)))


def only(request: HttpRequest, *known: str) -> None:
    """Refuse parameters that mean nothing at an address, and all but the right values of the language."""
    problems = [problem("unknown-parameter", name, known) for name in request.GET if name not in known]
    problems += [problem("repeated", name) for name in known if len(request.GET.getlist(name)) > 1]
    lang = request.GET.get("_lang")
    if "_lang" in known and lang not in (None, *codes()):
        problems.append(problem("not-allowed", "_lang", codes()))
    if problems:
        raise BadQuestion(problems)


def parameters(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The parameters in the order of the address, each as often as it stands there."""
    return [(name, text) for name, texts in request.GET.lists() for text in texts]


def links(dataset: Dataset, releases: Sequence[str] = ()) -> dict[str, str]:
    """The ``Link`` header of an answer about a dataset: to the one release it comes from, or to the list of releases,
    and to what describes the columns."""
    root = root_of(dataset)
    first = f'<{root}/releases/{releases[0]}>; rel="canonical"' if len(releases) == 1 else None
    return {"Link": ", ".join([first or f'<{root}/releases>; rel="describedby"', f'<{root}>; rel="describedby"'])}
