"""A real `ayan serve` with its worker over the desk's small city, and officers who are signed in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import template_database
from tests.apps.desk.deals import DEALS
from tests.apps.small_city import declare
from tests.cli.forked_site import ForkedSite
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.config import env

PROFILE: Final = 'demo = true\ndomain = "desk.example"\n[name]\nfa = "شهر ساختگی"\nen = "Invented city"\n'
SEED: Final = """
import json, sys, django
django.setup()
from django.conf import settings
from tests.apps.desk.town import Officers
from ayan.apps.accounts.models import Duty
from tests.apps.accounts.people import unit
made = Officers()
for slug in sys.argv[1:]:
    Duty.objects.create(dataset=slug, unit=unit("finance"))
for name, person in made.people.items():
    person.name = {"clerk": "نسرین کارشناس (ساختگی)", "colleague": "همکار (ساختگی)", "first": "بهرام مدیر (ساختگی)",
                   "second": "شیرین مدیر (ساختگی)", "third": "سوم (ساختگی)", "stranger": "دیگری (ساختگی)"}[name]
    person.save()
print(json.dumps({name: made.browser(name).cookies[settings.SESSION_COOKIE_NAME].value for name in made.people}))
"""


@dataclass(frozen=True)
class Site:
    """A site that runs: its address, the city's folder, its environment, and the session of each officer."""

    address: str
    home: Path
    environment: Mapping[str, str]
    sessions: Mapping[str, str]

    def workers(self) -> list[int]:
        """The ids of the worker's processes."""
        return [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if b"\0worker\0" in _command(folder) and str(self.home).encode() in _environment(folder)
        ]


def _command(folder: Path) -> bytes:
    try:
        return (folder / "cmdline").read_bytes()
    except OSError:
        return b""


def _environment(folder: Path) -> bytes:
    try:
        return (folder / "environ").read_bytes()
    except OSError:
        return b""


def set_up_environment(home: Path) -> dict[str, str]:
    """The environment of a process that serves the city in ``home``, and knows of no other."""
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    settings = {"AYAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}
    return {**kept, **settings, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}


@contextmanager
def running(home: Path, approvals: int = 2, workers: int = 1, owed: Sequence[str] = ()) -> Iterator[Site]:
    """The site over a city in ``home``, which is built first; it ends with the block.

    Its officers' unit owes the declared datasets ``owed`` besides the one that is made for it.
    """
    declare(home / "datasets", "deals", DEALS % approvals)
    (home / "ayan.toml").write_text(PROFILE, encoding="utf-8")
    environment = {**set_up_environment(home), **template_database.copy_for(home)}
    seeded = subprocess.run(
        [sys.executable, "-c", SEED, *owed], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    port = free_port()
    with home.with_name(f"{home.name}.log").open("wb") as out:
        process = ForkedSite(["serve", "--port", str(port), "--workers", str(workers)], environment, out.fileno())
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield Site(address, home, environment, json.loads(seeded.stdout.splitlines()[-1]))
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes] | ForkedSite) -> None:
    """Come back once the site at an address answers. AssertionError where it does not come up."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not come up")
