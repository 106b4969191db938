"""nginx with the configuration of deploy/, on ports and in folders of a test, before a site: what asks it and reads its log."""

from __future__ import annotations

import gzip
import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import pytest
from tests.conftest import ROOT
from tests.faults.running_site import until
from tests.patience import PATIENCE

from ayan.config import env
from ayan.wiring.city import City

NGINX = which("nginx") or which("nginx", path="/usr/sbin:/usr/local/sbin")
HOST = "shafaf.example"
SECRET = "s" * 60


def has_six() -> bool:
    """Whether this machine has an address of its own in IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


SIX = has_six()
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine: install the package nginx")


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Front:
    """A running nginx with the site behind it."""

    secure: int
    plain: int
    other: int
    city: City
    folder: Path
    site: subprocess.Popen[bytes]
    log: Path = field(init=False)
    last: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.log = self.folder / "ayan.log"

    def connected(self, address: str = "127.0.0.1") -> ssl.SSLSocket:
        trust = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return trust.wrap_socket(
            socket.create_connection((address, self.secure), timeout=PATIENCE), server_hostname=HOST
        )

    def ask(self, path: str, method: str = "GET", **headers: str) -> Reply:
        line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
        line.sock = self.connected()
        line.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        response = line.getresponse()
        reply = Reply(response.status, {name.lower(): text for name, text in response.getheaders()}, response.read())
        line.close()
        self.last = reply.headers.get("x-request-id", "")
        return reply

    def logged(self) -> list[list[str]]:
        """The lines of the log, once that of the last answer stands there: nginx writes it after the answer has gone."""
        until = time.monotonic() + PATIENCE
        while self.last not in (text := self.log.read_text()):
            assert time.monotonic() < until, "the last answer is not in the log"
            time.sleep(0.02)
        return [line.split() for line in text.splitlines()]


def unpacked(reply: Reply) -> bytes:
    return gzip.decompress(reply.body) if "content-encoding" in reply.headers else reply.body


def configured(folder: Path, secure: int, plain: int, site: int, other: int) -> Path:
    """The file of deploy/ with this test's ports and folders, inside the least that nginx starts with."""
    text = (ROOT / "deploy" / "nginx" / "ayan.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen [::]:443 ssl": f"listen [::1]:{secure} ssl" if SIX else "# no IPv6 here",
        "listen [::]:80": f"listen [::1]:{plain}" if SIX else "# no IPv6 here",
        "127.0.0.1:8000": f"127.0.0.1:{site}",
        "127.0.0.1:8001": f"127.0.0.1:{other}",
        "/var/cache/nginx/ayan": str(folder / "cache"),
        "/etc/ayan/tls": str(folder),
        "/var/log/nginx": str(folder),
        "/etc/ayan/nginx/pages": str(ROOT / "deploy" / "nginx" / "pages"),
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "ayan.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder / kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(
        f"{user}daemon off; worker_processes 1; pid {folder / 'nginx.pid'}; error_log {folder / 'main.log'};\n"
        f"events {{ }}\nhttp {{ types {{ text/html html; application/problem+json json; }} {temporary}\n"
        f"include {folder / 'ayan.conf'}; }}\n"
    )
    return whole


def start_site(city: City, port: int, verb: str = "serve") -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    ours = {
        "DJANGO_SETTINGS_MODULE": "ayan.config.settings.production",
        "AYAN_HOME": str(city.home),
        "AYAN_HOSTS": HOST,
        "AYAN_SECRET_KEY": SECRET,
        "AYAN_PROXIES": "1",
        # A worker's first look at what is late or does not add up makes another version of every page.
        "AYAN_WORKER": "apart",
    }
    command = [sys.executable, "-m", "ayan.cli.main", verb, "--port", str(port), "--workers", "1"]
    return subprocess.Popen(command, env={**kept, **ours}, stdout=subprocess.DEVNULL)


def wait_for(port: int) -> None:
    def listens() -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0

    until(listens, f"somebody listens on {port}")
