"""The files that releases were made from, at the desk: who may take one, what the trail keeps, and how they end."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

from django.test import Client
from tests.apps.accounts.people import officer, signed_in, unit
from tests.apps.desk.deals import GOOD
from tests.apps.desk.town import Officers, published, the, work
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act, Duty
from ayan.apps.accounts.roles import Role
from ayan.apps.desk import tasks as put_off
from ayan.apps.desk.models import Submission
from ayan.core.schema.release_terms import Retention
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.profile import Profile

ONE = "/desk/originals/deals/1403/1"


def acts(verb: str) -> list[tuple[str, str, dict[str, object]]]:
    recorded = Act.objects.filter(verb=verb).order_by("number")
    return [(str(act.actor or ""), act.subject, json.loads(act.facts)) for act in recorded]


def test_an_original_is_given_out_whole_for_a_reason_and_never_without_one(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    clerk = officers.browser("clerk")
    assert "قراردادهای ساختگی" in clerk.get("/desk/originals/").content.decode()
    assert ONE in clerk.get("/desk/originals/deals").content.decode()
    assert clerk.get(ONE).status_code == 200
    for reason in ("", "curious", "because I say so"):
        answer = clerk.post(ONE, {"reason": reason})
        assert answer.status_code == 422
        assert "علت را برگزینید" in answer.content.decode()
    assert acts("original.read") == []
    answer = clerk.post(ONE, {"reason": "objection"})
    (held,) = town.original_retention.holdings()
    assert sha256(answer.getvalue()).hexdigest() == held.path.name
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    assert acts("original.read") == [("نام clerk", "release:deals/1403/1", {"reason": "objection"})]


def test_who_may_take_an_original(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)

    def answers(browser: Client) -> list[int]:
        asked = [browser.get("/desk/originals/deals"), browser.get(ONE), browser.post(ONE, {"reason": "audit"})]
        return [response.status_code for response in asked]

    for role in (Role.PRIVACY, Role.APPROVER, Role.AUDITOR):
        assert answers(signed_in(officer(f"may-{role}", role))) == [200] * 3, role
    for role, where in ((Role.CLERK, "parks"), (Role.PRIVACY, "parks"), (Role.ADMINISTRATOR, ""), (Role.REQUESTS, "")):
        assert answers(signed_in(officer(f"not-{role}-{where}", role, unit_slug=where))) == [404] * 3, role
    assert signed_in(officer("keeper", Role.ADMINISTRATOR)).get("/desk/originals/").status_code == 403
    empty = officers.browser("stranger").get("/desk/originals/")
    assert (empty.status_code, "قراردادهای ساختگی" in empty.content.decode()) == (200, False)


def test_a_file_that_no_key_opens_is_told_in_words_and_nothing_is_given(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    (held,) = town.original_retention.holdings()
    with held.path.open("r+b") as file:
        file.seek(200)
        file.write(b"\0" * 8)
    answer = officers.browser("clerk").post(ONE, {"reason": "audit"})
    assert (answer.status_code, acts("original.read")) == (422, [])
    assert "به مدیر سامانه بگویید" in answer.content.decode()


def test_an_original_ends_as_declared_and_everybody_is_told(town: City, officers: Officers) -> None:
    town.__dict__["profile"] = Profile(Label("شهر ساختگی", "Invented city"), demo=True, retention=Retention(days=30))
    published(town, officers, GOOD)
    reader = Client()
    assert "روز پس از انتشار حذف می‌شود" in reader.get("/data/deals/releases/1403/1").content.decode()
    let_pass(town, timedelta(days=31))
    put_off.expire_originals.enqueue()
    work(town)
    assert town.original_retention.holdings() == []
    ((who, about, facts),) = acts("original.delete")
    assert (who, about, facts["rule"]) == ("", "release:deals/1403/1", "city:P30D")
    again = officers.browser("clerk")
    assert "طبق اعلام" in again.get("/desk/originals/deals").content.decode()
    answer = again.post(ONE, {"reason": "audit"})
    assert (answer.status_code, "دیگر نگه داشته نمی‌شود" in answer.content.decode()) == (422, True)
    page = reader.get("/en/data/deals/releases/1403/1").content.decode()
    assert "deleted as declared on" in page
    assert f'/en/log/{facts["leaf"]}"' in page
    html = reader.get(f"/en/log/{facts['leaf']}").content.decode()
    assert "city:P30D" in html
    assert str(facts["commitment"]) in html
    assert "The original was deleted" in reader.get("/en/log/").content.decode()


def test_the_unit_is_the_datasets_own_whatever_a_form_says(town: City, officers: Officers) -> None:
    stranger = officers.browser("stranger")
    asked = {"dataset": "deals", "period": "1403"}
    for say in ("", "parks", "finance"):
        assert stranger.post("/desk/u/new", {**asked, "unit": say}).status_code == 403
    assert "deals" not in stranger.get("/desk/u/new").content.decode()
    assert not Submission.objects.exists()
    submission = published(town, officers, GOOD)
    for say in ("", "parks", "finance"):
        answer = stranger.post("/desk/withdraw/deals/1403/1", {"code": "wrong-data", "note": "x", "unit": say})
        assert answer.status_code == 403
    # The dataset is handed over: what was published stays with those who published it.
    Duty.objects.filter(dataset="deals").update(unit=unit("parks"))
    assert stranger.post("/desk/u/new", {**asked, "period": "1402", "unit": "finance"}).status_code == 302
    assert Submission.objects.get(period="1402").unit == "parks"
    assert stranger.get(ONE).status_code == 404
    clerk = officers.browser("clerk")
    assert clerk.get(ONE).status_code == 200
    assert clerk.post("/desk/u/new", asked).status_code == 403
    assert clerk.post("/desk/withdraw/deals/1403/1", {"code": "wrong-data", "note": "x"}).status_code == 302
    assert Submission.objects.get(kind="withdrawal").unit == the(submission).unit == "finance"


def test_without_a_duty_only_a_grant_for_this_dataset_or_the_whole_city_reaches_it(
    town: City, officers: Officers
) -> None:
    Duty.objects.all().delete()
    asked = {"dataset": "deals", "period": "1403"}
    assert officers.browser("clerk").post("/desk/u/new", asked).status_code == 403
    assert "در تقویم" in officers.browser("clerk").get("/desk/u/new").content.decode()
    named = officer("named", Role.CLERK, unit_slug="parks", dataset="deals")
    assert signed_in(named).post("/desk/u/new", asked).status_code == 302
    wide = officer("wide", Role.CLERK, unit_slug="")
    assert signed_in(wide).post("/desk/u/new", {**asked, "period": "1402"}).status_code == 302
    units = dict(Submission.objects.values_list("period", "unit"))
    assert units == {"1403": "parks", "1402": ""}
