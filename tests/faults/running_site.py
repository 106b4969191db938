"""A site that runs as a city runs it, in processes that a fault may be done to, and all that they say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import template_database
from tests.cli.city import Town
from tests.cli.forked_site import ForkedSite
from tests.patience import PATIENCE
from tests.ports import free_port


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)


@dataclass
class RunningSite:
    """The processes of `ayan serve`, its address, and the file of what they say."""

    main: ForkedSite
    address: str
    port: int
    log: Path

    def ask(self, path: str, timeout: float = PATIENCE) -> tuple[int, str]:
        """Status and text; status 0 where no answer comes."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def log_text(self) -> str:
        """All that its processes have said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def web(self) -> list[int]:
        """The processes that answer."""
        return [pid for pid in _below(self.main.pid) if b"\0worker\0" not in command(pid) and _answers(pid)]

    def background(self) -> list[int]:
        """The process that does what pages put off, without those of its own that it gives some of it to."""
        words = {pid: command(pid) for pid in _below(self.main.pid)}
        return [pid for pid, said in words.items() if b"\0worker\0" in said and b"\0--lane\0" not in said]

    def processes(self) -> list[int]:
        """All of them."""
        return [self.main.pid, *_below(self.main.pid)]


def command(pid: int) -> bytes:
    """What a process was started with; nothing where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def lives(pid: int) -> bool:
    """Whether a process is there, and not only its name in its parent's table."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    return False


def _answers(pid: int) -> bool:
    return lives(pid) and b"resource_tracker" not in command(pid)


def _below(pid: int) -> list[int]:
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        ]
    except OSError:
        return []
    return [below for child in children for below in (child, *_below(child))]


@contextmanager
def running(
    town: Town, *, workers: int = 1, settings: Mapping[str, str] | None = None, migrated: bool = True
) -> Iterator[RunningSite]:
    """`ayan serve` over a town, with a database of its own; every process of it is gone after the block."""
    environment = {name: value for name, value in town.environment().items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev"}
    if migrated:
        with_database(town)
    port, log = free_port(), town.home.parent / f"serve-{time.monotonic_ns()}.log"
    words = ["serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as out:
        main = ForkedSite(words, environment | dict(settings or {}), out.fileno())
    site = RunningSite(main, f"http://127.0.0.1:{port}", port, log)
    try:
        until(lambda: site.ask("/healthz", 2)[0] or main.poll() is not None, "the site is up")
        yield site
    finally:
        left = site.processes()
        main.terminate()
        with suppress(subprocess.TimeoutExpired):
            main.wait(20)
        for pid in left:
            if b"ayan" in command(pid) or b"multiprocessing" in command(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        main.wait(20)


def with_database(town: Town) -> None:
    """Give a town a SQLite database in which no migration is left to do, unless it has one."""
    if not (town.home / template_database.FILE).exists():
        (town.home / template_database.FILE).write_bytes(template_database.template_file().read_bytes())


def publish_words(file: Path, period: str = "1403-05") -> list[str]:
    """The words of `ayan publish` for a file of the town's trees."""
    people = ["--by", "فرستنده (ساختگی)", "--approve", "یکم (ساختگی)", "--approve", "دوم (ساختگی)"]
    people += ["--reason", "entry-error"]
    return ["publish", str(file), "--dataset", "trees", "--period", period, *people]


def started(town: Town, *words: str, **settings: str) -> subprocess.Popen[str]:
    """The command in a process of its own, which is killed or waited for."""
    environment = {name: value for name, value in town.environment().items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", *words],
        env=environment | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
