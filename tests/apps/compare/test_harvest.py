"""ayan harvest: only what its city sealed comes in, once; what is gone there goes; a bare file is checked like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.compare.conftest import SITE_HEADER, SITE_ROWS, sheet
from tests.apps.compare.neighbour import document_server, harvest, served
from tests.apps.linked_city import copied, publish
from tests.apps.small_city import HOSTILE
from tests.core.ledger.committed_rows import commit_rows

from ayan.cli import main
from ayan.config.diagnosis.publication import examine_cities
from ayan.core.harvest.cities import OtherCity
from ayan.core.ledger.commitments import BLOCKS, SALTS
from ayan.core.ledger.signing_key import make_key
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.publish.staged_part import commitments_of
from ayan.core.store.parquet import facts_of
from ayan.core.transparency.entries.statement import sealed
from ayan.core.transparency.manifest_facts import content_of
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def this_machine_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYAN_PULL_NETWORKS", "127.0.0.1/32")


@pytest.fixture
def mine(built_compared: City, tmp_path: Path) -> City:
    return copied(built_compared, tmp_path / "mine")


@pytest.fixture
def theirs(built_compared: City, tmp_path: Path) -> City:
    return copied(built_compared, tmp_path / "theirs")


@pytest.fixture
def portal(theirs: City) -> Iterator[str]:
    with served(theirs) as address:
        yield address


@pytest.fixture
def run(mine: City, capsys: pytest.CaptureFixture[str]) -> Run:
    """Harvest into the city under test: the exit code and everything that was said."""

    def done(address: str, *words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = harvest(mine, address, "--as", "kharazm", "--plain", *words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return done


def other_of(town: City) -> OtherCity:
    other = town.others.get("kharazm")
    assert other is not None
    return other


def held(town: City, slug: str = "sites") -> list[str]:
    """The releases of another city that hold now."""
    other = town.others.get("kharazm")
    return [] if other is None else [release.ref for release in other.release_store.snapshot(slug).releases]


def nothing_came(town: City) -> bool:
    store_folder = town.others.folder / "kharazm" / "store"
    return town.others.get("kharazm") is None and not list(store_folder.glob("releases/*/*/*"))


# --- another portal of Ayan ---------------------------------------------------------------------------------------------


def test_the_same_again_is_nothing_new_and_what_changes_there_changes_here(
    run: Run, mine: City, theirs: City, portal: str
) -> None:
    key = ("--dataset", "sites", "--key", theirs.home / "ledger" / "vkey")
    assert run(portal, *key)[0] == 0
    assert held(mine) == ["sites/all/1"]
    before = mine.site_version.now()
    code, said = run(portal, *key)
    assert (code, "sites: nothing new." in said) == (0, True)
    assert isinstance(theirs.clock, FixedClock)
    theirs.clock.move(timedelta(days=1))
    publish(theirs, "sites", sheet(SITE_HEADER, SITE_ROWS[:4]), "fewer.csv")
    code, said = run(portal, *key)
    assert (code, "sites/all/2: taken in" in said) == (0, True)
    assert held(mine) == ["sites/all/2"]
    assert mine.site_version.now() != before
    # Rows that are erased there are not kept here.
    erase(theirs.publish_context, theirs.release_store.release("sites", "all", 2), [2], "personal-data", "ناظر ساختگی")
    assert run(portal, *key)[0] == 0
    (release,) = other_of(mine).release_store.snapshot("sites").releases
    assert (release.rows, len(release.erasures)) == (3, 1)
    withdraw(theirs.publish_context, theirs.release_store.release("sites", "all", 2), "wrong-data", "ناظر ساختگی")
    code, said = run(portal, *key)
    assert (code, "withdrawn there, and removed here" in said) == (0, True)
    assert held(mine) == []
    other = other_of(mine)
    assert not list(other.folder.glob("store/releases/sites/all/2/*.parquet"))
    assert [release.number for release in other.release_store.releases("sites") if not release.withdrawn] == [1]


def test_the_local_copy_can_be_proved_again_by_anybody(
    run: Run, mine: City, theirs: City, portal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(portal, "--dataset", "sites", "--key", theirs.home / "ledger" / "vkey")[0] == 0
    other = other_of(mine)
    (release,) = other.release_store.snapshot("sites").releases
    (part,) = release.parts()
    proof = ("--proof", str(other.proof(release.address)), "--key", str(theirs.home / "ledger" / "vkey"))
    assert main.run(["verify", str(part), *proof]) == 0
    assert part.read_bytes() == theirs.release_store.release("sites", "all", 1).parts()[0].read_bytes()


def test_without_a_key_the_portals_own_is_remembered_and_said_to_prove_little(
    run: Run, mine: City, portal: str
) -> None:
    code, said = run(portal)
    assert (code, "proves nothing" in said) == (0, True)
    assert {release.slug for release in other_of(mine).releases()} == {"sites", "folk", "parts", "prices", "works"}
    assert not other_of(mine).about.vouched


def test_what_does_not_hold_is_not_taken(
    run: Run, mine: City, theirs: City, portal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(str(make_key(tmp_path / "private", "demo.ayan.invalid").verifier))
    code, said = run(portal, "--dataset", "sites", "--key", wrong)
    assert (code, "log does not hold" in said, nothing_came(mine)) == (1, True, True)
    (part,) = theirs.release_store.release("sites", "all", 1).parts()
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1] + bytes([part.read_bytes()[-1] ^ 1]))
    code, said = run(portal, "--dataset", "sites", "--dataset", "folk")
    assert (code, "sites/all/1 is not what the other city sealed" in said) == (1, True)
    # What else was asked for is not kept waiting by it.
    assert (held(mine), held(mine, "folk")) == ([], ["folk/all/1"])
    # A shorter log than the one that was seen is another one.
    other = other_of(mine)
    forged = other.about.checkpoint.replace("\n", "\n9", 1)
    other.keep(checkpoint=forged)
    code, said = run(portal, "--dataset", "folk")
    assert (code, "log does not hold" in said) == (1, True)


def test_what_is_no_portal_or_out_of_reach_is_told_apart(
    run: Run, mine: City, portal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with document_server({}) as address:
        code, said = run(address)
        assert (code, "not a portal of Ayan" in said) == (1, True)
    code, said = run(address)
    assert (code, "did not answer" in said) == (2, True)
    monkeypatch.setenv("AYAN_PULL_NETWORKS", "")
    code, said = run(portal)
    assert (code, "AYAN_PULL_NETWORKS" in said) == (2, True)
    code, said = run("file:///etc/passwd")
    assert (code, "address is not accepted" in said) == (2, True)
    code, said = run(portal, "--dataset", "nothing")
    assert (code, "No such dataset" in said) == (2, True)
    assert nothing_came(mine)
    with pytest.raises(SystemExit):
        run(portal, "--unknown")


def test_another_declaration_is_said_lacks_and_other_types_are_not_read(
    run: Run, mine: City, theirs: City, portal: str
) -> None:
    declared = mine.home / "datasets" / "sites" / "dataset.toml"
    text = declared.read_text(encoding="utf-8")
    more = '\n[[field]]\nname = "floors"\nkind = "integer"\nlabel.fa = "طبقه"\nlabel.en = "Floors"\n'
    declared.write_text(text.replace('unit.en = "m²"', 'unit.en = "ha"') + more, encoding="utf-8")
    assert run(portal, "--dataset", "sites")[0] == 0
    (release,) = other_of(mine).release_store.snapshot("sites").releases
    origin = other_of(mine).origin(release.address)
    assert origin is not None
    assert (origin.same_declaration, origin.lacking, origin.unlike) == (False, ("floors",), ("area",))
    # Once both declare it alike, a further look finds that out.
    declared.write_text(text, encoding="utf-8")
    assert run(portal, "--dataset", "sites")[0] == 0
    fresh = other_of(mine).origin(release.address)
    assert fresh is not None
    assert (fresh.same_declaration, fresh.lacking, fresh.unlike) == (True, (), ())
    declared.write_text(text.replace('kind = "date"', 'kind = "text"').replace('role = "date"', ""), encoding="utf-8")
    publish(theirs, "sites", sheet(SITE_HEADER, SITE_ROWS[:4]), "fewer.csv")
    code, said = run(portal, "--dataset", "sites")
    assert (code, "another type" in said and "built" in said, held(mine)) == (1, True, ["sites/all/1"])


def test_a_log_that_signs_what_nobody_can_read_is_refused_in_words(
    run: Run, mine: City, theirs: City, portal: str
) -> None:
    (before,) = theirs.release_store.snapshot("sites").releases
    (part,) = before.parts()
    table = pq.read_table(part)
    at = table.schema.get_field_index("fee")
    for column, sentence in (
        (pa.array(["much"] * table.num_rows), "another type"),
        (None, "not what the other city sealed"),
    ):
        staged = theirs.release_store.stage()
        pq.write_table(table if column is None else table.set_column(at, "fee", column), staged / part.name)
        facts = facts_of(staged / part.name)
        root = commit_rows([staged / part.name], staged)
        resource = {**before.manifest["resources"][0], "bytes": facts.bytes, "hash": facts.hash}
        said = {**before.manifest["ayan"], "totals": {} if column else "none"}
        said["commitments"] = commitments_of(staged, root.root.hex(), (SALTS, BLOCKS)).as_json()
        said["reason"] = {"code": "entry-error", "reason_digest": None}
        manifest = {**before.manifest, "resources": [resource], "ayan": said}
        said["content"] = content_of(manifest, [table.num_rows])
        said["approvals"] = [{**approval, "digest": said["content"]} for approval in said["approvals"]]
        release = theirs.release_store.seal(staged, manifest, "sites", "all")
        theirs.transparency_log.commit(theirs.transparency_log.prepare(theirs.release_store, sealed(release)))
        code, words = run(portal, "--dataset", "sites")
        assert (code, sentence in words, nothing_came(mine)) == (1, True, True), words


# --- CKAN ---------------------------------------------------------------------------------------------------------------

PACKAGE = "/api/3/action/package_show?id=permits"
TABLE = "/files/permits.csv"
MAP = """
[[table]]
dataset = "sites"
package = "permits"
resource = "permits of all years"

