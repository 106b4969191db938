"""Lists of datasets and releases: asked about all at once they say what each would say alone, in as many queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.apps.accounts.people import officer, person, signed_in, unit

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Duty, Grant, User
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.access import about_dataset, about_release
from ayan.apps.desk.data_subjects import DataSubjects
from ayan.apps.desk.models import Submission
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
VERB = "original.read"


def published(dataset: str, period: str, where: str, by: User, **more: str) -> None:
    now = timezone.now()
    Submission.objects.create(
        dataset=dataset, period=period, unit=where, state="published", started_by=by, started_at=now, changed_at=now,
        sealed_at=now, release=f"{dataset}/{period}/1", **more,
    )  # fmt: skip


def test_all_at_once_they_say_what_each_says_alone() -> None:
    clerk = officer("clerk", Role.CLERK, unit_slug="parks", dataset="named")
    for where in ("parks", "works"):
        Grant.objects.create(user=clerk, role=Role.CLERK, unit=unit(where), dataset="named-twice")
    Grant.objects.create(user=clerk, role=Role.CLERK, unit=None, dataset="named-widely")
    Grant.objects.create(user=clerk, role=Role.REQUESTS, unit=unit("works"), dataset="named-for-another-act")
    Duty.objects.create(dataset="owed", unit=unit("works"))
    published("owed", "1403", "finance", clerk)
    published("sent", "1402", "finance", clerk)
    published("sent", "1403", "parks", clerk)
    published("sent", "1404", "", clerk)
    published("taken", "1403", "parks", clerk, kind="withdrawal")
    published("named", "1403", "", clerk)
    slugs = ["owed", "sent", "taken", "named", "named-twice", "named-widely", "named-for-another-act", "nobody's"]
    subjects = DataSubjects(clerk, VERB, slugs)
    reach = policy.WideReach(clerk)
    for slug in slugs:
        assert subjects.dataset(slug) == about_dataset(clerk, VERB, slug), slug
        for period in ("1402", "1403", "1404"):
            about = about_release(clerk, VERB, f"{slug}/{period}/1")
            assert subjects.release(f"{slug}/{period}/1") == about
            assert reach.can(VERB, about) == policy.can(clerk, VERB, about)


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200, path
    return len(asked)


def test_pages_of_a_large_city_ask_no_more_than_those_of_a_small_one(small_city: City) -> None:
    slug = small_city.registry.all()[0].slug
    # One of each, so that what is asked of those who have anything is asked both times.
    clerk = officer("clerk", Role.CLERK)
    Duty.objects.create(dataset=slug, unit=unit("finance"), owner=clerk)
    published(slug, "1401", "finance", clerk)
    browsers = {
        signed_in(officer("approver", Role.APPROVER)): ["/desk/originals/", "/desk/u/", "/desk/"],
        signed_in(clerk): ["/desk/u/new", "/desk/originals/", "/desk/"],
        signed_in(officer("chief", Role.ADMINISTRATOR)): [
            "/desk/calendar", f"/desk/calendar/{slug}", "/desk/people/", "/desk/units", "/desk/access/", "/desk/city",
        ],
    }  # fmt: skip
    before = {(browser, path): queries(browser, path) for browser, paths in browsers.items() for path in paths}
    for n in range(12):
        more = officer(f"clerk-{n}", Role.CLERK, unit_slug=f"unit-{n}")
        Grant.objects.create(user=person(f"approver-{n}"), role=Role.APPROVER, unit=unit(f"unit-{n}"))
        published(slug, f"{1300 + n}", f"unit-{n}", more)
    after = {(browser, path): queries(browser, path) for browser, path in before}
    grown = {path: (before[browser, path], asked) for (browser, path), asked in after.items()
             if asked > before[browser, path]}  # fmt: skip
    assert grown == {}
