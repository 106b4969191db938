"""Findings with the right of reply: shown to whom they name first, published with the reply, cleared with a reason, ended."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.answer_promise import promised
from tests.apps.small_city import FLAG, HOSTILE, publish, sheet

from ayan.apps.accounts.models import Act
from ayan.apps.accounts.roles import Role
from ayan.apps.flags import computation
from ayan.apps.flags.models import FindingCase, FlagComputation
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

FIRED = {f"C-{number:03}" for number in range(56, 61)}
NAME = "کار ساختگی 60"
PUBLIC = (
    "/flags",
    f"/flags/{FLAG}",
    f"/en/flags/{FLAG}",
    "/data/works/r/C-060",
    "/api/v1/flags",
    "/api/v1/findings",
    "/api/v1/findings.csv",
    "/changes.atom",
    "/api/v1/search?q=%D9%BE%D8%B1%DA%86%D9%85",
)


@pytest.fixture(autouse=True)
def computed(town: City) -> None:
    computation.compute()


def of(key: str) -> FindingCase:
    return FindingCase.objects.get(flag=FLAG, key=key)


def tell(client: Client, *keys: str, letter: str = "1403/55", how: str = "letter") -> int:
    chosen = [of(key).public_id for key in keys]
    return client.post("/desk/findings/tell", {"findings": chosen, "how": how, "letter": letter}).status_code


def everything(reader: Client) -> str:
    return "".join(reader.get(address).content.decode() for address in PUBLIC)


def listed(reader: Client, query: str = "") -> dict[str, dict[str, Any]]:
    return {finding["key"]: finding for finding in promised(reader.get(f"/api/v1/findings?{query}"))["findings"]}


def test_nothing_of_a_finding_is_public_before_whoever_it_names_has_seen_it(
    client: Client, later: Callable[[int], None]
) -> None:
    assert {finding.key for finding in FindingCase.objects.all()} == FIRED
    later(300)
    computation.compute()
    shown = everything(client)
    assert not any(of(key).public_id in shown for key in FIRED)
    assert listed(client) == {}
    (flag,) = promised(client.get("/api/v1/flags"))["flags"]
    assert (flag["judged"], flag["fired"], flag["waiting"], flag["published"]) == (60, 5, 5, 0)


def test_a_finding_is_published_when_the_time_for_a_reply_is_over_and_not_a_day_before(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    assert tell(asker, "C-060") == 302
    finding = of("C-060")
    assert finding.due_on
    assert finding.told_on
    wait = (finding.due_on - finding.told_on).days
    assert wait >= 10
    later(wait)
    computation.compute()
    assert listed(client) == {}
    assert finding.public_id not in everything(client)
    later(1)
    computation.compute()
    assert set(listed(client)) == {"C-060"}
    for address in (f"/flags/{FLAG}", "/data/works/r/C-060"):
        page = client.get(address).content.decode()
        assert finding.public_id in page
        assert "پاسخی نرسیده است" in page
        assert HOSTILE not in page
    assert NAME in client.get(f"/en/flags/{FLAG}").content.decode()
    assert finding.public_id not in client.get("/data/works/r/C-059").content.decode()


def test_the_reply_stands_beside_the_finding_in_page_and_answers(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    tell(asker, "C-060")
    finding = of("C-060")
    answer = asker.post(
        f"/desk/findings/{finding.public_id}/reply", {"by": "party", "text": f"ما توضیح دادیم {HOSTILE}"}
    )
    assert answer.status_code == 302
    assert "ما توضیح دادیم" not in everything(client)
    later(40)
    computation.compute()
    for address in (f"/flags/{FLAG}", "/en/data/works/r/C-060"):
        page = client.get(address).content.decode()
        assert "ما توضیح دادیم" in page
        assert HOSTILE not in page
    replies = listed(client)["C-060"]["replies"]
    assert [reply["by"] for reply in replies] == ["party"]
    (row,) = csv.DictReader(io.StringIO(client.get("/api/v1/findings.csv").content.decode("utf-8-sig")))
    assert row["reply_of_party"].startswith("ما توضیح دادیم")
    assert row["releases"] == "works/1403/2"


def test_a_cleared_case_stays_with_its_reason(client: Client, asker: Client, later: Callable[[int], None]) -> None:
    tell(asker, "C-060")
    later(40)
    computation.compute()
    finding = of("C-060")
    auditor = signed_in(officer("auditor", Role.AUDITOR))
    assert auditor.post(f"/desk/findings/{finding.public_id}/clear", {"reason": "دو کار جدا بود"}).status_code == 302
    entry = listed(client)["C-060"]
    assert (entry["standing"], entry["reason"]) == ("cleared", "دو کار جدا بود")
    assert "دو کار جدا بود" in client.get(f"/flags/{FLAG}").content.decode()
    computation.compute(anew=True)
    assert listed(client)["C-060"]["standing"] == "cleared"


def test_findings_expire_and_name_nobody_afterwards(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    tell(asker, "C-060")
    later(40)
    computation.compute()
    public_id = of("C-060").public_id
    later(731)
    computation.compute()
    assert public_id not in everything(client)
    assert (of("C-060").state, of("C-060").party) == ("expired", "")
    computation.compute(anew=True)
    assert of("C-060").state == "expired"


def feed(reader: Client, address: str = "/en/flags.atom") -> dict[str, str]:
    """Titles and texts of a feed, by the names of the entries."""
    text = reader.get(address).content.decode()
    return {
        parts[0]: parts[1] + parts[2]
        for parts in re.findall(
            r"<entry><id>([^<]+)</id><title>([^<]*)</title>.*?<content[^>]*>(.*?)</content>", text, re.DOTALL
        )
    }


def test_the_feed_tells_what_becomes_of_a_finding_and_names_nobody_afterwards(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    tell(asker, "C-060")
    assert feed(client) == {}
    later(40)
    computation.compute()
    (first,) = feed(client).values()
    assert first.startswith("New finding: ")
    assert NAME in first
    assert "No reply came." in first
    later(1)
    colleague = signed_in(officer("colleague", Role.REQUESTS, unit_slug=""))
    colleague.post(f"/desk/findings/{of('C-060').public_id}/reply", {"by": "unit", "text": f"پس از آن {HOSTILE}"})
    auditor = signed_in(officer("auditor", Role.AUDITOR))
    auditor.post(f"/desk/findings/{of('C-060').public_id}/clear", {"reason": "دو کار جدا بود"})
    entries = feed(client)
    assert sorted(title.split(":")[0] for title in entries.values()) == ["Cleared", "New finding", "Reply of the unit"]
    for address in (f"/flags/{FLAG}.atom", "/flags/works.atom", "/flags.atom"):
        assert feed(client, address).keys() == entries.keys()
    assert feed(client, "/flags/unsent.atom") == {}
    assert [client.get(f"/flags/{flag}.atom").status_code for flag in ("nothing", "works/nothing")] == [404, 404]
    assert client.get("/flags.atom?_next=nothing").status_code == 400
    later(731)
    computation.compute()
    (last,) = feed(client).values()
    assert last.startswith("Ended: ")
    assert NAME not in last


def test_a_correction_of_the_data_ends_a_finding(
    client: Client, town: City, asker: Client, later: Callable[[int], None]
) -> None:
    tell(asker, "C-060")
    later(40)
    computation.compute()
    assert listed(client)
    publish(town, sheet(57), "1403", "corrected.csv")
    assert listed(client) == {}, "what was computed of a release that is no longer current is not shown"
    computation.compute()
    assert listed(client) == {}
    assert of("C-060").state == "gone"
    assert FindingCase.objects.filter(flag=FLAG, state="waiting").count() == 2


def test_flags_are_computed_again_only_when_something_changed(town: City) -> None:
    assert computation.compute() == []
    publish(town, sheet(57), "1403", "corrected.csv")
    assert computation.compute() == [FLAG]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"how": "pigeon"}, "چگونه"),
        ({"letter": ""}, "شمارهٔ نامه"),
        ({"letter": "بد & بد"}, "شمارهٔ نامه"),
        ({"findings": []}, "دست‌کم یک یافته"),
    ],
)
def test_what_is_missing_is_asked_for_in_words(asker: Client, given: dict[str, object], said: str) -> None:
    form = {"findings": [of("C-060").public_id], "how": "letter", "letter": "1", **given}
    answer = asker.post("/desk/findings/tell", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert of("C-060").state == "waiting"


def test_a_reply_with_a_persons_number_is_refused(asker: Client) -> None:
    tell(asker, "C-060")
    address = f"/desk/findings/{of('C-060').public_id}/reply"
    for text in ("کد ملی من ۰۴۹۹۳۷۰۸۹۹ است", "تماس: 0912 345 6789", ""):
        assert asker.post(address, {"by": "party", "text": text}).status_code == 422
    assert asker.post(address, {"by": "party", "text": "شناسهٔ ما 10100000000 است"}).status_code == 302


def test_each_act_needs_its_role_and_leaves_its_line(asker: Client, auditor: Client) -> None:
    clerk = signed_in(officer("clerk", Role.CLERK))
    finding = of("C-060")
    for address in ("/desk/findings/", f"/desk/findings/{finding.public_id}"):
        assert clerk.get(address).status_code == 403
        assert asker.get(address).status_code == auditor.get(address).status_code == 200
    assert tell(auditor, "C-060") == 403
    assert tell(asker, "C-060") == 302
    assert tell(asker, "C-060") == 422
    assert asker.post(f"/desk/findings/{finding.public_id}/clear", {"reason": "خیر"}).status_code == 403
    assert auditor.post(f"/desk/findings/{finding.public_id}/reply", {"by": "party", "text": "خیر"}).status_code == 403
    done = Act.objects.filter(subject=f"finding:{finding.public_id}").exclude(verb="policy.refused")
    assert [act.verb for act in done] == ["finding.tell"]


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/desk/findings/")
    assert answer.status_code == 302


def test_a_flag_that_is_declared_no_longer_takes_its_findings_with_it(town: City) -> None:
    (town.home / "datasets" / "works" / "flags" / "too-large.toml").unlink()
    computation.compute()
    assert not FindingCase.objects.exists()
    assert not FlagComputation.objects.exists()
    assert town.flag_register.now().findings == ()


def test_what_is_refused_stays_where_it_was_typed_and_says_why_there(asker: Client, auditor: Client) -> None:
    """Each group of the list has a form of its own; a reply that is sent twice is one."""
    lines = asker.get("/en/desk/findings/").content.decode().count('name="group"')
    assert lines > 1
    form = {"findings": [of("C-060").public_id], "how": "portal", "letter": "نادرست&", "group": "1"}
    page = asker.post("/en/desk/findings/tell", form).content.decode()
    assert page.count('value="نادرست&amp;"') == 1
    assert page.count('class="box wrong"') == page.count('aria-describedby="letter-problem"') == 1
    assert 'href="#letter"' in page
    assert page.count('<option value="portal" selected>') == 1
    tell(asker, "C-060")
    address = f"/en/desk/findings/{of('C-060').public_id}"
    wrong = asker.post(f"{address}/reply", {"by": "unit", "text": "تماس: 0912 345 6789"}).content.decode()
    assert "تماس: 0912 345 6789</textarea>" in wrong
    assert 'aria-describedby="text-problem"' in wrong
    assert 'value="unit" checked' in wrong
    for _ in range(2):
        assert asker.post(f"{address}/reply", {"by": "party", "text": "پاسخ ما این است."}).status_code == 302
    assert of("C-060").replies.count() == 1
    assert 'aria-describedby="reason-problem"' in auditor.post(f"{address}/clear", {"reason": " "}).content.decode()
