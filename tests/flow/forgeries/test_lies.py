"""A portal whose log and releases are right and whose answers lie: each lie is named, whoever seems to ask.

`lies.txt` lists them, one a line. All are told at once and looked for in one verification, which reads everything.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from tests.apps.catalog_pages.test_charts import BALANCES, CLASSES, DEBTS, WAYS
from tests.apps.linked_city import publish as publish_anywhere
from tests.apps.small_city import declare, publish, sheet
from tests.flow.forgeries.forged_city import SEALED_1403, SEALED_1404, as_city, built, lay_out
from tests.flow.forgeries.lies import LIES, Lie
from tests.http_servers import answering

from ayan.apps.export.site_copy import make_copy
from ayan.cli import main
from ayan.core.continuity.copy_seal import seal_copy
from ayan.core.ledger.proof import prove_leaf
from ayan.core.transparency.browser import HEADERS
from ayan.datasets.registry import Registry
from ayan.wiring import city, ledger
from ayan.wiring.city import City

API: Final = "/api/v1/datasets"
HERE: Final = Path(__file__).parent


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@dataclass
class LyingSite:
    """The portal with its lies between it and whoever asks: by address, without its query where it has none of its own."""

    lies: dict[str, Lie] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        query = environ.get("QUERY_STRING", "")
        self.asked.append(f"{path}?{query}" if query else path)
        self.headers.append({name: value for name, value in environ.items() if name.startswith("HTTP_")})
        said: list[Any] = []
        answering: Any = get_wsgi_application()
        body = b"".join(answering(environ, lambda status, headers, *_: said.extend([status, headers])))
        if lie := self.lies.get(self.asked[-1]) or self.lies.get(path):
            body = lie(body)
        start(said[0], [(name, value) for name, value in said[1] if name.lower() != "content-length"])
        return [body]


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    own = as_city(built(tmp_path / "city").home)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


@pytest.fixture
def site(town: City) -> Iterator[LyingSite]:
    site = LyingSite()
    with answering(make_server("127.0.0.1", 0, site, handler_class=_Quiet)) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        yield site


@pytest.fixture
def verify(town: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, str]]]:
    key = tmp_path / "vkey"
    shutil.copy(town.home / "ledger" / "vkey", key)

    def run(source: str | Path, *more: str, code: int = 0) -> list[dict[str, str]]:
        capsys.readouterr()
        ended = main.run(["verify", str(source), "--key", str(key), "--format", "json", *more])
        findings: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"]
        broken = [finding for finding in findings if finding["level"] == "broken"]
        assert ended == code, broken
        return findings

    return run


# --- lies -------------------------------------------------------------------------------------------------------------


def declared_lies() -> Iterator[tuple[str, str, str]]:
    """Each lie by name, the code by which it must be named, and who tells it."""
    for line in (HERE / "lies.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, code, address = line.split()
            yield name, code, address


TOLD: Final = list(declared_lies())
APART: Final = ("parquet-without-a-row", "parquet-with-rounded-amounts")
"""Lies in an answer that tells another one already."""


def test_every_lie_is_told() -> None:
    assert {name for name, _, _ in TOLD} == LIES.keys()


def merged(lies: Iterable[Lie]) -> Lie:
    """All of the lies of one answer."""
    return lambda body: functools.reduce(lambda said, lie: lie(said), lies, body)


def by_address(cases: Iterable[tuple[str, str, str]]) -> dict[str, tuple[Lie, set[str]]]:
    """For each answer its lies in one, and the codes that must name them."""
    lies: dict[str, list[Lie]] = defaultdict(list)
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, code, address in cases:
        lies[address].append(LIES[name])
        wanted[address].add(code)
    return {address: (merged(own), wanted[address]) for address, own in lies.items()}


def place(address: str) -> str:
    """Where a finding stands that is about an answer."""
    if address.endswith("rows.parquet"):
        return "works/rows"
    if "releases/1402/1" in address and "/api/" in f"/{address}":
        return "works/1402/1"
    return address.strip("/") if address.startswith("/") else address.removesuffix("/index.html").removesuffix(".json")


def check_named(findings: list[dict[str, str]], cases: Mapping[str, tuple[Lie, set[str]]]) -> None:
    """Each lie is named where it is told, and nothing is that is true."""
    named: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding["level"] == "broken":
            assert finding["fa"]
            assert finding["en"]
            named[unquote(finding["where"]).partition("?")[0].strip("/")].add(finding["code"])
    wanted: dict[str, set[str]] = defaultdict(set)
    for address, (_, codes) in cases.items():
        wanted[place(address).partition("?")[0]] |= codes
    assert {where: codes - named[where] for where, codes in wanted.items() if codes - named[where]} == {}
    assert {where for where, codes in named.items() if codes} - wanted.keys() == set()


def test_every_lie_of_a_portal_is_named(site: LyingSite, verify: Callable[..., list[dict[str, str]]]) -> None:
    cases = by_address(case for case in TOLD if case[2].startswith("/") and case[0] not in APART)
    site.lies = {address: lie for address, (lie, _) in cases.items()}
    check_named(verify(site.address, "--whole", code=1), cases)


def test_a_sum_of_one_side_at_the_latest_date_is_held_against_the_rows(
    town: City, site: LyingSite, verify: Callable[..., list[dict[str, str]]]
) -> None:
    """What the city owes, and what is owed to it, at the last of the dates, in both languages."""
    declare(town.home / "datasets", "debts", DEBTS, ways=WAYS, classes=CLASSES)
    town.__dict__["registry"] = Registry((town.home / "datasets",))
    rows = "\n".join(f"{day},{n},{way},{code},{rial}" for n, (day, way, code, rial) in enumerate(BALANCES))
    publish_anywhere(town, "debts", f"در تاریخ,شماره,بدهی یا طلب,دسته,مانده\n{rows}\n", "debts.csv")
    verify(site.address, "--whole", code=0)
    site.lies = {"/data/debts": partial(_other_headline, 0), "/en/data/debts": partial(_other_headline, 1)}
    broken = [finding for finding in verify(site.address, "--whole", code=1) if finding["level"] == "broken"]
    assert {(finding["where"], finding["code"]) for finding in broken} == {
        ("data/debts", "page-apart"),
        ("en/data/debts", "page-apart"),
    }


def _other_headline(which: int, body: bytes) -> bytes:
    page = body.decode()
    places = [match.end() for match in re.finditer(r'<dd class="big"><data value="[0-9]+">(?:<span[^>]*>)?', page)]
    assert len(places) == 2
    return f"{page[: places[which]]}9{page[places[which] :]}".encode()


def test_a_seed_draws_the_same_again_and_less_than_the_whole(
    site: LyingSite, verify: Callable[..., list[dict[str, str]]]
) -> None:
    findings = verify(site.address, "--seed", "7")
    (drawn,) = (finding for finding in findings if finding["code"] == "drawn")
    assert "seed 7" in drawn["en"]
    asked = list(site.asked)
    assert len([address for address in asked if "/r/" in address]) <= 1
    site.asked.clear()
    site.lies = {f"{API}/works/rows.parquet": LIES[APART[0]]}
    findings = verify(site.address, "--seed", "7", code=1)
    assert [finding["code"] for finding in findings if finding["level"] == "broken"] == ["rows-apart"]
    assert sorted(site.asked) == sorted(asked), "several are asked for at once, so not always in one order"


def test_nothing_tells_who_verifies_from_who_reads(
    site: LyingSite, verify: Callable[..., list[dict[str, str]]]
) -> None:
    site.lies = {f"{API}/works/rows.parquet": LIES[APART[1]]}
    findings = verify(site.address, code=1)
    assert [finding["code"] for finding in findings if finding["level"] == "broken"] == ["rows-apart"]
    expected = {f"HTTP_{name.upper().replace('-', '_')}" for name in HEADERS} | {"HTTP_HOST"}
    for headers in site.headers:
        assert headers.keys() == expected
        assert headers["HTTP_USER_AGENT"].startswith("Mozilla/5.0 (")
        assert not re.search("ayan|python|urllib", str(headers), re.IGNORECASE)


@pytest.mark.django_db
def test_every_lie_of_a_copy_that_is_signed_again_is_named(
    town: City, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    folder, signer = tmp_path / "copy", ledger.signing(town.home, town.store, demo=True)
    make_copy(town, signer, folder, records=20, tell=lambda stage, share: None)
    cases = by_address(case for case in TOLD if not case[2].startswith("/"))
    for name, (lie, _) in cases.items():
        (folder / name).write_bytes(lie((folder / name).read_bytes()))
    for name in ("export.json", "export.note"):
        (folder / name).unlink()
    seal_copy(folder, {}, signer)
    check_named(verify(folder, "--whole", code=1), cases)


# --- what a proof says of today ---------------------------------------------------------------------------------------


def test_a_proof_says_what_became_of_its_release(
    town: City, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    log, proof, served = town.log, tmp_path / "leaf.tlog-proof", tmp_path / "served"
    assert log is not None
    shutil.copytree(town.home / "ledger", served / "log")
    proof.write_bytes(prove_leaf(log, SEALED_1403))
    assert [finding["code"] for finding in verify(proof)] == ["", "state-of-then"]
    later = [finding for finding in verify(proof, "--now", str(served)) if finding["code"] == "state-later"]
    assert [finding["where"] for finding in later] == ["works/1403/2"]
    proof.write_bytes(prove_leaf(log, SEALED_1403 + 1))
    (erased,) = (finding for finding in verify(proof, "--now", str(served)) if finding["code"] == "state-later")
    assert "erased" in erased["en"]
    proof.write_bytes(prove_leaf(log, SEALED_1404))
    assert [finding["code"] for finding in verify(proof, "--now", str(served))] == ["", "state-newest"]


# --- codes that mean something else -----------------------------------------------------------------------------------


def test_a_code_whose_meaning_is_turned_round_is_listed(
    town: City, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    codes = town.home / "datasets" / "works" / "codes" / "states.toml"
    words = codes.read_text("utf-8")
    labels = re.findall(r"fa = (.*)", words)
    turned = words.replace(labels[0], "@").replace(labels[1], labels[0]).replace("@", labels[1])
    codes.write_text(turned, "utf-8")
    again = as_city(town.home)
    publish(again, sheet(4, year=1405), "1405", "works-1405.csv")
    served = tmp_path / "served"
    lay_out(again.store, served)
    shutil.copytree(again.home / "ledger", served / "log")
    listed = [finding for finding in verify(served) if finding["code"] == "code-turned"]
    assert [finding["where"] for finding in listed] == ["works/1405/1"] * 2
    assert all("another code" in finding["en"] for finding in listed)
