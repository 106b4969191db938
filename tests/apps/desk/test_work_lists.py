"""The officers' lists: each with its count, searched by words, one alone page by page."""

from __future__ import annotations

import re

from tests.apps.desk.deals import GOOD
from tests.apps.desk.town import Officers, published

from ayan.apps.desk.limits import FIRST_WORK_SHOWN, WORK_SHOWN
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.wiring.city import City


def many(town: City, officers: Officers, count: int) -> None:
    """So many submissions that are over, of as many years, and one draft."""
    now, clerk = town.clock.now(), officers.people["clerk"]
    facts = {"dataset": "deals", "unit": "finance", "started_by": clerk, "started_at": now, "changed_at": now}
    over = [Submission(period=str(1000 + at), state=SubmissionState.SET_ASIDE, **facts) for at in range(count)]
    Submission.objects.bulk_create(over)
    Submission.objects.create(period="1403", **{**facts, "started_by": officers.people["colleague"]})


def test_every_file_can_be_reached_and_found(town: City, officers: Officers) -> None:
    count = 2 * WORK_SHOWN + 3
    many(town, officers, count)
    clerk = officers.browser("clerk")
    first = clerk.get("/desk/u/").content.decode()
    assert first.count('<li>\n      <div><a href="/desk/u/') == FIRST_WORK_SHOWN + 1
    assert "همهٔ ۱۰۳ پرونده" in first
    seen = set()
    for page in (1, 2, 3):
        text = clerk.get(f"/desk/u/?list=over&page={page}").content.decode()
        seen |= {row for row in Submission.objects.values_list("pk", flat=True) if f"/desk/u/{row}" in text}
        assert "در دست تهیه</h2>" not in text
    assert len(seen) == count
    assert "۳ پرونده در این صفحه، از ۱۰۳" in text
    # Words of title, period in whichever digits, and people; all of them have to stand somewhere.
    for words, hits in (("قراردادهاي ۱۰۰۷", 1), ("1007", 1), ("deals", 11), ("colleague", 1), ("هیچ", 0)):
        text = clerk.get("/desk/u/", {"q": words}).content.decode()
        assert text.count('<li>\n      <div><a href="/desk/u/') == hits, words
    for odd in ("?page=9999999999", "?list=nothing&page=-1", "?list=over&page=900", "?q=%00"):
        assert clerk.get(f"/desk/u/{odd}").status_code == 200


def test_the_periods_that_are_offered_say_how_they_stand(town: City, officers: Officers) -> None:
    published(town, officers, GOOD, "1401")
    clerk = officers.browser("clerk")
    for address, done, late, due in (
        ("/desk/u/new?dataset=deals", "۱۴۰۱، منتشر شده", "۱۴۰۲، ۱۰۹ روز دیر شده", "۱۴۰۳، تا ۳۰ فروردین ۱۴۰۴"),
        ("/en/desk/u/new?dataset=deals", "1401, published", "1402, 109 days late", "1403, due by "),
    ):
        text = clerk.get(address).content.decode()
        assert 'list="periods-deals"' in text
        # How a period is written is said of the kind that the dataset has, and of no other.
        hints = re.findall(r'data-of="(\w*)"( hidden)?', text)
        assert {kind for kind, hidden in hints if not hidden} == {"year"}
        offered = text.partition('<datalist id="periods-deals">')[2].partition("</datalist>")[0]
        owed = text.partition('data-owed="deals">')[2].partition("</div>")[0]
        for period, said in (("1401", done), ("1402", late), ("1403", due)):
            assert f'<option value="{period}">{said}' in offered
            assert (f"<li>{said}" in owed) == (period != "1401")
