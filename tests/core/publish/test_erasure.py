"""Erasing rows: what is asked for goes everywhere, what is not stays, and what the release says of it can be trusted."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.cli.city import FIRST, HEADER, SECOND, SENDER, Town, make_town

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.erasure import EraseAgain, again, erase
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import ReleaseRefused, seal, withdraw
from ayan.core.query.answer import CursorExpired
from ayan.core.query.question import Question
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.objects import StoreChanged, Withdrawn
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.store.tombstone import runs
from ayan.wiring.city import City

SPECIES = "زبان‌گنجشک"
SECRET = f"{HEADER}\n1,1403/05/01,چنار,1000,\n2,1403/05/02,{SPECIES},2000,\n3,1403/05/03,سرو,4000,\n"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def publish(city: City, text: str, dataset: str = "trees", period: str | None = "1403-05") -> Release:
    file = city.home.parent / f"{dataset}.csv"
    file.write_text(text, encoding="utf-8")
    context = city.publish_context
    with examine(context, city.registry.get(dataset), file, ClerkDecisions(period)) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        return seal(
            context,
            draft,
            [Approval(name, context.clock.now(), "desk", draft.digest) for name in (FIRST, SECOND)],
            reason=CorrectionReason("entry-error"),
        )


def gone(city: City, release: Release, *rows: int, code: str = "personal-data") -> Release:
    return erase(city.publish_context, release, rows, code, FIRST, dataset=city.registry.get(release.slug))


def everywhere(city: City) -> bytes:
    """Every byte of the store and of whatever is derived from it, texts of Parquet unpacked."""
    content = b""
    for path in (path for room in ("store", "index") for path in (city.home / room).rglob("*") if path.is_file()):
        content += path.read_bytes()
        if path.suffix == ".parquet":
            content += json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode()
    return content


def test_a_row_goes_from_the_release_and_from_everything_that_serves_it(town: Town) -> None:
    city = town.city
    before = publish(city, SECRET)
    assert SPECIES.encode() in everywhere(city)
    after = gone(city, before, 3)
    assert SPECIES.encode() not in everywhere(city)
    assert pq.read_table(after.parts()[0])["_row"].to_pylist() == [2, 4], "the others keep their numbers"
    assert verify(after.folder, after.manifest) == []
    assert sorted(path.name for path in after.folder.iterdir()) == [
        "data-0000.e1.parquet", "datapackage.json", "rows.tree", "salts.e1.parquet",
    ]  # fmt: skip
    assert (after.ref, after.rows, after.sealed_at) == (before.ref, 2, before.sealed_at)
    assert city.release_store.release("trees", "1403-05", 1) == after
    (path,) = city.index_store.files(city.release_store.snapshot("trees"))
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT number FROM rows ORDER BY _n").fetchall() == [("1",), ("3",)]
    assert town.leftovers() == []


def test_the_manifest_says_how_many_when_why_and_on_whose_word(town: Town) -> None:
    city = town.city
    before = publish(city, SECRET)
    after = gone(city, before, 3)
    (erasure,) = after.erasures
    assert (erasure.count, erasure.rows, erasure.code, erasure.by, erasure.before) == (
        1,
        ((3, 3),),
        "personal-data",
        FIRST,
        before.digest,
    )
    assert after.manifest["version"] == "1.1.0"
    assert after.manifest["ayan"]["totals"] == {"cost": "5000", "trees": "2"}
    again = gone(city, after, 4, code="court-order")
    assert [erasure.before for erasure in again.erasures] == [before.digest, after.digest]
    assert again.manifest["ayan"]["totals"] == {"cost": "1000", "trees": "1"}
    assert again.names == ("data-0000.e2.parquet",)


def test_nothing_stays_against_which_a_guess_could_be_tried(town: Town) -> None:
    """Of what the older manifest said about the rows, only its digest is left, and that is blinded."""
    city = town.city
    before = publish(city, SECRET)
    old = dict(before.manifest)
    salts = dict(pq.read_table(before.local("salts.parquet"), columns=["_row", "_salt"]).to_pydict().items())
    salt = salts["_salt"][salts["_row"].index(3)]
    assert salt in before.local("salts.parquet").read_bytes()
    after = gone(city, before, 3)
    assert not before.local("salts.parquet").exists()
    assert salt not in after.local("salts.e1.parquet").read_bytes()
    text = json.dumps(after.manifest, ensure_ascii=False)
    facts = old["ayan"]
    hashes = [old["resources"][0]["hash"], facts["content"], facts["blinding"]]
    for secret in (*hashes, *facts["totals"].values()):
        assert f'"{secret}"' not in text, secret
    assert after.manifest["id"] == old["id"], "a release keeps its name"
    facts = after.manifest["ayan"]
    kept = {before.digest, facts["source"]["commitment"], facts["declaration"], facts["blinding"]}
    kept |= {facts["commitments"]["rows_root"], *(file["hash"] for file in facts["commitments"]["files"])}
    kept |= {file["hash"] for file in after.manifest["resources"]}
    assert set(re.findall(r"[0-9a-f]{64}", text)) == {digest.removeprefix("sha256:") for digest in kept}
    assert [(approval["by"], approval["digest"]) for approval in facts["approvals"]] == [(FIRST, None), (SECOND, None)]


def test_a_superseded_release_can_lose_rows_too_and_the_current_one_names_them(town: Town) -> None:
    city = town.city
    first = publish(city, SECRET)
    second = publish(city, SECRET.replace("4000", "4001"))
    other = publish(
        city,
        SECRET.replace("1403/05", "1403/06").replace(f"2,1403/06/02,{SPECIES}", "9,1403/06/02,بید"),
        period="1403-06",
    )
    trees = city.registry.get("trees")
    assert again(city.publish_context, second, [3], trees) == [EraseAgain(first.ref, 3)]
    assert again(city.publish_context, other, [2, 3], trees) == [EraseAgain(first.ref, 2), EraseAgain(second.ref, 2)]
    gone(city, second, 3)
    assert SPECIES.encode() in everywhere(city), "the superseded release still has it, as the command says"
    gone(city, first, 3)
    assert SPECIES.encode() not in everywhere(city)


def test_rows_without_a_key_are_known_again_by_all_they_say(town: Town) -> None:
    city = town.city
    first = publish(city, "شماره,هزینه\n1,5\n2,\n", "benches", None)
    second = publish(city, "شماره,هزینه\n2,\n1,6\n", "benches", None)
    assert again(city.publish_context, second, [2, 3], city.registry.get("benches")) == [EraseAgain(first.ref, 3)]


@pytest.mark.parametrize(
    ("rows", "code", "by", "refused"),
    [
        ((1,), "personal-data", FIRST, "row-missing"),
        ((3, 99), "personal-data", FIRST, "row-missing"),
        ((-3,), "personal-data", FIRST, "row-missing"),
        ((), "personal-data", FIRST, "row-missing"),
        ((2, 3, 4), "personal-data", FIRST, "erases-all"),
        ((3,), "because", FIRST, "reason-unknown"),
        ((3,), "personal-data", " \u200f", "sender-missing"),
    ],
)
def test_what_is_refused_changes_nothing(town: Town, rows: tuple[int, ...], code: str, by: str, refused: str) -> None:
    city = town.city
    release = publish(city, SECRET)
    with pytest.raises(ReleaseRefused) as why:
        erase(city.publish_context, release, rows, code, by)
    assert why.value.code == refused
    assert city.release_store.release("trees", "1403-05", 1) == release
    assert town.leftovers() == []


def test_a_row_is_erased_once(town: Town) -> None:
    city = town.city
    after = gone(city, publish(city, SECRET), 3)
    with pytest.raises(ReleaseRefused) as why:
        gone(city, after, 3)
    assert why.value.code == "row-erased"


def test_what_changed_or_was_withdrawn_meanwhile_is_left_alone(town: Town) -> None:
    city = town.city
    release = publish(city, SECRET)
    gone(city, release, 3)
    with pytest.raises((StoreChanged, FileNotFoundError)):
        gone(city, release, 2)
    now = city.release_store.release("trees", "1403-05", 1)
    withdraw(city.publish_context, now, "wrong-data", FIRST)
    with pytest.raises(Withdrawn):
        gone(city, city.release_store.release("trees", "1403-05", 1), 2)
    assert town.leftovers() == []


def test_without_its_declaration_rows_can_be_erased_but_no_total_is_stated(town: Town) -> None:
    city = town.city
    release = publish(city, SECRET)
    after = erase(city.publish_context, release, [3], "court-order", FIRST)
    assert (after.rows, after.manifest["ayan"]["totals"]) == (2, {})


def test_nothing_is_erased_when_what_serves_it_cannot_be_built(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    city = town.city
    release = publish(city, SECRET)

    def fail(*_: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(type(city.index_store), "build", fail)
        with pytest.raises(OSError, match="disk"):
            gone(city, release, 3)
    assert city.release_store.release("trees", "1403-05", 1) == release
    assert town.leftovers() == []
    assert gone(city, release, 3).rows == 2


def test_a_reader_between_two_pages_is_told_to_start_again(town: Town) -> None:
    city = town.city
    release = publish(city, SECRET)
    trees = city.registry.get("trees")
    first = city.query_service.rows(trees, Question(slug="trees", size=1))
    gone(city, release, 3)
    with pytest.raises(CursorExpired):
        city.query_service.rows(trees, Question(slug="trees", size=1, cursor=first.next))
    assert [row.number for row in city.query_service.rows(trees, Question(slug="trees")).rows] == [2, 4]


def test_an_index_that_a_crash_kept_goes_with_the_next_attempt(town: Town) -> None:
    city = town.city
    release = publish(city, SECRET)
    (old,) = city.index_store.files(city.release_store.snapshot("trees"))
    bytes_before = old.read_bytes()
    after = gone(city, release, 3)
    old.write_bytes(bytes_before)
    with suppress(ReleaseRefused):
        gone(city, after, 3)
    assert SPECIES.encode() not in everywhere(city)


def test_runs_of_row_numbers() -> None:
    assert runs([7, 3, 4, 4, 9, 5]) == ((3, 5), (7, 7), (9, 9))
    assert runs([]) == ()


def test_a_large_release_keeps_every_other_row(town: Town) -> None:
    city = town.city
    lines = "\n".join(f"{n},1403/05/{n % 30 + 1:02},گونه {n % 97},{n}," for n in range(1, 20_001))
    release = publish(city, f"{HEADER}\n{lines}\n")
    rows = list(range(5, 20_001, 7))
    before = pq.read_table(release.parts()[0]).to_pylist()
    after = gone(city, release, *rows)
    assert pq.read_table(after.parts()[0]).to_pylist() == [row for row in before if row["_row"] not in set(rows)]
    assert after.erasures[0].count == len(rows)
