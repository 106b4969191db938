"""One damaged dataset: its own addresses say so, everything else answers without it, and it comes back when mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.cli.city import BENCHES, FIRST, GOOD, SECOND, SENDER, Town, make_town
from tests.sampling import sampled

from ayan.core.index.index_store import IndexStore
from ayan.core.store.limits import RETRY_SECONDS
from ayan.core.store.release import DatasetSnapshot
from ayan.wiring import city as wiring
from ayan.wiring import damaged_datasets

EVERYWHERE = (
    "/", "/en/", "/data/", "/en/search?q=1", "/search?q=چنار", "/changes", "/changes.atom", "/compare", "/en/compare?_side=trees",
    "/missing", "/withheld", "/activities", "/flags", "/audits", "/log/", "/verify?q=benches/all/1", "/about", "/developers",
    "/data/benches", "/data/benches/releases", "/api/v1/datasets", "/api/v1/search?q=1", "/api/v1/openapi.json",
    "/api/v1/datasets/benches/rows", "/api/v1/missing", "/sitemap.xml", "/follow",
)  # fmt: skip
ITS_OWN = ("/data/trees", "/en/data/trees", "/api/v1/datasets/trees/rows", "/api/v1/datasets/trees/groups?by=species")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = make_town(tmp_path_factory.mktemp("damaged"))
    assert town.publish(town.file(GOOD)).code == 0
    benches = town.home / "datasets" / "benches" / "dataset.toml"
    benches.write_text(BENCHES.replace('topic = "green"', 'topic = "green"\napprovals = 1'), encoding="utf-8")
    file = town.file("شماره,هزینه\n1,100\n2,200\n", "benches.csv")
    sent = ("--dataset", "benches", "--by", SENDER, "--approve", FIRST, "--approve", SECOND)
    said = town.ayan("publish", file, *sent)
    assert said.code == 0, said.words
    return town


@pytest.fixture
def home(published: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The city in use by this process: a copy, to be damaged."""
    shutil.copytree(published.home, tmp_path / "city", dirs_exist_ok=True)
    monkeypatch.setenv("AYAN_HOME", str(tmp_path / "city"))
    monkeypatch.setattr(damaged_datasets, "DAMAGE_LOOK_SECONDS", 0.0)
    yield tmp_path / "city"
    wiring._cities.close()


def part(home: Path) -> Path:
    path = next((home / "store").rglob("trees/**/data-0000.parquet"))
    path.chmod(0o644)
    return path


def without_index(home: Path) -> None:
    shutil.rmtree(home / "index")


def spoil_part(home: Path) -> None:
    """The rows of a part are overwritten, and no index hides it."""
    without_index(home)
    whole = part(home).read_bytes()
    part(home).write_bytes(whole[:4] + b"\xff" * (len(whole) - 12) + whole[-8:])


def cut_part(home: Path) -> None:
    without_index(home)
    part(home).write_bytes(part(home).read_bytes()[:-9])


def lose_part(home: Path) -> None:
    without_index(home)
    part(home).unlink()


def spoil_manifest(home: Path) -> None:
    path = part(home).with_name("datapackage.json")
    path.chmod(0o644)
    path.write_text("{ no manifest", encoding="utf-8")


def spoil_index(home: Path) -> None:
    for path in (home / "index" / "trees").glob("*.duckdb"):
        path.chmod(0o644)
        path.write_bytes(b"no database " * 1000)


DAMAGES = (spoil_part, cut_part, lose_part, spoil_manifest)


@pytest.mark.django_db
def test_a_damaged_index_file_costs_no_answer(home: Path) -> None:
    spoil_index(home)
    client = Client(raise_request_exception=False)
    assert max(client.get(address).status_code for address in (*EVERYWHERE, *ITS_OWN)) < 500
    assert "damaged" not in client.get("/api/v1/datasets").json()


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", sampled("damages", DAMAGES, few=2), ids=lambda spoil: spoil.__name__)
def test_a_damaged_dataset_takes_no_other_down(home: Path, spoil: Callable[[Path], None]) -> None:
    spoil(home)
    client = Client(raise_request_exception=False)
    answers = {address: client.get(address).status_code for address in EVERYWHERE}
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    for address in ITS_OWN:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_SECONDS))
        assert "operator has been told" in answer.content.decode() or "گفته شد" in answer.content.decode()
        if address.startswith("/api/"):
            assert answer.json()["type"] == "/developers#dataset-damaged"
    # The proof of what is damaged waits too, unless the log alone can tell.
    assert client.get("/verify?q=trees/1403-05/1").status_code in (200, 503)
    # Pages say what is missing from them, and programs are told.
    assert "“Trees” is temporarily damaged" in client.get("/en/").content.decode()
    listed = client.get("/api/v1/datasets").json()
    assert (listed["damaged"], "trees" in {each["slug"] for each in listed["datasets"]}) == (["trees"], False)
    assert "trees" in client.get("/api/v1/search?q=1").json()["unanswered"]


@pytest.mark.django_db
def test_it_is_served_again_once_it_is_mended_and_tried_once_meanwhile(
    home: Path, published: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    build = IndexStore.build

    def counted(self: IndexStore, slug: str, state: DatasetSnapshot) -> tuple[Path, ...]:
        tries.append(slug)
        return build(self, slug, state)

    monkeypatch.setattr(IndexStore, "build", counted)
    lose_part(home)
    client = Client(raise_request_exception=False)
    for _ in range(3):
        assert client.get("/data/trees").status_code == 503
        assert client.get("/").status_code == 200
    built = len(tries)
    shutil.copy(next((published.home / "store").rglob("trees/**/data-0000.parquet")), part_folder(home))
    assert client.get("/en/data/trees").status_code == 200
    page = client.get("/en/")
    assert "temporarily damaged" not in page.content.decode()
    assert built <= 2


def part_folder(home: Path) -> Path:
    return next((home / "store").rglob("trees/**/datapackage.json")).parent / "data-0000.parquet"
