"""What the invented city publishes in the words of standards, judged by programs of others, each the field's own.

Of its datasets, processes and feeds some are judged a day, and all of them by `make soak`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from django.test import Client
from tests import sampling
from tests.apps.counter.georeport_schemas import georeport_schemas
from tests.apps.standards.popolo_schemas import popolo_schemas
from tests.flow.hamlet import Published
from tests.validators.environments import Judge, judged

from ayan.wiring.city import City, in_use

DATASETS: Final = 3
LINES: Final = 60
PROCESSES: Final = 2
"""Of which the packages are judged as well; a line of the whole says what they say."""
FEEDS: Final = 4

Drawn = TypeVar("Drawn")

pytestmark = [pytest.mark.django_db, pytest.mark.either, *([pytest.mark.soak] if sampling.is_whole() else [])]


@pytest.fixture
def hamlet(published: Published) -> Iterator[City]:
    """The invented city as the one in use."""
    with in_use(published.city):
        yield published.city


def drawn(name: str, every: Sequence[Drawn], few: int) -> list[Drawn]:
    """The things that are judged today."""
    return list(every) if sampling.is_whole() else sampling.chance(name).sample(every, min(few, len(every)))


def body(address: str) -> bytes:
    """What a program gets at an address."""
    response: Any = Client().get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def faults(judge: Judge, wrong: Path, *what: Path) -> list[str]:
    """What a judge finds in what is published, after it was seen to find what is ``wrong`` on purpose."""
    lines = judged(judge, *what, wrong)
    own = [line for line in lines if line.startswith(f"{wrong.name}: ")]
    assert own, f"the judge of {judge} finds nothing wrong in {wrong.name}"
    return [line for line in lines if line not in own]


def spoilt(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of a folder in whose file ``name`` something is written otherwise."""
    copy = shutil.copytree(folder, folder.with_name("spoilt"))
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    return copy


def described(home: Path, datasets: Sequence[str], *names: tuple[str, str]) -> list[Path]:
    """A folder for each dataset, with what stands at the addresses below its own."""
    for slug in datasets:
        (home / slug).mkdir()
        for address, name in names:
            (home / slug / name).write_bytes(body(f"/api/v1/datasets/{slug}/{address}"))
    return [home / slug for slug in datasets]


@pytest.fixture
def with_rows(hamlet: City) -> list[str]:
    """The datasets of which something is published."""
    return [each.slug for each in hamlet.registry.all() if hamlet.release_store.current(each.slug)]


def test_descriptions_after_croissant_hold_and_rows_are_read_by_them(with_rows: list[str], tmp_path: Path) -> None:
    datasets = drawn("croissant", with_rows, DATASETS)
    files = (("croissant.json", "croissant.json"), ("rows.csv", "rows.csv"))
    folders = described(tmp_path, datasets, *files)
    wrong = spoilt(folders[0], "croissant.json", '"column":"_row"', '"column":"nothing"')
    assert faults("croissant", wrong, *folders) == []


def test_tables_hold_to_their_metadata(with_rows: list[str], tmp_path: Path) -> None:
    datasets = drawn("csvw", with_rows, DATASETS)
    files = (("rows.csv-metadata.json", "rows.csv-metadata.json"), ("rows.csv", "rows.csv"))
    folders = described(tmp_path, datasets, *files)
    wrong = spoilt(folders[0], "rows.csv-metadata.json", '"titles":["_row"]', '"titles":["row"]')
    assert faults("tables", wrong, *folders) == []


def test_contracting_holds_to_its_standard(hamlet: City, shared: Path, tmp_path: Path) -> None:
    del hamlet
    about = json.loads(body("/api/v1/ocds"))
    head = {
        name: about[name] for name in ("uri", "version", "publisher", "publishedDate", "license", "publicationPolicy")
    }
    bulk = {what: body(f"/api/v1/ocds/{what}.jsonl").splitlines() for what in ("releases", "records")}
    packages = {
        f"all-{what}": json.dumps(head | {what: [json.loads(line) for line in drawn(what, lines, LINES)]}).encode()
        for what, lines in bulk.items()
    }
    ocids = [json.loads(line)["ocid"] for line in bulk["records"]]
    for at, ocid in enumerate(sampling.chance("processes").sample(ocids, PROCESSES)):
        for what in bulk:
            packages[f"{what}-{at}"] = body(f"/api/v1/ocds/{what}/{ocid.replace('/', ',')}")
    for name, package in packages.items():
        (tmp_path / f"{name}.json").write_bytes(package)
    schemas = shared / "vectors" / "schemas" / "ocds-1.1.5"
    files, wrong = list(tmp_path.iterdir()), tmp_path / "spoilt"
    wrong.write_bytes(packages["all-releases"].replace(b'"ocid"', b'"ocdi"', 1))
    assert faults("contracting", wrong, schemas, *files) == []


CLASSES: Final = 3
"""Of the council, that are judged a day; and so many things of each."""
THINGS: Final = 200


def test_the_council_holds_to_the_schemas_of_popolo(hamlet: City, shared: Path) -> None:
    del hamlet
    schemas, classes = popolo_schemas(shared), json.loads(body("/api/v1/popolo"))["classes"]
    assert {"persons", "memberships", "events", "motions"} <= set(classes)
    for name in drawn("popolo", sorted(classes), CLASSES):
        things = json.loads(body(f"/api/v1/popolo/{name}.json"))[name]
        assert things, name
        for thing in drawn(f"popolo {name}", things, THINGS):
            schemas[name].validate(thing)
        assert not schemas[name].is_valid(dict.fromkeys(things[0], 7)), f"the schema of {name} finds nothing wrong"


def test_what_can_be_reported_holds_to_the_schemas_of_georeport(hamlet: City, shared: Path) -> None:
    del hamlet
    schemas = georeport_schemas(shared)
    listed = json.loads(body("/api/v1/open311/services.json"))
    schemas["services"].validate(listed)
    assert listed
    assert not schemas["services"].is_valid([{**listed[0], "service_code": 7}])
    for service in listed:
        if service["metadata"]:
            defined = json.loads(body(f"/api/v1/open311/services/{service['service_code']}.json"))
            schemas["service-definition"].validate(defined)
    schemas["requests"].validate(json.loads(body("/api/v1/open311/requests.json")))


def feeds(hamlet: City) -> list[str]:
    """The addresses of the feeds of the whole city, and of its datasets."""
    own = [
        f"/api/v1/datasets/{each.slug}/{what}.atom" for each in hamlet.registry.all() for what in ("releases", "rows")
    ]
    whole = ("changes", "flags", "log/changes", "missing", "counter/cases")
    asked = ("search.atom?q=1403", "follow.atom?about=dataset:contracts", "flags/contracts.atom")
    names = (*(f"{name}.atom" for name in whole), *asked)
    return [*own, *(f"{front}/{name}" for name in names for front in ("", "/en"))]


def test_feeds_are_read_by_a_reader_of_feeds(hamlet: City, with_rows: list[str], tmp_path: Path) -> None:
    every = [address for address in feeds(hamlet) if "/rows." not in address or address.split("/")[4] in with_rows]
    files = []
    for address in drawn("feeds", every, FEEDS):
        files.append(tmp_path / re.sub("[/?=:]", "~", address.strip("/")))
        files[-1].write_bytes(body(address))
    wrong = tmp_path / "spoilt"
    wrong.write_bytes(files[0].read_bytes().replace(b"<title", b"<tilte").replace(b"</title", b"</tilte"))
    assert faults("feeds", wrong, *files) == []
