"""A portal whose log and releases are right and whose answers lie: each lie is named, whoever seems to ask.

All lies are told at once and looked for in one verification, which reads everything.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.wsgi import get_wsgi_application
from tests.flow.forgeries.forged_city import SEALED_1403, SEALED_1404, as_city, built, lay_out

from ayan.cli import main
from ayan.core.ledger.proof import prove_leaf
from ayan.core.transparency.browser import HEADERS
from ayan.wiring import city
from ayan.wiring.city import City

API: Final = "/api/v1/datasets"
Lie = Callable[[bytes], bytes]


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
        body = b"".join(get_wsgi_application()(environ, lambda status, headers, *_: said.extend([status, headers])))
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
    with make_server("127.0.0.1", 0, site, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        site.address = f"http://127.0.0.1:{server.server_port}"
        yield site
        server.shutdown()


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


def codes(findings: list[dict[str, str]]) -> Mapping[str, set[str]]:
    """What is broken: the codes by address."""
    out: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding["level"] == "broken":
            out[f"/{finding['where']}"].add(finding["code"])
    return out


# --- lies -------------------------------------------------------------------------------------------------------------


def text(change: Callable[[str], str]) -> Lie:
    """A lie in a text; it must be one."""

    def lie(body: bytes) -> bytes:
        changed = change(body.decode()).encode()
        assert changed != body
        return changed

    return lie


def put(before: str, after: str) -> Lie:
    """Other words in the place of the first ones."""
    return text(lambda page: page.replace(before, after, 1))


def swap(pattern: str, after: str) -> Lie:
    """The first match of a pattern in other words."""
    return text(lambda page: re.sub(pattern, after, page, count=1, flags=re.DOTALL))


def document(change: Callable[[Any], object]) -> Lie:
    """A lie in a JSON document."""

    def lie(body: bytes) -> bytes:
        told = json.loads(body)
        change(told)
        return json.dumps(told).encode()

    return lie


def _columns(body: bytes) -> bytes:
    table = pq.read_table(io.BytesIO(body)).drop_columns(["day"])
    table = table.append_column("verified_by_council", pa.array(["yes"] * len(table)))
    out = pa.BufferOutputStream()
    pq.write_table(table, out)
    return out.getvalue().to_pybytes()


def _first_code(meaning: str) -> Callable[[Any], object]:
    def change(told: Any) -> None:
        (state,) = (column for column in told["schema"]["fields"] if column["name"] == "state")
        state["ayan:choices"][0]["en"] = meaning

    return change


def _without_day(page: str) -> str:
    """The fact «Day» taken out of a record."""
    return re.sub(r"<div>\s*<dt>تاریخ</dt>.*?</dd>\s*</div>", "", page, count=1, flags=re.DOTALL)


def _raised(page: str) -> str:
    """In the first line of a table, one more digit for the eye; the exact number in its attribute stays right."""
    head, mark, rest = page.partition("<tbody>")
    return head + mark + re.sub(r'(<data value="[0-9]+"><span aria-hidden="true">)', r"\1۹", rest, count=1)


LIES: Final[dict[str, tuple[Lie, set[str]]]] = {
    f"{API}/works/rows.parquet": (_columns, {"column-dropped", "column-added"}),
    f"{API}/works/rows.csv": (put("C-003", "C-903"), {"csv-apart"}),
    f"{API}/works/rows.json": (
        document(lambda told: (told["rows"][0].update(amount=7), told["labels"].update(amount="Given back"))),
        {"json-apart", "label-other"},
    ),
    f"{API}/works/rows/C-002": (document(lambda told: told["rows"][0].update(subject="another")), {"json-apart"}),
    f"{API}/works/groups?by=state&count=1&sum=amount&_size=1000": (
        document(lambda told: told["groups"][0].update(sum_amount=1)),
        {"groups-apart"},
    ),
    f"{API}/works": (document(_first_code("refused")), {"label-other"}),
    f"{API}/works/releases": (
        document(lambda told: told["releases"][0].update(sealed_at="2020-01-01T00:00:00.000Z")),
        {"release-apart"},
    ),
    API: (document(lambda told: told["datasets"][0].update(rows=1)), {"dataset-apart"}),
    # Seen, and right in the attribute that programs read.
    "/data/works/r/C-001": (swap(r"(<dd>.*?<data value=\"[0-9]+\">)", r"\1۹"), {"page-apart"}),
    # For voices alone.
    "/data/works/r/C-002": (swap(r'(<dd>.*?<span class="vh">)', r"\1۹"), {"page-apart"}),
    "/data/works/r/C-003": (text(_without_day), {"page-lacks"}),
    "/en/data/works/r/C-004": (put("<dd>", "<dd><div>C-009</div>"), {"page-apart"}),
    "/data/works": (text(_raised), {"page-apart"}),
    "/en/data/works": (swap(r'(<h2 id="count"[^>]*>\s*)[0-9]+', r"\g<1>99"), {"count-apart"}),
    "/data/works/releases/1404/1": (put("تأییدکنندهٔ ساختگی", "شورای شهر"), {"page-lacks"}),
    "/data/works/releases/1402/1": (put("داده نادرست بود", "به حکم مرجع قضایی"), {"page-lacks"}),
    "/data/": (text(lambda page: page.replace("/data/works", "/data/parks")), {"page-lacks"}),
}  # fmt: skip
TOMBSTONE: Final = f"{API}/works/releases/1402/1"


def test_an_honest_portal_holds_as_a_whole_and_by_chance(
    site: LyingSite, verify: Callable[..., list[dict[str, str]]]
) -> None:
    verify(site.address, "--whole")
    whole = len(site.asked)
    site.asked.clear()
    findings = verify(site.address, "--seed", "7")
    assert len(site.asked) < whole
    (drawn,) = (finding for finding in findings if finding["code"] == "drawn")
    assert "seed 7" in drawn["en"]
    first = list(site.asked)
    site.asked.clear()
    verify(site.address, "--seed", "7")
    assert site.asked == first, "the seed draws the same again"


def test_every_lie_is_named(site: LyingSite, verify: Callable[..., list[dict[str, str]]]) -> None:
    site.lies = {address: lie for address, (lie, _) in LIES.items()}
    site.lies[TOMBSTONE] = document(lambda told: told["tombstone"].update(code="court-order"))
    named = codes(verify(site.address, "--whole", code=1))
    for address, (_, wanted) in LIES.items():
        where = "/works/rows" if address.endswith(".parquet") else address
        found = {
            code
            for at, own in named.items()
            if unquote(at).partition("?")[0] == where.partition("?")[0]
            for code in own
        }
        assert wanted <= found, (address, found)
    assert "tombstone-other" in named["/works/1402/1"]
    truthful = {f"/data/works/r/C-{number:03}" for number in (4, 6)} | {"/en/data/works/r/C-001"}
    assert not truthful & named.keys()


def test_nothing_tells_who_verifies_from_who_reads(
    site: LyingSite, verify: Callable[..., list[dict[str, str]]]
) -> None:
    verify(site.address, "--seed", "1")
    expected = {f"HTTP_{name.upper().replace('-', '_')}" for name in HEADERS} | {"HTTP_HOST"}
    for headers in site.headers:
        assert headers.keys() == expected
        assert headers["HTTP_USER_AGENT"].startswith("Mozilla/5.0 (")
        assert not re.search("ayan|python|urllib", str(headers), re.IGNORECASE)


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
    from tests.apps.small_city import publish, sheet

    codes = town.home / "datasets" / "works" / "codes" / "states.toml"
    words = codes.read_text("utf-8")
    turned = re.sub(r'code = "(open|done)"', lambda code: f'code = "{"done" if code[1] == "open" else "open"}"', words)
    codes.write_text(turned, "utf-8")
    again = as_city(town.home)
    publish(again, sheet(4, year=1405), "1405", "works-1405.csv")
    served = tmp_path / "served"
    lay_out(again.store, served)
    shutil.copytree(again.home / "ledger", served / "log")
    listed = [finding for finding in verify(served) if finding["code"] == "code-turned"]
    assert [finding["where"] for finding in listed] == ["works/1405/1"] * 2
    assert all("another code" in finding["en"] for finding in listed)