[table.columns]
"Permit no." = "site"
"Built on" = "built"
"Charge" = "fee"

[table.values]
district = "شمال"
"""


def package(*tables: dict[str, str]) -> bytes:
    fields = {
        "name": "permits",
        "title": f"Permits {HOSTILE}",
        "license_title": "Open Licence",
        "metadata_modified": "2024-01-01",
        "resources": [{"id": "r1", "name": "permits of all years", "format": "CSV", "url": TABLE}, *tables],
    }
    return json.dumps({"success": True, "result": fields}).encode()


def permits(*rows: tuple[object, ...]) -> bytes:
    return sheet(("Permit no.", "Built on", "Charge", "زیربنا", "Name of the owner"), rows).encode()


GOOD = (("K1", "1403/02/01", 100, "10", "—"), ("K2", "1404/03/01", 250, "", "—"))


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "kharazm.toml"
    path.write_text(MAP, encoding="utf-8")
    return path


def test_a_table_of_ckan_is_mapped_checked_and_compared(run: Run, mine: City, mapping: Path) -> None:
    documents = {PACKAGE: package(), TABLE: permits(*GOOD)}
    with document_server(documents) as address:
        assert run(address, "--map", mapping)[0] == 0
        (release,) = other_of(mine).release_store.snapshot("sites").releases
        assert (release.rows, release.manifest["licenses"]) == (2, [{"name": "Open Licence"}])
        assert release.manifest["ayan"]["totals"]["fee"] == "350"
        origin = other_of(mine).origin(release.address)
        assert origin is not None
        assert (origin.kind, origin.address, origin.lacking) == ("ckan", f"{address}{TABLE}", ("price",))
        assert origin.page == f"{address}/dataset/permits/resource/r1"
        with city.in_use(mine):
            html = Client().get("/en/compare/cities").content.decode()
        assert "Permits" in html
        assert HOSTILE not in html
        code, said = run(address, "--map", mapping)
        assert (code, "nothing new" in said, held(mine)) == (0, True, ["sites/all/1"])
        documents[TABLE] = permits(*GOOD, ("K3", "1404/04/01", 50, "1", "—"))
        assert run(address, "--map", mapping)[0] == 0
        assert held(mine) == ["sites/all/2"]
        # The datastore's rows instead of the file: its own numbering is nobody's column.
        mapping.write_text(MAP.replace("\n[table.columns]", "rows = true\n[table.columns]"), encoding="utf-8")
        documents["/datastore/dump/r1"] = b"_id," + permits(GOOD[0]).replace(b"\r\n", b"\r\n1,", 1)
        assert run(address, "--map", mapping)[0] == 0
        assert [(release.ref, release.rows) for release in other_of(mine).release_store.snapshot("sites").releases] == [
            ("sites/all/3", 1)
        ]
        # The file itself, which may hold what nobody publishes, is nowhere.
        assert not [path for path in mine.home.rglob("*") if path.suffix == ".csv" and "permits" in path.name]


def test_while_an_error_stands_nothing_of_a_table_is_taken(run: Run, mine: City, mapping: Path) -> None:
    documents = {PACKAGE: package(), TABLE: permits(*GOOD, ("K3", "1404/13/01", "much", "1", "—"))}
    with document_server(documents) as address:
        code, said = run(address, "--map", mapping)
        assert (code, "places do not fit" in said, "error ·" in said) == (1, True, True)
        assert nothing_came(mine)
        documents[TABLE] = b"\xff\xfe\x00"
        assert run(address, "--map", mapping)[0] == 1
        documents[TABLE] = b""
        code, said = run(address, "--map", mapping)
        assert (code, "is empty" in said) == (1, True)
        del documents[TABLE]
        code, said = run(address, "--map", mapping)
        assert (code, "is not at that portal" in said) == (1, True)
        assert nothing_came(mine)


def test_what_ckan_does_not_have_is_said_in_words(run: Run, mine: City, mapping: Path, tmp_path: Path) -> None:
    bare = ("--package", "permits", "--dataset", "sites")
    with document_server({PACKAGE: package({"id": "r2", "name": "another", "format": "csv", "url": TABLE})}) as address:
        code, said = run(address, *bare)
        assert (code, "permits of all years" in said and "another" in said) == (1, True)
        code, said = run(address, "--package", "nothing", "--dataset", "sites")
        assert (code, "no such package" in said) == (1, True)
    with document_server({PACKAGE: b"<html>"}) as address:
        code, said = run(address, *bare)
        assert (code, "as a CKAN portal does" in said) == (1, True)
    with document_server({PACKAGE: package(), TABLE: permits(*GOOD)}) as address:
        mapping.write_text(MAP.replace('"Charge"', '"Toll"'), encoding="utf-8")
        code, said = run(address, "--map", mapping)
        assert (code, "The file has no column “Toll”" in said) == (1, True)
    mapping.write_text(MAP.replace('= "fee"', '= "fees"').replace("package", "pakage"), encoding="utf-8")
    code, said = run(address, "--map", mapping)
    assert code == 2
    assert all(word in said for word in ("fees", "pakage", "package"))
    assert nothing_came(mine)


# --- what else knows of it ----------------------------------------------------------------------------------------------


def test_cities_are_listed_examined_and_dropped(
    run: Run, mine: City, portal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(portal, "--dataset", "sites", "--name-en", "Kharazm")[0] == 0
    assert harvest(mine, "--list") == 0
    assert "Kharazm" in capsys.readouterr().out
    assert [finding.state for finding in examine_cities(mine, deep=True)] == ["warning", "ok"]
    key = tmp_path / "key"
    key.write_text(other_of(mine).about.key)
    code, said = (
        harvest(mine, "--as", "kharazm", "--plain", "--dataset", "sites", "--key", key),
        capsys.readouterr().out,
    )
    assert (code, "nothing new" in said) == (0, True)
    assert [finding.state for finding in examine_cities(mine, deep=True)] == ["ok"]
    (release,) = other_of(mine).release_store.snapshot("sites").releases
    (part,) = release.parts()
    part.chmod(0o644)
    part.write_bytes(part.read_bytes() + b"x")
    assert [finding.state for finding in examine_cities(mine, deep=True)] == ["error", "error", "ok"]
    (mine.others.folder / "kharazm" / "city.json").write_text("{")
    assert [finding.state for finding in examine_cities(mine, deep=False)] == ["warning"]
    assert harvest(mine, "--drop", "kharazm") == 0
    assert not (mine.others.folder / "kharazm").exists()
    assert harvest(mine, "--drop", "kharazm") == 2
