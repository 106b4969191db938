"""The way an operator goes, once from end to end: a wheel in a clean environment, and a city that outlives its machine."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from tests.cli.city import GOOD, TREES
from tests.conftest import ROOT
from tests.deploy.certificate import certify
from tests.deploy.nginx_front import HOST, NGINX, Front, configured, wait_for
from tests.ports import free_port
from tests.postgres_server import postgres_server
from tests.upgrade.make import CITIES, unpack, version_here

from ayan.config import env

UV: Final = shutil.which("uv") or shutil.which(ROOT / ".tools" / "bin" / "uv") or os.environ.get("UV")
APPROVED: Final = ("--by", "فرستنده", "--approve", "یکم", "--approve", "دوم")

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine: install the package nginx"),
    pytest.mark.skipif(UV is None, reason="uv is not on this machine: make setup"),
]


def run(*words: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    ended: subprocess.CompletedProcess[str] = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, timeout=300, check=False, **more
    )
    return ended


def done(*words: str | Path, **more: Any) -> str:
    """What a command said that had to succeed."""
    ended = run(*words, **more)
    assert ended.returncode == 0, f"{words}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and what it needs, and the settings of one city in production."""

    venv: Path
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def ayan(self) -> Path:
        return self.venv / "bin" / "ayan"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of this project's own: neither its folder nor its variables."""
        away = {*env.BY_NAME, "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE"}
        kept = {name: value for name, value in os.environ.items() if name not in away}
        return {**kept, **self.settings}

    def __call__(self, *words: str | Path, code: int = 0) -> str:
        ended = run(self.ayan, *words, env=self.environment, cwd=self.venv)
        assert "Traceback" not in ended.stderr, ended.stderr
        assert ended.returncode == code, f"{words}\n{ended.stdout}{ended.stderr}"
        return ended.stdout + ended.stderr

    def of(self, home: Path, **settings: str) -> Installed:
        """The same program for the city in ``home``."""
        return Installed(self.venv, {**self.settings, "AYAN_HOME": str(home), **settings})


def installed(folder: Path) -> Installed:
    """What `make wheel` makes, put into a clean environment by the line of the guide."""
    dist, venv = folder / "dist", folder / "venv"
    away = {**os.environ, "MAKEFLAGS": ""}
    done("make", "--no-print-directory", "--old-file=setup", "wheel", f"DIST={dist}", f"UV={UV}", cwd=ROOT, env=away)
    assert UV is not None
    done(UV, "venv", "--quiet", "--python", sys.executable, venv)
    options = ("--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", "constraints.txt")
    # uv in pip's place: the files come from its cache, where `make setup` left them.
    done(UV, "pip", "install", "--quiet", "--python", venv / "bin" / "python", *options, cwd=dist)
    take_compiled(next((venv / "lib").glob("python*/site-packages")))
    shipped = venv / "share" / "ayan" / "deploy" / "nginx" / "ayan.conf"
    assert shipped.read_bytes() == (ROOT / "deploy" / "nginx" / "ayan.conf").read_bytes()
    return Installed(venv)


def take_compiled(packages: Path) -> None:
    """Let what is byte for byte what the tests run with stand compiled, as it does here; the first command compiles the rest."""
    for here in (Path(sysconfig.get_path("purelib")), ROOT / "src", ROOT / "demo"):
        for done_here in here.rglob(f"__pycache__/*.{sys.implementation.cache_tag}.pyc"):
            source = done_here.parent.parent / f"{done_here.name.partition('.')[0]}.py"
            copy = packages / source.relative_to(here)
            if source.is_file() and copy.is_file() and copy.read_bytes() == source.read_bytes():
                (copy.parent / "__pycache__").mkdir(exist_ok=True)
                shutil.copyfile(done_here, copy.parent / "__pycache__" / done_here.name)
                # What is compiled bears the time of its source.
                os.utime(copy, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))


