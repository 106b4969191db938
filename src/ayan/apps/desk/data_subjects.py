"""Many datasets or releases as the subjects of one officer's act: what the database knows of them is asked for once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from ayan.apps.accounts.models import Duty, Grant, User
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.roles import POLICY
from ayan.apps.desk.access import CITY
from ayan.apps.desk.models import Submission


class DataSubjects:
    """Says of each of some datasets what `access.about_dataset` and `access.about_release` say of a single one.

    To be thrown away with the page that it was made for.
    """

    def __init__(self, actor: User, verb: str, slugs: Collection[str]) -> None:
        self._slugs = slugs
        self._owed: dict[str, str] = dict(Duty.objects.filter(dataset__in=slugs).values_list("dataset", "unit__slug"))
        named = Grant.objects.filter(user=actor, dataset__in=slugs, role__in=POLICY[verb].roles)
        self._named: dict[str, set[str]] = {}
        for dataset, unit in named.values_list("dataset", "unit__slug"):
            self._named.setdefault(dataset, set()).add(unit or CITY)

    def dataset(self, slug: str) -> Subject:
        """A dataset as the subject of the act."""
        return Subject("dataset", slug, self._acting_unit(slug), slug)

    def release(self, ref: str) -> Subject:
        """A release, by ``slug/period/number``, as the subject of the act."""
        slug = ref.partition("/")[0]
        unit = self._by_release.get(ref)
        if unit is None:
            unit = self._owner_of(slug)
        return Subject("release", ref, unit or self._acting_unit(slug), slug)

    @cached_property
    def _by_release(self) -> dict[str, str]:
        published = Submission.objects.filter(kind="data", dataset__in=self._slugs).exclude(release="")
        return dict(published.values_list("release", "unit"))

    @cached_property
    def _last(self) -> dict[str, str]:
        """The unit that published last, of datasets that the calendar gives to none."""
        unowed = [slug for slug in self._slugs if slug not in self._owed]
        published = Submission.objects.filter(kind="data", dataset__in=unowed).exclude(release="")
        return dict(published.order_by("sealed_at").values_list("dataset", "unit"))

    def _owner_of(self, slug: str) -> str:
        return self._owed.get(slug) or self._last.get(slug) or CITY

    def _acting_unit(self, slug: str) -> str:
        """The unit that owes the dataset, else that of the officer's only grant which names it."""
        named = self._named.get(slug, set())
        return self._owner_of(slug) or (next(iter(named)) if len(named) == 1 else CITY)
