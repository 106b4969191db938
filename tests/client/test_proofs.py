"""Whether the client finds out a city that lies: about a row, a release, a state, its log, or the day before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import ayan_verify
import pytest
from ayan_client import CannotVerify, Gone, NotProved, Portal, where
from tests.apps.small_city import ROWS, build, publish, sheet
from tests.client.conftest import key_of
from tests.client.liar import Served, serving
from tests.conftest import ROOT

from ayan.core.ledger.note import Signer
from ayan.core.publish.sealing import withdraw
from ayan.wiring.city import City


def test_a_row_a_release_and_a_state_are_proved(city: Portal) -> None:
    works = city.dataset("works")
    row = next(works.rows(where("number").equals("C-006")))
    visit = city.verify_log()
    assert (visit.size, visit.continues) == (4, None)
    assert [remark.code for remark in visit.remarks] == ["event-withdrawn"]
    proved = city.verify_row(row)
    assert (proved.address, proved.leaf, proved.unsealed, proved.standing) == ("1403/2#7", 3, (), True)
    assert json.loads(proved.text)["amount"] == "6000000"
    release = city.verify_release("works/1403/2")
    assert (release.rows, release.manifest, release.rows_recomputed) == (ROWS, proved.manifest, True)
    assert not city.verify_release("works/1403/1", rows=False).rows_recomputed
    for source in (row.source, works.groups(by=["state"]).source):
        assert city.verify_state(source).present
    earlier = next(works.pages(as_of="2024-08-05T13:30:00Z")).source
    assert not city.verify_state(earlier).present
    alone = next(works.pages(release="1403/1")).source
    assert (city.verify_state(alone).leaf, city.verify_state(alone).present) == (2, False)
    assert city.verify_state(next(works.pages(release="1403/2")).source).present
    old = next(works.rows(release="1403/1"))
    assert not city.verify_row(old).standing
    assert city.verify_log().continues == 4


def changed(pattern: str, new: str) -> Callable[[str, bytes], bytes]:
    """Answers about rows in which something is another."""

    def alter(path: str, body: bytes) -> bytes:
        return re.sub(pattern.encode(), new.encode(), body) if "/rows.json" in path else body

    return alter


LIES = [
    ('"amount":6000000', '"amount":6000001'),
    ('"amount":6000000', '"amount":null'),
    ("کار ساختگی 6", "کار ساختگی ۶"),
    ('"day":"2024-09-28"', '"day":"2024-09-29"'),
    ('"site":null', '"site":"https://example.org"'),
    ('"_row":"1403/2#7"', '"_row":"1403/2#8"'),
]


def test_a_row_that_was_changed_on_its_way_is_found_out(city: Portal, served: Served) -> None:
    for size, (pattern, new) in enumerate(LIES, 1):
        served.alter = changed(pattern, new)
        row = next(city.dataset("works").rows(where("number").equals("C-006"), size=size))
        with pytest.raises(NotProved) as lie:
            city.verify_row(row)
        assert lie.value.code == "row-differs", pattern
        assert lie.value.fa


def test_the_proof_of_another_row_proves_nothing(city: Portal, served: Served) -> None:
    works = city.dataset("works")
    first, second, third = list(works.rows())[:3]
    other = city._transport.document(second.proof_path)
    served.alter = lambda path, body: other if path == first.proof_path else body
    with pytest.raises(NotProved, match="another row"):
        city.verify_row(first)
    served.alter = lambda path, body: body[:-20] + b"\n" if path == third.proof_path else body
    with pytest.raises(NotProved):
        city.verify_row(third)


def test_an_invented_state_and_an_invented_log_are_found_out(city: Portal, served: Served) -> None:
    works = city.dataset("works")
    true = next(works.pages()).source
    assert true.log is not None
    assert true.state is not None
    for size, pattern, code in ((8, true.state, "state"), (9, true.log.root, "log-position")):
        served.alter = changed(pattern, "0" * 64)
        with pytest.raises(NotProved) as lie:
            city.verify_state(next(works.pages(size=size)).source)
        assert lie.value.code == code


def test_a_release_whose_files_are_others_is_found_out(city: Portal, served: Served) -> None:
    def altered(ending: str) -> Callable[[str, bytes], bytes]:
        return lambda path, body: body + b" " if path.endswith(ending) else body

    for ending, code in ((".parquet", "file-long"), ("datapackage.json", "manifest-other")):
        served.alter = altered(ending)
        with pytest.raises(NotProved) as lie:
            city.verify_release("works/1403/2")
        assert lie.value.code == code
    with pytest.raises(CannotVerify):
        city.verify_release("works/1402/1")


def test_a_log_that_is_signed_by_somebody_else_is_not_believed(served: Served, tmp_path: Path) -> None:
    other = str(Signer("demo.ayan.invalid", bytes(range(32))).verifier)
    kept = tmp_path / "kept"
    with Portal(served.address, keys=[other], remembered=kept) as portal, pytest.raises(NotProved):
        portal.verify_log()
    assert not kept.exists(), "what does not hold is not remembered"
    kept.write_text("something else", encoding="utf-8")
    with Portal(served.address, keys=[other], remembered=kept) as portal, pytest.raises(CannotVerify) as unreadable:
        portal.verify_log()
    assert unreadable.value.code == "remembered"
    with Portal(served.address) as portal, pytest.raises(CannotVerify) as keyless:
        portal.verify_log()
    assert keyless.value.code == "no-key"
    with pytest.raises(ValueError, match="not a key"):
        Portal(served.address, keys=["x"])


def test_pages_hold_while_the_city_publishes_and_end_where_it_withdraws(tmp_path: Path) -> None:
    town, shorter, kept = build(tmp_path / "town"), build(tmp_path / "shorter"), tmp_path / "kept.checkpoint"
    with serving(town) as served, Portal(served.address, keys=[key_of(town)], remembered=kept) as portal:
        works = portal.dataset("works")
        pages = works.pages(size=20, count=True)
        first = next(pages)
        later = publish(town, sheet(9, year=1404), "1404", "works-1404.csv")
        rows = [*first.rows, *(row for page in pages for row in page.rows)]
        assert (len(rows), first.total) == (ROWS, ROWS)
        assert {row.source.state for row in rows} == {first.source.state}
        assert works.count() == ROWS + 9
        assert portal.verify_row(next(works.rows(where("day").equals("1404")))).leaf == 4
        a_forgetful_log_is_found_out(shorter, kept)
        pages = works.pages(size=20)
        begun = list(next(pages).rows)
        withdraw(town.publish_context, later, "wrong-data", "ناظر ساختگی")
        with pytest.raises(Gone) as gone:
            begun += [row for page in pages for row in page.rows]
        assert (gone.value.status, gone.value.code) == (410, "cursor-expired")
        assert gone.value.fa
        assert works.count() == ROWS
        assert portal.verify_log().continues == 5


def a_forgetful_log_is_found_out(shorter: City, kept: Path) -> None:
    """A city that shows less of its log than was seen before is not believed, and what was seen stays remembered."""
    remembered = kept.read_bytes()
    with (
        serving(shorter) as served,
        Portal(served.address, keys=[key_of(shorter)], remembered=kept) as portal,
        pytest.raises(NotProved) as lie,
    ):
        portal.verify_log()
    assert lie.value.code == "log-rewritten"
    assert kept.read_bytes() == remembered


def test_the_verifier_is_the_one_file_and_there_is_no_other() -> None:
    import ayan_client

    offered = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"
    assert Path(ayan_verify.__file__).resolve() == offered
    for file in Path(ayan_client.__file__).parent.glob("*.py"):
        text = file.read_text("utf-8")
        assert "sha512" not in text, "signatures are checked in one place"
        assert "hashlib" not in text or file.name == "downloads.py", file


def test_proofs_are_read_under_the_name_of_a_browser(city: Portal, served: Served) -> None:
    """Whoever verifies looks like anybody else, so that nobody is shown another log."""
    row = next(city.dataset("works").rows())
    city.verify_row(row)
    looked = {path: agent for path, agent in served.agents.items() if path.startswith("/log/")}
    assert {"/log/checkpoint", row.proof_path} <= looked.keys()
    assert not [path for path, agent in looked.items() if "ayan" in agent]