@contextmanager
def ended(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def test_from_the_wheel_to_a_city_that_was_restored_elsewhere(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as hands, postgres_server() as database:
        bare = hands.submit(installed, tmp_path)
        first, second = database.create("city"), database.create("again")
        program = bare.result()
        assert program("--version").strip().endswith(version_here())

        # --- a city, its keys, its first officer and its first release
        home, log_key, public_key = tmp_path / "city", tmp_path / "log.key", tmp_path / "log.vkey"
        program("init", home, "--name-fa", "شهر ساختگی", "--name-en", "Invented City", "--domain", HOST)
        ceremony = program("key", "make", log_key, "--domain", HOST)
        public_key.write_text(ceremony.splitlines()[0] + "\n", encoding="ascii")
        (home / "datasets" / "trees").mkdir(parents=True)
        (home / "datasets" / "trees" / "dataset.toml").write_text(TREES, encoding="utf-8")
        (tmp_path / "trees.csv").write_text(GOOD, encoding="utf-8")
        city = program.of(
            home,
            DATABASE_URL=first,
            DJANGO_SETTINGS_MODULE="ayan.config.settings.production",
            AYAN_HOSTS=HOST,
            AYAN_PROXIES="1",
            AYAN_SECRET_KEY=secrets.token_urlsafe(60),
            AYAN_LOG_KEY=str(log_key),
            AYAN_ORIGINALS_KEY=secrets.token_hex(32),
        )
        invited = hands.submit(city, "officer", "add", "m.karimi", "--name", "مریم کریمی")
        sent = ("publish", tmp_path / "trees.csv", "--dataset", "trees", "--period", "1403-05", *APPROVED)
        assert "trees/1403-05/1" in city.of(home, AYAN_ALLOW_CLI_APPROVAL="1")(*sent)
        link = invited.result().split()[-1]

        # --- people come through nginx, by the door of the officer and by that of everybody
        with serving(city, tmp_path) as front:
            backup = hands.submit(city, "backup", tmp_path / "backups")
            assert "Trees" in front.ask("/en/data/trees").body.decode()
            assert front.ask("/healthz").status == 200
            joining = front.ask(re.sub(r"^https?://[^/]+", "", link))
            assert (joining.status, "m.karimi" in joining.body.decode()) == (200, True)
            verified(front, program, tmp_path / "taken", public_key)
            backup.result()
            before = front.ask("/log/checkpoint").body

        # --- the machine is lost: another one, another database, the same city
        again = city.of(tmp_path / "again", DATABASE_URL=second)
        older = hands.submit(upgraded, program, tmp_path / "older")
        kept = tmp_path / "kept"
        kept.write_bytes(before)
        assert "saw no more" in again("restore", tmp_path / "backups", "--seen", kept)
        said = hands.submit(again, "doctor")
        assert '"total":3' in again("query", "trees", "_count=1")
        assert (tmp_path / "again" / "ledger" / "checkpoint").read_bytes() == before
        assert "✗" not in said.result()
        older.result()


@contextmanager
def serving(city: Installed, folder: Path) -> Iterator[Front]:
    """The city behind the nginx of deploy/."""
    secure, plain, port, away = (free_port() for _ in range(4))
    certify(folder, HOST)
    assert NGINX is not None
    with (folder / "site.log").open("wb") as log:
        site = subprocess.Popen(
            [city.ayan, "serve", "--port", str(port), "--workers", "1"],
            env=city.environment, cwd=city.venv, stdout=log, stderr=log,
        )  # fmt: skip
    nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configured(folder, secure, plain, port, away))])
    with ended(site, nginx):
        wait_for(secure)
        wait_for(port)
        yield Front(secure=secure, plain=plain, other=away, city=None, folder=folder, site=site)  # type: ignore[arg-type]  # nobody asks it for the city


def verified(front: Front, program: Installed, folder: Path, key: Path) -> None:
    """What a reader takes home holds under the key that was read aloud at the ceremony."""
    release = "/api/v1/datasets/trees/releases/1403-05/1"
    folder.mkdir()
    for address, name in (
        (f"{release}/datapackage.json", "datapackage.json"),
        (f"{release}/data-0000.parquet", "data-0000.parquet"),
        ("/log/proof/0", "release.proof"),
    ):
        answer = front.ask(address)
        assert answer.status == 200, address
        (folder / name).write_bytes(answer.body)
    taken = folder / "data-0000.parquet"
    program("verify", taken, "--proof", folder / "release.proof", "--key", key)
    taken.write_bytes(taken.read_bytes()[:-1] + b"\0")
    program("verify", taken, "--proof", folder / "release.proof", "--key", key, code=1)


def upgraded(program: Installed, folder: Path) -> None:
    """The oldest city that an earlier version left, under this one."""
    folder.mkdir()
    oldest = min((path for path in CITIES.iterdir() if path.is_dir()), key=lambda path: path.name)
    older = program.of(unpack(oldest, folder))
    older("upgrade")
    assert "Everything is up to date." in older("upgrade", "--check")
    assert '"total":5' in older("query", "trees", "_count=1")
