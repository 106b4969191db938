"""Records, results and their addresses at «verify this»: what is shown is held against what was sealed."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from django.test import Client
from tests.apps.built_city import opened
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.small_city import build

from ayan.core.ledger.note import Signer, parse_note
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.ledger import POLICY

HOLDS = "It holds."


def asked(reader: Client, what: str) -> str:
    return page(reader, f"/en/verify?q={quote(what)}")


@pytest.mark.parametrize(
    "address",
    [
        "/data/works",
        "/en/data/works?state=open&_sort_desc=amount&_view=chart",
        "/data/works?_by=state",
        "/embed/works?state=open",
        "/api/v1/datasets/works/rows.csv?state=open&_lang=en",
        "/api/v1/datasets/works/rows?_size=2&_count=1",
        "/api/v1/datasets/works/groups?by=state&sum=amount",
    ],
)
def test_the_address_of_a_result_is_asked_again(reader: Client, address: str) -> None:
    whole = asked(reader, f"http://testserver{address}")
    assert HOLDS in whole
    assert "row by row" in whole
    assert "another site" not in whole
    assert "everybody has the key this log is signed with" in whole
    assert links(whole, "/en/data/works/releases/1403/2")
    elsewhere = asked(reader, f"https://city.example{address}")
    assert "This is the address of another site:" in elsewhere


def test_a_citation_is_taken_as_address_and_as_code(reader: Client) -> None:
    short, code = sorted(set(re.findall(r"/c/([0-9a-z]+)", page(reader, "/en/data/works?state=open"))), key=len)
    assert len(short) == 12
    for spelling in (f"/c/{code}", f"http://testserver/en/c/{code}", code, code.upper(), f"/c/{short}", short.upper()):
        whole = asked(reader, spelling)
        assert HOLDS in whole, spelling
        assert "State: open" in shown(whole) or "open" in shown(whole)
    assert "not one of those" in asked(reader, f"{code[:-3]}000")
    assert "Nothing like this was published" in asked(reader, f"/c/{code[:-3]}000")


def test_an_answer_of_the_api_about_one_row_is_its_record(reader: Client) -> None:
    assert "This row is the one that was sealed" in asked(reader, "/api/v1/datasets/works/rows/C-002")
    (part,) = city.current().release_store.release("works", "1403", 2).parts()
    file = f"/api/v1/datasets/works/releases/1403/2/{part.name}"
    assert f"This file ({part.name}) is the one that was sealed" in asked(reader, file)
    assert "Nothing like this was published" in asked(reader, f"{file}.x")
    inner = quote("/data/works/r/C-002", safe="")
    assert "This row is the one that was sealed" in asked(reader, f"http://testserver/en/verify?q={inner}")


@pytest.mark.parametrize("address", ["/missing", "/en/log/", "/api/v1/missing.csv", "/search?q=x", "/data/"])
def test_what_is_ours_and_not_sealed_is_not_called_unpublished(reader: Client, address: str) -> None:
    assert "The address is ours, but what it shows is not sealed itself." in asked(reader, address)


@pytest.mark.parametrize("address", ["https://elsewhere.example/news/1", "/no/such/page", "/data/works/zzz/1"])
def test_what_is_not_ours_is_said_plainly(reader: Client, address: str) -> None:
    assert "It is no address of this site" in asked(reader, address)


def test_the_links_of_a_record_and_a_result_ask_about_themselves(reader: Client) -> None:
    (record,) = set(links(page(reader, "/en/data/works/r/C-002"), "/en/verify?q="))
    assert "This row is the one that was sealed" in page(reader, record)
    (result,) = set(links(page(reader, "/en/data/works?state=open"), "/en/verify?q="))
    assert HOLDS in page(reader, result)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city of its own."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


def test_what_the_index_was_made_to_say_is_not_called_sealed(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = town.index_store.ensure("works")
    path.chmod(0o644)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE rows SET amount = amount * 100 WHERE number = 'C-002'")
        con.execute("DELETE FROM rows WHERE number = 'C-005'")
    lied = opened(town.home, town.clock.now())
    monkeypatch.setattr(city, "current", lambda: lied)
    reader = Client()
    whole = asked(reader, "/data/works/r/C-002")
    assert "This row is not what was sealed." in whole
    assert "The page shows what is not in the sealed release." in whole
    (fields,) = re.findall(r"<tbody>(.*?)</tbody>", whole.partition("The differences, table")[2], re.DOTALL)[:1]
    assert "200,000,000" in shown(fields)
    assert "2,000,000" in shown(fields)
    assert "This row is the one that was sealed" in asked(reader, "/data/works/r/C-003")
    for result in ("/data/works", "/data/works?number=C-002", "/api/v1/datasets/works/rows"):
        assert "This result is not what was sealed." in asked(reader, result)
    assert HOLDS in asked(reader, "/data/works?number=C-003")
    body = b"".join(reader.get("/api/v1/datasets/works/rows.csv").streaming_content)  # type: ignore[attr-defined]  # a stream
    with lied.private_store.scratch_folder() as folder:
        (folder / "works.csv").write_bytes(body)
        with (folder / "works.csv").open("rb") as file:
            sent = reader.post("/en/verify", {"file": file}, follow=True).content.decode()
    assert "This file differs from what was published." in sent
    assert "It stands in the sealed release, but its page does not show it." in asked(reader, "/data/works/r/C-005")


def test_changed_bytes_of_a_part_are_not_called_unchanged(town: City) -> None:
    release = town.release_store.release("works", "1403", 2)
    (part,) = release.parts()
    part.chmod(0o644)
    part.write_bytes(part.read_bytes() + b"\x00")
    reader = Client()
    for what in (release.ref, f"/data/works/releases/1403/2/{part.name}", "/data/works", "/data/works?state=open"):
        whole = asked(reader, what)
        assert "What is kept is not what was sealed." in whole, what
        assert part.name in whole
        assert HOLDS not in whole
    assert "unchanged since" in asked(reader, "works/1403/1")


def test_witnesses_are_named_with_their_time_and_nothing_is_claimed_without_them(town: City) -> None:
    reader = Client()
    for address in ("/en/log/", "/en/log/0", "/en/verify?q=works/1403/2", "/en/verify?q=/data/works"):
        whole = page(reader, address)
        assert "This log has no outside witness." in whole
        assert "would see it" not in whole
        assert "yet" not in shown(whole).partition("Witnesses")[2][:200]
    witness = Signer("witness.example", bytes(32), 4)
    (town.home / POLICY).write_text(f"witness w {witness.verifier}\nquorum w\n", encoding="utf-8")
    unsigned = page(reader, "/en/log/")
    assert "No witness of this log has signed its present state" in unsigned
    assert "would see it" not in unsigned
    log = town.transparency_log.log
    text = parse_note(log.checkpoint()).text
    assert log.cosign(text, [witness.sign(text, 1_722_858_000)])
    for address in ("/en/log/", "/en/verify?q=works/1403/2"):
        whole = shown(page(reader, address))
        assert re.search("witness.example saw this state and signed it on .*1403", whole), whole.partition(
            "witness.example"
        )[2][:200]
        assert "no outside witness" not in whole
    assert "would see it" in page(reader, "/en/log/")
