"""The feeds as a feed reader meets them: valid by the rules of RFC 4287 whatever a file held, stable, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.feedgenerator import Atom1Feed
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.catalog_api.api_dataset import ROOT, publish
from tests.apps.small_city import HOSTILE, SECRET, build

from ayan.apps.catalog.feeds import atom_feed, public_acts
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

NS = {"a": "http://www.w3.org/2005/Atom"}
ONCE = ("id", "title", "updated")


def read(response: Any) -> ElementTree.Element:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return checked(response.content)


def checked(text: bytes) -> ElementTree.Element:
    """The feed, held against what RFC 4287 demands (sections 3 and 4)."""
    feed = ElementTree.fromstring(text)
    assert feed.tag == f"{{{NS['a']}}}feed"
    entries = feed.findall("a:entry", NS)
    for element in (feed, *entries):
        for name in ONCE:
            (child,) = element.findall(f"a:{name}", NS)
            assert child.text
        assert urlsplit(element.findtext("a:id", "", NS)).scheme in ("http", "https", "urn")
        for name in ("updated", "published"):
            for moment in element.findall(f"a:{name}", NS):
                assert moment.text is not None
                assert moment.text.endswith("Z")
                datetime.fromisoformat(moment.text)
        for person in (*element.findall("a:author", NS), *element.findall("a:contributor", NS)):
            assert len(person.findall("a:name", NS)) == 1
        for category in element.findall("a:category", NS):
            assert category.get("term")
        _links_hold(element.findall("a:link", NS))
    assert feed.findall("a:author", NS)
    ids = [entry.findtext("a:id", "", NS) for entry in entries]
    assert len(set(ids)) == len(ids)
    assert links(feed, "self")
    return feed


def _links_hold(elements: list[ElementTree.Element]) -> None:
    alternates = [(link.get("type"), link.get("hreflang")) for link in elements if link.get("rel") == "alternate"]
    assert alternates
    assert len(set(alternates)) == len(alternates)
    for link in elements:
        assert urlsplit(link.get("href")).scheme in ("http", "https")
        assert link.get("href", "").isascii()


def links(element: ElementTree.Element, rel: str) -> list[str]:
    return [str(link.get("href")) for link in element.findall("a:link", NS) if link.get("rel") == rel]


def entries(feed: ElementTree.Element, name: str = "title") -> list[str]:
    return [entry.findtext(f"a:{name}", "", NS) for entry in feed.findall("a:entry", NS)]


def pages(client: Client, address: str) -> Iterator[ElementTree.Element]:
    following: list[str] = [address]
    while following:
        feed = read(client.get(following[0].removeprefix("http://testserver")))
        yield feed
        following = links(feed, "next")


# --- the city's acts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_same_acts_are_told_as_json(reader: Client, prefix: str) -> None:
    """JSON Feed 1.1: what it demands of a feed and of an item, and what Atom says of the same acts."""
    spoken = read(reader.get(f"{prefix}/changes.atom"))
    response = reader.get(f"{prefix}/changes.json")
    assert response["Content-Type"] == "application/feed+json"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://testserver{prefix}/changes.json"
    assert feed["home_page_url"].startswith("http://testserver/")
    assert feed["title"] == spoken.findtext("a:title", "", NS)
    assert "\n\n— " in feed["_ayan"]["checkpoint"]
    for item, entry in zip(feed["items"], spoken.findall("a:entry", NS), strict=True):
        assert (item["id"], item["content_text"]) == (
            entry.findtext("a:id", "", NS),
            entry.findtext("a:content", "", NS),
        )
        assert [item["url"]] == links(entry, "alternate")
        assert item["date_modified"] == entry.findtext("a:updated", "", NS)
        assert [author["name"] for author in item["authors"]] == [
            author.findtext("a:name", "", NS) for author in entry.findall("a:author", NS)
        ]
        assert item["_ayan"]["related"] == links(entry, "related")
    assert SECRET not in response.content.decode()
    assert reader.get(f"{prefix}/changes.json?_next=x").status_code == 400
    assert reader.get(f"{prefix}/changes.json", headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_act_is_told_with_who_stands_for_it(reader: Client, lang: str) -> None:
    address = "/changes.atom" if lang == "fa" else "/en/changes.atom"
    feed = read(reader.get(address))
    acts = [entry.findall("a:category", NS)[0].get("term") for entry in feed.findall("a:entry", NS)]
    assert acts == ["correction", "release", "withdrawal", "release"]
    correction, _, withdrawal, gone = feed.findall("a:entry", NS)
    assert [author.findtext("a:name", "", NS) for author in correction.findall("a:author", NS)] == ["تأییدکنندهٔ ساختگی"]
    assert correction.findtext("a:contributor/a:name", "", NS) == f"فرستندهٔ ساختگی {HOSTILE}"
    assert withdrawal.findtext("a:author/a:name", "", NS) == "ناظر ساختگی"
    content = withdrawal.findtext("a:content", "", NS)
    assert ("علت: داده نادرست بود" if lang == "fa" else "Reason: The data were wrong") in content
    assert links(correction, "alternate")[0].endswith("/data/works/releases/1403/2")
    assert links(correction, "related") == [
        "http://testserver/api/v1/datasets/works/releases/1403/2",
        "http://testserver/api/v1/datasets/works/changes?to=1403/2",
    ]
    assert links(gone, "related") == []
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    assert feed.findtext("a:updated", "", NS) == correction.findtext("a:updated", "", NS)
    assert SECRET not in ElementTree.tostring(feed, "unicode")


@pytest.mark.parametrize("address", ["/changes.atom", "/en/changes.atom", f"{ROOT}/releases.atom", f"{ROOT}/rows.atom"])
def test_feeds_are_served_like_every_answer(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert reader.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    head = reader.head(address)
    assert (head.status_code, head["ETag"], head.content) == (200, response["ETag"], b"")
    assert reader.post(address).status_code == 405
    refused = reader.get(f"{address}?colour=red")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert reader.get(f"{address}?_next=x").status_code == 400


def test_the_acts_of_one_dataset(reader: Client) -> None:
    feed = read(reader.get(f"{ROOT}/releases.atom?_lang=en"))
    assert entries(feed)[0].startswith("Correction: Works")
    text = entries(feed, "content")[0] or entries(feed, "summary")[0]
    assert text.startswith("Why: A data-entry error was corrected"), "why comes before what"
    assert entries(feed, "id") == entries(read(reader.get("/changes.atom")), "id")
    assert links(feed, "self") == [f"http://testserver{ROOT}/releases.atom?_lang=en"]
    assert entries(read(reader.get("/api/v1/datasets/unsent/releases.atom"))) == []
    assert reader.get("/api/v1/datasets/nothing/releases.atom").status_code == 404


def test_pages_of_acts_hold_while_new_ones_come(
    client: Client, town: City, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        clock.move(timedelta(days=1))
        publish(town, f"1404-{number + 1:02}", [{"number": "1"}])
    monkeypatch.setattr("ayan.apps.catalog.feeds.views.FEED_SIZE", 3)
    seen: list[str] = []
    names = set()
    for page in pages(client, "/changes.atom"):
        seen += entries(page, "id")
        names.add(page.findtext("a:id", "", NS))
        clock.move(timedelta(days=1))
        publish(town, "1404-12", [{"number": "1"}])
    assert len(seen) == len(set(seen)) == 7
    assert names == {"http://testserver/changes.atom"}


def test_names_of_events_stay_whatever_happens_to_a_release(tmp_path: Path) -> None:
    town = build(tmp_path)
    before = {event.position: event.id for event in public_acts.newest(town, 100)}
    release = town.release_store.release("works", "1403", 2)
    erase(town.publish_context, release, [3, 4], "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    (erasure,) = [event for event in public_acts.newest(town, 100) if event.act == "erasure"]
    assert (erasure.rows, erasure.code, erasure.by) == (2, "personal-data", ("ناظر ساختگی",))
    withdraw(town.publish_context, town.release_store.release("works", "1403", 2), "wrong-data", "ناظر")
    after = {event.position: event.id for event in public_acts.newest(town, 100)}
    assert {ref: after[ref] for ref in before} == before
    assert len(set(after.values())) == len(before) + 2


# --- rows of a question ---------------------------------------------------------------------------------------------


def test_a_question_can_be_followed(client: Client, town: City, clock: FixedClock) -> None:
    address = f"{ROOT}/rows.atom?state=active&_lang=en"
    first = read(client.get(address))
    assert entries(first) == ["آسفالت خیابان‌های مرکزی", "پل عابر (ساختگی) ½ راه"]
    clock.move(timedelta(days=1))
    publish(town, "1403-04", [{"number": "77", "title": "الف", "state": "active"}, {"number": "78", "state": "ended"}])
    second = read(client.get(address))
    assert entries(second) == ["الف", *entries(first)]
    assert entries(second, "id")[1:] == entries(first, "id")
    assert entries(second, "updated")[0] == "2024-08-06T12:00:00.000Z"
    assert links(second, "alternate") == ["http://testserver/en/data/works?state=active"]
    assert links(second.findall("a:entry", NS)[0], "alternate") == ["http://testserver/en/data/works/r/77"]
    assert second.findall("a:entry", NS)[1].findtext("a:content", "", NS).splitlines()[:3] == [
        "Label number: 0012",
        "Label title: آسفالت خیابان‌های مرکزی",
        "Label state: active",
    ]


def test_a_correction_changes_the_entry_and_adds_none(client: Client, town: City, clock: FixedClock) -> None:
    before = read(client.get(f"{ROOT}/rows.atom?number=0012"))
    clock.move(timedelta(days=1))
    publish(town, "1403-05", [{"number": "0012", "title": "اصلاح‌شده"}])
    after = read(client.get(f"{ROOT}/rows.atom?number=0012"))
    assert entries(after, "id") == entries(before, "id")
    assert (entries(after), entries(after, "updated")) == (["اصلاح‌شده"], ["2024-08-06T12:00:00.000Z"])


def test_pages_of_rows(client: Client, town: City, clock: FixedClock) -> None:
    seen: list[str] = []
    for page in pages(client, f"{ROOT}/rows.atom?_size=2&_fields=number"):
        seen += [text.removeprefix("برچسب number: ") for text in entries(page, "content")]
        clock.move(timedelta(days=1))
        publish(town, "1403-06", [{"number": "99"}])
    assert seen == ["0012", "C-1404-7", "۱۳", "14", "15"]


def test_nothing_hidden_is_in_a_feed(reader: Client) -> None:
    assert SECRET not in reader.get(f"{ROOT}/rows.atom?_size=1000").content.decode()
    assert reader.get(f"{ROOT}/rows.atom?holder_id={SECRET}").status_code == 400
    assert reader.get(f"{ROOT}/rows.atom?_sort=amount").status_code == 400


def test_text_that_xml_cannot_hold_is_marked(client: Client, town: City) -> None:
    bad = "".join(map(chr, range(32))) + "\x7f\ufffe\uffff]]>&<b>\U0010ffff"
    publish(town, "1403-07", [{"number": "7", "title": bad}])
    (entry,) = read(client.get(f"{ROOT}/rows.atom?number=7")).findall("a:entry", NS)
    assert "\ufffd" in entry.findtext("a:title", "", NS)
    assert "]]>&<b>\U0010ffff" in entry.findtext("a:content", "", NS)


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_stands_in_a_feed(text: str) -> None:
    moment = datetime.fromisoformat("2024-08-05T12:00:00+00:00")
    link = atom_feed.FeedLink("alternate", "https://example.org/", title=text, lang=text)
    entry = atom_feed.FeedEntry(
        id="urn:x:1", title=text, updated=moment, published=moment, text=text, links=[link], authors=[text],
        categories=[(text or "x", text)],
    )  # fmt: skip
    feed = atom_feed.Feed(
        id="urn:x:2", title=text or "x", subtitle=text, lang="fa", author=text, updated=moment, rights=text,
        links=[link, atom_feed.FeedLink("self", "https://example.org/")],
    )  # fmt: skip
    parsed = checked(atom_feed.document(feed, [entry]))
    kept = (
        "".join(character if atom_feed.fit(character) == character else "\ufffd" for character in text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    assert parsed.findtext("a:entry/a:content", "", NS) == kept


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_django_writes_the_same_where_it_has_a_place_for_it(text: str) -> None:
    """`Atom1Feed` knows one link, one author and no label; what both can say, both say alike."""
    moment, page = datetime.fromisoformat("2024-08-05T12:00:00+00:00"), "https://example.org/"
    entry = atom_feed.FeedEntry(
        id="urn:x:1", title=text, updated=moment, published=moment, text=text, links=[atom_feed.FeedLink("alternate", page)],
        authors=[text], categories=[(text, text)],
    )  # fmt: skip
    feed = atom_feed.Feed(
        id="urn:x:2", title=text, subtitle=text, lang="fa", author=text, updated=moment, rights=text,
        links=[atom_feed.FeedLink("alternate", page), atom_feed.FeedLink("self", page)],
    )  # fmt: skip
    other = Atom1Feed(
        text, page, text, language="fa", author_name=text, subtitle=text, feed_url=page, feed_copyright=text,
        feed_guid="urn:x:2",
    )  # fmt: skip
    other.add_item(
        text, page, text, author_name=text, pubdate=moment, updateddate=moment, unique_id="urn:x:1", categories=[text]
    )
    theirs = ElementTree.fromstring(other.writeString("utf-8"))
    assert said(checked(atom_feed.document(feed, [entry]))) == said(theirs)


def said(feed: ElementTree.Element) -> list[tuple[str, object]]:
    """What both writers have a place for: each element of the feed and its entry, in no order, moments as moments."""
    out: list[tuple[str, object]] = []
    for name in ("id", "title", "subtitle", "updated", "published", "rights", "author/a:name"):
        for element in (*feed.findall(f"a:{name}", NS), *feed.findall(f"a:entry/a:{name}", NS)):
            moment = name in ("updated", "published")
            out.append((name, datetime.fromisoformat(element.text or "") if moment else element.text))
    out += [("term", category.get("term")) for category in feed.iterfind("a:entry/a:category", NS)]
    out += [(str(link.get("rel")), link.get("href")) for link in feed.iter(f"{{{NS['a']}}}link")]
    return sorted(out, key=str)
