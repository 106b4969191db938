"""Anchors in time: a real time-stamping authority (OpenSSL's) stamps the log, and a verifier dates the leaves by it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificates
from django.test import Client
from tests.apps import small_city
from tests.http_servers import answering

from ayan.cli import main
from ayan.core.ledger.log import Log
from ayan.core.transparency import anchors
from ayan.core.transparency.anchors import Anchor, NoAnchor
from ayan.core.values.clock import today
from ayan.wiring import checkpoint_endorsements, city, ledger
from ayan.wiring.city import City

CONFIGURATION = """\
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[leaf]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[authority]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A time-stamping authority of our own: its address, its root certificate, and that of another one."""

    url: str
    root: Path
    other: Path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is the authority of this trial")
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "c.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "c.cnf")
    for name in ("root", "other"):
        openssl("req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=Invented {name}",
                "-extensions", "root")  # fmt: skip
    openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Invented authority")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-out", "tsa.pem", "-extfile", "c.cnf", "-extensions", "leaf")  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply",
                    "-config", "c.cnf", "-section", "authority")  # fmt: skip
            self.send_response(200 if self.path == "/tsr" else 500)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "reply").read_bytes())

        def log_message(self, *_: object) -> None: ...

    with answering(HTTPServer(("127.0.0.1", 0), Handler)) as server:
        url = f"http://127.0.0.1:{server.server_port}/tsr"
        yield Authority(url, folder / "root.pem", folder / "other.pem")


@pytest.fixture
def town(tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city whose log was stamped today."""
    monkeypatch.setenv(checkpoint_endorsements.AUTHORITY, authority.url)
    new_town = small_city.build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: new_town)
    assert checkpoint_endorsements.anchor(new_town) is not None
    return new_town


def log_of(town: City) -> Log:
    assert town.log is not None
    return town.log


def test_the_log_is_stamped_once_a_day_and_who_is_away_stops_nothing(
    town: City, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today(town.clock).isoformat()
    assert anchors.days(log_of(town).folder) == [day]
    assert checkpoint_endorsements.anchor(town) is None
    (log_of(town).folder / anchors.FOLDER / f"{day}{anchors.RESPONSE}").unlink()
    for away in ("http://127.0.0.1:9/", authority.url + "/nothing", "ftp://127.0.0.1/"):
        monkeypatch.setenv(checkpoint_endorsements.AUTHORITY, away)
        assert checkpoint_endorsements.anchor(town) is None
    assert anchors.days(log_of(town).folder) == []


def test_an_anchor_is_of_one_checkpoint_and_of_an_authority_that_is_believed(town: City, authority: Authority) -> None:
    day = today(town.clock).isoformat()
    kept, answer = (anchors.file(log_of(town).folder, f"{day}{end}") for end in (anchors.CHECKPOINT, anchors.RESPONSE))
    assert kept == log_of(town).checkpoint()
    assert answer is not None
    anchor = Anchor(day, kept, answer)
    (root,), (other,) = (load_pem_x509_certificates(path.read_bytes()) for path in (authority.root, authority.other))
    assert abs(anchor.time([root]) - datetime.now(UTC)) < timedelta(minutes=5)
    for wrong, roots in (
        (Anchor(day, kept + b"\n", answer), []),
        (anchor, [other]),
        (Anchor(day, kept, answer[:-1]), []),
        (Anchor(day, kept, b""), []),
    ):
        with pytest.raises(NoAnchor):
            wrong.time(roots)
    # A program of others says the same.
    for name, data in (("data", kept), ("answer", answer)):
        (town.home / name).write_bytes(data)
    words = ["openssl", "ts", "-verify", "-data", "data", "-in", "answer", "-CAfile", str(authority.root)]
    assert subprocess.run(words, cwd=town.home, capture_output=True, check=False).returncode == 0


def test_anchors_are_published_and_date_the_leaves_for_a_verifier(
    town: City, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day, visitor = today(town.clock).isoformat(), Client()
    assert json.loads(visitor.get("/log/anchors").content) == [day]
    assert visitor.get(f"/log/anchor/{day}.checkpoint").content == log_of(town).checkpoint()
    assert visitor.get("/log/anchor/vkey").status_code == 404
    served, key = tmp_path / "served", tmp_path / "vkey"
    shutil.copytree(town.home / ledger.FOLDER, served / "log")
    key.write_text(str(log_of(town).verifier))
    (served / "log" / anchors.LIST).write_bytes(visitor.get("/log/anchors").content)

    def verdicts(*more: str | Path) -> dict[str, str]:
        main.run(["verify", str(served), "--key", str(key), "--format", "json", *map(str, more)])
        findings = json.loads(capsys.readouterr().out)["findings"]
        return {each["where"]: each["code"] or each["en"] for each in findings if each["code"] != "hidden"}

    capsys.readouterr()
    assert verdicts()["log/anchors"] == "anchor-unproved"
    assert "1 anchors in time hold" in verdicts("--tsa", authority.root)["log/anchors"]
    assert verdicts("--tsa", authority.other)[f"log/anchor/{day}"] == "anchor"
    # The city's clock is years behind that of the authority: what it enters afterwards is dated before the anchor.
    writer = town.transparency_log
    index = writer.notice("restored-unseen")
    shutil.rmtree(served)
    shutil.copytree(town.home / ledger.FOLDER, served / "log")
    (served / "log" / anchors.LIST).write_text(json.dumps([day]))
    assert verdicts("--tsa", authority.root)[f"log/{index}"] == "back-dated"
    # An anchor of another log, or of a state that the log does not continue, is named.
    stranger = Log(tmp_path / "stranger", log_of(town).origin, writer.log.signer)
    stranger.append(b"{}")
    name = served / "log" / anchors.FOLDER / f"{day}{anchors.CHECKPOINT}"
    name.write_bytes(stranger.checkpoint())
    assert verdicts()[f"log/anchor/{day}"] == "anchor"
