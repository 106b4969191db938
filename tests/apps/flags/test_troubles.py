"""Findings in pages of a list, what of an act is refused, and what stays public where something is damaged."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.answer_promise import promised
from tests.apps.small_city import FLAG

from ayan.apps.accounts.roles import Role
from ayan.apps.flags import computation
from ayan.apps.flags.limits import LONGEST_WORDS
from ayan.apps.flags.models import FindingCase
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def computed(town: City) -> None:
    computation.compute()


@pytest.fixture
def published(asker: Client, later: Callable[[int], None]) -> list[str]:
    """The keys of three findings that were shown and are public now."""
    keys = ["C-058", "C-059", "C-060"]
    chosen = [of(key).public_id for key in keys]
    assert asker.post("/desk/findings/tell", {"findings": chosen, "how": "letter", "letter": "1"}).status_code == 302
    later(40)
    computation.compute()
    return keys


def of(key: str) -> FindingCase:
    return FindingCase.objects.get(flag=FLAG, key=key)


def test_the_list_is_read_page_by_page_and_says_what_it_was_asked(client: Client, published: list[str]) -> None:
    address, seen = f"/api/v1/findings?flag={FLAG}&_size=2", []
    while address:
        answer = promised(client.get(address))
        assert (answer["total"], answer["question"]) == (3, {"flag": FLAG})
        seen.append([finding["key"] for finding in answer["findings"]])
        address = answer["next"]
    assert [len(page) for page in seen] == [2, 1]
    assert sorted(chain.from_iterable(seen)) == published
    for wrong in ("flag=", "_size=0", "_size=many", "_next=nothing", "colour=red"):
        refused = client.get(f"/api/v1/findings?{wrong}")
        assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json"), wrong
        assert wrong.split("=")[0] in refused.content.decode()
    for name in ("_size", "_next"):
        # The table is whole: there is nothing to page through.
        assert client.get(f"/api/v1/findings.csv?{name}=2").status_code == 400
    assert client.get("/api/v1/findings.xlsx").status_code in (400, 404)


def test_an_act_at_the_wrong_time_is_refused_and_says_why(asker: Client, auditor: Client) -> None:
    address = f"/en/desk/findings/{of('C-060').public_id}"

    def refused(reader: Client, act: str, said: str, **form: str) -> None:
        answer = reader.post(f"{address}/{act}", form)
        assert answer.status_code == 422
        assert said in answer.content.decode()

    refused(asker, "reply", "once the finding has been shown", by="party", text="زود است")
    refused(asker, "reply", "Say whose reply it is", by="neighbour", text="از دیگری")
    refused(asker, "reply", "longer than", by="party", text="د" * (LONGEST_WORDS + 1))
    assert auditor.post(f"{address}/clear", {"reason": "دو کار جدا بود"}).status_code == 302
    refused(auditor, "clear", "not open", reason="باز هم")
    assert of("C-060").reason == "دو کار جدا بود"


def test_the_first_page_of_the_desk_counts_who_is_still_to_be_shown_a_finding(
    asker: Client, later: Callable[[int], None]
) -> None:
    page = asker.get("/en/desk/").content.decode()
    assert "5 findings; parties to be told" in page
    assert "5 overdue" not in page
    later(60)
    colleague = signed_in(officer("colleague", Role.REQUESTS, unit_slug=""))
    assert "5 overdue" in colleague.get("/en/desk/").content.decode()


def test_a_damaged_register_is_shown_as_none_and_made_anew(client: Client, town: City, published: list[str]) -> None:
    (file,) = town.home.rglob("findings.json")
    for damaged in (b"{", b"[]", b'{"form": 1}', b'{"form": 2, "flags": {"a": 1}, "findings": [], "ended": []}'):
        file.write_bytes(damaged)
        town.__dict__.pop("site_version", None)
        assert promised(client.get("/api/v1/findings"))["findings"] == [], damaged
        assert client.get(f"/flags/{FLAG}").status_code == 200
    computation.compute()
    town.__dict__.pop("site_version", None)
    assert sorted(finding["key"] for finding in promised(client.get("/api/v1/findings"))["findings"]) == published


@pytest.mark.parametrize("pattern", ["data-*.parquet", "datapackage.json"])
def test_what_was_found_stands_while_a_file_cannot_be_read_and_it_is_tried_again(
    client: Client, town: City, published: list[str], pattern: str
) -> None:
    files = list((town.home / "store" / "releases" / "works").rglob(pattern))
    whole = {file: file.read_bytes() for file in files}
    assert whole

    def put(contents: dict[Path, bytes]) -> None:
        for file, data in contents.items():
            file.unlink()
            file.write_bytes(data)
        # As a process that begins now reads it: manifests are kept once read, and a damaged dataset for some seconds.
        for kept in ("site_version", "damage", "release_store"):
            town.__dict__.pop(kept, None)

    put(dict.fromkeys(files, b"no table"))
    assert computation.compute(anew=True) == [FLAG]
    assert {of(key).state for key in published} == {"published"}
    put(whole)
    assert "The computing failed; it is tried again." in client.get(f"/en/flags/{FLAG}").content.decode()
    assert computation.compute() == [FLAG]
    put({})
    assert "The computing failed" not in client.get(f"/en/flags/{FLAG}").content.decode()
    assert sorted(finding["key"] for finding in promised(client.get("/api/v1/findings"))["findings"]) == published
