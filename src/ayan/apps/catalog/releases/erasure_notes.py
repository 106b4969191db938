"""What is said of rows that are gone: of an erased one where it can be told, and of all of a withdrawn release."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.core.query import keys
from ayan.core.query.answer import ReleaseWithdrawn, RowErased
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Erasure
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.transparency.log_writer import Words
from ayan.core.values.label import Label
from ayan.ui.api.responses import NotFound, problem_document
from ayan.ui.responses import refused
from ayan.wiring.city import City

NO_ROW = Label("ردیفی با این کلید نیست.", "There is no row with this key.")
MAYBE = Label(
    "ردیفی با این کلید نیست. از این داده ردیف‌هایی پاک شده است و نمی‌گوییم کدام، زیرا خود کلید هم می‌تواند شخصی باشد.",
    "There is no row with this key. Rows of this dataset have been erased; which ones is not said, for a key can "
    "itself be personal.",
)


@dataclass(frozen=True, slots=True)
class ErasureNote:
    """One erasure as pages tell it; ``words`` are the city's own about its reason, while it keeps them."""

    release: Release
    erasure: Erasure
    words: Words | None

    @property
    def reason(self) -> Label | None:
        """The wording of its code; None for a code that is no longer known."""
        return REASON_LABELS.get(self.erasure.code)

    def as_json(self) -> dict[str, Any]:
        """The erasure as the API names it."""
        facts = self.erasure.as_json()
        return {"release": self.release.ref, **{name: facts[name] for name in ("at", "code", "count")}}


def of_release(city: City, release: Release) -> list[ErasureNote]:
    """The erasures of one release, oldest first."""
    return [ErasureNote(release, erasure, city.reasons.words(erasure.reason_digest)) for erasure in release.erasures]


def of_dataset(city: City, dataset: Dataset) -> list[ErasureNote]:
    """The erasures of a dataset's standing releases."""
    return [
        note
        for each in city.release_store.releases(dataset.slug)
        if not each.withdrawn
        for note in of_release(city, each)
    ]


def of_row(city: City, dataset: Dataset, key: str) -> ErasureNote | None:
    """The erasure that took the row of a key: only the place of a row tells, and that says nothing of it."""
    if dataset.key:
        return None
    try:
        period, number, row = keys.place_of(key)
        release = city.release_store.release(dataset.slug, period, number)
    except (BadQuestion, NotInStore, ValueError):
        return None
    if release.withdrawn:
        return None
    return next((note for note in of_release(city, release) if note.erasure.holds(row)), None)


def missing(city: City, dataset: Dataset, key: str) -> NotFound:
    """The API's refusal of a key that no row has; RowErased is raised where the row was erased."""
    if gone := of_row(city, dataset, key):
        raise RowErased(gone.erasure.code)
    notes = of_dataset(city, dataset) if dataset.key else []
    return NotFound("no-such-row", MAYBE if notes else NO_ROW, {"erasures": [note.as_json() for note in notes]})


def no_record(request: HttpRequest, city: City, dataset: Dataset, key: str, context: dict[str, Any]) -> HttpResponse:
    """The page of a key that no row has: gone where the row was erased, and else not found."""
    if gone := of_row(city, dataset, key):
        return refused(
            render(request, "catalog/no_record.html", context | {"gone": gone}), RowErased(gone.erasure.code)
        )
    notes = of_dataset(city, dataset) if dataset.key else []
    if not notes:
        raise Http404
    return render(request, "catalog/no_record.html", context | {"erasures": notes}, status=404)


def withdrawn(request: HttpRequest, city: City, release: Release) -> HttpResponse:
    """The refusal of a withdrawn release: why, by its code, what its tombstone says, and the words while kept."""
    tombstone = city.release_store.tombstone(release).as_json()
    # Whoever knows all rows but one could try guesses against the digest of a part.
    del tombstone["parts"]
    words = city.reasons.words(tombstone["reason_digest"])
    said = {"words": words and asdict(words), "tombstone": tombstone}
    return problem_document(request, ReleaseWithdrawn(tombstone["code"]), said)
