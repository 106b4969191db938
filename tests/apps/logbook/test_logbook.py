"""The logbook at its doors: what programs fetch proves itself, and the pages say in plain words what the log says."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.small_city import HOSTILE, SECRET, build
from tests.clocks import let_pass

from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, Signer, Verifier, parse_note
from ayan.core.ledger.proof import check_proof
from ayan.core.ledger.signing_key import read_key
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.key_chain import followed_in_proof
from ayan.core.values.canonical import sha256_file
from ayan.wiring import city, key_change, ledger
from ayan.wiring.city import City


def policy(reader: Client) -> Policy:
    return Policy.of(Verifier.parse(reader.get("/log/vkey").content.decode()))


def test_the_checkpoint_and_the_tiles_are_those_of_the_folder(reader: Client, small_city: City) -> None:
    signed = reader.get("/log/checkpoint")
    assert policy(reader).check(signed.content).checkpoint.size == 4
    assert signed["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert signed["Access-Control-Allow-Origin"] == "*"
    for path in ("tile/0/000.p/4", "tile/entries/000.p/4"):
        answer = reader.get(f"/log/{path}")
        assert answer.content == (small_city.home / "ledger" / path).read_bytes()
    for path in ("tile/0/000", "tile/0/001.p/1", "tile/9/000.p/1", "tile/../vkey", "tile/0/000.p/5", "tile/x"):
        answer = reader.get(f"/log/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path


def test_a_leaf_and_a_row_are_proved_by_one_file(reader: Client) -> None:
    proved = check_proof(reader.get("/log/proof/0").content, policy(reader))
    assert Statement.parse(proved.leaf).ref == "works/1402/1"
    proved = check_proof(reader.get("/log/proof/works/1403/2/3").content, policy(reader))
    assert Statement.parse(proved.leaf).ref == "works/1403/2"
    assert proved.row is not None
    assert proved.row.text is not None
    assert "C-002" in proved.row.text.decode()
    assert SECRET not in proved.row.text.decode()
    assert reader.get("/log/proof/works/1402/1/2").status_code == 410
    for missing in ("9", "works/1403/9/1", "works/1403/2/9999", "nothing/1403/1/1"):
        assert reader.get(f"/log/proof/{missing}").status_code == 404


@pytest.mark.parametrize(("prefix", "words"), [("", "برداشته شد"), ("/en", "Withdrawn")])
def test_the_log_in_plain_words(reader: Client, prefix: str, words: str) -> None:
    page = reader.get(f"{prefix}/log/").content.decode()
    assert words in page
    assert f"{prefix}/data/works/releases/1403/2" in page
    assert reader.get(f"{prefix}/log/3").status_code == 200
    assert reader.get(f"{prefix}/log/4").status_code == 404
    assert reader.get(f"{prefix}/log").status_code == 301
    assert reader.get(f"{prefix}/log/?before=zero").status_code == 404


def asked(reader: Client, what: str) -> str:
    answer = reader.get("/en/verify", {"q": what})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_sealed_is_unchanged_since(reader: Client, small_city: City) -> None:
    release = small_city.release_store.release("works", "1403", 2)
    (part,) = release.parts()
    for what in (
        release.digest,
        f"sha256:{release.digest}",
        release.ref,
        "https://city.example/en/data/works/releases/1403/2",
    ):
        assert "unchanged since" in asked(reader, what)
    assert "is the one that was sealed" in asked(reader, sha256_file(part))
    row = asked(reader, "/data/works/r/C-002")
    assert "This row is the one that was sealed" in row
    assert "/log/proof/works/1403/2/3" in row


def test_what_was_not_is_said_plainly(reader: Client) -> None:
    assert "No sealed file has this digest" in asked(reader, "0" * 64)
    assert "There is no row with this key" in asked(reader, "/data/works/r/C-999")
    assert "It was published and is no longer kept" in asked(reader, "works/1402/1")
    assert "There is a newer one" in asked(reader, "works/1403/1")
    for odd in ("hello", HOSTILE, "\x00", "/data/works/r/", "../../etc/passwd", "x" * 5000):
        page = asked(reader, odd)
        assert "<img src=x" not in page
        assert "not one of those" in page or "no row with this key" in page


def test_a_file_may_be_sent_where_there_is_no_script(reader: Client, small_city: City) -> None:
    (part,) = small_city.release_store.release("works", "1403", 2).parts()
    sent = reader.post("/en/verify", {"file": io.BytesIO(part.read_bytes())})
    assert sent.status_code == 303
    assert "is the one that was sealed" in reader.get(sent["Location"]).content.decode()
    assert reader.cookies == {}
    too_large = reader.post(
        "/en/verify", CONTENT_LENGTH=str(10**12), data=b"", content_type="multipart/form-data; boundary=x"
    )
    assert too_large.status_code == 413


def test_a_changed_row_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: town)
    (part,) = town.release_store.release("works", "1403", 2).parts()
    table = pq.read_table(part)
    at = table.schema.get_field_index("amount")
    amounts: list[Any] = table["amount"].to_pylist()
    raised = pa.array([value + 1 for value in amounts], table.schema.types[at])
    part.chmod(0o644)
    pq.write_table(table.set_column(at, table.schema.field(at), raised), part)
    assert "This row is not what was sealed" in asked(Client(), "/data/works/r/C-002")
    assert Client().get("/log/proof/works/1403/2/3").json()["type"].endswith("row-differs")


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city whose log tells of itself: restored where nobody could tell, its key changed, and seen by a witness."""
    town = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: town)
    town.transparency_log.notice("restored-unseen")
    key_change.rotate(town, tmp_path / "new.key")
    witness = Signer.generate("witness.example", COSIGNATURE)
    (town.home / ledger.POLICY).write_text(f"witness w {witness.verifier}\nquorum none\n", encoding="utf-8")
    log = Log(town.home / "ledger", ledger.DEMO, read_key(tmp_path / "new.key"), former=ledger.former_keys(town.home))
    note = parse_note(log.checkpoint())
    log.cosign(note.text, [witness.sign(note.text, int(town.clock.now().timestamp()))])
    let_pass(town, timedelta(hours=30))
    return town


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", ("متصدی گفت هیچ‌کس نمی‌تواند بگوید", "کلید ثبت عمومی عوض شد", "۳۰ ساعت پیش")),
        ("/en", ("the operator said that nobody can tell", "key was changed, and both keys signed", "30 hours ago")),
    ],
)
def test_what_the_log_says_of_itself_stands_in_plain_words(changed: City, prefix: str, words: tuple[str, ...]) -> None:
    visitor = Client()
    page = visitor.get(f"{prefix}/log/").content.decode()
    for part in words:
        assert part in page
    assert words[0] in visitor.get(f"{prefix}/log/4").content.decode()
    leaf = visitor.get(f"{prefix}/log/5").content.decode()
    assert words[1] in leaf
    assert str(ledger.public_key(changed.home)) in leaf


def test_the_site_hands_out_no_key_of_its_own_as_proof(changed: City, tmp_path: Path) -> None:
    page = Client().get("/en/verify").content.decode()
    assert f"_ayan-log.{ledger.DEMO}" in page
    assert "gazette" in page
    assert "/log/vkey" not in page
    # Whoever has the older key from elsewhere is led to the new one by the proof file itself.
    policy, rotation = followed_in_proof(
        proof := Client().get("/log/proof/0").content, Policy.of(ledger.former_keys(changed.home)[-1])
    )
    assert rotation is not None
    assert check_proof(proof, policy).index == 0
