"""People read a document: page by page, found words marked, cited, its bytes, its versions; and what has gone says why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.documents.conftest import FIRST, PLAN, SECOND
from tests.cli.city import FIRST as OFFICER
from tests.core.attachments.published_documents import city_with_documents, paper, publish
from tests.core.documents import papers

from ayan.apps.documents.reader.page_pictures import drop_pictures
from ayan.core.publish.sealing import withdraw
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.document_words import follow_documents


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.decode()))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_is_read_with_its_facts(reader: Client, prefix: str) -> None:
    answer = reader.get(f"{prefix}/documents/{FIRST.digest}")
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert 'id="l2"' in shown
    assert "سطر دوم" in text(answer.content)
    assert FIRST.digest in shown
    assert f"/documents/{FIRST.digest}/file" in shown
    assert f"/documents/{FIRST.digest}/1.png" in shown


def test_a_page_without_text_says_so(reader: Client) -> None:
    answer = reader.get(f"/documents/{FIRST.digest}/2")
    assert "این صفحه عکس است" in text(answer.content)


def test_notices_tell_of_machines_and_of_black_places(reader: Client) -> None:
    shown = text(reader.get(f"/en/documents/{SECOND.digest}").content)
    assert "read by a machine" in shown
    assert "93%" in shown
    assert "1 place of this document is redacted" in shown


def test_a_page_that_a_machine_read_says_so(reader: Client) -> None:
    shown = text(reader.get(f"/documents/{FIRST.digest}").content)
    assert "متن این صفحه را رایانه خوانده است؛ اطمینان" in shown
    assert "۹۳" in shown.partition("رایانه خوانده است؛ اطمینان")[2][:8]
    assert "Read by machine, confidence 93%" in text(reader.get(f"/en/documents/{FIRST.digest}").content)
    # Its second page has no text, so that nobody read it.
    assert "Read by machine" not in text(reader.get(f"/en/documents/{FIRST.digest}/2").content)
    pages = [reader.get(f"/api/v1/documents/{FIRST.digest}/pages/{number}").json() for number in (1, 2)]
    assert [page["machine_read"] for page in pages] == ["0.93", None]


def test_values_of_the_record_lead_to_the_lines_that_hold_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value leads to its line only where it stands there as a whole: the day, not another that begins with it."""
    town = city_with_documents(tmp_path)
    placed = paper("2", pages=[["مجوز", "در ۱۴۰۳/۰۵/۲۲ نوشته شد"], ["متن", "تاریخ کاشت", "روز 1403/05/02 است"]])
    publish(town.city, placed)
    monkeypatch.setattr(city, "current", lambda: town.city)
    shown = Client().get(f"/en/documents/{placed.digest}").content.decode()
    section = shown.split('id="h-placed"')[1].split("</section>")[0]
    assert re.findall(r'href="(/en/documents/[^"]*)"', section) == [f"/en/documents/{placed.digest}/2#l3"]
    assert "page 2, line 3" in text(section.encode())


def test_words_are_marked_and_lead_to_their_line(reader: Client, built: City) -> None:
    follow_documents(built)
    answer = reader.get(f"/documents/{FIRST.digest}", {"q": "«سطر دوم»"})
    shown = answer.content.decode()
    assert "<mark>سطر دوم</mark>" in shown
    assert f"/documents/{FIRST.digest}/1?q=%C2%AB%D8%B3" in shown
    assert "#l2" in shown


def test_what_is_typed_is_only_text(reader: Client) -> None:
    answer = reader.get(f"/documents/{FIRST.digest}", {"q": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in answer.content
    assert "<b>" not in reader.get(f"/documents/{PLAN.digest}").content.decode().split("<h1>")[1].split("</h1>")[0]


def test_versions_lead_to_each_other(reader: Client) -> None:
    older = reader.get(f"/documents/{FIRST.digest}").content.decode()
    assert f'href="/documents/{SECOND.digest}"' in older
    compared = reader.get(f"/documents/{SECOND.digest}/difference/{FIRST.digest}").content.decode()
    assert "<del>متن مجوز نخست</del>" in compared
    assert "<ins>متن مجوز دوم</ins>" in compared
    assert reader.get(f"/documents/{SECOND.digest}/difference/{PLAN.digest}").status_code == 404


def test_a_page_is_cited_with_its_number_and_digest(reader: Client) -> None:
    shown = text(reader.get(f"/en/documents/{FIRST.digest}/2").content)
    assert f"page 2. Digest of the document {FIRST.digest[:16]}" in shown
    assert f"/documents/{FIRST.digest}/2" in shown


def test_short_digests_lead_to_the_whole_one(reader: Client) -> None:
    answer = reader.get(f"/documents/{FIRST.digest[:20]}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/documents/{FIRST.digest}")
    assert reader.get(f"/documents/{FIRST.digest[:12]}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/documents/{}/3", "/documents/{}/0", "/documents/{}/9.png", "/documents/{}/1.png?width=5"]
)
def test_what_is_not_there_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(address.format(FIRST.digest)).status_code == 404


def test_the_bytes_are_those_of_the_digest(reader: Client) -> None:
    answer = reader.get(f"/documents/{FIRST.digest}/file")
    assert answer.getvalue() == FIRST.content


def test_a_page_is_drawn_once_and_goes_with_its_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = city_with_documents(tmp_path)
    file = papers.letter(tmp_path / "a.pdf", papers.SENTENCES[:3])
    drawn = replace(paper(), content=file.read_bytes())
    release = publish(town.city, drawn)
    monkeypatch.setattr(city, "current", lambda: town.city)
    client = Client()
    first = client.get(f"/documents/{drawn.digest}/1.png")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/png")
    assert client.get(f"/documents/{drawn.digest}/1.png").content == first.content
    assert follow_documents(town.city) is not None
    withdraw(town.city.publish_context, release, "personal-data", OFFICER)
    gone = client.get(f"/documents/{drawn.digest}")
    assert gone.status_code == 410
    assert "این سند برداشته شده است" in text(gone.content)
    assert "متن سند" not in text(gone.content)
    for left in ("/1", "/1.png", "/1.png?width=1600", "/9.png", "/file", f"/difference/{FIRST.digest}"):
        answer = client.get(f"/documents/{drawn.digest}{left}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "no-store"), left
    assert client.get(f"/documents/{'0' * 64}/1.png").status_code == 404
    for address in ("", "/file", "/pages/1"):
        answer = client.get(f"/api/v1/documents/{drawn.digest}{address}")
        assert (answer.status_code, answer.json()["reason"]) == (410, "personal-data")
    assert drawn.digest not in client.get("/search", {"q": "متن سند"}).content.decode()
    # One that an earlier release has still is not said to be kept nowhere.
    kept = publish(town.city, drawn)
    later = publish(town.city, paper("2", "دیگری"))
    withdraw(town.city.publish_context, later, "wrong-data", OFFICER)
    left = client.get(f"/api/v1/documents/{drawn.digest}").json()
    assert (left["release"], left["reason"]) == (kept.ref, None)
    assert "در دست نیست" not in text(client.get(f"/documents/{drawn.digest}").content)
    withdraw(town.city.publish_context, kept, "personal-data", OFFICER)
    drop_pictures(town.city)
    follow_documents(town.city)
    held = b"".join(path.read_bytes() for path in (town.home / "index").rglob("*") if path.is_file())
    assert drawn.digest.encode() not in held
    assert not list((town.home / "index" / "_pages").glob("*.png"))
