"""A value that is in no list: proposed by the clerk who meets with it, confirmed by whom the list belongs to, checked."""

from __future__ import annotations

import html
import re
import urllib.parse
from typing import Any

from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import workbook
from tests.apps.desk.town import Officers, counts, post, started, the, upload, work

from ayan.apps.accounts.verbs import Role
from ayan.apps.desk.models import Submission
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.tables.models import TableChange
from ayan.wiring.city import City

STATED = [(f"C-{at}", "ساخت", "1000", "1403/02/11", state) for at, state in enumerate(("جاری", "مشارکتی", "مشارکتی"))]


def unlisted(town: City, clerk: Any) -> Submission:
    """A submission with a value that the list of its states has not."""
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(STATED)))
    work(town)
    chosen = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4", "column:state": "5"}
    post(clerk, submission, "columns", **chosen)
    work(town)
    assert counts(submission)["errors"] == 2
    return the(submission)


def proposed(clerk: Any, submission: Submission, **typed: str) -> Any:
    """The value proposed from the page of problems, as a browser does it: the form first, then what it holds."""
    page = clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
    mark = re.search(r'name="propose" value="([^"]+)"', page)
    assert mark is not None, page
    fields = {"propose": mark[1], f"of:{mark[1]}": "state", f"old:{mark[1]}": "مشارکتی", "value:other": "نوشته"}
    led = clerk.post(f"/en/desk/u/{submission.pk}/fix/value", {"expected_revision": submission.revision, **fields})
    # The form has an address of its own, so that what is typed into it comes back; it does not say the value.
    assert led.status_code == 302
    assert "مشارکتی" not in urllib.parse.unquote(led["Location"])
    form = clerk.get(led["Location"])
    assert 'value="مشارکتی"' in html.unescape(form.content.decode())
    sent = {"fa": "مشارکتی", "en": "Partnership", "code": "", **typed}
    return clerk.post(led["Location"], {"expected_revision": submission.revision, **sent})


def table_messages() -> set[tuple[str, str]]:
    """Kind and receiver of what was told of tables."""
    return set(OutboxMessage.objects.filter(kind__startswith="table.").values_list("kind", "user__username"))


def test_a_value_is_proposed_confirmed_by_its_owner_and_the_check_runs_clean(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = unlisted(town, clerk)
    assert proposed(clerk, submission).status_code == 302
    page = html.unescape(clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode())
    assert "It is proposed and waits to be confirmed." in page
    assert 'name="propose"' not in page
    # What was typed about another group is still there, and nothing is changed before somebody confirms.
    assert the(submission).typed[str(officers.people["clerk"].pk)]["fix"]["value:other"] == "نوشته"
    assert counts(submission)["errors"] == 2
    assert table_messages() == {("table.value-waits", name) for name in ("first", "second", "third")}
    change = TableChange.objects.get()
    address = f"/en/desk/tables/changes/{change.pk}"
    # Who proposed it, a clerk, and approvers of other units do not confirm it.
    parks = signed_in(officer("parks", Role.APPROVER, unit_slug="parks"))
    assert clerk.post(f"{address}/confirm").status_code == 403
    assert officers.browser("colleague").get(address).status_code == 404
    assert parks.post(f"{address}/confirm").status_code == 404
    first = officers.browser("first")
    seen = html.unescape(first.get(address).content.decode())
    assert "The sender’s file says: “مشارکتی”." in re.sub(r"<[^>]*>", "", seen)
    assert address in first.get("/en/desk/").content.decode()
    assert first.post(f"{address}/confirm").status_code == 302
    work(town)
    assert counts(submission)["errors"] == 0
    assert the(submission).digest
    assert ("table.value-added", "clerk") in table_messages()
    choices = town.registry.declared("deals").field("state").choices
    assert choices is not None
    assert [(each.code, each.label.en) for each in choices.entries][-1] == ("partnership", "Partnership")


def test_a_value_that_is_refused_says_why_and_may_be_proposed_anew(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = unlisted(town, clerk)
    same = proposed(clerk, submission, en="Open", code="opened")
    assert same.status_code == 422
    said = html.unescape(same.content.decode())
    assert "“Open” stands for two codes" in said
    # What was typed stands there, with what is wrong beside it; nobody else has the form, and nothing else its place.
    assert 'value="opened"' in said
    assert 'class="box wrong"' in said
    assert officers.browser("stranger").get(same.wsgi_request.path).status_code == 404
    assert officers.browser("first").get(same.wsgi_request.path).status_code == 404
    gone = clerk.get(re.sub("h-[0-9a-f]+$", "h-0", same.wsgi_request.path))
    assert gone["Location"] == f"/en/desk/u/{submission.pk}/fix"
    assert proposed(clerk, submission).status_code == 302
    twice = clerk.post(same.wsgi_request.path, {"expected_revision": submission.revision, "fa": "x", "en": "x"})
    assert "proposed already" in twice.content.decode()
    change = TableChange.objects.get()
    address, first = f"/en/desk/tables/changes/{change.pk}", officers.browser("first")
    assert first.post(f"{address}/refuse", {"reason": ""}).status_code == 422
    assert first.post(f"{address}/refuse", {"reason": "همان «جاری» است."}).status_code == 302
    assert ("table.refused", "clerk") in table_messages()
    assert "همان «جاری» است." in html.unescape(clerk.get(address).content.decode())
    assert 'name="propose"' in clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
