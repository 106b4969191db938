"""What officers see of all that was published: the releases of their units, found by words, with what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from ayan.apps.accounts.models import Duty, User
from ayan.apps.accounts.policy import Subject, WideReach
from ayan.apps.desk.access import unit_for
from ayan.apps.desk.limits import LONGEST_WORDS, RELEASES_SHOWN
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.desk.releases.erasures import declared
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold
from ayan.ui.component_parts import Status, Tone
from ayan.wiring import city

STANDINGS: Final[Mapping[str, tuple[Tone, Label]]] = {
    "standing": ("ok", Label("منتشر است", "Published")),
    "replaced": ("off", Label("جایش را نسخهٔ تازه‌تری گرفته", "Replaced")),
    "withdrawn": ("bad", Label("برداشته شده", "Withdrawn")),
}
"""How a release stands: it is what people read, a newer one is, or its rows are gone."""


@dataclass(frozen=True, slots=True)
class ReleaseFilter:
    """What is asked of the list: words, how the releases stand (empty for any), and which page of it (from 1)."""

    words: str = ""
    only: str = "standing"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ReleaseFilter:
        """Read from an address; what cannot be understood asks nothing."""
        page, only = query.get("page", ""), query.get("only", "standing")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
        return cls(query.get("q", "").strip()[:LONGEST_WORDS], only if only in STANDINGS else "", max(1, number))


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release in the list, and which acts are the officer's."""

    release: Release
    title: str
    address: str
    rows_address: str
    sealed_at: datetime
    status: Status
    rows: int
    may_correct: bool
    may_withdraw: bool
    may_erase: bool


@dataclass(frozen=True, slots=True)
class ReleaseLines:
    """A page of the list; ``count`` are all that were asked for, ``first`` those before it."""

    lines: list[ReleaseLine]
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class PlannedRelease:
    """A submission that is approved and is published on a day to come."""

    submission: Submission
    title: str
    address: str


def releases(actor: User, lang: Lang, asked: ReleaseFilter) -> ReleaseLines:
    """The releases that an officer may see, the newest first."""
    units = dict(Submission.objects.filter(kind="data").exclude(release="").values_list("release", "unit"))
    duties = dict(Duty.objects.values_list("dataset", "unit__slug"))
    reach = WideReach(actor)
    own: dict[str, str] = {}

    def may(verb: str, release: Release) -> bool:
        slug = release.slug
        unit = units.get(release.ref) or duties.get(slug) or own.get(slug)
        if unit is None:
            unit = own[slug] = unit_for(actor, verb, slug)
        return reach.can(verb, Subject("release", release.ref, unit, slug))

    matching = [
        (release, standing, dataset) for release, standing, dataset in _all(asked) if may("submission.view", release)
    ]
    matching.sort(key=lambda each: (each[0].sealed_at, each[0].ref), reverse=True)
    first = min(asked.page - 1, max(0, len(matching) - 1) // RELEASES_SHOWN) * RELEASES_SHOWN
    lines = []
    for release, standing, dataset in matching[first : first + RELEASES_SHOWN]:
        tone, words = STANDINGS[standing]
        there = standing != "withdrawn"
        lines.append(
            ReleaseLine(
                release,
                dataset.title.of(lang),
                reverse(f"{lang}:release", args=(release.slug, release.period, release.number)),
                reverse(f"{lang}:dataset", args=(release.slug,)),
                release.sealed_at,
                Status(tone, words.of(lang)),
                release.rows,
                standing == "standing" and may("release.correct", release),
                there and may("release.withdraw", release),
                there and may("release.erase", release),
            )
        )
    return ReleaseLines(lines, len(matching), first)


def _all(asked: ReleaseFilter) -> Iterator[tuple[Release, str, Dataset]]:
    """The releases that are asked for, each with how it stands."""
    words = fold(asked.words.replace("\0", "")).split()
    store = city.current().release_store
    for dataset in city.current().registry.all():
        titles = " ".join(fold(text) for text in (*dataset.title.words().values(), dataset.slug))
        current = {release.ref for release in dict(store.current(dataset.slug)).values()}
        for release in store.releases(dataset.slug):
            if not all(word in titles or word in fold(release.period) for word in words):
                continue
            standing = "withdrawn" if release.withdrawn else "standing" if release.ref in current else "replaced"
            if asked.only in ("", standing):
                yield release, standing, dataset


def coming(actor: User, lang: Lang) -> list[PlannedRelease]:
    """What is approved and waits for its day, of what an officer may see."""
    waiting = Submission.objects.filter(state=SubmissionState.APPROVED, kind="data", publish_on__isnull=False)
    reach = WideReach(actor)
    lines = []
    for submission in waiting.order_by("publish_on", "dataset"):
        about = Subject("submission", submission.id.hex, submission.unit, submission.dataset)
        if reach.can("submission.view", about):
            dataset = declared(submission.dataset)
            address = reverse(f"{lang}:desk_overview", args=(submission.id,))
            lines.append(PlannedRelease(submission, dataset.title.of(lang) if dataset else submission.dataset, address))
    return lines
