"""The logbook asked wrongly, by programs that keep copies, and about what is rare: days, originals, erased rows."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.built_city import opened
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.civic_city import declared
from tests.apps.small_city import HOSTILE, build

from ayan.core.ledger.note import Verifier
from ayan.core.ledger.proof import check_proof
from ayan.core.ledger.tiles import decode_bundle
from ayan.core.ledger.trust_policy import Policy
from ayan.core.publish.erasure import erase
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.values.canonical import canonical_json
from ayan.wiring import city
from ayan.wiring.city import City

ODD = (
    "http://[",
    "//[::1",
    "https://a\u2100b/data/works/r/C-002",
    "works/../2",
    "works/1403/0",
    "works/1403/999999999",
    "/data/works/releases/%2525/2",
    "/data/nothing/r/1",
    f"/data/works/r/{HOSTILE}",
    "sha256:" + "0" * 63,
    "g" * 64,
)


def root_of(entries: list[bytes]) -> bytes:
    """The root of RFC 6962 over entries, as the text of that standard says it."""
    if len(entries) < 2:
        return hashlib.sha256(b"\x00" + entries[0] if entries else b"").digest()
    half = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(entries[:half]) + root_of(entries[half:])).digest()


def test_the_signed_root_is_that_of_the_entries_that_anybody_fetches(reader: Client) -> None:
    _, size, root, *_ = reader.get("/log/checkpoint").content.decode().splitlines()
    entries = decode_bundle(reader.get(f"/log/tile/entries/000.p/{size}").content)
    assert len(entries) == int(size)
    assert root_of(entries) == base64.b64decode(root)
    hashes = reader.get(f"/log/tile/0/000.p/{size}").content
    assert hashes == b"".join(hashlib.sha256(b"\x00" + entry).digest() for entry in entries)
    assert root_of(entries).hex() in page(reader, "/en/log/")


@pytest.mark.parametrize("address", ["/log/checkpoint", "/log/vkey", "/log/proof/0", "/log/proof/works/1403/2/3"])
def test_a_program_that_has_it_is_not_sent_it_again(reader: Client, address: str) -> None:
    first = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    assert reader.head(address).status_code == 200
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_whatever_is_typed_is_answered(reader: Client, prefix: str, text: str) -> None:
    answer = reader.get(f"{prefix}/verify", {"q": text})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert HOSTILE not in body
    said = shown(body)
    words = (
        ("not one of those", "Nothing like this was published", "no row with this key")
        if prefix
        else ("این را نمی‌شناسیم", "چنین چیزی منتشر نشده", "ردیفی با این کلید نیست")
    )
    assert any(word in said for word in words), said


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"xx", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of',
            "multipart/form-data; boundary=x",
        ),
        (b"{", "application/json"),
    ],
)
def test_what_did_not_come_in_whole_gets_no_fingerprint(reader: Client, body: bytes, kind: str) -> None:
    sent = reader.post("/en/verify", data=body, content_type=kind)
    assert (sent.status_code, sent["Location"]) == (303, "/en/verify?q=")


@pytest.mark.parametrize("length", ["-5", "1e3", str(256 * 1024 * 1024 + 1)])
def test_a_length_that_is_none_or_too_much_is_refused_unread(reader: Client, length: str) -> None:
    kind = "multipart/form-data; boundary=x"
    for prefix, words in (("", "خودتان حساب کنید"), ("/en", "Compute its SHA-256 yourself")):
        answer = reader.post(f"{prefix}/verify", CONTENT_LENGTH=length, data=b"", content_type=kind)
        assert answer.status_code == 413
        assert words in answer.content.decode()


def test_of_several_files_the_first_is_measured_and_names_count_for_nothing(reader: Client) -> None:
    first, second = io.BytesIO(b"one"), io.BytesIO(b"two")
    first.name = "../../etc/passwd"
    sent = reader.post("/verify", {"file": [first, second], "q": "hello"})
    assert sent["Location"] == f"/verify?q={hashlib.sha256(b'one').hexdigest()}"
    typed = reader.post("/verify", {"q": "works/1403/2"})
    assert typed["Location"] == "/verify?q=works%2F1403%2F2"
    many = reader.post("/verify", {f"file{number}": io.BytesIO(b"x") for number in range(200)})
    assert many.status_code == 400


def test_the_log_page_by_page(reader: Client) -> None:
    for before, leaves in (("0", []), ("1", ["0"]), ("3", ["2", "1", "0"]), ("9" * 18, ["3", "2", "1", "0"])):
        listed = [href.rsplit("/", 1)[1] for href in links(page(reader, f"/log/?before={before}"), "/log/")]
        assert [step for step in listed if step.isdecimal()] == leaves, before
    for odd in ("9" * 19, "-1", "۳", "1.0", "%00"):
        assert reader.get(f"/log/?before={odd}").status_code == 404
    for number in ("4", "9" * 30):
        assert reader.get(f"/en/log/{number}").status_code == 404
        answer = reader.get(f"/log/proof/{number}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/developers#no-such-leaf")
    for row in ("0", "9" * 30):
        assert reader.get(f"/log/proof/works/1403/2/{row}").json()["type"].endswith("no-such-row")


def test_a_city_that_has_entered_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = declared(tmp_path, "deeds")
    monkeypatch.setattr(city, "current", lambda: town)
    visitor = Client()
    assert "entered nothing" in page(visitor, "/en/log/")
    assert "چیزی" in shown(page(visitor, "/verify?q=works/1403/2"))
    for address in ("/log/vkey", "/log/checkpoint", "/log/proof/0"):
        answer = visitor.get(address)
        assert (answer.status_code, answer.json()["type"]) == (404, "/developers#no-log")
        assert answer.json()["detail_en"] == "This city has entered nothing in its log yet."
    assert visitor.get("/log/0").status_code == 404


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city of its own."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


def test_days_of_the_trail_and_deleted_originals_are_told_in_words(town: City) -> None:
    day = TrailDay(day="2024-08-04", at="2024-08-04T20:30:00.000Z", acts=3, last=3, head="ab" * 32)
    ended = OriginalDeleted(
        at="2029-08-06T08:00:00.000Z", dataset="works", period="1403", number=2, commitment="cd" * 32, rule="city:P5Y"
    )
    town.transparency_log.seal_day(day)
    town.transparency_log.enter([ended.leaf])
    visitor = Client()
    for prefix, words in (
        ("/en", ("A day of the desk’s audit trail was sealed", "The original was deleted when its time was over")),
        ("", ("رد کارهای یک روزِ میز کار مهر شد", "پروندهٔ اصلی پس از مهلتش حذف شد")),
    ):
        whole = shown(page(visitor, f"{prefix}/log/")).replace("'", "’")
        assert all(word in whole for word in words)
    assert "ab" * 32 in page(visitor, "/en/log/4")
    assert "cd" * 32 in page(visitor, "/log/5")
    assert "No sealed file has this digest" in page(visitor, f"/en/verify?q={'cd' * 32}")
    assert visitor.get("/log/proof/5").status_code == 200


def test_a_row_beside_an_erased_one_is_still_proved_and_the_erased_one_is_not(town: City) -> None:
    release = town.release_store.current("works")["1403"]
    erase(town.publish_context, release, [5], "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    visitor = Client()
    assert "Rows were erased" in page(visitor, "/en/log/")
    # The fifth data row of the file is C-004: the first line of it is the header.
    assert "This row is the one that was sealed" in page(visitor, "/en/verify?q=/data/works/r/C-002")
    erased = page(visitor, "/en/verify?q=/data/works/r/C-004")
    assert "There is no row with this key" in erased
    assert "Rows of these data have been erased" in erased
    policy = Policy.of(Verifier.parse(visitor.get("/log/vkey").content.decode()))
    texts = {}
    for number in (4, 5):
        proved = check_proof(visitor.get(f"/log/proof/works/1403/2/{number}").content, policy)
        assert proved.row is not None
        texts[number] = proved.row.text
    assert b"C-003" in (texts[4] or b"")
    assert texts[5] is None
    assert "unchanged since" in page(visitor, f"/en/verify?q={release.ref}")


def test_the_log_names_a_dataset_whose_declaration_is_gone(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(town.home / "datasets" / "works")
    without = opened(town.home, town.clock.now())
    monkeypatch.setattr(city, "current", lambda: without)
    visitor = Client()
    assert "works" in shown(page(visitor, "/en/log/"))
    assert "There is no row with this key" in page(visitor, "/en/verify?q=/data/works/r/C-002")
    assert "unchanged since" in page(visitor, "/en/verify?q=works/1403/2")


def test_the_page_counts_what_deserves_a_look_and_says_where_a_rule_is_broken(town: City) -> None:
    visitor, log = Client(), town.transparency_log.log
    for address, words in (("/en/log/", ("Worth a look", "withdrawn")), ("/log/", ("آنچه دیدن دارد", "برداشته شد"))):
        whole = shown(page(visitor, address))
        assert all(word in whole for word in words)
        assert "قاعده‌های ثبت عمومی" not in whole
        assert "break the rules" not in whole
    again = json.loads(log.leaf(log.size - 1))
    log.append_all([canonical_json({"kind": "weather", "digest": "ab" * 32}), canonical_json(again), b"\xff"])
    whole = shown(page(visitor, "/en/log/"))
    assert "A leaf of a kind that this version does not know" in whole
    assert "2 leaves break the rules of the log." in whole
    assert "weather" in page(visitor, "/en/log/4")
    assert "The leaf cannot be read" in page(visitor, "/en/log/6")
    assert visitor.get("/verify?q=" + "0" * 64).status_code == 200
