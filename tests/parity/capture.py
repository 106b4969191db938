"""Takes a capture of a checkout: its city is built and asked by its own code, in processes with a steady clock."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.parity.capture_files import merge

OURS: Final = Path(__file__).resolve().parents[2]
STEADY: Final = Path(__file__).parent / "steady"
BUILT_FILES: Final = Path("src", "ayan", "ui", "static", "build")
"""The front-end files that are not under version control; a checkout without them is lent ours."""

INSTANT: Final = 1_780_000_000
"""28 May 2026, 20:26:40 UTC: the moment in which the city is built. What is asked is asked later."""

SHARES: Final = 2
STEPS: Final = (("build", 0), ("daily", 3_600))
ASKED: Final = 7_200
"""Seconds after the city was built."""
KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


def capture(
    checkout: Path,
    out: Path,
    tell: Callable[[str], object],
    *,
    sample: bool = False,
    only: str = "",
    shares: int = SHARES,
) -> int:
    """Capture ``checkout`` into the new folder ``out``; how many documents it holds.

    ``sample`` takes a small city of two datasets instead of the demo's, ``only`` the addresses that match an
    expression. ``shares`` is how many processes ask side by side, which changes nothing in what is written.
    Raises RuntimeError when a step fails.
    """
    with tempfile.TemporaryDirectory(prefix="ayan-parity-") as folder:
        home = Path(folder, "city")
        build(checkout, home, tell, sample=sample)
        return ask(checkout, home, out, tell, sample=sample, only=only, shares=shares)


def build(checkout: Path, home: Path, tell: Callable[[str], object], *, sample: bool = False) -> None:
    """Build the city of a capture in the new folder ``home`` by the code of ``checkout``; RuntimeError when a step fails."""
    with _lent(checkout.resolve()):
        for step, later in STEPS:
            tell(step)
            _run(checkout.resolve(), home, step, INSTANT + later, _words(checkout, home, sample))


def ask(
    checkout: Path,
    home: Path,
    out: Path,
    tell: Callable[[str], object],
    *,
    sample: bool = False,
    only: str = "",
    shares: int = SHARES,
) -> int:
    """Ask the code of ``checkout`` about the city in ``home``, into the new folder ``out``; how many documents that are."""
    if out.exists():
        raise RuntimeError(f"{out} is there already")
    with tempfile.TemporaryDirectory(prefix="ayan-parity-") as folder, _lent(checkout.resolve()):
        parts = [Path(folder, f"share-{number}") for number in range(shares)]
        words = _words(checkout, home, sample)
        tell("ask")
        with ThreadPoolExecutor(shares) as pool:
            asking = [[*words, "--only", only, "--out", str(part)] for part in parts]
            asked = [
                pool.submit(
                    _run, checkout.resolve(), home, "ask", INSTANT + ASKED, [*share, "--share", f"{number}/{shares}"]
                )
                for number, share in enumerate(asking)
            ]
        for share in asked:
            share.result()
        return merge(parts, out)


def _words(checkout: Path, home: Path, sample: bool) -> list[str]:
    """What every step is told of the city that it is about."""
    return ["--root", str(checkout.resolve()), "--home", str(home), *(["--sample"] if sample else [])]


def _run(checkout: Path, home: Path, step: str, instant: int, words: list[str]) -> None:
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    ended = subprocess.run(
        [python, "-P", "-m", "tests.parity.visit", step, *words],
        env=environment(checkout, home, step, instant), cwd=home.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        said = home.with_name("built.txt")
        more = said.read_text(encoding="utf-8") if said.exists() and step == "build" else ""
        raise RuntimeError(f"{step} ended with {ended.returncode}\n{more[-3000:]}{ended.stderr[-6000:]}")


def environment(checkout: Path, home: Path, step: str, instant: int) -> dict[str, str]:
    """What a process of a capture sees of the machine: a clock and a chance of its own, and one spelling of everything."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = (STEADY, checkout / "src", checkout / "demo", OURS)
    return kept | {
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PARITY_INSTANT": str(instant),
        "PARITY_SEED": step,
        "TZ": "UTC",
        "COLUMNS": "120",
        "AYAN_HOME": str(home),
        "AYAN_SECRET_KEY": "for-captures-alone-" * 4,
        "AYAN_ALLOW_CLI_APPROVAL": "1",
        "DJANGO_SETTINGS_MODULE": "ayan.config.settings.dev",
    }


@contextmanager
def _lent(checkout: Path) -> Iterator[None]:
    """A checkout without built front-end files has ours for the time of the capture, so that pages are the same."""
    target, source = checkout / BUILT_FILES, OURS / BUILT_FILES
    lent = not target.exists() and source.is_dir()
    if lent:
        shutil.copytree(source, target)
    yield
    if lent:
        shutil.rmtree(target)


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A clean checkout of a revision of this repository, in a folder that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="ayan-checkout-") as folder:
        root = Path(folder, "checkout")
        archive = subprocess.run(["git", "-C", str(OURS), "archive", revision], capture_output=True, check=True).stdout
        root.mkdir()
        subprocess.run(["tar", "-x", "-C", str(root)], input=archive, check=True)
        yield root
